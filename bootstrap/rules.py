"""Rulebooks: those in force, what others would have come to, and how one is published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import chain as chain_of
from itertools import islice

from adapters.rulebook_folder import RulebookFolder
from bootstrap.storage import build_clock, build_store, new_id
from enforcement.rulebook import Rulebook, Rulebooks, load_rulebooks
from enforcement.simulate import FACTS, Difference, accounts_of, compare
from enforcement.types import LedgerEntry
from service.publish import Publishing
from settings import Settings, SettingsError

ACCOUNTS_AT_ONCE = 200
"""Accounts that a process replays together: enough that handing them over costs little beside."""


def build_books(settings: Settings) -> Rulebooks:
    """The rulebooks, digests checked; a folder of the operator's own is looked at again now and then."""
    return load_rulebooks() if settings.rulebooks is None else RulebookFolder(settings.rulebooks)


def recorded_facts(settings: Settings, since: datetime | None, until: datetime) -> Iterator[LedgerEntry]:
    """What happened, as it was recorded between two instants, stream by stream in order."""
    entries = build_store(settings).entries_of(sorted(FACTS))
    return (e for e in entries if e.recorded_at <= until and (since is None or e.recorded_at >= since))


def compare_books(
    settings: Settings, after: Rulebooks, since: datetime | None, until: datetime, jobs: int
) -> Iterator[Difference]:
    """Each account with a finding recorded between two instants, under the rulebooks as they were and under others."""
    from adapters.engines.processes import in_processes  # noqa: PLC0415 - a web process needs no joblib

    accounts = accounts_of(recorded_facts(settings, since, until))
    before = Rulebooks(build_books(settings).books)
    chunks = iter(lambda: tuple(islice(accounts, ACCOUNTS_AT_ONCE)), ())
    work = partial(compare, before=before, after=after, until=until)
    return chain_of.from_iterable(in_processes(work, chunks, jobs))


def build_publishing(settings: Settings) -> Publishing:
    """What publishes a rulebook into the operator's folder."""
    if settings.rulebooks is None:
        raise SettingsError(
            "DAJIA_RULEBOOKS must name the folder of your own rulebooks; the shipped ones stay as they are."
        )
    store = build_store(settings)
    return Publishing(store, settings.rulebooks, build_clock(settings, store), new_id)


def book_of_today(settings: Settings) -> Rulebook:
    """The rulebook in force now; the earliest where none is yet."""
    books = build_books(settings)
    return books.in_force_at(datetime.now(UTC)) or books.earliest()
