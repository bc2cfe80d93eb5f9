from __future__ import annotations

import shlex
from typing import Any

import jsonschema
import msgspec
import openapi_spec_validator
import pytest

from service.payloads import decode
from service.ports import UnavailableError
from tests.web.callers import Caller, a_post
from tests.web.test_bad_input import expect_problem
from web.docs_page import curl, ticks
from web.openapi import build_document
from web.operations import OPERATIONS
from web.problems import KINDS
from web.services import Services


@pytest.fixture
def document(anyone: Caller) -> dict[str, Any]:
    found: dict[str, Any] = anyone.get("/openapi.json").json
    return found


def test_the_process_is_alive(anyone: Caller) -> None:
    assert anyone.get("/livez").json == {"state": "live"}


def test_ready_names_what_is_loaded(anyone: Caller, services: Services) -> None:
    answer = anyone.get("/readyz").json
    assert answer["model_version"] == services.model_card["version"]
    assert answer["rulebook_version"] == services.books.latest().version
    assert answer["brands_digest"] == services.screening._detector.reader.brands.digest


def test_not_ready_while_the_store_does_not_answer(
    anyone: Caller, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_self: Any) -> None:
        raise UnavailableError("no such host: db.internal")

    monkeypatch.setattr(type(services.store), "ping", fail)
    response = anyone.get("/readyz")
    expect_problem(response, 503)
    assert "db.internal" not in response.text


def test_figures_count_requests_verdicts_and_actions(admin: Caller) -> None:
    verdict = admin.post("/v1/posts", a_post()).json["verdict"]
    admin.post("/v1/posts", a_post())
    admin.get("/made/up/path")
    admin.get("/v1/posts/p1")
    text = admin.get("/metrics").text
    assert 'dajia_requests_total{method="POST",route="/v1/posts",status="200"} 2.0' in text
    assert f'dajia_verdicts_total{{call="posts",verdict="{verdict}"}} 1.0' in text
    assert 'dajia_actions_total{kind="disable_link"} 1.0' in text
    assert 'route="/v1/posts/<their:post_id>"' in text
    assert 'dajia_request_seconds_count{route="/v1/posts"} 2.0' in text
    assert "made/up" not in text


# the OpenAPI document


def test_the_document_is_valid_openapi(document: dict[str, Any]) -> None:
    openapi_spec_validator.validate(document)


def test_the_document_has_every_call(document: dict[str, Any]) -> None:
    listed = {(m.upper(), path) for path, methods in document["paths"].items() for m in methods}
    assert listed == {(o.method, o.path) for o in OPERATIONS}


def test_every_guarded_call_says_its_scope(document: dict[str, Any]) -> None:
    for o in OPERATIONS:
        wanted = [{"key": [o.scope]}] if o.scope else []
        assert document["paths"][o.path][o.method.lower()]["security"] == wanted


def test_no_schema_is_named_that_is_not_there(document: dict[str, Any]) -> None:
    text = msgspec.json.encode(document).decode()
    named = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named <= document["components"]["schemas"].keys()
    assert {"Problem", "FieldError", "LineProblem", "PostPayload", "PostAnswer", "Rulebook"} <= named


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.body], ids=lambda o: o.name)
def test_every_example_is_taken(operation: Any) -> None:
    assert decode(msgspec.json.encode(operation.example), operation.body) is not None


def conforms(document: dict[str, Any], name: str, value: Any) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    jsonschema.Draft202012Validator(schema).validate(value)


def test_real_answers_are_as_the_document_says(admin: Caller, document: dict[str, Any]) -> None:
    conforms(document, "PostPayload", a_post())
    conforms(document, "PostAnswer", admin.post("/v1/posts", a_post()).json)
    conforms(document, "PostStatusAnswer", admin.get("/v1/posts/p1").json)
    conforms(document, "AccountAnswer", admin.get("/v1/accounts/a1").json)
    conforms(document, "TargetAnswer", admin.get("/v1/targets?target=weidian:item:4371293").json)
    conforms(document, "CasesAnswer", admin.get("/v1/cases").json)
    conforms(document, "Rulebook", admin.get("/v1/rulebook").json)
    conforms(document, "ReadyAnswer", admin.get("/readyz").json)
    conforms(document, "Problem", admin.get("/nope").json)
    conforms(document, "Problem", admin.post("/v1/posts", {}).json)


def test_times_are_said_to_be_times(document: dict[str, Any]) -> None:
    assert document["components"]["schemas"]["PostAnswer"]["properties"]["rulebook_version"]["description"]
    recorded = document["components"]["schemas"]["PostStatusAnswer"]["properties"]["recorded_at"]
    assert recorded["format"] == "date-time"


# its page


def test_the_page_shows_every_call_schema_and_problem(anyone: Caller) -> None:
    page = anyone.get("/docs").text
    for o in OPERATIONS:
        assert f'id="{o.name}"' in page
    for name in build_document()["components"]["schemas"]:
        assert f'id="schema-{name}"' in page
    for kind in KINDS.values():
        assert f'id="problem-{kind.slug}"' in page


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.name)
def test_the_command_of_the_page_is_a_real_one(admin: Caller, operation: Any) -> None:
    words = shlex.split(curl(operation).replace("\\\n", " "))
    address = next(word for word in words if word.startswith("http://"))
    media = next((w.split(": ")[1] for w in words if w.startswith("Content-Type")), None)
    data = words[words.index("--data-binary") + 1] if "--data-binary" in words else None
    response = admin.call(
        operation.method, address.removeprefix("http://127.0.0.1:8600"), data=data, content_type=media
    )
    if "…" in str(operation.example):  # it names what a fresh service cannot have: the shape is right, the id unknown
        assert [error["pointer"] for error in response.json["errors"]] == ["/action_id"]
        return
    assert response.status_code in {operation.status, 404}
    assert response.status_code == operation.status or 404 in operation.problems


def test_backticks_become_code_and_nothing_becomes_markup() -> None:
    assert ticks("a `<b>` & c") == "a <code>&lt;b&gt;</code> &amp; c"
