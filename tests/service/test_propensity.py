"""How likely people were to look at a target: shares by stratum, weights within their bounds, the same every time."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.propensity import CLIP, FARTHEST_BAND, SHRINKAGE, Seen, estimate, stratum_of, weight_of

SEEN = st.builds(Seen, st.sampled_from(["allow", "review", "hold"]), st.floats(0, 1))
RECORDS = st.dictionaries(st.text(max_size=4), st.tuples(SEEN, st.booleans()), max_size=60)


def test_all_decided_weighs_one_and_few_decided_weigh_more():
    seen = {f"h{n}": Seen("hold", 0.9) for n in range(50)} | {f"r{n}": Seen("review", 0.1) for n in range(100)}
    shares = estimate(seen, {*(f"h{n}" for n in range(50)), *(f"r{n}" for n in range(20))})
    assert shares.of(seen["h0"]) == 1.0
    assert math.isclose(shares.of(seen["r0"]), 0.2)
    assert (weight_of(shares.of(seen["h0"])), weight_of(shares.of(seen["r0"]))) == (1.0, pytest.approx(5.0))


def test_within_a_verdict_the_score_counts_because_the_queue_goes_by_it():
    low, high = Seen("review", 0.08), Seen("review", 0.35)
    seen = {f"l{n}": low for n in range(500)} | {f"h{n}": high for n in range(500)}
    shares = estimate(seen, {*(f"h{n}" for n in range(400)), *(f"l{n}" for n in range(50))})
    assert shares.of(high) == pytest.approx(0.8, abs=0.02)
    assert shares.of(low) == pytest.approx(0.1, abs=0.02)


def test_a_small_band_leans_on_its_verdict():
    seen = {f"r{n}": Seen("review", 0.1) for n in range(100)} | {"odd": Seen("review", 0.99)}
    shares = estimate(seen, {f"r{n}" for n in range(50)})
    rate = 50 / 101
    assert shares.of(seen["odd"]) == pytest.approx(SHRINKAGE * rate / (1 + SHRINKAGE))


def test_what_the_model_allowed_is_not_in_the_queue_and_not_in_the_shares():
    seen = {"a": Seen("allow", 0.3), "r": Seen("review", 0.3)}
    assert estimate(seen, {"r"}) == estimate({"r": seen["r"]}, {"r"})


def test_a_stratum_of_which_nothing_was_decided_asks_for_no_weight():
    assert estimate({"r": Seen("review", 0.3)}, set()).of(Seen("review", 0.3)) == 1.0


@pytest.mark.parametrize("probability", [0.0, 1.0, 1e-300, -0.0])
def test_every_probability_has_a_band(probability):
    assert abs(stratum_of(Seen("hold", probability))[1]) == FARTHEST_BAND


@pytest.mark.parametrize(("propensity", "weight"), [(1.0, 1.0), (0.5, 2.0), (1 / CLIP, CLIP), (0.001, CLIP), (0, CLIP)])
def test_weights_are_the_inverse_clipped(propensity, weight):
    assert weight_of(propensity) == weight


@given(RECORDS)
def test_weights_are_positive_and_bounded_whatever_the_record(record):
    seen = {name: what for name, (what, _) in record.items()}
    shares = estimate(seen, {name for name, (_, is_decided) in record.items() if is_decided})
    assert all(0 < shares.of(what) <= 1 for what in seen.values())
    assert all(1 <= weight_of(shares.of(what)) <= CLIP for what in seen.values())


@given(RECORDS, st.randoms())
def test_the_order_of_the_record_does_not_matter(record, shuffler):
    names = list(record)
    shuffler.shuffle(names)
    decided = {name for name, (_, is_decided) in record.items() if is_decided}
    one = estimate({name: what for name, (what, _) in record.items()}, decided)
    assert estimate({name: record[name][0] for name in names}, decided) == one


@given(RECORDS)
def test_more_decisions_never_make_a_weight_larger(record):
    seen = {name: what for name, (what, _) in record.items() if what.verdict != "allow"}
    decided = {name for name, (_, is_decided) in record.items() if is_decided and name in seen}
    for extra in sorted(set(seen) - decided)[:1]:
        before, after = estimate(seen, decided), estimate(seen, decided | {extra})
        known = [name for name in decided if seen[name].verdict == seen[extra].verdict]
        assert all(after.of(seen[n]) >= before.of(seen[n]) - 1e-12 for n in known)


def test_the_estimate_recovers_how_people_really_looked():
    draw = random.Random(7)  # noqa: S311 - a simulation
    truth = {Seen("hold", 0.9): 0.9, Seen("review", 0.3): 0.5, Seen("review", 0.1): 0.15}
    seen = {f"{what.verdict}{what.counterfeit_probability}-{n}": what for what in truth for n in range(4_000)}
    shares = estimate(seen, {name for name, what in seen.items() if draw.random() < truth[what]})
    assert {what: round(shares.of(what), 2) for what in truth} == pytest.approx(truth, abs=0.03)
