"""What a rescan counts on its way, in room that does not grow with the input: by verdict, brand, host and month.

Of names that a hostile input can make up without end, the rarest are counted together once there are too many; so a
count of a name that comes late can be too low, and is never too high.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal, TypeVar

import msgspec

from detector.types import VerdictName
from service.judge import Remembered

Group = Literal["brand", "host", "month"]
GROUPS: tuple[Group, ...] = ("brand", "host", "month")
REST = ""
"""Under this name stands what was counted together for want of room."""
MOST_NAMES = 20_000
KEPT_NAMES = 10_000
_Count = TypeVar("_Count")


class HeldTarget(msgspec.Struct, frozen=True):
    """How far a target that is held has spread in the input."""

    rows: int = 0
    reach: int = 0
    """Sum of the reach of its rows; those without one count as nothing."""

    def plus(self, other: HeldTarget) -> HeldTarget:
        """Both together."""
        return HeldTarget(self.rows + other.rows, self.reach + other.reach)


class Totals(msgspec.Struct):
    """What was judged so far."""

    rows: int = 0
    answers: int = 0
    rejected: int = 0
    verdicts: dict[str, int] = {}
    moves: dict[str, int] = {}
    """How many rows went from one verdict to another, as ``allow>hold``; those without an earlier one are left out."""
    groups: dict[str, dict[str, dict[str, int]]] = {}
    """For each group the rows of each name by verdict. A row counts for every brand and host of its links."""
    held: dict[str, HeldTarget] = {}

    @property
    def changed(self) -> int:
        """Rows whose verdict is another than before."""
        return sum(count for move, count in self.moves.items() if len(set(move.split(">"))) > 1)

    def merge(self, other: Totals) -> None:
        """Count what another part has counted."""
        self.rows += other.rows
        self.answers += other.answers
        self.rejected += other.rejected
        _add(self.verdicts, other.verdicts)
        _add(self.moves, other.moves)
        for group, names in other.groups.items():
            mine = self.groups.setdefault(group, {})
            for name, verdicts in names.items():
                _add(mine.setdefault(name, {}), verdicts)
            _trim(mine, lambda counts: sum(counts.values()), _both)
        for target, count in other.held.items():
            known = self.held.get(target)
            self.held[target] = count if known is None else known.plus(count)
        _trim(self.held, lambda count: (count.reach, count.rows), HeldTarget.plus)


class Tally:
    """Counts the rows of one chunk; what repeats costs one step."""

    def __init__(self) -> None:
        self._found: dict[int, tuple[Remembered, list[int]]] = {}
        self._months: Counter[tuple[int, int, VerdictName]] = Counter()
        self._moves: Counter[str] = Counter()

    def add(self, found: Remembered, posted_at: datetime | None, reach: int | None, earlier: str | None) -> None:
        """One row and what was found of it."""
        # The answers are kept beside, so that no other can come to have the id of one.
        _, counts = self._found.setdefault(id(found), (found, [0, 0]))
        counts[0] += 1
        counts[1] += reach or 0
        if posted_at is not None:
            self._months[posted_at.year, posted_at.month, found.verdict] += 1
        if earlier is not None:
            self._moves[f"{earlier}>{found.verdict}"] += 1

    def totals(self, rejected: int) -> Totals:
        """What the chunk comes to."""
        verdicts: Counter[str] = Counter()
        groups: dict[str, dict[str, dict[str, int]]] = {group: {} for group in GROUPS}
        held: dict[str, HeldTarget] = {}
        for found, (rows, reach) in self._found.values():
            verdicts[found.verdict] += rows
            for group, names in (("brand", found.brands), ("host", found.hosts)):
                for name in names:
                    _add(groups[group].setdefault(name, {}), {found.verdict: rows})
            for target in found.held:
                held[target] = held.get(target, HeldTarget()).plus(HeldTarget(rows, reach))
        for (year, month, verdict), count in self._months.items():
            _add(groups["month"].setdefault(f"{year:04}-{month:02}", {}), {verdict: count})
        answers = verdicts.total()
        return Totals(answers + rejected, answers, rejected, dict(verdicts), dict(self._moves), groups, held)


def _add(counts: dict[str, int], more: Mapping[str, int]) -> None:
    for name, count in more.items():
        counts[name] = counts.get(name, 0) + count


def _both(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    summed = dict(one)
    _add(summed, other)
    return summed


def _trim(counts: dict[str, _Count], weight: Callable[[_Count], Any], plus: Callable[[_Count, _Count], _Count]) -> None:
    """Count the lightest together, where there are too many."""
    if len(counts) <= MOST_NAMES:
        return
    rest = counts.pop(REST, None)
    by_weight = sorted(counts, key=lambda name: (weight(counts[name]), name), reverse=True)
    for name in by_weight[KEPT_NAMES:]:
        dropped = counts.pop(name)
        rest = dropped if rest is None else plus(rest, dropped)
    if rest is not None:
        counts[REST] = rest
