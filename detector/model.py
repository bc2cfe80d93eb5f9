"""A calibrated linear model over named features: probability and exact contributions, without scikit-learn.

In log-odds, a score is ``intercept(view) + slope(view) × Σ weight × value``. A *view* is the set of parts that there
was evidence for (``url``, ``text``, ``page`` and their unions); each has an intercept and a slope of its own, fitted on
rows of that view, so that missing evidence is missing and each union is calibrated by itself. The slope is folded into
the contributions, so they add up to the score exactly. Calibration in log-odds: Platt, 1999. Prior shift: Elkan, 2001.
"""

from __future__ import annotations

from math import exp, log

import msgspec

from detector.features.registry import Observations
from detector.reading import Evidence
from detector.types import VerdictName

VIEWS = ("none", "url", "text", "page", "url+text", "url+page", "text+page", "url+text+page")


class ViewCalibration(msgspec.Struct, frozen=True):
    """How a raw score of one view becomes log-odds at the card's prevalence."""

    intercept: float
    slope: float


class Thresholds(msgspec.Struct, frozen=True):
    """Probabilities from which a verdict is given."""

    review: float
    hold: float


class Model(msgspec.Struct, frozen=True):
    """The weights, as data."""

    version: str
    prevalence: float
    """Share of counterfeit links for which probabilities are calibrated, 0 to 1."""
    weights: dict[str, float]
    views: dict[str, ViewCalibration]
    thresholds: Thresholds

    def shifted(self, prevalence: float) -> Model:
        """The same model for a platform with another share of counterfeit links; thresholds stay probabilities."""
        delta = log_odds(prevalence) - log_odds(self.prevalence)
        views = {
            name: msgspec.structs.replace(view, intercept=view.intercept + delta) for name, view in self.views.items()
        }
        return msgspec.structs.replace(self, prevalence=prevalence, views=views)


class Score(msgspec.Struct, frozen=True):
    """Probability, and how it came about. Contributions are in log-odds; with ``base`` they sum to the score."""

    counterfeit_probability: float
    base: float
    contributions: dict[str, float]
    view: str


def view_of(evidence: Evidence) -> str:
    """Which parts there is evidence for. A short link that hides its end is no evidence, nor is an unreadable page."""
    link, page = evidence.link, evidence.page
    has_url = link is not None and not link.opaque and link.kind != "unreadable"
    has_text = evidence.text is not None
    has_page = page is not None and page.problem is None
    return VIEWS[_VIEW_NUMBER[has_url, has_text, has_page]]


_VIEW_NUMBER = {
    (False, False, False): 0,
    (True, False, False): 1,
    (False, True, False): 2,
    (False, False, True): 3,
    (True, True, False): 4,
    (True, False, True): 5,
    (False, True, True): 6,
    (True, True, True): 7,
}


def evaluate(model: Model, observations: Observations, view: str) -> Score:
    """The score of one link's features. Unknown features weigh nothing."""
    calibration = model.views[view]
    weights, slope = model.weights, calibration.slope
    contributions = {
        name: slope * weights[name] * observation.value for name, observation in observations.items() if name in weights
    }
    base = calibration.intercept
    return Score(sigmoid(base + sum(contributions.values())), base, contributions, view)


def verdict_of(score: Score, thresholds: Thresholds) -> VerdictName:
    """A link's own words may send it to people, but never hide it: a brand in a domain alone is not enough."""
    if score.counterfeit_probability >= thresholds.hold and score.view != "url":
        return "hold"
    return "review" if score.counterfeit_probability >= thresholds.review else "allow"


def sigmoid(score: float) -> float:
    """Log-odds to probability, without overflow."""
    if score >= 0:
        return 1.0 / (1.0 + exp(-score))
    power = exp(score)
    return power / (1.0 + power)


def log_odds(probability: float) -> float:
    """Probability, in the open interval from 0 to 1, to log-odds."""
    return log(probability / (1.0 - probability))
