from __future__ import annotations

import pytest

from tests.web.callers import Caller, a_post
from tests.web.test_bad_input import expect_problem

TARGET = "weidian:item:4371293"
DRESSED = "https://weidian.com/item.html?spm=x&itemID=4371293"


def decide(admin: Caller, **changes: object) -> dict:
    response = admin.post("/v1/decisions", {"decision": "counterfeit", "actor": "mia", "target": TARGET} | changes)
    assert response.status_code == 202
    return response.json


def test_a_decision_is_taken_and_its_job_can_be_followed(admin: Caller) -> None:
    answer = decide(admin)
    assert (answer["target"], answer["decision"]) == (TARGET, "counterfeit")
    job = admin.get(f"/v1/jobs/{answer['job_id']}").json
    assert job["state"] in {"queued", "running", "done"}


def test_a_decision_names_the_target_of_a_link(admin: Caller) -> None:
    response = admin.post("/v1/decisions", {"decision": "genuine", "actor": "mia", "url": DRESSED})
    assert response.json["target"] == TARGET


@pytest.mark.parametrize(("decision", "verdict"), [("counterfeit", "block"), ("genuine", "allow")])
def test_new_posts_follow_the_decision(admin: Caller, decision: str, verdict: str) -> None:
    decide(admin, decision=decision)
    link = admin.post("/v1/posts", a_post()).json["links"][0]
    assert (link["known"], link["verdict"]) == (decision, verdict)


@pytest.mark.parametrize("query", [f"target={TARGET}", "url=https%3A%2F%2Fweidian.com%2Fitem.html%3FitemID%3D4371293"])
def test_a_target_is_found_by_name_and_by_link(admin: Caller, query: str) -> None:
    admin.post("/v1/posts", a_post())
    answer = admin.get(f"/v1/targets?{query}").json
    assert (answer["target"], answer["posts"], answer["accounts"]) == (TARGET, 1, 1)
    assert answer["page"][0]["post_id"] == "p1"
    assert answer["next"] is None


def test_an_account_that_was_never_seen_is_in_good_standing(admin: Caller) -> None:
    assert admin.get("/v1/accounts/new").json["state"] == "good"


# cases


@pytest.fixture
def case_id(admin: Caller) -> str:
    """The case that a held post opened."""
    assert admin.post("/v1/posts", a_post()).json["verdict"] == "hold"
    page = admin.get("/v1/cases?kind=target&state=open").json
    assert page["total"] == 1
    return page["cases"][0]["case_id"]


def test_a_case_is_claimed_by_one_person_at_a_time(admin: Caller, case_id: str) -> None:
    assert admin.post(f"/v1/cases/{case_id}/claim", {"actor": "mia"}).json["claimed_by"] == "mia"
    expect_problem(admin.post(f"/v1/cases/{case_id}/claim", {"actor": "bo"}), 409)
    assert admin.post(f"/v1/cases/{case_id}/release", {"actor": "mia"}).json["claimed_by"] is None
    assert admin.post(f"/v1/cases/{case_id}/claim", {"actor": "bo"}).status_code == 200


def test_a_case_is_decided_once(admin: Caller, case_id: str) -> None:
    decision = {"actor": "mia", "decision": "counterfeit"}
    assert admin.post(f"/v1/cases/{case_id}/decide", decision).json["state"] == "decided"
    expect_problem(admin.post(f"/v1/cases/{case_id}/decide", decision), 409)
    assert admin.get(f"/v1/cases/{case_id}").json["state"] == "decided"
    assert admin.get(f"/v1/targets?target={TARGET}").json["state"] == "counterfeit"


def test_a_decision_must_fit_the_case(admin: Caller, case_id: str) -> None:
    expect_problem(admin.post(f"/v1/cases/{case_id}/decide", {"actor": "mia", "decision": "impose"}), 422)


def test_an_old_version_of_a_case_is_not_decided(admin: Caller, case_id: str) -> None:
    version = admin.get(f"/v1/cases/{case_id}").json["version"]
    admin.post(f"/v1/cases/{case_id}/claim", {"actor": "mia"})
    stale = {"actor": "mia", "decision": "genuine", "version": version}
    expect_problem(admin.post(f"/v1/cases/{case_id}/decide", stale), 409)


def test_the_queue_can_be_narrowed(admin: Caller, case_id: str) -> None:
    assert admin.get("/v1/cases?state=open").json["cases"][0]["case_id"] == case_id
    assert admin.get("/v1/cases?kind=appeal").json == {"total": 0, "cases": []}
    assert admin.get("/v1/cases?offset=1").json["cases"] == []
