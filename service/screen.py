"""The one path of a post: ``assess`` (how likely is it counterfeit?), then ``settle`` (what do the rules order?).

For one post or a million: HTTP is a list of one. Assessing is pure; settling is one transaction, in which the targets
are locked, the account's record is read, the rules are asked and everything is written, or nothing.
"""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from detector.links import read_link
from detector.reading import MAX_LINKS, PageEvidence
from detector.score import Detector, highest
from detector.types import Link, LinkVerdict, Post, VerdictName
from enforcement.rulebook import Rulebook, Rulebooks
from enforcement.standing import AccountHistory, entry_for_account, entry_for_finding
from enforcement.types import Action, Finding, NewEntry
from service.answers import ActionAnswer, LinkAnswer, PostAnswer, ReasonAnswer, reason_answer
from service.audit import is_drawn, note_drawn
from service.carry_out import NewId, Outcome, carry_out, deliver
from service.challenger import Challenger
from service.deliver import told_by_answers
from service.fetch_queue import wish_for
from service.findings import quoted
from service.keep import keep_record
from service.known_histories import KnownHistories
from service.ports import Clock, StaleHeadError, Store, Work
from service.records import Event, StoredLink, StoredPost, TargetRecord, TargetTouch
from service.seen_pages import SeenPages
from service.tell import Teller

GRAVITY: dict[VerdictName, int] = {"allow": 0, "review": 1, "hold": 2, "block": 3}
TRIES = 8
"""How often a post is decided again because somebody else wrote to the same account or target in between."""

_JSON = msgspec.json.Encoder()


class ConflictError(Exception):
    """The post's id is taken: by another account, or by other content, for which a higher ``revision`` is needed."""

    def __init__(self, post_id: str, revision: int) -> None:
        super().__init__(
            f"The post {post_id!r} was recorded with other content. Send `revision` {revision + 1} to replace it."
        )


class Assessment(msgspec.Struct, frozen=True):
    """A post and what the detector says of it; nothing was recorded yet."""

    post: Post
    verdicts: tuple[LinkVerdict, ...]
    amnesty: bool = False
    """The post is from before the platform used the service, and the rulebook lets such posts count for nothing."""


class _Coming(msgspec.Struct, frozen=True):
    """An assessment that is about to be recorded, with the digest of its post's content."""

    assessment: Assessment
    digest: str


class _Batch(msgspec.Struct):
    """Posts that are settled in one transaction."""

    work: Work
    records: dict[str, TargetRecord]
    posts: dict[str, StoredPost]
    """What was recorded under the ids of the posts, this batch included."""
    now: datetime
    new: list[StoredPost] = []
    events: list[Event] = []

    def keep(self, post: StoredPost) -> None:
        """To be recorded with the others, at once."""
        self.posts[post.post_id] = post
        self.new.append(post)


