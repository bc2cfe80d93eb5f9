"""Cases in which somebody would be judged wrongly if the path took the obvious way; each was once wrong."""

from __future__ import annotations

import pytest
from platform_world import BAG, FAKE, FINE, SHOE, Platform

from adapters.sql.store import SqlStore
from detector.reading import MAX_LINKS
from detector.score import Detector
from enforcement.types import NewEntry
from service.review import NotAllowedError
from service.screen import ConflictError, Screening


@pytest.fixture
def platform(store: SqlStore) -> Platform:
    return Platform(store)


def test_clearing_a_target_reaches_an_account_that_edited_its_link_away(platform: Platform) -> None:
    platform.decide("counterfeit")
    for hour, post_id in enumerate(("p1", "p2"), 1):
        platform.at(hour)
        platform.post(post_id)
    assert platform.status.account("a1").points == 4
    for post_id in ("p1", "p2"):
        platform.post(post_id, text=FINE, links=(), revision=1)
    platform.decide("genuine")
    standing = platform.status.account("a1")
    assert (standing.state, standing.points) == ("good", 0)


def test_a_post_cannot_be_taken_over_by_another_account(platform: Platform) -> None:
    platform.post("p1", "seller")
    assert isinstance(platform.try_post("p1", "other", text=FINE, links=(), revision=1), ConflictError)
    platform.decide("counterfeit")
    assert platform.hidden("p1") == [True]
    assert platform.status.account("seller").state == "warned"


def test_a_confirmed_link_behind_two_hundred_others_is_still_blocked(platform: Platform) -> None:
    platform.decide("counterfeit")
    links = (*(f"https://junk{n}.example/" for n in range(MAX_LINKS)), BAG)
    answer = platform.post("p1", text=FINE, links=links)
    assert answer.verdict == "block"
    assert [link.verdict for link in answer.links if link.url == BAG] == ["block"]


def test_a_post_with_too_many_links_opens_one_case(platform: Platform) -> None:
    platform.post("p1", text=FAKE, links=tuple(f"https://junk{n}.example/" for n in range(MAX_LINKS + 1)))
    assert platform.review.cases("target", "open", 0).total == 1


def test_each_spelling_of_a_link_is_in_the_answer(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Detector(platform.screening._detector.model)
    monkeypatch.setattr(platform.screening, "_detector", real)
    spelled = (BAG, BAG + "&spm=2", "https://m.weidian.com/item.html?itemID=4371293")
    platform.decide("counterfeit")
    answer = platform.post("p1", text=FINE, links=spelled)
    assert sorted(link.url for link in answer.links) == sorted(spelled)
    assert {link.verdict for link in answer.links} == {"block"}
    assert len([a for a in answer.actions if a.kind == "disable_link"]) == 1
    assert isinstance(platform.screening, Screening)


def banned_case(platform: Platform):
    platform.decide("counterfeit", organised=True)
    platform.at(1)
    platform.post("p1")
    (case,) = platform.sanction_cases()
    assert case.body["people"] == 2
    return case


@pytest.mark.parametrize("name", ["mia", "ｍｉａ", "Mia ", "m\u200bia"])
def test_who_confirmed_may_not_vote_however_the_name_is_typed(platform: Platform, name: str) -> None:
    case = banned_case(platform)
    with pytest.raises(NotAllowedError):
        platform.vote(case, name)


def test_who_confirmed_again_after_the_case_was_opened_may_not_vote(platform: Platform) -> None:
    case = banned_case(platform)
    platform.decide("counterfeit", actor="zoe")
    for name in ("mia", "zoe"):
        with pytest.raises(NotAllowedError):
            platform.vote(case, name)
    assert platform.vote(case, "ann").state == "open"


def test_one_person_under_two_spellings_is_not_two_people(platform: Platform) -> None:
    case = banned_case(platform)
    platform.vote(case, "ann")
    with pytest.raises(NotAllowedError, match="another"):
        platform.vote(case, "ａｎｎ\u200b")


def test_the_same_decision_again_keeps_its_marks_and_its_time(platform: Platform, store: SqlStore) -> None:
    platform.decide("counterfeit", organised=True)
    with store.begin(write=False) as work:
        first = work.target("weidian:item:4371293")
    platform.at(5)
    platform.decide("counterfeit", actor="zoe", health_risk=True)
    with store.begin(write=False) as work:
        again = work.target("weidian:item:4371293")
    assert first is not None
    assert again is not None
    assert (again.since, again.by) == (first.since, "mia")
    assert again.organised
    assert again.health_risk


def test_an_account_that_cannot_be_read_does_not_hold_up_the_others(platform: Platform, store: SqlStore) -> None:
    for account in ("bad", "good", "zed"):
        platform.post(f"p-{account}", account, links=(SHOE,), text=FINE)
    line = NewEntry("account:bad", "finding_recorded", platform.clock.now(), {"nonsense": 1})
    with store.begin() as work:
        work.append([line], heads={"account:bad": 0}, now=platform.clock.now())
    job_id = platform.decide("counterfeit", SHOE)
    job = platform.status.job(job_id)
    assert job.state == "failed"
    assert "account:bad" in (job.error or "")
    for account in ("good", "zed"):
        assert platform.hidden(f"p-{account}") == [True]


def test_asking_for_the_head_alone_tells_nobody(platform: Platform) -> None:
    platform.post("p1")
    platform.decide("counterfeit")
    platform.status.account("a1", deliver=False)
    platform.at(1)
    answer = platform.post("p2")
    assert "warn" in [a.kind for a in answer.notices], "the warning had not been delivered before"
    assert all(a.points == 0 for a in answer.actions)
