"""The queue of what people must decide."""

from __future__ import annotations

import msgspec
from flask import Blueprint, Response

from service.payloads import CaseDecisionPayload, ClaimPayload, ReviewerMessagePayload
from service.review import CaseDecision
from web.answering import answer
from web.auth import needs
from web.bodies import read_command
from web.current import services
from web.queries import CasesQuery, read_query

bp = Blueprint("cases", __name__)


@bp.get("/v1/cases")
@needs("moderate")
def index() -> Response:
    """A page of the queue in its order."""
    query = read_query(CasesQuery)
    return answer(services().review.cases(query.kind, query.state, query.offset))


@bp.get("/v1/cases/<our:case_id>")
@needs("moderate")
def show(case_id: str) -> Response:
    """One case."""
    return answer(services().review.case(case_id))


@bp.post("/v1/cases/<our:case_id>/claim")
@needs("moderate")
def claim(case_id: str) -> Response:
    """Take a case to work on."""
    return answer(services().review.claim(case_id, read_command(ClaimPayload).actor))


@bp.post("/v1/cases/<our:case_id>/release")
@needs("moderate")
def release(case_id: str) -> Response:
    """Give a case back."""
    return answer(services().review.release(case_id, read_command(ClaimPayload).actor))


@bp.post("/v1/cases/<our:case_id>/decide")
@needs("moderate")
def decide(case_id: str) -> Response:
    """Decide a case by what its kind asks for."""
    given = read_command(CaseDecisionPayload)
    command = CaseDecision(
        actor=given.actor,
        decision=given.decision,
        note=given.note,
        factors=None if given.factors is None else msgspec.structs.asdict(given.factors),
        version=given.version,
        organised=given.organised,
        health_risk=given.health_risk,
        evasion=given.evasion,
        targets=None if given.targets is None else tuple(given.targets),
    )
    return answer(services().review.decide_case(case_id, command))


@bp.post("/v1/cases/<our:case_id>/messages")
@needs("moderate")
def add_message(case_id: str) -> Response:
    """The reviewer of an appeal asks or answers."""
    given = read_command(ReviewerMessagePayload)
    return answer(services().appeals.add_message(case_id, given.text, given.actor))
