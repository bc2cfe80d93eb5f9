"""The people who review, with the digests of their passwords."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from adapters.sql.tables import users
from service.records import User


class PeopleWork:
    """The part of a transaction that knows people; see :class:`service.ports.Work`."""

    connection: sa.Connection

    def add_user(self, user: User) -> None:
        """Add one; :class:`StaleHeadError` where the name is taken."""
        self.connection.execute(sa.insert(users), msgspec.structs.asdict(user))

    def user(self, name: str) -> User | None:
        """The one with this name."""
        row = self.connection.execute(sa.select(users).where(users.c.name == name)).first()
        return None if row is None else _user(row)

    def users(self) -> list[User]:
        """All, oldest first."""
        return [_user(row) for row in self.connection.execute(sa.select(users).order_by(users.c.created_at))]

    def put_user(self, user: User) -> None:
        """Replace one."""
        values = msgspec.structs.asdict(user)
        self.connection.execute(sa.update(users).where(users.c.name == user.name).values(**values))


def _user(row: Any) -> User:
    return User(**{name: getattr(row, name) for name in User.__struct_fields__})
