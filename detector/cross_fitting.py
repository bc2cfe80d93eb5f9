"""Scores of rows by models that were fitted without their group: what calibration and thresholds may be taken from.

A model is surest about what it was fitted on, so its own scores of those rows tell nothing about new posts. Each group
(a writer, a host, a ring of accounts, near-duplicate texts) belongs to one of the folds and is scored by the model that
was fitted on the others ("cross-fitting": Chernozhukov et al., 2018).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from detector.fitting import fit, raw_scores
from detector.rows import Row
from detector.vocabulary import Corpus, Integers

Floats = NDArray[np.float64]

FOLDS = 6


def folds_of(rows: Sequence[Row]) -> NDArray[np.intp]:
    """The fold of each row. Groups that come as one source each (writers) are dealt out evenly, others by digest."""
    writers = sorted({r.example.group for r in rows if r.example.group.startswith("writer:")})
    dealt = {group: number % FOLDS for number, group in enumerate(writers)}
    return np.array([_fold(r.example.group, dealt) for r in rows], dtype=np.intp)


def _fold(group: str, dealt: dict[str, int]) -> int:
    if group not in dealt:
        dealt[group] = int(hashlib.sha256(group.encode("utf-8", "replace")).hexdigest()[:8], 16) // 100 % FOLDS
    return dealt[group]


def cross_fitted(
    rows: Sequence[Row], corpus: Corpus, numbers: Integers, tick: Callable[[], None] = lambda: None
) -> Floats:
    """Raw scores of the rows of these numbers, each by a model that saw nothing of its group.

    ``tick`` is called after each fold.
    """
    folds = folds_of([rows[n] for n in numbers])
    scores = np.zeros(len(numbers))
    for fold in range(FOLDS):
        inside, outside = folds == fold, numbers[folds != fold]
        if inside.any() and len(outside):
            scores[inside] = raw_scores(fit(rows, corpus, outside), rows, corpus, numbers[inside])
        tick()
    return scores
