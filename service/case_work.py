"""What every kind of case has in common: the command that decides it, and what it is once it was decided."""

from __future__ import annotations

from datetime import datetime

import msgspec

from service.answers import CaseAnswer
from service.records import Case

_DECIDED = frozenset({"decision", "decided_by"})


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
    undoable: bool = False
    """A person at the console who may take it back within seconds; its job waits for so long."""
    targets: tuple[str, ...] | None = None
    """Of those that the case is about, the ones that are decided with it; ``None`` for all."""


def decided(case: Case, actor: str, decision: str, now: datetime) -> Case:
    """The case once a person decided it."""
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
    """A case in the contract's words. What the first person said is not told while a second opinion is asked for."""
    blind = case.kind == "second" and case.state == "open"
    # Nor, ever, that it was a golden case: it will be asked again.
    body = {k: v for k, v in case.body.items() if k in _DECIDED} if "golden" in case.body else case.body
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
        body={} if blind else body,
        for_role=case.for_role,
    )
