"""Accounts: where each stands."""

from __future__ import annotations

from flask import Blueprint, Response, request

from web.answering import answer
from web.auth import needs
from web.current import services

bp = Blueprint("accounts", __name__)


@bp.get("/v1/accounts/<their:account_id>")
@needs("read")
def show(account_id: str) -> Response:
    """Where an account stands, and the actions against it."""
    # Whoever asks for the head alone is not told anything, so nothing may count as delivered.
    return answer(services().status.account(account_id, deliver=request.method == "GET"))
