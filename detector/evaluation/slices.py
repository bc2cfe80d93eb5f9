"""What happens to each kind of people and goods, one row a post or link, with everything that the row came with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import msgspec

from detector.evaluation.rates import Verdicts, count_verdicts
from detector.evaluation.scores import scores_of, verdicts_of
from detector.examples import Example
from detector.model import Model
from detector.rows import Row
from detector.types import VerdictName

_T = TypeVar("_T")


class SliceReport(msgspec.Struct, frozen=True):
    """One kind of people or goods of one source."""

    source: str
    slice: str
    counterfeit: bool
    verdicts: Verdicts


def judge_slices(model: Model, rows: Sequence[Row]) -> tuple[SliceReport, ...]:
    """Verdicts on rows in the view in which they came, by source and slice; counterfeit first."""
    natural = [row for row in rows if row.natural]
    verdicts = verdicts_of(model, natural, scores_of(model, natural))
    return by_slice((row.example, verdict) for row, verdict in zip(natural, verdicts, strict=True))


def by_slice(judged: Iterable[tuple[Example, VerdictName]]) -> tuple[SliceReport, ...]:
    """Counts by source and slice."""
    groups = grouped(judged, lambda pair: slice_key(pair[0]))
    return tuple(
        SliceReport(source, name, not honest, count_verdicts(verdict for _, verdict in group))
        for (honest, source, name), group in groups
    )


def slice_key(example: Example) -> tuple[bool, str, str]:
    """Whether it is honest, its source and its slice; the writers of written posts are one source."""
    source = "written" if example.source.startswith("written/") else example.source
    return not example.counterfeit, source, example.slice


def grouped(
    items: Iterable[_T], key: Callable[[_T], tuple[bool, str, str]]
) -> list[tuple[tuple[bool, str, str], list[_T]]]:
    """Items by key, in the order of the keys."""
    groups: dict[tuple[bool, str, str], list[_T]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return sorted(groups.items())
