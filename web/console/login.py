"""Logging in and out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from web.console.sessions import begin, check_form, page, say
from web.current import services


def add_to(bp: Blueprint) -> None:
    """The routes."""
    bp.get("/review/login")(login)
    bp.post("/review/login")(log_in)
    bp.post("/review/logout")(log_out)


def login() -> AnyResponse:
    """The form."""
    return page("login.html", next=_inside(request.args.get("next")), kept="draft" in session, problem=None)


def log_in() -> Any:
    """Let somebody in who knows the password."""
    refused = check_form()
    if refused is not None:
        return redirect(url_for("console.login"), 303)
    name, password = request.form.get("name", ""), request.form.get("password", "")
    user = services().people.log_in(name, password)
    target = _inside(request.form.get("next"))
    if user is None:
        return page("login.html", 401, next=target, kept="draft" in session, problem=say()["log_in_failed"])
    begin(user)
    return redirect(target, 303)


def log_out() -> AnyResponse:
    """End the session."""
    session.clear()
    return redirect(url_for("console.login"), 303)


def _inside(path: str | None) -> str:
    """A page of the console to go on to, and nothing else."""
    sound = path is not None and path.startswith("/review/") and "//" not in path and "\\" not in path
    return path if sound and path is not None and path != "/review/logout" else "/review/"
