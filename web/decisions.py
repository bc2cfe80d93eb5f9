"""Decisions on targets, and the jobs that carry them to every post."""

from __future__ import annotations

from flask import Blueprint, Response

from service.payloads import DecisionPayload
from service.review import TargetDecision, name_target
from web.answering import answer
from web.auth import needs
from web.bodies import read_command
from web.current import services
from web.queries import require_one_of

bp = Blueprint("decisions", __name__)


@bp.post("/v1/decisions")
@needs("moderate")
def decide() -> Response:
    """A person confirms or clears a target; 202, as its posts are settled after the answer."""
    given = read_command(DecisionPayload)
    require_one_of(given.target, given.url)
    target, url = name_target(given.target, given.url)
    command = TargetDecision(
        target=target,
        url=url,
        decision=given.decision,
        actor=given.actor,
        note=given.note,
        organised=given.organised,
        health_risk=given.health_risk,
        evasion=given.evasion,
    )
    return answer(services().review.decide_target(command), 202)


@bp.get("/v1/jobs/<our:job_id>")
@needs("moderate")
def show_job(job_id: str) -> Response:
    """How far a job is."""
    return answer(services().status.job(job_id))
