"""How the service does: what came in, what waits, and how often people agreed with a hold."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import get_args

import msgspec

from detector.types import VerdictName
from service.drift import BANDS, Drift
from service.ports import Clock, Store
from service.records import CaseKind, DeliveryState
from service.shares import Share, share
from service.transparency_report import KINDS, figures

DAYS = 30
RECENT_DAYS = 7
VERDICTS: tuple[VerdictName, ...] = ("allow", "review", "hold", "block")


class Day(msgspec.Struct, frozen=True):
    """One day (UTC), with its posts by verdict."""

    begins: datetime
    counts: dict[str, int]


class Dashboard(msgspec.Struct, frozen=True):
    """Everything that is shown."""

    days: tuple[Day, ...]
    """All days of the span, also those without posts, oldest first."""
    queue: dict[CaseKind, int]
    oldest: datetime | None
    hold_precision: Share
    """Of the targets that were held and that people decided, those that they confirmed."""
    overturned: Share
    """Of the appeals that were decided, those that were overturned."""
    deliveries: dict[DeliveryState, int]
    drift: Drift
    """The last seven days against those of the span before them."""


class Dashboards:
    """Puts the dashboard together."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def show(self) -> Dashboard:
        """The last thirty days."""
        now = self._clock.now()
        since = datetime.combine(now.date(), datetime.min.time(), now.tzinfo) - timedelta(days=DAYS - 1)
        with self._store.begin(write=False) as work:
            counted = work.verdicts_by_day(since)
            confirmed, judged = work.judged_holds(since)
            recent = now - timedelta(days=RECENT_DAYS)
            drift = Drift(work.bands(BANDS, since, recent), work.bands(BANDS, recent, now))
            kinds: tuple[CaseKind, ...] = get_args(CaseKind)
            queue = {kind: work.count_cases(kind=kind, state="open") for kind in kinds}
            oldest, deliveries = work.oldest_open_case(), work.count_deliveries()
        told = {(f.subject, f.name): f.value for f in figures(self._store.entries_of(KINDS[2:4]), since, now)}
        overturned = int(told.get(("appeals", "overturned"), 0))
        return Dashboard(
            days=_days(counted, since),
            queue=queue,
            oldest=oldest,
            hold_precision=share(confirmed, judged),
            overturned=share(overturned, overturned + int(told.get(("appeals", "upheld"), 0))),
            deliveries=deliveries,
            drift=drift,
        )


def _days(counted: list[tuple[datetime, str, int]], since: datetime) -> tuple[Day, ...]:
    by_day: dict[datetime, dict[str, int]] = {since + timedelta(days=n): {} for n in range(DAYS)}
    for begins, verdict, count in counted:
        if begins in by_day:  # a platform's clock may run ahead of ours
            by_day[begins][verdict] = count
    return tuple(Day(begins, counts) for begins, counts in by_day.items())
