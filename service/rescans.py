"""Recorded posts judged again in the background: asked for over HTTP, or by the worker once model or brands changed.

A rescan reports. With ``apply``, what is newly suspected goes to people, and what is newly held is hidden for as long
as a hold lasts; nobody gets points by it, and where people have decided, their word stands. A milder verdict releases
nothing: pages that came with posts are not kept, so that a post may look milder for want of its page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from detector.reading import PageEvidence
from detector.score import Detector
from detector.types import LinkVerdict, VerdictName
from enforcement.rulebook import Rulebooks
from enforcement.standing import entry_for_finding, fold
from enforcement.types import NewEntry
from service.answers import PostAnswer, RescanAnswer
from service.carry_out import NewId, carry_out
from service.findings import model_finding
from service.keep import keep_outcome
from service.ports import Clock, StaleHeadError, Store, Work
from service.records import Job, StoredPost, TargetTouch
from service.refusals import NotFoundError
from service.rescan import judged_by
from service.screen import GRAVITY, as_post, least_verdict
from service.seen_pages import SeenPages

RESCAN = "rescan"
"""The kind of its jobs."""
STRETCH = 100
"""Posts that are judged between two steps of a job: a tenth of a second of work, after which others have their turn."""
TRIES = 8
BY_ITSELF = "dajia"
"""Who asked for a rescan that nobody asked for."""
_CHANGED = "The model or the brands in use are others than when it began. Ask for another rescan."


class RescanOrder(msgspec.Struct, frozen=True):
    """What to judge again."""

    actor: str
    since: datetime | None = None
    """Posts made from then on; ``None``: all."""
    until: datetime | None = None
    """Posts made before then; ``None``: all."""
    changed_only: bool = True
    """Only posts that were answered by another model or list of brands than those in use now."""
    apply: bool = False


class RescanState(msgspec.Struct, frozen=True):
    """What a job keeps."""

    order: RescanOrder
    model_version: str = ""
    """By which it judges; empty until it has begun."""
    brands_digest: str = ""
    judged: int = 0
    verdicts: dict[str, int] = {}
    moves: dict[str, int] = {}
    """As ``allow>hold``; posts that people's decisions had a part in are not among them."""
    to_people: int = 0
    """Links whose target was brought before people."""
    held: int = 0
    """Links that were hidden."""


class _Found(NamedTuple):
    """A post and what is said of it now."""

    post: StoredPost
    verdicts: list[LinkVerdict]
    named: list[VerdictName]
    """Verdicts of the same links, with what the rulebook says of parts that cannot be judged."""

    @property
    def verdict(self) -> VerdictName:
        return max(self.named, key=GRAVITY.__getitem__, default="allow")


