"""The OpenAPI 3.1 document, made from the list of operations and the very structs that are read and written."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any, get_type_hints

import msgspec

from enforcement.rulebook import Rulebook
from service.answers import PostAnswer
from web.field_docs import field_docs, plain
from web.operations import OPERATIONS, Operation
from web.problems import KINDS, LineProblem, Problem

_REF = "#/components/schemas/{name}"
_ID = {"type": "string", "minLength": 1, "maxLength": 128}
_WORD = re.compile(r"\{(\w+)\}")
_ABOUT = (
    "dajia (打假) tells a platform how likely a shared link leads to counterfeit goods, and why, and applies a "
    "published rulebook to the accounts that share such links. JSON in, JSON out, UTF-8. Times are RFC 3339 with an "
    "offset. Every error is `application/problem+json` with a `request_id`, which is also in the `X-Request-Id` header."
)


@functools.cache
def build_document() -> dict[str, Any]:
    """The whole document; the same for every app, so it is made once."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "dajia",
            "version": _version(),
            "summary": "Counterfeit-link detection and enforcement",
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": tag} for tag in dict.fromkeys(o.tag for o in OPERATIONS)],
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": _KEYS}},
        },
    }


_KEYS = (
    "An API key, made with `dajia key create`. Its scopes are among `score`, `read`, `moderate` and `admin`; `admin` "
    "has them all. A key that was revoked may be taken for another five seconds."
)


def _version() -> str:
    try:
        return version("dajia")
    except PackageNotFoundError:
        return "0"


def _operation(operation: Operation) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": operation.description,
        "security": [{"key": [operation.scope]}] if operation.scope else [],
        "parameters": _parameters(operation),
        "responses": _responses(operation),
    }
    if operation.body is not None:
        content: dict[str, Any] = {"schema": _ref(operation.body)}
        if operation.example is not None:
            content["example"] = operation.example
        made["requestBody"] = {"required": True, "content": {_media(operation): content}}
    return made


def _media(operation: Operation) -> str:
    return "application/x-ndjson" if operation.stream else "application/json"


def _ref(shape: type) -> dict[str, str]:
    return {"$ref": _REF.format(name=shape.__name__)}


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": _ID} for name in _WORD.findall(operation.path)
    ]
    if operation.query is not None:
        schema = msgspec.json.schema_components([operation.query])[1][operation.query.__name__]
        found += [
            {"name": name, "in": "query", "required": False, "schema": _without_null(field)}
            for name, field in schema["properties"].items()
        ]
    return found


def _without_null(field: dict[str, Any]) -> dict[str, Any]:
    """A query parameter is left out rather than null."""
    options = [option for option in field.get("anyOf", ()) if option != {"type": "null"}]
    return options[0] if len(options) == 1 else field


def _responses(operation: Operation) -> dict[str, Any]:
    made = {str(operation.status): _success(operation)}
    for status in sorted(_statuses(operation)):
        made[str(status)] = {
            "description": f"{KINDS[status].title}. {KINDS[status].meaning}",
            "content": {"application/problem+json": {"schema": _ref(Problem)}},
        }
    return made


def _statuses(operation: Operation) -> set[int]:
    """The problems a call may give: its own, and those that follow from what it takes."""
    found = {*operation.problems, 500}
    found |= {401, 403} if operation.scope else set()
    found |= {415} if operation.body is not None else set()
    found |= {400, 413, 422} if operation.body is not None and not operation.stream else set()
    found |= {503} if operation.scope or operation.name == "isReady" else set()
    return found


def _success(operation: Operation) -> dict[str, Any]:
    if operation.answer is None:
        schema: dict[str, Any] = _ref(Rulebook)
    elif operation.stream:
        schema = {"anyOf": [_ref(operation.answer), _ref(LineProblem)]}
    else:
        schema = _ref(operation.answer)
    description = "One line for each line, in order." if operation.stream else operation.summary + "."
    return {"description": description, "content": {_media(operation): {"schema": schema}}}


def _schemas() -> dict[str, Any]:
    shapes = {s for o in OPERATIONS for s in (o.body, o.answer) if s is not None} | {Problem, LineProblem, Rulebook}
    ordered = sorted(shapes, key=lambda shape: shape.__name__)
    _, made = msgspec.json.schema_components(ordered, schema_hook=_condition, ref_template=_REF)
    for struct in _structs(ordered):
        _describe(made[struct.__name__], struct)
    made["PostStatusAnswer"]["properties"]["decided"] |= _ref(PostAnswer)
    del made["Rule"]["properties"]["holds"]  # the compiled condition is code and is not sent
    made["Rule"]["required"].remove("holds")
    return {name: made[name] for name in sorted(made)}


def _condition(_kind: type) -> dict[str, Any]:
    """A placeholder for the one type that is no JSON; its field is taken out again."""
    return {"type": "string"}


def _structs(shapes: Sequence[type]) -> list[type[msgspec.Struct]]:
    """The structs, and those that their fields hold."""
    found: dict[type[msgspec.Struct], None] = {}
    waiting: list[Any] = list(shapes)
    while waiting:
        hint = waiting.pop()
        if isinstance(hint, type) and issubclass(hint, msgspec.Struct) and hint not in found:
            found[hint] = None
            waiting += get_type_hints(hint).values()
        waiting += getattr(hint, "__args__", ())
    return list(found)


def _describe(schema: dict[str, Any], struct: type[msgspec.Struct]) -> None:
    """Put in what msgspec does not: plain descriptions, those of the fields, and the form of times."""
    schema["description"] = plain(struct.__doc__ or "")
    for name, text in field_docs(struct).items():
        if name in schema["properties"]:
            schema["properties"][name]["description"] = text
    for name, hint in get_type_hints(struct).items():
        if "datetime" in str(hint) and name in schema["properties"]:
            _mark_time(schema["properties"][name])


def _mark_time(schema: dict[str, Any]) -> None:
    for option in (schema, *schema.get("anyOf", ())):
        if option.get("type") == "string":
            option["format"] = "date-time"
