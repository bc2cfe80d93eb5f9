"""Rights holders' notices, and what answers them."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Blueprint, Response

from service.notices import NoticeCommand
from service.payloads import CounterPayload, FieldError, NoticePayload, PayloadError, SuitPayload, shape_error
from web.answering import answer
from web.auth import needs
from web.bodies import read_command
from web.current import services

bp = Blueprint("notices", __name__)


@bp.post("/v1/notices")
@needs("score")
def file() -> Response:
    """A rights holder says that links lead to counterfeits."""
    return answer(services().notices.file(_command(read_command(NoticePayload))), 201)


def notice_command(values: dict[str, Any]) -> NoticeCommand:
    """A notice from a form; :class:`PayloadError` names each field at fault."""
    try:
        return _command(msgspec.convert(values, NoticePayload))
    except msgspec.ValidationError as error:
        raise shape_error(error) from None


def _command(given: NoticePayload) -> NoticeCommand:
    faults = [*_faults(given)]
    if faults:
        raise PayloadError("The notice cannot be taken.", tuple(faults))
    return NoticeCommand(
        name=given.name,
        email=given.email,
        brand=given.brand,
        urls=tuple(given.urls),
        grounds=given.grounds,
        trusted_flagger=given.trusted_flagger,
    )


def _faults(given: NoticePayload) -> list[FieldError]:
    faults = []
    if not given.good_faith:
        faults.append(FieldError("/good_faith", "A notice needs the statement of good faith: `true`."))
    faults += [
        FieldError(f"/urls/{i}", "A NUL character cannot be stored.") for i, u in enumerate(given.urls) if "\x00" in u
    ]
    return faults


@bp.get("/v1/notices/<our:notice_id>")
@needs("score")
def show(notice_id: str) -> Response:
    """How a notice stands."""
    return answer(services().notices.notice(notice_id))


@bp.post("/v1/notices/<our:notice_id>/counter")
@needs("score")
def counter(notice_id: str) -> Response:
    """An account declares that it infringes nothing."""
    given = read_command(CounterPayload)
    return answer(services().notices.counter(notice_id, given.account_id, given.text))


@bp.post("/v1/notices/<our:notice_id>/suit")
@needs("moderate")
def report_suit(notice_id: str) -> Response:
    """The rights holder complained to an authority or sued."""
    given = read_command(SuitPayload)
    return answer(services().notices.report_suit(notice_id, given.actor, given.note))