class Rescans:
    """Takes orders for rescans, and runs them a stretch at a time."""

    def __init__(self, store: Store, detector: Detector, books: Rulebooks, clock: Clock, new_id: NewId) -> None:
        self._store = store
        self._detector = detector
        self._books = books
        self._clock = clock
        self._new_id = new_id
        self._pages = SeenPages(detector.reader)
        self._version = detector.model.version
        self._brands = detector.reader.brands.digest

    def order(self, order: RescanOrder, rescan_id: str | None = None) -> RescanAnswer:
        """Queue a rescan; one that has this id already stays as it is."""
        now = self._clock.now()
        job = Job(rescan_id or self._new_id(), RESCAN, "queued", msgspec.to_builtins(RescanState(order)), now)
        with self._store.begin() as work:
            work.add_job(job)
        return _answer(job)

    def show(self, rescan_id: str) -> RescanAnswer:
        """How far it is; :class:`NotFoundError` where there is none."""
        with self._store.begin(write=False) as work:
            return _answer(_rescan(work, rescan_id))

    def cancel(self, rescan_id: str) -> RescanAnswer:
        """End it where it is; what was done stays. One that has ended stays as it is."""
        with self._store.begin() as work:
            job = _rescan(work, rescan_id)
            if job.state in {"queued", "running"}:
                job = replace(job, state="cancelled")
                work.put_job(job)
        return _answer(job)

    def order_after_change(self, since: datetime) -> RescanAnswer:
        """Order one for the model and brands in use, unless there was one; ``since`` bounds the posts."""
        name = hashlib.sha256(f"{self._version}\n{self._brands}".encode()).hexdigest()[:20]
        return self.order(RescanOrder(BY_ITSELF, since=since, apply=True), f"rescan-{name}")

    def run_next(self) -> bool:
        """Do a stretch of the oldest unfinished rescan; whether there was one."""
        for attempt in range(TRIES):
            try:
                return self._run_next()
            except StaleHeadError:
                # An account was written to in between; this is what the tries are for.
                if attempt == TRIES - 1:
                    raise
        return False

    def _run_next(self) -> bool:
        with self._store.begin(write=False) as work:
            job = work.next_job(self._clock.now(), kinds=(RESCAN,))
            if job is None:
                return False
            posts = work.posts_after(int(job.cursor or 0), until=job.created_at, limit=STRETCH)
            wanted = [post for _, post in posts if self._wants(_state(job).order, post)]
            pages, _ = self._pages.of(work, [link.target for post in wanted for link in post.links])
            total = work.count_posts() if job.total is None else job.total
        # Nothing is locked while posts are judged.
        found = [self._judge(post, pages) for post in wanted]
        with self._store.begin() as work:
            current = work.next_job(self._clock.now(), kinds=(RESCAN,))
            if current is not None and (current.job_id, current.cursor) == (job.job_id, job.cursor):
                work.put_job(self._after(work, replace(current, total=total), posts, found))
        return True

    def _after(self, work: Work, job: Job, posts: Sequence[tuple[int, StoredPost]], found: Sequence[_Found]) -> Job:
        """The job after a stretch; the last one is short."""
        state = _state(job)
        in_use = (self._version, self._brands)
        if job.cursor and (state.model_version, state.brands_digest) != in_use:
            return replace(job, state="failed", error=_CHANGED)
        state = _counted(replace(state, model_version=self._version, brands_digest=self._brands), found)
        if state.order.apply:
            state = self._apply(work, state, found)
        return replace(
            job,
            state="running" if len(posts) == STRETCH else "done",
            done=job.done + len(posts),
            total=max(job.total or 0, job.done + len(posts)),
            cursor=str(posts[-1][0]) if posts else job.cursor,
            body=msgspec.to_builtins(state),
        )

    def _wants(self, order: RescanOrder, post: StoredPost) -> bool:
        if (order.since is not None and post.posted_at < order.since) or (
            order.until is not None and post.posted_at >= order.until
        ):
            return False
        if not order.changed_only:
            return True
        return judged_by(post) != (self._version, self._brands)

    def _judge(self, post: StoredPost, pages: Mapping[str, PageEvidence] = MappingProxyType({})) -> _Found:
        verdicts = self._detector.score(as_post(post), pages)
        book = self._books.in_force_at(post.posted_at) or self._books.latest()
        named = [max(v.verdict, least_verdict(v, book), key=GRAVITY.__getitem__) for v in verdicts]
        return _Found(post, verdicts, named)

    # what is newly suspected

    def _apply(self, work: Work, state: RescanState, found: Sequence[_Found]) -> RescanState:
        now = self._clock.now()
        for one in found:
            raised = _raised(one)
            touches = [TargetTouch(v.link.target, v.link.url, p, suspected=True) for v, _, p in raised if v.link]
            records = work.touch_targets(touches, now)
            undecided = [r for r in raised if r[0].link and records[r[0].link.target].state == "suspected"]
            for verdict, _, probability in undecided:
                if verdict.link is not None:
                    harm = probability * (1 + (one.post.reach or 0))
                    work.want_target_case(self._new_id(), verdict.link.target, harm, now)
            held = self._hide(work, one.post, [v for v, named, _ in undecided if named == "hold"], now)
            state = replace(state, to_people=state.to_people + len(undecided), held=state.held + held)
        return state

    def _hide(self, work: Work, post: StoredPost, verdicts: Sequence[LinkVerdict], now: datetime) -> int:
        """Hide the links of one post for as long as a hold lasts; how many."""
        if not verdicts:
            return 0
        entries = work.entries(f"account:{post.account_id}")
        history = fold(post.account_id, entries)
        posted_at = min(post.posted_at, post.recorded_at)
        account = (post.account_id, post.account_type, post.post_id)
        findings = [
            model_finding(*account, v.link.target, posted_at, v, now, amnesty=post.amnesty) for v in verdicts if v.link
        ]
        new: list[NewEntry] = [entry_for_finding(f) for f in findings if not history.has_finding(f)]
        if new:
            keep_outcome(work, carry_out(history, new, self._books, now, self._new_id), len(entries), now)
        return len(new)


def _raised(found: _Found) -> list[tuple[LinkVerdict, VerdictName, float]]:
    """Links of which more is suspected than before."""
    before = {link.target: link.verdict for link in found.post.links}
    return [
        (verdict, named, verdict.counterfeit_probability)
        for verdict, named in zip(found.verdicts, found.named, strict=True)
        if verdict.link is not None and GRAVITY[named] > GRAVITY[before.get(verdict.link.target, "allow")]
    ]


def _counted(state: RescanState, found: Sequence[_Found]) -> RescanState:
    verdicts, moves = dict(state.verdicts), dict(state.moves)
    for one in found:
        verdicts[one.verdict] = verdicts.get(one.verdict, 0) + 1
        if all(link.known is None for link in msgspec.json.decode(one.post.answer, type=PostAnswer).links):
            move = f"{one.post.verdict}>{one.verdict}"
            moves[move] = moves.get(move, 0) + 1
    return replace(state, judged=state.judged + len(found), verdicts=verdicts, moves=moves)


def _state(job: Job) -> RescanState:
    return msgspec.convert(job.body, RescanState)


def _rescan(work: Work, rescan_id: str) -> Job:
    job = work.job(rescan_id)
    if job is None or job.kind != RESCAN:
        raise NotFoundError(f"There is no rescan {rescan_id!r}.")
    return job


def _answer(job: Job) -> RescanAnswer:
    state = _state(job)
    return RescanAnswer(
        rescan_id=job.job_id,
        state=job.state,
        created_at=job.created_at,
        done=job.done,
        total=job.total,
        error=job.error,
        **msgspec.structs.asdict(state.order),
        **{name: getattr(state, name) for name in RescanState.__struct_fields__ if name != "order"},
    )
