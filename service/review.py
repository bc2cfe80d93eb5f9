"""People decide: targets, and every other case, each by what its kind asks for.

One decision on a target settles every post of it, past and future, once each.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from detector.links import read_link
from service.answers import CaseAnswer, CasesAnswer, DecisionAnswer
from service.carry_out import NewId
from service.case_work import CaseDecision, case_answer, decided
from service.ports import Clock, Store, Work
from service.records import Case, CaseKind, CaseState
from service.refusals import ClashError, NotAllowedError, NotFoundError, ReviewError
from service.target_decisions import TargetDecision, record_decision

PAGE = 50


class Decider(Protocol):
    """Decides cases of one kind."""

    def decide(self, work: Work, case: Case, command: CaseDecision, now: datetime) -> Case:
        """The case after the decision, not yet kept; what follows from it is kept already."""
        ...


def name_target(target: str | None, url: str | None) -> tuple[str, str]:
    """Name and representative URL from what a caller gave; one of the two is needed."""
    if url is not None:
        link = read_link(url)
        return link.target, url
    return target or "", target or ""


class TargetCases:
    """Decides cases of the kind ``target``."""

    def __init__(self, new_id: NewId) -> None:
        self._new_id = new_id

    def decide(self, work: Work, case: Case, command: CaseDecision, now: datetime) -> Case:
        """Confirm or clear the target that the case is about."""
        if command.decision not in {"counterfeit", "genuine"}:
            raise NotAllowedError("A target is decided as `counterfeit` or `genuine`.", "/decision")
        known = work.target(case.subject)
        decision = TargetDecision(
            target=case.subject,
            url=known.url if known else case.subject,
            decision=command.decision,  # type: ignore[arg-type]  # checked above
            actor=command.actor,
            note=command.note,
            organised=command.organised,
            health_risk=command.health_risk,
            evasion=command.evasion,
        )
        record_decision(work, decision, now, self._new_id)
        return decided(case, command.actor, command.decision, now)


class Review:
    """Decisions by people, and the queue that they work through."""

    def __init__(
        self, store: Store, clock: Clock, new_id: NewId, lease: timedelta, deciders: dict[CaseKind, Decider]
    ) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id
        self._lease = lease
        self._deciders = deciders

    def decide_target(self, command: TargetDecision) -> DecisionAnswer:
        """Record the decision and queue the job that carries it to every post."""
        now = self._clock.now()
        with self._store.begin() as work:
            answer = record_decision(work, command, now, self._new_id)
            case = work.open_case_about("target", command.target)
            if case is not None:
                work.put_case(decided(case, command.actor, command.decision, now))
        return answer

    def cases(self, kind: CaseKind | None, state: CaseState | None, offset: int) -> CasesAnswer:
        """A page of the queue in its order."""
        with self._store.begin(write=False) as work:
            found = work.cases(kind=kind, state=state, limit=PAGE, offset=offset)
            return CasesAnswer(work.count_cases(kind=kind, state=state), tuple(map(case_answer, found)))

    def count(self, kind: CaseKind) -> int:
        """How many cases of a kind are open."""
        with self._store.begin(write=False) as work:
            return work.count_cases(kind=kind, state="open")

    def oldest(self) -> datetime | None:
        """When the case was opened that waits longest; ``None`` where none waits."""
        with self._store.begin(write=False) as work:
            return work.oldest_open_case()

    def case(self, case_id: str) -> CaseAnswer:
        """One case."""
        with self._store.begin(write=False) as work:
            return case_answer(_case(work, case_id))

    def claim(self, case_id: str, actor: str) -> CaseAnswer:
        """Take a case to work on; :class:`ClashError` while somebody else holds it."""
        now = self._clock.now()
        with self._store.begin() as work:
            case = _open(work, case_id, actor, now)
            claimed = msgspec.structs.replace(
                case, claimed_by=actor, lease_until=now + self._lease, version=case.version + 1
            )
            work.put_case(claimed)
            return case_answer(claimed)

    def claim_next(self, kinds: Sequence[CaseKind], actor: str) -> CaseAnswer | None:
        """Take the case that waiting harms most and that nobody holds; ``None`` where none is left."""
        now = self._clock.now()
        with self._store.begin() as work:
            case = work.next_case(kinds, now)
            if case is None:
                return None
            claimed = msgspec.structs.replace(
                case, claimed_by=actor, lease_until=now + self._lease, version=case.version + 1
            )
            work.put_case(claimed)
            return case_answer(claimed)

    def release(self, case_id: str, actor: str) -> CaseAnswer:
        """Give a case back."""
        with self._store.begin() as work:
            case = _open(work, case_id, actor, self._clock.now())
            released = msgspec.structs.replace(case, claimed_by=None, lease_until=None, version=case.version + 1)
            work.put_case(released)
            return case_answer(released)

    def decide_case(self, case_id: str, command: CaseDecision) -> CaseAnswer:
        """Decide a case by what its kind asks for."""
        now = self._clock.now()
        with self._store.begin() as work:
            case = _open(work, case_id, command.actor, now)
            if command.version is not None and command.version != case.version:
                raise ClashError(f"The case was changed: it is at version {case.version}, not {command.version}.")
            after = self._deciders[case.kind].decide(work, case, command, now)
            work.put_case(after)
            return case_answer(after)


def _open(work: Work, case_id: str, actor: str, now: datetime) -> Case:
    case = _case(work, case_id)
    if case.state != "open":
        raise ClashError("The case was decided already.")
    held = case.claimed_by is not None and case.lease_until is not None and case.lease_until > now
    if held and case.claimed_by != actor:
        raise ClashError(f"{case.claimed_by} is working on this case.")
    return case


def _case(work: Work, case_id: str) -> Case:
    case = work.case(case_id)
    if case is None:
        raise NotFoundError(f"There is no case {case_id!r}.")
    return case


__all__ = [
    "CaseDecision",
    "ClashError",
    "Decider",
    "NotAllowedError",
    "NotFoundError",
    "Review",
    "ReviewError",
    "TargetCases",
    "TargetDecision",
    "case_answer",
    "name_target",
]
