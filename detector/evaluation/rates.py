"""Counts as shares with their uncertainty."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from scipy.special import betaincinv

from detector.types import VerdictName

CONFIDENCE = 0.95


class Rate(msgspec.Struct, frozen=True):
    """So many of so many, with the two-sided 95 % interval of Clopper and Pearson (1934)."""

    events: int
    trials: int
    share: float
    low: float
    high: float


def rate(events: int, trials: int) -> Rate:
    """The share of events in trials. Of no trials nothing is known: the interval is all of 0 to 1."""
    if not trials:
        return Rate(0, 0, 0.0, 0.0, 1.0)
    tail = (1 - CONFIDENCE) / 2
    low = 0.0 if events == 0 else float(betaincinv(events, trials - events + 1, tail))
    high = 1.0 if events == trials else float(betaincinv(events + 1, trials - events, 1 - tail))
    return Rate(events, trials, round(events / trials, 4), round(low, 4), round(high, 4))


class Verdicts(msgspec.Struct, frozen=True):
    """What becomes of so many rows or posts: hidden, looked at by people, or left alone."""

    held: Rate
    reviewed: Rate
    """Those that go to ``review`` only."""
    allowed: Rate


def count_verdicts(verdicts: Iterable[VerdictName]) -> Verdicts:
    """Verdicts as shares; ``block`` counts as held."""
    found = list(verdicts)
    held, reviewed = sum(v in {"hold", "block"} for v in found), found.count("review")
    total = len(found)
    return Verdicts(rate(held, total), rate(reviewed, total), rate(total - held - reviewed, total))
