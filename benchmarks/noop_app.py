"""A Flask application whose one route does nothing: what the server and the client can do at most."""

from __future__ import annotations

from flask import Flask, request


def wsgi() -> Flask:
    """The application."""
    app = Flask("noop")

    @app.post("/v1/posts")
    def nothing() -> tuple[bytes, int, dict[str, str]]:
        request.get_data()
        return b"{}", 200, {"Content-Type": "application/json"}

    return app