class Screening:
    """Scores posts, records them and applies the rulebook."""

    def __init__(  # noqa: PLR0917 - a table of what it needs, handed over once in bootstrap/
        self,
        store: Store,
        detector: Detector,
        books: Rulebooks,
        clock: Clock,
        teller: Teller,
        new_id: NewId,
        *,
        challenger: Challenger | None = None,
        audit_share: float | None = None,
        fetch_reach: int | None = None,
    ) -> None:
        """``fetch_reach`` is the reach from which any link's page is visited; ``None``: no page is."""
        self._fetch_reach = fetch_reach
        self._challenger = challenger
        self._audit_share = audit_share
        self._store = store
        self._detector = detector
        self._pages = SeenPages(detector.reader)
        self._histories = KnownHistories()
        self._books = books
        self._clock = clock
        self._teller = teller
        self._new_id = new_id

    def assess(self, post: Post) -> Assessment:
        """How likely is it? Pure."""
        return Assessment(post, tuple(self._detector.score(post)))

    def check(self, post: Post) -> PostAnswer:
        """The answer that the post would get; nothing is recorded."""
        assessment = self.assess(post)
        now = self._clock.now()
        with self._store.begin(write=False) as work:
            records = work.targets(_targets_of([assessment]))
            (assessment,) = self._with_pages([assessment], self._pages.of(work, records)[0])
        book = self._book(post.posted_at or now)
        links, reasons = self._judge(assessment, records, book)
        return self._answer(assessment, links, reasons, book)

    def submit(self, posts: Sequence[Post]) -> list[PostAnswer | ConflictError]:
        """Score, record and judge; an answer or a conflict for each post, in order."""
        return self.settle([self.assess(post) for post in posts])

    def settle(self, assessments: Sequence[Assessment]) -> list[PostAnswer | ConflictError]:
        """Record and judge in one transaction; all of it again where somebody else was faster."""
        for assessment in assessments:
            if assessment.post.posted_at is not None:
                self._clock.witness(assessment.post.posted_at)
        for attempt in range(TRIES):
            try:
                answers = self._settle_once(assessments)
            except StaleHeadError:
                if attempt == TRIES - 1:
                    raise
                # Different pauses, so that two who collided do not collide again.
                time.sleep(random.uniform(0, 0.005 * 2**attempt))  # noqa: S311 - no secret depends on it
            else:
                self._show_challenger(assessments, answers)
                return answers
        raise AssertionError("unreachable: the loop returns or raises")

    def _show_challenger(
        self, assessments: Sequence[Assessment], answers: Sequence[PostAnswer | ConflictError]
    ) -> None:
        """After everything was recorded: a model in shadow sees the post, and changes nothing of it."""
        if self._challenger is None:
            return
        for assessment, answer in zip(assessments, answers, strict=True):
            if isinstance(answer, PostAnswer) and not answer.duplicate and answer.decision_id is not None:
                self._challenger.offer(assessment.post, assessment.verdicts, answer.decision_id)

    def _settle_once(self, assessments: Sequence[Assessment]) -> list[PostAnswer | ConflictError]:
        now = self._clock.now()
        with self._store.begin() as work:
            earlier = work.posts_named({a.post.post_id for a in assessments})
            pages, visits = self._pages.of(work, _targets_of(assessments))
            coming = [_Coming(a, content_digest(a.post)) for a in self._with_pages(assessments, pages)]
            records = work.touch_targets(self._touches(_recorded(coming, earlier), now), now)
            if any(record.page != visits.get(record.target) for record in records.values()):
                raise StaleHeadError("A page was read in between; judge again by it.")
            batch = _Batch(work, records, earlier, now)
            answers = [self._settle_one(batch, one) for one in coming]
            work.add_posts(batch.new)
            work.emit(batch.events)
            return answers

    def _with_pages(self, assessments: Sequence[Assessment], pages: Mapping[str, PageEvidence]) -> list[Assessment]:
        """Those again whose link leads to a page that the service has read itself."""
        return [
            msgspec.structs.replace(a, verdicts=tuple(self._detector.score(a.post, pages)))
            if pages and not pages.keys().isdisjoint(_targets_of([a]))
            else a
            for a in assessments
        ]

    def _touches(self, assessments: Sequence[Assessment], now: datetime) -> list[TargetTouch]:
        """One touch for each target, in one order for everybody."""
        merged: dict[str, TargetTouch] = {}
        for assessment in assessments:
            book = self._book(assessment.post.posted_at or now) or self._books.latest()
            for verdict in assessment.verdicts:
                if verdict.link is not None:
                    touch = _touch(verdict, verdict.link, book)
                    merged[touch.target] = _both(merged.get(touch.target), touch)
        return list(merged.values())

    def _settle_one(self, batch: _Batch, coming: _Coming) -> PostAnswer | ConflictError:
        work, records, now = batch.work, batch.records, batch.now
        assessment, digest = coming.assessment, coming.digest
        post = assessment.post
        earlier = batch.posts.get(post.post_id)
        if earlier is not None:
            if earlier.digest == digest:
                return msgspec.structs.replace(msgspec.json.decode(earlier.answer, type=PostAnswer), duplicate=True)
            if not _may_replace(post, earlier):
                return ConflictError(post.post_id, earlier.revision)
        posted_at = post.posted_at or now
        book = self._book(posted_at)
        links, reasons = self._judge(assessment, records, book)
        history, head = self._histories.of(work, post.account_id)
        outcome = self._rule(assessment, links, records, history, now)
        outcome, notices = deliver(outcome, told_by_answers(work, outcome.history), now)
        answer = self._answer(assessment, links, reasons, book, self._new_id(), outcome.actions, notices)
        batch.keep(_stored(assessment, posted_at, digest, answer, now))
        keep_record(work, outcome, head, now)
        batch.events += outcome.events
        self._ask_people(work, post, links, now)
        self._want_pages(work, assessment, links, records, now)
        return answer

    def _book(self, at: datetime) -> Rulebook | None:
        return self._books.in_force_at(at)

    def _judge(
        self, assessment: Assessment, records: dict[str, TargetRecord], book: Rulebook | None
    ) -> tuple[tuple[LinkAnswer, ...], tuple[ReasonAnswer, ...]]:
        """Each link's verdict with what people have decided; the reasons of a text without links."""
        links = []
        for verdict in assessment.verdicts:
            if verdict.link is None:
                return (), tuple(map(reason_answer, verdict.reasons))
            record = records.get(verdict.link.target)
            links.append(_link_answer(verdict, record, least_verdict(verdict, book or self._books.latest())))
        return tuple(links), ()

    def _rule(
        self,
        assessment: Assessment,
        links: Sequence[LinkAnswer],
        records: dict[str, TargetRecord],
        history: AccountHistory,
        now: datetime,
    ) -> Outcome:
        """What the rules order for this post. An account with nothing against it costs nothing here."""
        post = assessment.post
        new: list[NewEntry] = []
        kind = post.account.type or history.account_type
        for verdict, link in zip(assessment.verdicts, links, strict=False):
            if GRAVITY[link.verdict] >= GRAVITY["hold"]:
                finding = _finding(assessment, verdict, records[link.target], history, kind, now)
                if not history.has_finding(finding):
                    new.append(entry_for_finding(finding))
        if new and kind != history.account_type:
            new.insert(0, entry_for_account(post.account_id, kind, now))
        return carry_out(history, new, self._books, now, self._new_id)

    def _answer(  # noqa: PLR0917 - one line for each part of the answer
        self,
        assessment: Assessment,
        links: tuple[LinkAnswer, ...],
        reasons: tuple[ReasonAnswer, ...],
        book: Rulebook | None,
        decision_id: str | None = None,
        actions: Sequence[Action] = (),
        notices: Sequence[Action] = (),
    ) -> PostAnswer:
        verdicts = [link.verdict for link in links] or [v.verdict for v in assessment.verdicts]
        return PostAnswer(
            post_id=assessment.post.post_id or None,
            decision_id=decision_id,
            duplicate=False,
            verdict=max(verdicts, key=GRAVITY.__getitem__),
            counterfeit_probability=highest(assessment.verdicts),
            links=_every_spelling(assessment.verdicts, links),
            reasons=reasons,
            actions=self._tell(actions),
            notices=self._tell(notices),
            model_version=self._detector.model.version,
            rulebook_version=None if book is None else book.version,
            brands_digest=self._detector.reader.brands.digest,
        )

    def _tell(self, actions: Sequence[Action]) -> tuple[ActionAnswer, ...]:
        return tuple(map(self._teller.action, actions))

    def _ask_people(self, work: Work, post: Post, links: Sequence[LinkAnswer], now: datetime) -> None:
        """What is suspected goes to the queue, by the harm of waiting: probability × expected reach."""
        suspected = [link for link in links if link.verdict in {"review", "hold"} and link.known is None]
        if len(links) > MAX_LINKS:
            # One such post must not flood the queue: people see it by its worst link.
            suspected = sorted(suspected, key=lambda link: -link.counterfeit_probability)[:1]
        for link in suspected:
            harm = link.counterfeit_probability * (1 + (post.reach or 0))
            work.want_target_case(self._new_id(), link.target, harm, now)
        if self._audit_share is not None:
            self._draw(work, post, links, self._audit_share, now)

    def _want_pages(
        self,
        work: Work,
        assessment: Assessment,
        links: Sequence[LinkAnswer],
        records: dict[str, TargetRecord],
        now: datetime,
    ) -> None:
        """Pages of what is suspected or widely shared are to be visited, unless they were or the platform sent them."""
        if self._fetch_reach is None:
            return
        post = assessment.post
        reach = post.reach or 0
        sent = {read_link(page.url).target for page in post.pages}
        for verdict, answer in zip(assessment.verdicts, links, strict=False):
            wanted = answer.verdict in {"review", "hold"} or reach >= self._fetch_reach
            if wanted and answer.known is None and answer.target not in sent and not records[answer.target].page:
                worth = answer.counterfeit_probability * (1 + reach)
                wish = wish_for(answer.target, verdict.link.canonical if verdict.link else answer.url, worth)
                if wish is not None:
                    work.want_fetch(wish, now)

    def _draw(self, work: Work, post: Post, links: Sequence[LinkAnswer], share: float, now: datetime) -> None:
        """Some of what is allowed is looked at too, so that people do not see only what the model flags."""
        allowed = {link.target: link for link in links if link.verdict == "allow" and link.known is None}
        for target, link in allowed.items():
            if is_drawn(target, share) and note_drawn(work, target, share, now):
                # Queued as if it were doubtful: by its own probability its turn would never come.
                probability = max(link.counterfeit_probability, self._detector.model.thresholds.review)
                work.want_target_case(self._new_id(), target, probability * (1 + (post.reach or 0)), now)


