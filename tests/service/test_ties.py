"""Ties are shown to people, and change nothing."""

from __future__ import annotations

import pytest
from platform_world import SHOE, Platform

from adapters.sql.store import SqlStore
from service.ties import Ties


@pytest.fixture
def platform(store: SqlStore) -> Platform:
    return Platform(store)


def test_accounts_that_shared_a_held_target_are_compared(platform: Platform) -> None:
    platform.post("p1", "a1", text="高仿包包 加微信 lv8888")
    platform.post("q1", "a2", text="高仿包包 微信：lv8888")
    platform.post("r1", "a3", text="高仿包包 随便看看", links=(SHOE,))
    before = platform.ledger_length()
    (tie,) = Ties(platform.store).of("a1")
    assert (tie.account_id, tie.reasons[0].kind) == ("a2", "contact")
    assert platform.ledger_length() == before


def test_nobody_is_sanctioned_by_a_tie(platform: Platform) -> None:
    platform.decide("counterfeit", SHOE, organised=True)
    platform.at(1)
    platform.post("p1", "a1", text="高仿包包 加微信 lv8888")
    platform.post("q1", "a2", text="高仿包包 微信：lv8888")
    platform.post("p2", "a1", links=(SHOE,))
    assert [tie.account_id for tie in Ties(platform.store).of("a1")] == ["a2"]
    assert platform.status.account("a1").points == 48
    assert platform.status.account("a2").points == 0


def test_an_account_without_findings_has_none(platform: Platform) -> None:
    assert Ties(platform.store).of("nobody") == []
