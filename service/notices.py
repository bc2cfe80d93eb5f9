"""Rights holders' notices: taken, decided by a person, carried to every post, answered by a counter-declaration.

The record knows a notifier by a digest of the address; the name and the address stand in a table of their own, from
which they can be erased.
"""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import datetime
from typing import Any, Literal

import msgspec

from detector.links import read_link
from enforcement.notifiers import RESTORE_AFTER, fold_notifier
from enforcement.types import LedgerEntry, NewEntry
from service.answers import CounterAnswer, NoticeAnswer, NoticeTargetAnswer, NotifierAnswer
from service.carry_out import NewId
from service.case_work import CaseDecision, decided
from service.ports import Clock, Store, Work
from service.records import Case, Event, Notifier
from service.refusals import ClashError, NotAllowedError, NotFoundError
from service.target_decisions import TargetDecision, lift_decision, record_decision

PRIORITY = 2_000.0
"""Place in the queue, beside targets with probability × reach: a notice names what is wrong and who is hurt."""
OUTCOMES: dict[str, Literal["upheld", "rejected", "unfounded"]] = {
    "uphold": "upheld",
    "reject": "rejected",
    "unfounded": "unfounded",
}
_MAX_COUNTERS = 200


class NoticeCommand(msgspec.Struct, frozen=True, kw_only=True):
    """A rights holder says that links lead to counterfeits (Digital Services Act, art. 16 (2))."""

    name: str
    email: str
    brand: str
    urls: tuple[str, ...]
    grounds: str
    trusted_flagger: bool = False


class Notices:
    """Files, decides and follows notices."""

    def __init__(self, store: Store, clock: Clock, new_id: NewId) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id

    def file(self, command: NoticeCommand) -> NoticeAnswer:
        """Take a notice; refused while its notifier is, for manifestly unfounded ones before."""
        now = self._clock.now()
        notice_id, notifier = self._new_id(), _digest_of(command.email)
        with self._store.begin() as work:
            lines = work.entries(_stream(notifier))
            until = fold_notifier(lines).refused_until
            if until is not None and until > now:
                detail = (
                    f"Notices of this notifier are refused until {until:%Y-%m-%d %H:%M} UTC: several were unfounded."
                )
                raise NotAllowedError(detail, "/email")
            targets = {read_link(url).target: url for url in command.urls}
            body = {
                "notice_id": notice_id,
                "brand": command.brand,
                "grounds": command.grounds,
                "targets": targets,
                "trusted_flagger": command.trusted_flagger,
            }
            self._append(work, notifier, "notice_filed", body, now, len(lines))
            work.add_notifier(Notifier(notice_id, notifier, command.name, command.email, now))
            work.add_case(Case(notice_id, "notice", "open", notice_id, None, PRIORITY, now, 1, body))
            return self._answer(work, notice_id)

    def notice(self, notice_id: str) -> NoticeAnswer:
        """How a notice stands."""
        with self._store.begin(write=False) as work:
            return self._answer(work, notice_id)

    def decide(self, work: Work, case: Case, command: CaseDecision, now: datetime) -> Case:
        """Uphold a notice for all of its targets or some, reject it, or find it manifestly unfounded."""
        outcome = OUTCOMES.get(command.decision)
        if outcome is None:
            raise NotAllowedError("A notice is decided as `uphold`, `reject` or `unfounded`.", "/decision")
        if not command.note.strip():
            raise NotAllowedError("A notice's decision needs a `note`: the notifier reads it.", "/note")
        upheld = _upheld(case, command.targets) if outcome == "upheld" else ()
        notifier = self._notifier(work, case.case_id)
        body = {
            "notice_id": case.case_id,
            "outcome": outcome,
            "actor": command.actor,
            "note": command.note,
            "targets": list(upheld),
        }
        self._append(work, notifier.notifier, "notice_decided", body, now)
        for target in upheld:
            self._confirm(work, target, case, command, now)
        event = {"notice_id": case.case_id, "outcome": outcome, "note": command.note, "targets": list(upheld)}
        work.emit([Event(self._new_id(), "notice.decided", None, now, event)])
        return decided(case, command.actor, command.decision, now)

    def _confirm(self, work: Work, target: str, case: Case, command: CaseDecision, now: datetime) -> None:
        decision = TargetDecision(
            target=target,
            url=case.body["targets"][target],
            decision="counterfeit",
            actor=command.actor,
            note=command.note,
            organised=command.organised,
            health_risk=command.health_risk,
            evasion=command.evasion,
        )
        record_decision(work, decision, now, self._new_id, "rights_holder", f"notice:{case.case_id}")
        open_case = work.open_case_about("target", target)
        if open_case is not None:
            work.put_case(decided(open_case, command.actor, "counterfeit", now))

    def counter(self, notice_id: str, account_id: str, text: str) -> NoticeAnswer:
        """An account declares that it infringes nothing; after 15 days the targets are shown again, if no suit follows.

        E-Commerce Law of China, art. 43.
        """
        now = self._clock.now()
        with self._store.begin() as work:
            notifier = self._notifier(work, notice_id)
            told = self._told(work, notifier)
            if told.outcome != "upheld":
                raise ClashError("Only an upheld notice can be answered by a counter-declaration.")
            if not any(work.posts_of_account(target, account_id) for target in told.upheld):
                raise NotAllowedError("This account has no post of a target of the notice.", "/account_id")
            if len(told.counters) >= _MAX_COUNTERS:
                raise ClashError(f"A notice takes at most {_MAX_COUNTERS} counter-declarations.")
            body = {"notice_id": notice_id, "account_id": account_id, "text": text}
            self._append(work, notifier.notifier, "notice_countered", body, now)
            if notifier.restore_at is None and not told.litigated:
                work.put_notifier(msgspec.structs.replace(notifier, restore_at=now + RESTORE_AFTER))
            work.emit([Event(self._new_id(), "notice.countered", None, now, body)])
            return self._answer(work, notice_id)

    def report_suit(self, notice_id: str, actor: str, note: str) -> NoticeAnswer:
        """The rights holder complained to an authority or sued in time: nothing is restored by itself."""
        now = self._clock.now()
        with self._store.begin() as work:
            notifier = self._notifier(work, notice_id)
            if notifier.restore_at is None:
                raise ClashError("No counter-declaration runs for this notice.")
            body = {"notice_id": notice_id, "actor": actor, "note": note}
            self._append(work, notifier.notifier, "notice_litigated", body, now)
            work.put_notifier(msgspec.structs.replace(notifier, restore_at=None))
            return self._answer(work, notice_id)

    def restore_next(self) -> bool:
        """Show the targets of a notice again whose 15 days are over; whether there was one."""
        now = self._clock.now()
        with self._store.begin() as work:
            due = work.notifier_to_restore(now)
            if due is None:
                return False
            lifted = [self._lift(work, target, due, now) for target in self._told(work, due).upheld]
            body = {"notice_id": due.notice_id, "targets": [target for target in lifted if target is not None]}
            self._append(work, due.notifier, "notice_restored", body, now)
            work.put_notifier(msgspec.structs.replace(due, restore_at=None))
            work.emit([Event(self._new_id(), "notice.restored", None, now, body)])
        return True

    def _lift(self, work: Work, target: str, notifier: Notifier, now: datetime) -> str | None:
        """The target where it was lifted; ``None`` where something else than the notice confirms it by now."""
        record = work.target(target)
        if record is None or record.state != "counterfeit" or record.basis != "rights_holder":
            return None
        lift_decision(work, record, f"notice:{notifier.notice_id}", now, self._new_id)
        return target

    def _notifier(self, work: Work, notice_id: str) -> Notifier:
        found = work.notifier(notice_id)
        if found is None:
            raise NotFoundError(f"There is no notice {notice_id!r}.")
        return found

    @staticmethod
    def _told(work: Work, notifier: Notifier) -> _Told:
        lines = work.entries(_stream(notifier.notifier))
        return _told([line for line in lines if line.body.get("notice_id") == notifier.notice_id])

    def _append(  # noqa: PLR0917 - one argument for each part of the line
        self, work: Work, notifier: str, kind: str, body: dict[str, Any], now: datetime, head: int | None = None
    ) -> None:
        stream = _stream(notifier)
        length = len(work.entries(stream)) if head is None else head
        work.append([NewEntry(stream, kind, now, body)], heads={stream: length}, now=now)

    def _answer(self, work: Work, notice_id: str) -> NoticeAnswer:
        notifier = self._notifier(work, notice_id)
        lines = work.entries(_stream(notifier.notifier))
        told = _told([line for line in lines if line.body.get("notice_id") == notice_id])
        states = {name: record.state for name, record in work.targets(told.targets).items()}
        record = fold_notifier(lines)
        return NoticeAnswer(
            notice_id=notice_id,
            state=told.state,
            brand=told.brand,
            received_at=notifier.received_at,
            targets=tuple(
                NoticeTargetAnswer(url, target, states.get(target, "unknown"), target in told.upheld)
                for target, url in told.targets.items()
            ),
            decided_at=told.decided_at,
            note=told.note,
            counters=told.counters,
            restore_at=notifier.restore_at,
            notifier=NotifierAnswer(
                filed=record.filed,
                unfounded=len(record.unfounded_at),
                warned=record.is_warned(self._clock.now()),
                refused_until=record.refused_until,
            ),
        )


