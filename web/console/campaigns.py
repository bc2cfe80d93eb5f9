"""A campaign: targets that one seller seems to stand behind, decided together after a look at what that will do."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, request, url_for
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response as AnyResponse

from service.dossier import CampaignDossier
from service.review import CaseDecision
from web.console.cases import MAX_FIELD
from web.console.sessions import deciders_only, may_decide, page, say
from web.current import services

DECISIONS = ("counterfeit", "genuine")


def add_to(bp: Blueprint) -> None:
    """The routes."""
    bp.get("/review/campaigns/<our:campaign>")(show_campaign)
    bp.post("/review/campaigns/<our:campaign>/preview")(preview_campaign)
    bp.post("/review/campaigns/<our:campaign>/decide")(decide_campaign)


def show_campaign(campaign: str) -> AnyResponse:
    """The page of a campaign."""
    return page("campaign.html", found=_campaign(campaign), may=may_decide("target"), problem=None)


@deciders_only
def preview_campaign(campaign: str) -> AnyResponse:
    """What deciding the chosen targets will do, before it is done."""
    found, decision = _campaign(campaign), _decision()
    rows = [row for row in found.rows if row.case_id in request.form.getlist("cases")]
    if not rows:
        return page("campaign.html", 422, found=found, may=may_decide("target"), problem=say()["none_chosen"])
    effect = services().dossiers.effect([row.target for row in rows]) if decision == "counterfeit" else None
    note = request.form.get("note", "").strip()[:MAX_FIELD]
    return page("campaign_preview.html", found=found, rows=rows, decision=decision, effect=effect, note=note)


@deciders_only
def decide_campaign(campaign: str) -> Any:
    """Decide them, each by itself; those that could not be decided are named with the reason."""
    found = _campaign(campaign)
    command = CaseDecision(
        actor=g.user.name, decision=_decision(), undoable=True, note=request.form.get("note", "").strip()[:MAX_FIELD]
    )
    named = {row.case_id: row.target for row in found.rows if row.case_id is not None}
    chosen = [case_id for case_id in request.form.getlist("cases") if case_id in named]
    done = services().review.decide_many(chosen, command)
    skipped = [f"{named[case_id]}: {why}" for case_id, why in done.items() if why is not None]
    flash(say()["many_done"].format(n=len(done) - len(skipped)))
    if skipped:
        flash(f"{say()['many_skipped']} {'; '.join(skipped)}"[:MAX_FIELD])
    return redirect(url_for("console.show_campaign", campaign=campaign), 303)


def _decision() -> str:
    decision = request.form.get("decision", "")
    if decision not in DECISIONS or not may_decide("target"):
        raise Forbidden(say()["not_allowed"])
    return decision


def _campaign(campaign: str) -> CampaignDossier:
    found = services().dossiers.campaign(campaign)
    if found is None:
        raise NotFound(f"There is no campaign {campaign!r}.")
    return found
