"""Appeals of accounts, as the platform passes them on."""

from __future__ import annotations

from flask import Blueprint, Response

from service.appeals import AppealCommand
from service.payloads import AppealPayload, MessagePayload
from web.answering import answer
from web.auth import needs
from web.bodies import read_command
from web.current import services

bp = Blueprint("appeals", __name__)


@bp.post("/v1/appeals")
@needs("score")
def file() -> Response:
    """An account disputes an action: 201, or 200 where the very same appeal is there already."""
    given = read_command(AppealPayload)
    command = AppealCommand(account_id=given.account_id, action_id=given.action_id, text=given.text)
    appeal, is_new = services().appeals.file(command)
    return answer(appeal, 201 if is_new else 200)


@bp.get("/v1/appeals/<our:appeal_id>")
@needs("score")
def show(appeal_id: str) -> Response:
    """How an appeal stands."""
    return answer(services().appeals.appeal(appeal_id))


@bp.post("/v1/appeals/<our:appeal_id>/messages")
@needs("score")
def add_message(appeal_id: str) -> Response:
    """The account adds something."""
    return answer(services().appeals.add_message(appeal_id, read_command(MessagePayload).text))
