"""Appeals: filed by the account, decided by another person, and repaired everywhere when overturned."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from platform_world import BAG, FACTORS, SHOE, START, Platform

from adapters.sql.store import SqlStore
from detector.links import read_link
from service.answers import ActionAnswer, AppealAnswer
from service.appeals import AppealCommand
from service.case_work import CaseDecision
from service.refusals import ClashError, NotAllowedError, NotFoundError

TARGET = read_link(BAG).target
NOTE = "收据可信，商品为正品"


@pytest.fixture
def platform(store: SqlStore) -> Platform:
    return Platform(store)


def warned(platform: Platform, account: str = "a1") -> ActionAnswer:
    """A confirmed link brought a warning, which an answer has delivered."""
    platform.decide("counterfeit", actor="mia")
    platform.post(f"{account}-1", account)
    (warning,) = platform.account_actions(account)
    return warning


def appeal(platform: Platform, action: ActionAnswer, text: str = "这是我自己的二手包") -> AppealAnswer:
    command = AppealCommand(account_id=action.account_id, action_id=action.action_id, text=text)
    answer, _ = platform.appeals.file(command)
    return answer


def decide(platform: Platform, filed: AppealAnswer, decision: str = "overturn", **changes: object) -> None:
    command = CaseDecision(**{"actor": "olga", "decision": decision, "note": NOTE} | changes)  # type: ignore[arg-type]
    platform.review.decide_case(filed.appeal_id, command)
    platform.propagation.drain()


def test_an_appeal_is_a_case_with_a_deadline(platform: Platform) -> None:
    filed = appeal(platform, warned(platform))
    assert (filed.state, (filed.deadline - START).days) == ("open", 7)
    (case,) = platform.review.cases("appeal", "open", 0).cases
    assert (case.case_id, case.account_id, case.body["targets"]) == (filed.appeal_id, "a1", [TARGET])
    assert [a.appeal_id for a in platform.status.account("a1").appeals] == [filed.appeal_id]


def test_who_is_shut_out_is_answered_within_three_days_and_comes_first(platform: Platform) -> None:
    waiting = appeal(platform, warned(platform, "a2"))
    platform.decide("counterfeit", SHOE, organised=True)
    platform.at(1)
    platform.post("p1", links=(SHOE,))
    platform.at(2)
    (case,) = platform.sanction_cases()
    platform.vote(case, "noor")
    platform.vote(case, "olga")
    (ban,) = [a for a in platform.account_actions() if a.kind == "ban"]
    urgent = appeal(platform, ban)
    assert (urgent.deadline - platform.clock.now()).days == 3
    assert [c.case_id for c in platform.review.cases("appeal", "open", 0).cases] == [
        urgent.appeal_id,
        waiting.appeal_id,
    ]


def test_upheld_changes_nothing_but_the_answer(platform: Platform) -> None:
    filed = appeal(platform, warned(platform))
    decide(platform, filed, "uphold")
    after = platform.appeals.appeal(filed.appeal_id)
    assert (after.state, after.note) == ("upheld", NOTE)
    assert platform.status.account("a1").state == "warned"
    assert platform.hidden("a1-1") == [True]
    assert platform.event_types()[-1] == "appeal.decided"


def test_overturning_restores_every_sibling_and_tells_everyone(platform: Platform) -> None:
    action = warned(platform)
    platform.post("a2-1", "a2")
    decide(platform, appeal(platform, action))
    assert platform.hidden("a1-1") == platform.hidden("a2-1") == [False]
    for account in ("a1", "a2"):
        assert platform.status.account(account).state == "good"
        assert {"account.restored", "link.restored"} <= set(platform.event_types(account))
    assert platform.status.target(TARGET).state == "genuine"
    assert platform.post("a3-1", "a3").links[0].verdict == "allow"


def test_overturning_gives_points_back_and_recomputes_later_steps(platform: Platform) -> None:
    """Three incidents of four points lead to the step of twelve; without the first of them, it falls."""
    platform.decide("counterfeit", actor="mia")
    platform.post("p0")
    for number in (1, 2, 3):
        platform.at(100 * number)
        platform.decide("counterfeit", f"{BAG}{number}", actor="mia")
        platform.post(f"p{number}", links=(f"{BAG}{number}",))
    standing = platform.status.account("a1")
    assert (standing.state, standing.points) == ("restricted", 12)
    first = next(a for a in platform.account_actions() if a.points == 4)
    decide(platform, appeal(platform, first))
    standing = platform.status.account("a1")
    assert (standing.state, standing.points) == ("warned", 8)
    (restriction,) = [a for a in standing.history if a.kind == "restrict_links"]
    assert restriction.reversed_at is not None


def test_one_action_can_be_taken_back_alone(platform: Platform) -> None:
    action = warned(platform)
    decide(platform, appeal(platform, action), targets=())
    assert platform.status.account("a1").state == "good"
    assert platform.status.target(TARGET).state == "counterfeit"
    assert platform.hidden("a1-1") == [True]


def test_an_overturned_action_does_not_come_again(platform: Platform) -> None:
    decide(platform, appeal(platform, warned(platform)), targets=())
    platform.decide("counterfeit", actor="noor")
    assert platform.status.account("a1").state == "good"


def test_a_hold_can_be_disputed_before_anybody_looked(platform: Platform) -> None:
    (hold,) = platform.post("p1").actions
    decide(platform, appeal(platform, hold))
    assert platform.hidden("p1") == [False]
    assert platform.review.cases("target", "open", 0).total == 0


def test_the_same_appeal_sent_twice_is_one(platform: Platform) -> None:
    action = warned(platform)
    first = appeal(platform, action)
    command = AppealCommand(account_id="a1", action_id=action.action_id, text=first.text)
    assert platform.appeals.file(command) == (first, False)
    assert platform.review.cases("appeal", "open", 0).total == 1


def test_an_action_is_disputed_once(platform: Platform) -> None:
    action = warned(platform)
    filed = appeal(platform, action)
    with pytest.raises(ClashError, match="is being looked at"):
        appeal(platform, action, "another text")
    decide(platform, filed, "uphold")
    with pytest.raises(ClashError, match="was decided"):
        appeal(platform, action, "another text")


def test_what_was_taken_back_is_not_disputed(platform: Platform) -> None:
    action = warned(platform)
    platform.decide("genuine")
    with pytest.raises(ClashError, match="taken back already"):
        appeal(platform, action)


def test_the_window_is_the_rulebooks(platform: Platform) -> None:
    action = warned(platform)
    platform.at(24 * 181)
    with pytest.raises(NotAllowedError, match="was possible until"):
        appeal(platform, action)


def test_another_accounts_action_is_refused(platform: Platform) -> None:
    action = warned(platform)
    with pytest.raises(NotAllowedError, match="no action") as refused:
        platform.appeals.file(AppealCommand(account_id="a2", action_id=action.action_id, text="x"))
    assert refused.value.pointer == "/action_id"


def test_both_sides_can_add_messages(platform: Platform) -> None:
    filed = appeal(platform, warned(platform))
    platform.appeals.add_message(filed.appeal_id, "请提供收据", "olga")
    after = platform.appeals.add_message(filed.appeal_id, "已上传")
    assert [(m.author, m.text) for m in after.messages] == [("reviewer", "请提供收据"), ("account", "已上传")]
    assert "appeal.message" in platform.event_types()
    decide(platform, filed, "uphold")
    with pytest.raises(ClashError, match="nothing can be added"):
        platform.appeals.add_message(filed.appeal_id, "late")


@pytest.mark.parametrize("actor", ["mia", "MIA ", "ｍｉａ"])
def test_who_confirmed_the_target_does_not_decide_the_appeal(platform: Platform, actor: str) -> None:
    filed = appeal(platform, warned(platform))
    with pytest.raises(NotAllowedError, match="another person"):
        decide(platform, filed, actor=actor)


def test_who_imposed_the_sanction_does_not_decide_the_appeal(platform: Platform) -> None:
    platform.decide("counterfeit", organised=True)
    platform.at(1)
    platform.post("p1")
    (case,) = platform.sanction_cases()
    platform.vote(case, "noor")
    platform.vote(case, "olga", factors=FACTORS)
    (ban,) = [a for a in platform.account_actions() if a.kind == "ban"]
    filed = appeal(platform, ban)
    for actor in ("noor", "olga"):
        with pytest.raises(NotAllowedError, match="another person"):
            decide(platform, filed, actor=actor)
    decide(platform, filed, actor="pia")
    assert platform.status.account("a1").state == "good"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"note": "  "}, "needs a `note`"),
        ({"decision": "genuine"}, "`uphold`"),
        ({"targets": ("shop:elsewhere.example",)}, "does not rest on"),
    ],
)
def test_a_bad_decision_changes_nothing(platform: Platform, changes: dict[str, object], message: str) -> None:
    filed = appeal(platform, warned(platform))
    before = platform.ledger_length()
    with pytest.raises(NotAllowedError, match=message):
        decide(platform, filed, **changes)  # type: ignore[arg-type]
    assert platform.ledger_length() == before


@pytest.mark.parametrize("call", [lambda p: p.appeals.appeal("x"), lambda p: p.appeals.add_message("x", "hi")])
def test_an_unknown_appeal_is_not_found(platform: Platform, call: Callable[[Platform], object]) -> None:
    with pytest.raises(NotFoundError):
        call(platform)