class _Told(msgspec.Struct):
    """What the lines of one notice come to."""

    brand: str = ""
    targets: dict[str, str] = {}
    """Target to the URL that was given."""
    outcome: Literal["upheld", "rejected", "unfounded"] | None = None
    upheld: tuple[str, ...] = ()
    decided_at: datetime | None = None
    note: str | None = None
    counters: tuple[CounterAnswer, ...] = ()
    litigated: bool = False
    restored: bool = False

    @property
    def state(self) -> Literal["received", "upheld", "rejected", "unfounded", "restored"]:
        """Where the notice stands."""
        return "restored" if self.restored else self.outcome or "received"


def _told(lines: list[LedgerEntry]) -> _Told:
    told = _Told()
    for line in lines:
        match line.kind:
            case "notice_filed":
                told.brand, told.targets = line.body["brand"], line.body["targets"]
            case "notice_decided":
                told.outcome, told.upheld = line.body["outcome"], tuple(line.body["targets"])
                told.decided_at, told.note = line.occurred_at, line.body["note"]
            case "notice_countered":
                said = CounterAnswer(line.body["account_id"], line.occurred_at, line.body["text"])
                told.counters = (*told.counters, said)
            case "notice_litigated":
                told.litigated = True
            case "notice_restored":
                told.restored = True
    return told


def _upheld(case: Case, wanted: tuple[str, ...] | None) -> tuple[str, ...]:
    named: dict[str, str] = case.body["targets"]
    if wanted is None:
        return tuple(named)
    strange = [target for target in wanted if target not in named]
    if strange:
        raise NotAllowedError(f"The notice does not name the target {strange[0]!r}.", "/targets")
    if not wanted:
        raise NotAllowedError("An upheld notice confirms one target or more.", "/targets")
    return tuple(target for target in named if target in wanted)


def _digest_of(email: str) -> str:
    """The same person in every notice, however the address was typed."""
    return hashlib.sha256(unicodedata.normalize("NFKC", email).strip().casefold().encode()).hexdigest()[:32]


def _stream(notifier: str) -> str:
    return f"notifier:{notifier}"
