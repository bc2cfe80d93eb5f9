"""What callers get: the shapes of every answer, in the words of the public contract."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from detector.types import Reason, Span, TargetState, VerdictName
from enforcement.types import Action, ActionKind, Appeal, Basis, State
from service.records import CaseKind, CaseState, JobState

Known = Literal["counterfeit", "genuine"]


class ReasonAnswer(msgspec.Struct, frozen=True):
    """One reason of a score, in both languages."""

    code: str
    zh: str
    en: str
    evidence: str | None
    span: Span | None
    weight: float


class LinkScore(msgspec.Struct, frozen=True):
    """What the score alone says of one link; no record was asked."""

    url: str
    target: str
    verdict: VerdictName
    counterfeit_probability: float
    reasons: tuple[ReasonAnswer, ...]


class ScoreAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of ``dajia score``."""

    verdict: VerdictName
    counterfeit_probability: float
    links: tuple[LinkScore, ...]
    reasons: tuple[ReasonAnswer, ...] = ()
    """Reasons of a text that has no link; left out where there are links."""
    post_id: str | None = None
    url: str | None = None


class LinkAnswer(msgspec.Struct, frozen=True):
    """What was found of one link."""

    url: str
    target: str
    verdict: VerdictName
    counterfeit_probability: float
    known: Known | None
    reasons: tuple[ReasonAnswer, ...]


class StatementAnswer(msgspec.Struct, frozen=True):
    """The statement of reasons (Digital Services Act, art. 17), in both languages."""

    zh: str
    en: str


class ActionAnswer(msgspec.Struct, frozen=True):
    """One action against an account."""

    action_id: str
    kind: ActionKind
    target: str | None
    account_id: str
    points: int
    until: datetime | None
    rule: str
    rulebook_version: str
    statement_id: str
    ordered_at: datetime
    reversed_at: datetime | None
    reversal_reason: str | None
    statement: StatementAnswer
    shortened_at: datetime | None = None
    """When a person let it end sooner than ordered; ``until`` is then the new end."""
    shortening_reason: str | None = None


class PostAnswer(msgspec.Struct, frozen=True):
    """The answer to a post (``/v1/posts``), or to the question whether one may be posted (``/v1/check``)."""

    post_id: str | None
    decision_id: str | None
    """``None`` where nothing was recorded."""
    duplicate: bool
    verdict: VerdictName
    counterfeit_probability: float
    links: tuple[LinkAnswer, ...]
    reasons: tuple[ReasonAnswer, ...]
    """Reasons of the post's text where it has no link; else empty."""
    actions: tuple[ActionAnswer, ...]
    notices: tuple[ActionAnswer, ...]
    """Earlier actions that this account had not been told of: this answer tells it."""
    model_version: str
    rulebook_version: str | None
    """The version in force when the post was made; ``None`` where none was."""
    brands_digest: str = ""
    """Names the brands that were looked for, the platform's own included; empty in answers from before it was told."""


class PostStatusAnswer(msgspec.Struct, frozen=True):
    """What was decided on a post, and what has become of it since."""

    post_id: str
    account_id: str
    revision: int
    posted_at: datetime
    recorded_at: datetime
    decided: msgspec.Raw
    """The answer as it was given then (shape ``PostAnswer``)."""
    verdict: VerdictName
    """The verdict as it stands now."""
    links: tuple[LinkStatusAnswer, ...]
    actions: tuple[ActionAnswer, ...]


class LinkStatusAnswer(msgspec.Struct, frozen=True):
    """One link of a recorded post as it stands now."""

    url: str
    target: str
    target_state: TargetState
    verdict: VerdictName
    hidden: bool


class LapseAnswer(msgspec.Struct, frozen=True):
    """Points, and when they lapse."""

    points: int
    at: datetime


class AppealMessageAnswer(msgspec.Struct, frozen=True):
    """One message in an appeal."""

    at: datetime
    author: Literal["account", "reviewer"]
    text: str


