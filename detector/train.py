"""Fitting the model: weights, a calibration for each view, thresholds, and the card that says what they are.

The weights minimise the logistic loss with an L2 penalty under sign constraints (a feature's direction), by L-BFGS-B.
Within each view both classes weigh the same, and no source drowns another: a source's weight grows with the square root
of its size. Calibration then restores the prevalence that the card states.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.stats import beta
from sklearn.linear_model import LogisticRegression

from detector.examples import Example
from detector.features import REGISTRY, observe
from detector.features.registry import Observations
from detector.link_finder import blank_links, find_links
from detector.links import read_link
from detector.model import VIEWS, Model, Thresholds, ViewCalibration, evaluate, log_odds, view_of
from detector.reading import Evidence, Reader

Floats = NDArray[np.float64]

PREVALENCE = 0.01
FALSE_HOLD_LIMIT = 0.001
"""Highest share of honest posts that may be held; the upper 95 % confidence bound stays under it."""
REVIEW_SHARE = 0.01
"""Share of honest posts that the moderators' capacity allows to be looked at."""
SMALLEST_COUNT = 3
"""A feature seen fewer times in training gets no weight."""
L2 = 0.01
DOUBTFUL = frozenset({"other_link_comment"})
"""Honest by rules that a spot check found wrong in 2 of 50: such labels cannot show a rate of one in a thousand."""
MIN_ROWS = 40
"""A view with fewer rows of a class is calibrated with the slope of all views together."""


class Row(msgspec.Struct, frozen=True):
    """One example seen through one view."""

    example: Example
    view: str
    observations: Observations
    natural: bool
    """The view in which the example came, with nothing hidden."""


def rows_of(examples: Iterable[Example], reader: Reader, tick: Callable[[], None] = lambda: None) -> list[Row]:
    """Every example in every view that it has evidence for; ``tick`` is called after each example."""
    rows: list[Row] = []
    for example in examples:
        rows += _views(example, reader)
        tick()
    return rows


def _views(example: Example, reader: Reader) -> list[Row]:
    link = None if example.url is None else read_link(example.url)
    words = blank_links(example.text, find_links(example.text)) if example.text else ""
    text = reader.text(words) if words.strip() else None
    page = None if example.page is None else reader.page(example.page)
    full = reader.evidence(link, text, page, example.n_links)
    rows = [Row(example, view_of(full), observe(full), natural=True)]
    talk = example.slice in {"question", "warning"}
    for hidden in _masks(full):
        view = view_of(hidden)
        # What a bare link leads to is not told by the label of a text that warns of it.
        if view != "none" and view != rows[0].view and not (talk and hidden.text is None):
            rows.append(Row(example, view, observe(hidden), natural=False))
    return rows


def _masks(full: Evidence) -> list[Evidence]:
    """The same evidence with parts hidden."""
    masks = []
    for keep_link, keep_text, keep_page in np.ndindex(2, 2, 2):
        masks.append(
            msgspec.structs.replace(
                full,
                link=full.link if keep_link else None,
                host_brand=full.host_brand if keep_link else None,
                own_site=full.own_site and bool(keep_link),
                text=full.text if keep_text else None,
                page=full.page if keep_page else None,
                page_text=full.page_text if keep_page else None,
            )
        )
    views = {view_of(m): m for m in masks}
    return list(views.values())


def train(rows: Sequence[Row], version: str) -> tuple[Model, dict[str, Any]]:
    """A calibrated model with its thresholds, and the card's part about how it was made."""
    fitting = [r for r in rows if r.example.split == "train"]
    calibrating = [r for r in rows if r.example.split == "calibrate"]
    weights = _fit_weights(fitting)
    raw = Model(version, PREVALENCE, weights, dict.fromkeys(VIEWS, ViewCalibration(0.0, 1.0)), Thresholds(0.5, 0.5))
    model = msgspec.structs.replace(raw, views=_calibrate(raw, fitting, calibrating))
    thresholds, how = choose_thresholds(model, calibrating)
    return msgspec.structs.replace(model, thresholds=thresholds), how


