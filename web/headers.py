"""Headers that keep a browser from doing more than reading."""

from __future__ import annotations

from flask import Flask, Response, request

POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"


def register(app: Flask) -> None:
    """Put them on every answer; what belongs to a key is never kept by a cache."""

    @app.after_request
    def _put(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        if "Authorization" in request.headers:
            response.headers["Cache-Control"] = "no-store"
        return response
