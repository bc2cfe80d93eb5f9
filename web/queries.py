"""Query parameters: checked like a body, so that a misspelt one is refused rather than passed over."""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec
from flask import request
from msgspec import Meta

from service.payloads import MAX_URL, FieldError, PayloadError, Url, shape_error
from service.records import CaseKind, CaseState

_Q = TypeVar("_Q")
_Offset = Annotated[int, Meta(ge=0, le=1_000_000_000)]
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


def read_query(shape: type[_Q]) -> _Q:
    """The query parameters of a shape; each at most once."""
    values = {}
    for name, given in request.args.lists():
        if len(given) > 1:
            raise PayloadError("The query cannot be taken.", (FieldError(f"/{name}", "Given more than once."),))
        values[name] = given[0]
    try:
        return msgspec.convert(values, shape, strict=False)
    except msgspec.ValidationError as error:
        raise shape_error(error) from None


def require_one_of(target: str | None, url: str | None) -> None:
    """Refuse both, and neither."""
    if (target is None) == (url is None):
        detail = "Give exactly one of `target` and `url`."
        raise PayloadError(detail, (FieldError("/target", detail),))
    if "\x00" in (target or url or ""):
        name = "target" if target is not None else "url"
        raise PayloadError("The input cannot be taken.", (FieldError(f"/{name}", "A NUL character cannot be stored."),))
