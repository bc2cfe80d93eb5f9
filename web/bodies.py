"""Request bodies: their type, their size, their shape."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from flask import request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from detector.types import Post
from service.payloads import CheckPayload, FieldError, PayloadError, decode, to_post
from web.current import services

_P = TypeVar("_P")


def read_body(shape: type[_P]) -> _P:
    """The JSON body of a shape."""
    require_type("application/json")
    return decode(_read(services().settings.max_body_bytes), shape)


def _read(limit: int) -> bytes:
    """The body. Flask refuses a longer one by its ``Content-Length``, and cuts off at the limit one that has none."""
    raw = request.get_data(cache=False)
    if len(raw) >= limit and request.content_length != len(raw):
        raise RequestEntityTooLarge
    return raw


def read_command(shape: type[_P]) -> _P:
    """A JSON body whose texts are all stored: none of them may hold a NUL, which PostgreSQL does not take."""
    command = read_body(shape)
    pointer = _nul(msgspec.to_builtins(command), "")
    if pointer is not None:
        raise PayloadError("The input cannot be taken.", (FieldError(pointer, "A NUL character cannot be stored."),))
    return command


def _nul(value: object, pointer: str) -> str | None:
    """Pointer of the first text with a NUL. Commands are as deep as their structs, so the depth is bounded."""
    if isinstance(value, str):
        return pointer if "\x00" in value else None
    items = value.items() if isinstance(value, dict) else ()
    return next((found for name, item in items if (found := _nul(item, f"{pointer}/{name}")) is not None), None)


def require_type(wanted: str) -> None:
    """Refuse a body of another type, or a packed one."""
    if request.mimetype != wanted:
        raise UnsupportedMediaType(f"Send `Content-Type: {wanted}`.")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("Send the body without a `Content-Encoding`.")


def as_post(payload: CheckPayload) -> Post:
    """The payload as a post, checked against this service's limits and clock."""
    settings = services().settings
    now = None if settings.clock == "follow-posts" else services().clock.now()
    return to_post(payload, now=now, max_page_chars=settings.max_page_chars)
