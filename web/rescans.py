"""Rescans of the recorded posts: ordered, followed and ended."""

from __future__ import annotations

from flask import Blueprint, Response

from service.payloads import RescanPayload
from service.refusals import NotAllowedError
from service.rescans import RescanOrder
from web.answering import answer
from web.auth import needs
from web.bodies import read_command
from web.current import services

bp = Blueprint("rescans", __name__)


@bp.post("/v1/rescans")
@needs("moderate")
def order() -> Response:
    """Ask for one; 202, as the worker does it."""
    given = read_command(RescanPayload)
    if given.since is not None and given.until is not None and given.since >= given.until:
        raise NotAllowedError("`since` must lie before `until`.", "/until")
    wanted = RescanOrder(given.actor, given.since, given.until, given.changed_only, given.apply)
    return answer(services().rescans.order(wanted), 202)


@bp.get("/v1/rescans/<our:rescan_id>")
@needs("moderate")
def show(rescan_id: str) -> Response:
    """How far it is."""
    return answer(services().rescans.show(rescan_id))


@bp.post("/v1/rescans/<our:rescan_id>/cancel")
@needs("moderate")
def cancel(rescan_id: str) -> Response:
    """End it where it is."""
    return answer(services().rescans.cancel(rescan_id))
