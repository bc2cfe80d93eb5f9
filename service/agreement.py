"""How far two people agree who judge the same things apart: Cohen's kappa with its interval. Pure.

Cohen (1960), *A coefficient of agreement for nominal scales*; the standard error is that of Fleiss, Cohen & Everitt
(1969), *Large sample standard errors of kappa and weighted kappa*, equation 13.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import msgspec

_Z = 1.959964
"""Of the normal distribution, for 95 %."""


class Kappa(msgspec.Struct, frozen=True):
    """Agreement beyond chance: 1 is perfect, 0 what chance would give, below it is worse."""

    n: int
    """Pairs that were judged."""
    agreed: int
    value: float | None
    """``None`` where both gave one and the same answer throughout, so that chance agrees as well."""
    low: float | None
    high: float | None


def kappa(pairs: Sequence[tuple[str, str]]) -> Kappa:
    """Of pairs of answers, the first person's and the second's."""
    n = len(pairs)
    agreed = sum(one == other for one, other in pairs)
    by_first, by_second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    names = by_first.keys() | by_second.keys()
    by_chance = sum(by_first[name] * by_second[name] for name in names) / n**2 if n else 1.0
    if n == 0 or by_chance == 1.0:
        return Kappa(n, agreed, None, None, None)
    value = (agreed / n - by_chance) / (1 - by_chance)
    half = _Z * _standard_error(pairs, value, by_chance)
    return Kappa(n, agreed, value, max(-1.0, value - half), min(1.0, value + half))


def _standard_error(pairs: Sequence[tuple[str, str]], value: float, by_chance: float) -> float:
    n = len(pairs)
    cells = Counter(pairs)
    first = {name: count / n for name, count in Counter(one for one, _ in pairs).items()}
    second = {name: count / n for name, count in Counter(other for _, other in pairs).items()}

    def shares(name: str) -> float:
        return first.get(name, 0.0) + second.get(name, 0.0)

    same = sum(
        count / n * (1 - shares(one) * (1 - value)) ** 2 for (one, other), count in cells.items() if one == other
    )
    apart = (1 - value) ** 2 * sum(
        count / n * (second.get(one, 0.0) + first.get(other, 0.0)) ** 2
        for (one, other), count in cells.items()
        if one != other
    )
    rest = (value - by_chance * (1 - value)) ** 2
    return math.sqrt(max(0.0, same + apart - rest) / n) / (1 - by_chance)
