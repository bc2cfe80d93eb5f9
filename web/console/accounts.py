"""An account as people see it: where it stands, and everything that was done."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, request, url_for
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response as AnyResponse

from service.dismissals import Dismissal
from service.refusals import ClashError, ReviewError
from web.console.cases import MAX_FIELD
from web.console.sessions import deciders_only, is_senior, page, say
from web.current import services


def add_to(bp: Blueprint) -> None:
    """The routes."""
    bp.get("/review/accounts/<their:account_id>")(show_account)
    bp.post("/review/accounts/<their:account_id>/dismiss")(dismiss)


def show_account(account_id: str) -> AnyResponse:
    """The page of an account; looking at it tells the account nothing."""
    return _page(account_id)


def _page(account_id: str, problem: str | None = None, status: int = 200) -> AnyResponse:
    account = services().status.account(account_id, deliver=False)
    shown = {"ties": services().ties.of(account_id), "may_dismiss": is_senior(), "filled": dict(request.form)}
    return page("account.html", status, account=account, problem=problem, **shown)


@deciders_only
def dismiss(account_id: str) -> Any:
    """Take one action back, with a reason."""
    if not is_senior():
        raise Forbidden(say()["not_allowed"])
    form = request.form
    command = Dismissal(account_id, form.get("action_id", ""), g.user.name, form.get("note", "")[:MAX_FIELD])
    try:
        services().dismissals.dismiss(command)
    except ClashError as error:
        return _page(account_id, str(error), 409)
    except ReviewError as error:
        return _page(account_id, str(error), 422)
    flash(say()["dismissed"])
    return redirect(url_for("console.show_account", account_id=account_id), 303)
