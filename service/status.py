"""Reading: what was decided, and what has become of it since."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec

from detector.types import VerdictName
from enforcement.rulebook import Rulebooks
from enforcement.standing import AccountHistory, entry_for_delivery, entry_for_removal, fold, standing_at
from service.answers import (
    AccountAnswer,
    JobAnswer,
    LapseAnswer,
    LinkStatusAnswer,
    PostStatusAnswer,
    RemovalAnswer,
    TargetAnswer,
    TargetPostAnswer,
    appeal_answer,
)
from service.carry_out import NewId, carry_out
from service.deliver import told_by_answers
from service.keep import keep_outcome
from service.ports import Clock, StaleHeadError, Store, Work
from service.records import StoredLink, StoredPost
from service.refusals import NotFoundError
from service.screen import GRAVITY
from service.tell import Teller

PAGE = 100
TRIES = 8
"""How often an account is read again because somebody else wrote to its record in between."""

_T = TypeVar("_T")


def _again(do: Callable[[], _T]) -> _T:
    """Do it; once more where a post of the same account came in between. Who asks need not know of that."""
    for _ in range(TRIES - 1):
        try:
            return do()
        except StaleHeadError:
            continue
    return do()


class Status:
    """Answers what callers ask about posts, accounts, targets and jobs."""

    def __init__(self, store: Store, books: Rulebooks, clock: Clock, teller: Teller, new_id: NewId) -> None:
        self._store = store
        self._books = books
        self._clock = clock
        self._teller = teller
        self._new_id = new_id

    def post(self, post_id: str) -> PostStatusAnswer:
        """A post, then and now."""
        with self._store.begin(write=False) as work:
            post = self._post(work, post_id)
            history = fold(post.account_id, work.entries(f"account:{post.account_id}"))
            links = tuple(self._link(work, link, post, history) for link in post.links)
        verdicts = [link.verdict for link in links] or [post.verdict]
        return PostStatusAnswer(
            post_id=post.post_id,
            account_id=post.account_id,
            revision=post.revision,
            posted_at=post.posted_at,
            recorded_at=post.recorded_at,
            decided=msgspec.Raw(post.answer),
            verdict=max(verdicts, key=GRAVITY.__getitem__),
            links=links,
            actions=tuple(self._teller.action(a) for a in history.actions if post.post_id in a.order.post_ids),
        )

    def _link(self, work: Work, link: StoredLink, post: StoredPost, history: AccountHistory) -> LinkStatusAnswer:
        record = work.target(link.target)
        state = "unknown" if record is None else record.state
        hidden = history.is_hidden(post.post_id, link.target, self._clock.now())
        decided: dict[str, VerdictName] = {"counterfeit": "block", "genuine": "allow"}
        verdict = decided.get(state, link.verdict)
        if verdict == "hold" and not hidden:
            verdict = "review"  # the hold has lapsed: shown again, and still in the queue
        return LinkStatusAnswer(link.url, link.target, state, verdict, hidden)

    def account(self, account_id: str, *, deliver: bool = True) -> AccountAnswer:
        """Where an account stands. Reading it tells the account: undelivered actions are marked as told."""
        return _again(lambda: self._account(account_id, deliver=deliver))

    def _account(self, account_id: str, *, deliver: bool) -> AccountAnswer:
        now = self._clock.now()
        stream = f"account:{account_id}"
        with self._store.begin() as work:
            entries = work.entries(stream)
            history = fold(account_id, entries)
            untold = tuple(action.action_id for action in told_by_answers(work, history))
            if untold and deliver:
                work.append([entry_for_delivery(account_id, untold, now)], heads={stream: len(entries)}, now=now)
        standing = standing_at(history, self._books, now)
        return AccountAnswer(
            account_id=account_id,
            state=standing.state,
            until=standing.until,
            points=standing.points,
            lapses=tuple(LapseAnswer(lapse.points, lapse.at) for lapse in standing.lapses),
            history=tuple(map(self._teller.action, standing.history)),
            appeals=tuple(appeal_answer(account_id, appeal) for appeal in reversed(history.appeals)),
        )

    def target(self, name: str, *, after: int = 0) -> TargetAnswer:
        """What is known of a target, with a page of its posts."""
        with self._store.begin(write=False) as work:
            record = work.target(name)
            if record is None:
                raise NotFoundError(f"The target {name!r} was never seen.")
            counts = work.target_counts(name)
            found = work.posts_of_target(name, after=after, limit=PAGE + 1)
        page = tuple(
            TargetPostAnswer(seq, p.post_id, p.account_id, p.posted_at, p.verdict, p.counterfeit_probability)
            for seq, p in found[:PAGE]
        )
        return TargetAnswer(
            target=record.target,
            url=record.url,
            state=record.state,
            since=record.since,
            by=record.by,
            basis=record.basis,
            posts=counts.posts,
            accounts=counts.accounts,
            top_probability=record.top_probability,
            page=page,
            next=page[-1].seq if len(found) > PAGE else None,
        )

    def job(self, job_id: str) -> JobAnswer:
        """How far a job is."""
        with self._store.begin(write=False) as work:
            job = work.job(job_id)
        if job is None:
            raise NotFoundError(f"There is no job {job_id!r}.")
        return JobAnswer(job.job_id, job.kind, job.state, job.done, job.total, job.error)

    def remove_post(self, post_id: str) -> RemovalAnswer:
        """The author removed the post: noted, as the rulebook may count it in their favour."""
        return _again(lambda: self._remove_post(post_id))

    def _remove_post(self, post_id: str) -> RemovalAnswer:
        now = self._clock.now()
        with self._store.begin() as work:
            post = self._post(work, post_id)
            entries = work.entries(f"account:{post.account_id}")
            history = fold(post.account_id, entries)
            if not history.was_removed(post_id):
                new = [entry_for_removal(post.account_id, post_id, now)]
                outcome = carry_out(history, new, self._books, now, self._new_id)
                keep_outcome(work, outcome, len(entries), now)
        return RemovalAnswer(post_id, now)

    @staticmethod
    def _post(work: Work, post_id: str) -> StoredPost:
        post = work.post(post_id)
        if post is None:
            raise NotFoundError(f"There is no post {post_id!r}.")
        return post
