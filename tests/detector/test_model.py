"""The model's arithmetic: exact contributions, calibration for each kind of evidence, prior shift."""

from __future__ import annotations

import math
from itertools import pairwise

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.artefact import load_model, newest_model
from detector.examples import load_examples
from detector.features import REGISTRY
from detector.links import read_link
from detector.model import (
    VIEWS,
    Model,
    Score,
    Thresholds,
    ViewCalibration,
    evaluate,
    log_odds,
    sigmoid,
    straight,
    verdict_of,
    view_of,
)
from detector.reading import Evidence, PageEvidence
from detector.rows import Row, rows_of
from detector.score import default_reader
from detector.types import Observation, PageSnapshot

SHIPPED = load_model(newest_model())
READER = default_reader()
SMALL = Model(
    version="2026.1-1",
    prevalence=0.01,
    weights={"claim.replica": 2.0, "claim.used": -1.5, "brand.many": 0.5},
    views={name: straight(-4.0 + number, 0.5 + number / 4) for number, name in enumerate(VIEWS)},
    thresholds=Thresholds(review=0.1, hold=0.5),
)
VALUES = st.floats(-5, 5)


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return rows_of(load_examples(), READER)


def test_contributions_and_base_are_the_log_odds_on_every_sample_row(rows: list[Row]) -> None:
    for row in rows:
        score = evaluate(SHIPPED, row.observations, row.view)
        total = score.base + sum(score.contributions.values())
        assert math.isclose(sigmoid(total), score.counterfeit_probability, rel_tol=1e-9)
        assert abs(total) > 20 or math.isclose(
            total, log_odds(score.counterfeit_probability), rel_tol=1e-7, abs_tol=1e-9
        )


def test_equals_the_dot_product_on_every_sample_row(rows: list[Row]) -> None:
    names = sorted(REGISTRY)
    matrix = np.array([[r.observations[n].value if n in r.observations else 0.0 for n in names] for r in rows])
    weights = np.array([SHIPPED.weights.get(n, 0.0) for n in names])
    heights = [SHIPPED.views[r.view].at(float(raw)) for r, raw in zip(rows, matrix @ weights, strict=True)]
    expected = 1 / (1 + np.exp(-np.array(heights)))
    seen = np.array([evaluate(SHIPPED, r.observations, r.view).counterfeit_probability for r in rows])
    assert len(rows) > 2_000
    assert np.abs(seen - expected).max() < 1e-9


@pytest.mark.parametrize("view", VIEWS)
def test_uses_the_calibration_of_its_view(view: str) -> None:
    score = evaluate(SMALL, {"claim.replica": Observation(1.0)}, view)
    calibration = SMALL.views[view]
    assert (score.view, score.base) == (view, calibration.at(0.0))
    assert math.isclose(score.contributions["claim.replica"], calibration.at(2.0) - calibration.at(0.0))


BENT = ViewCalibration((-1.0, 1.0, 2.0), (-5.0, -3.0, 0.0))


@pytest.mark.parametrize(
    ("raw", "log_odds"), [(-3.0, -7.0), (-1.0, -5.0), (0.0, -4.0), (1.0, -3.0), (1.5, -1.5), (2.0, 0.0), (4.0, 6.0)]
)
def test_a_line_bends_where_it_should_and_goes_on_straight(raw: float, log_odds: float) -> None:
    assert math.isclose(BENT.at(raw), log_odds)


@pytest.mark.parametrize(("raw", "slope"), [(-9.0, 1.0), (0.0, 1.0), (1.2, 3.0), (9.0, 3.0)])
def test_the_slope_is_that_of_the_stretch(raw: float, slope: float) -> None:
    assert math.isclose(BENT.slope_at(raw), slope)


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_what_a_bent_line_adds_is_shared_out_as_the_features_made_it(one: float, other: float) -> None:
    model = msgspec.structs.replace(
        SMALL, weights={"claim.replica": 1.0, "claim.grade": 1.0}, views=dict.fromkeys(VIEWS, BENT)
    )
    seen = {"claim.replica": Observation(one), "claim.grade": Observation(other)}
    score = evaluate(model, seen, "text")
    found = score.contributions
    assert math.isclose(score.base + sum(found.values()), BENT.at(one + other), abs_tol=1e-6)
    assert all(found[name] * seen[name].value >= 0 for name in found)


