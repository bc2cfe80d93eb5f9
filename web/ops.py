"""Operation: is it alive, is it ready, how much has it done, what can it do."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from web.answering import answer
from web.current import current, services
from web.docs_page import sections
from web.openapi import build_document
from web.operations import LiveAnswer, ReadyAnswer
from web.problems import KINDS

bp = Blueprint("ops", __name__)


@bp.get("/")
def home() -> AnyResponse:
    """To the documentation."""
    return redirect("/docs")


@bp.get("/livez")
def live() -> Response:
    """The process runs."""
    return answer(LiveAnswer("live"))


@bp.get("/readyz")
def ready() -> Response:
    """The store answers (else the error handler says 503), rulebooks and model are loaded."""
    services().store.ping()
    version = str(services().model_card.get("version", "unknown"))
    return answer(ReadyAnswer("ready", version, services().brands_digest, services().books.latest().version))


@bp.get("/metrics")
def metrics() -> Response:
    """Figures for Prometheus."""
    return Response(current().metrics.text(), content_type=current().metrics.content_type)


@bp.get("/openapi.json")
def openapi() -> Response:
    """The OpenAPI document."""
    return answer(build_document())


@bp.get("/docs")
def docs() -> str:
    """The same for people."""
    document = build_document()
    return render_template("docs.html", document=document, sections=sections(), problems=KINDS)
