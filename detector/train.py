"""Training: weights, a calibration for each view, thresholds, and the card's part about how they were made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from detector.calibrating import PREVALENCE, Scored, calibrate
from detector.cross_fitting import FOLDS, cross_fitted
from detector.examples import CHOSEN_BY_A_MODEL
from detector.features.wording import OFFER, ORDINARY
from detector.fitting import Fit, fit, raw_scores
from detector.model import VIEWS, Model, Thresholds, by_link, sigmoid, straight
from detector.rows import Row
from detector.thresholds import choose_thresholds
from detector.vocabulary import corpus_of

Floats = NDArray[np.float64]

STEPS = FOLDS + 1
"""How many times ``tick`` is called."""


def train(rows: Sequence[Row], version: str, tick: Callable[[], None] = lambda: None) -> tuple[Model, dict[str, Any]]:
    """Fit a calibrated model with its thresholds; also what its card says of the thresholds.

    Weights are fitted on the split ``train``. Calibration and thresholds are taken from scores of rows that were not
    learned from: those of the split ``calibrate``, and those of ``train`` by models fitted without the row's group.
    Rows that a model chose teach weights alone.
    """
    used = [r for r in rows if r.example.split != "test"]
    corpus = corpus_of(used)
    learned = np.flatnonzero([r.example.split == "train" for r in used])
    kept_apart = np.flatnonzero([r.example.split == "calibrate" for r in used])
    fitted = fit(used, corpus, learned)
    tick()
    raw = np.zeros(len(used))
    raw[kept_apart] = raw_scores(fitted, used, corpus, kept_apart)
    raw[learned] = cross_fitted(used, corpus, learned, tick)
    model = model_of(fitted, version)
    unchosen = [n for n, r in enumerate(used) if r.example.source not in CHOSEN_BY_A_MODEL]
    used, raw = [used[n] for n in unchosen], raw[unchosen]
    model = msgspec.structs.replace(model, views=calibrate(Scored(used, raw)))
    thresholds, how = choose_thresholds(used, probabilities_of(model, used, raw), by_links(model, used))
    return msgspec.structs.replace(model, thresholds=thresholds), how


def model_of(fitted: Fit, version: str) -> Model:
    """The model of a fit, not calibrated yet, with thresholds that stand for none."""
    learned = bool(fitted.wording.stretches)
    weights = fitted.weights | ({OFFER: 1.0, ORDINARY: -1.0} if learned else {})
    wording = fitted.wording if learned else None
    return Model(version, PREVALENCE, weights, dict.fromkeys(VIEWS, straight(0.0, 1.0)), Thresholds(0.5, 0.5), wording)


def by_links(model: Model, rows: Sequence[Row]) -> Floats:
    """What the link of each row is worth alone, beside its text; 0 where that does not matter."""
    return np.array([by_link(model, r.observations, r.view) or 0.0 for r in rows])


def probabilities_of(model: Model, rows: Sequence[Row], raw: Floats) -> Floats:
    """Calibrated probabilities of raw scores."""
    return np.array([sigmoid(model.views[r.view].at(float(s))) for r, s in zip(rows, raw, strict=True)])
