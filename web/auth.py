"""Who may call what: ``Authorization: Bearer <api key>`` and the scopes of the key.

A key is remembered for five seconds by each process, so a revoked key may be taken for that long.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from service.keys import Scope
from web.current import current

_View = TypeVar("_View", bound=Callable[..., Any])
_MAX_SECRET = 256


def needs(scope: Scope) -> Callable[[_View], _View]:
    """The view is for keys with this scope; ``admin`` has them all."""

    def guard(view: _View) -> _View:
        @functools.wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            _require(scope)
            return view(*args, **kwargs)

        guarded.scope = scope  # type: ignore[attr-defined]  # read by the test of the route table
        return cast("_View", guarded)

    return guard


def _require(scope: Scope) -> None:
    given = request.authorization
    if given is None or given.type != "bearer" or not given.token:
        raise _unauthorized("Send an API key: `Authorization: Bearer <api key>`.")
    key = current().keys.find(given.token) if len(given.token) <= _MAX_SECRET else None
    if key is None:
        raise _unauthorized("The API key is not known, or was revoked.", error="invalid_token")
    if scope not in key.scopes and "admin" not in key.scopes:
        raise Forbidden(f"The API key lacks the scope `{scope}`. It has {', '.join(key.scopes)}.")


def _unauthorized(detail: str, **parameters: str) -> Unauthorized:
    return Unauthorized(detail, www_authenticate=WWWAuthenticate("bearer", {"realm": "dajia API", **parameters}))
