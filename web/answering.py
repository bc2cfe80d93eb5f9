"""Answers as JSON."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Response

_JSON = msgspec.json.Encoder()


def answer(body: Any, status: int = 200) -> Response:
    """A struct, or plain data, as JSON."""
    return Response(_JSON.encode(body), status, content_type="application/json")
