"""What a person needs to see to decide a target, and what confirming it would do. Read only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec

from detector.links import read_link
from detector.pictures import reaches_somebody
from detector.price_comparison import PriceComparison, compare_prices
from detector.reading import Reader
from detector.types import Picture, Span, TargetState
from enforcement.rulebook import Rulebooks
from enforcement.standing import HistoryError, fold
from enforcement.types import LedgerEntry, NewEntry
from service.answers import LinkAnswer, PostAnswer, ReasonAnswer
from service.campaigns import Campaign, campaign_of, read_campaign
from service.carry_out import NewId, Outcome, carry_out
from service.evidence import Visited
from service.masking import PERSONAL_DATA_SEEN, contacts_in, masked, masked_reason
from service.page_view import PageView, last_visits, page_view
from service.ports import Clock, Store, Work
from service.propagate import lines_for
from service.records import Registration, Spread, StoredPost, TargetRecord
from service.registrations import registration_of

POSTS_SHOWN = 20
ACCOUNTS_TRIED = 200
SPANS_SHOWN = 48
"""Of the time over which a target spread."""
DECIDED = frozenset({"counterfeit", "genuine"})


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
    is_masked: bool = False
    """Something that would reach the poster is hidden."""
    pictures: tuple[Picture, ...] = ()
    """What the platform said of its pictures; the pictures themselves are not there."""


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
    spread: Spread | None
    """When its posts were made; ``None`` where there are none."""
    prices: PriceComparison | None
    """What the shown posts ask, beside what such goods cost; ``None`` where that cannot be compared."""
    registration: Registration | None
    """When the link's domain was registered; ``None`` where it is not known."""
    posts: tuple[PostInDossier, ...]
    next: int | None
    """Pass as ``after`` for more posts; ``None`` at the end."""
    page: PageView | None
    """The page behind the link as it was seen last; ``None`` where it was not read."""
    visits: tuple[Visited, ...]
    """To the page, newest first."""
    looks: tuple[tuple[datetime, str], ...]
    """Who looked at its posts without the mask, and when; the newest first."""
    campaign: Campaign | None
    """Other targets that one seller seems to stand behind; ``None`` where nothing ties it to any."""
    decisions: tuple[PastDecision, ...]
    effect: Effect | None
    """``None`` where the target is decided."""


class CampaignRow(msgspec.Struct, frozen=True):
    """One target of a campaign."""

    target: str
    state: TargetState
    probability: float
    posts: int
    accounts: int
    case_id: str | None
    """The open case on it; ``None`` where there is none."""


class CampaignDossier(msgspec.Struct, frozen=True):
    """A campaign with what is known of each target."""

    campaign: Campaign
    rows: tuple[CampaignRow, ...]


