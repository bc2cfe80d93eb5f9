"""One case: what there is to see, and the decision."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, request, session, url_for
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response as AnyResponse

from service.answers import CaseAnswer
from service.ports import StaleHeadError
from service.refusals import ClashError, NotFoundError, ReviewError
from service.review import CaseDecision
from web.console.plots import price_plot, spread_plot
from web.console.queue import next_case
from web.console.sessions import deciders_only, is_senior, may_decide, offer_undo, page, say, take_draft
from web.current import services

FACTORS = ("number", "proportion", "gravity", "intent")
MAX_FIELD = 2_000
MAX_UNMASKED = 20
"""Cases that a session remembers as shown without the mask."""


def add_to(bp: Blueprint) -> None:
    """The routes."""
    bp.get("/review/cases/<our:case_id>")(show_case)
    bp.post("/review/cases/<our:case_id>/claim")(claim)
    bp.post("/review/cases/<our:case_id>/release")(release)
    bp.post("/review/cases/<our:case_id>/decide")(decide)
    bp.post("/review/cases/<our:case_id>/messages")(add_message)
    bp.post("/review/cases/<our:case_id>/undo")(undo)
    bp.post("/review/cases/<our:case_id>/unmask")(unmask)
    bp.post("/review/cases/<our:case_id>/golden")(mark_golden)


def show_case(case_id: str) -> AnyResponse:
    """The page of a case, by its kind."""
    return _page(_case(case_id), take_draft())


def _page(case: CaseAnswer, filled: dict[str, str], problem: str | None = None, status: int = 200) -> AnyResponse:
    now = services().clock.now()
    held = case.claimed_by if case.lease_until is not None and case.lease_until > now else None
    shown: dict[str, Any] = {}
    if case.kind in {"target", "second"}:
        after = max(0, request.args.get("after", 0, int))
        seen = case.case_id in session.get("unmasked", ())
        dossier = services().dossiers.target(case.subject, after % 2**62, unmasked=seen)
        shown |= {"dossier": dossier, "plot": None if dossier.spread is None else spread_plot(dossier.spread)}
        shown["prices"] = None if dossier.prices is None else price_plot(dossier.prices)
    if case.kind == "target" and case.state == "decided" and is_senior():
        shown["golden"] = services().golden.is_golden(case.subject)
    if case.account_id is not None:
        shown["account"] = services().status.account(case.account_id, deliver=False)
    if case.kind == "appeal":
        shown["appeal"] = services().appeals.appeal(case.case_id)
        shown["action"] = next((a for a in shown["account"].history if a.action_id == case.subject), None)
    if case.kind == "notice":
        shown["notice"] = services().notices.notice(case.case_id)
    return page(
        f"{case.kind}.html",
        status,
        case=case,
        held_by=held if held != g.user.name else None,
        mine=held == g.user.name,
        may=case.state == "open" and may_decide(case.kind, case.for_role),
        filled=filled,
        restored=bool(filled) and problem is None,
        problem=problem,
        **shown,
    )


@deciders_only
def claim(case_id: str) -> Any:
    """Take it."""
    return _done_or_back(case_id, lambda: services().review.claim(case_id, g.user.name))


@deciders_only
def release(case_id: str) -> Any:
    """Give it back."""
    try:
        services().review.release(case_id, g.user.name)
    except ReviewError as error:
        return _page(_case(case_id), {}, str(error), 409)
    return redirect(url_for("console.index"), 303)


@deciders_only
def add_message(case_id: str) -> Any:
    """Say something in an appeal."""
    text = request.form.get("text", "").strip()[:MAX_FIELD]
    if not text:
        return _page(_case(case_id), {}, say()["required_note"], 422)
    return _done_or_back(case_id, lambda: services().appeals.add_message(case_id, text, g.user.name))


def _done_or_back(case_id: str, do: Any) -> Any:
    try:
        do()
    except (ReviewError, StaleHeadError) as error:
        return _page(_case(case_id), dict(request.form), str(error), 409)
    return redirect(url_for("console.show_case", case_id=case_id), 303)


@deciders_only
def decide(case_id: str) -> Any:
    """Decide it, and go on to the next case."""
    case = _case(case_id)
    if not may_decide(case.kind, case.for_role):
        raise Forbidden(say()["not_allowed"])
    try:
        after = services().review.decide_case(case_id, _command(case))
    except ClashError as error:
        return _page(_case(case_id), dict(request.form), f"{say()['elsewhere']} {error}", 409)
    except StaleHeadError:
        return _page(_case(case_id), dict(request.form), say()["elsewhere"], 409)
    except ReviewError as error:
        return _page(_case(case_id), dict(request.form), str(error), 422)
    words = {"unsure": "handed_on", "uphold": f"uphold_{case.kind}"}
    decision = request.form["decision"]
    flash(say()["done"].format(decision=say()[words.get(decision, decision)]))
    offer_undo(after.case_id, after.body.get("undo"))
    return next_case()


@deciders_only
def unmask(case_id: str) -> Any:
    """Show contacts in the posts of this case, for as long as the session lasts; that somebody looked is recorded."""
    case = _case(case_id)
    if case.kind not in {"target", "second"}:
        raise NotFound(f"The case {case_id!r} has no posts.")
    services().dossiers.look(case.subject, g.user.name)
    session["unmasked"] = [*session.get("unmasked", ())[-MAX_UNMASKED:], case_id]
    return redirect(url_for("console.show_case", case_id=case_id), 303)


@deciders_only
def mark_golden(case_id: str) -> Any:
    """Make a decided target a golden case, or none any more."""
    case = _case(case_id)
    if not is_senior() or case.kind != "target":
        raise Forbidden(say()["not_allowed"])
    golden = services().golden
    if "remove" in request.form:
        return _done_or_back(case_id, lambda: golden.unmark(case.subject, g.user.name))
    note = request.form.get("note", "")[:MAX_FIELD]
    return _done_or_back(case_id, lambda: golden.mark(case.subject, g.user.name, note))


@deciders_only
def undo(case_id: str) -> Any:
    """Take one's own decision back."""
    try:
        services().review.undo(case_id, g.user.name)
    except ReviewError as error:
        return _page(_case(case_id), {}, str(error), 409)
    flash(say()["undone"])
    return redirect(url_for("console.show_case", case_id=case_id), 303)


def _command(case: CaseAnswer) -> CaseDecision:
    form = request.form
    factors = {name: form.get(name, "").strip()[:MAX_FIELD] for name in FACTORS}
    targets = None
    if case.kind in {"appeal", "notice"} and "targets_shown" in form:
        targets = tuple(form.getlist("targets"))
    return CaseDecision(
        actor=g.user.name,
        decision=form.get("decision", ""),
        note=form.get("note", "").strip()[:MAX_FIELD],
        factors=factors if all(factors.values()) else None,
        version=form.get("version", None, int),
        organised="organised" in form,
        health_risk="health_risk" in form,
        evasion="evasion" in form,
        undoable=True,
        targets=targets,
    )


def _case(case_id: str) -> CaseAnswer:
    try:
        return services().review.case(case_id)
    except NotFoundError as error:
        raise NotFound(str(error)) from None