class AppealAnswer(msgspec.Struct, frozen=True):
    """An appeal and how it stands. Who reviews it is not told: the account talks with the platform."""

    appeal_id: str
    account_id: str
    action_id: str
    state: Literal["open", "upheld", "overturned"]
    """``upheld``: the action stands. ``overturned``: it was taken back."""
    filed_at: datetime
    text: str
    decided_at: datetime | None
    note: str | None
    """Why, once it was decided."""
    deadline: datetime
    """When the account should have its answer."""
    messages: tuple[AppealMessageAnswer, ...]
    """What was added after the first text, oldest first."""


class AccountAnswer(msgspec.Struct, frozen=True):
    """Where an account stands."""

    account_id: str
    state: State
    until: datetime | None
    points: int
    lapses: tuple[LapseAnswer, ...]
    history: tuple[ActionAnswer, ...]
    appeals: tuple[AppealAnswer, ...]


class TargetPostAnswer(msgspec.Struct, frozen=True):
    """One post of a target."""

    seq: int
    post_id: str
    account_id: str
    posted_at: datetime
    verdict: VerdictName
    counterfeit_probability: float


class TargetAnswer(msgspec.Struct, frozen=True):
    """What is known of a target."""

    target: str
    url: str
    state: TargetState
    since: datetime | None
    by: str | None
    basis: str | None
    posts: int
    accounts: int
    top_probability: float
    page: tuple[TargetPostAnswer, ...]
    next: int | None
    """Pass as ``after`` for the next page; ``None`` at the end."""


class DecisionAnswer(msgspec.Struct, frozen=True):
    """A person's decision was recorded; the job carries it to every post."""

    decision_id: str
    target: str
    decision: Known
    job_id: str


class JobAnswer(msgspec.Struct, frozen=True):
    """How far a job is."""

    job_id: str
    kind: str
    state: JobState
    done: int
    total: int | None
    error: str | None


class RescanAnswer(msgspec.Struct, frozen=True):
    """How far a rescan of the recorded posts is, and what it found so far."""

    rescan_id: str
    state: JobState
    created_at: datetime
    actor: str
    since: datetime | None
    until: datetime | None
    changed_only: bool
    apply: bool
    model_version: str
    """By which it judges; empty until it has begun."""
    brands_digest: str
    done: int
    """Posts that were looked at, those that were not to be judged included."""
    total: int | None
    """``None`` until the posts were counted."""
    judged: int
    verdicts: dict[str, int]
    moves: dict[str, int]
    """Posts that went from one verdict to another, as ``allow>hold``, but for those that people had a part in."""
    to_people: int
    """Links whose target was brought before people; 0 without ``apply``."""
    held: int
    """Links that were hidden for a while; 0 without ``apply``."""
    error: str | None


class CaseAnswer(msgspec.Struct, frozen=True):
    """One piece of work for people."""

    case_id: str
    kind: CaseKind
    state: CaseState
    subject: str
    account_id: str | None
    priority: float
    opened_at: datetime
    version: int
    claimed_by: str | None
    lease_until: datetime | None
    decided_at: datetime | None
    body: dict[str, Any]
    for_role: str | None = None
    """``senior`` where a moderator's answer is not enough."""


class CasesAnswer(msgspec.Struct, frozen=True):
    """A page of the queue."""

    total: int
    cases: tuple[CaseAnswer, ...]


class IssuedStatementAnswer(msgspec.Struct, frozen=True):
    """A statement of reasons as it was issued; a later reversal is told by the account's history."""

    statement_id: str
    action_id: str
    account_id: str
    kind: ActionKind
    target: str | None
    post_ids: tuple[str, ...]
    rule: str
    rulebook_version: str
    basis: Basis
    found_by_machine: bool
    """The model found it; ``False`` where a person or a rights holder confirmed it."""
    ordered_by_machine: bool
    """The rules were applied automatically; ``False`` where people decided the sanction itself."""
    issued_at: datetime
    appeal_until: datetime
    zh: str
    en: str


