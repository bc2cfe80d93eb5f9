"""Appeals and notices over HTTP: good input, bad input, and what each problem names."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.callers import Caller, a_post
from tests.web.test_bad_input import expect_problem

URL = "https://weidian.com/item.html?itemID=4371293"
NOTICE = {
    "name": "Jeanne Martin",
    "email": "ip@maison.example",
    "brand": "Louis Vuitton",
    "urls": [URL],
    "grounds": "No licence, and a fiftieth of the price.",
    "good_faith": True,
}


@pytest.fixture
def action(admin: Caller) -> dict[str, Any]:
    """A link that was held."""
    found: dict[str, Any] = admin.post("/v1/posts", a_post()).json["actions"][0]
    return found


def an_appeal(action: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"account_id": "a1", "action_id": action["action_id"], "text": "二手自用"} | changes


def test_an_appeal_walks_from_filing_to_its_end(admin: Caller, action: dict[str, Any]) -> None:
    filed = admin.post("/v1/appeals", an_appeal(action))
    assert (filed.status_code, filed.json["state"]) == (201, "open")
    assert admin.post("/v1/appeals", an_appeal(action)).status_code == 200
    path = f"/v1/appeals/{filed.json['appeal_id']}"
    case = f"/v1/cases/{filed.json['appeal_id']}"
    assert admin.post(f"{case}/messages", {"actor": "olga", "text": "收据？"}).status_code == 200
    assert len(admin.post(f"{path}/messages", {"text": "已上传"}).json["messages"]) == 2
    decision = {"actor": "olga", "decision": "overturn", "note": "正品"}
    assert admin.post(f"{case}/decide", decision).json["state"] == "decided"
    after = admin.get(path).json
    assert (after["state"], after["note"]) == ("overturned", "正品")
    assert "olga" not in str(after), "who reviewed it is not told"
    assert admin.get("/v1/targets?target=weidian:item:4371293").json["state"] == "genuine"
    assert admin.get("/v1/accounts/a1").json["appeals"] == [after]


@pytest.mark.parametrize(
    ("changes", "status", "pointer"),
    [
        ({"action_id": "none"}, 422, "/action_id"),
        ({"account_id": "a2"}, 422, "/action_id"),
        ({"text": ""}, 422, "/text"),
        ({"text": "x" * 5_001}, 422, "/text"),
        ({"text": "a\x00b"}, 422, "/text"),
        ({"account_id": 7}, 422, "/account_id"),
        ({"why": "x"}, 422, "/why"),
    ],
)
def test_a_bad_appeal_names_the_field(
    admin: Caller, action: dict[str, Any], changes: dict[str, Any], status: int, pointer: str
) -> None:
    expect_problem(admin.post("/v1/appeals", an_appeal(action, **changes)), status, pointer)


def test_a_second_appeal_with_other_words_is_a_conflict(admin: Caller, action: dict[str, Any]) -> None:
    admin.post("/v1/appeals", an_appeal(action))
    expect_problem(admin.post("/v1/appeals", an_appeal(action, text="别的理由")), 409)


def test_an_appeal_cannot_be_decided_without_a_reason(admin: Caller, action: dict[str, Any]) -> None:
    appeal_id = admin.post("/v1/appeals", an_appeal(action)).json["appeal_id"]
    response = admin.post(f"/v1/cases/{appeal_id}/decide", {"actor": "olga", "decision": "uphold"})
    expect_problem(response, 422, "/note")


def test_a_notice_walks_from_filing_to_a_suit(admin: Caller) -> None:
    admin.post("/v1/posts", a_post())
    filed = admin.post("/v1/notices", NOTICE)
    assert (filed.status_code, filed.json["state"]) == (201, "received")
    path = f"/v1/notices/{filed.json['notice_id']}"
    decision = {"actor": "mia", "decision": "uphold", "note": "checked"}
    assert admin.post(f"/v1/cases/{filed.json['notice_id']}/decide", decision).json["state"] == "decided"
    countered = admin.post(f"{path}/counter", {"account_id": "a1", "text": "I am a dealer."}).json
    assert countered["restore_at"] is not None
    assert admin.post(f"{path}/suit", {"actor": "mia", "note": "Filed."}).json["restore_at"] is None
    after = admin.get(path).json
    assert (after["state"], len(after["counters"])) == ("upheld", 1)
    assert "Jeanne" not in str(after)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"good_faith": False}, "/good_faith"),
        ({"good_faith": ...}, "/good_faith"),
        ({"email": "nobody"}, "/email"),
        ({"email": "a b@c.example"}, "/email"),
        ({"urls": []}, "/urls"),
        ({"urls": ["x"] * 101}, "/urls"),
        ({"urls": ["a\x00b"]}, "/urls/0"),
        ({"grounds": "fake"}, "/grounds"),
        ({"name": ""}, "/name"),
    ],
)
def test_a_bad_notice_names_the_field(admin: Caller, changes: dict[str, Any], pointer: str) -> None:
    body = {name: value for name, value in (NOTICE | changes).items() if value is not ...}
    expect_problem(admin.post("/v1/notices", body), 422, pointer)


@pytest.mark.parametrize("path", ["/v1/appeals/none", "/v1/notices/none"])
def test_what_does_not_exist_is_not_found(admin: Caller, path: str) -> None:
    expect_problem(admin.get(path), 404)


def test_a_case_of_another_kind_is_no_appeal(admin: Caller, action: dict[str, Any]) -> None:
    assert action
    case_id = admin.get("/v1/cases?kind=target").json["cases"][0]["case_id"]
    expect_problem(admin.get(f"/v1/appeals/{case_id}"), 404)
