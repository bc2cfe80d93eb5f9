"""All that is recorded of one account, folded from its stream. Nothing is judged here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec
from msgspec.structs import replace

from enforcement.entries import (
    KINDS,
    AccountSeen,
    ActionOrdered,
    ActionReversed,
    ActionShortened,
    AppealAnswered,
    AppealDecided,
    AppealFiled,
    Body,
    CaseDecided,
    CaseOpened,
    CaseWithdrawn,
    FindingRecorded,
    FindingWithdrawn,
    NoticeDelivered,
    PostRemoved,
)
from enforcement.types import Action, Appeal, AppealMessage, Finding, LedgerEntry, NewEntry, Proposal


class HistoryError(ValueError):
    """A line of the record that cannot be read; the message says which."""


class SanctionCase(msgspec.Struct, frozen=True):
    """A step that people were asked to decide."""

    case_id: str
    proposal: Proposal
    outcome: str | None = None
    """``impose``, ``dismiss`` or ``withdrawn``; ``None`` while it is open."""
    action_id: str | None = None
    """``None`` unless imposed."""
    people: tuple[str, ...] = ()


class AccountHistory(msgspec.Struct, frozen=True):
    """Everything that counts for or against one account."""

    account_id: str
    account_type: str = "private"
    findings: tuple[Finding, ...] = ()
    """In the order in which they were recorded; withdrawn ones are not among them."""
    withdrawn: tuple[Finding, ...] = ()
    """Those that no longer count. They still mark where incidents began, so that an exemption moves no window."""
    actions: tuple[Action, ...] = ()
    """In the order in which they were ordered, reversed ones included and marked."""
    overturned: frozenset[str] = frozenset()
    """Ids of actions that a person took back."""
    removed: tuple[tuple[str, datetime], ...] = ()
    """Posts that their author removed, with the time."""
    cases: tuple[SanctionCase, ...] = ()
    appeals: tuple[Appeal, ...] = ()
    """In the order in which they were filed."""

    def action(self, action_id: str) -> Action | None:
        """The action with this id; ``None`` where it is not this account's."""
        return next((a for a in self.actions if a.action_id == action_id), None)

    def has_finding(self, finding: Finding) -> bool:
        """Whether the same post and target is known on no weaker a basis and with the same gravity or more."""
        return any(_says_as_much(known, finding) for known in self.findings)

    def posts_found_for(self, target: str) -> tuple[str, ...]:
        """Posts with a finding of this target, each once, in the order of recording."""
        return tuple(dict.fromkeys(f.post_id for f in self.findings if f.target == target))

    def had_disabled(self, target: str) -> bool:
        """Whether a link to this target was disabled after it had been confirmed, and the order stands."""
        return any(
            a.order.kind == "disable_link" and a.order.target == target and a.order.basis != "model"
            for a in self.actions
            if a.reversed_at is None
        )

    def is_hidden(self, post_id: str, target: str, now: datetime) -> bool:
        """Whether the post's link to the target is hidden: for good, or by a hold that has not ended."""
        key = link_key(post_id, target)
        orders = [a for a in self.actions if a.order.key == key]
        if any(a.order.basis != "model" and a.reversed_at is None for a in orders):
            return True
        last = orders[-1] if orders else None
        held = last is not None and last.order.basis == "model" and last.reversed_at is None
        return held and last is not None and (last.order.until is None or last.order.until > now)

    def was_removed(self, post_id: str) -> bool:
        """Whether its author removed the post."""
        return any(removed == post_id for removed, _ in self.removed)


def link_key(post_id: str, target: str) -> str:
    """Identity of the order that hides one post's link."""
    return f"link:{post_id}:{target}"


def fold(account_id: str, entries: Iterable[LedgerEntry], start: AccountHistory | None = None) -> AccountHistory:
    """The history that an account's stream tells; ``start`` is what an earlier stretch of it came to.

    Kinds that are not known here belong to others and are passed over. :class:`HistoryError` for a line that cannot
    be read. To look at the past, fold the entries up to then.
    """
    history = AccountHistory(account_id) if start is None else start
    return fold_read(history, (read_line(entry) for entry in entries if entry.kind in KINDS))


def fold_new(history: AccountHistory, entries: Iterable[NewEntry], now: datetime) -> AccountHistory:  # noqa: ARG001
    """The same for lines that are about to be recorded (``now`` is when; what counts is ``occurred_at``)."""
    return fold_read(
        history,
        (
            (_read(entry.kind, entry.body, f"{entry.stream}, a new `{entry.kind}`"), entry.occurred_at)
            for entry in entries
            if entry.kind in KINDS
        ),
    )


def fold_read(history: AccountHistory, lines: Iterable[tuple[Body, datetime]]) -> AccountHistory:
    """The same for what lines say, each with when it occurred; for a replay, which reads each line once."""
    fold_ = _Fold(history)
    for body, at in lines:
        fold_.take(body, at)
    return fold_.history()


def read_line(entry: LedgerEntry) -> tuple[Body, datetime]:
    """What a line says and when it occurred; its kind is one of ``KINDS``. :class:`HistoryError` where unreadable."""
    return _read(entry.kind, entry.body, f"{entry.stream} entry {entry.position}"), entry.occurred_at


