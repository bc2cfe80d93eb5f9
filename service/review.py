"""People decide: targets, and every other case, each by what its kind asks for.

One decision on a target settles every post of it, past and future, once each.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol, get_args

import msgspec

from detector.links import read_link
from service.answers import CaseAnswer, CasesAnswer, DecisionAnswer
from service.carry_out import NewId
from service.case_work import CaseDecision, case_answer, decided
from service.golden_cases import ask_golden
from service.ports import Clock, StaleHeadError, Store, Work
from service.records import Case, CaseKind, CaseState, TargetTouch
from service.refusals import ClashError, NotAllowedError, NotFoundError, ReviewError
from service.second_opinions import SENIOR, ask_second, is_drawn
from service.target_decisions import TargetDecision, record_decision, take_back

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

    def __init__(
        self, new_id: NewId, undo: timedelta = timedelta(), second_share: float = 0.0, golden_share: float = 0.0
    ) -> None:
        """``undo`` is for how long a decision at the console can be taken back.

        For the shares see :mod:`service.second_opinions` and :mod:`service.golden_cases`.
        """
        self._second_share = second_share
        self._golden_share = golden_share
        self._new_id = new_id
        self._undo = undo

    def decide(self, work: Work, case: Case, command: CaseDecision, now: datetime) -> Case:
        """Confirm or clear the target that the case is about, or hand it on to a senior."""
        if command.decision == "unsure":
            return _handed_on(case)
        if command.decision not in {"counterfeit", "genuine"}:
            raise NotAllowedError(
                "A target is decided as `counterfeit` or `genuine`; `unsure` hands it to a senior.", "/decision"
            )
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
        # One that follows an earlier decision is not taken back by a key: what it was before has posts behind it.
        can_undo = command.undoable and self._undo and (known is None or known.state not in {"counterfeit", "genuine"})
        until = now + self._undo if can_undo else None
        answer = record_decision(work, decision, now, self._new_id, run_after=until)
        if is_drawn(case.case_id, self._second_share):
            ask_second(work, case, command, now, self._new_id)
        if is_drawn(f"golden {case.case_id}", self._golden_share):
            ask_golden(work, case.case_id, now, self._new_id)
        after = decided(case, command.actor, command.decision, now)
        if until is None:
            return after
        return msgspec.structs.replace(
            after, body={**after.body, "undo": {"job_id": answer.job_id, "until": until.isoformat()}}
        )

    def undo(self, work: Work, case: Case, now: datetime) -> Case:
        """The case open again, its decision taken back; :class:`ClashError` once the time for it is over."""
        offered = case.body.get("undo")
        job = None if offered is None else work.job(offered["job_id"])
        record = work.touch_targets([TargetTouch(case.subject, case.subject, 0.0, suspected=False)], now)[case.subject]
        if job is None or job.state != "queued" or job.run_after is None or job.run_after <= now:
            raise ClashError("The decision cannot be taken back any more: it is being carried out.")
        take_back(work, record, job, now, self._new_id)
        second = work.open_case_about("second", case.subject)
        if second is not None:
            gone = msgspec.structs.replace(second, state="withdrawn", decided_at=now, version=second.version + 1)
            work.put_case(gone)
        kept = {name: value for name, value in case.body.items() if name not in {"undo", "decision", "decided_by"}}
        return msgspec.structs.replace(case, state="open", decided_at=None, version=case.version + 1, body=kept)


class Workload(msgspec.Struct, frozen=True):
    """How the queue and the people before it stand."""

    oldest: datetime | None
    """When the case was opened that waits longest; ``None`` where none waits."""
    decided: int
    """Cases that people have decided in the last 24 hours."""


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
            return _cases(work, kind, state, offset, work.count_cases(kind=kind, state=state))

    def queue(
        self, kind: CaseKind | None, state: CaseState | None, offset: int
    ) -> tuple[CasesAnswer, dict[CaseKind, int]]:
        """The same with how many are open of each kind, counted once."""
        with self._store.begin(write=False) as work:
            counted = work.count_open_cases()
            open_ones: dict[CaseKind, int] = {name: counted.get(name, 0) for name in get_args(CaseKind)}
            of_kind = sum(open_ones.values()) if kind is None else open_ones[kind]
            total = of_kind if state == "open" else work.count_cases(kind=kind, state=state)
            return _cases(work, kind, state, offset, total), open_ones

    def workload(self) -> Workload:
        """What waits longest, and how fast cases are decided."""
        a_day_ago = self._clock.now() - timedelta(days=1)
        with self._store.begin(write=False) as work:
            return Workload(work.oldest_open_case(), work.count_decided(a_day_ago))

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

    def claim_next(self, kinds: Sequence[CaseKind], actor: str, *, senior: bool = True) -> CaseAnswer | None:
        """Take the case that waiting harms most and that nobody holds; ``None`` where none is left for this person."""
        now = self._clock.now()
        with self._store.begin() as work:
            case = work.next_case(kinds, now, actor=actor, senior=senior)
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

    def undo(self, case_id: str, actor: str) -> CaseAnswer:
        """Take back one's own decision on a target at once; the case is open again and stays with the person."""
        now = self._clock.now()
        with self._store.begin() as work:
            case = _case(work, case_id)
            targets = self._deciders["target"]
            if case.kind != "target" or not isinstance(targets, TargetCases):
                raise NotAllowedError("Only a decision on a target can be taken back.")
            if case.state != "decided" or case.body.get("decided_by") != actor:
                raise ClashError("Only who has decided can take it back, and only once.")
            if work.open_case_about("target", case.subject) is not None:
                raise ClashError("Another case on the target has been opened since.")
            after = msgspec.structs.replace(targets.undo(work, case, now), lease_until=now + self._lease)
            work.put_case(after)
            return case_answer(after)

    def decide_many(self, case_ids: Sequence[str], command: CaseDecision) -> dict[str, str | None]:
        """Decide cases one by one, each as if it were the only one; why not, for those that could not be."""
        found: dict[str, str | None] = {}
        for case_id in dict.fromkeys(case_ids):
            try:
                self.decide_case(case_id, command)
            except (ReviewError, StaleHeadError) as error:
                found[case_id] = str(error)
            else:
                found[case_id] = None
        return found

    def campaigns_of(self, targets: Sequence[str]) -> dict[str, str]:
        """Campaigns of targets that belong to one of two targets or more."""
        with self._store.begin(write=False) as work:
            found = work.campaign_of(targets)
            sizes = {name: len(work.campaign_targets(name, 2)) for name in set(found.values())}
        return {target: name for target, name in found.items() if sizes[name] > 1}

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


def _cases(work: Work, kind: CaseKind | None, state: CaseState | None, offset: int, total: int) -> CasesAnswer:
    found = work.cases(kind=kind, state=state, limit=PAGE, offset=offset)
    return CasesAnswer(total, tuple(map(case_answer, found)))


def _handed_on(case: Case) -> Case:
    """Open as before, given back, and for seniors alone from now on."""
    return msgspec.structs.replace(case, for_role=SENIOR, claimed_by=None, lease_until=None, version=case.version + 1)


def _open(work: Work, case_id: str, actor: str, now: datetime) -> Case:
    case = _case(work, case_id)
    if case.state != "open":
        raise ClashError("The case was decided already.")
    if case.excluded == actor:
        raise NotAllowedError("Who has decided first gives no second opinion.", "/actor")
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
