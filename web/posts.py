"""Posts: submitted one by one or in a stream, asked about, and removed by their authors."""

from __future__ import annotations

import sys
from functools import partial

from flask import Blueprint, Response, request, stream_with_context

from service.payloads import CheckPayload, PostPayload
from service.screen import ConflictError
from web.answering import answer
from web.auth import needs
from web.batch import Batch
from web.bodies import as_post, read_body, require_type
from web.current import current, services
from web.lines import read_lines
from web.request_id import request_id

bp = Blueprint("posts", __name__)


@bp.post("/v1/posts")
@needs("score")
def submit() -> Response:
    """Score, record and judge a post."""
    post = as_post(read_body(PostPayload))
    given = services().screening.submit([post])[0]
    if isinstance(given, ConflictError):
        raise given
    current().metrics.count_answer("posts", given)
    return answer(given)


@bp.post("/v1/posts:batch")
@needs("score")
def submit_many() -> Response:
    """The same for a stream: its size is not limited, that of each line is."""
    require_type("application/x-ndjson")
    request.max_content_length = sys.maxsize  # Flask takes None for its own limit
    limit = services().settings.max_body_bytes
    batch = Batch(
        services().screening.submit,
        as_post,
        partial(current().metrics.count_answer, "batch"),
        max_line=limit,
        request_id=request_id(),
    )
    lines = batch.answers(read_lines(request.stream, limit))
    return Response(stream_with_context(lines), content_type="application/x-ndjson")


@bp.post("/v1/check")
@needs("score")
def check() -> Response:
    """May this be posted? Nothing is recorded."""
    given = services().screening.check(as_post(read_body(CheckPayload)))
    current().metrics.count_answer("check", given)
    return answer(given)


@bp.get("/v1/posts/<their:post_id>")
@needs("read")
def show(post_id: str) -> Response:
    """What was decided on a post, and what has become of it."""
    return answer(services().status.post(post_id))


@bp.delete("/v1/posts/<their:post_id>")
@needs("score")
def remove(post_id: str) -> Response:
    """Note that the author removed the post."""
    return answer(services().status.remove_post(post_id))
