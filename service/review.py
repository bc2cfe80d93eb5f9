"""People decide: targets, and the sanctions that the rulebook reserves for them.

One decision on a target settles every post of it, past and future, once each. The decision itself is one small
transaction; from that moment new posts of the target are blocked (or allowed). Carrying it to earlier posts is a job.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from detector.links import read_link
from enforcement.decide import NoGroundError, sanction_order
from enforcement.rulebook import Rulebooks
from enforcement.standing import entry_for_action, entry_for_case_decided, fold
from enforcement.types import Action, NewEntry, Proposal
from service.answers import CaseAnswer, CasesAnswer, DecisionAnswer
from service.carry_out import NewId, order_event
from service.ports import Clock, StaleHeadError, Store, Work
from service.records import Case, CaseKind, CaseState, Job, TargetRecord

PAGE = 50


class ReviewError(Exception):
    """Base of what can go wrong when people decide; the message says why."""


class NotFoundError(ReviewError):
    """There is no such thing."""


class NotAllowedError(ReviewError):
    """The rulebook does not let this person decide this."""


class ClashError(ReviewError):
    """Somebody else holds, changed or decided it."""


class TargetDecision(msgspec.Struct, frozen=True, kw_only=True):
    """Confirm or clear a target."""

    target: str
    url: str
    decision: Literal["counterfeit", "genuine"]
    actor: str
    note: str = ""
    organised: bool = False
    health_risk: bool = False
    evasion: bool = False


class CaseDecision(msgspec.Struct, frozen=True, kw_only=True):
    """What a person decided on a case."""

    actor: str
    decision: str
    note: str = ""
    factors: dict[str, str] | None = None
    version: int | None = None
    organised: bool = False
    health_risk: bool = False
    evasion: bool = False


def name_target(target: str | None, url: str | None) -> tuple[str, str]:
    """Name and representative URL from what a caller gave; one of the two is needed."""
    if url is not None:
        link = read_link(url)
        return link.target, url
    return target or "", target or ""


class Review:
    """Decisions by people."""

    def __init__(self, store: Store, books: Rulebooks, clock: Clock, new_id: NewId, lease: timedelta) -> None:
        self._store = store
        self._books = books
        self._clock = clock
        self._new_id = new_id
        self._lease = lease

    # targets

    def decide_target(self, command: TargetDecision) -> DecisionAnswer:
        """Record the decision and queue the job that carries it to every post."""
        now = self._clock.now()
        with self._store.begin() as work:
            answer = self._decide_target(work, command, now)
            case = work.open_case_about("target", command.target)
            if case is not None:
                work.put_case(_decided(case, command.actor, command.decision, now))
        return answer

    def _decide_target(self, work: Work, command: TargetDecision, now: datetime) -> DecisionAnswer:
        decision_id, job_id = self._new_id(), self._new_id()
        known = work.target(command.target)
        stream = f"target:{command.target}"
        body = {"decision_id": decision_id, **msgspec.to_builtins(command)}
        heads = {stream: len(work.entries(stream))}
        work.append([NewEntry(stream, "target_decided", now, body)], heads=heads, now=now)
        # The same decision again adds what was found since; it does not move when and by whom it was taken first.
        again = known if known is not None and known.state == command.decision else None
        work.put_target(
            TargetRecord(
                target=command.target,
                url=known.url if known else command.url,
                state=command.decision,
                since=again.since if again else now,
                by=again.by if again else command.actor,
                basis="human",
                decision_id=decision_id,
                organised=command.organised or (again is not None and again.organised),
                health_risk=command.health_risk or (again is not None and again.health_risk),
                evasion=command.evasion or (again is not None and again.evasion),
                top_probability=known.top_probability if known else 0.0,
            )
        )
        work.add_job(Job(job_id, "settle_target", "queued", {"target": command.target}, now))
        return DecisionAnswer(decision_id, command.target, command.decision, job_id)

    # the queue

    def cases(self, kind: CaseKind | None, state: CaseState | None, offset: int) -> CasesAnswer:
        """A page of the queue in its order."""
        with self._store.begin(write=False) as work:
            found = work.cases(kind=kind, state=state, limit=PAGE, offset=offset)
            return CasesAnswer(work.count_cases(kind=kind, state=state), tuple(map(case_answer, found)))

    def case(self, case_id: str) -> CaseAnswer:
        """One case."""
        with self._store.begin(write=False) as work:
            return case_answer(self._case(work, case_id))

    def claim(self, case_id: str, actor: str) -> CaseAnswer:
        """Take a case to work on; :class:`ClashError` while somebody else holds it."""
        now = self._clock.now()
        with self._store.begin() as work:
            case = self._open(work, case_id, actor, now)
            claimed = msgspec.structs.replace(
                case, claimed_by=actor, lease_until=now + self._lease, version=case.version + 1
            )
            work.put_case(claimed)
            return case_answer(claimed)

    def release(self, case_id: str, actor: str) -> CaseAnswer:
        """Give a case back."""
        with self._store.begin() as work:
            case = self._open(work, case_id, actor, self._clock.now())
            released = msgspec.structs.replace(case, claimed_by=None, lease_until=None, version=case.version + 1)
            work.put_case(released)
            return case_answer(released)

    def decide_case(self, case_id: str, command: CaseDecision) -> CaseAnswer:
        """Decide a case by what its kind asks for."""
        now = self._clock.now()
        with self._store.begin() as work:
            case = self._open(work, case_id, command.actor, now)
            if command.version is not None and command.version != case.version:
                raise ClashError(f"The case was changed: it is at version {case.version}, not {command.version}.")
            if case.kind == "target":
                self._decide_target_case(work, case, command, now)
            elif case.kind == "sanction":
                return case_answer(self._decide_sanction(work, case, command, now))
            else:
                raise NotAllowedError(f"Cases of the kind `{case.kind}` are not decided here yet.")
            decided = _decided(case, command.actor, command.decision, now)
            work.put_case(decided)
            return case_answer(decided)

    def _decide_target_case(self, work: Work, case: Case, command: CaseDecision, now: datetime) -> None:
        if command.decision not in {"counterfeit", "genuine"}:
            raise NotAllowedError("A target is decided as `counterfeit` or `genuine`.")
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
        self._decide_target(work, decision, now)

    def _decide_sanction(self, work: Work, case: Case, command: CaseDecision, now: datetime) -> Case:
        proposal = msgspec.convert(case.body, Proposal)
        votes: dict[str, str] = dict(case.body.get("votes", {}))
        self._may_vote(proposal, votes, command)
        if proposal.excluded and _same_person(command.actor, self._confirmers(work, proposal.account_id)):
            raise NotAllowedError("Who confirmed a target of this account may not decide this sanction.")
        votes[command.actor] = command.decision
        body = {
            **case.body,
            "votes": votes,
            "factors": {**case.body.get("factors", {}), command.actor: command.factors},
        }
        if command.decision == "impose" and len(votes) < proposal.people:
            waiting = msgspec.structs.replace(
                case, body=body, version=case.version + 1, claimed_by=None, lease_until=None
            )
            work.put_case(waiting)
            return waiting
        self._conclude(work, case, proposal, command, body, now)
        decided = _decided(msgspec.structs.replace(case, body=body), command.actor, command.decision, now)
        work.put_case(decided)
        return decided

    @staticmethod
    def _confirmers(work: Work, account_id: str) -> set[str]:
        """Everybody who ever confirmed a target that stands against the account, also after the case was opened."""
        history = fold(account_id, work.entries(f"account:{account_id}"))
        targets = dict.fromkeys(f.target for f in history.findings if f.basis != "model")
        decided = (entry for target in targets for entry in work.entries(f"target:{target}"))
        return {entry.body["actor"] for entry in decided if entry.body.get("decision") == "counterfeit"}

    @staticmethod
    def _may_vote(proposal: Proposal, votes: dict[str, str], command: CaseDecision) -> None:
        if command.decision not in {"impose", "dismiss"}:
            raise NotAllowedError("A sanction is decided as `impose` or `dismiss`.")
        if command.factors is None:
            raise NotAllowedError("A sanction needs the four factors: number, proportion, gravity, intent.")
        if _same_person(command.actor, votes):
            raise NotAllowedError("The second person must be another than the first.")
        if _same_person(command.actor, proposal.excluded):
            raise NotAllowedError("Who confirmed the target may not decide this sanction.")

    def _conclude(  # noqa: PLR0917 - one line for each part
        self, work: Work, case: Case, proposal: Proposal, command: CaseDecision, body: dict[str, Any], now: datetime
    ) -> None:
        votes, factors = body["votes"], body["factors"]
        stream = f"account:{proposal.account_id}"
        entries = work.entries(stream)
        history = fold(proposal.account_id, entries)
        new: list[NewEntry] = []
        action = None
        if command.decision == "impose":
            try:
                order = sanction_order(proposal, history, self._books, now)
            except NoGroundError as error:
                raise ClashError(str(error)) from None
            action = Action(self._new_id(), self._new_id(), now, order)
            new.append(entry_for_action(action))
        new.append(
            entry_for_case_decided(
                proposal.account_id,
                case.case_id,
                proposal.key,
                command.decision,
                None if action is None else action.action_id,
                tuple(votes),
                factors,
                now,
            )
        )
        work.append(new, heads={stream: len(entries)}, now=now)
        if action is not None:
            work.emit([order_event(action, now, self._new_id)])

    def _open(self, work: Work, case_id: str, actor: str, now: datetime) -> Case:
        case = self._case(work, case_id)
        if case.state != "open":
            raise ClashError("The case was decided already.")
        held = case.claimed_by is not None and case.lease_until is not None and case.lease_until > now
        if held and case.claimed_by != actor:
            raise ClashError(f"{case.claimed_by} is working on this case.")
        return case

    @staticmethod
    def _case(work: Work, case_id: str) -> Case:
        case = work.case(case_id)
        if case is None:
            raise NotFoundError(f"There is no case {case_id!r}.")
        return case


def _same_person(actor: str, others: Iterable[str]) -> bool:
    """However the name was typed: ``mia``, ``Mia `` and ``ｍｉａ`` are not two people."""
    return _bare_name(actor) in set(map(_bare_name, others))


def _bare_name(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


def _decided(case: Case, actor: str, decision: str, now: datetime) -> Case:
    return msgspec.structs.replace(
        case,
        state="decided",
        decided_at=now,
        claimed_by=actor,
        lease_until=None,
        version=case.version + 1,
        body={**case.body, "decision": decision, "decided_by": actor},
    )


def case_answer(case: Case) -> CaseAnswer:
    """A case in the contract's words."""
    return CaseAnswer(
        case_id=case.case_id,
        kind=case.kind,
        state=case.state,
        subject=case.subject,
        account_id=case.account_id,
        priority=case.priority,
        opened_at=case.opened_at,
        version=case.version,
        claimed_by=case.claimed_by,
        lease_until=case.lease_until,
        decided_at=case.decided_at,
        body=case.body,
    )


__all__ = [
    "CaseDecision",
    "ClashError",
    "NotAllowedError",
    "NotFoundError",
    "Review",
    "ReviewError",
    "StaleHeadError",
    "TargetDecision",
    "case_answer",
    "name_target",
]
