"""What each group of features is worth: the same rows scored as if the group had seen nothing.

Nothing is trained again, so this tells what the model leans on, not what it could do without: a model trained without
the group would lean on others more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from detector.evaluation.curves import area_under_roc, tpr_at
from detector.evaluation.scores import Booleans, Floats, family_of, labels_of, scores_of, without
from detector.model import Model
from detector.rows import Row

FEWEST = 20
"""A view with fewer rows of a class says nothing."""


class Ablation(msgspec.Struct, frozen=True):
    """A view without one group of features. Changes are *without* minus *with*: below zero, the group helps."""

    view: str
    family: str
    rows: int
    """Rows in which a feature of the group was seen."""
    auc_change: float
    tpr_at_one_percent_change: float | None
    """``None`` with fewer than a hundred honest rows."""


def ablate(model: Model, rows: Sequence[Row]) -> tuple[Ablation, ...]:
    """Each group left out in each view that has rows enough, in the view in which rows came."""
    found: list[Ablation] = []
    for view in sorted({r.view for r in rows}):
        group = [r for r in rows if r.natural and r.view == view]
        labels = labels_of(group)
        if min(labels.sum(), (~labels).sum()) >= FEWEST:
            found += _of_view(_Whole(model, view, group, labels, scores_of(model, group)))
    return tuple(found)


class _Whole(NamedTuple):
    """A view with nothing left out."""

    model: Model
    view: str
    rows: Sequence[Row]
    labels: Booleans
    scores: Floats


def _of_view(whole: _Whole) -> list[Ablation]:
    families: dict[str, list[int]] = {}
    for number, row in enumerate(whole.rows):
        for family in {family_of(name) for name in row.observations}:
            families.setdefault(family, []).append(number)
    found = [_left_out(whole, family, seen) for family, seen in families.items()]
    return sorted(found, key=lambda a: (a.auc_change, a.family))


def _left_out(whole: _Whole, family: str, seen: Sequence[int]) -> Ablation:
    changed = whole.scores.copy()
    changed[seen] = scores_of(whole.model, [without(whole.rows[n], family) for n in seen])
    before, after = tpr_at(whole.scores, whole.labels, 0.01), tpr_at(changed, whole.labels, 0.01)
    auc = (area_under_roc(changed, whole.labels) or 0.0) - (area_under_roc(whole.scores, whole.labels) or 0.0)
    return Ablation(
        view=whole.view,
        family=family,
        rows=len(seen),
        auc_change=round(auc, 4),
        tpr_at_one_percent_change=None if before is None or after is None else round(after - before, 4),
    )
