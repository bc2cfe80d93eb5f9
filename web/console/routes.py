"""The console's blueprint: every page but the login asks who is there."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import HTTPException

from web.console import accounts, campaigns, cases, dashboard, login, quality, queue
from web.console.sessions import guard, page

bp = Blueprint("console", __name__)
_OPEN = {"console.login", "console.log_in"}

for room in (login, queue, cases, campaigns, accounts, dashboard, quality):
    room.add_to(bp)


@bp.before_request
def _ask_who_is_there() -> Any:
    if request.endpoint in _OPEN:
        g.user = None
        return None
    return guard()


@bp.errorhandler(HTTPException)
def _show_error(error: HTTPException) -> Response:
    """Errors of the console are pages, not JSON."""
    return page("error.html", error.code or 500, error=error)