def test_parts_that_cancel_out_leave_the_base() -> None:
    model = msgspec.structs.replace(
        SMALL, weights={"claim.replica": 1.0, "claim.grade": -1.0}, views=dict.fromkeys(VIEWS, BENT)
    )
    score = evaluate(model, {"claim.replica": Observation(2.0), "claim.grade": Observation(2.0)}, "text")
    assert score.contributions == {"claim.replica": 2.0, "claim.grade": -2.0}
    assert score.counterfeit_probability == sigmoid(score.base)


def test_features_without_weight_contribute_nothing() -> None:
    score = evaluate(SMALL, {"claim.grade": Observation(1.0), "no.such": Observation(9.0)}, "text")
    assert (score.contributions, score.counterfeit_probability) == ({}, sigmoid(score.base))


@given(st.sampled_from(sorted(SMALL.weights)), VALUES, VALUES, st.sampled_from(VIEWS))
def test_more_of_a_feature_moves_the_way_of_its_weight(name: str, one: float, other: float, view: str) -> None:
    low, high = sorted((one, other))
    before = evaluate(SMALL, {name: Observation(low)}, view).counterfeit_probability
    after = evaluate(SMALL, {name: Observation(high)}, view).counterfeit_probability
    assert before <= after if SMALL.weights[name] > 0 else before >= after


@pytest.mark.parametrize("name", sorted(SHIPPED.weights))
@pytest.mark.parametrize("view", VIEWS)
def test_every_shipped_weight_moves_its_way_in_every_view(name: str, view: str) -> None:
    nothing = evaluate(SHIPPED, {}, view).counterfeit_probability
    moved = evaluate(SHIPPED, {name: Observation(1.0)}, view).counterfeit_probability
    assert (moved > nothing) == (SHIPPED.weights[name] > 0)


# Prior shift


@given(st.floats(-1, 1), st.sampled_from(VIEWS), st.floats(0.0001, 0.5))
def test_a_shift_multiplies_the_odds_by_the_ratio_of_the_priors(value: float, view: str, prevalence: float) -> None:
    found = {"claim.replica": Observation(value)}
    before = evaluate(SMALL, found, view).counterfeit_probability
    after = evaluate(SMALL.shifted(prevalence), found, view).counterfeit_probability
    # Elkan (2001), theorem 2, written with odds.
    ratio = (prevalence / (1 - prevalence)) / (SMALL.prevalence / (1 - SMALL.prevalence))
    assert math.isclose(after / (1 - after), before / (1 - before) * ratio, rel_tol=1e-6)


def test_a_shift_there_and_back_changes_nothing() -> None:
    back = SHIPPED.shifted(0.2).shifted(SHIPPED.prevalence)
    for view in VIEWS:
        assert np.allclose(back.views[view].log_odds, SHIPPED.views[view].log_odds, rtol=0, atol=1e-12)


def test_a_shift_keeps_weights_slopes_and_thresholds() -> None:
    shifted = SHIPPED.shifted(0.05)
    assert shifted.prevalence == 0.05
    assert (shifted.weights, shifted.thresholds) == (SHIPPED.weights, SHIPPED.thresholds)
    for view in VIEWS:
        assert shifted.views[view].raw == SHIPPED.views[view].raw
        assert np.allclose(np.diff(shifted.views[view].log_odds), np.diff(SHIPPED.views[view].log_odds))


def test_without_evidence_the_probability_is_the_prevalence() -> None:
    for prevalence in (0.001, 0.01, 0.3):
        score = evaluate(SHIPPED.shifted(prevalence), {}, "none")
        assert math.isclose(score.counterfeit_probability, prevalence, rel_tol=1e-9)


@pytest.mark.parametrize("prevalence", [0.0, 1.0, -0.1, 1.5])
def test_refuses_a_prevalence_that_is_none(prevalence: float) -> None:
    with pytest.raises((ValueError, ZeroDivisionError)):
        SHIPPED.shifted(prevalence)


# Views


LINK = read_link("https://shop.example/bag")
SHORT = read_link("https://t.cn/A6xyz123")
UNREADABLE = read_link("http://")
TEXT = READER.text("LV包包298元")
GOOD = READER.page(
    PageSnapshot("https://shop.example/bag", "<html><title>店</title><p>欢迎来到本店，请放心购买。" * 20)
)
EMPTY = READER.page(PageSnapshot("https://shop.example/bag", ""))
PICTURES = READER.page(PageSnapshot("https://shop.example/bag", "<html><body>" + "<img src=a.jpg>" * 30))


