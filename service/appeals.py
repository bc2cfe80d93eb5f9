"""Appeals: an account disputes an action, another person decides, and an overturned action is repaired everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from enforcement.appeals import AppealError, appeal_against, deadline, imposed_by, require_open, targets_of
from enforcement.entries import (
    AppealAnswered,
    AppealDecided,
    AppealFiled,
    entry_for_appeal,
    entry_for_appeal_decided,
    entry_for_appeal_message,
)
from enforcement.rulebook import Rulebooks
from enforcement.standing import AccountHistory, entry_for_reversal, fold, standing_at
from enforcement.types import Action, Appeal
from service.answers import AppealAnswer, appeal_answer
from service.carry_out import NewId, carry_out, reversal_event
from service.case_work import CaseDecision, decided
from service.keep import keep_outcome
from service.people import same_person
from service.ports import Clock, Store, Work
from service.records import Case, Event
from service.refusals import ClashError, NotAllowedError, NotFoundError
from service.target_decisions import TargetDecision, confirmers, record_decision

MAX_MESSAGES = 50
URGENT, ORDINARY = 10_000.0, 1_000.0
"""Place in the queue, beside targets with probability × reach: an account that is shut out waits for us."""


class AppealCommand(msgspec.Struct, frozen=True, kw_only=True):
    """An account disputes an action."""

    account_id: str
    action_id: str
    text: str


class Appeals:
    """Files, continues and decides appeals."""

    def __init__(self, store: Store, books: Rulebooks, clock: Clock, new_id: NewId) -> None:
        self._store = store
        self._books = books
        self._clock = clock
        self._new_id = new_id

    def file(self, command: AppealCommand) -> tuple[AppealAnswer, bool]:
        """The appeal, and whether it is new: the same words against the same action are the same appeal."""
        now = self._clock.now()
        stream = f"account:{command.account_id}"
        with self._store.begin() as work:
            entries = work.entries(stream)
            history = fold(command.account_id, entries)
            action = history.action(command.action_id)
            if action is None:
                raise NotAllowedError("This account has no action with this id.", "/action_id")
            earlier = appeal_against(history, action.action_id)
            if earlier is not None and earlier.outcome is None and earlier.text == command.text:
                return appeal_answer(command.account_id, earlier), False
            self._require_open(history, action, now)
            appeal = Appeal(
                self._new_id(), action.action_id, command.text, now, deadline(history, action, self._books, now)
            )
            filed = AppealFiled(appeal.appeal_id, appeal.action_id, appeal.text, appeal.deadline)
            work.append([entry_for_appeal(command.account_id, filed, now)], heads={stream: len(entries)}, now=now)
            work.add_case(self._case(history, action, appeal, now))
        return appeal_answer(command.account_id, appeal), True

    def _require_open(self, history: AccountHistory, action: Action, now: datetime) -> None:
        try:
            require_open(history, action, self._books, now)
        except AppealError as error:
            if appeal_against(history, action.action_id) is not None or action.reversed_at is not None:
                raise ClashError(str(error)) from None
            raise NotAllowedError(str(error), "/action_id") from None

    def _case(self, history: AccountHistory, action: Action, appeal: Appeal, now: datetime) -> Case:
        shut_out = standing_at(history, self._books, now).state in {"suspended", "banned"}
        return Case(
            case_id=appeal.appeal_id,
            kind="appeal",
            state="open",
            subject=action.action_id,
            account_id=history.account_id,
            priority=URGENT if shut_out else ORDINARY,
            opened_at=now,
            version=1,
            body={
                "appeal_id": appeal.appeal_id,
                "action_id": action.action_id,
                "kind": action.order.kind,
                "rule": action.order.rule,
                "targets": list(targets_of(history, action)),
                "text": appeal.text,
                "deadline": appeal.deadline.isoformat(),
            },
        )

    def appeal(self, appeal_id: str) -> AppealAnswer:
        """How an appeal stands."""
        with self._store.begin(write=False) as work:
            account_id = self._case_of(work, appeal_id).account_id or ""
            history = fold(account_id, work.entries(f"account:{account_id}"))
        return appeal_answer(account_id, _appeal(history, appeal_id))

    def add_message(self, appeal_id: str, text: str, reviewer: str | None = None) -> AppealAnswer:
        """Add to the dialogue; ``reviewer`` is ``None`` where the account speaks."""
        now = self._clock.now()
        with self._store.begin() as work:
            case = self._case_of(work, appeal_id)
            account_id = case.account_id or ""
            stream = f"account:{account_id}"
            entries = work.entries(stream)
            appeal = _appeal(fold(account_id, entries), appeal_id)
            if appeal.outcome is not None:
                raise ClashError("The appeal was decided; nothing can be added.")
            if len(appeal.messages) >= MAX_MESSAGES:
                raise ClashError(f"An appeal holds at most {MAX_MESSAGES} messages.")
            said = AppealAnswered(appeal_id, "account" if reviewer is None else "reviewer", reviewer, text)
            line = entry_for_appeal_message(account_id, said, now)
            work.append([line], heads={stream: len(entries)}, now=now)
            if reviewer is not None:
                work.emit([self._event("appeal.message", account_id, appeal, {"text": text}, now)])
            history = fold(account_id, work.entries(stream))
        return appeal_answer(account_id, _appeal(history, appeal_id))

    @staticmethod
    def _case_of(work: Work, appeal_id: str) -> Case:
        case = work.case(appeal_id)
        if case is None or case.kind != "appeal":
            raise NotFoundError(f"There is no appeal {appeal_id!r}.")
        return case

    def decide(self, work: Work, case: Case, command: CaseDecision, now: datetime) -> Case:
        """Uphold the action, or overturn it; overturned, the targets that it rests on are cleared with it."""
        account_id = case.account_id or ""
        entries = work.entries(f"account:{account_id}")
        history = fold(account_id, entries)
        appeal = _appeal(history, case.case_id)
        action = history.action(appeal.action_id)
        if action is None:  # cannot be: it was there when the appeal was filed, and lines do not go
            raise NotFoundError(f"There is no action {appeal.action_id!r}.")
        _may_decide(work, history, action, command)
        overturned = command.decision == "overturn"
        cleared = _cleared(history, action, command.targets) if overturned else ()
        outcome = AppealDecided(
            appeal.appeal_id, "overturned" if overturned else "upheld", command.actor, command.note, cleared
        )
        lines = [entry_for_appeal_decided(account_id, outcome, now)]
        events = [self._decided_event(account_id, appeal, outcome, now)]
        if overturned and action.reversed_at is None:
            lines.append(entry_for_reversal(account_id, action.action_id, command.note, now, overturned=True))
            events.append(reversal_event(action, now, self._new_id))
        keep_outcome(work, carry_out(history, lines, self._books, now, self._new_id), len(entries), now)
        work.emit(events)
        self._clear(work, cleared, command, case.case_id, now)
        return decided(case, command.actor, command.decision, now)

    def _clear(self, work: Work, targets: Iterable[str], command: CaseDecision, appeal_id: str, now: datetime) -> None:
        """Every other post of a target that was wrongly taken for counterfeit is repaired by the target's job."""
        for target in targets:
            known = work.target(target)
            genuine = TargetDecision(
                target=target,
                url=known.url if known else target,
                decision="genuine",
                actor=command.actor,
                note=command.note,
            )
            record_decision(work, genuine, now, self._new_id, ground=f"appeal:{appeal_id}")
            open_case = work.open_case_about("target", target)
            if open_case is not None:
                work.put_case(decided(open_case, command.actor, "genuine", now))

    def _decided_event(self, account_id: str, appeal: Appeal, outcome: AppealDecided, now: datetime) -> Event:
        body = {"outcome": outcome.outcome, "note": outcome.note, "cleared": list(outcome.cleared)}
        return self._event("appeal.decided", account_id, appeal, body, now)

    def _event(self, kind: str, account_id: str, appeal: Appeal, body: dict[str, Any], now: datetime) -> Event:
        about = {"appeal_id": appeal.appeal_id, "action_id": appeal.action_id, "account_id": account_id}
        return Event(self._new_id(), kind, account_id, now, about | body)


