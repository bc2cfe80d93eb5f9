"""Statements of reasons in the order of the record, and in the form of the EU's database."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest
from platform_world import START, Platform

from adapters.sql.store import SqlStore
from service.answers import StatementsAnswer
from service.statements import Statements

SCHEMA = Path(__file__).parents[1] / "enforcement" / "schemas" / "transparency_statement.json"
PERSONAL = ("a1", "lv8888", "4371293", "高仿")
"""What would name the account, its contact, its shop or its words."""


@pytest.fixture
def platform(store: SqlStore) -> Platform:
    return Platform(store)


@pytest.fixture
def statements(platform: Platform) -> Statements:
    return Statements(platform.store, platform.books)


def ban(platform: Platform) -> None:
    """Hide a link by the model, then by a person, warn, and close the account for organised selling."""
    platform.post("p1")
    platform.at(1)
    platform.decide("counterfeit", organised=True)
    platform.at(2)
    platform.post("p2")
    (case,) = platform.sanction_cases()
    platform.vote(case, "noor")
    platform.vote(case, "olga")


def test_every_action_has_one_statement_in_the_order_of_the_record(platform: Platform, statements: Statements) -> None:
    ban(platform)
    page = statements.issued(None, 0)
    history = platform.status.account("a1").history
    assert {s.action_id for s in page.statements} == {a.action_id for a in history}
    assert len({s.statement_id for s in page.statements}) == len(history)
    assert [s.issued_at for s in page.statements] == sorted(s.issued_at for s in page.statements)
    assert all(s.zh and s.en and s.appeal_until > s.issued_at for s in page.statements)


def test_pages_go_on_where_the_last_one_ended(platform: Platform, statements: Statements) -> None:
    for number in range(230):
        platform.post(f"p{number}", f"a{number}")
    pages, after = [], 0
    while True:
        page: StatementsAnswer = statements.issued(None, after)
        pages.append([s.statement_id for s in page.statements])
        if page.next is None:
            break
        after = page.next
    assert [len(page) for page in pages] == [100, 100, 30]
    assert len({i for page in pages for i in page}) == 230


def test_since_leaves_out_what_was_recorded_before(platform: Platform, statements: Statements) -> None:
    platform.post("p1")
    platform.at(5)
    platform.post("p2", "a2")
    page = statements.issued(START + timedelta(hours=5), 0)
    assert [s.account_id for s in page.statements] == ["a2"]


def test_the_databases_form_fits_its_schema(platform: Platform, statements: Statements) -> None:
    ban(platform)
    said = statements.for_transparency_database(None, 0).statements
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    for one in said:
        jsonschema.validate(one, schema)
    names = ("decision_visibility", "decision_provision", "decision_account")
    done = [str(one[name]) for one in said for name in names if name in one]
    assert len(done) == len(said)
    assert {"['DECISION_VISIBILITY_CONTENT_DISABLED']", "DECISION_ACCOUNT_TERMINATED"} <= set(done)


def test_the_databases_form_holds_no_personal_data(platform: Platform, statements: Statements) -> None:
    ban(platform)
    told = str(statements.for_transparency_database(None, 0).statements)
    assert not [word for word in PERSONAL if word in told]


def test_who_decided_is_told_as_it_was(platform: Platform, statements: Statements) -> None:
    ban(platform)
    said = statements.for_transparency_database(None, 0).statements
    automated = [one["automated_decision"].removeprefix("AUTOMATED_DECISION_") for one in said]
    assert automated[0] == "FULLY", "the model's hold"
    assert set(automated[1:-1]) == {"PARTIALLY"}, "a confirmed target carried to its posts"
    assert automated[-1] == "NOT_AUTOMATED", "the ban"


def test_a_hold_says_when_it_ends_and_that_it_is_no_illegal_content(platform: Platform, statements: Statements) -> None:
    platform.post("p1")
    (one,) = statements.for_transparency_database(None, 0).statements
    assert one["end_date_visibility_restriction"] == (START + timedelta(hours=72)).strftime("%Y-%m-%d")
    assert one["incompatible_content_illegal"] == "No"