class Dossiers:
    """Puts dossiers together."""

    def __init__(self, store: Store, books: Rulebooks, clock: Clock, new_id: NewId, reader: Reader) -> None:
        self._reader = reader
        self._store = store
        self._books = books
        self._clock = clock
        self._new_id = new_id

    def target(self, name: str, after: int = 0, *, unmasked: bool = False) -> Dossier:
        """The dossier of a target, empty where it was never seen; contacts in posts are hidden unless asked for."""
        with self._store.begin(write=False) as work:
            record = work.target(name)
            counts, spread = work.spread_of_target(name, SPANS_SHOWN)
            found = work.posts_of_target(name, after=after, limit=POSTS_SHOWN + 1)
            shown = found[:POSTS_SHOWN]
            return Dossier(
                target=name,
                state="unknown" if record is None else record.state,
                record=record,
                steps=_steps(record),
                posts_in_all=counts.posts,
                accounts_in_all=counts.accounts,
                spread=spread,
                prices=compare_prices(self._reader.text(post.text) for _, post in shown if post.text),
                posts=tuple(_post(seq, post, name, unmasked=unmasked) for seq, post in shown),
                next=shown[-1][0] if len(found) > POSTS_SHOWN else None,
                registration=None if record is None else registration_of(work, record.url),
                page=page_view(work, name),
                visits=last_visits(work, name),
                looks=_looks(work, name),
                campaign=campaign_of(work, name),
                decisions=_decisions(work, name),
                effect=None
                if record is None or record.state in DECIDED
                else self._effect(work, [record], counts.accounts),
            )

    def look(self, name: str, actor: str) -> None:
        """Record that somebody looks at the posts of a target without the mask."""
        stream, now = f"target:{name}", self._clock.now()
        with self._store.begin() as work:
            line = NewEntry(stream, PERSONAL_DATA_SEEN, now, {"actor": actor})
            work.append([line], heads={stream: len(work.entries(stream))}, now=now)

    def campaign(self, name: str) -> CampaignDossier | None:
        """The dossier of a campaign; ``None`` where there is none such."""
        with self._store.begin(write=False) as work:
            found = read_campaign(work, name)
            return None if found is None else CampaignDossier(found, tuple(_row(work, t) for t in found.targets))

    def effect(self, names: Sequence[str]) -> Effect:
        """What confirming these targets together would do by itself."""
        with self._store.begin(write=False) as work:
            records = [record for record in work.targets(names).values() if record.state not in DECIDED]
            return self._effect(work, records, len(_accounts(work, records)))

    def _effect(self, work: Work, records: Sequence[TargetRecord], in_all: int) -> Effect:
        """The rules are asked as the jobs would ask them, and nothing is kept; ``in_all`` accounts share them."""
        now = self._clock.now()
        confirmed = [
            msgspec.structs.replace(record, state="counterfeit", since=now, by="?", basis="human") for record in records
        ]
        orders: Counter[str] = Counter()
        cases = 0
        tried = _accounts(work, records)[:ACCOUNTS_TRIED]
        entries = work.entries_of_streams([f"account:{account_id}" for account_id in tried])
        posts = {record.target: work.posts_of_accounts(record.target, tried) for record in confirmed}
        for account_id in tried:
            theirs = [(r, {p.post_id: p for p in posts[r.target].get(account_id, ())}) for r in confirmed]
            outcome = self._outcome(account_id, entries.get(f"account:{account_id}", []), theirs, now)
            if outcome is not None:  # else the job will name the account; what it would do cannot be told
                orders.update(action.order.kind for action in outcome.actions)
                cases += len(outcome.cases)
        return Effect(in_all, len(tried), dict(orders), cases)

    def _outcome(
        self,
        account_id: str,
        entries: Sequence[LedgerEntry],
        theirs: Sequence[tuple[TargetRecord, dict[str, StoredPost]]],
        now: datetime,
    ) -> Outcome | None:
        try:
            history = fold(account_id, entries)
        except HistoryError:
            return None
        new = [line for record, posts in theirs for line in lines_for(record, list(posts.values()), history, now)]
        return carry_out(history, new, self._books, now, self._new_id)


def _accounts(work: Work, records: Sequence[TargetRecord]) -> list[str]:
    """Accounts that shared any of them, each once; of each target no more than are tried."""
    found = (work.accounts_of_target(record.target, after="", limit=ACCOUNTS_TRIED) for record in records)
    return list(dict.fromkeys(name for names in found for name in names))


def _row(work: Work, target: str) -> CampaignRow:
    record, counts = work.target(target), work.target_counts(target)
    case = work.open_case_about("target", target)
    return CampaignRow(
        target=target,
        state="unknown" if record is None else record.state,
        probability=0.0 if record is None else record.top_probability,
        posts=counts.posts,
        accounts=counts.accounts,
        case_id=None if case is None else case.case_id,
    )


def _steps(record: TargetRecord | None) -> tuple[str, ...]:
    if record is None:
        return ()
    link = read_link(record.url)
    return tuple(dict.fromkeys((record.url, *link.chain, record.target)))


def _post(seq: int, post: StoredPost, target: str, *, unmasked: bool) -> PostInDossier:
    answer = msgspec.json.decode(post.answer, type=PostAnswer)
    link = next((found for found in answer.links if found.target == target), None)
    said = (text for picture in post.pictures for text in (picture.alt, *picture.qr))
    own = (code for picture in post.pictures for code in picture.qr if reaches_somebody(code))
    hidden = () if unmasked else (*own, *contacts_in("\n".join((post.text, *said))))
    pictures = tuple(
        Picture(masked(one.alt, hidden), tuple(masked(code, hidden) for code in one.qr), one.pdq)
        for one in post.pictures
    )
    reasons = tuple(masked_reason(reason, hidden) for reason in (link.reasons if link else answer.reasons))
    if link is not None:
        link = msgspec.structs.replace(link, reasons=reasons)
    return PostInDossier(seq, post, pieces_of(masked(post.text, hidden), reasons), link, bool(hidden), pictures)


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


def _looks(work: Work, name: str) -> tuple[tuple[datetime, str], ...]:
    lines = [line for line in work.entries(f"target:{name}") if line.kind == PERSONAL_DATA_SEEN]
    return tuple((line.occurred_at, line.body["actor"]) for line in reversed(lines))


def _decisions(work: Work, name: str) -> tuple[PastDecision, ...]:
    lines = [e for e in work.entries(f"target:{name}") if e.kind in {"target_decided", "target_lifted"}]
    return tuple(
        PastDecision(
            line.occurred_at, line.body.get("decision", "lifted"), line.body.get("actor"), line.body.get("note", "")
        )
        for line in reversed(lines)
    )
