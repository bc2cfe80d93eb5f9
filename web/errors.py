"""Every error leaves as ``application/problem+json``, Flask's own included."""

from __future__ import annotations

import traceback

import msgspec
import structlog
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, NotFound, RequestEntityTooLarge

from web.current import services
from web.problems import Problem, problem, problem_of
from web.request_id import request_id

RETRY_AFTER_S = 1
_KEPT_HEADERS = {"allow", "www-authenticate", "retry-after"}

log = structlog.get_logger()


def register(app: Flask) -> None:
    """Answer every error that a view, or Flask itself, raises."""
    app.register_error_handler(Exception, answer_error)


def answer_error(error: Exception) -> Response:
    """The error as a problem; what we did not expect is logged and tells the caller nothing."""
    if isinstance(error, HTTPException):
        return _answer_http(error)
    found = problem_of(error, request_id())
    if found is None:
        log_failure(error, request_id())
        return problem_response(internal(request_id()))
    return problem_response(found)


def _answer_http(error: HTTPException) -> Response:
    detail = error.description or error.name
    if request.routing_exception is not None and isinstance(error, NotFound):
        detail = "Nothing has this address. All addresses are listed at /docs."
    if isinstance(error, RequestEntityTooLarge):
        detail = f"The body is larger than {services().settings.max_body_bytes:,} bytes."
    response = problem_response(problem(error.code or 500, detail, request_id(), title=error.name))
    for name, value in error.get_headers():
        if name.lower() in _KEPT_HEADERS:
            response.headers[name] = value
    return response


def problem_response(found: Problem) -> Response:
    """A problem as an answer."""
    response = Response(msgspec.json.encode(found), found.status, content_type="application/problem+json")
    if found.status == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def internal(asked_by: str) -> Problem:
    """A fault of our own."""
    return problem(500, "Nothing was recorded. Tell the operator the request id.", asked_by)


def log_failure(error: Exception, asked_by: str) -> None:
    """Log where a fault arose. Not its message: that may quote a post, or a statement's parameters."""
    rule = request.url_rule.rule if request.url_rule is not None else None
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    log.error("request failed", request_id=asked_by, route=rule, error=type(error).__qualname__, where=where)
