"""What the store keeps of jobs: work that goes on after a decision, taken by one worker at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from adapters.sql.tables import jobs
from service.records import Job

_JSON = msgspec.json.Encoder()


class JobWork:
    """The part of a transaction that keeps jobs; see :class:`service.ports.Work`."""

    connection: sa.Connection
    _insert: Callable[..., Any]

    def add_job(self, job: Job) -> None:
        """Queue a job; one that has its id already stays as it is."""
        self.connection.execute(self._insert(jobs).on_conflict_do_nothing(), _job_values(job))

    def job(self, job_id: str) -> Job | None:
        """One job."""
        row = self.connection.execute(sa.select(jobs).where(jobs.c.job_id == job_id)).first()
        return None if row is None else _job(row)

    def next_job(self, now: datetime, *, kinds: Sequence[str]) -> Job | None:
        """The oldest job of these kinds that is due and not finished, locked until the end where the database can."""
        due = sa.or_(jobs.c.run_after.is_(None), jobs.c.run_after <= now)
        wanted = sa.and_(jobs.c.state.in_(["queued", "running"]), jobs.c.kind.in_(kinds), due)
        statement = sa.select(jobs).where(wanted).order_by(jobs.c.seq).limit(1)
        row = self.connection.execute(statement.with_for_update(skip_locked=True)).first()
        return None if row is None else _job(row)

    def put_job(self, job: Job) -> None:
        """Replace a job."""
        self.connection.execute(sa.update(jobs).where(jobs.c.job_id == job.job_id).values(**_job_values(job)))


def _job(row: Any) -> Job:
    values = {name: getattr(row, name) for name in Job.__struct_fields__}
    return Job(**values | {"body": msgspec.json.decode(row.body)})


def _job_values(job: Job) -> dict[str, Any]:
    return msgspec.structs.asdict(job) | {"body": _JSON.encode(job.body)}
