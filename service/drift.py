"""Whether posts look as they did: the population stability index of scores and features. Pure.

Siddiqi (2006), *Credit Risk Scorecards*, ch. 9: the sum over bands of (now - before) times ln(now / before). Below 0.1
little has changed, from 0.25 on the model sees another world than it did. A feature has two bands: shown, and not.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import msgspec

FEWEST = 100
"""Posts in each of the two spans, below which nothing is said."""


class Drift(msgspec.Struct, frozen=True):
    """How posts are spread over the bands of the probability: now, before, and where the model was judged."""

    edges: tuple[float, ...]
    """Lower ends of the bands."""
    before: tuple[int, ...]
    now: tuple[int, ...]
    card: tuple[float, ...] | None = None
    """Shares that the model's card makes expected at the platform's prevalence; ``None`` where it does not say."""

    @property
    def index(self) -> float | None:
        """Now against before; ``None`` with too few posts to tell."""
        if min(sum(self.before), sum(self.now)) < FEWEST:
            return None
        return stability(_smoothed(self.now), _smoothed(self.before))

    @property
    def index_of_card(self) -> float | None:
        """Now against the card; ``None`` with too few posts, or where the card does not say."""
        if self.card is None or sum(self.now) < FEWEST:
            return None
        return stability(_smoothed(self.now), _smoothed([share * sum(self.now) for share in self.card]))


class FeatureDrift(msgspec.Struct, frozen=True):
    """How many posts show one feature, as shares from 0 to 1."""

    name: str
    card: float | None
    before: float
    now: float
    index: float
    """Now against before."""


class Shown(msgspec.Struct, frozen=True):
    """Posts of one span that were looked at again, and how many of them show each feature."""

    posts: int
    features: Mapping[str, int]


def feature_drift(before: Shown, now: Shown, card: Mapping[str, float] | None) -> tuple[FeatureDrift, ...] | None:
    """Every feature that posts of either span show, what changed most first; ``None`` with too few posts to tell."""
    if min(before.posts, now.posts) < FEWEST:
        return None
    names = sorted({*before.features, *now.features})
    found = [_drift_of(name, before, now, card) for name in names]
    return tuple(sorted(found, key=lambda drift: -drift.index))


def _drift_of(name: str, before: Shown, now: Shown, card: Mapping[str, float] | None) -> FeatureDrift:
    spans = [(span.features.get(name, 0), span.posts) for span in (before, now)]
    was, is_now = (_smoothed((count, posts - count)) for count, posts in spans)
    share_before, share_now = (count / posts for count, posts in spans)
    expected = None if card is None else card.get(name, 0.0)
    return FeatureDrift(name, expected, share_before, share_now, stability(is_now, was))


def stability(now: Sequence[float], before: Sequence[float]) -> float:
    """The index of two sets of shares, none of them zero; 0 where they are the same."""
    return sum((one - other) * math.log(one / other) for one, other in zip(now, before, strict=True))


def _smoothed(counts: Sequence[float]) -> list[float]:
    """Shares with half a post more in each band, so that an empty one has a logarithm."""
    whole = sum(counts) + len(counts) / 2
    return [(count + 0.5) / whole for count in counts]