@pytest.mark.parametrize(
    ("link", "text", "page", "view"),
    [
        (None, None, None, "none"),
        (LINK, None, None, "url"),
        (None, TEXT, None, "text"),
        (None, None, GOOD, "page"),
        (LINK, TEXT, None, "url+text"),
        (LINK, None, GOOD, "url+page"),
        (None, TEXT, GOOD, "text+page"),
        (LINK, TEXT, GOOD, "url+text+page"),
        (SHORT, None, None, "none"),
        (SHORT, TEXT, None, "text"),
        (SHORT, None, GOOD, "page"),
        (SHORT, TEXT, GOOD, "text+page"),
        (UNREADABLE, None, None, "none"),
        (UNREADABLE, TEXT, None, "text"),
        (LINK, None, EMPTY, "url"),
        (LINK, TEXT, EMPTY, "url+text"),
        (LINK, TEXT, PICTURES, "url+text"),
        (SHORT, None, EMPTY, "none"),
    ],
)
def test_a_view_counts_only_what_can_be_read(link: object, text: object, page: PageEvidence | None, view: str) -> None:
    assert view_of(READER.evidence(link, text, page, 1)) == view  # type: ignore[arg-type]


def test_every_view_is_calibrated() -> None:
    assert set(SHIPPED.views) == set(VIEWS)
    assert all(view.log_odds[0] < view.log_odds[-1] for view in SHIPPED.views.values())
    assert view_of(Evidence()) == "none"


# Arithmetic and verdicts


@given(st.floats(-700, 700))
def test_sigmoid_is_a_probability_and_symmetric(score: float) -> None:
    assert 0.0 <= sigmoid(score) <= 1.0
    assert math.isclose(sigmoid(score) + sigmoid(-score), 1.0, abs_tol=1e-12)


@pytest.mark.parametrize(
    ("score", "probability"), [(1e308, 1.0), (-1e308, 0.0), (math.inf, 1.0), (-math.inf, 0.0), (0, 0.5)]
)
def test_sigmoid_does_not_overflow(score: float, probability: float) -> None:
    assert sigmoid(score) == probability


@given(st.floats(-30, 30))
def test_log_odds_undo_the_sigmoid(score: float) -> None:
    assert math.isclose(log_odds(sigmoid(score)), score, rel_tol=1e-3, abs_tol=1e-9)


def test_sigmoid_rises() -> None:
    values = [sigmoid(step / 10) for step in range(-300, 301)]
    assert all(one < other for one, other in pairwise(values))


@pytest.mark.parametrize(
    ("probability", "view", "verdict"),
    [
        (0.0, "text", "allow"),
        (0.0999, "text", "allow"),
        (0.1, "text", "review"),
        (0.4999, "url+text", "review"),
        (0.5, "url+text", "hold"),
        (0.5, "page", "hold"),
        (1.0, "url+text+page", "hold"),
        (0.5, "url", "review"),
        (1.0, "url", "review"),
        (0.05, "url", "allow"),
    ],
)
def test_verdict_starts_at_its_threshold_and_a_link_alone_is_never_held(
    probability: float, view: str, verdict: str
) -> None:
    assert verdict_of(Score(probability, 0.0, {}, view), SMALL.thresholds) == verdict


# a link beside words


BESIDE = Model(
    "t",
    0.01,
    {"url.brand_in_foreign_host": 2.0, "url.long_host": 0.3, "wording.ordinary": -4.0},
    {view: ViewCalibration((-10.0, 10.0), (-13.0, 7.0)) for view in VIEWS},
    Thresholds(0.5, 0.8, 0.1),
)


@pytest.mark.parametrize(
    ("features", "view", "verdict"),
    [
        (("url.brand_in_foreign_host",), "url", "review"),
        (("url.brand_in_foreign_host", "wording.ordinary"), "url+text", "review"),
        (("url.brand_in_foreign_host", "wording.ordinary", "stance.warning"), "url+text", "allow"),
        (("url.brand_in_foreign_host", "wording.ordinary", "stance.asking"), "url+text", "allow"),
        (("url.brand_in_foreign_host", "wording.ordinary"), "url+text+page", "allow"),
        (("url.long_host", "wording.ordinary"), "url+text", "allow"),
    ],
)
def test_words_about_something_else_do_not_clear_a_link(features: tuple[str, ...], view: str, verdict: str) -> None:
    score = evaluate(BESIDE, {name: Observation(1.0) for name in features}, view)
    assert verdict_of(score, BESIDE.thresholds) == verdict
    assert score.by_link is None or verdict == "review"
