"""Training: splits without leaks, weights within their limits, thresholds that keep their promise."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.artefact import load_model, newest_model
from detector.calibrating import PREVALENCE, Scored, calibrate, line_of
from detector.card import reference_of
from detector.cross_fitting import FOLDS, folds_of
from detector.evaluate import judge
from detector.examples import (
    COMMENTS_CALIBRATE_FROM,
    COMMENTS_TEST_FROM,
    Example,
    _comments,
    load_examples,
    one_side_each,
    post_of,
    split_of,
    text_group,
)
from detector.features import REGISTRY
from detector.labelled import written_examples
from detector.model import VIEWS, Model, log_odds, sigmoid
from detector.rows import Row, row_weights, rows_of
from detector.score import Detector, default_reader
from detector.thresholds import (
    FALSE_HOLD_LIMIT,
    FALSE_HOLD_LIMIT_OF_WRITTEN,
    REVIEW_SHARE,
    allowed,
    choose_thresholds,
    upper_bound,
)
from detector.train import train
from detector.types import Observation

READER = default_reader()
ITEM = "https://weidian.com/item.html?itemID=4810925731"


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return load_examples()


@pytest.fixture(scope="module")
def rows(examples: list[Example]) -> list[Row]:
    return rows_of(examples, READER)


@pytest.fixture(scope="module")
def model(rows: list[Row]) -> Model:
    return train(rows, "2026.1-1")[0]


def made_up(
    *,
    counterfeit: bool,
    source: str = "made_up",
    split: str = "calibrate",
    view: str = "text",
    value: float = 1.0,
    synthetic: bool = False,
) -> Row:
    """A row of which only the label, the source and the view count."""
    example = Example(counterfeit, source, "made_up", "group", split, synthetic=synthetic)  # type: ignore[arg-type]
    return Row(example, view, {"claim.replica": Observation(value)}, natural=True)


# Splits


@pytest.mark.parametrize(
    ("group", "split"),
    [
        ("host:shop.example", "test"),
        ("account:a-001", "train"),
        ("text:", "train"),
        ("ring:lvhz", "train"),
    ],
)
def test_a_split_is_the_same_for_ever(group: str, split: str) -> None:
    assert split_of(group) == split


@given(st.text())
def test_every_name_has_a_split(group: str) -> None:
    assert split_of(group) in {"train", "calibrate", "test"}
    assert split_of(group) == split_of(group)


def test_splits_are_sixty_twenty_twenty() -> None:
    counts = [[split_of(f"host:{n}.example") for n in range(10_000)].count(s) for s in ("train", "calibrate", "test")]
    assert [round(count / 10_000, 1) for count in counts] == [0.6, 0.2, 0.2]


def assert_no_group_on_both_sides(examples: list[Example]) -> None:
    sides: dict[str, set[str]] = defaultdict(set)
    for example in examples:
        sides[example.group].add(example.split)
    assert {group for group, splits in sides.items() if len(splits) > 1} == set()


def test_no_sample_group_stands_on_both_sides(examples: list[Example]) -> None:
    assert_no_group_on_both_sides(examples)
    assert {e.split for e in examples} == {"train", "calibrate", "test"}


def test_a_group_of_two_sources_stays_where_the_first_put_it() -> None:
    one = Example(counterfeit=True, source="hosts", slice="x", group="host:a.example", split="test")
    other = Example(counterfeit=False, source="small_shops", slice="x", group="host:a.example", split="train")
    alone = Example(counterfeit=False, source="small_shops", slice="x", group="host:b.example", split="train")
    assert [e.split for e in one_side_each([one, other, alone])] == ["test", "test", "train"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("LV包包298元", "LV包包 398元！"), ("Cheap Bags!!!", "cheap bags 2012"), ("好" * 50, "好" * 60)],
)
def test_near_duplicates_are_one_group(one: str, other: str) -> None:
    assert text_group(one) == text_group(other)


def test_other_texts_are_other_groups() -> None:
    assert text_group("LV包包298元") != text_group("Gucci包包298元")


# Rows


def test_every_example_is_seen_in_its_own_view_once(examples: list[Example], rows: list[Row]) -> None:
    natural = [row for row in rows if row.natural]
    assert [row.example for row in natural] == examples
    assert {row.view for row in rows} >= set(VIEWS) - {"none"}
    assert all(row.view != "none" for row in rows if not row.natural)


def test_hidden_parts_leave_no_trace(rows: list[Row]) -> None:
    for row in rows:
        parts = {REGISTRY[name].part for name in row.observations if not name.startswith("abstain.")}
        assert "page" not in parts or "page" in row.view
        assert "text" not in parts or "text" in row.view


def test_what_a_warned_of_link_leads_to_is_not_learned_as_honest(rows: list[Row]) -> None:
    warned = [r for r in rows if r.example.slice in {"warning", "question"} and not r.natural]
    assert warned
    assert all("text" in row.view for row in warned)


def test_weights_of_rows_sum_to_one(rows: list[Row]) -> None:
    views = {view: {r.example.counterfeit for r in rows if r.view == view} for view in {r.view for r in rows}}
    both = [r for r in rows if len(views[r.view]) == 2]  # a view without evidence may have seen one class only
    weights = row_weights(both)
    assert math.isclose(float(weights.sum()), 1.0, rel_tol=1e-9)
    assert float(weights.min()) > 0


def test_both_classes_of_a_view_weigh_the_same(rows: list[Row]) -> None:
    totals: dict[tuple[str, bool], float] = defaultdict(float)
    for row, weight in zip(rows, row_weights(rows), strict=True):
        totals[row.view, row.example.counterfeit] += weight
    for view in {view for view, _ in totals} - {"none"}:
        assert math.isclose(totals[view, True], totals[view, False], rel_tol=1e-9)


def test_a_source_weighs_the_square_root_of_its_size() -> None:
    rows = [made_up(counterfeit=True, source="big")] * 100 + [made_up(counterfeit=True, source="small")] * 4
    weights = row_weights([*rows, made_up(counterfeit=False)])
    assert math.isclose(weights[:100].sum() / weights[100:104].sum(), 5.0)


# The fit


def test_weights_keep_to_direction_and_limit(model: Model) -> None:
    assert len(model.weights) > 20
    for name, weight in model.weights.items():
        feature = REGISTRY[name]
        assert abs(weight) <= feature.limit
        assert {"fake": weight > 0, "genuine": weight < 0, "either": weight != 0}[feature.direction]
        assert not name.startswith("abstain.")


def test_training_twice_gives_the_same_model(rows: list[Row], model: Model) -> None:
    assert train(rows, "2026.1-1")[0] == model


def test_every_view_is_calibrated_at_the_prevalence(model: Model) -> None:
    assert set(model.views) == set(VIEWS)
    assert math.isclose(sigmoid(model.views["none"].at(0.0)), PREVALENCE, rel_tol=1e-3)
    assert 0 < model.thresholds.review <= model.thresholds.hold < 1


def test_the_shipped_model_holds_no_honest_sample_post_that_it_has_not_seen() -> None:
    """One fitted to the samples alone cannot promise that: 218 honest posts show no rate of three in a thousand."""
    detector = Detector(load_model(newest_model()))
    unseen = [e for e in load_examples() if e.split == "test" and not e.counterfeit]
    assert len(unseen) > 40
    verdicts = {e.name: {v.verdict for v in detector.score(post_of(e))} for e in unseen}
    assert [name for name, found in verdicts.items() if "hold" in found] == []


@pytest.mark.xfail(reason="On sample posts it has not seen, 26 counterfeit and 38 honest, the area is 0.695.")
def test_tells_sample_posts_apart_that_it_has_not_seen(model: Model, rows: list[Row]) -> None:
    report = judge(model, [r for r in rows if r.example.split == "test"])
    whole = next(v for v in report.views if v.view == "url+text")
    assert whole.auc is not None
    assert whole.auc > 0.85


def test_a_view_with_one_class_borrows_the_calibration_of_all() -> None:
    rows = [made_up(counterfeit=n % 2 == 0) for n in range(200)]
    rows += [made_up(counterfeit=False, view="page") for n in range(200)]
    views = calibrate(Scored(rows, np.array([float(n % 3 == 0) for n in range(400)])))
    assert views["page"] == views["url"] == views["url+page"]
    assert abs(views["page"].at(0.0) - log_odds(PREVALENCE)) < 1


def test_a_view_with_few_rows_moves_the_common_line_only() -> None:
    rows = [made_up(counterfeit=n % 2 == 0) for n in range(400)]
    rows += [made_up(counterfeit=n % 10 == 0, view="page") for n in range(100)]
    rng = np.random.default_rng(4)
    raw = rng.normal(size=500) + np.array([2.0 * r.example.counterfeit for r in rows])
    views = calibrate(Scored(rows, raw))
    assert np.allclose(np.diff(views["page"].log_odds), np.diff(views["url"].log_odds), atol=2e-4)


def test_a_line_says_what_is_observed() -> None:
    """Scores that are three times too sure, and lopsided: no straight line of slope 1 would do."""
    rng = np.random.default_rng(7)
    truth = rng.normal(size=6_000) * 2
    labels = rng.random(6_000) < 1 / (1 + np.exp(-truth))
    raw = np.where(truth > 0, truth * 3, truth)
    line = line_of(Scored([made_up(counterfeit=bool(label)) for label in labels], raw))
    odds = np.array([line.at(x) for x in (-2.0, 0.0, 3.0, 9.0)]) - log_odds(PREVALENCE)
    assert np.allclose(odds, [-2.0, 0.0, 1.0, 3.0], atol=0.35)


@given(st.lists(st.tuples(st.floats(-30, 30), st.booleans()), min_size=1, max_size=80))
def test_a_line_never_falls(pairs: list[tuple[float, bool]]) -> None:
    rows = [made_up(counterfeit=label) for _, label in pairs] + [made_up(counterfeit=n == 0) for n in range(2)]
    line = line_of(Scored(rows, np.array([raw for raw, _ in pairs] + [0.0, 1.0])))
    heights = [line.at(x) for x in np.linspace(-40, 40, 50)]
    assert all(one < other for one, other in pairwise(heights))


def test_a_rare_feature_gets_no_weight() -> None:
    rows = [made_up(counterfeit=n % 2 == 0, split="train" if n < 200 else "calibrate") for n in range(400)]
    rare = Row(rows[0].example, "text", {"claim.grade": Observation(1.0)}, natural=True)
    assert "claim.grade" not in train([*rows, rare, rare], "x")[0].weights


# Thresholds and bounds


@pytest.mark.parametrize(
    ("events", "trials", "bound"),
    [
        (0, 10, 0.2589),  # 1 - 0.05 ** (1 / 10)
        (0, 59, 0.0495),
        (0, 2995, 0.00100),  # the rule of three
        (1, 10, 0.3942),
        (5, 10, 0.7776),
        (2, 100, 0.0616),
        (10, 10, 1.0),
        (0, 0, 1.0),
    ],
)
def test_upper_bound_is_clopper_and_pearsons(events: int, trials: int, bound: float) -> None:
    assert math.isclose(upper_bound(events, trials), bound, abs_tol=6e-5)


@given(st.integers(0, 200), st.integers(1, 300))
def test_upper_bound_lies_above_the_rate_and_rises(events: int, trials: int) -> None:
    events = min(events, trials)
    assert events / trials <= upper_bound(events, trials) <= 1.0
    assert upper_bound(events, trials) <= upper_bound(min(events + 1, trials), trials)


def probabilities(rows: list[Row]) -> np.ndarray:
    return np.array([sigmoid(row.observations["claim.replica"].value) for row in rows])


@pytest.mark.parametrize(("trials", "expected"), [(100, 0), (2_000, 0), (3_500, 0), (5_000, 1), (10_000, 4)])
@pytest.mark.parametrize("synthetic", [False, True])
def test_holds_as_many_honest_posts_as_the_bound_allows(trials: int, expected: int, synthetic: bool) -> None:
    limit = FALSE_HOLD_LIMIT_OF_WRITTEN if synthetic else FALSE_HOLD_LIMIT
    honest = [made_up(counterfeit=False, value=-n / trials, synthetic=synthetic) for n in range(trials)]
    thresholds, how = choose_thresholds(honest, probabilities(honest))
    held = int((probabilities(honest) >= thresholds.hold).sum())
    assert held == allowed(trials, limit) == how["written_honest_posts" if synthetic else "real_honest_posts"]["held"]
    assert held == 0 or upper_bound(held, trials) <= limit
    assert upper_bound(held + 1, trials) > limit
    assert synthetic or held == expected
    assert thresholds.review <= thresholds.hold


def test_a_slice_of_real_posts_has_a_limit_of_its_own() -> None:
    many = [made_up(counterfeit=False, value=-5.0 - n / 40_000) for n in range(40_000)]
    few = [made_up(counterfeit=False, source="few", value=2.0 - n / 400) for n in range(400)]
    thresholds, _ = choose_thresholds(many + few, probabilities(many + few))
    assert int((probabilities(few) >= thresholds.hold).sum()) == 2


def test_links_alone_have_a_review_of_their_own_and_never_set_the_hold() -> None:
    texts = [made_up(counterfeit=False, value=-5.0) for _ in range(200)]
    links = [made_up(counterfeit=False, value=3.0 - n / 100, view="url") for n in range(200)]
    thresholds, how = choose_thresholds(texts + links, probabilities(texts + links))
    assert thresholds.hold < probabilities(links)[0]
    assert how["honest_links_alone"] == 200
    assert thresholds.review_link_alone == thresholds.hold


def test_links_alone_are_reviewed_no_oftener_than_people_can_look() -> None:
    texts = [made_up(counterfeit=False, value=5.0) for _ in range(200)]
    links = [made_up(counterfeit=False, value=-n / 100, view="url") for n in range(500)]
    thresholds, _ = choose_thresholds(texts + links, probabilities(texts + links))
    assert thresholds.review_link_alone is not None
    assert int((probabilities(links) >= thresholds.review_link_alone).sum()) == 500 * REVIEW_SHARE


def test_copies_and_hidden_rows_do_not_set_thresholds() -> None:
    honest = [made_up(counterfeit=False, value=-n / 100) for n in range(300)]
    more = [made_up(counterfeit=True, value=9.0)] * 50
    more += [Row(honest[0].example, "text", {"claim.replica": Observation(9.0)}, natural=False)] * 50
    alone = choose_thresholds(honest, probabilities(honest))
    assert choose_thresholds(honest + more, probabilities(honest + more)) == alone


# Cross-fitting


def test_a_group_is_in_one_fold_and_writers_are_dealt_evenly() -> None:
    folder = Path(__file__).parents[2] / "data" / "posts" / "train"
    rows = [Row(e, "text", {}, natural=True) for e in written_examples(folder)]
    folds = folds_of(rows)
    pairs = {(row.example.group, int(fold)) for row, fold in zip(rows, folds, strict=True)}
    writers = {group for group, _ in pairs}
    assert len(pairs) == len(writers)
    assert {fold for _, fold in pairs} == set(range(min(FOLDS, len(writers))))


# Real data


@pytest.fixture(scope="module")
def real_examples(request: pytest.FixtureRequest) -> list[Example]:
    folder: Path = request.getfixturevalue("real_data")
    return load_examples(real_data=folder)


@pytest.mark.needs_data
def test_no_real_group_stands_on_both_sides(real_examples: list[Example]) -> None:
    assert_no_group_on_both_sides(real_examples)


@pytest.mark.needs_data
def test_comments_are_split_by_time(real_data: Path) -> None:
    months: dict[str, set[str]] = defaultdict(set)
    for example in _comments(real_data):
        months[example.split].add(example.group.removeprefix("comment:"))
    assert max(months["train"]) < COMMENTS_CALIBRATE_FROM[:7] <= min(months["calibrate"])
    assert max(months["calibrate"]) < COMMENTS_TEST_FROM[:7] <= min(months["test"])


@pytest.mark.needs_data
@pytest.mark.parametrize("source", ["weibo_zh", "reviews_zh", "sms_zh", "replica_listings"])
def test_no_near_duplicate_stands_on_both_sides(real_examples: list[Example], source: str) -> None:
    sides: dict[str, set[str]] = defaultdict(set)
    for example in real_examples:
        if example.source == source and example.text:
            sides[text_group(example.text)].add(example.split)
    assert len(sides) > 400
    assert all(len(splits) == 1 for splits in sides.values())


@pytest.mark.needs_data
def test_links_of_both_classes_are_cut_to_their_hosts(real_examples: list[Example]) -> None:
    hosts = [e.url or "" for e in real_examples if e.source == "hosts"]
    assert len(hosts) > 50_000
    assert all(url.startswith("https://") and url.count("/") == 3 and url.endswith("/") for url in hosts)


def test_the_reference_counts_what_the_judged_posts_show(model: Model, rows: list[Row]) -> None:
    reference = reference_of(model, rows)
    posts = [row for row in rows if row.natural and "text" in row.view]
    assert reference.honest.posts + reference.counterfeit.posts == len(posts)
    assert sum(reference.counterfeit.bands) == reference.counterfeit.posts
    named = [row for row in posts if row.example.counterfeit and "brand.none" in row.observations]
    assert reference.counterfeit.features["brand.none"] == len(named) > 0
    expected = reference.features_at(0.25)["brand.none"]
    shares = [looks.features["brand.none"] / looks.posts for looks in (reference.honest, reference.counterfeit)]
    assert expected == pytest.approx(0.75 * shares[0] + 0.25 * shares[1])
    assert sum(reference.bands_at(0.01)) == pytest.approx(1)
