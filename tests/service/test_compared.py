"""What two models said of decided targets, read from the record: only what was said before anybody had decided."""

from __future__ import annotations

import msgspec
import pytest
from platform_world import DOUBTFUL, FAKE, FINE, SHOE, START, Platform

from service.compared import recorded_judgements
from service.labels import read_decided
from service.records import ChallengerScore
from tests.builders import challenger_score, later

BAG_TARGET, SHOE_TARGET = "weidian:item:4371293", "taobao:item:520813250866"


@pytest.fixture
def platform(store):
    """Two targets with posts; one day later the bag is confirmed and the shoe cleared."""
    platform = Platform(store)
    platform.post("p1", text=FAKE)
    platform.post("p2", "a2", text=DOUBTFUL, links=(SHOE,))
    platform.post("p3", "a3", text=FINE, links=("https://weidian.com/item.html?itemID=7",))
    platform.at(24)
    platform.decide("counterfeit")
    platform.decide("genuine", SHOE)
    return platform


def keep(platform: Platform, *scores: ChallengerScore) -> None:
    with platform.store.begin() as work:
        work.add_challenger_scores(scores)


def score(decision_id: str, target: str = BAG_TARGET, hours: float = 0, **changes: object) -> ChallengerScore:
    at = START + (later(60 * hours) - later(0))
    return msgspec.structs.replace(challenger_score(decision_id), target=target, recorded_at=at, **changes)


def read(platform: Platform) -> dict[tuple[str, str], list[tuple[str, bool, str, str]]]:
    found = recorded_judgements(platform.store, read_decided(platform.store))
    return {v: [(j.target, j.counterfeit, j.champion, j.challenger) for j in judged] for v, judged in found.items()}


USUAL = ("2026.11-1", "2026.12-1")


def test_a_target_gets_the_gravest_verdict_of_each_model(platform):
    keep(
        platform,
        score("d1", champion_verdict="review", challenger_verdict="hold"),
        score("d2", champion_verdict="hold", challenger_verdict="allow"),
        score("d3", SHOE_TARGET, champion_verdict="review", challenger_verdict="allow"),
    )
    assert read(platform) == {USUAL: [(SHOE_TARGET, False, "review", "allow"), (BAG_TARGET, True, "hold", "hold")]}


def test_what_was_said_after_the_first_decision_does_not_count(platform):
    keep(platform, score("d1", hours=23), score("d2", hours=25, challenger_verdict="hold"))
    assert read(platform) == {USUAL: [(BAG_TARGET, True, "hold", "allow")]}
    platform.at(48)
    platform.decide("genuine")
    assert read(platform) == {USUAL: [(BAG_TARGET, False, "hold", "allow")]}, "the last word is the label"


def test_each_pair_of_models_is_compared_by_itself(platform):
    keep(platform, score("d1"), score("d1", challenger_version="2027.1-1", challenger_verdict="hold"))
    assert set(read(platform)) == {USUAL, ("2026.11-1", "2027.1-1")}


def test_targets_that_nobody_decided_are_left_out(platform):
    keep(platform, score("d1", "weidian:item:7"))
    assert read(platform) == {}


def test_weights_are_those_of_the_labels(platform):
    for n in range(20):
        platform.post(f"q{n}", f"b{n}", text=DOUBTFUL, links=(f"https://weidian.com/item.html?itemID={100 + n}",))
    keep(platform, score("d1"), score("d3", SHOE_TARGET))
    (judged,) = recorded_judgements(platform.store, read_decided(platform.store)).values()
    assert {j.target: round(j.weight, 3) for j in judged} == {BAG_TARGET: 1.0, SHOE_TARGET: 21.0}
