"""How the service does: what came in, what waits, and how often people agreed with a hold."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import get_args

import msgspec

from detector.model import log_odds, sigmoid
from detector.reference import BANDS, Reference
from detector.score import Detector
from detector.types import VerdictName
from service.drift import Drift, FeatureDrift, Shown, feature_drift
from service.ports import Clock, Store, Work
from service.records import CaseKind, DeliveryState
from service.screen import as_post
from service.shares import Share, share
from service.transparency_report import KINDS, figures

DAYS = 30
RECENT_DAYS = 7
LOOKED_AT = 400
"""Posts of each span whose features are read again: a quarter of a second for both."""
MOST_FEATURES = 8
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
    """The last seven days against those of the span before them, and against the model's card."""
    features: tuple[FeatureDrift, ...] | None
    """What changed most between the same spans, by a sample of posts; ``None`` with too few to tell."""


class Dashboards:
    """Puts the dashboard together."""

    def __init__(self, store: Store, clock: Clock, detector: Detector, reference: Reference | None = None) -> None:
        """``reference`` is that of the card of the detector's model, at the prevalence of the card."""
        self._store = store
        self._clock = clock
        self._detector = detector
        self._reference = reference

    def show(self) -> Dashboard:
        """The last thirty days."""
        now = self._clock.now()
        since = datetime.combine(now.date(), datetime.min.time(), now.tzinfo) - timedelta(days=DAYS - 1)
        with self._store.begin(write=False) as work:
            counted = work.verdicts_by_day(since)
            confirmed, judged = work.judged_holds(since)
            recent = now - timedelta(days=RECENT_DAYS)
            drift = self._drift(work, since, recent, now)
            features = self._features(work, since, recent, now)
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
            features=features,
        )

    def _drift(self, work: Work, since: datetime, recent: datetime, now: datetime) -> Drift:
        prevalence = self._detector.model.prevalence
        reference = self._reference
        # A platform's own prevalence shifts every probability: the bands go along, and hold the same posts.
        shift = 0.0 if reference is None else log_odds(prevalence) - log_odds(reference.prevalence)
        edges = (0.0, *(sigmoid(log_odds(edge) + shift) for edge in BANDS[1:]))
        card = None if reference is None else reference.bands_at(prevalence)
        return Drift(edges, work.bands(edges, since, recent), work.bands(edges, recent, now), card)

    def _features(
        self, work: Work, since: datetime, recent: datetime, now: datetime
    ) -> tuple[FeatureDrift, ...] | None:
        before, after = self._shown(work, since, recent), self._shown(work, recent, now)
        card = None if self._reference is None else self._reference.features_at(self._detector.model.prevalence)
        found = feature_drift(before, after, card)
        return None if found is None else found[:MOST_FEATURES]

    def _shown(self, work: Work, since: datetime, until: datetime) -> Shown:
        """Posts with text as the model in use reads them today: a change of the model is not mistaken for theirs."""
        posts = [as_post(stored) for stored in work.sample_of_posts(since, until, LOOKED_AT)]
        seen = [{name for link in self._detector.observe(post) for name in link} for post in posts if post.text]
        return Shown(len(seen), Counter(name for names in seen for name in names))


def _days(counted: list[tuple[datetime, str, int]], since: datetime) -> tuple[Day, ...]:
    by_day: dict[datetime, dict[str, int]] = {since + timedelta(days=n): {} for n in range(DAYS)}
    for begins, verdict, count in counted:
        if begins in by_day:  # a platform's clock may run ahead of ours
            by_day[begins][verdict] = count
    return tuple(Day(begins, counts) for begins, counts in by_day.items())
