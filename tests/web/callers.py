"""Somebody who calls the API, and what they send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

LIMIT = 200_000
"""Largest body in these tests, so that too large ones are quick to send."""


class Caller:
    """Somebody with an API key, or with none."""

    def __init__(self, client: FlaskClient, secret: str | None) -> None:
        self.client = client
        self._headers = {} if secret is None else {"Authorization": f"Bearer {secret}"}

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        options.setdefault("content_type", "application/json")
        data = body if isinstance(body, bytes) else msgspec.json.encode(body)
        return self.call("POST", path, data=data, **options)

    def delete(self, path: str, **options: Any) -> TestResponse:
        return self.call("DELETE", path, **options)

    def call(self, method: str, path: str, headers: Mapping[str, str] | None = None, **options: Any) -> TestResponse:
        return self.client.open(
            path, method=method, headers={**self._headers, **(headers or {})}, buffered=True, **options
        )


def a_post(**changes: Any) -> dict[str, Any]:
    """A post that the service takes."""
    post = {
        "post_id": "p1",
        "account_id": "a1",
        "posted_at": "2026-11-01T08:00:00+08:00",
        "text": "LV包包298元 专柜品质",
        "links": ["https://weidian.com/item.html?itemID=4371293"],
    }
    return {name: value for name, value in (post | changes).items() if value is not ...}
