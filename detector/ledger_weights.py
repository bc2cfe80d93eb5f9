"""How much rows of the record weigh in training: by their own weights among themselves, and at most a share of all.

Rows that people decided are true but chosen; the other sources are neither. The share says how far a platform's own
record may move a model, whatever its size: without it, a hundred thousand decisions that one model asked for would
drown everything else it knows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from detector.ledger_examples import SOURCE
from detector.rows import Row, row_weights

Floats = NDArray[np.float64]

DEFAULT_SHARE = 0.2


def share_out(rows: Sequence[Row], share: float) -> list[Row]:
    """The rows with weights such that those of the record have at most ``share`` of each class of each view.

    Within a view both classes weigh the same before and after, where others than the record have both. Rows that are
    not for training are given back as they are.

    Parameters
    ----------
    share
        In the open interval from 0 to 1.
    """
    found = list(rows)
    learned = [i for i, row in enumerate(rows) if row.example.split == "train"]
    for place, factor in _factors([rows[i] for i in learned], share):
        row = rows[learned[place]]
        example = msgspec.structs.replace(row.example, weight=row.example.weight * factor)
        found[learned[place]] = msgspec.structs.replace(row, example=example)
    return found


def _factors(rows: Sequence[Row], share: float) -> Iterable[tuple[int, float]]:
    """Places and factors of the rows of every class and view that the record has a part in."""
    weights = row_weights(rows)
    groups: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for i, row in enumerate(rows):
        groups[row.view, row.example.counterfeit].append(i)
    for places in groups.values():
        ours = np.array([rows[i].example.source == SOURCE for i in places])
        if ours.any():
            own = np.array([rows[i].example.weight for i in places])
            yield from zip(places, _scaled(weights[places] / own, own, ours, share).tolist(), strict=True)


def _scaled(plain: Floats, own: Floats, ours: NDArray[np.bool_], share: float) -> Floats:
    """Factors that keep the whole as it was without the rows' own weights, with the record's part within its share."""
    before, others = float(plain.sum()), float((plain * own)[~ours].sum())
    part = min(float(plain[ours].sum()), share * before)
    return np.where(ours, part / float((plain * own)[ours].sum()), (before - part) / others if others else 1.0)


def ledger_part(rows: Sequence[Row]) -> float:
    """The part of the training weight that the record has, 0 to 1."""
    learned = [row for row in rows if row.example.split == "train"]
    weights = row_weights(learned)
    ours = np.array([row.example.source == SOURCE for row in learned], dtype=bool)
    return float(weights[ours].sum() / weights.sum()) if len(weights) else 0.0
