"""Rights holders' notices: upheld by a person, carried to every post, answered, and counted where they are abused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from platform_world import BAG, SHOE, START, Platform

from adapters.sql.store import SqlStore
from detector.links import read_link
from enforcement.notifiers import NotifierRecord
from service.answers import NoticeAnswer
from service.case_work import CaseDecision
from service.notices import NoticeCommand
from service.refusals import ClashError, NotAllowedError, NotFoundError

TARGET, OTHER = read_link(BAG).target, read_link(SHOE).target
DAY = 24


@pytest.fixture
def platform(store: SqlStore) -> Platform:
    return Platform(store)


def notice(platform: Platform, *urls: str, email: str = "ip@maison.example") -> NoticeAnswer:
    command = NoticeCommand(
        name="Jeanne Martin",
        email=email,
        brand="Louis Vuitton",
        urls=urls or (BAG,),
        grounds="没有授权，价格只有五十分之一",
    )
    return platform.notices.file(command)


def decide(platform: Platform, filed: NoticeAnswer, decision: str = "uphold", **changes: object) -> NoticeAnswer:
    command = CaseDecision(**{"actor": "mia", "decision": decision, "note": "查证属实"} | changes)  # type: ignore[arg-type]
    platform.review.decide_case(filed.notice_id, command)
    platform.propagation.drain()
    return platform.notices.notice(filed.notice_id)


def test_a_notice_waits_for_a_person(platform: Platform) -> None:
    platform.post("p1", text="晚安")
    filed = notice(platform)
    assert (filed.state, [t.target for t in filed.targets]) == ("received", [TARGET])
    assert platform.hidden("p1") == [False]
    (case,) = platform.review.cases("notice", "open", 0).cases
    assert case.case_id == filed.notice_id
    assert "maison" not in str(case)


def test_upheld_it_confirms_its_targets_for_every_post(platform: Platform) -> None:
    platform.post("p1", text="晚安")
    after = decide(platform, notice(platform))
    assert (after.state, after.targets[0].target_state, after.targets[0].upheld) == ("upheld", "counterfeit", True)
    assert platform.hidden("p1") == [True]
    (action,) = platform.link_actions()
    assert "权利人的通知" in action.statement.zh
    assert platform.status.target(TARGET).basis == "rights_holder"
    assert platform.post("p2").links[0].verdict == "block"


def test_accounts_are_forwarded_the_notice_once(platform: Platform) -> None:
    platform.post("p1", text="晚安")
    platform.post("p2", text="晚安")
    filed = notice(platform)
    decide(platform, filed)
    assert platform.event_types().count("notice.forwarded") == 1
    with platform.store.begin(write=False) as work:
        (event,) = [e for e in work.events(account_id="a1", limit=20) if e.type == "notice.forwarded"]
    assert event.body["notice_id"] == filed.notice_id
    assert event.body["grounds"] == "没有授权，价格只有五十分之一"
    assert "ip@maison.example" not in str(event.body)


def test_some_targets_can_be_upheld_and_others_not(platform: Platform) -> None:
    after = decide(platform, notice(platform, BAG, SHOE), targets=(OTHER,))
    assert {t.target: t.upheld for t in after.targets} == {TARGET: False, OTHER: True}
    assert platform.post("p1", links=(BAG,)).links[0].known is None


def test_rejected_it_changes_nothing(platform: Platform) -> None:
    platform.post("p1", text="晚安")
    after = decide(platform, notice(platform), "reject")
    assert (after.state, after.note, after.notifier.unfounded) == ("rejected", "查证属实", 0)
    assert platform.hidden("p1") == [False]


def test_a_counter_declaration_restores_after_fifteen_days(platform: Platform) -> None:
    platform.post("p1", text="晚安")
    filed = notice(platform)
    decide(platform, filed)
    platform.at(DAY)
    countered = platform.notices.counter(filed.notice_id, "a1", "我有授权")
    assert countered.restore_at == START + timedelta(days=16)
    assert not platform.notices.restore_next()
    platform.at(16 * DAY)
    assert platform.notices.restore_next()
    assert not platform.notices.restore_next()
    platform.propagation.drain()
    assert platform.notices.notice(filed.notice_id).state == "restored"
    assert platform.hidden("p1") == [False]
    assert platform.status.target(TARGET).state == "suspected"
    assert platform.status.account("a1").state == "good"
    assert "link.restored" in platform.event_types()


def test_a_suit_stops_the_clock(platform: Platform) -> None:
    platform.post("p1", text="晚安")
    filed = notice(platform)
    decide(platform, filed)
    platform.notices.counter(filed.notice_id, "a1", "我有授权")
    assert platform.notices.report_suit(filed.notice_id, "mia", "杭州法院已立案").restore_at is None
    platform.at(20 * DAY)
    assert not platform.notices.restore_next()
    assert platform.notices.counter(filed.notice_id, "a1", "再次声明").restore_at is None


def test_what_a_person_confirmed_since_is_not_restored(platform: Platform) -> None:
    platform.post("p1", text="晚安")
    filed = notice(platform, BAG)
    decide(platform, filed)
    platform.notices.counter(filed.notice_id, "a1", "我有授权")
    platform.decide("genuine")
    platform.decide("counterfeit")
    platform.at(16 * DAY)
    assert platform.notices.restore_next()
    assert platform.status.target(TARGET).state == "counterfeit"


def test_only_an_account_with_a_post_can_answer(platform: Platform) -> None:
    platform.post("p1", text="晚安")
    filed = notice(platform)
    with pytest.raises(ClashError, match="upheld"):
        platform.notices.counter(filed.notice_id, "a1", "我有授权")
    decide(platform, filed)
    with pytest.raises(NotAllowedError, match="no post"):
        platform.notices.counter(filed.notice_id, "a2", "我有授权")


def test_manifestly_unfounded_notices_are_counted_warned_and_refused(platform: Platform) -> None:
    for number in range(3):
        platform.at(DAY * number)
        after = decide(platform, notice(platform), "unfounded")
    assert (after.notifier.unfounded, after.notifier.warned, after.notifier.refused_until) == (3, True, None)
    platform.at(DAY * 10)
    after = decide(platform, notice(platform, email=" IP@Maison.example "), "unfounded")
    assert after.notifier.refused_until == START + timedelta(days=40)
    with pytest.raises(NotAllowedError, match="refused until") as refused:
        notice(platform)
    assert refused.value.pointer == "/email"
    assert notice(platform, email="other@maison.example").state == "received"
    platform.at(DAY * 41)
    assert notice(platform).state == "received"


def test_unfounded_notices_far_apart_are_not_abuse() -> None:
    record = NotifierRecord(4, tuple(START + timedelta(days=60 * n) for n in range(4)))
    assert record.refused_until is None
    assert not record.is_warned(START + timedelta(days=180))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"decision": "genuine"}, "`uphold`, `reject` or `unfounded`"),
        ({"note": ""}, "needs a `note`"),
        ({"targets": ("shop:x.example",)}, "does not name"),
        ({"targets": ()}, "one target or more"),
    ],
)
def test_a_bad_decision_changes_nothing(platform: Platform, changes: dict[str, object], message: str) -> None:
    filed = notice(platform)
    before = platform.ledger_length()
    with pytest.raises(NotAllowedError, match=message):
        decide(platform, filed, **changes)  # type: ignore[arg-type]
    assert platform.ledger_length() == before


def test_an_unknown_notice_is_not_found(platform: Platform) -> None:
    with pytest.raises(NotFoundError):
        platform.notices.notice("x")
