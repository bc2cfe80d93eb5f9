"""What the documentation page shows of each call, besides what the OpenAPI document holds."""

from __future__ import annotations

import shlex
from itertools import groupby
from urllib.parse import urlencode

import msgspec
from markupsafe import Markup, escape

from web.operations import OPERATIONS, Operation

_HOST = "http://127.0.0.1:8600"
_SAMPLES = {
    "{post_id}": "wt-000123",
    "{account_id}": "a-778",
    "{job_id}": "01JDB6Q3V7T2M8X4K9ZC5W1RNE",
    "{case_id}": "01JDB6Q3V7T2M8X4K9ZC5W1RNF",
    "{version}": "1.0.0",
}


class Section(msgspec.Struct, frozen=True):
    """Calls that belong together."""

    name: str
    operations: tuple[Operation, ...]


def sections() -> list[Section]:
    """The calls by tag, in the order of the list."""
    return [Section(tag, tuple(found)) for tag, found in groupby(OPERATIONS, key=lambda operation: operation.tag)]


def curl(operation: Operation) -> str:
    """A command that can be pasted; ``$DAJIA_KEY`` holds the key."""
    path = operation.path
    for name, sample in _SAMPLES.items():
        path = path.replace(name, sample)
    query = f"?{urlencode(operation.example)}" if operation.query is not None and operation.example else ""
    lines = [f"curl{_method(operation)} {shlex.quote(_HOST + path + query)}"]
    if operation.scope:
        lines.append('-H "Authorization: Bearer $DAJIA_KEY"')
    if operation.body is not None:
        media = "application/x-ndjson" if operation.stream else "application/json"
        lines += [f"-H 'Content-Type: {media}'", f"--data-binary {shlex.quote(_body(operation))}"]
    return " \\\n  ".join(lines)


def _method(operation: Operation) -> str:
    """The part for the method: curl itself knows GET, and POST where a body is sent."""
    return "" if operation.method == "GET" or operation.body is not None else f" -X {operation.method}"


def _body(operation: Operation) -> str:
    raw = msgspec.json.encode(operation.example)
    return (raw if operation.stream else msgspec.json.format(raw, indent=2)).decode()


def ticks(text: str) -> Markup:
    """Text with `code` in backticks as HTML; everything else is escaped."""
    parts = str(text).split("`")
    marked = [Markup("<code>{}</code>").format(part) if i % 2 else escape(part) for i, part in enumerate(parts)]
    return Markup().join(marked)
