"""One id for each request: in every error, in the log and in the answer's ``X-Request-Id``."""

from __future__ import annotations

import re
import secrets

from flask import Flask, Response, g, request

_ACCEPTED = re.compile(r"[A-Za-z0-9_.-]{1,64}")


def request_id() -> str:
    """The caller's own id where it is harmless, else a new one."""
    if "request_id" not in g:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if _ACCEPTED.fullmatch(given) else secrets.token_hex(16)
    found: str = g.request_id
    return found


def register(app: Flask) -> None:
    """Put the id on every answer."""

    @app.after_request
    def _put(response: Response) -> Response:
        response.headers["X-Request-Id"] = request_id()
        return response
