"""Pages for account holders, by a link that the platform asks for: where they stand, why, and how to appeal.

Whoever has the link speaks for the account: it is signed, names one account, and ends after a day. It carries no
cookie, so a form on another site can do nothing with it.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer

from service.answers import StandingLinkAnswer
from service.appeals import AppealCommand
from service.payloads import StandingLinkPayload
from service.refusals import ReviewError
from web.answering import answer
from web.auth import needs
from web.bodies import read_command
from web.current import services
from web.holder_words import WORDS
from web.languages import in_language, page_language

bp = Blueprint("holders", __name__)
LASTS = timedelta(hours=24)
MAX_TEXT = 5_000
_BEIJING = timezone(timedelta(hours=8))
FORM_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(services().session_secret, salt="standing")


@bp.post("/v1/standing-links")
@needs("score")
def make_link() -> Response:
    """A link to an account's own page, for the platform to show to its holder."""
    path = url_for("holders.show", token=_signer().dumps(read_command(StandingLinkPayload).account_id))
    return answer(StandingLinkAnswer(path, services().clock.now() + LASTS), 201)


@bp.get("/standing/<our:token>")
def show(token: str) -> Response:
    """Where the account stands. Reading it tells the account."""
    account_id = _account(token)
    return _expired() if account_id is None else _page(token, account_id)


@bp.post("/standing/<our:token>/appeals")
def appeal(token: str) -> Any:
    """Appeal against an action."""
    account_id = _account(token)
    if account_id is None:
        return _expired()
    command = AppealCommand(account_id=account_id, action_id=request.form.get("action_id", ""), text=_text())
    return _do(token, account_id, lambda: services().appeals.file(command))


@bp.post("/standing/<our:token>/messages")
def add_message(token: str) -> Any:
    """Add something to an appeal of this account."""
    account_id = _account(token)
    if account_id is None:
        return _expired()
    appeal_id = request.form.get("appeal_id", "")
    mine = {known.appeal_id for known in services().status.account(account_id, deliver=False).appeals}
    if appeal_id not in mine:
        return _page(token, account_id, _say()["expired"], 404)
    return _do(token, account_id, lambda: services().appeals.add_message(appeal_id, _text()))


def _do(token: str, account_id: str, act: Any) -> Any:
    if not _text():
        return _page(token, account_id, _say()["appeal_hint"], 422)
    try:
        act()
    except ReviewError as error:
        return _page(token, account_id, str(error), 422)
    return redirect(url_for("holders.show", token=token, lang=page_language(), done=1), 303)


def _text() -> str:
    return request.form.get("text", "").replace("\x00", "").strip()[:MAX_TEXT]


def _account(token: str) -> str | None:
    """Whose page it is; ``None`` where the link is forged or old."""
    try:
        found = _signer().loads(token, max_age=int(LASTS.total_seconds()))
    except BadData:
        return None
    return found if isinstance(found, str) else None


def _page(token: str, account_id: str, problem: str | None = None, status: int = 200) -> Response:
    language = page_language()
    account = services().status.account(account_id, deliver=request.method == "GET")
    html = render_template(
        "standing.html",
        account=account,
        token=token,
        lang=language,
        say=WORDS[language],
        problem=problem,
        done="done" in request.args and problem is None,
        day=_day,
        by_action={known.action_id: known for known in account.appeals},
    )
    return _private(in_language(html, language, status))


def _expired() -> Response:
    language = page_language()
    return _private(in_language(render_template("expired.html", lang=language, say=WORDS[language]), language, 404))


def _private(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = FORM_POLICY
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _say() -> dict[str, Any]:
    return WORDS[page_language()]


def _day(at: datetime) -> str:
    return at.astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M")
