"""Every bad input gets the right problem, with the field and the request id, and the next request works."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from service.ports import StaleHeadError, UnavailableError
from service.screen import Screening
from tests.web.callers import LIMIT, Caller, a_post
from web import bodies
from web.services import Services

PAGE = {"url": "https://a.example/1"}


def raw(**changes: Any) -> bytes:
    return json.dumps(a_post(**changes), ensure_ascii=True).encode()


BAD_POSTS = {
    "empty": (b"", 400, ""),
    "not JSON": (b"{", 400, ""),
    "not UTF-8": (b'{"post_id": "\xff"}', 400, None),
    "an array": (b"[]", 422, ""),
    "a number": (b"1", 422, ""),
    "nested 90,000 deep": (b"[" * 90_000 + b"]" * 90_000, 422, ""),
    "nested 90,000 deep in a field": (b'{"post_id":"p","account_id":"a","account":' + b'{"a":' * 30_000, None, None),
    "nested 90,000 deep in a field nobody knows": (b'{"x":' + b"[" * 90_000 + b"]" * 90_000 + b"}", None, None),
    "a lone surrogate": (b'{"post_id":"p","account_id":"a","text":"\\ud800"}', 400, "/text"),
    "NUL in the text": (raw(text="a\x00b"), 422, "/text"),
    "NUL in an id": (raw(post_id="a\x00b"), 422, "/post_id"),
    "NUL in a link": (raw(links=["https://a.example/\x00"]), 422, "/links/0"),
    "an empty id": (raw(post_id=""), 422, "/post_id"),
    "a long id": (raw(post_id="x" * 129), 422, "/post_id"),
    "an id that is a number": (raw(post_id=7), 422, "/post_id"),
    "nothing to judge": (raw(text=..., links=...), 422, "/text"),
    "a text of blanks": (raw(text=" \n", links=[]), 422, "/text"),
    "10,000 links": (raw(links=["a.cn"] * 10_000), 422, "/links"),
    "a link that is null": (raw(links=[None]), 422, "/links/0"),
    "an endless link": (raw(links=["https://a.example/" + "a" * 9_000]), 422, "/links/0"),
    "an unknown field": (raw(colour="red"), 422, "/colour"),
    "an unknown account type": (raw(account={"type": "robot"}), 422, "/account/type"),
    "negative followers": (raw(account={"followers": -1}), 422, "/account/followers"),
    "a reach beyond mankind": (raw(reach=10**30), None, None),
    "a time without offset": (raw(posted_at="2026-11-01T08:00:00"), 422, "/posted_at"),
    "a time in the future": (raw(posted_at="2999-01-01T00:00:00Z"), 422, "/posted_at"),
    "a time at the end of time": (raw(posted_at="9999-12-31T23:59:59-12:00"), 422, "/posted_at"),
    "a time before computers": (raw(posted_at="0001-01-01T00:00:00+12:00"), 422, "/posted_at"),
    "a day that is none": (raw(posted_at="2026-02-30T00:00:00Z"), 422, "/posted_at"),
    "a time as a number": (raw(posted_at=1.5), 422, "/posted_at"),
    "a page without a body": (raw(pages=[PAGE]), 422, "/pages/0"),
    "a page with two bodies": (raw(pages=[PAGE | {"html": "", "body_base64": ""}]), 422, "/pages/0"),
    "a page that is too long": (raw(pages=[PAGE | {"html": "a" * 50_001}]), 422, "/pages/0/html"),
    "a page that is not base64": (raw(pages=[PAGE | {"body_base64": "?"}]), 422, "/pages/0/body_base64"),
    "21 pages": (raw(pages=[PAGE | {"html": ""}] * 21), 422, "/pages"),
    "a body over the limit": (raw(text="a" * LIMIT), 413, None),
}


@pytest.mark.parametrize("path", ["/v1/posts", "/v1/check"])
@pytest.mark.parametrize(("body", "status", "pointer"), BAD_POSTS.values(), ids=BAD_POSTS.keys())
def test_answers_a_bad_post_with_a_problem(
    admin: Caller, path: str, body: bytes, status: int | None, pointer: str | None
) -> None:
    response = admin.post(path, body, headers={"X-Request-Id": "mine-1"})
    expect_problem(response, status or response.status_code, pointer)
    assert 400 <= response.status_code < 500
    assert response.headers["X-Request-Id"] == response.json["request_id"] == "mine-1"
    assert admin.post("/v1/check", a_post()).status_code == 200


def expect_problem(response: Any, status: int, pointer: str | None = None) -> None:
    assert response.status_code == status, response.text
    assert response.mimetype == "application/problem+json"
    found = response.json
    assert found["status"] == status
    assert found["type"]
    assert found["title"]
    assert found["detail"]
    assert found["request_id"] == response.headers["X-Request-Id"]
    if pointer is not None:
        assert pointer in [error["pointer"] for error in found["errors"]]


BAD_COMMANDS = {
    "neither target nor url": ("/v1/decisions", {"decision": "genuine", "actor": "mia"}, "/target"),
    "both": ("/v1/decisions", {"decision": "genuine", "actor": "mia", "target": "t", "url": "a.cn"}, "/target"),
    "another decision": ("/v1/decisions", {"decision": "perhaps", "actor": "mia", "target": "t"}, "/decision"),
    "nobody": ("/v1/decisions", {"decision": "genuine", "actor": "", "target": "t"}, "/actor"),
    "a NUL in the note": ("/v1/decisions", {"decision": "genuine", "actor": "m", "target": "t", "note": "\0"}, "/note"),
    "a NUL in the target": ("/v1/decisions", {"decision": "genuine", "actor": "m", "target": "\0"}, "/target"),
    "a NUL in a factor": (
        "/v1/cases/c/decide",
        {
            "actor": "m",
            "decision": "impose",
            "factors": {"number": "1", "proportion": "1", "gravity": "\0", "intent": "1"},
        },
        "/factors/gravity",
    ),
    "no actor": ("/v1/cases/c/claim", {}, "/actor"),
    "a factor missing": ("/v1/cases/c/decide", {"actor": "m", "decision": "impose", "factors": {}}, "/factors/number"),
}


@pytest.mark.parametrize(("path", "body", "pointer"), BAD_COMMANDS.values(), ids=BAD_COMMANDS.keys())
def test_answers_a_bad_command_with_a_problem(admin: Caller, path: str, body: Any, pointer: str) -> None:
    expect_problem(admin.post(path, body), 422, pointer)


BAD_QUERIES = {
    "/v1/targets": "/target",
    "/v1/targets?target=a&url=b": "/target",
    "/v1/targets?target=a&target=b": "/target",
    "/v1/targets?target=": "/target",
    "/v1/targets?target=%00": "/target",
    "/v1/targets?url=%00": "/url",
    "/v1/targets?target=a&after=-1": "/after",
    "/v1/targets?target=a&after=x": "/after",
    "/v1/targets?target=a&after=99999999999999999999": "/after",
    "/v1/targets?targets=a": "/targets",
    "/v1/cases?kind=cat": "/kind",
    "/v1/cases?stat=open": "/stat",
    "/v1/cases?offset=1.5": "/offset",
}


@pytest.mark.parametrize(("path", "pointer"), BAD_QUERIES.items())
def test_answers_a_bad_query_with_a_problem(admin: Caller, path: str, pointer: str) -> None:
    expect_problem(admin.get(path), 422, pointer)


NOWHERE = [
    "/nope",
    "/v1/posts/nope",
    "/v1/posts/" + "x" * 129,
    "/v1/posts/a%00b",
    "/v1/posts/%ff%fe",
    "/v1/jobs/nope",
    "/v1/jobs/a%00b",
    "/v1/cases/nope",
    "/v1/targets?target=never:seen",
    "/v1/targets?target=%ED%A0%80",
    "/v1/rulebook/9.9.9",
    "/v1/rulebook/..%2F..%2Fetc",
    "/rulebook/9.9.9",
    "/rulebook/%3Cscript%3E",
    "/static/../api.py",
    "/static/nope.css",
]


@pytest.mark.parametrize("path", NOWHERE)
def test_says_not_found(admin: Caller, path: str) -> None:
    expect_problem(admin.get(path), 404)


def test_says_which_methods_an_address_takes(admin: Caller) -> None:
    response = admin.delete("/v1/posts")
    expect_problem(response, 405)
    assert set(response.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/x-ndjson", ""]
)
def test_takes_json_only(admin: Caller, content_type: str) -> None:
    expect_problem(admin.post("/v1/check", raw(), content_type=content_type), 415)


@pytest.mark.parametrize("name", ["post_id", "account_id"])
def test_a_post_that_is_recorded_needs_its_ids(admin: Caller, name: str) -> None:
    expect_problem(admin.post("/v1/posts", raw(**{name: ...})), 422, f"/{name}")


def test_takes_json_with_a_charset(admin: Caller) -> None:
    assert admin.post("/v1/check", raw(), content_type="application/json; charset=utf-8").status_code == 200


def test_takes_no_packed_body(admin: Caller) -> None:
    expect_problem(admin.post("/v1/check", raw(), headers={"Content-Encoding": "gzip"}), 415)


def chunked(admin: Caller, path: str, body: bytes, content_type: str = "application/json") -> Any:
    """As a server hands over a body without ``Content-Length``."""
    environ = {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    return admin.call("POST", path, input_stream=io.BytesIO(body), content_type=content_type, environ_overrides=environ)


def test_takes_a_body_without_a_length(admin: Caller) -> None:
    assert chunked(admin, "/v1/check", raw()).status_code == 200


def test_refuses_a_large_body_without_a_length(admin: Caller) -> None:
    expect_problem(chunked(admin, "/v1/check", raw(text="a" * LIMIT)), 413)


def test_an_id_that_was_used_for_other_content_is_a_conflict(admin: Caller) -> None:
    assert admin.post("/v1/posts", a_post()).status_code == 200
    response = admin.post("/v1/posts", a_post(text="别的内容 a.cn"))
    expect_problem(response, 409)
    assert "`revision` 1" in response.json["detail"]


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "é", "<script>"])
def test_a_harmful_request_id_is_replaced(anyone: Caller, given: str) -> None:
    response = anyone.get("/livez", headers={"X-Request-Id": given})
    assert response.headers["X-Request-Id"] not in {given, ""}


@pytest.mark.parametrize("error", [StaleHeadError("a:1"), UnavailableError("locked")], ids=repr)
def test_a_busy_store_is_tried_again_later(admin: Caller, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    monkeypatch.setattr(Screening, "submit", failing(error))
    response = admin.post("/v1/posts", a_post())
    expect_problem(response, 503)
    assert response.headers["Retry-After"] == "1"
    assert str(error) not in response.json["detail"]


def failing(error: Exception) -> Callable[..., Any]:
    def fail(*_: Any) -> Any:
        raise error

    return fail


def test_a_fault_of_ours_tells_nothing_and_logs_no_post(
    admin: Caller, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Screening, "submit", failing(RuntimeError("secret words of the post")))
    response = admin.post("/v1/posts", a_post(), headers={"X-Request-Id": "find-me"})
    expect_problem(response, 500)
    logged = capsys.readouterr().out
    assert "find-me" in logged
    assert "RuntimeError" in logged
    assert "secret words" not in logged + response.text
    assert "dajia_" not in logged


def test_a_replay_takes_posts_of_any_day(admin: Caller, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    replay = msgspec.structs.replace(
        services, settings=msgspec.structs.replace(services.settings, clock="follow-posts")
    )
    monkeypatch.setattr(bodies, "services", lambda: replay)
    assert admin.post("/v1/check", a_post(posted_at="2031-05-05T00:00:00Z")).status_code == 200
    expect_problem(admin.post("/v1/check", a_post(posted_at="9999-12-31T23:59:59-12:00")), 422, "/posted_at")
