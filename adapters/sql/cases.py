"""What the store keeps of cases: the queue in its order, and each case at a version that nobody overwrites unseen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from adapters.sql.tables import cases
from service.ports import StaleHeadError
from service.records import Case, CaseKind, CaseState

_JSON = msgspec.json.Encoder()


class CaseWork:
    """The part of a transaction that keeps cases; see :class:`service.ports.Work`."""

    connection: sa.Connection

    def case(self, case_id: str) -> Case | None:
        """One case."""
        row = self.connection.execute(sa.select(cases).where(cases.c.case_id == case_id)).first()
        return None if row is None else _case(row)

    def open_case_about(self, kind: CaseKind, subject: str) -> Case | None:
        """The open case on a subject, where there is one."""
        statement = sa.select(cases).where(cases.c.kind == kind, cases.c.subject == subject, cases.c.state == "open")
        row = self.connection.execute(statement).first()
        return None if row is None else _case(row)

    def cases(self, *, kind: CaseKind | None, state: CaseState | None, limit: int, offset: int) -> list[Case]:
        """The queue in its order: what waiting harms most comes first."""
        statement = _filtered(sa.select(cases), kind, state)
        statement = statement.order_by(cases.c.priority.desc(), cases.c.opened_at, cases.c.case_id)
        return [_case(row) for row in self.connection.execute(statement.limit(limit).offset(offset))]

    def count_cases(self, *, kind: CaseKind | None, state: CaseState | None) -> int:
        """How many there are."""
        statement = _filtered(sa.select(sa.func.count()).select_from(cases), kind, state)
        return int(self.connection.execute(statement).scalar_one())

    def count_open_cases(self) -> dict[CaseKind, int]:
        """How many are open of each kind that has any."""
        statement = sa.select(cases.c.kind, sa.func.count()).where(cases.c.state == "open").group_by(cases.c.kind)
        return {row[0]: row[1] for row in self.connection.execute(statement)}

    def next_case(
        self, kinds: Sequence[CaseKind], now: datetime, *, actor: str = "", senior: bool = True
    ) -> Case | None:
        """The open case for a person that nobody holds and that waiting harms most, locked where the database can."""
        free = sa.or_(cases.c.lease_until.is_(None), cases.c.lease_until <= now)
        theirs = sa.or_(cases.c.excluded.is_(None), cases.c.excluded != actor)
        statement = sa.select(cases).where(cases.c.state == "open", cases.c.kind.in_(kinds), free, theirs)
        if not senior:
            statement = statement.where(cases.c.for_role.is_(None))
        statement = statement.order_by(cases.c.priority.desc(), cases.c.opened_at, cases.c.case_id).limit(1)
        row = self.connection.execute(statement.with_for_update(skip_locked=True)).first()
        return None if row is None else _case(row)

    def oldest_open_case(self) -> datetime | None:
        """When the case was opened that waits longest; ``None`` where none waits."""
        statement = sa.select(sa.func.min(cases.c.opened_at)).where(cases.c.state == "open")
        found: datetime | None = self.connection.execute(statement).scalar()
        return found

    def count_decided(self, since: datetime) -> int:
        """How many people have decided since then."""
        recent = sa.and_(cases.c.decided_at >= since, cases.c.state == "decided")
        return int(self.connection.execute(sa.select(sa.func.count()).where(recent)).scalar() or 0)

    def add_case(self, case: Case) -> None:
        """Open a case."""
        self.connection.execute(sa.insert(cases), _case_values(case))

    def want_target_case(self, case_id: str, target: str, harm: float, now: datetime) -> None:
        """Open a case on a target, or raise the priority of the one that is open, which stays the same case."""
        about = sa.and_(cases.c.kind == "target", cases.c.subject == target, cases.c.state == "open")
        raised = sa.update(cases).where(about).values(priority=cases.c.priority + harm)
        # The target's row is locked by this transaction, so nobody else opens a case on it in between.
        if self.connection.execute(raised).rowcount == 0:
            self.add_case(Case(case_id, "target", "open", target, None, harm, now, 1, {}))

    def put_case(self, case: Case) -> None:
        """Replace a case, all but its priority, at the version ``case.version - 1``; else :class:`StaleHeadError`."""
        statement = sa.update(cases).where(cases.c.case_id == case.case_id, cases.c.version == case.version - 1)
        values = _case_values(case)
        # Posts that come in meanwhile raise the priority without a new version; what was read of it may be old.
        del values["priority"]
        if self.connection.execute(statement.values(**values)).rowcount != 1:
            raise StaleHeadError(f"The case {case.case_id} was changed in between.")


def _filtered(statement: sa.Select[Any], kind: CaseKind | None, state: CaseState | None) -> sa.Select[Any]:
    if kind is not None:
        statement = statement.where(cases.c.kind == kind)
    if state is not None:
        statement = statement.where(cases.c.state == state)
    return statement


def _case(row: Any) -> Case:
    values = {name: getattr(row, name) for name in Case.__struct_fields__}
    return Case(**values | {"body": msgspec.json.decode(row.body)})


def _case_values(case: Case) -> dict[str, Any]:
    return msgspec.structs.asdict(case) | {"body": _JSON.encode(case.body)}
