"""Confirmed targets as hash prefixes, whole or as what changed."""

from __future__ import annotations

from flask import Blueprint, Response

from service.blocklist import VersionError
from service.payloads import FieldError, PayloadError
from web.answering import answer
from web.auth import needs
from web.current import services
from web.queries import BlocklistQuery, read_query

bp = Blueprint("blocklist", __name__)


@bp.get("/v1/blocklist")
@needs("read")
def show() -> Response:
    """The whole list, or what changed since the version that the client holds."""
    since = read_query(BlocklistQuery).since
    if since is None:
        return answer(services().blocklist.full())
    try:
        return answer(services().blocklist.since(since))
    except VersionError as error:
        raise PayloadError(str(error), (FieldError("/since", str(error)),)) from None
