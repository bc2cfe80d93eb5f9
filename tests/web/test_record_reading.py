"""Statements and the blocklist over HTTP."""

from __future__ import annotations

import pytest

from tests.web.callers import Caller, a_post
from tests.web.test_bad_input import expect_problem


def test_statements_come_in_both_forms(admin: Caller) -> None:
    assert admin.post("/v1/posts", a_post()).json["verdict"] == "hold"
    plain = admin.get("/v1/statements").json
    told = admin.get("/v1/statements?format=dsa").json
    assert plain["next"] is None
    assert [s["statement_id"] for s in plain["statements"]] == [s["puid"] for s in told["statements"]]


def test_statements_since_a_time(admin: Caller) -> None:
    admin.post("/v1/posts", a_post())
    assert admin.get("/v1/statements?since=2099-01-01T00:00:00Z").json["statements"] == []
    assert len(admin.get("/v1/statements?since=2026-01-01T00:00:00%2B08:00").json["statements"]) == 1


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("since=yesterday", "/since"),
        ("since=2026-11-01T00:00:00", "/since"),
        ("after=-1", "/after"),
        ("after=99999999999999999999", "/after"),
        ("format=xml", "/format"),
        ("formt=dsa", "/formt"),
        ("after=1&after=2", "/after"),
    ],
)
def test_a_bad_statements_query_names_the_parameter(admin: Caller, query: str, pointer: str) -> None:
    expect_problem(admin.get(f"/v1/statements?{query}"), 422, pointer)


def test_the_blocklist_follows_decisions(admin: Caller) -> None:
    empty = admin.get("/v1/blocklist").json
    admin.post("/v1/decisions", {"decision": "counterfeit", "actor": "mia", "target": "weidian:item:4371293"})
    change = admin.get(f"/v1/blocklist?since={empty['version']}").json
    assert (len(change["added"]), change["full"], change["more"]) == (1, False, False)
    assert admin.get("/v1/blocklist").json["added"] == change["added"]


@pytest.mark.parametrize("version", ["1", "-1", "new", ""])
def test_a_version_that_was_never_given_out_is_refused(admin: Caller, version: str) -> None:
    expect_problem(admin.get(f"/v1/blocklist?since={version}"), 422, "/since")
