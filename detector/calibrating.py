"""From raw scores to log-odds that mean what they say: a rising line with bends for each view.

The line is fitted to scores that no model learned from (cross-fitted ones, and those of the split ``calibrate``), by
logistic loss at even classes; then the card's prevalence is put back. Its slopes stay within bounds, so that a score
just above a bend is never worth much more than one just below, and no feature comes to weigh more than it may.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from detector.model import VIEWS, ViewCalibration, log_odds
from detector.rows import Row, row_weights

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

PREVALENCE = 0.01
"""Share of counterfeit links for which probabilities are calibrated."""
ROWS_FOR_A_BEND = 60
"""Rows of the rarer class for each bend; with fewer a line would follow chance."""
MOST_BENDS = 10
MIN_ROWS = 40
"""A view with fewer rows of a class takes its slope from all views together."""
SLOPES = (0.05, 1.0)
"""At most 1, so that no feature comes to weigh more than its limit."""
ROUGHNESS = 1e-3
"""Penalty on the change of slope at a bend, so that a line bends only where rows ask for it."""


class Scored(NamedTuple):
    """Rows with raw scores of models that did not learn from them."""

    rows: Sequence[Row]
    raw: Floats

    def of(self, view: str) -> Scored:
        """Those of one view."""
        inside = [n for n, row in enumerate(self.rows) if row.view == view]
        return Scored([self.rows[n] for n in inside], self.raw[inside])


def calibrate(scored: Scored) -> dict[str, ViewCalibration]:
    """The line of every view."""
    together = line_of(scored)
    views = {view: _of_view(scored.of(view), together) for view in VIEWS[1:]}
    return {"none": _constant(together)} | views


def _constant(together: ViewCalibration) -> ViewCalibration:
    """Where nothing is known the base rate is all there is; a raw score is then always 0."""
    return ViewCalibration((0.0, 1.0), (log_odds(PREVALENCE), log_odds(PREVALENCE) + together.slope_at(0.0)))


def _of_view(scored: Scored, together: ViewCalibration) -> ViewCalibration:
    rarer = _rarer_class(scored.rows)
    if rarer >= MIN_ROWS:
        return line_of(scored)
    return _moved(together, scored) if rarer else together


def _rarer_class(rows: Sequence[Row]) -> int:
    """How many rows the class with fewer has; 0 where there is but one class."""
    counterfeit = sum(r.example.counterfeit for r in rows)
    return min(counterfeit, len(rows) - counterfeit)


def line_of(scored: Scored) -> ViewCalibration:
    """The rising line that fits these rows best."""
    labels, weights = _labels(scored.rows), row_weights(scored.rows)
    bends = _bends(scored.raw, min(MOST_BENDS, _rarer_class(scored.rows) // ROWS_FOR_A_BEND))
    parts = _parts(bends, scored.raw)
    start = np.concatenate(([0.0], np.ones(len(bends) - 1)))
    limits = [(None, None)] + [SLOPES] * (len(bends) - 1)
    found = minimize(
        _loss, start, args=(parts, labels, weights / weights.sum()), jac=True, bounds=limits, method="L-BFGS-B",
        options={"maxiter": 500},
    ).x  # fmt: skip
    heights = found[0] + np.concatenate(([0.0], np.cumsum(found[1:] * np.diff(bends))))
    return _rounded(bends, heights + log_odds(PREVALENCE))


def _labels(rows: Sequence[Row]) -> Floats:
    return np.array([1.0 if r.example.counterfeit else -1.0 for r in rows])


def _bends(raw: Floats, inner: int) -> Floats:
    """Where the line may bend: at even shares of the rows, and at the ends."""
    places = np.unique(np.round(np.quantile(raw, np.linspace(0.01, 0.99, inner + 2)), 3))
    apart = [places[0]]
    for place in places[1:]:
        if place - apart[-1] >= 0.1:
            apart.append(place)
    return np.array(apart) if len(apart) > 1 else np.array([apart[0], apart[0] + 1.0])


def _parts(bends: Floats, raw: Floats) -> Floats:
    """Rows × (1, way gone on each stretch of the line): the line's height is linear in start and slopes."""
    ways = np.clip(raw[:, None], bends[:-1], bends[1:]) - bends[:-1]
    ways[:, 0] += np.minimum(raw - bends[0], 0.0)
    ways[:, -1] += np.maximum(raw - bends[-1], 0.0)
    return np.hstack((np.ones((len(raw), 1)), ways))


def _loss(line: Floats, parts: Floats, labels: Floats, weights: Floats) -> tuple[float, Floats]:
    margins = labels * (parts @ line)
    slopes = -labels * weights / (1.0 + np.exp(np.clip(margins, -500, 500)))
    turns = np.diff(line[1:])
    gradient = parts.T @ slopes
    gradient[1:-1] -= 2 * ROUGHNESS * turns
    gradient[2:] += 2 * ROUGHNESS * turns
    return float(weights @ np.logaddexp(0.0, -margins) + ROUGHNESS * turns @ turns), gradient


def _moved(together: ViewCalibration, scored: Scored) -> ViewCalibration:
    """The common line, higher or lower: so that probabilities sum to the positives, by bisection."""
    labels, weights = _labels(scored.rows) > 0, row_weights(scored.rows)
    heights = np.array([together.at(raw) for raw in scored.raw]) - log_odds(PREVALENCE)
    low, high = -30.0, 30.0
    for _ in range(60):
        middle = (low + high) / 2
        expected = weights @ (1 / (1 + np.exp(-np.clip(heights + middle, -500, 500))))
        low, high = (middle, high) if expected < weights @ labels else (low, middle)
    return _rounded(np.array(together.raw), np.array(together.log_odds) + (low + high) / 2)


def _rounded(raw: Floats, heights: Floats) -> ViewCalibration:
    return ViewCalibration(tuple(round(float(x), 3) for x in raw), tuple(round(float(x), 4) for x in heights))
