"""Judging a model on labelled rows that it has not seen: by view, by slice of people, by source.

Accuracy alone says nothing at one counterfeit link in a hundred, so what is reported is the share of counterfeit found
at 0.1 % and 1 % false positives, precision at 1 % prevalence, calibration, and for each kind of honest people how many
of them would be held or reviewed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from detector.model import Model, evaluate, log_odds, sigmoid, verdict_of
from detector.train import Row, row_weights, upper_bound

Floats = NDArray[np.float64]
MIN_HONEST_FOR_TENTH = 1_000
"""With fewer honest rows a rate of 0.1 % cannot be told: it is left out rather than guessed."""


class ViewReport(msgspec.Struct, frozen=True):
    """How well one view separates. Rates are ``None`` where there are too few rows to tell."""

    view: str
    counterfeit: int
    honest: int
    auc: float | None
    tpr_at_tenth_percent: float | None
    tpr_at_one_percent: float | None
    calibration_error: float | None
    """Expected calibration error in ten bins of equal size, both classes weighed to one half each."""
    hold_recall: float | None
    """Share of the counterfeit rows that the threshold of ``hold`` catches."""
    hold_false: float | None
    hold_precision_at_one_percent: float | None
    """At one counterfeit link in a hundred."""


class SliceReport(msgspec.Struct, frozen=True):
    """What happens to one kind of people or goods, with everything known that the row came with."""

    source: str
    slice: str
    counterfeit: bool
    rows: int
    held: float
    reviewed: float
    """Share that goes to ``review`` only."""
    held_upper_95: float
    """Upper 95 % confidence bound of ``held``."""


class Report(msgspec.Struct, frozen=True):
    """The whole judgement."""

    model_version: str
    rows: int
    synthetic_rows: int
    """Rows whose text this project wrote itself."""
    views: tuple[ViewReport, ...]
    slices: tuple[SliceReport, ...]


def judge(model: Model, rows: Sequence[Row]) -> Report:
    """Judge a model; the rows must be ones that nothing of it was fitted on."""
    return Report(
        model_version=model.version,
        rows=len(rows),
        synthetic_rows=sum(r.example.synthetic for r in rows),
        views=tuple(_view(model, view, group) for view, group in _grouped(rows, lambda r: r.view)),
        slices=tuple(
            _slice(model, group)
            for _, group in _grouped(
                [r for r in rows if r.natural],
                lambda r: f"{not r.example.counterfeit}|{r.example.source}|{r.example.slice}",
            )
        ),
    )


def _grouped(rows: Sequence[Row], key: Callable[[Row], str]) -> list[tuple[str, list[Row]]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return sorted(groups.items())


def _probabilities(model: Model, rows: Sequence[Row]) -> Floats:
    return np.array([evaluate(model, r.observations, r.view).counterfeit_probability for r in rows])


def _view(model: Model, view: str, rows: Sequence[Row]) -> ViewReport:
    scores = _probabilities(model, rows)
    labels = np.array([r.example.counterfeit for r in rows])
    fake, honest = scores[labels], scores[~labels]
    both = len(fake) > 0 and len(honest) > 0
    hold = model.thresholds.hold if view != "url" else np.inf  # a link alone is never held
    recall = float(np.mean(fake >= hold)) if len(fake) else None
    false = float(np.mean(honest >= hold)) if len(honest) else None
    return ViewReport(
        view=view,
        counterfeit=len(fake),
        honest=len(honest),
        auc=_rounded(roc_auc_score(labels, scores)) if both else None,
        tpr_at_tenth_percent=_tpr(fake, honest, 0.001) if len(honest) >= MIN_HONEST_FOR_TENTH else None,
        tpr_at_one_percent=_tpr(fake, honest, 0.01) if len(honest) >= MIN_HONEST_FOR_TENTH / 10 else None,
        calibration_error=_calibration_error(model, scores, labels, row_weights(rows)) if both else None,
        hold_recall=_rounded(recall),
        hold_false=_rounded(false),
        hold_precision_at_one_percent=_precision(recall, false),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 4)


def _tpr(fake: Floats, honest: Floats, rate: float) -> float | None:
    """Share of the counterfeit above the score that at most ``rate`` of the honest exceed."""
    if not len(fake):
        return None
    threshold = np.sort(honest)[::-1][int(len(honest) * rate)]
    return _rounded(float(np.mean(fake > threshold)))


def _precision(recall: float | None, false: float | None, prevalence: float = 0.01) -> float | None:
    if recall is None or false is None or recall + false == 0:
        return None
    return _rounded(recall * prevalence / (recall * prevalence + false * (1 - prevalence)))


def _calibration_error(model: Model, scores: Floats, labels: NDArray[np.bool_], weights: Floats) -> float:
    """Probabilities are brought to a prevalence of one half first, where both classes can be seen in every bin."""
    shift = log_odds(0.5) - log_odds(model.prevalence)
    even = np.array([sigmoid(log_odds(min(max(p, 1e-9), 1 - 1e-9)) + shift) for p in scores])
    order = np.argsort(even)
    error = 0.0
    for part in np.array_split(order, 10):
        if len(part):
            weight = weights[part]
            gap = np.average(even[part], weights=weight) - np.average(labels[part], weights=weight)
            error += abs(float(gap)) * float(weight.sum())
    return round(error / float(weights.sum()), 4)


def _slice(model: Model, rows: Sequence[Row]) -> SliceReport:
    verdicts = [verdict_of(evaluate(model, r.observations, r.view), model.thresholds) for r in rows]
    held, reviewed = verdicts.count("hold"), verdicts.count("review")
    example = rows[0].example
    return SliceReport(
        source=example.source,
        slice=example.slice,
        counterfeit=example.counterfeit,
        rows=len(rows),
        held=round(held / len(rows), 4),
        reviewed=round(reviewed / len(rows), 4),
        held_upper_95=round(upper_bound(held, len(rows)), 4),
    )
