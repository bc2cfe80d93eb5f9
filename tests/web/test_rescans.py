from __future__ import annotations

import pytest

from tests.web.callers import Caller, a_post
from tests.web.test_bad_input import expect_problem


def test_a_rescan_is_ordered_followed_and_ended(admin: Caller) -> None:
    assert admin.post("/v1/posts", a_post()).status_code == 200
    ordered = admin.post("/v1/rescans", {"actor": "mia", "since": "2026-01-01T00:00:00Z", "changed_only": False})
    assert ordered.status_code == 202
    rescan_id = ordered.json["rescan_id"]
    assert admin.get(f"/v1/rescans/{rescan_id}").json == ordered.json
    assert ordered.json["state"] == "queued"
    assert admin.post(f"/v1/rescans/{rescan_id}/cancel", {}).json["state"] == "cancelled"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/actor"),
        ({"actor": "mia", "since": "yesterday"}, "/since"),
        ({"actor": "mia", "since": "2026-01-01T00:00:00"}, "/since"),
        ({"actor": "mia", "since": "2026-02-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}, "/until"),
        ({"actor": "mia", "apply": "yes"}, "/apply"),
        ({"actor": "mia", "everything": True}, "/everything"),
    ],
)
def test_a_wrong_order_names_the_field(admin: Caller, body: dict, pointer: str) -> None:
    problem = admin.post("/v1/rescans", body)
    assert problem.status_code == 422
    assert problem.json["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize("path", ["/v1/rescans/none", "/v1/jobs/none"])
def test_what_is_not_there_is_not_found(admin: Caller, path: str) -> None:
    expect_problem(admin.get(path), 404)


def test_a_job_that_is_no_rescan_is_none(admin: Caller) -> None:
    decided = admin.post("/v1/decisions", {"decision": "genuine", "actor": "mia", "target": "weidian:item:1"})
    expect_problem(admin.get(f"/v1/rescans/{decided.json['job_id']}"), 404)
