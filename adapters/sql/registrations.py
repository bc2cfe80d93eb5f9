"""When domains were registered, as far as it is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from adapters.sql.tables import registrations
from service.records import Registration


class RegistrationWork:
    """The part of a transaction that knows domains; see :class:`service.ports.Work`."""

    connection: sa.Connection

    def registrations(self, domains: Sequence[str]) -> dict[str, Registration]:
        """Those of the domains that are known, by domain."""
        statement = sa.select(registrations).where(registrations.c.domain.in_(domains))
        return {row.domain: _as_registration(row) for row in self.connection.execute(statement)}

    def put_registrations(self, found: Sequence[Registration]) -> None:
        """Keep what was learned; the last word on a domain counts."""
        if not found:
            return
        insert: Any = sqlite.insert if self.connection.dialect.name == "sqlite" else postgresql.insert
        statement = insert(registrations)
        newer = {name: statement.excluded[name] for name in ("registered_at", "source", "learned_at")}
        rows = [msgspec.structs.asdict(one) for one in {one.domain: one for one in found}.values()]
        self.connection.execute(statement.on_conflict_do_update(index_elements=["domain"], set_=newer), rows)


def _as_registration(row: Any) -> Registration:
    return Registration(row.domain, row.registered_at, row.source, row.learned_at)
