"""Targets: what is known of what links lead to."""

from __future__ import annotations

from flask import Blueprint, Response

from service.review import name_target
from web.answering import answer
from web.auth import needs
from web.current import services
from web.queries import TargetQuery, read_query, require_one_of

bp = Blueprint("targets", __name__)


@bp.get("/v1/targets")
@needs("read")
def show() -> Response:
    """State of a target, with a page of its posts."""
    query = read_query(TargetQuery)
    require_one_of(query.target, query.url)
    name, _ = name_target(query.target, query.url)
    return answer(services().status.target(name, after=query.after))
