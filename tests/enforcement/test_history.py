"""The record of one account: written, read back, looked at."""

from __future__ import annotations

import msgspec
import pytest
from account_world import ACCOUNT, START, World, at, finding, held

from enforcement.entries import KINDS
from enforcement.standing import (
    AccountHistory,
    HistoryError,
    entry_for_account,
    entry_for_delivery,
    entry_for_finding,
    entry_for_removal,
    fold,
    fold_new,
)
from enforcement.types import LedgerEntry, NewEntry


def _line(kind: str, body: dict, position: int = 0) -> LedgerEntry:
    return LedgerEntry(f"account:{ACCOUNT}", position, kind, START, START, body, "", "")


def test_lines_are_plain_json():
    world = World()
    world.find(held())
    world.find(finding("p2", account_type="promoter"))
    world.remove("p2", at(1))
    for entry in world.entries:
        assert entry.kind in KINDS
        assert entry.stream == f"account:{ACCOUNT}"
        assert msgspec.convert(msgspec.json.decode(msgspec.json.encode(entry.body)), KINDS[entry.kind])


def test_a_finding_happened_when_its_post_was_made():
    assert entry_for_finding(finding(hours=3, found_at=at(9))).occurred_at == at(3)


def test_kinds_of_others_are_passed_over():
    assert fold(ACCOUNT, [_line("of_another_room", {"text": "不服"})]) == AccountHistory(ACCOUNT)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("finding_recorded", {}),
        ("finding_recorded", {"finding": {"account_id": 3}}),
        ("action_ordered", {"action": None}),
        ("post_removed", {"post_id": "p", "surprise": 1}),
        ("notice_delivered", {"action_ids": "a"}),
    ],
)
def test_a_line_that_cannot_be_read_is_named(kind, body):
    with pytest.raises(HistoryError, match=f"account:{ACCOUNT} entry 7"):
        fold(ACCOUNT, [_line(kind, body, 7)])
    with pytest.raises(HistoryError, match=kind):
        fold_new(AccountHistory(ACCOUNT), [NewEntry("s", kind, START, body)], START)


def test_lines_about_unknown_actions_change_nothing_that_counts():
    lines = [entry_for_delivery(ACCOUNT, ("nope",), START), entry_for_removal(ACCOUNT, "p9", START)]
    history = fold_new(AccountHistory(ACCOUNT), lines, START)
    assert history.actions == ()
    assert history.was_removed("p9")
    assert not history.was_removed("p1")


def test_the_first_delivery_counts():
    world = World()
    world.find(finding())
    ids = tuple(a.action_id for a in world.history.actions)
    world.record(entry_for_delivery(ACCOUNT, ids, at(9)))
    assert {a.delivered_at for a in world.history.actions} == {at(0)}


def test_remembers_what_kind_of_account_it_is():
    assert fold_new(AccountHistory(ACCOUNT), [entry_for_account(ACCOUNT, "promoter", START)], START).account_type == (
        "promoter"
    )


def test_had_disabled_asks_for_confirmed_links_only():
    world = World()
    world.find(held())
    assert not world.history.had_disabled("t1")
    world.find(finding(found_at=at(1)))
    assert world.history.had_disabled("t1")
    world.withdraw("t1", at(2))
    assert not world.history.had_disabled("t1")
    assert world.history.posts_found_for("t1") == ()


def test_standing_lists_the_newest_action_first_and_marks_reversed_ones():
    world = World()
    world.find(finding())
    world.find(finding("p2", "t2", 100))
    world.withdraw("t2", at(120))
    standing = world.standing()
    times = [a.ordered_at for a in standing.history]
    assert times == sorted(times, reverse=True)
    assert len(standing.history) == len(world.history.actions)
    assert any(a.reversed_at == at(120) for a in standing.history)
