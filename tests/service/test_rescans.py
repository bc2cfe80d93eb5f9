"""Recorded posts judged again: reported, applied where asked for, and never against what people decided."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import msgspec
import pytest
from platform_world import BAG, DOUBTFUL, FAKE, FINE, SHOE, START, Platform, WordDetector

from adapters.sql.store import SqlStore
from detector.reading import PageEvidence
from detector.types import LinkVerdict, Post
from service import rescans
from service.refusals import NotFoundError
from service.rescans import RescanOrder, Rescans

NEWS = "新暗号"


class NewerDetector(WordDetector):
    """A newer model, which also holds a word that the older one does not know."""

    def __init__(self, version: str = "newer") -> None:
        super().__init__()
        self.model = msgspec.structs.replace(self.model, version=version)

    def score(self, post: Post, known_pages: Mapping[str, PageEvidence] = MappingProxyType({})) -> list[LinkVerdict]:
        return super().score(msgspec.structs.replace(post, text=post.text.replace(NEWS, "高仿")), known_pages)


@pytest.fixture
def platform(store: SqlStore) -> Platform:
    platform = Platform(store)
    platform.post("p1", "a1", text=f"{NEWS} 包包")
    platform.post("p2", "a2", text=FINE, links=(SHOE,))
    platform.post("p3", "a3", text=FAKE, links=("https://weidian.com/item.html?itemID=7",))
    platform.at(1)
    return platform


def rescans_of(platform: Platform, version: str = "newer", prefix: str = "r") -> Rescans:
    numbers = itertools.count()
    detector = NewerDetector(version)
    return Rescans(platform.store, detector, platform.books, platform.clock, lambda: f"{prefix}{next(numbers):04}")


def run(made: Rescans, **order: Any) -> rescans.RescanAnswer:
    asked = made.order(RescanOrder("mia", **order))
    while made.run_next():
        pass
    return made.show(asked.rescan_id)


def test_it_reports_what_would_change_and_touches_nothing(platform: Platform) -> None:
    before = platform.ledger_length()
    found = run(rescans_of(platform))
    assert (found.state, found.done, found.total, found.judged) == ("done", 3, 3, 3)
    assert found.verdicts == {"hold": 2, "allow": 1}
    assert found.moves == {"allow>hold": 1, "allow>allow": 1, "hold>hold": 1}
    assert (found.model_version, found.held, found.to_people) == ("newer", 0, 0)
    assert platform.ledger_length() == before


def test_applied_it_hides_for_a_while_asks_people_and_gives_no_points(platform: Platform) -> None:
    found = run(rescans_of(platform), apply=True)
    assert (found.held, found.to_people) == (1, 1)
    assert platform.hidden("p1") == [True]
    standing = platform.status.account("a1")
    assert (standing.state, standing.points) == ("good", 0)
    (action,) = standing.history
    assert action.until == platform.clock.now() + timedelta(hours=72)
    assert "weidian:item:4371293" in {case.subject for case in platform.review.cases("target", "open", 0).cases}
    assert platform.event_types("a1") == ["link.held"]


def test_where_people_have_decided_their_word_stands(platform: Platform) -> None:
    platform.decide("genuine", BAG)
    found = run(rescans_of(platform), apply=True)
    assert (found.held, found.to_people) == (0, 0)
    assert platform.hidden("p1") == [False]


def test_a_milder_verdict_releases_nothing(platform: Platform) -> None:
    platform.post("p4", "a4", text=FAKE, links=(SHOE,))

    class Milder(NewerDetector):
        def score(self, post: Post, known_pages: Mapping[str, PageEvidence] = MappingProxyType({})) -> Any:
            return super().score(msgspec.structs.replace(post, text=FINE), known_pages)

    made = Rescans(platform.store, Milder(), platform.books, platform.clock, lambda: "milder")
    found = run(made, apply=True)
    assert found.moves["hold>allow"] == 2
    assert platform.hidden("p4") == [True], "its page may be what spoke against it, and is not kept"


def test_twice_does_nothing_twice(platform: Platform) -> None:
    run(rescans_of(platform), apply=True)
    before = platform.ledger_length()
    run(rescans_of(platform, prefix="again"), apply=True)
    assert platform.ledger_length() == before


@pytest.mark.parametrize(
    ("order", "judged"),
    [
        ({}, 0),
        ({"changed_only": False}, 3),
        ({"changed_only": False, "since": START + timedelta(minutes=1)}, 0),
        ({"changed_only": False, "until": START + timedelta(minutes=1)}, 3),
    ],
)
def test_by_the_same_model_only_what_was_asked_for_is_judged(
    platform: Platform, order: dict[str, Any], judged: int
) -> None:
    same = Rescans(platform.store, WordDetector(), platform.books, platform.clock, lambda: "same")
    found = run(same, **order)
    assert (found.state, found.done, found.judged) == ("done", 3, judged)


def test_it_goes_on_where_another_worker_ended(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rescans, "STRETCH", 1)
    first, second = rescans_of(platform), rescans_of(platform, prefix="s")
    asked = first.order(RescanOrder("mia"))
    assert first.run_next()
    assert (second.show(asked.rescan_id).state, second.show(asked.rescan_id).done) == ("running", 1)
    while second.run_next():
        pass
    assert (first.show(asked.rescan_id).state, first.show(asked.rescan_id).judged) == ("done", 3)


def test_another_model_in_the_middle_is_noticed(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rescans, "STRETCH", 1)
    asked = (first := rescans_of(platform)).order(RescanOrder("mia"))
    first.run_next()
    other = rescans_of(platform, version="other", prefix="o")
    other.run_next()
    ended = other.show(asked.rescan_id)
    assert ended.state == "failed"
    assert "Ask for another rescan" in (ended.error or "")
    assert not other.run_next()


def test_it_can_be_ended(platform: Platform) -> None:
    made = rescans_of(platform)
    asked = made.order(RescanOrder("mia"))
    assert made.cancel(asked.rescan_id).state == "cancelled"
    assert not made.run_next()
    assert made.cancel(asked.rescan_id).state == "cancelled"
    with pytest.raises(NotFoundError):
        made.cancel("none")


def test_a_change_of_the_model_orders_one_and_only_one(platform: Platform) -> None:
    since = START - timedelta(days=30)
    asked = rescans_of(platform).order_after_change(since)
    again = rescans_of(platform, prefix="s").order_after_change(since)
    assert again.rescan_id == asked.rescan_id
    made = rescans_of(platform, prefix="t")
    while made.run_next():
        pass
    found = made.show(asked.rescan_id)
    assert (found.actor, found.state, found.apply, found.held) == ("dajia", "done", True, 1)
    assert rescans_of(platform, version="third").order_after_change(since).rescan_id != asked.rescan_id


def test_what_was_only_in_doubt_may_come_to_be_held(platform: Platform) -> None:
    platform.post("p5", "a5", text=f"{DOUBTFUL} {NEWS}", links=(SHOE,))
    found = run(rescans_of(platform), apply=True)
    assert found.moves["review>hold"] == 1
    assert platform.hidden("p5") == [True]
