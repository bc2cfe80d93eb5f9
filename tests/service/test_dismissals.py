"""A person takes an action back on their own initiative: to the account's good, once, with a reason that is told."""

from __future__ import annotations

import pytest
from platform_world import SHOE, Platform

from adapters.sql.store import SqlStore
from service.dismissals import Dismissal, Dismissals
from service.refusals import ClashError, NotAllowedError, NotFoundError


@pytest.fixture
def platform(store: SqlStore) -> Platform:
    made = Platform(store)
    made.post("p1")
    made.decide("counterfeit")
    for hours, post_id in ((100, "p2"), (200, "p3")):
        made.at(hours)
        made.post(post_id)
    return made


def dismiss(platform: Platform, action_id: str, *, account: str = "a1", note: str = "a mistake of ours") -> None:
    numbers = iter(range(1_000))
    service = Dismissals(platform.store, platform.books, platform.clock, lambda: f"z{next(numbers):04}")
    service.dismiss(Dismissal(account, action_id, "olga", note))


def test_points_are_given_back_and_the_platform_is_told(platform: Platform) -> None:
    last = platform.account_actions()[-1]
    assert last.points
    before = platform.status.account("a1").points
    dismiss(platform, last.action_id)
    assert platform.status.account("a1").points == before - last.points
    assert platform.event_types()[-1] == "account.restored"
    after = platform.account_actions()[-1]
    assert after.action_id == last.action_id
    assert after.reversed_at is not None
    with platform.store.begin(write=False) as work:
        line = work.entries("account:a1")[-1]
    assert (line.body["actor"], line.body["reason"]) == ("olga", "a mistake of ours")


def test_the_rules_do_not_order_it_again(platform: Platform) -> None:
    last = platform.account_actions()[-1]
    dismiss(platform, last.action_id)
    platform.at(201)
    platform.post("p4", links=(SHOE,), text="晚安")
    platform.decide("counterfeit", organised=True)
    standing = [action for action in platform.account_actions() if action.reversed_at is None]
    assert last.action_id not in {action.action_id for action in standing}


def test_a_link_is_shown_again(platform: Platform) -> None:
    link = platform.link_actions()[0]
    dismiss(platform, link.action_id)
    assert platform.event_types()[-1] == "link.restored"


def test_what_cannot_be_taken_back(platform: Platform) -> None:
    last = platform.account_actions()[-1]
    with pytest.raises(NotAllowedError, match="needs a `note`"):
        dismiss(platform, last.action_id, note=" ")
    with pytest.raises(NotFoundError, match="no action"):
        dismiss(platform, last.action_id, account="a2")
    dismiss(platform, last.action_id)
    with pytest.raises(ClashError, match="taken back already"):
        dismiss(platform, last.action_id)
