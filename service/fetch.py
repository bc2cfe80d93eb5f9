"""Visiting the pages behind links: the most worthwhile first, what was seen kept as evidence, posts judged again by it.

A visit happens outside of any transaction and outside of any request. A worker that dies gives its pages up when their
lease ends; evidence is on the disk before the ledger names it.
"""

from __future__ import annotations

import random
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import msgspec

from detector.links import read_link
from detector.page_change import change_between, differ_by_visitor
from detector.pages import read_page
from detector.reading import Reader
from detector.types import PageReading
from enforcement.types import NewEntry
from service.carry_out import NewId
from service.fetch_queue import FetchLease, FetchTask, SeenPage, after_visit
from service.known import PAGE_VISITED, after_line
from service.ports import Clock, Store, Work
from service.propagate import SEE_PAGE
from service.records import Job, TargetRecord, TargetTouch
from service.second_look import Look, SecondLook
from service.visits import PROFILES, Evidence, Fetched, PageSource

LEASE = timedelta(minutes=5)
PASSED_OVER = Look("allow", 0.0)
"""What is made of a target whose page was not read: nothing."""


class FetchPolicy(msgspec.Struct, frozen=True):
    """How much is visited."""

    at_once: int = 16
    """Pages that one worker visits at the same time; 0: none at all."""
    host_pause: timedelta = timedelta(seconds=2)
    """Between two visits to one host, whichever worker makes them."""
    per_hour: int = 20_000
    """Visits of one worker in an hour, at most."""


