"""The real service on a fresh SQLite database, and callers with keys."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from flask import Flask

from api import create_app
from bootstrap.detection import build_detector
from bootstrap.rules import build_books
from bootstrap.serving import build_services
from detector.score import Detector
from enforcement.rulebook import Rulebooks
from settings import Settings
from tests.web.callers import LIMIT, Caller
from web.services import Services


@cache
def _read_once() -> tuple[Detector, Rulebooks]:
    settings = Settings(database_url="sqlite:////nowhere")
    return build_detector(settings), build_books(settings)


@pytest.fixture(scope="module", autouse=True)
def _one_reading() -> Any:
    """Model and rulebooks are read once for all tests of this room: they hold no state."""
    with pytest.MonkeyPatch.context() as patch:
        detector, books = _read_once()
        patch.setattr("bootstrap.serving.build_detector", lambda _settings: detector)
        patch.setattr("bootstrap.serving.build_books", lambda _settings: books)
        yield


@pytest.fixture
def settings(sqlite_store_url: str) -> Settings:
    return Settings(
        second_share=0.0,
        database_url=sqlite_store_url,
        max_body_bytes=LIMIT,
        max_page_chars=50_000,
        sqlite_synchronous="NORMAL",
    )


@pytest.fixture
def services(settings: Settings) -> Services:
    return build_services(settings)


@pytest.fixture
def app(services: Services) -> Flask:
    return create_app(services)


@pytest.fixture
def caller(app: Flask, services: Services) -> Callable[..., Caller]:
    """Makes a caller whose key has the scopes that are named."""

    def make(*scopes: str) -> Caller:
        return Caller(app.test_client(), services.keys.create("-".join(scopes), scopes))

    return make


@pytest.fixture
def anyone(app: Flask) -> Caller:
    """A caller without a key."""
    return Caller(app.test_client(), None)


@pytest.fixture
def admin(caller: Callable[..., Caller]) -> Caller:
    return caller("admin")
