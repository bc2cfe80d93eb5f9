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
    """At most ten bins of as many rows each, by rising probability."""
    order = np.argsort(probabilities, kind="stable")
    total = float(weights.sum())
    bins = []
    for part in np.array_split(order, BINS):
        if len(part):
            weight = weights[part]
            predicted = float(np.average(probabilities[part], weights=weight))
            observed = float(np.average(labels[part], weights=weight))
            share = float(weight.sum()) / total
            bins.append(Bin(len(part), round(share, 4), round(predicted, 4), round(observed, 4)))
    return tuple(bins)


def calibration_error(bins: tuple[Bin, ...]) -> float:
    """Mean distance of what was predicted from what was observed, 0 to 1."""
    return round(sum(b.weight * abs(b.predicted - b.observed) for b in bins), 4)
