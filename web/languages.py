"""Which of two languages a page is in: asked for in its address, else what the browser prefers."""

from __future__ import annotations

from flask import Response, make_response, request

LANGUAGES = ("zh", "en")


def page_language() -> str:
    """``zh`` or ``en``."""
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    wanted = (tag.lower().split("-")[0] for tag in request.accept_languages.values())
    return next((language for language in wanted if language in LANGUAGES), "en")


def in_language(html: str, language: str, status: int = 200) -> Response:
    """A page that says which language it is in."""
    response = make_response(html, status)
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Language"
    return response
