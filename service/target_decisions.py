"""Recording what people decided of a target, and queueing the job that carries it to every post.

The decision is one small transaction; from that moment new posts of the target are blocked (or allowed).
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from enforcement.types import Basis, NewEntry
from service.answers import DecisionAnswer
from service.carry_out import NewId
from service.known import TARGET_DECIDED, TARGET_LIFTED, after_line
from service.ports import Work
from service.records import Job, TargetRecord

SETTLE = "settle_target"
UNDO = "undo_decision"


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


def record_decision(  # noqa: PLR0917 - one argument for each part of the line
    work: Work,
    command: TargetDecision,
    now: datetime,
    new_id: NewId,
    basis: Basis = "human",
    ground: str | None = None,
    run_after: datetime | None = None,
) -> DecisionAnswer:
    """Record the decision and queue its job; ``ground`` is the id of the notice or appeal that it rests on.

    It holds for new posts at once; its job waits until ``run_after``, until when it can be taken back.
    """
    decision_id, job_id = new_id(), new_id()
    known = work.target(command.target)
    # The address by which the target is known stands in the line, so that the record alone tells it.
    url = known.url if known else command.url
    body = {"decision_id": decision_id, **msgspec.to_builtins(command), "url": url}
    if basis != "human" or ground is not None:
        body |= {"basis": basis, "ground": ground}
    _append(work, command.target, TARGET_DECIDED, body, now)
    work.put_target(after_line(known, command.target, TARGET_DECIDED, now, body))
    work.add_job(msgspec.structs.replace(settle_job(job_id, command.target, now), run_after=run_after))
    return DecisionAnswer(decision_id, command.target, command.decision, job_id)


def lift_decision(work: Work, record: TargetRecord, ground: str, now: datetime, new_id: NewId) -> None:
    """Take a confirmation back without clearing the target: it is suspected again, and its posts are repaired."""
    body: dict[str, object] = {"ground": ground}
    _append(work, record.target, TARGET_LIFTED, body, now)
    work.put_target(after_line(record, record.target, TARGET_LIFTED, now, body))
    work.add_job(settle_job(new_id(), record.target, now))


def take_back(work: Work, record: TargetRecord, job: Job, now: datetime, new_id: NewId) -> None:
    """Take a decision back whose job has not begun; posts that came in since are repaired by a job of their own."""
    work.put_job(msgspec.structs.replace(job, state="done", done=0, total=0))
    body: dict[str, object] = {"ground": f"undo:{record.decision_id}"}
    _append(work, record.target, TARGET_LIFTED, body, now)
    work.put_target(after_line(record, record.target, TARGET_LIFTED, now, body))
    repair = {"target": record.target, "decision_id": record.decision_id}
    work.add_job(Job(new_id(), UNDO, "queued", repair, now))


def settle_job(job_id: str, target: str, now: datetime) -> Job:
    """The job that carries what is known of a target to every post of it."""
    return Job(job_id, SETTLE, "queued", {"target": target}, now)


def confirmers(work: Work, target: str) -> set[str]:
    """Everybody who ever confirmed the target."""
    lines = work.entries(f"target:{target}")
    return {line.body["actor"] for line in lines if line.body.get("decision") == "counterfeit"}


def _append(work: Work, target: str, kind: str, body: dict[str, object], now: datetime) -> None:
    stream = f"target:{target}"
    work.append([NewEntry(stream, kind, now, body)], heads={stream: len(work.entries(stream))}, now=now)
