"""The steps that the rulebook reserves for people: one or two of them, and none who confirmed the targets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from enforcement.decide import NoGroundError, sanction_order
from enforcement.rulebook import Rulebooks
from enforcement.standing import entry_for_action, entry_for_case_decided, fold
from enforcement.types import Action, NewEntry, Proposal
from service.carry_out import NewId, order_event
from service.case_work import CaseDecision, decided
from service.keep import keep_actions
from service.people import same_person
from service.ports import Work
from service.records import Case
from service.refusals import ClashError, NotAllowedError
from service.target_decisions import confirmers


class Sanctions:
    """Decides cases of the kind ``sanction``."""

    def __init__(self, books: Rulebooks, new_id: NewId) -> None:
        self._books = books
        self._new_id = new_id

    def decide(self, work: Work, case: Case, command: CaseDecision, now: datetime) -> Case:
        """The case with one more vote; decided once enough people agree, or one dismisses it."""
        proposal = msgspec.convert(case.body, Proposal)
        votes: dict[str, str] = dict(case.body.get("votes", {}))
        _may_vote(proposal, votes, command)
        if proposal.excluded and same_person(command.actor, _all_confirmers(work, proposal.account_id)):
            raise NotAllowedError("Who confirmed a target of this account may not decide this sanction.")
        votes[command.actor] = command.decision
        factors = {**case.body.get("factors", {}), command.actor: command.factors}
        voted = msgspec.structs.replace(case, body={**case.body, "votes": votes, "factors": factors})
        if command.decision == "impose" and len(votes) < proposal.people:
            return msgspec.structs.replace(voted, version=case.version + 1, claimed_by=None, lease_until=None)
        self._conclude(work, voted, proposal, command, now)
        return decided(voted, command.actor, command.decision, now)

    def _conclude(self, work: Work, case: Case, proposal: Proposal, command: CaseDecision, now: datetime) -> None:
        stream = f"account:{proposal.account_id}"
        entries = work.entries(stream)
        new: list[NewEntry] = []
        action = None
        if command.decision == "impose":
            history = fold(proposal.account_id, entries)
            try:
                order = sanction_order(proposal, history, self._books, now)
            except NoGroundError as error:
                raise ClashError(str(error)) from None
            action = Action(self._new_id(), self._new_id(), now, order)
            new.append(entry_for_action(action))
        new.append(_line(case, proposal, command.decision, action, now))
        work.append(new, heads={stream: len(entries)}, now=now)
        if action is not None:
            keep_actions(work, [action])
            work.emit([order_event(action, now, self._new_id)])


def _line(case: Case, proposal: Proposal, outcome: str, action: Action | None, now: datetime) -> NewEntry:
    body: dict[str, Any] = case.body
    return entry_for_case_decided(
        proposal.account_id,
        case.case_id,
        proposal.key,
        outcome,
        None if action is None else action.action_id,
        tuple(body["votes"]),
        body["factors"],
        now,
    )


def _all_confirmers(work: Work, account_id: str) -> set[str]:
    """Everybody who ever confirmed a target that stands against the account, also after the case was opened."""
    history = fold(account_id, work.entries(f"account:{account_id}"))
    targets = dict.fromkeys(f.target for f in history.findings if f.basis != "model")
    return {name for target in targets for name in confirmers(work, target)}


def _may_vote(proposal: Proposal, votes: dict[str, str], command: CaseDecision) -> None:
    if command.decision not in {"impose", "dismiss"}:
        raise NotAllowedError("A sanction is decided as `impose` or `dismiss`.", "/decision")
    if command.factors is None:
        raise NotAllowedError("A sanction needs the four factors: number, proportion, gravity, intent.", "/factors")
    if same_person(command.actor, votes):
        raise NotAllowedError("The second person must be another than the first.", "/actor")
    if same_person(command.actor, proposal.excluded):
        raise NotAllowedError("Who confirmed the target may not decide this sanction.", "/actor")
