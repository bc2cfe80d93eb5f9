"""Who is at the console: sessions, roles, languages, and forms that outlive a session."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from flask import Flask, Request, Response, g, redirect, render_template, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import Forbidden

from service.records import CaseKind, Role, User
from web.console.words import WORDS
from web.current import services

SESSION = timedelta(hours=8)
MAX_DRAFT = 2_500
"""Characters of a form that are kept in the cookie; a cookie holds four thousand bytes."""
DECIDES: dict[Role, frozenset[CaseKind]] = {
    "moderator": frozenset({"target", "notice", "second"}),
    "senior": frozenset({"target", "notice", "second", "sanction", "appeal"}),
    "admin": frozenset({"target", "notice", "second", "sanction", "appeal"}),
    "auditor": frozenset(),
}
"""Kinds of cases that each role decides; everybody reads all of them."""
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

_csrf = CSRFProtect()
_View = TypeVar("_View", bound=Callable[..., Any])


class _Cookies(SecureCookieSessionInterface):
    """Cookies that go over TLS alone wherever there is TLS."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Whether this answer goes over TLS."""
        del app
        return request.is_secure


def install(app: Flask, secret: str) -> None:
    """Sessions and forms of an app. The API's calls carry a key and no cookie, and need no token."""
    app.secret_key = secret
    app.session_interface = _Cookies()
    app.config.update(
        SESSION_COOKIE_NAME="dajia_review",
        SESSION_COOKIE_PATH="/review",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        PERMANENT_SESSION_LIFETIME=SESSION,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=int(SESSION.total_seconds()),
        WTF_CSRF_SSL_STRICT=False,  # it asks for a Referer, which our own policy does not send
    )
    _csrf.init_app(app)


def guard() -> Any:
    """Before every page but the login: somebody must be there, and a form must be theirs."""
    g.user = current_user()
    if g.user is None:
        keep_draft(request)
        return redirect(url_for("console.login", next=request.path), 303)
    if request.method == "POST":
        return check_form()
    return None


def check_form() -> Response | None:
    """Refuse a form that did not come from our page; what was written comes back where it was ours but too old."""
    try:
        _csrf.protect()
    except CSRFError:
        keep_draft(request)
        g.problem = say()["stale_form"]
        # Back to the page that the form stands on, which shows what was written.
        return cast("Response", redirect(_page_of(request.path), 303))
    return None


def _page_of(path: str) -> str:
    for verb in ("/decide", "/claim", "/release", "/messages", "/undo", "/unmask", "/preview"):
        path = path.removesuffix(verb)
    return path


def current_user() -> User | None:
    """Who is logged in; ``None`` where nobody is, or where their access was ended."""
    name, key = session.get("name"), session.get("key")
    return services().people.find(name, key) if isinstance(name, str) and isinstance(key, str) else None


def begin(user: User) -> None:
    """A new session for somebody: nothing of an earlier one goes over but the language and what they were writing."""
    kept = {name: session[name] for name in ("lang", "draft") if name in session}
    session.clear()
    session.update(kept, name=user.name, key=user.session_key)
    session.permanent = True


def keep_draft(asked: Request) -> None:
    """Keep what was written in a form that could not be taken."""
    fields = {name: value for name, value in asked.form.items() if name != "csrf_token"}
    if fields and sum(map(len, fields.values())) <= MAX_DRAFT:
        session["draft"] = {"page": _page_of(asked.path), "fields": fields}


def take_draft() -> dict[str, str]:
    """What was written on this page before, once; empty where nothing was."""
    draft = session.get("draft")
    if not isinstance(draft, dict) or draft.get("page") != request.path:
        return {}
    session.pop("draft")
    fields: dict[str, str] = draft["fields"]
    return fields


def offer_undo(case_id: str, offered: dict[str, str] | None) -> None:
    """Show on the pages that follow that a decision can be taken back."""
    session["undo"] = None if offered is None else {"case_id": case_id, "until": offered["until"]}


def undo_offer() -> str | None:
    """The case whose decision can still be taken back; ``None`` where there is none."""
    offered = session.get("undo")
    if not isinstance(offered, dict) or datetime.fromisoformat(offered["until"]) <= services().clock.now():
        return None
    return str(offered["case_id"])


def may_decide(kind: CaseKind, for_role: str | None = None) -> bool:
    """Whether the role of who is here decides such cases."""
    return kind in DECIDES[g.user.role] and (for_role is None or is_senior())


def is_senior() -> bool:
    """Whether who is here decides what moderators hand on."""
    return g.user.role in {"senior", "admin"}


def deciders_only(view: _View) -> _View:
    """The view changes something: an auditor only reads."""

    @functools.wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not DECIDES[g.user.role]:
            raise Forbidden(say()["not_allowed"])
        return view(*args, **kwargs)

    return cast("_View", guarded)


def language() -> str:
    """The language that was asked for, was chosen before, or that the browser prefers."""
    asked = request.args.get("lang")
    if asked in WORDS:
        session["lang"] = asked
    chosen = session.get("lang")
    if chosen in WORDS:
        return str(chosen)
    wanted = (tag.lower().split("-")[0] for tag in request.accept_languages.values())
    return next((found for found in wanted if found in WORDS), "en")


def say() -> dict[str, Any]:
    """The words in the language of this page."""
    return WORDS[language()]


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page of the console, never kept by a cache."""
    user = g.get("user")
    undo = None if user is None else undo_offer()
    html = render_template(f"console/{template}", say=say(), lang=language(), user=user, undo=undo, **values)
    response = Response(html, status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-store"
    return response
