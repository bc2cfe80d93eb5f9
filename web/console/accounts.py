"""An account as people see it: where it stands, and everything that was done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, g, redirect, request, url_for
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response as AnyResponse

from service.answers import ActionAnswer
from service.dismissals import Dismissal
from service.refusals import ClashError, ReviewError
from service.shortenings import MEASURES, Shortening
from web.console.cases import MAX_FIELD
from web.console.sessions import deciders_only, is_senior, page, say
from web.current import services


def add_to(bp: Blueprint) -> None:
    """The routes."""
    bp.get("/review/accounts/<their:account_id>")(show_account)
    bp.post("/review/accounts/<their:account_id>/dismiss")(dismiss)
    bp.post("/review/accounts/<their:account_id>/shorten")(shorten)


def show_account(account_id: str) -> AnyResponse:
    """The page of an account; looking at it tells the account nothing."""
    return _page(account_id)


def _page(account_id: str, problem: str | None = None, status: int = 200) -> AnyResponse:
    account = services().status.account(account_id, deliver=False)
    shown = {"ties": services().ties.of(account_id), "may_dismiss": is_senior(), "filled": dict(request.form)}
    shown["measures"] = [a for a in account.history if _goes_on(a)]
    return page("account.html", status, account=account, problem=problem, **shown)


def _goes_on(action: ActionAnswer) -> bool:
    running = action.until is None or action.until > services().clock.now()
    return action.kind in MEASURES and action.reversed_at is None and running


@deciders_only
def dismiss(account_id: str) -> Any:
    """Take one action back, with a reason."""
    form = request.form
    command = Dismissal(account_id, form.get("action_id", ""), g.user.name, form.get("note", "")[:MAX_FIELD])
    return _relieved(account_id, lambda: services().dismissals.dismiss(command), "dismissed")


@deciders_only
def shorten(account_id: str) -> Any:
    """Let a measure end sooner, with a reason."""
    form = request.form
    note, days = form.get("note", "")[:MAX_FIELD], form.get("days", -1, int)
    command = Shortening(account_id, form.get("action_id", ""), days, g.user.name, note)
    return _relieved(account_id, lambda: services().shortenings.shorten(command), "shortened")


def _relieved(account_id: str, do: Callable[[], None], told: str) -> Any:
    """The page again, with what was done or why not. For seniors alone."""
    if not is_senior():
        raise Forbidden(say()["not_allowed"])
    try:
        do()
    except ClashError as error:
        return _page(account_id, str(error), 409)
    except ReviewError as error:
        return _page(account_id, str(error), 422)
    flash(say()[told])
    return redirect(url_for("console.show_account", account_id=account_id), 303)
