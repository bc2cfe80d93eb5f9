"""How probable was it that people looked at a target, given what the model had said of it? Pure.

People see what the model flags, so what they decided is a sample that the model chose. Each decision therefore weighs
the inverse of the probability of having been taken (Horvitz and Thompson, 1952), which is estimated from the record: of
all targets that the model held, or doubted, with about this probability, how many were decided. Weights are clipped,
which trades a little bias for much variance (Ionides, 2008; for learning from logged decisions: Swaminathan and
Joachims, 2015).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping
from math import log

import msgspec

from detector.types import VerdictName

CLIP = 100.0
"""Largest weight: a target that was less likely than one in a hundred to be looked at speaks for a hundred, not more.

In a simulation with 1 % of what is allowed drawn at random, a clip of 20 loses a fifth of what the weights gain and
one of 100 nothing; beyond it there was little more to gain (docs/decisions/0010).
"""
SHRINKAGE = 10.0
"""A band of scores counts as if ten more targets with the rate of its verdict were in it: small bands say little."""
FARTHEST_BAND = 6
"""Bands are whole log-odds, from 1 in 400 to 400 in 401; what lies beyond belongs to the outermost."""


class Seen(msgspec.Struct, frozen=True, gc=False):
    """What the model had said of a target before anybody decided it: the gravest of its posts."""

    verdict: VerdictName
    counterfeit_probability: float


Stratum = tuple[VerdictName, int]


class Propensities(msgspec.Struct, frozen=True):
    """Shares of targets that people decided, each in (0, 1]."""

    by_stratum: dict[Stratum, float]

    def of(self, seen: Seen) -> float:
        """The probability that a target was looked at; 1 for a stratum of which nobody has decided anything."""
        return self.by_stratum.get(stratum_of(seen), 1.0)


def stratum_of(seen: Seen) -> Stratum:
    """Verdict and band of the score: the queue is ordered by probability, so it counts within a verdict as well."""
    probability = min(max(seen.counterfeit_probability, 1e-9), 1 - 1e-9)
    band = round(log(probability / (1 - probability)))
    return seen.verdict, max(-FARTHEST_BAND, min(FARTHEST_BAND, band))


def estimate(seen: Mapping[str, Seen], decided: Container[str]) -> Propensities:
    """Shares decided among flagged targets; targets that the model allowed are left out: nobody queues them.

    Parameters
    ----------
    seen
        Every target that the model has held or doubted, decided or not.
    decided
        Those that people decided.
    """
    all_by_stratum: Counter[Stratum] = Counter()
    decided_by_stratum: Counter[Stratum] = Counter()
    for target, what in seen.items():
        if what.verdict in {"hold", "review"}:
            stratum = stratum_of(what)
            all_by_stratum[stratum] += 1
            decided_by_stratum[stratum] += target in decided
    rates = {verdict: _rate(verdict, all_by_stratum, decided_by_stratum) for verdict, _ in all_by_stratum}
    return Propensities(
        {
            (verdict, band): (decided_by_stratum[verdict, band] + SHRINKAGE * rates[verdict]) / (size + SHRINKAGE)
            for (verdict, band), size in all_by_stratum.items()
            if rates[verdict] > 0
        }
    )


def _rate(verdict: VerdictName, everything: Counter[Stratum], decided: Counter[Stratum]) -> float:
    total = sum(size for (v, _), size in everything.items() if v == verdict)
    return sum(size for (v, _), size in decided.items() if v == verdict) / total


def weight_of(propensity: float) -> float:
    """Inverse propensity, 1 to ``CLIP``."""
    return min(CLIP, 1.0 / max(propensity, 1.0 / CLIP))
