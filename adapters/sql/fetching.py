"""What the store keeps of landing pages: which to visit, which hosts are taken, and what was seen last."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from adapters.sql.tables import fetch_hosts, fetches, pages, targets
from detector.types import PageSnapshot
from service.fetch_queue import FetchLease, FetchTask, FetchWish, SeenPage

LOOKED_AT = 20
"""Pages that are looked at for each one that is wanted: those of one host stand behind one another."""


class FetchingWork:
    """The part of a transaction that fetches; see :class:`service.ports.Work`."""

    connection: sa.Connection

    def _upsert(self, table: sa.Table) -> Any:
        return (sqlite.insert if self.connection.dialect.name == "sqlite" else postgresql.insert)(table)

    def want_fetch(self, wish: FetchWish, now: datetime) -> None:
        """Queue a page, or raise the worth of one that is queued."""
        values = {
            "target": wish.target,
            "url": wish.url,
            "host": wish.host,
            "worth": wish.worth,
            "due_at": now,
            "attempts": 0,
            "visits": 0,
        }
        statement = self._upsert(fetches).values(**values)
        more = {"worth": fetches.c.worth + statement.excluded.worth}
        self.connection.execute(statement.on_conflict_do_update(index_elements=["target"], set_=more))

    def lease_fetches(self, lease: FetchLease, limit: int) -> list[FetchTask]:
        """Pages that are due, the most worthwhile first and one for each host that is free; leased, the hosts taken."""
        free = sa.or_(fetches.c.leased_until.is_(None), fetches.c.leased_until <= lease.now)
        taken = sa.exists().where(fetch_hosts.c.host == fetches.c.host, fetch_hosts.c.free_at > lease.now)
        statement = (
            sa.select(fetches)
            .where(fetches.c.due_at <= lease.now, free, ~taken)
            .order_by(fetches.c.worth.desc(), fetches.c.due_at)
            .limit(limit * LOOKED_AT)
            .with_for_update(skip_locked=True)
        )
        by_host: dict[str, Any] = {}
        for row in self.connection.execute(statement):
            if len(by_host) < limit and row.host not in by_host and self._take_host(row.host, lease):
                by_host[row.host] = row
        names = [row.target for row in by_host.values()]
        if names:
            leased = sa.update(fetches).where(fetches.c.target.in_(names)).values(leased_until=lease.until)
            self.connection.execute(leased)
        return [FetchTask(row.target, row.url, row.attempts, row.visits) for row in by_host.values()]

    def _take_host(self, host: str, lease: FetchLease) -> bool:
        """Whether the host was free: another worker may have taken it since it was looked at."""
        statement = self._upsert(fetch_hosts).values(host=host, free_at=lease.now + lease.host_pause)
        taking = statement.on_conflict_do_update(
            index_elements=["host"],
            set_={"free_at": statement.excluded.free_at},
            where=fetch_hosts.c.free_at <= lease.now,
        )
        return self.connection.execute(taking.returning(fetch_hosts.c.host)).first() is not None

    def put_fetch(self, task: FetchTask, due_at: datetime) -> None:
        """When to visit again; the lease ends, and what it was worth counts from nothing."""
        worth = sa.case((sa.literal(task.attempts > 0), fetches.c.worth), else_=0.0)
        self.connection.execute(
            sa.update(fetches)
            .where(fetches.c.target == task.target)
            .values(due_at=due_at, leased_until=None, attempts=task.attempts, visits=task.visits, worth=worth)
        )

    def fetch_is_due(self, now: datetime) -> bool:
        """Whether any page is due."""
        due = sa.select(fetches.c.target).where(fetches.c.due_at <= now).limit(1)
        return self.connection.execute(due).first() is not None

    def fetch_backlog(self, now: datetime) -> int:
        """How many pages are due."""
        counted = sa.select(sa.func.count()).select_from(fetches).where(fetches.c.due_at <= now)
        return int(self.connection.execute(counted).scalar_one())

    def page(self, target: str) -> SeenPage | None:
        """The page behind a target as it was seen last."""
        row = self.connection.execute(sa.select(pages).where(pages.c.target == target)).first()
        if row is None:
            return None
        return SeenPage(target, row.visit_id, PageSnapshot(row.url, zlib.decompress(row.body), row.content_type))

    def pages_seen(self, names: Iterable[str]) -> dict[str, str]:
        """Of those targets whose page was read, the visit that read it."""
        statement = sa.select(targets.c.target, targets.c.page).where(
            targets.c.target.in_(list(names)), targets.c.page.is_not(None)
        )
        return {row.target: row.page for row in self.connection.execute(statement)}

    def put_page(self, page: SeenPage) -> None:
        """Replace it."""
        body = page.snapshot.body
        values = {
            "target": page.target,
            "visit_id": page.visit_id,
            "url": page.snapshot.url,
            "content_type": page.snapshot.content_type,
            "body": zlib.compress(body if isinstance(body, bytes) else body.encode("utf-8", "replace")),
        }
        rest = {name: value for name, value in values.items() if name != "target"}
        statement = self._upsert(pages).values(**values)
        self.connection.execute(statement.on_conflict_do_update(index_elements=["target"], set_=rest))
