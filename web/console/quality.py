"""How far people agree who judge the same targets apart; one's own figures first, those of others for who leads."""

from __future__ import annotations

from flask import Blueprint, g
from werkzeug.wrappers import Response as AnyResponse

from service.golden_cases import Accuracy, read_accuracy
from service.second_opinions import read_quality
from service.shares import Share
from web.console.sessions import page, say
from web.current import services

LEADS = frozenset({"senior", "admin", "auditor"})


def add_to(bp: Blueprint) -> None:
    """The route."""
    bp.get("/review/quality")(show_quality)


def show_quality() -> AnyResponse:
    """The page."""
    quality, accuracy = read_quality(services().store), read_accuracy(services().store)
    name = g.user.name
    others = [(person, found) for person, found in quality.by_person.items() if person != name]
    return page(
        "quality.html",
        quality=quality,
        own=quality.by_person.get(name),
        people=others if g.user.role in LEADS else [],
        bands=[(f"≥ {low:g}", found) for low, found in quality.by_band],
        golden=_golden(accuracy, name),
    )


def _golden(accuracy: Accuracy, name: str) -> list[tuple[str, Share]]:
    """Rows of golden cases: one's own first, then all of them, then those of others for who leads."""
    if not accuracy.overall.of:
        return []
    own = [(name, accuracy.by_person[name])] if name in accuracy.by_person else []
    others = [(person, found) for person, found in accuracy.by_person.items() if person != name]
    return [*own, (say()["overall"], accuracy.overall), *(others if g.user.role in LEADS else [])]
