"""Carrying a decision on a target to every post of it: account by account, each in one transaction, resumable.

Killed at any moment, the job goes on after the last account it finished. An account that is met twice is not judged
twice, because a finding that is in its record is not added again.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from detector.types import TargetState
from enforcement.rulebook import Rulebooks
from enforcement.standing import AccountHistory, HistoryError, entry_for_finding, entry_for_withdrawal, fold
from enforcement.types import Finding, NewEntry
from service.carry_out import NewId, carry_out
from service.keep import keep_outcome
from service.ports import Clock, StaleHeadError, Store, Work
from service.records import Event, Job, JobState, StoredPost, TargetRecord, TargetTouch
from service.second_look import SecondLook
from service.target_decisions import SETTLE, UNDO

BATCH = 50
TRIES = 8
_WITHDRAWN: dict[TargetState, str] = {
    "genuine": "the target was cleared",
    "suspected": "the notice that confirmed the target was answered, and no suit followed",
}
"""Why findings no longer count, by the state that a target came into."""


SEE_PAGE = "see_page"
"""A job that judges every post of a target again by the page behind it."""
KINDS = (SETTLE, SEE_PAGE, UNDO)
"""The jobs that are done here."""
UNDONE = "the person who decided took the decision back at once"


class NoticeText(msgspec.Struct, frozen=True):
    """What an account is forwarded of a rights holder's notice (E-Commerce Law of China, art. 42)."""

    notice_id: str
    brand: str
    grounds: str

    def forwarded(self, account_id: str, target: str, now: datetime, new_id: NewId) -> Event:
        """The event that forwards it."""
        body = {"account_id": account_id, "target": target, **msgspec.structs.asdict(self)}
        return Event(new_id(), "notice.forwarded", account_id, now, body)


class Propagation:
    """Runs the jobs that decisions on targets have queued."""

    def __init__(self, store: Store, books: Rulebooks, clock: Clock, new_id: NewId, second_look: SecondLook) -> None:
        self._second_look = second_look
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
            job = work.next_job(self._clock.now(), kinds=KINDS)
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
        notice = _notice_behind(work, target)
        done, error = job.done, job.error
        for account_id in accounts:
            try:
                done += self._settle_account(work, job, target, account_id, notice, now)
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

    def _settle_account(  # noqa: PLR0917 - what the stretch has read, handed down
        self,
        work: Work,
        job: Job,
        target: TargetRecord,
        account_id: str,
        notice: NoticeText | None,
        now: datetime,
    ) -> int:
        posts = {p.post_id: p for p in work.posts_of_account(target.target, account_id)}
        entries = work.entries(f"account:{account_id}")
        history = fold(account_id, entries)
        if job.kind == SEE_PAGE:
            new = self._second_look.lines(work, target, list(posts.values()), history, now)
        elif job.kind == UNDO:
            new = undone_lines(target.target, job.body["decision_id"], history, now)
        else:
            new = lines_for(target, list(posts.values()), history, now)
        if new:
            outcome = carry_out(history, new, self._books, now, self._new_id)
            keep_outcome(work, outcome, len(entries), now)
            if notice is not None:
                work.emit([notice.forwarded(account_id, target.target, now, self._new_id)])
        return len(posts)


def _notice_behind(work: Work, target: TargetRecord) -> NoticeText | None:
    """The notice that confirmed the target; ``None`` where a person did, or where it is not confirmed."""
    if target.state != "counterfeit" or target.basis != "rights_holder":
        return None
    grounds = [line.body.get("ground") or "" for line in work.entries(f"target:{target.target}")]
    named = next((g.removeprefix("notice:") for g in reversed(grounds) if g.startswith("notice:")), "")
    case = work.case(named)
    return None if case is None else NoticeText(named, case.body["brand"], case.body["grounds"])


def lines_for(target: TargetRecord, posts: list[StoredPost], history: AccountHistory, now: datetime) -> list[NewEntry]:
    """What must be recorded of one account's posts of a target, by what is known of it now."""
    if target.state == "counterfeit":
        findings = [_finding(target, post, now) for post in posts]
        return [entry_for_finding(f) for f in findings if not history.has_finding(f)]
    reason = _WITHDRAWN.get(target.state)
    if reason is None:
        return []
    return [
        entry_for_withdrawal(history.account_id, post_id, target.target, reason, now)
        for post_id in history.posts_found_for(target.target)
    ]


def undone_lines(target: str, decision_id: str, history: AccountHistory, now: datetime) -> list[NewEntry]:
    """What was found because of a decision that was taken back at once; what the model found before stays."""
    posts = dict.fromkeys(f.post_id for f in history.findings if f.target == target and f.decision_id == decision_id)
    return [entry_for_withdrawal(history.account_id, post_id, target, UNDONE, now) for post_id in posts]


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
        amnesty=post.amnesty,
        account_type=post.account_type,
    )