def _stored(assessment: Assessment, posted_at: datetime, digest: str, answer: PostAnswer, now: datetime) -> StoredPost:
    post = assessment.post
    links = tuple(
        StoredLink(link.url, link.target, link.verdict, link.counterfeit_probability) for link in answer.links
    )
    return StoredPost(
        post_id=post.post_id,
        revision=post.revision,
        account_id=post.account_id,
        account_type=post.account.type or "private",
        posted_at=posted_at,
        recorded_at=now,
        digest=digest,
        decision_id=answer.decision_id or "",
        verdict=answer.verdict,
        counterfeit_probability=answer.counterfeit_probability,
        text=post.text,
        links=links,
        mention=any(v.mention for v in assessment.verdicts),
        amnesty=assessment.amnesty,
        answer=_JSON.encode(answer),
        reach=post.reach,
        pictures=post.pictures,
    )


def as_post(stored: StoredPost) -> Post:
    """A recorded post as it can be judged again: its text, links and pictures. Pages that came with it are not kept."""
    links = tuple(link.url for link in stored.links)
    return Post(stored.post_id, stored.account_id, stored.text, links, pictures=stored.pictures)


def content_digest(post: Post) -> str:
    """SHA-256 over what the author wrote and where it leads; facts about the account may change in between."""
    pages = [(p.url, p.body) for p in post.pages]
    content = (post.account_id, post.text, post.links, post.posted_at, pages)
    # Posts without pictures keep the digest that they had before there were any.
    return hashlib.sha256(_JSON.encode((*content, post.pictures) if post.pictures else content)).hexdigest()


