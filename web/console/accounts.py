"""An account as people see it: where it stands, and everything that was done."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response as AnyResponse

from web.console.sessions import page
from web.current import services


def add_to(bp: Blueprint) -> None:
    """The route."""
    bp.get("/review/accounts/<their:account_id>")(show_account)


def show_account(account_id: str) -> AnyResponse:
    """The page of an account; looking at it tells the account nothing."""
    account = services().status.account(account_id, deliver=False)
    return page("account.html", account=account, ties=services().ties.of(account_id))
