"""Statements of reasons, for the platform and for the EU's transparency database."""

from __future__ import annotations

from flask import Blueprint, Response

from web.answering import answer
from web.auth import needs
from web.current import services
from web.queries import StatementsQuery, read_query

bp = Blueprint("statements", __name__)


@bp.get("/v1/statements")
@needs("read")
def index() -> Response:
    """A page of statements, in the order of the record."""
    query = read_query(StatementsQuery)
    statements = services().statements
    read = statements.for_transparency_database if query.format == "dsa" else statements.issued
    return answer(read(query.since, query.after))