def row_weights(rows: Sequence[Row]) -> Floats:
    """Both classes of a view weigh the same; within a class, a source weighs the square root of its size.

    A view weighs the square root of its rows, so that seventy pages do not outvote ten thousand texts.
    """
    sizes = Counter((r.view, r.example.counterfeit, r.example.source) for r in rows)
    totals: dict[tuple[str, bool], float] = defaultdict(float)
    for (view, label, _), size in sizes.items():
        totals[view, label] += size**0.5
    views = Counter(r.view for r in rows)
    whole = sum(size**0.5 for size in views.values())
    return np.array(
        [
            (sizes[r.view, r.example.counterfeit, r.example.source] ** -0.5 / totals[r.view, r.example.counterfeit])
            * (views[r.view] ** 0.5 / whole / 2)
            for r in rows
        ]
    )


def _fit_weights(rows: Sequence[Row]) -> dict[str, float]:
    counts = Counter(name for r in rows for name in r.observations)
    names = sorted(n for n, size in counts.items() if size >= SMALLEST_COUNT and not n.startswith("abstain."))
    features = _matrix(rows, names)
    labels = np.array([1.0 if r.example.counterfeit else -1.0 for r in rows])
    importance = row_weights(rows)
    bounds = [_bounds(name) for name in names] + [(None, None)] * len(VIEWS)
    start = np.zeros(len(names) + len(VIEWS))
    penalty = np.concatenate([np.full(len(names), L2), np.full(len(VIEWS), 1e-4)]) / len(names)
    found = minimize(
        _loss, start, args=(features, labels, importance, penalty), jac=True, bounds=bounds, method="L-BFGS-B",
        options={"maxiter": 2000},
    )  # fmt: skip
    return {name: round(float(w), 4) for name, w in zip(names, found.x, strict=False) if abs(w) > 1e-3}


def _matrix(rows: Sequence[Row], names: Sequence[str]) -> csr_matrix:
    column = {name: i for i, name in enumerate(names)}
    data, columns, starts = [], [], [0]
    for row in rows:
        for name, observation in row.observations.items():
            if name in column:
                data.append(observation.value)
                columns.append(column[name])
        data.append(1.0)
        columns.append(len(names) + VIEWS.index(row.view))
        starts.append(len(data))
    return csr_matrix((data, columns, starts), shape=(len(rows), len(names) + len(VIEWS)))


def _bounds(name: str) -> tuple[float, float]:
    limit = REGISTRY[name].limit
    return {"fake": (0.0, limit), "genuine": (-limit, 0.0), "either": (-limit, limit)}[REGISTRY[name].direction]


def _loss(
    weights: Floats, features: csr_matrix, labels: Floats, importance: Floats, penalty: Floats
) -> tuple[float, Floats]:
    margins = labels * (features @ weights)
    losses = np.logaddexp(0.0, -margins)
    slopes = -labels * importance / (1.0 + np.exp(np.clip(margins, -500, 500)))
    loss = float(importance @ losses + penalty @ weights**2)
    return loss, np.asarray(features.T @ slopes + 2 * penalty * weights)


def _scores(model: Model, rows: Sequence[Row]) -> Floats:
    """Uncalibrated sums of weight × value."""
    return np.array([sum(evaluate(model, r.observations, r.view).contributions.values()) for r in rows])


def _calibrate(raw: Model, fitting: Sequence[Row], calibrating: Sequence[Row]) -> dict[str, ViewCalibration]:
    """Platt's calibration for each view on rows that the weights were not fitted on, at the card's prevalence."""
    everything = _platt(raw, calibrating, None)
    views = {"none": ViewCalibration(log_odds(PREVALENCE), everything.slope)}
    for view in VIEWS[1:]:
        rows = [r for r in calibrating if r.view == view]
        few = _rarer_class(rows) < MIN_ROWS
        # Too few rows to fit a slope of their own: the intercept is fitted, on the training rows as well.
        rows = rows + [r for r in fitting if r.view == view] if few else rows
        # With one class only there is nothing to fit: the calibration of all views together stands in.
        views[view] = _platt(raw, rows, everything.slope if few else None) if _rarer_class(rows) else everything
    return views


