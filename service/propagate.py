"""Carrying a decision on a target to every post of it: account by account, each in one transaction, resumable.

Killed at any moment, the job goes on after the last account it finished. An account that is met twice is not judged
twice, because a finding that is in its record is not added again.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from enforcement.rulebook import Rulebooks
from enforcement.standing import AccountHistory, HistoryError, entry_for_finding, entry_for_withdrawal, fold
from enforcement.types import Finding, NewEntry
from service.carry_out import NewId, carry_out
from service.keep import keep_outcome
from service.ports import Clock, StaleHeadError, Store, Work
from service.records import Job, JobState, StoredPost, TargetRecord, TargetTouch

BATCH = 50
TRIES = 8


class Propagation:
    """Runs the jobs that decisions on targets have queued."""

    def __init__(self, store: Store, books: Rulebooks, clock: Clock, new_id: NewId) -> None:
        self._store = store
        self._books = books
        self._clock = clock
        self._new_id = new_id

    def run_next(self) -> bool:
        """Do a stretch of the oldest unfinished job; whether there was one.

        An account whose record cannot be read is left out and named in the job's error; the others are settled.
        """
        for attempt in range(TRIES):
            try:
                return self._run_next()
            except StaleHeadError:
                # An account was written to in between; this is what the tries are for.
                if attempt == TRIES - 1:
                    raise
        return False

    def drain(self) -> int:
        """Run until nothing is left; how many stretches it took."""
        stretches = 0
        while self.run_next():
            stretches += 1
        return stretches

    def _run_next(self) -> bool:
        with self._store.begin() as work:
            job = work.next_job()
            if job is None:
                return False
            work.put_job(self._stretch(work, job))
        return True

    def _stretch(self, work: Work, job: Job) -> Job:
        now = self._clock.now()
        name = job.body["target"]
        # Locked until the end, so that a decision the other way cannot be carried out in between and be lost.
        target = work.touch_targets([TargetTouch(name, name, 0.0, suspected=False)], now)[name]
        accounts = work.accounts_of_target(target.target, after=job.cursor, limit=BATCH)
        total = work.target_counts(target.target).posts if job.total is None else job.total
        done, error = job.done, job.error
        for account_id in accounts:
            try:
                done += self._settle_account(work, target, account_id, now)
            except HistoryError as problem:
                error = f"{error}; {problem}" if error else f"Not settled: {problem}"
        ended: JobState = "done" if error is None else "failed"
        return msgspec.structs.replace(
            job,
            state="running" if len(accounts) == BATCH else ended,
            error=error,
            done=done,
            total=max(total, done),
            cursor=accounts[-1] if accounts else job.cursor,
        )

    def _settle_account(self, work: Work, target: TargetRecord, account_id: str, now: datetime) -> int:
        posts = {p.post_id: p for p in work.posts_of_account(target.target, account_id)}
        entries = work.entries(f"account:{account_id}")
        history = fold(account_id, entries)
        new = _lines(target, list(posts.values()), history, now)
        if new:
            outcome = carry_out(history, new, self._books, now, self._new_id)
            keep_outcome(work, outcome, len(entries), now)
        return len(posts)


def _lines(target: TargetRecord, posts: list[StoredPost], history: AccountHistory, now: datetime) -> list[NewEntry]:
    if target.state == "counterfeit":
        findings = [_finding(target, post, now) for post in posts]
        return [entry_for_finding(f) for f in findings if not history.has_finding(f)]
    if target.state == "genuine":
        return [
            entry_for_withdrawal(history.account_id, post_id, target.target, "the target was cleared", now)
            for post_id in history.posts_found_for(target.target)
        ]
    return []


def _finding(target: TargetRecord, post: StoredPost, now: datetime) -> Finding:
    return Finding(
        account_id=post.account_id,
        post_id=post.post_id,
        target=target.target,
        # A platform's clock may run ahead: a post was made when it was recorded, at the latest.
        posted_at=min(post.posted_at, post.recorded_at),
        basis=target.confirmed_on,
        found_at=now,
        confirmed_at=target.since,
        decision_id=target.decision_id,
        confirmed_by=target.by,
        organised=target.organised,
        health_risk=target.health_risk,
        evasion=target.evasion,
        mention=post.mention,
        account_type=post.account_type,
    )
