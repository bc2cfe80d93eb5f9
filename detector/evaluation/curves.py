"""How well scores separate, whatever the threshold: ROC, precision and recall, and the areas below them. Pure numpy.

Every function takes ``scores`` (any order-preserving number) and ``labels`` (true where counterfeit) of one length.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

RATES = (0.001, 0.003, 0.01, 0.03)
"""False-positive rates at which the share of counterfeit found is told."""


class OperatingPoint(msgspec.Struct, frozen=True):
    """The share of counterfeit found while at most ``fpr`` of the honest are accused."""

    fpr: float
    tpr: float | None
    """``None`` where there are fewer than ``1 / fpr`` honest rows: such a rate cannot be told, so it is not guessed."""


def roc(scores: Floats, labels: Booleans) -> tuple[Floats, Floats]:
    """False and true positive rates at every distinct score, from (0, 0) to (1, 1). Fawcett, 2006."""
    hits, misses = _counts(scores, labels)
    return np.concatenate([[0.0], misses / max(1, misses[-1])]), np.concatenate([[0.0], hits / max(1, hits[-1])])


def precision_recall(scores: Floats, labels: Booleans) -> tuple[Floats, Floats]:
    """Precision and recall at every distinct score, by falling score."""
    hits, misses = _counts(scores, labels)
    return hits / (hits + misses), hits / max(1, hits[-1])


def _counts(scores: Floats, labels: Booleans) -> tuple[Floats, Floats]:
    """How many of each class have at least each distinct score; ties move together, or their order would count."""
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    ends = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)
    hits = np.cumsum(labels[order])[ends].astype(np.float64)
    return hits, ends + 1.0 - hits


def area_under_roc(scores: Floats, labels: Booleans) -> float | None:
    """Chance that a counterfeit row outranks an honest one, ties counting half; ``None`` without both classes."""
    if not has_both(labels):
        return None
    fpr, tpr = roc(scores, labels)
    return round(float(np.trapezoid(tpr, fpr)), 4)


def area_under_precision_recall(scores: Floats, labels: Booleans) -> float | None:
    """Average precision, at the share of counterfeit that these rows have; ``None`` without both classes."""
    if not has_both(labels):
        return None
    precision, recall = precision_recall(scores, labels)
    return round(float(np.sum(np.diff(recall, prepend=0.0) * precision)), 4)


def has_both(labels: Booleans) -> bool:
    """Whether there is a row of each class."""
    return bool(labels.any()) and not bool(labels.all())


def operating_points(scores: Floats, labels: Booleans) -> tuple[OperatingPoint, ...]:
    """The share found at each rate of ``RATES``."""
    return tuple(OperatingPoint(rate, tpr_at(scores, labels, rate)) for rate in RATES)


def tpr_at(scores: Floats, labels: Booleans, rate: float) -> float | None:
    """Share of the counterfeit above the score that at most ``rate`` of the honest exceed."""
    fake, honest = scores[labels], scores[~labels]
    if not len(fake) or len(honest) * rate < 1:
        return None
    threshold = np.sort(honest)[::-1][int(len(honest) * rate)]
    return round(float(np.mean(fake > threshold)), 4)


def precision_at(recall: float | None, false: float | None, prevalence: float) -> float | None:
    """Share of the accused that is counterfeit, at a share of counterfeit in the stream (Bayes)."""
    if recall is None or false is None or recall + false == 0:
        return None
    return round(recall * prevalence / (recall * prevalence + false * (1 - prevalence)), 4)
