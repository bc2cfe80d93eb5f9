"""What must be recorded so that an account's record agrees with the rules. Pure: the same record, the same answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from enforcement.book import Rulebook, Step
from enforcement.history import AccountHistory
from enforcement.incidents import (
    Judged,
    Judgement,
    counts_against,
    effective_findings,
    is_account_order,
    judge,
    made_at,
)
from enforcement.rulebook import Rulebooks
from enforcement.types import Action, Decision, Finding, Order, Proposal, Reversal

NOTHING = Decision()
CLEARED = "The finding that it rested on was withdrawn."
POINTS_FELL = "The points no longer reach this step."
MAX_EVIDENCE = 10


class NoGroundError(ValueError):
    """A sanction that people agreed on lost its ground before it was imposed."""


def decide(history: AccountHistory, books: Rulebooks, now: datetime) -> Decision:
    """Orders, reversals and proposals that are missing from the record; nothing once they are in it."""
    if not history.findings and not history.actions and not history.cases:
        return NOTHING
    findings = effective_findings(history)
    links, reversals = _decide_links(history, findings, books, now)
    if not _concerns_account(history):
        return Decision(orders=links, reversals=reversals) if links or reversals else NOTHING
    judgement, fallen = _judge_without_fallen(history, books, now, findings)
    orders = _account_orders(judgement.incidents, now)
    proposals, withdrawn = _proposals(history, judgement.incidents, now)
    return Decision(orders=links + orders, reversals=reversals + fallen, proposals=proposals, withdrawn=withdrawn)


def sanction_order(proposal: Proposal, history: AccountHistory, books: Rulebooks, now: datetime) -> Order:
    """The order for a step that people agreed on; :class:`NoGroundError` where nothing carries it any more."""
    judgement, _ = _judge_without_fallen(history, books, now, effective_findings(history))
    judged = next((j for j in judgement.incidents if j.incident.incident_id == proposal.incident_id), None)
    if judged is None or sum(j.standing_points(now) for j in judgement.incidents) < proposal.step:
        raise NoGroundError(f"The points that the step `{proposal.key}` needs no longer stand.")
    days = proposal.duration_days
    return replace(
        _order(judged, now),
        kind=proposal.kind,
        key=proposal.key,
        until=None if days is None else now + timedelta(days=days),
        automated=False,
        step=proposal.step,
    )


def _concerns_account(history: AccountHistory) -> bool:
    """Whether anything was ever confirmed, or ordered against the account: a hold alone is no sanction."""
    return (
        any(counts_against(f) for f in history.findings)
        or bool(history.withdrawn or history.cases)
        or any(is_account_order(a) for a in history.actions)
    )


# links


def _decide_links(
    history: AccountHistory, findings: dict[str, Finding], books: Rulebooks, now: datetime
) -> tuple[tuple[Order, ...], tuple[Reversal, ...]]:
    done: dict[str, list[Action]] = {}
    for action in history.actions:
        if action.order.kind == "disable_link":
            done.setdefault(action.order.key, []).append(action)
    orders = []
    for key, finding in findings.items():
        if _is_done(finding, done.get(key, ()), history.overturned):
            continue
        book = books.in_force_at(made_at(finding)) or books.earliest()
        until = _held_until(finding, book)
        if finding.basis in book.link_rule.hides and (until is None or until > now):
            orders.append(_link_order(key, finding, book, until))
    orders.sort(key=lambda o: (o.post_ids, o.target or ""))
    reversals = (
        Reversal(action.action_id, CLEARED)
        for key, actions in done.items()
        for action in actions
        if _lost_ground(action, findings.get(key), actions, now)
    )
    return tuple(orders), tuple(reversals)


def _held_until(finding: Finding, book: Rulebook) -> datetime | None:
    """When a hold ends; ``None`` for what was confirmed. One that would end before it began is none."""
    return finding.found_at + timedelta(hours=book.limits.hold_hours) if finding.basis == "model" else None


def _link_order(key: str, finding: Finding, book: Rulebook, until: datetime | None) -> Order:
    """The order that hides the link, by the book in force at the post, or the earliest: hiding is no sanction."""
    return Order(
        kind="disable_link",
        account_id=finding.account_id,
        rule=book.link_rule.id,
        rulebook_version=book.version,
        key=key,
        target=finding.target,
        post_ids=(finding.post_id,),
        until=until,
        basis=finding.basis,
        evidence=finding.evidence[:MAX_EVIDENCE],
    )


def _is_done(finding: Finding, actions: Sequence[Action], overturned: frozenset[str]) -> bool:
    for action in actions:
        if action.action_id in overturned and action.ordered_at >= finding.found_at:
            return True
        if action.reversed_at is None and (action.order.basis == "model") == (finding.basis == "model"):
            # A hold is given once for a finding: when it has ended, the same finding does not renew it.
            return finding.basis != "model" or action.ordered_at >= finding.found_at
    return False


def _lost_ground(action: Action, finding: Finding | None, actions: Iterable[Action], now: datetime) -> bool:
    if action.reversed_at is not None:
        return False
    if action.order.basis != "model":
        return finding is None or finding.basis == "model"
    ended = action.order.until is not None and action.order.until <= now
    superseded = any(other.order.basis != "model" for other in actions)
    return finding is None and not ended and not superseded


# the account


def _judge_without_fallen(
    history: AccountHistory, books: Rulebooks, now: datetime, findings: dict[str, Finding]
) -> tuple[Judgement, tuple[Reversal, ...]]:
    """Judge until nothing falls any more: one reversal can take the ground from the next.

    Each round reverses one action or more, so that it ends.
    """
    reversals: dict[str, Reversal] = {}
    while True:
        # What counts is the same in each round: a reversal by the rules changes no finding.
        judgement = judge(history, books, now, findings)
        fallen = {a.action_id: reason for a, reason in judgement.fallen}
        for action in _beyond_points(judgement.incidents, now):
            fallen.setdefault(action.action_id, POINTS_FELL)
        if not fallen:
            return judgement, tuple(reversals.values())
        reversals.update({i: Reversal(i, reason) for i, reason in fallen.items()})
        actions = tuple(replace(a, reversed_at=now) if a.action_id in fallen else a for a in history.actions)
        history = replace(history, actions=actions)


def _beyond_points(incidents: Sequence[Judged], now: datetime) -> list[Action]:
    """Orders for a step that the points, as they are seen now, did not reach when it was ordered.

    What has ended stays as it is: it was right by what was known, and there is nothing to lift.
    """
    return [
        action
        for judged in incidents
        for action in judged.live
        if action.order.step
        and (action.order.until is None or action.order.until > now)
        and _points_known_at(incidents, action.ordered_at) < action.order.step
    ]


def _points_known_at(incidents: Iterable[Judged], instant: datetime) -> int:
    """Points of which orders had told the account by then, at the price that is right now.

    Reversed orders told it too: where one was replaced, what rested on its points still has them.
    """
    return sum(
        min(j.standing_points(instant), sum(a.order.points for a in j.orders if a.ordered_at <= instant))
        for j in incidents
    )


def _account_orders(incidents: Sequence[Judged], now: datetime) -> tuple[Order, ...]:
    """At most one order for each incident: what it costs beyond what was told before, and the step that this reaches.

    A warning that costs nothing is given only to an account against which nothing else stands.
    """
    told = sum(min(j.standing_points(now), j.carried) for j in incidents)
    noticed = any(_is_standing_notice(action, now) for judged in incidents for action in judged.live)
    orders: list[Order] = []
    for judged in incidents:
        due = _due_points(judged, now)
        if due:
            orders.append(_step_order(judged, told, due, now))
            told += due
            noticed = True
        elif not noticed and _wants_warning(judged):
            orders.append(_order(judged, now))
            noticed = True
    return tuple(orders)


def _is_standing_notice(action: Action, now: datetime) -> bool:
    return action.order.lapses_at is None or action.order.lapses_at > now


def _due_points(judged: Judged, now: datetime) -> int:
    """Points beyond those that were told; none where they have lapsed by now."""
    return max(0, judged.standing_points(now) - judged.carried)


def _wants_warning(judged: Judged) -> bool:
    offence = judged.book.warning_class
    return not judged.overturned and not judged.live and offence is not None and judged.incident.grade == offence.id


def _step_order(judged: Judged, told: int, due: int, now: datetime) -> Order:
    """The highest step newly reached that needs no people; a warning that carries the points where there is none."""
    reached = [s for s in judged.book.steps if s.people == 0 and told < s.points <= told + due]
    step = next((s for s in reversed(reached) if _may_follow(s, judged)), None)
    order = replace(_order(judged, now), points=due)
    if step is None or step.kind == "warn":
        return order
    until = None if step.duration_days is None else now + timedelta(days=step.duration_days)
    return replace(order, kind=step.kind, until=until, step=step.points)


def _may_follow(step: Step, judged: Judged) -> bool:
    """Steps that need people, suspensions and bans follow a delivered warning, unless the class needs none."""
    limits = judged.book.limits
    grave = step.people > 0 or step.kind in {"suspend", "ban"}
    exempt = judged.incident.grade in limits.suspension_without_warning
    return not grave or not limits.suspension_needs_warning or judged.warned or exempt


def _order(judged: Judged, now: datetime) -> Order:
    """A warning for an incident, from which other orders are made."""
    incident = judged.incident
    targets = {f.target for f in incident.findings}
    return Order(
        kind="warn",
        account_id=incident.account_id,
        rule=incident.rule,
        rulebook_version=incident.rulebook_version,
        key=f"incident:{incident.incident_id}:{incident.grade}",
        target=targets.pop() if len(targets) == 1 else None,
        post_ids=tuple(dict.fromkeys(f.post_id for f in incident.findings)),
        basis="human" if any(f.basis == "human" for f in incident.findings) else "rights_holder",
        incident_id=incident.incident_id,
        grade=incident.grade,
        evidence=tuple(dict.fromkeys(e for f in incident.findings for e in f.evidence))[:MAX_EVIDENCE],
        lapses_at=incident.lapses_at or now + timedelta(days=_lapse_days(judged.book, incident.grade)),
    )


def _lapse_days(book: Rulebook, grade: str) -> int:
    offence = book.class_of(grade)
    return 0 if offence is None else offence.lapse_days


# people


def _proposals(
    history: AccountHistory, incidents: Sequence[Judged], now: datetime
) -> tuple[tuple[Proposal, ...], tuple[str, ...]]:
    """The gravest step for people that is due and was not decided; open proposals for anything else are withdrawn."""
    due = [pair for pair in _due_steps(incidents, now) if not _was_decided(pair, history, incidents)]
    best = max(due, key=lambda pair: (pair[0].points, pair[1].incident.opened_at), default=None)
    wanted = None if best is None else _proposal(best, history, incidents, now)
    open_keys = [case.proposal.key for case in history.cases if case.outcome is None]
    withdrawn = tuple(key for key in open_keys if wanted is None or key != wanted.key)
    return (() if wanted is None or wanted.key in open_keys else (wanted,)), withdrawn


def _due_steps(incidents: Sequence[Judged], now: datetime) -> list[tuple[Step, Judged]]:
    """Each step for people with the incident whose points reached it, where the points still stand."""
    total = sum(j.standing_points(now) for j in incidents)
    due = []
    for place, judged in enumerate(incidents):
        before = sum(j.standing_points(judged.incident.opened_at) for j in incidents[:place])
        after = before + judged.standing_points(now)
        due += [
            (step, judged)
            for step in judged.book.steps
            if step.people and before < step.points <= min(after, total) and _may_follow(step, judged)
        ]
    return due


def _was_decided(pair: tuple[Step, Judged], history: AccountHistory, incidents: Sequence[Judged]) -> bool:
    """People decided this step or a graver one, when they knew of this incident or a later one."""
    step, judged = pair
    opened = {j.incident.incident_id: j.incident.opened_at for j in incidents}
    for case in history.cases:
        if case.outcome not in {None, "withdrawn"}:
            known_of = opened.get(case.proposal.incident_id)
            same = case.proposal.key == _step_key(step, judged)
            later = known_of is not None and known_of >= judged.incident.opened_at
            if same or (later and case.proposal.step >= step.points):
                return True
    return False


def _step_key(step: Step, judged: Judged) -> str:
    return f"step:{step.points}:{judged.incident.incident_id}"


def _proposal(
    pair: tuple[Step, Judged], history: AccountHistory, incidents: Sequence[Judged], now: datetime
) -> Proposal:
    step, judged = pair
    confirmers = {f.confirmed_by for f in history.findings if f.confirmed_by is not None}
    return Proposal(
        key=_step_key(step, judged),
        account_id=history.account_id,
        step=step.points,
        kind=step.kind,
        duration_days=step.duration_days,
        people=step.people,
        points=sum(j.standing_points(now) for j in incidents),
        incident_id=judged.incident.incident_id,
        rule=judged.incident.rule,
        rulebook_version=judged.incident.rulebook_version,
        excluded=tuple(sorted(confirmers)) if step.not_who_confirmed else (),
    )