def _rarer_class(rows: Sequence[Row]) -> int:
    """How many rows the class with fewer has; 0 where there is but one class."""
    counterfeit = sum(r.example.counterfeit for r in rows)
    return min(counterfeit, len(rows) - counterfeit)


def _platt(raw: Model, rows: Sequence[Row], slope: float | None) -> ViewCalibration:
    scores = _scores(raw, rows)
    labels = np.array([r.example.counterfeit for r in rows])
    weights = row_weights(rows)
    if slope is None:
        fit = LogisticRegression(C=1e6).fit(scores[:, None], labels, sample_weight=weights * len(rows))
        # At most 1, so that no feature weighs more than its limit; never against the direction of the weights.
        slope = min(1.0, max(0.05, float(fit.coef_[0, 0])))
    intercept = _intercept(scores * slope, labels, weights)
    # Both classes weighed the same in the fit: the prior is put back here.
    return ViewCalibration(round(intercept + log_odds(PREVALENCE), 4), round(slope, 4))


def _intercept(scores: Floats, labels: NDArray[np.bool_], weights: Floats) -> float:
    """The intercept at which probabilities sum to the positives, by bisection."""
    low, high = -30.0, 30.0
    for _ in range(60):
        middle = (low + high) / 2
        expected = weights @ (1 / (1 + np.exp(-np.clip(scores + middle, -500, 500))))
        low, high = (middle, high) if expected < weights @ labels else (low, middle)
    return (low + high) / 2


def choose_thresholds(model: Model, rows: Sequence[Row]) -> tuple[Thresholds, dict[str, Any]]:
    """``hold``: the lowest probability at which the upper bound of false holds stays under the limit.

    ``review``: the lowest at which no kind of evidence sends more honest posts to people than they can look at.
    """
    honest = [r for r in rows if r.natural and not r.example.counterfeit and r.example.slice not in DOUBTFUL]
    with_text = _honest_scores(model, [r for r in honest if "text" in r.view])
    links_alone = _honest_scores(model, [r for r in honest if "text" not in r.view])
    groups = [group for group in (with_text, links_alone) if len(group)]
    # Just above the first honest post that would be one too many. A link alone is never held.
    hold = min(0.999999, float(with_text[_allowed(len(with_text))]) + 1e-6)
    review = min(hold, max(float(group[int(len(group) * REVIEW_SHARE)]) for group in groups) + 1e-6)
    n, allowed = len(with_text), _allowed(len(with_text))
    how = {
        "left_out_as_doubtful": sorted(DOUBTFUL),
        "honest_posts_with_text": n,
        "honest_links_alone": len(links_alone),
        "false_holds_among_posts_with_text": allowed,
        "false_hold_rate_upper_95": round(upper_bound(allowed, n), 6),
        "false_hold_limit": FALSE_HOLD_LIMIT,
        "review_share_of_honest_posts": REVIEW_SHARE,
    }
    return Thresholds(review=round(review, 6), hold=round(hold, 6)), how


def _allowed(trials: int) -> int:
    """How many of so many honest rows may be held while the upper bound stays under the limit."""
    events = 0
    while events + 1 < trials and upper_bound(events + 1, trials) <= FALSE_HOLD_LIMIT:
        events += 1
    return events


def _honest_scores(model: Model, rows: Sequence[Row]) -> Floats:
    """Probabilities, the highest first."""
    return np.sort([evaluate(model, r.observations, r.view).counterfeit_probability for r in rows])[::-1]


def upper_bound(events: int, trials: int, confidence: float = 0.95) -> float:
    """One-sided upper confidence bound of a binomial rate (Clopper and Pearson, 1934)."""
    return 1.0 if events >= trials else float(beta.ppf(confidence, events + 1, trials - events))
