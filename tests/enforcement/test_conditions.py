"""Conditions over facts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enforcement.conditions import FACTS, NEUTRAL, Condition, ConditionError, context


@pytest.mark.parametrize(
    ("text", "facts", "holds"),
    [
        ("incident.distinct_targets >= 5", {"incident.distinct_targets": 5}, True),
        ("incident.distinct_targets >= 5", {"incident.distinct_targets": 4}, False),
        ("account.type in ['promoter', 'affiliate']", {"account.type": "affiliate"}, True),
        ("account.warned && !incident.organised", {"account.warned": True}, True),
        ("account.points + incident.posts > 12", {"account.points": 12}, True),
        ("incident . posts >= 2", {"incident.posts": 2}, True),
        ("finding.basis == 'human' ? target.hidden_before : true", {}, True),
        ("true", {}, True),
    ],
)
def test_says_whether_it_holds(text, facts, holds):
    assert Condition(text)(context({**NEUTRAL, **facts})) is holds


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("incident.distint_targets >= 5", "Did you mean `incident.distinct_targets`"),
        ("acount.warned", "Did you mean `account.warned`"),
        ("nonsense_without_likeness", "Facts are"),
        ("incident", "Did you mean"),
        ("account.type.matches('(a+)+$')", "Did you mean `account.type`"),
        ("[1, 2].exists(n, n > 1)", "Facts are"),
        ("incident.posts * 2 > 3", "are allowed"),
        ("incident.posts", "Compare it"),
        ("incident.posts >= 'x'", "`incident.posts` is int"),
        ("incident.posts >=", "Write comparisons"),
        ("'a' == 'b", "Facts are"),
        ("true " * 200, "several rules"),
    ],
)
def test_refuses_what_it_cannot_answer_for_with_a_hint(text, hint):
    with pytest.raises(ConditionError) as caught:
        Condition(text)
    assert hint in caught.value.hint


def test_what_overflows_does_not_hold():
    condition = Condition("incident.posts + account.points > 0")
    assert condition(context({**NEUTRAL, "account.points": 2**63 - 1})) is False


@settings(max_examples=200, deadline=None)
@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from([*FACTS, "(", ")", "&&", "!", "==", "'x'", "1", "in"])).map(" ".join)
)
def test_never_raises_anything_but_its_own_error(text):
    try:
        assert Condition(text)(context(NEUTRAL)) in {True, False}
    except ConditionError as error:
        assert error.hint  # noqa: PT017 - either outcome is right; the hint is what is claimed


def test_every_fact_is_described_in_both_languages():
    for fact in FACTS.values():
        assert fact.zh
        assert fact.en
        assert fact.type in {"int", "bool", "string"}
        assert (fact.type == "string") == bool(fact.values)
