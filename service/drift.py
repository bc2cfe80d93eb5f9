"""Whether scores are spread as they were: the population stability index. Pure.

Siddiqi (2006), *Credit Risk Scorecards*, ch. 9: the sum over bands of (now - before) times ln(now / before). Below 0.1
little has changed, from 0.25 on the model sees another world than it did.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

BANDS = (0.0, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95)
"""Lower ends of the bands of the probability."""
FEWEST = 100
"""Posts in each of the two spans, below which nothing is said."""


class Drift(msgspec.Struct, frozen=True):
    """How posts are spread over the bands, now and before."""

    before: tuple[int, ...]
    now: tuple[int, ...]

    @property
    def index(self) -> float | None:
        """The index; ``None`` with too few posts to tell."""
        if min(sum(self.before), sum(self.now)) < FEWEST:
            return None
        pairs = zip(_shares(self.now), _shares(self.before), strict=True)
        return sum((now - before) * math.log(now / before) for now, before in pairs)


def _shares(counts: Sequence[int]) -> list[float]:
    """With half a post more in each band, so that an empty one has a logarithm."""
    whole = sum(counts) + len(counts) / 2
    return [(count + 0.5) / whole for count in counts]
