"""Who gave a notice: the one table that holds a rights holder's name and address."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from adapters.sql.tables import notices
from service.records import Notifier


class NotifierWork:
    """The part of a transaction that knows notifiers; see :class:`service.ports.Work`."""

    connection: sa.Connection

    def add_notifier(self, notifier: Notifier) -> None:
        """Keep who gave a notice."""
        self.connection.execute(sa.insert(notices), msgspec.structs.asdict(notifier))

    def notifier(self, notice_id: str) -> Notifier | None:
        """Who gave a notice."""
        row = self.connection.execute(sa.select(notices).where(notices.c.notice_id == notice_id)).first()
        return None if row is None else _notifier(row)

    def put_notifier(self, notifier: Notifier) -> None:
        """Replace it."""
        values = msgspec.structs.asdict(notifier)
        self.connection.execute(sa.update(notices).where(notices.c.notice_id == notifier.notice_id).values(**values))

    def notifier_to_restore(self, now: datetime) -> Notifier | None:
        """One whose targets are to be shown again by now, locked until the end where the database can."""
        statement = sa.select(notices).where(notices.c.restore_at <= now).order_by(notices.c.restore_at).limit(1)
        row = self.connection.execute(statement.with_for_update(skip_locked=True)).first()
        return None if row is None else _notifier(row)


def _notifier(row: Any) -> Notifier:
    return Notifier(**{name: getattr(row, name) for name in Notifier.__struct_fields__})
