"""What the account is told."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from account_world import SHIPPED, START, World, at, finding, held

from enforcement.statements import statement

BOOK = SHIPPED.latest()


def _said(world: World, kind: str):
    return [statement(a, BOOK) for a in world.history.actions if a.order.kind == kind][-1]


def test_a_hold_says_that_it_is_no_sanction_and_when_it_ends():
    world = World()
    world.find(held(evidence=("price.far_below_reference: 298元",)))
    said = _said(world, "disable_link")
    assert "这不是处罚" in said.zh
    assert "no sanction" in said.en
    assert "2026-10-04 20:00 (UTC+8)" in said.zh
    assert "2026-10-04 20:00 (UTC+8)" in said.en
    assert "298元" in said.zh
    assert said.found_by_machine
    assert said.ordered_by_machine


def test_a_hold_does_not_claim_that_the_goods_are_counterfeit():
    world = World()
    world.find(held())
    said = _said(world, "disable_link")
    assert "还没有人核实" in said.zh
    assert "no person has checked it yet" in said.en


def test_a_sanction_names_rule_version_points_end_and_lapse():
    world = World()
    world.find(finding(account_type="promoter"))
    said = _said(world, "restrict_links")
    for text in (said.zh, said.en):
        assert "C1" in text
        assert "1.0.0" in text
        assert "12" in text
        assert "2026-10-08 20:00" in text
        assert "2027-03-30 20:00" in text
    assert said.rule_text == BOOK.rule_text("C1")
    assert not said.found_by_machine


@pytest.mark.parametrize("kind", ["disable_link", "warn"])
def test_every_statement_says_how_long_and_how_one_can_appeal(kind):
    world = World()
    world.find(finding())
    said = _said(world, kind)
    assert said.appeal_until == START + timedelta(days=180)
    assert "2027-03-30" in said.zh
    assert "另一名审核人员" in said.zh
    assert "another person" in said.en


def test_a_sanction_by_people_says_so():
    world = World()
    for i in range(2):
        world.find(finding(f"p{i}", f"t{i}", i * 100, account_type="promoter"))
    world.decide_case("impose", at(110))
    said = _said(world, "restrict_links")
    assert not said.ordered_by_machine
    assert "People took this decision" in said.en
    assert "由审核人员决定" in said.zh


def test_chinese_is_chinese_and_english_is_english():
    world = World()
    world.find(finding("p1", "t1", basis="rights_holder"))
    for action in world.history.actions:
        said = statement(action, BOOK)
        assert not re.search("[\u4e00-\u9fff]", said.en)
        assert said.zh.endswith("。")
        assert "。。" not in said.zh
        assert ".." not in said.en


def test_the_same_action_always_gets_the_same_words():
    world = World()
    world.find(finding())
    action = world.history.actions[0]
    assert statement(action, BOOK) == statement(action, BOOK)


def test_a_long_list_of_posts_is_cut():
    world = World()
    world.find(*(finding(f"p{i}", f"t{i}", i) for i in range(9)))
    said = _said(world, "warn") if world.account_orders()[-1].order.kind == "warn" else _said(world, "restrict_links")
    assert "(9)" in said.en