def _read(kind: str, body: object, place: str) -> Body:
    try:
        return msgspec.convert(body, KINDS[kind])
    except msgspec.ValidationError as error:
        raise HistoryError(f"{place} cannot be read: {error}") from error


class _Fold:
    """A history while it is being built; lists, so that a long stream costs its length."""

    def __init__(self, start: AccountHistory) -> None:
        self._start = start
        self._touched = False
        self._type = start.account_type
        self._findings = list(start.findings)
        self._withdrawn = list(start.withdrawn)
        self._actions = {action.action_id: action for action in start.actions}
        self._overturned = set(start.overturned)
        self._removed = dict(start.removed)
        self._cases = {case.case_id: case for case in start.cases}
        self._appeals = {appeal.appeal_id: appeal for appeal in start.appeals}

    def history(self) -> AccountHistory:
        """What it has come to."""
        if not self._touched:
            return self._start
        return AccountHistory(
            account_id=self._start.account_id,
            account_type=self._type,
            findings=tuple(self._findings),
            withdrawn=tuple(self._withdrawn),
            actions=tuple(self._actions.values()),
            overturned=frozenset(self._overturned),
            removed=tuple(self._removed.items()),
            cases=tuple(self._cases.values()),
            appeals=tuple(self._appeals.values()),
        )

    def take(self, body: Body, at: datetime) -> None:  # noqa: C901, PLR0912 - one arm for each kind of line
        """Add one line."""
        self._touched = True
        match body:
            case AccountSeen():
                self._type = body.type
            case FindingRecorded():
                self._findings.append(body.finding)
            case FindingWithdrawn():
                self._withdraw(body)
            case ActionOrdered():
                self._actions[body.action.action_id] = body.action
            case ActionReversed():
                self._reverse(body, at)
            case ActionShortened():
                self._shorten(body, at)
            case NoticeDelivered():
                self._deliver(body, at)
            case PostRemoved():
                self._removed.setdefault(body.post_id, at)
            case CaseOpened():
                self._cases[body.case_id] = SanctionCase(body.case_id, body.proposal)
            case CaseDecided():
                self._decide(body)
            case CaseWithdrawn():
                self._withdraw_case(body)
            case AppealFiled():
                self._appeals[body.appeal_id] = Appeal(body.appeal_id, body.action_id, body.text, at, body.deadline)
            case AppealAnswered():
                self._answer_appeal(body, at)
            case AppealDecided():
                self._decide_appeal(body, at)

    def _withdraw(self, body: FindingWithdrawn) -> None:
        def fits(finding: Finding) -> bool:
            return finding.post_id == body.post_id and finding.target == body.target

        self._withdrawn += [f for f in self._findings if fits(f)]
        self._findings = [f for f in self._findings if not fits(f)]

    def _reverse(self, body: ActionReversed, at: datetime) -> None:
        action = self._actions.get(body.action_id)
        if action is not None and action.reversed_at is None:
            self._actions[body.action_id] = replace(action, reversed_at=at, reversal_reason=body.reason)
        if body.overturned:
            self._overturned.add(body.action_id)

    def _shorten(self, body: ActionShortened, at: datetime) -> None:
        """A ban that ends is a suspension."""
        action = self._actions.get(body.action_id)
        if action is not None and (action.order.until is None or body.until < action.order.until):
            kind = "suspend" if action.order.kind == "ban" else action.order.kind
            order = replace(action.order, kind=kind, until=body.until)
            self._actions[body.action_id] = replace(action, order=order, shortened_at=at, shortening_reason=body.reason)

    def _deliver(self, body: NoticeDelivered, at: datetime) -> None:
        for action_id in body.action_ids:
            action = self._actions.get(action_id)
            if action is not None and action.delivered_at is None:
                self._actions[action_id] = replace(action, delivered_at=at)

    def _decide(self, body: CaseDecided) -> None:
        case = self._cases.get(body.case_id)
        if case is not None:
            self._cases[body.case_id] = replace(
                case, outcome=body.outcome, action_id=body.action_id, people=body.people
            )

    def _withdraw_case(self, body: CaseWithdrawn) -> None:
        for case in [c for c in self._cases.values() if c.outcome is None and c.proposal.key == body.key]:
            self._cases[case.case_id] = replace(case, outcome="withdrawn")

    def _answer_appeal(self, body: AppealAnswered, at: datetime) -> None:
        appeal = self._appeals.get(body.appeal_id)
        if appeal is not None:
            message = AppealMessage(at, body.author, body.text, body.actor)
            self._appeals[body.appeal_id] = replace(appeal, messages=(*appeal.messages, message))

    def _decide_appeal(self, body: AppealDecided, at: datetime) -> None:
        appeal = self._appeals.get(body.appeal_id)
        if appeal is not None:
            self._appeals[body.appeal_id] = replace(
                appeal, outcome=body.outcome, decided_at=at, decided_by=body.actor, note=body.note
            )


def _says_as_much(known: Finding, new: Finding) -> bool:
    return (
        known.post_id == new.post_id
        and known.target == new.target
        and (known.basis != "model" or new.basis == "model")
        and known.organised >= new.organised
        and known.health_risk >= new.health_risk
        and known.evasion >= new.evasion
        and known.disguised >= new.disguised
        and known.mention <= new.mention
        and known.amnesty <= new.amnesty
    )
