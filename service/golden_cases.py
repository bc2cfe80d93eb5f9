"""Golden cases: targets whose answer is certain are asked again, so that it is known how often each person is right.

A senior marks a decided target as golden. Among the second looks some are then of golden targets; who gets one cannot
tell it from the others. The answer changes nothing but the figures: agreement tells whether two people see alike,
golden cases whether they see right.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from enforcement.types import LedgerEntry, NewEntry
from service.carry_out import NewId
from service.ports import Clock, Store, Work
from service.records import Case, TargetRecord
from service.refusals import ClashError, NotAllowedError, NotFoundError
from service.shares import Share, share

MARKED = "golden_marked"
UNMARKED = "golden_unmarked"
ANSWERED = "golden_answered"
MAX_GOLDEN = 10_000
"""Marks that are read; far more than anybody keeps in order."""


class GoldenCases:
    """Marks targets as golden, and takes the mark away."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def mark(self, target: str, actor: str, note: str) -> None:
        """Its decision is certain, and ``note`` says why. :class:`ClashError` where it is marked already."""
        if not note.strip():
            raise NotAllowedError("A golden case needs a `note` that says why its answer is certain.", "/note")
        with self._store.begin() as work:
            if target in golden_targets(work):
                raise ClashError("The target is a golden case already.")
            body = {"answer": _certain(work, target), "by": actor, "note": note.strip()}
            _record(work, target, MARKED, body, self._clock.now())

    def unmark(self, target: str, actor: str) -> None:
        """Ask nobody about it any more; what was answered stays on record."""
        with self._store.begin() as work:
            if target not in golden_targets(work):
                raise ClashError("The target is no golden case.")
            _record(work, target, UNMARKED, {"by": actor}, self._clock.now())

    def is_golden(self, target: str) -> bool:
        """Whether it is marked."""
        with self._store.begin(write=False) as work:
            return target in golden_targets(work)


class Mark(msgspec.Struct, frozen=True):
    """What makes a target golden."""

    answer: str
    """``counterfeit`` or ``genuine``."""
    by: str
    """Who marked it: they are not asked."""


def golden_targets(work: Work) -> dict[str, Mark]:
    """Each golden target with its mark, also where it was decided otherwise since."""
    lines = work.entries_between([MARKED, UNMARKED], after=0, upto=2**62, since=None, limit=MAX_GOLDEN)
    last = {line.stream.removeprefix("target:"): line for _, line in lines}
    return {t: Mark(line.body["answer"], line.body["by"]) for t, line in last.items() if line.kind == MARKED}


def _certain(work: Work, target: str) -> str:
    record = work.target(target)
    if record is None:
        raise NotFoundError(f"The target {target!r} is not known.")
    if record.state not in {"counterfeit", "genuine"}:
        raise NotAllowedError("Only a target that people have decided can be a golden case.", "/target")
    return record.state


def ask_golden(work: Work, case_id: str, now: datetime, new_id: NewId) -> None:
    """Put a golden target among the second looks. Which one follows from the id of a case, which nobody chooses."""
    marks = golden_targets(work)
    for target in sorted(marks, key=lambda name: _draw(case_id, name)):
        record, mark = work.target(target), marks[target]
        # One that was decided otherwise since is not certain any more.
        holds = record is not None and record.state == mark.answer
        if record is not None and holds and work.open_case_about("second", target) is None:
            work.add_case(_case_about(record, mark, now, new_id))
            return


def _case_about(record: TargetRecord, mark: Mark, now: datetime, new_id: NewId) -> Case:
    likely = record.top_probability
    body = {"golden": mark.answer, "probability": likely}
    return Case(new_id(), "second", "open", record.target, None, likely, now, 1, body, excluded=mark.by)


def _draw(case_id: str, target: str) -> bytes:
    return hashlib.blake2b(f"golden\n{case_id}\n{target}".encode(), digest_size=8).digest()


def record_answer(work: Work, case: Case, actor: str, decision: str, now: datetime) -> None:
    """What a person said of a golden target, beside what is certain."""
    body = {"by": actor, "decision": decision, "answer": case.body["golden"], "probability": case.body["probability"]}
    _record(work, case.subject, ANSWERED, body, now)


def _record(work: Work, target: str, kind: str, body: dict[str, Any], now: datetime) -> None:
    stream = f"target:{target}"
    work.append([NewEntry(stream, kind, now, body)], heads={stream: len(work.entries(stream))}, now=now)


class Accuracy(msgspec.Struct, frozen=True):
    """How often golden cases were decided rightly, each share with its interval."""

    overall: Share
    by_person: dict[str, Share]


def read_accuracy(store: Store) -> Accuracy:
    """All answers to golden cases on record."""
    answers = list(store.entries_of([ANSWERED]))
    people = sorted({line.body["by"] for line in answers})
    return Accuracy(_right(answers), {name: _right(a for a in answers if a.body["by"] == name) for name in people})


def _right(answers: Iterable[LedgerEntry]) -> Share:
    right = [line.body["decision"] == line.body["answer"] for line in answers]
    return share(sum(right), len(right))
