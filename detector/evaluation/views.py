"""How well a model separates by the kind of evidence that it was given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from detector.evaluation.calibration import Bin, at_one_half, calibration_error, reliability
from detector.evaluation.curves import (
    Booleans,
    Floats,
    OperatingPoint,
    area_under_precision_recall,
    area_under_roc,
    has_both,
    operating_points,
    precision_at,
)
from detector.evaluation.rates import Rate, rate
from detector.evaluation.scores import labels_of, scores_of, verdicts_of
from detector.model import Model
from detector.rows import Row, row_weights


class ViewReport(msgspec.Struct, frozen=True):
    """How well one view separates. ``None`` where there are too few rows to tell."""

    view: str
    counterfeit: int
    honest: int
    auc: float | None
    pr_auc: float | None
    """Average precision at the share of counterfeit that these rows have."""
    tpr: tuple[OperatingPoint, ...]
    calibration_error: float | None
    """Expected calibration error, both classes weighed to one half each."""
    reliability: tuple[Bin, ...]
    held_counterfeit: Rate
    held_honest: Rate
    reviewed_counterfeit: Rate
    """Sent to people, but not held."""
    reviewed_honest: Rate
    hold_precision_at_one_percent: float | None
    """Share of the held that is counterfeit, at one counterfeit link in a hundred."""


class Scored(NamedTuple):
    """The rows of one view with their scores, for whoever draws curves."""

    view: str
    rows: list[Row]
    scores: Floats
    labels: Booleans


def score_views(model: Model, rows: Sequence[Row]) -> list[Scored]:
    """Every row's score, by view."""
    views: dict[str, list[Row]] = {}
    for row in rows:
        views.setdefault(row.view, []).append(row)
    return [Scored(view, group, scores_of(model, group), labels_of(group)) for view, group in sorted(views.items())]


def judge_view(model: Model, scored: Scored) -> ViewReport:
    """The report of one view."""
    scores, labels = scored.scores, scored.labels
    verdicts = verdicts_of(model, scored.rows, scores)
    held = np.array([v == "hold" for v in verdicts], dtype=np.bool_)
    reviewed = np.array([v == "review" for v in verdicts], dtype=np.bool_)
    held_counterfeit, held_honest = _share(held, labels), _share(held, ~labels)
    even = at_one_half(scores, model.prevalence)
    bins = reliability(even, labels, row_weights(scored.rows)) if has_both(labels) else ()
    return ViewReport(
        view=scored.view,
        counterfeit=held_counterfeit.trials,
        honest=held_honest.trials,
        auc=area_under_roc(scores, labels),
        pr_auc=area_under_precision_recall(scores, labels),
        tpr=operating_points(scores, labels),
        calibration_error=calibration_error(bins) if bins else None,
        reliability=bins,
        held_counterfeit=held_counterfeit,
        held_honest=held_honest,
        reviewed_counterfeit=_share(reviewed, labels),
        reviewed_honest=_share(reviewed, ~labels),
        hold_precision_at_one_percent=_precision(held_counterfeit, held_honest),
    )


def _share(chosen: Booleans, among: Booleans) -> Rate:
    return rate(int((chosen & among).sum()), int(among.sum()))


def _precision(found: Rate, accused: Rate) -> float | None:
    if not (found.trials and accused.trials):
        return None
    return precision_at(found.events / found.trials, accused.events / accused.trials, 0.01)