def _recorded(coming: Sequence[_Coming], earlier_posts: Mapping[str, StoredPost]) -> list[Assessment]:
    """Those that will be recorded: no repeats and no conflicts, also within the batch."""
    latest: dict[str, tuple[str, Post | StoredPost]] = {i: (p.digest, p) for i, p in earlier_posts.items()}
    recorded = []
    for one in coming:
        post = one.assessment.post
        digest, earlier = latest.get(post.post_id, ("", None))
        if earlier is None or (digest != one.digest and _may_replace(post, earlier)):
            latest[post.post_id] = (one.digest, post)
            recorded.append(one.assessment)
    return recorded


def _targets_of(assessments: Sequence[Assessment]) -> list[str]:
    return [v.link.target for a in assessments for v in a.verdicts if v.link is not None]


def _may_replace(post: Post, earlier: Post | StoredPost) -> bool:
    return post.revision > earlier.revision and post.account_id == earlier.account_id


def _touch(verdict: LinkVerdict, link: Link, book: Rulebook) -> TargetTouch:
    suspected = verdict.verdict != "allow" or least_verdict(verdict, book) != "allow"
    return TargetTouch(link.target, link.url, verdict.counterfeit_probability, suspected)


def _both(before: TargetTouch | None, touch: TargetTouch) -> TargetTouch:
    if before is None:
        return touch
    probability = max(before.counterfeit_probability, touch.counterfeit_probability)
    return TargetTouch(before.target, before.url, probability, before.suspected or touch.suspected)


