"""Query parameters: checked like a body, so that a misspelt one is refused rather than passed over."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, TypeVar

import msgspec
from flask import request
from msgspec import Meta

from service.payloads import MAX_URL, FieldError, PayloadError, Url, shape_error
from service.records import CaseKind, CaseState

_Q = TypeVar("_Q", bound=msgspec.Struct)
_Offset = Annotated[int, Meta(ge=0, le=1_000_000_000)]
_Cursor = Annotated[int, Meta(ge=0, le=2**63 - 1)]
_Target = Annotated[str, Meta(min_length=1, max_length=MAX_URL + 64)]


class TargetQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``GET /v1/targets``: exactly one of ``target`` and ``url``."""

    target: _Target | None = None
    url: Url | None = None
    after: _Offset = 0


class CasesQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``GET /v1/cases``."""

    kind: CaseKind | None = None
    state: CaseState | None = None
    offset: _Offset = 0


class StatementsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``GET /v1/statements``."""

    since: datetime | None = None
    """Recorded at this time or later."""
    after: _Cursor = 0
    """What the page before gave as ``next``."""
    format: Literal["plain", "dsa"] = "plain"
    """``dsa``: the field names of the EU's transparency database."""


class BlocklistQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``GET /v1/blocklist``."""

    since: _Cursor | None = None
    """The version that the client holds; the whole list where it is left out."""


def read_query(shape: type[_Q]) -> _Q:
    """The query parameters of a shape; each at most once."""
    values = {}
    for name, given in request.args.lists():
        if len(given) > 1:
            raise PayloadError("The query cannot be taken.", (FieldError(f"/{name}", "Given more than once."),))
        values[name] = given[0]
    try:
        query = msgspec.convert(values, shape, strict=False)
    except msgspec.ValidationError as error:
        raise shape_error(error) from None
    _require_offsets(query)
    return query


def _require_offsets(query: msgspec.Struct) -> None:
    for name, value in msgspec.structs.asdict(query).items():
        if isinstance(value, datetime) and value.tzinfo is None:
            detail = "A time needs an offset, such as +08:00 or Z; write `+` as `%2B`."
            raise PayloadError("The query cannot be taken.", (FieldError(f"/{name}", detail),))


def require_one_of(target: str | None, url: str | None) -> None:
    """Refuse both, and neither."""
    if (target is None) == (url is None):
        detail = "Give exactly one of `target` and `url`."
        raise PayloadError(detail, (FieldError("/target", detail),))
    if "\x00" in (target or url or ""):
        name = "target" if target is not None else "url"
        raise PayloadError("The input cannot be taken.", (FieldError(f"/{name}", "A NUL character cannot be stored."),))
