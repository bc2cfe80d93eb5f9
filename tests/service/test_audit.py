"""Some of what the model allows goes to people, drawn once a target, and nobody is answered otherwise for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from platform_world import BAG, DOUBTFUL, FAKE, FINE, Platform

from service.audit import is_drawn
from service.labels import read_decided, read_posts
from service.review import CaseDecision

TARGET = "weidian:item:4371293"


@pytest.fixture
def platform(store):
    """Draws every target that is allowed."""
    return Platform(store, audit_share=0.999999999)


def target_cases(platform: Platform) -> list[str]:
    return [case.subject for case in platform.review.cases("target", "open", 0).cases]


def drawn_entries(platform: Platform) -> list[tuple[str, float]]:
    return [(e.stream, e.body["share"]) for e in platform.store.entries_of(("target_sampled",))]


def test_a_target_that_is_allowed_becomes_a_case_once(platform):
    platform.post("p1", text=FINE)
    platform.post("p2", "a2", text=FINE)
    assert target_cases(platform) == [TARGET]
    assert drawn_entries(platform) == [(f"target:{TARGET}", 0.999999999)]


@pytest.mark.parametrize("text", [FAKE, DOUBTFUL])
def test_what_the_model_flags_is_in_the_queue_anyway_and_not_drawn(platform, text):
    platform.post("p1", text=text)
    assert target_cases(platform) == [TARGET]
    assert drawn_entries(platform) == []


def test_what_people_decided_is_not_drawn_again(platform):
    platform.decide("genuine")
    assert platform.post("p1", text=FAKE).verdict == "allow"
    assert (target_cases(platform), drawn_entries(platform)) == ([], [])


def test_a_drawn_target_stands_in_the_queue_as_if_it_were_doubtful(platform):
    platform.post("p1", text=FINE, reach=99)
    (case,) = platform.review.cases("target", "open", 0).cases
    review = platform.screening._detector.model.thresholds.review
    assert case.priority == pytest.approx(review * 100)


def test_the_answer_and_the_account_are_as_without_the_draw(platform):
    answer = platform.post("p1", text=FINE)
    assert (answer.verdict, answer.actions, answer.links[0].known) == ("allow", (), None)
    assert platform.status.target(TARGET).state == "unknown"
    assert platform.event_types() == []


def test_nothing_is_drawn_where_it_was_not_asked_for(store):
    platform = Platform(store)
    platform.post("p1", text=FINE)
    assert (target_cases(platform), drawn_entries(platform)) == ([], [])


def test_what_was_drawn_is_decided_and_learned_from_by_its_share(store):
    platform = Platform(store, audit_share=0.5)
    urls = [f"https://weidian.com/item.html?itemID={n}" for n in range(1, 61)]
    for n, url in enumerate(urls):
        platform.post(f"p{n}", f"a{n}", text=FINE, links=(url,))
    drawn = target_cases(platform)
    assert 15 < len(drawn) < 45
    cases = platform.review.cases("target", "open", 0).cases
    for case in cases[: len(cases) // 2]:
        platform.review.decide_case(case.case_id, CaseDecision(actor="mia", decision="genuine"))
    decided = read_decided(store)
    came_to = len(decided.targets) / len(drawn)
    posts = [post for found in read_posts(store, decided) for post in found.posts]
    assert {(p.look, p.counterfeit) for p in posts} == {("sampled", False)}
    assert {round(p.weight, 6) for p in posts} == {round(1 / (0.5 * came_to), 6)}


@given(st.text(), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_draws_the_same_and_more(target, one, other):
    small, large = sorted((one, other))
    assert is_drawn(target, small) <= is_drawn(target, large)
    assert not is_drawn(target, 0)
    assert is_drawn(target, 1)


def test_so_many_are_drawn_as_the_share_says():
    names = [f"weidian:item:{n}" for n in range(100_000)]
    assert sum(is_drawn(name, 0.01) for name in names) == pytest.approx(1_000, abs=100)


def test_two_posts_of_one_target_at_once_draw_it_once(platform):
    platform.screening.submit([platform.a_post(f"p{n}", f"a{n}", text=FINE, links=(BAG,)) for n in range(5)])
    assert len(drawn_entries(platform)) == len(target_cases(platform)) == 1
