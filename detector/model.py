"""A calibrated linear model over named features: probability and exact contributions, without scikit-learn.

A raw score is ``Σ weight × value``. A *view* is the set of parts that there was evidence for (``url``, ``text``,
``page`` and their unions); each has a rising line of its own that turns raw scores into log-odds, fitted on rows of
that view, so that missing evidence is missing and each union is calibrated by itself. What the line makes of a raw
score is shared out among the features as they made it, so contributions add up to the score exactly and keep sign and
order. Calibration in log-odds: Platt, 1999; with bends: Zadrozny and Elkan, 2002. Prior shift: Elkan, 2001.
"""

from __future__ import annotations

from bisect import bisect_right
from math import exp, log

import msgspec

from detector.features.registry import Observations
from detector.reading import Evidence
from detector.types import VerdictName
from detector.wording import Wording

VIEWS = ("none", "url", "text", "page", "url+text", "url+page", "text+page", "url+text+page")


class ViewCalibration(msgspec.Struct, frozen=True):
    """How a raw score of one view becomes log-odds at the card's prevalence: a rising line with bends.

    Beyond its ends it goes on as straight as it came.
    """

    raw: tuple[float, ...]
    """Raw scores of the bends, rising; two at least."""
    log_odds: tuple[float, ...]
    """Log-odds there, never falling."""

    def at(self, raw: float) -> float:
        """Log-odds of a raw score."""
        i = min(max(bisect_right(self.raw, raw), 1), len(self.raw) - 1)
        return self.log_odds[i - 1] + self._slope(i) * (raw - self.raw[i - 1])

    def slope_at(self, raw: float) -> float:
        """By how much log-odds rise with a raw score, there."""
        return self._slope(min(max(bisect_right(self.raw, raw), 1), len(self.raw) - 1))

    def _slope(self, i: int) -> float:
        return (self.log_odds[i] - self.log_odds[i - 1]) / (self.raw[i] - self.raw[i - 1])


def straight(intercept: float, slope: float) -> ViewCalibration:
    """A calibration without bends (Platt's)."""
    return ViewCalibration((0.0, 1.0), (intercept, intercept + slope))


class Thresholds(msgspec.Struct, frozen=True):
    """Probabilities from which a verdict is given."""

    review: float
    hold: float
    review_link_alone: float | None = None
    """From which a link is looked at where nothing but the link is known; as ``review`` where it is left out."""


class Model(msgspec.Struct, frozen=True):
    """The weights, as data."""

    version: str
    prevalence: float
    """Share of counterfeit links for which probabilities are calibrated, 0 to 1."""
    weights: dict[str, float]
    views: dict[str, ViewCalibration]
    thresholds: Thresholds
    wording: Wording | None = None
    """What was learned of how texts are worded; ``None`` where nothing was."""

    def shifted(self, prevalence: float) -> Model:
        """The same model for a platform with another share of counterfeit links; thresholds stay probabilities."""
        delta = log_odds(prevalence) - log_odds(self.prevalence)
        views = {
            name: msgspec.structs.replace(view, log_odds=tuple([value + delta for value in view.log_odds]))
            for name, view in self.views.items()
        }
        return msgspec.structs.replace(self, prevalence=prevalence, views=views)


class Score(msgspec.Struct, frozen=True):
    """Probability, and how it came about. Contributions are in log-odds; with ``base`` they sum to the score."""

    counterfeit_probability: float
    base: float
    contributions: dict[str, float]
    view: str
    by_link: float | None = None
    """Probability by the link alone, where its host names a brand or copies and a text stands beside; else ``None``."""


def view_of(evidence: Evidence) -> str:
    """Which parts there is evidence for. A short link that hides its end is no evidence, nor is an unreadable page."""
    link, page = evidence.link, evidence.page
    has_url = link is not None and not link.opaque and link.kind != "unreadable"
    has_text = evidence.text is not None
    has_page = page is not None and page.problem is None
    return VIEWS[_VIEW_NUMBER[has_url, has_text, has_page]]


_TELLING = frozenset({"url.brand_in_foreign_host", "url.replica_host", "url.homograph_brand"})
_TALK = frozenset({"stance.asking", "stance.warning", "stance.reporting"})
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
    weights, calibration = model.weights, model.views[view]
    parts = {name: weights[name] * observation.value for name, observation in observations.items() if name in weights}
    raw = sum(parts.values())
    base, whole = calibration.at(0.0), calibration.at(raw)
    share = (whole - base) / raw if abs(raw) > 1e-9 else calibration.slope_at(0.0)
    contributions = {name: share * part for name, part in parts.items()}
    return Score(sigmoid(whole), base, contributions, view, by_link(model, observations, view))


def by_link(model: Model, observations: Observations, view: str) -> float | None:
    """What a link beside a text is worth alone, where its host names somebody's brand or copies; else ``None``.

    Words about something else must not clear it, and anybody can write them. Words that ask or warn of it do.
    """
    if view != "url+text" or _TELLING.isdisjoint(observations) or not _TALK.isdisjoint(observations):
        return None
    weights = model.weights
    own = [weights.get(name, 0.0) * o.value for name, o in observations.items() if name.startswith("url.")]
    return sigmoid(model.views["url"].at(sum(own)))


def verdict_of(score: Score, thresholds: Thresholds) -> VerdictName:
    """A link's own words may send it to people, but never hide it: a brand in a domain alone is not enough."""
    if score.counterfeit_probability >= thresholds.hold and score.view != "url":
        return "hold"
    alone = thresholds.review_link_alone or thresholds.review
    if score.by_link is not None and score.by_link >= alone:
        return "review"
    least = alone if score.view == "url" else thresholds.review
    return "review" if score.counterfeit_probability >= least else "allow"


def sigmoid(score: float) -> float:
    """Log-odds to probability, without overflow."""
    if score >= 0:
        return 1.0 / (1.0 + exp(-score))
    power = exp(score)
    return power / (1.0 + power)


def log_odds(probability: float) -> float:
    """Probability, in the open interval from 0 to 1, to log-odds."""
    return log(probability / (1.0 - probability))
