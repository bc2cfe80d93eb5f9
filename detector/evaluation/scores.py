"""What judging needs of a model: the one place that knows how a row is scored."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from detector.model import Model, Score, by_link, evaluate, verdict_of
from detector.rows import Row
from detector.types import VerdictName

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


def scores_of(model: Model, rows: Sequence[Row]) -> Floats:
    """Probabilities from 0 to 1 that rows are counterfeit, in their order."""
    return np.array([evaluate(model, r.observations, r.view).counterfeit_probability for r in rows], dtype=np.float64)


def verdicts_of(model: Model, rows: Sequence[Row], scores: Floats) -> list[VerdictName]:
    """Verdicts at the model's own thresholds, as the detector gives them: a link alone is never held."""
    return [
        verdict_of(
            Score(float(p), 0.0, {}, row.view, by_link(model, row.observations, row.view)),
            model.thresholds,
        )
        for row, p in zip(rows, scores, strict=True)
    ]


def labels_of(rows: Sequence[Row]) -> Booleans:
    """Whether each row is counterfeit."""
    return np.array([r.example.counterfeit for r in rows], dtype=np.bool_)


def family_of(feature: str) -> str:
    """The group that a feature belongs to: ``price.far_below_reference`` to ``price``."""
    return feature.partition(".")[0]


def without(row: Row, family: str) -> Row:
    """The row as if no feature of a family had been observed."""
    kept = {name: seen for name, seen in row.observations.items() if family_of(name) != family}
    return msgspec.structs.replace(row, observations=kept)
