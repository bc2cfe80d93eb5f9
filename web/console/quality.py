"""How far people agree who judge the same targets apart; one's own figures first, those of others for who leads."""

from __future__ import annotations

from flask import Blueprint, g
from werkzeug.wrappers import Response as AnyResponse

from service.second_opinions import read_quality
from web.console.sessions import page
from web.current import services

LEADS = frozenset({"senior", "admin", "auditor"})


def add_to(bp: Blueprint) -> None:
    """The route."""
    bp.get("/review/quality")(show_quality)


def show_quality() -> AnyResponse:
    """The page."""
    quality = read_quality(services().store)
    name = g.user.name
    others = [(person, found) for person, found in quality.by_person.items() if person != name]
    return page(
        "quality.html",
        quality=quality,
        own=quality.by_person.get(name),
        people=others if g.user.role in LEADS else [],
        bands=[(f"≥ {low:g}", found) for low, found in quality.by_band],
    )