def _every_spelling(verdicts: Sequence[LinkVerdict], links: Sequence[LinkAnswer]) -> tuple[LinkAnswer, ...]:
    """An answer for each URL as it was sent: a platform hides links by what its users see."""
    return tuple(
        msgspec.structs.replace(link, url=url)
        for verdict, link in zip(verdicts, links, strict=False)
        for url in (link.url, *verdict.also)
    )


_UNSAID: Mapping[str, VerdictName] = {"pictures_only": "review"}
"""For books that were published before a post could bring pictures, and so do not say."""


def least_verdict(verdict: LinkVerdict, book: Rulebook) -> VerdictName:
    """The least verdict that the rulebook gives to parts that could not be judged."""
    codes = [r.code.removeprefix("abstain.") for r in verdict.reasons if r.code.startswith("abstain.")]
    floors = [book.limits.abstain.get(code, _UNSAID.get(code, "allow")) for code in codes]
    return max(floors, key=GRAVITY.__getitem__, default="allow")


def _link_answer(verdict: LinkVerdict, record: TargetRecord | None, floor: VerdictName) -> LinkAnswer:
    assert verdict.link is not None  # noqa: S101 - callers pass verdicts of links
    known = record.state if record is not None and record.state in {"counterfeit", "genuine"} else None
    decided: dict[str, VerdictName] = {"counterfeit": "block", "genuine": "allow"}
    return LinkAnswer(
        url=verdict.link.url,
        target=verdict.link.target,
        verdict=decided[known] if known else max(verdict.verdict, floor, key=GRAVITY.__getitem__),
        counterfeit_probability=verdict.counterfeit_probability,
        known=known,
        reasons=tuple(map(reason_answer, verdict.reasons)),
    )


def _finding(  # noqa: PLR0917 - one line for each source of the finding
    assessment: Assessment,
    verdict: LinkVerdict,
    record: TargetRecord,
    history: AccountHistory,
    kind: str,
    now: datetime,
) -> Finding:
    post = assessment.post
    confirmed = record.state == "counterfeit"
    assert verdict.link is not None  # noqa: S101 - callers pass verdicts of links
    return Finding(
        account_id=post.account_id,
        post_id=post.post_id,
        target=record.target,
        posted_at=(post.posted_at or now).astimezone(UTC),
        basis=record.confirmed_on if confirmed else "model",
        found_at=now,
        confirmed_at=record.since if confirmed else None,
        decision_id=record.decision_id if confirmed else None,
        confirmed_by=record.by if confirmed else None,
        organised=confirmed and record.organised,
        health_risk=confirmed and record.health_risk,
        evasion=confirmed and record.evasion,
        disguised=confirmed and _is_dressed_up(verdict) and history.had_disabled(record.target),
        mention=verdict.mention,
        amnesty=assessment.amnesty,
        account_type=kind,
        evidence=quoted(verdict),
    )


def _is_dressed_up(verdict: LinkVerdict) -> bool:
    """The link goes through an open redirect, which nobody needs to share a shop. Agents and short links are usual."""
    return verdict.link is not None and any(w.startswith("redirector:") for w in verdict.link.wrappers)
