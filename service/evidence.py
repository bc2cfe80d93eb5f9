"""Evidence of visits: which there is, whether its files are what the record says, and how long it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

import msgspec

from enforcement.types import LedgerEntry
from service.known import PAGE_VISITED
from service.ports import Store
from service.visits import Certificate


class Visited(msgspec.Struct, frozen=True):
    """A visit as the record tells of it."""

    target: str
    visit_id: str
    at: datetime
    url: str
    """As it was asked for."""
    outcome: str
    detail: str
    ended_at: str
    """The last address on the way."""
    evidence: str
    """SHA-256 of its file, in hexadecimal."""
    change: str | None
    """Since the visit before: ``same``, ``changed`` or ``another_shop``; ``None`` where there is nothing to compare."""
    differs: bool
    """Two visitors were shown different pages."""
    certificate: Certificate | None = None
    """Of the server that the page came from; ``None`` without TLS, without a page, and where it was not recorded."""

    @classmethod
    def of(cls, line: LedgerEntry) -> Visited:
        """As a line of the record tells it."""
        named = {name: line.body[name] for name in cls.__struct_fields__ if name in line.body}
        return msgspec.convert(named | {"target": line.stream.removeprefix("target:"), "at": line.occurred_at}, cls)


class KeptAnswer(msgspec.Struct, frozen=True):
    """One answer as it is kept."""

    profile: str
    url: str
    at: str
    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    """Unpacked."""


class Digests(Protocol):
    """Knows the digests of the files as they are now."""

    def digest(self, visit_id: str, at: datetime) -> str:
        """SHA-256 of a visit's file; :class:`LookupError` where it is gone."""
        ...

    def drop_before(self, day: date) -> int:
        """Delete the files of earlier days; how many days there were."""
        ...


def visits_of(store: Store, target: str) -> list[Visited]:
    """All visits to a target, oldest first."""
    with store.begin(write=False) as work:
        return [Visited.of(line) for line in work.entries(f"target:{target}") if line.kind == PAGE_VISITED]


def every_visit(store: Store) -> Iterator[Visited]:
    """All visits, target by target."""
    return map(Visited.of, store.entries_of([PAGE_VISITED]))


def find_evidence_faults(store: Store, files: Digests, kept_since: datetime) -> Iterator[str]:
    """Files that are gone though they should still be kept, or that are not what was recorded."""
    for visit in every_visit(store):
        if visit.at >= kept_since:
            try:
                same = files.digest(visit.visit_id, visit.at) == visit.evidence
            except LookupError as error:
                yield f"{visit.target}: {error}"
            else:
                if not same:
                    yield f"{visit.target}: the file of visit {visit.visit_id} was changed after it was recorded"


class Retention:
    """Drops evidence whose time is over, once a day."""

    def __init__(self, files: Digests, days: int) -> None:
        self._files = files
        self._days = days
        self._done_on: date | None = None

    def run_next(self) -> bool:
        """Whether anything was dropped. By the machine's clock: files are as old as they are."""
        today = datetime.now(UTC).date()
        if self._done_on == today:
            return False
        self._done_on = today
        return self._files.drop_before(today - timedelta(days=self._days)) > 0
