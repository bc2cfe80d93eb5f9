"""What a person needs to see to decide a target, and what confirming it would do. Read only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec

from detector.links import read_link
from detector.types import Span, TargetState
from enforcement.rulebook import Rulebooks
from enforcement.standing import HistoryError, fold
from service.answers import LinkAnswer, PostAnswer, ReasonAnswer
from service.carry_out import NewId, carry_out
from service.evidence import Visited
from service.page_view import PageView, last_visits, page_view
from service.ports import Clock, Store, Work
from service.propagate import lines_for
from service.records import StoredPost, TargetRecord

POSTS_SHOWN = 20
ACCOUNTS_TRIED = 200


class Piece(msgspec.Struct, frozen=True):
    """A stretch of a text, with the reason that points at it; ``None`` where none does."""

    text: str
    reason: ReasonAnswer | None = None


class PostInDossier(msgspec.Struct, frozen=True):
    """One post of the target as it was judged."""

    seq: int
    post: StoredPost
    pieces: tuple[Piece, ...]
    link: LinkAnswer | None
    """What was found of the link to this target; ``None`` where the answer does not name it any more."""


class PastDecision(msgspec.Struct, frozen=True):
    """A decision that was taken on the target before."""

    at: datetime
    decision: str
    actor: str | None
    note: str


class Effect(msgspec.Struct, frozen=True):
    """What confirming would do by itself, counted over the accounts that were tried."""

    accounts: int
    tried: int
    orders: dict[str, int]
    """By kind of action."""
    cases: int
    """Steps that would wait for people."""


class Dossier(msgspec.Struct, frozen=True):
    """Everything about one target."""

    target: str
    state: TargetState
    record: TargetRecord | None
    steps: tuple[str, ...]
    """The link as it was written and as it was unwrapped, step by step."""
    posts_in_all: int
    accounts_in_all: int
    posts: tuple[PostInDossier, ...]
    next: int | None
    """Pass as ``after`` for more posts; ``None`` at the end."""
    page: PageView | None
    """The page behind the link as it was seen last; ``None`` where it was not read."""
    visits: tuple[Visited, ...]
    """To the page, newest first."""
    decisions: tuple[PastDecision, ...]
    effect: Effect | None
    """``None`` where the target is decided."""


class Dossiers:
    """Puts dossiers together."""

    def __init__(self, store: Store, books: Rulebooks, clock: Clock, new_id: NewId) -> None:
        self._store = store
        self._books = books
        self._clock = clock
        self._new_id = new_id

    def target(self, name: str, after: int = 0) -> Dossier:
        """The dossier of a target; an empty one where it was never seen."""
        with self._store.begin(write=False) as work:
            record = work.target(name)
            counts = work.target_counts(name)
            found = work.posts_of_target(name, after=after, limit=POSTS_SHOWN + 1)
            shown = found[:POSTS_SHOWN]
            return Dossier(
                target=name,
                state="unknown" if record is None else record.state,
                record=record,
                steps=_steps(record),
                posts_in_all=counts.posts,
                accounts_in_all=counts.accounts,
                posts=tuple(_post(seq, post, name) for seq, post in shown),
                next=shown[-1][0] if len(found) > POSTS_SHOWN else None,
                page=page_view(work, name),
                visits=last_visits(work, name),
                decisions=_decisions(work, name),
                effect=self._effect(work, record, counts.accounts),
            )

    def _effect(self, work: Work, record: TargetRecord | None, in_all: int) -> Effect | None:
        """The rules are asked as the job would ask them, and nothing is kept."""
        if record is None or record.state in {"counterfeit", "genuine"}:
            return None
        now = self._clock.now()
        confirmed = msgspec.structs.replace(record, state="counterfeit", since=now, by="?", basis="human")
        accounts = work.accounts_of_target(record.target, after="", limit=ACCOUNTS_TRIED)
        orders: Counter[str] = Counter()
        cases = 0
        for account_id in accounts:
            try:
                history = fold(account_id, work.entries(f"account:{account_id}"))
            except HistoryError:
                continue  # the job will name it; what it would do cannot be told
            posts = {p.post_id: p for p in work.posts_of_account(record.target, account_id)}
            new = lines_for(confirmed, list(posts.values()), history, now)
            outcome = carry_out(history, new, self._books, now, self._new_id)
            orders.update(action.order.kind for action in outcome.actions)
            cases += len(outcome.cases)
        return Effect(in_all, len(accounts), dict(orders), cases)


def _steps(record: TargetRecord | None) -> tuple[str, ...]:
    if record is None:
        return ()
    link = read_link(record.url)
    return tuple(dict.fromkeys((record.url, *link.chain, record.target)))


def _post(seq: int, post: StoredPost, target: str) -> PostInDossier:
    answer = msgspec.json.decode(post.answer, type=PostAnswer)
    link = next((found for found in answer.links if found.target == target), None)
    return PostInDossier(seq, post, pieces_of(post.text, link.reasons if link else answer.reasons), link)


def pieces_of(text: str, reasons: Sequence[ReasonAnswer]) -> tuple[Piece, ...]:
    """A text cut where reasons point at it; of two that overlap, the one that begins first counts."""
    pieces: list[Piece] = []
    reached = 0
    marked = [(reason.span, reason) for reason in reasons if reason.span is not None]
    for span, reason in sorted(marked, key=lambda pair: pair[0]):
        start, end = _within(span, text)
        if start < reached or start >= end:
            continue
        if start > reached:
            pieces.append(Piece(text[reached:start]))
        pieces.append(Piece(text[start:end], reason))
        reached = end
    if reached < len(text):
        pieces.append(Piece(text[reached:]))
    return tuple(pieces)


def _within(span: Span, text: str) -> Span:
    return max(0, span[0]), min(span[1], len(text))


def _decisions(work: Work, name: str) -> tuple[PastDecision, ...]:
    lines = [e for e in work.entries(f"target:{name}") if e.kind in {"target_decided", "target_lifted"}]
    return tuple(
        PastDecision(
            line.occurred_at, line.body.get("decision", "lifted"), line.body.get("actor"), line.body.get("note", "")
        )
        for line in reversed(lines)
    )
