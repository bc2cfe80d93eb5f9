"""The figures of a judgement, each against a value worked out by hand or by another library."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import average_precision_score, roc_auc_score

from detector.evaluation.calibration import at_one_half, calibration_error, reliability
from detector.evaluation.comparison import mcnemar
from detector.evaluation.curves import (
    area_under_precision_recall,
    area_under_roc,
    operating_points,
    precision_at,
    precision_recall,
    roc,
    tpr_at,
)
from detector.evaluation.rates import count_verdicts, rate

SCORED = st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=2, max_size=60)


def arrays(rows: list[tuple[float, bool]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([float(s) for s, _ in rows]), np.array([label for _, label in rows], dtype=np.bool_)


# curves


@given(SCORED)
def test_areas_are_those_of_scikit_learn_ties_included(rows: list[tuple[float, bool]]) -> None:
    scores, labels = arrays(rows)
    if labels.all() or not labels.any():
        assert area_under_roc(scores, labels) is None
        assert area_under_precision_recall(scores, labels) is None
        return
    assert area_under_roc(scores, labels) == pytest.approx(roc_auc_score(labels, scores), abs=6e-5)
    assert area_under_precision_recall(scores, labels) == pytest.approx(
        average_precision_score(labels, scores), abs=6e-5
    )


@given(SCORED)
def test_curves_rise_and_end_where_everything_is_accused(rows: list[tuple[float, bool]]) -> None:
    scores, labels = arrays(rows)
    fpr, tpr = roc(scores, labels)
    assert (fpr[0], tpr[0]) == (0, 0)
    assert (np.diff(fpr) >= 0).all()
    assert (np.diff(tpr) >= 0).all()
    assert fpr[-1] == (0 if labels.all() else 1)
    precision, recall = precision_recall(scores, labels)
    assert precision[-1] == pytest.approx(labels.mean())
    assert recall[-1] == (1 if labels.any() else 0)


def test_an_area_of_three_rows_by_hand() -> None:
    scores, labels = np.array([0.9, 0.5, 0.1]), np.array([True, False, True])
    assert area_under_roc(scores, labels) == 0.5
    assert area_under_precision_recall(scores, labels) == pytest.approx((1 + 2 / 3) / 2, abs=6e-5)


def test_the_share_found_at_a_rate_counts_only_what_lies_above_the_allowed_honest_row() -> None:
    honest = np.arange(100.0)
    fake = np.array([100.0, 99.0, 98.5, 98.0, 0.0])
    scores = np.concatenate([honest, fake])
    labels = np.concatenate([np.zeros(100), np.ones(5)]).astype(np.bool_)
    assert tpr_at(scores, labels, 0.01) == 0.6  # above 98, which is the second of the honest
    assert tpr_at(scores, labels, 0.03) == 0.8


@pytest.mark.parametrize(("honest", "told"), [(33, 0), (34, 1), (99, 1), (100, 2), (333, 2), (334, 3), (1_000, 4)])
def test_a_rate_that_cannot_be_told_is_left_out(honest: int, told: int) -> None:
    labels = np.array([True] + [False] * honest)
    points = operating_points(np.arange(honest + 1.0)[::-1], labels)
    assert sum(point.tpr is not None for point in points) == told


def test_precision_falls_with_prevalence_as_bayes_says() -> None:
    assert precision_at(0.949, 0.025, 0.01) == pytest.approx(0.277, abs=5e-4)  # BeyondPhish in the field
    assert precision_at(0.949, 0.025, 0.001) == pytest.approx(0.0366, abs=5e-4)
    assert precision_at(0.0, 0.0, 0.01) is None


# rates


@pytest.mark.parametrize(("events", "trials"), [(0, 10), (10, 10), (1, 3), (7, 200), (199, 200), (5, 2_000)])
def test_intervals_are_clopper_and_pearsons(events: int, trials: int) -> None:
    expected = binomtest(events, trials).proportion_ci(0.95, method="exact")
    found = rate(events, trials)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=6e-5)
    assert found.low <= found.share <= found.high


def test_of_nothing_nothing_is_known() -> None:
    assert rate(0, 0) == rate(0, 0).__class__(0, 0, 0.0, 0.0, 1.0)


def test_every_verdict_counts_once_and_a_block_is_a_hold() -> None:
    counts = count_verdicts(["hold", "block", "review", "allow", "allow"])
    assert (counts.held.events, counts.reviewed.events, counts.allowed.events) == (2, 1, 2)
    assert counts.held.trials == 5


# calibration


def test_a_model_that_is_right_about_itself_has_no_error_and_a_boastful_one_has() -> None:
    random = np.random.default_rng(1)
    probabilities = random.uniform(size=40_000)
    labels = random.uniform(size=40_000) < probabilities
    weights = np.full(40_000, 1 / 40_000)
    assert calibration_error(reliability(probabilities, labels, weights)) < 0.01
    boastful = np.where(probabilities > 0.5, 0.99, 0.01)
    assert calibration_error(reliability(boastful, labels, weights)) == pytest.approx(0.24, abs=0.01)


def test_rows_of_one_probability_stay_in_one_bin() -> None:
    probabilities = np.array([0.3] * 70 + [0.8] * 30)
    labels = np.array(([True, False] * 35) + [True] * 30)
    bins = reliability(probabilities, labels, np.full(100, 0.01))
    assert [(b.rows, b.predicted, b.observed, b.weight) for b in bins] == [(70, 0.3, 0.5, 0.7), (30, 0.8, 1.0, 0.3)]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=80))
def test_every_row_is_in_a_bin(values: list[float]) -> None:
    labels = np.zeros(len(values), dtype=np.bool_)
    bins = reliability(np.array(values), labels, np.full(len(values), 1 / len(values)))
    assert sum(b.rows for b in bins) == len(values)
    assert len(bins) <= 10
    assert math.isclose(sum(b.weight for b in bins), 1, abs_tol=1e-3)


def test_a_probability_at_the_prevalence_is_one_half_where_both_classes_are_alike() -> None:
    moved = at_one_half(np.array([0.0, 0.01, 0.5, 1.0]), 0.01)
    assert moved[1] == pytest.approx(0.5)
    assert moved[2] == pytest.approx(0.99)
    assert 0 <= moved[0] < moved[1] < moved[2] < moved[3] <= 1


# McNemar


@pytest.mark.parametrize(
    ("one", "other", "p"), [(0, 0, 1.0), (5, 5, 1.0), (0, 5, 0.0625), (1, 9, 0.021484), (12, 3, 0.035156)]
)
def test_mcnemar_by_hand(one: int, other: int, p: float) -> None:
    assert mcnemar(one, other) == mcnemar(other, one) == pytest.approx(p, abs=1e-6)
