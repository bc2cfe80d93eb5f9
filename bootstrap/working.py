"""What the worker does, a little of each in turn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import msgspec

from adapters.evidence import EvidenceFolder
from adapters.fetch import PageFetcher
from adapters.robots import RobotsRules
from adapters.webhooks import WebhookSender
from bootstrap.detection import build_detector, second_look
from bootstrap.record import build_sealing
from bootstrap.rules import build_books
from bootstrap.serving import build_registry, webhook_networks
from bootstrap.storage import beside_database, build_clock, build_store, new_id
from detector.campaigns import Trait
from detector.score import Detector
from detector.types import PageReading, Picture
from enforcement.rulebook import Rulebooks
from service.campaigns import Campaigns, TraitReader
from service.deliver import Deliveries
from service.endings import Endings
from service.evidence import Retention
from service.fetch import Fetching, FetchPolicy
from service.notices import Notices
from service.ports import Clock, Store
from service.propagate import Propagation
from service.registrations import Registrations
from service.rescans import Rescans
from settings import Settings


def build_propagation(settings: Settings) -> Propagation:
    """What carries decisions to every post."""
    store, books = build_store(settings), build_books(settings)
    return Propagation(store, books, build_clock(settings, store), new_id, second_look(build_detector(settings), books))


def build_campaigns(settings: Settings) -> Campaigns:
    """What ties targets together."""
    from detector.traits import (  # noqa: PLC0415 - numpy, workers only
        traits_of_certificate,
        traits_of_page,
        traits_of_pictures,
        traits_of_text,
    )

    def of_page(page: PageReading, html: str) -> list[Trait]:
        return [*traits_of_page(page, html), *traits_of_pictures(_pictures_within(html))]

    store = build_store(settings)
    reader = TraitReader(traits_of_text, traits_of_pictures, of_page, traits_of_certificate)
    return Campaigns(store, build_clock(settings, store), new_id, reader)


def _pictures_within(html: str) -> list[Picture]:
    """Pictures that a page carries within itself; none where the extra that reads them is not installed."""
    try:
        from adapters.picture_files import inline_pictures  # noqa: PLC0415 - an extra
    except ImportError:
        return []
    return inline_pictures(html)


def build_evidence(settings: Settings) -> EvidenceFolder:
    """What keeps what visits saw."""
    return EvidenceFolder(settings.evidence or beside_database(settings) / "evidence")


def build_fetching(settings: Settings, detector: Detector, books: Rulebooks) -> Fetching:
    """What visits landing pages."""
    store = build_store(settings)
    robots = RobotsRules() if settings.fetch_robots == "respect" else None
    policy = FetchPolicy(
        settings.fetch_at_once, timedelta(seconds=settings.fetch_host_seconds), settings.fetch_per_hour
    )
    return Fetching(
        store,
        PageFetcher(robots=robots),
        build_evidence(settings),
        second_look(detector, books),
        detector.reader,
        build_clock(settings, store),
        new_id,
        policy,
    )


class Duty(msgspec.Struct, frozen=True):
    """Something that the worker does again and again."""

    name: str
    run: Callable[[], bool]
    """Do a little of it; whether there was anything to do."""


def _registration_duty(settings: Settings, store: Store, clock: Clock) -> Duty:
    registrations = Registrations(store, clock, build_registry(settings), settings.rdap_per_hour)
    return Duty("ask for registration dates", registrations.run_next)


def build_duties(settings: Settings) -> tuple[Duty, ...]:
    """What the worker process does, a little of each in turn."""
    store = build_store(settings)
    clock = build_clock(settings, store)
    sender = WebhookSender(webhook_networks(settings))
    detector, books = build_detector(settings), build_books(settings)
    rescans = Rescans(store, detector, books, clock, new_id)
    sealing = () if settings.ledger_key is None else (Duty("seal the record", build_sealing(settings).run_next),)
    return (
        Duty("settle targets", Propagation(store, books, clock, new_id, second_look(detector, books)).run_next),
        Duty("tell of endings", Endings(store, clock, new_id).run_next),
        Duty("tie targets together", build_campaigns(settings).run_next),
        Duty("restore after notices", Notices(store, clock, new_id).restore_next),
        Duty("deliver events", Deliveries(store, clock, sender).run_next),
        Duty("judge recorded posts again", rescans.run_next),
        *(() if not settings.rescan_days else (_rescan_after_change(rescans, clock, settings.rescan_days),)),
        *sealing,
        *(() if settings.rdap is None else (_registration_duty(settings, store, clock),)),
        *(() if not settings.fetch_at_once else _fetching_duties(settings, detector, books)),
    )


def _rescan_after_change(rescans: Rescans, clock: Clock, days: int) -> Duty:
    """Orders a rescan once for each model and list of brands that this process comes up with."""
    ordered = False

    def run() -> bool:
        nonlocal ordered
        if not ordered:
            rescans.order_after_change(clock.now() - timedelta(days=days))
            ordered = True
        return False

    return Duty("rescan after a change", run)


def _fetching_duties(settings: Settings, detector: Detector, books: Rulebooks) -> tuple[Duty, ...]:
    evidence = Retention(build_evidence(settings), settings.evidence_days)
    return (
        Duty("visit pages", build_fetching(settings, detector, books).run_next),
        Duty("drop old evidence", evidence.run_next),
    )