class StandingLinkAnswer(msgspec.Struct, frozen=True):
    """Where an account holder sees how the account stands, and can appeal."""

    path: str
    """On this service; whoever has it speaks for the account."""
    expires_at: datetime


class NoticeTargetAnswer(msgspec.Struct, frozen=True):
    """One link of a notice."""

    url: str
    target: str
    target_state: TargetState
    upheld: bool
    """The notice was upheld for this target."""


class CounterAnswer(msgspec.Struct, frozen=True):
    """An account's declaration that it infringes nothing."""

    account_id: str
    at: datetime
    text: str


class NotifierAnswer(msgspec.Struct, frozen=True):
    """How many notices the same address has given, and what became of them."""

    filed: int
    unfounded: int
    """Those that were manifestly unfounded."""
    warned: bool
    refused_until: datetime | None
    """End of the last refusal, past or to come; ``None`` where there was none."""


class NoticeAnswer(msgspec.Struct, frozen=True):
    """A rights holder's notice and how it stands; name and address are not repeated."""

    notice_id: str
    state: Literal["received", "upheld", "rejected", "unfounded", "restored"]
    brand: str
    received_at: datetime
    targets: tuple[NoticeTargetAnswer, ...]
    decided_at: datetime | None
    note: str | None
    counters: tuple[CounterAnswer, ...]
    restore_at: datetime | None
    """When the links are shown again, unless a complaint or suit is reported; ``None`` where no clock runs."""
    notifier: NotifierAnswer


class StatementsAnswer(msgspec.Struct, frozen=True):
    """A page of statements, in the order of the record."""

    statements: tuple[IssuedStatementAnswer, ...]
    next: int | None
    """Pass as ``after`` for the next page; ``None`` at the end."""


class TransparencyAnswer(msgspec.Struct, frozen=True):
    """A page of statements as the EU's transparency database takes them: at most 100, ready to be sent."""

    statements: tuple[dict[str, Any], ...]
    next: int | None
    """Pass as ``after`` for the next page; ``None`` at the end. A page may hold fewer than were read."""


class BlocklistAnswer(msgspec.Struct, frozen=True):
    """Confirmed targets as the first 64 bits of the SHA-256 of their names, in hexadecimal."""

    version: int
    """What the client holds once it has applied this; pass as ``since`` next time."""
    full: bool
    """The whole list: drop what was held before. Else a change: remove ``removed``, then add ``added``."""
    added: tuple[str, ...]
    removed: tuple[str, ...]
    more: bool
    """There is more; ask again from ``version``."""


class RemovalAnswer(msgspec.Struct, frozen=True):
    """The author's removal of a post was noted."""

    post_id: str
    removed_at: datetime


def action_answer(action: Action, said: StatementAnswer) -> ActionAnswer:
    """An action in the contract's words."""
    order = action.order
    return ActionAnswer(
        action_id=action.action_id,
        kind=order.kind,
        target=order.target,
        account_id=order.account_id,
        points=order.points,
        until=order.until,
        rule=order.rule,
        rulebook_version=order.rulebook_version,
        statement_id=action.statement_id,
        ordered_at=action.ordered_at,
        reversed_at=action.reversed_at,
        reversal_reason=action.reversal_reason,
        statement=said,
        shortened_at=action.shortened_at,
        shortening_reason=action.shortening_reason,
    )


def appeal_answer(account_id: str, appeal: Appeal) -> AppealAnswer:
    """An appeal in the contract's words."""
    return AppealAnswer(
        appeal_id=appeal.appeal_id,
        account_id=account_id,
        action_id=appeal.action_id,
        state=appeal.outcome or "open",
        filed_at=appeal.filed_at,
        text=appeal.text,
        decided_at=appeal.decided_at,
        note=appeal.note,
        deadline=appeal.deadline,
        messages=tuple(AppealMessageAnswer(m.at, m.author, m.text) for m in appeal.messages),
    )


def reason_answer(reason: Reason) -> ReasonAnswer:
    """A reason in the contract's words."""
    return ReasonAnswer(reason.code, reason.zh, reason.en, reason.evidence, reason.span, reason.weight)
