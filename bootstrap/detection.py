"""The detector with its model, brands and pictures, a second model beside it, and judging without a database."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from pathlib import Path

import structlog

from bootstrap.rules import book_of_today
from detector.artefact import ModelError, load_model, newest_model
from detector.brand_file import load_brands, load_with_own
from detector.brand_names import ListedBrand
from detector.brands import BrandIndex
from detector.model import Model
from detector.picture_list import read_picture_list
from detector.pictures import PictureFile
from detector.score import Detector, reader_with
from enforcement.rulebook import Rulebooks
from service.challenger import Challenger
from service.judge import Judge
from service.ports import Clock, Store
from service.second_look import SecondLook
from service.seen_pages import SeenPages
from settings import Settings, SettingsError

log = structlog.get_logger()


def build_model(settings: Settings) -> Model:
    """The model, at the platform's prevalence where one is set."""
    return _at_prevalence(load_model(settings.model or newest_model()), settings)


def _at_prevalence(model: Model, settings: Settings) -> Model:
    return model if settings.prevalence is None else model.shifted(settings.prevalence)


def build_brands(settings: Settings) -> tuple[ListedBrand, ...]:
    """The shipped brands, with the platform's own where it has a file of them."""
    return load_brands() if settings.brands is None else load_with_own(settings.brands)


def build_index(settings: Settings) -> BrandIndex:
    """What finds the brands that are in use."""
    return BrandIndex(build_brands(settings))


def build_detector(settings: Settings) -> Detector:
    """A detector with the model and the brands that are in use."""
    known = None if settings.pictures is None else read_picture_list(settings.pictures)
    return Detector(build_model(settings), reader_with(build_index(settings), known))


def build_challenger(settings: Settings, champion: Detector, store: Store, clock: Clock) -> Challenger | None:
    """The model in shadow, if there is one; it reads as the model in use does."""
    if settings.challenger is None:
        return None
    model = _at_prevalence(load_model(settings.challenger), settings)
    if model.version == champion.model.version:
        problem = f"It has the version of the model in use, {model.version}, so the two cannot be told apart."
        raise ModelError(settings.challenger, problem, "Train it with another `--version`, or unset DAJIA_CHALLENGER.")
    return Challenger(Detector(model, champion.reader), champion.model.version, store, clock)


def challenger_or_none(settings: Settings, champion: Detector, store: Store, clock: Clock) -> Challenger | None:
    """The same in a process that answers: one that cannot be loaded is done without."""
    try:
        challenger = build_challenger(settings, champion, store, clock)
    except ModelError as error:
        log.warning("serving without the challenger", problem=str(error))
        return None
    if challenger is not None:
        atexit.register(challenger.close)
    return challenger


def second_look(detector: Detector, books: Rulebooks) -> SecondLook:
    """What judges posts again by the pages behind their links."""
    return SecondLook(detector, books, SeenPages(detector.reader))


def picture_reader() -> Callable[[Path], PictureFile]:
    """What reads a picture's file; :class:`SettingsError` where the extra for it is not installed."""
    try:
        from adapters.picture_files import read_picture_file  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise SettingsError(f"{error.name} is missing: install the extra with pip install 'dajia[pictures]'.") from None
    return read_picture_file


def build_judge(settings: Settings, *, remember: int = 0) -> Judge:
    """What scores lines without a database; the rulebook says what comes of parts that cannot be judged."""
    return Judge(build_detector(settings), book_of_today(settings), settings.max_page_chars, remember=remember)
