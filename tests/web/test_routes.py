from __future__ import annotations

import re

import pytest
from flask import Flask

import api
from tests.web.callers import Caller
from web.operations import OPERATIONS

_ROW = re.compile(r"^(GET|POST|DELETE) +(/\S*) +(score|read|moderate|admin|-) +\S")
CONTRACT = [
    ("POST", "/v1/posts", "score"),
    ("POST", "/v1/posts:batch", "score"),
    ("POST", "/v1/check", "score"),
    ("GET", "/v1/posts/{post_id}", "read"),
    ("GET", "/v1/accounts/{account_id}", "read"),
    ("GET", "/v1/targets", "read"),
    ("POST", "/v1/decisions", "moderate"),
    ("GET", "/v1/jobs/{job_id}", "moderate"),
    ("GET", "/v1/cases", "moderate"),
    ("GET", "/v1/cases/{case_id}", "moderate"),
    ("POST", "/v1/cases/{case_id}/claim", "moderate"),
    ("POST", "/v1/cases/{case_id}/release", "moderate"),
    ("POST", "/v1/cases/{case_id}/decide", "moderate"),
    ("POST", "/v1/appeals", "score"),
    ("GET", "/v1/appeals/{appeal_id}", "score"),
    ("POST", "/v1/notices", "score"),
    ("GET", "/v1/notices/{notice_id}", "score"),
    ("GET", "/v1/statements", "read"),
    ("GET", "/v1/blocklist", "read"),
    ("GET", "/v1/rulebook", "-"),
    ("GET", "/v1/rulebook/{version}", "-"),
    ("GET", "/rulebook", "-"),
    ("GET", "/rulebook/{version}", "-"),
    ("GET", "/livez", "-"),
    ("GET", "/readyz", "-"),
    ("GET", "/metrics", "-"),
    ("GET", "/openapi.json", "-"),
    ("GET", "/docs", "-"),
]


def table() -> set[tuple[str, str, str]]:
    """The rows of the module docstring of ``api.py``."""
    rows = map(_ROW.match, (api.__doc__ or "").splitlines())
    return {(row[1], row[2], row[3]) for row in rows if row is not None}


def routes(app: Flask) -> set[tuple[str, str, str]]:
    """What the app really serves, with the scope that its view asks for."""
    return {
        (
            method,
            re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule),
            getattr(app.view_functions[rule.endpoint], "scope", "-"),
        )
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_the_docstring_is_the_route_table(app: Flask) -> None:
    assert table() == routes(app)


@pytest.mark.parametrize("call", CONTRACT, ids=str)
def test_every_call_of_the_contract_exists(app: Flask, call: tuple[str, str, str]) -> None:
    assert call in routes(app)


def test_every_call_under_v1_needs_a_key_but_the_rulebook(app: Flask) -> None:
    open_calls = {path for _, path, scope in routes(app) if path.startswith("/v1") and scope == "-"}
    assert open_calls == {"/v1/rulebook", "/v1/rulebook/{version}"}


def test_the_home_page_leads_to_the_documentation(anyone: Caller) -> None:
    response = anyone.get("/")
    assert (response.status_code, response.location) == (302, "/docs")


def test_operations_agree_with_the_routes(app: Flask) -> None:
    listed = {(o.method, o.path, o.scope or "-") for o in OPERATIONS}
    assert listed <= routes(app)
    assert {call for call in routes(app) if call[1].startswith("/v1")} <= listed
