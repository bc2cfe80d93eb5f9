"""Cohen's kappa, held against figures that were worked out elsewhere and against resampling."""

from __future__ import annotations

import random
from statistics import stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from service.agreement import kappa

C, G = "counterfeit", "genuine"
TABLE = [(C, C)] * 20 + [(C, G)] * 5 + [(G, C)] * 10 + [(G, G)] * 15
ANSWERS = st.lists(st.tuples(st.sampled_from([C, G]), st.sampled_from([C, G])), max_size=60)


def test_a_worked_example() -> None:
    """Twenty and fifteen of fifty alike: observed 0.7, by chance 0.5."""
    found = kappa(TABLE)
    assert (found.n, found.agreed) == (50, 35)
    assert found.value == pytest.approx(0.4)


def test_the_interval_is_as_wide_as_resampling_says() -> None:
    chance = random.Random(5)  # noqa: S311 - no secret depends on it
    resampled = [kappa(chance.choices(TABLE, k=len(TABLE))).value or 0.0 for _ in range(3_000)]
    found = kappa(TABLE)
    assert found.high is not None
    assert found.value is not None
    assert (found.high - found.value) / 1.96 == pytest.approx(stdev(resampled), rel=0.1)


def test_perfect_agreement_and_none() -> None:
    assert kappa([(C, C), (G, G)] * 20).value == 1.0
    assert kappa([(C, G), (G, C)] * 20).value == -1.0


@pytest.mark.parametrize("pairs", [[], [(C, C)] * 9])
def test_where_chance_alone_agrees_there_is_no_kappa(pairs: list[tuple[str, str]]) -> None:
    found = kappa(pairs)
    assert (found.n, found.value, found.low) == (len(pairs), None, None)


@given(ANSWERS)
def test_the_same_as_another_library_and_within_its_interval(pairs: list[tuple[str, str]]) -> None:
    found = kappa(pairs)
    if found.value is not None and found.low is not None and found.high is not None:
        assert found.value == pytest.approx(cohen_kappa_score(*zip(*pairs, strict=True)))
        assert -1 <= found.low <= found.value <= found.high <= 1
