"""Whether probabilities mean what they say: bins of equal size, and the expected calibration error (Naeini, 2015).

At one counterfeit link in a hundred nearly all rows would fall into one bin, so probabilities are first brought to a
prevalence of one half, and both classes are weighed to one half each.
"""

from __future__ import annotations

import msgspec
import numpy as np

from detector.evaluation.curves import Booleans, Floats

BINS = 10


class Bin(msgspec.Struct, frozen=True):
    """Rows of similar probability. All shares are at a prevalence of one half."""

    rows: int
    weight: float
    """Share of all weight, 0 to 1."""
    predicted: float
    """Mean probability."""
    observed: float
    """Share that is counterfeit."""


def at_one_half(probabilities: Floats, prevalence: float) -> Floats:
    """Probabilities moved from a prevalence to one half (Elkan, 2001)."""
    safe = np.clip(probabilities, 1e-12, 1 - 1e-12)
    odds = safe / (1 - safe) * (1 - prevalence) / prevalence
    return np.asarray(odds / (1 + odds))


def reliability(probabilities: Floats, labels: Booleans, weights: Floats) -> tuple[Bin, ...]:
    """At most ten bins of about as many rows each, by rising probability; rows of one probability stay together."""
    order = np.argsort(probabilities, kind="stable")
    ranked = probabilities[order]
    starts = ranked[len(ranked) * np.arange(1, BINS) // BINS] if len(ranked) else ranked
    parts = [part for part in np.split(order, np.unique(np.searchsorted(ranked, starts))) if len(part)]
    total = float(weights.sum())
    return tuple(_bin(probabilities[part], labels[part], weights[part], total) for part in parts)


def _bin(probabilities: Floats, labels: Booleans, weights: Floats, total: float) -> Bin:
    return Bin(
        rows=len(labels),
        weight=round(float(weights.sum()) / total, 4),
        predicted=round(float(np.average(probabilities, weights=weights)), 4),
        observed=round(float(np.average(labels, weights=weights)), 4),
    )


def calibration_error(bins: tuple[Bin, ...]) -> float:
    """Mean distance of what was predicted from what was observed, 0 to 1."""
    return round(sum(b.weight * abs(b.predicted - b.observed) for b in bins), 4)