def _appeal(history: AccountHistory, appeal_id: str) -> Appeal:
    found = next((appeal for appeal in history.appeals if appeal.appeal_id == appeal_id), None)
    if found is None:
        raise NotFoundError(f"There is no appeal {appeal_id!r}.")
    return found


def _may_decide(work: Work, history: AccountHistory, action: Action, command: CaseDecision) -> None:
    if command.decision not in {"uphold", "overturn"}:
        raise NotAllowedError("An appeal is decided as `uphold` (the action stands) or `overturn`.", "/decision")
    if not command.note.strip():
        raise NotAllowedError("An appeal's decision needs a `note`: the account holder reads it.", "/note")
    before = {name for target in targets_of(history, action) for name in confirmers(work, target)}
    if same_person(command.actor, before | set(imposed_by(history, action))):
        raise NotAllowedError("An appeal is decided by another person than those who decided before.", "/actor")


def _cleared(history: AccountHistory, action: Action, wanted: tuple[str, ...] | None) -> tuple[str, ...]:
    """Targets to be cleared: all that the action rests on, or those of them that were named."""
    rests_on = targets_of(history, action)
    if wanted is None:
        return rests_on
    strange = [target for target in wanted if target not in rests_on]
    if strange:
        raise NotAllowedError(f"The action does not rest on the target {strange[0]!r}.", "/targets")
    return tuple(target for target in rests_on if target in wanted)
