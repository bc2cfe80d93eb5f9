"""A share of few cases with its interval, so that nobody reads more into it than there is. Pure."""

from __future__ import annotations

import math

import msgspec

_Z = 1.959964
"""Of the normal distribution, for 95 %."""


class Share(msgspec.Struct, frozen=True):
    """A share with its 95 % interval (Wilson, 1927)."""

    of: int
    """How many were judged; with none there is no share."""
    value: float | None
    low: float | None
    high: float | None


def share(part: int, whole: int) -> Share:
    """A share and its interval."""
    if whole == 0:
        return Share(0, None, None, None)
    p, z2 = part / whole, _Z * _Z
    middle = (p + z2 / (2 * whole)) / (1 + z2 / whole)
    half = _Z * math.sqrt(p * (1 - p) / whole + z2 / (4 * whole * whole)) / (1 + z2 / whole)
    return Share(whole, p, max(0.0, middle - half), min(1.0, middle + half))
