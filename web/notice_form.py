"""The rights holder's form: the same notice as over the API, for whoever has no platform to send it through."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from service.payloads import PayloadError
from service.refusals import ReviewError
from web.current import services
from web.holder_words import WORDS
from web.holders import FORM_POLICY
from web.languages import in_language, page_language
from web.notices import notice_command

bp = Blueprint("notice_form", __name__)
MAX_FORM_BYTES = 200_000


@bp.get("/notice")
def show() -> Response:
    """The empty form."""
    return _page({})


@bp.post("/notice")
def send() -> Response:
    """Take the notice, or show the form again with what was written and what is wrong."""
    request.max_content_length = MAX_FORM_BYTES
    fields = {name: value for name, value in request.form.items() if name in WORDS["en"]["fields"]}
    values = {**fields, "urls": fields.get("urls", "").split(), "good_faith": "good_faith" in fields}
    try:
        taken = services().notices.file(notice_command(values))
    except PayloadError as error:
        return _page(fields, "; ".join(f"{e.pointer.lstrip('/')}: {e.detail}" for e in error.errors), status=422)
    except ReviewError as error:
        return _page(fields, str(error), status=422)
    return _page({}, taken=taken.notice_id, status=201)


def _page(
    fields: dict[str, str], problem: str | None = None, *, taken: str | None = None, status: int = 200
) -> Response:
    language = page_language()
    html = render_template(
        "notice.html", lang=language, say=WORDS[language], fields=fields, problem=problem, taken=taken
    )
    response = in_language(html, language, status)
    response.headers["Content-Security-Policy"] = FORM_POLICY
    return response
