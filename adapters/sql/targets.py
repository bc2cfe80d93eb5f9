"""What the store keeps of targets: a row for each, locked by whoever touches it, and how far each has spread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

from adapters.sql.posts import of_target
from adapters.sql.tables import instant_of, post_links, posts, targets
from detector.types import TargetState
from service.records import Spread, TargetCounts, TargetRecord, TargetTouch

_MINUTE, _MICROSECOND = timedelta(minutes=1), timedelta(microseconds=1)

_TARGET = sa.select(targets).where(targets.c.target == sa.bindparam("name"))


class TargetWork:
    """The part of a transaction that keeps targets; see :class:`service.ports.Work`."""

    connection: sa.Connection
    _insert: Callable[..., Any]
    """That of the database's dialect, which knows what to do where a row exists."""

    def touch_targets(self, touches: Sequence[TargetTouch], now: datetime) -> dict[str, TargetRecord]:
        """Note that a post leads to these targets and lock them until the end; what is known of each."""
        # In the order of names, so that two posts with the same links cannot wait for one another.
        return {t.target: self._touch(t, now) for t in sorted(touches, key=lambda touch: touch.target)}

    def _touch(self, touch: TargetTouch, now: datetime) -> TargetRecord:
        values = {
            "target": touch.target,
            "url": touch.url,
            "state": "suspected" if touch.suspected else "unknown",
            "since": now if touch.suspected else None,
            "organised": False,
            "health_risk": False,
            "evasion": False,
            "top_probability": touch.counterfeit_probability,
        }
        return _target(self.connection.execute(_touch_statement(self.connection.dialect.name), values).one())

    def target(self, target: str) -> TargetRecord | None:
        """What is known of a target; ``None`` where it was never seen."""
        row = self.connection.execute(_TARGET, {"name": target}).first()
        return None if row is None else _target(row)

    def targets(self, names: Iterable[str]) -> dict[str, TargetRecord]:
        """The same for many; those never seen are left out."""
        found = ((name, self.target(name)) for name in dict.fromkeys(names))
        return {name: record for name, record in found if record is not None}

    def put_target(self, record: TargetRecord) -> None:
        """Replace what is known of a target."""
        values = msgspec.structs.asdict(record)
        values["decided_by"] = values.pop("by")
        statement = self._insert(targets).values(**values)
        rest = {name: value for name, value in values.items() if name != "target"}
        self.connection.execute(statement.on_conflict_do_update(index_elements=[targets.c.target], set_=rest))

    def drop_target(self, target: str) -> None:
        """Forget a target that nothing in the record tells of."""
        self.connection.execute(sa.delete(targets).where(targets.c.target == target))

    def every_target(self) -> Iterator[TargetRecord]:
        """All targets, in no order."""
        with self.connection.execute(sa.select(targets), execution_options={"yield_per": 1000}) as rows:
            yield from map(_target, rows)

    def targets_in_state(self, state: TargetState) -> list[str]:
        """Names of all targets in a state."""
        return list(self.connection.execute(sa.select(targets.c.target).where(targets.c.state == state)).scalars())

    def target_counts(self, target: str) -> TargetCounts:
        """How many posts and accounts lead to it, and from when to when."""
        accounts = sa.func.count(sa.distinct(post_links.c.account_id))
        first, last = sa.func.min(posts.c.posted_at), sa.func.max(posts.c.posted_at)
        statement = of_target(sa.select(sa.func.count(), accounts, first, last), target)
        return TargetCounts(*self.connection.execute(statement).one())

    def spread_of_target(self, target: str, spans: int) -> tuple[TargetCounts, Spread | None]:
        """The counts, and when the posts were made, in so many spans at most; ``None`` where there are none."""
        rows = self.connection.execute(_spread_statement(target, spans)).all()
        if not rows:
            return TargetCounts(0, 0), None
        counts = TargetCounts(rows[0].posts, rows[0].accounts, instant_of(rows[0].first), instant_of(rows[0].last))
        length = timedelta(microseconds=rows[0].length)
        found = {row.span: row.made_then for row in rows}
        made_then = tuple(found.get(number, 0) for number in range(max(found) + 1))
        return counts, Spread(instant_of(rows[0].first), instant_of(rows[0].last), length, made_then)


def _spread_statement(target: str, spans: int) -> sa.Select[Any]:
    """One row for each span that has posts, with what is told of all of them. Reads the posts once."""
    made = sa.type_coerce(posts.c.posted_at, sa.BigInteger).label("made")
    found = of_target(sa.select(post_links.c.account_id, made), target).cte("found")
    first, last = sa.func.min(found.c.made), sa.func.max(found.c.made)
    an_even_share = (last - first) // spans + 1
    minute = _MINUTE // _MICROSECOND
    together = sa.select(
        sa.func.count().label("posts"),
        sa.func.count(sa.distinct(found.c.account_id)).label("accounts"),
        first.label("first"),
        last.label("last"),
        sa.case((an_even_share > minute, an_even_share), else_=minute).label("length"),
    ).cte("together")
    span = ((found.c.made - together.c.first) // together.c.length).label("span")
    columns = (*together.c, span)
    counted = sa.select(*columns, sa.func.count().label("made_then"))
    return counted.join_from(found, together, sa.true()).group_by(*columns)


@lru_cache
def _touch_statement(dialect: str) -> ReturningInsert[Any]:
    """Insert a target or raise what is known of it; either way its row is locked and returned."""
    statement = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(targets)
    offered = statement.excluded
    becomes_suspected = sa.and_(targets.c.state == "unknown", offered.state == "suspected")
    is_higher = offered.top_probability > targets.c.top_probability
    return statement.on_conflict_do_update(
        index_elements=[targets.c.target],
        set_={
            "state": sa.case((becomes_suspected, "suspected"), else_=targets.c.state),
            "since": sa.case((becomes_suspected, offered.since), else_=targets.c.since),
            "top_probability": sa.case((is_higher, offered.top_probability), else_=targets.c.top_probability),
        },
    ).returning(*targets.c)


def _target(row: Any) -> TargetRecord:
    values = {name: getattr(row, name) for name in TargetRecord.__struct_fields__ if name != "by"}
    return TargetRecord(**values, by=row.decided_by)