class Fetching:
    """Visits what is due. One for each worker process."""

    def __init__(  # noqa: PLR0917 - a table of what it needs, handed over once in bootstrap/
        self,
        store: Store,
        source: PageSource,
        evidence: Evidence,
        second_look: SecondLook,
        reader: Reader,
        clock: Clock,
        new_id: NewId,
        policy: FetchPolicy,
    ) -> None:
        self._store = store
        self._source = source
        self._evidence = evidence
        self._second_look = second_look
        self._reader = reader
        self._clock = clock
        self._new_id = new_id
        self._policy = policy
        self._chance = random.Random()  # noqa: S311 - spreads retries; no secret depends on it
        self._pool = ThreadPoolExecutor(max(1, policy.at_once), thread_name_prefix="visit")
        self._under_way: set[Future[_Visit]] = set()
        self._hour = _Hour(policy.per_hour)

    def run_next(self) -> bool:
        """Keep what has come back, and send out for more; whether there was anything to do."""
        back = {visit for visit in self._under_way if visit.done()}
        self._under_way -= back
        sent = self._send_out()  # first, so that nobody idles while what came back is kept
        for visit in back:
            self._keep(visit.result())
        return sent or bool(back)

    def wait(self) -> None:
        """Until every visit that is under way has come back and was kept."""
        while self._under_way:
            self._keep(self._under_way.pop().result())

    def _send_out(self) -> bool:
        now = self._clock.now()
        # Half as many again wait in line, so that nobody idles until the next round.
        free = min(self._policy.at_once * 3 // 2 - len(self._under_way), self._hour.left(now))
        if free <= 0:
            return False
        with self._store.begin(write=False) as work:
            if not work.fetch_is_due(now):
                return False
        with self._store.begin() as work:
            tasks = work.lease_fetches(FetchLease(now, now + LEASE, self._policy.host_pause), free)
        for task in tasks:
            self._hour.spend()
            self._under_way.add(self._pool.submit(self._visit, task))
        return bool(tasks)

    def _visit(self, task: FetchTask) -> _Visit:
        """As each visitor, the second only where the first found a page; what they saw is on the disk then."""
        first = self._source.fetch(task.url, PROFILES[0])
        fetched = (first,) if first.page is None else (first, self._source.fetch(task.url, PROFILES[1]))
        visit_id, at = self._new_id(), self._clock.now()
        return _Visit(task, visit_id, at, self._evidence.keep(visit_id, fetched, at), fetched)

    def _keep(self, visit: _Visit) -> None:
        with self._store.begin() as work:
            self._record(work, visit, visit.at)
            work.put_fetch(*after_visit(visit.task, visit.fetched[0].outcome, visit.at, self._chance))

    def _record(self, work: Work, visit: _Visit, now: datetime) -> None:
        name = visit.task.target
        record = work.touch_targets([TargetTouch(name, visit.task.url, 0.0, suspected=False)], now)[name]
        seen = self._read(work, visit)
        look = PASSED_OVER
        if seen.page is not None and seen.reading is not None:
            look = self._second_look.at_target(work, record, self._reader.page_words(seen.reading))
            work.put_page(seen.page)
        body = _line(visit, seen, look)
        stream = f"target:{name}"
        work.append([NewEntry(stream, PAGE_VISITED, now, body)], heads={stream: len(work.entries(stream))}, now=now)
        after = after_line(record, name, PAGE_VISITED, now, body)
        work.put_target(after)
        if seen.page is not None and record.state not in {"counterfeit", "genuine"}:
            work.add_job(Job(self._new_id(), SEE_PAGE, "queued", {"target": name}, now))
        if _wants_people(record, seen, look, self._leads_to(work, visit, name)):
            work.want_target_case(self._new_id(), name, max(look.counterfeit_probability, 0.5), now)

    @staticmethod
    def _read(work: Work, visit: _Visit) -> _Seen:
        """The page that counts is what somebody sees who taps the link."""
        page = visit.fetched[0].page
        readings = [f.reading for f in visit.fetched if f.reading is not None]
        if page is None:
            return _Seen(None, None, None, differs=False)
        before = work.page(visit.task.target)
        return _Seen(
            SeenPage(visit.task.target, visit.visit_id, page),
            readings[0],
            None if before is None else change_between(read_page(before.snapshot), readings[0]),
            differs=len(readings) > 1 and differ_by_visitor(*readings),
        )

    @staticmethod
    def _leads_to(work: Work, visit: _Visit, name: str) -> TargetRecord | None:
        """The target at the end of the redirects, where it is another one that is known."""
        end = read_link(visit.fetched[0].hops[-1].url).target
        return work.target(end) if end != name else None


class _Visit(msgspec.Struct, frozen=True):
    task: FetchTask
    visit_id: str
    at: datetime
    """When it ended."""
    digest: str
    fetched: tuple[Fetched, ...]


class _Seen(msgspec.Struct, frozen=True):
    page: SeenPage | None
    reading: PageReading | None
    change: str | None
    """Since the visit before; ``None`` where there is nothing to compare."""
    differs: bool
    """Two visitors were shown different pages."""


def _line(visit: _Visit, seen: _Seen, look: Look) -> dict[str, Any]:
    """The line of the record: what was seen, the digest of its evidence, and what the model makes of it."""
    first = visit.fetched[0]
    return {
        "visit_id": visit.visit_id,
        "url": visit.task.url,
        "outcome": first.outcome,
        "detail": first.detail,
        "ended_at": first.hops[-1].url,
        "seen": [
            {"profile": f.profile, "outcome": f.outcome, "hops": msgspec.to_builtins(f.hops)} for f in visit.fetched
        ],
        "certificate": None if first.certificate is None else msgspec.to_builtins(first.certificate),
        "evidence": visit.digest,
        "page": seen.page is not None,
        "change": seen.change,
        "differs": seen.differs,
        "verdict": look.verdict,
        "counterfeit_probability": look.counterfeit_probability,
    }


def _wants_people(record: TargetRecord, seen: _Seen, look: Look, leads_to: TargetRecord | None) -> bool:
    """Whether people should look: by what is new, never because of what they have decided before."""
    if leads_to is not None and leads_to.state == "counterfeit" and record.state != "counterfeit":
        return True
    if record.state in {"counterfeit", "genuine"}:
        return seen.change == "another_shop"
    return seen.differs or look.verdict in {"review", "hold"}


class _Hour:
    """A budget that is full again every hour."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._spent = 0
        self._began: datetime | None = None

    def left(self, now: datetime) -> int:
        if self._began is None or not timedelta() <= now - self._began < timedelta(hours=1):
            self._began, self._spent = now, 0
        return self._most - self._spent

    def spend(self) -> None:
        self._spent += 1
