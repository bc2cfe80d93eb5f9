"""Counts for the dashboard, by queries that read one span of time."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from adapters.sql.posts import as_post
from adapters.sql.tables import Instant, post_links, posts, targets
from service.records import StoredPost

_DAY = 86_400_000_000
"""Microseconds."""


class FigureWork:
    """The part of a transaction that counts; see :class:`service.ports.Work`."""

    connection: sa.Connection

    def verdicts_by_day(self, since: datetime) -> list[tuple[datetime, str, int]]:
        """Posts made since then: the beginning of the day (UTC), the verdict, how many."""
        stamp = sa.type_coerce(posts.c.posted_at, sa.BigInteger)
        day = (stamp - stamp % _DAY).label("day")
        statement = (
            sa.select(sa.type_coerce(day, Instant), posts.c.verdict, sa.func.count())
            .where(posts.c.posted_at >= since)
            .group_by(day, posts.c.verdict)
            .order_by(day)
        )
        return [(row[0], row[1], row[2]) for row in self.connection.execute(statement)]

    def bands(self, edges: Sequence[float], since: datetime, until: datetime) -> tuple[int, ...]:
        """Posts made in a span by the band of their probability; ``edges`` are the bands' lower ends, rising from 0."""
        probability = posts.c.counterfeit_probability
        counted = (sa.func.count(sa.case((probability >= edge, 1))) for edge in edges)
        statement = sa.select(*counted).where(posts.c.posted_at >= since, posts.c.posted_at < until)
        above = [*self.connection.execute(statement).one(), 0]
        return tuple(one - next_ for one, next_ in itertools.pairwise(above))

    def sample_of_posts(self, since: datetime, until: datetime, most: int) -> list[StoredPost]:
        """Posts made in a span, evenly from the order in which they were recorded; all of them where there are few."""
        in_span = sa.and_(posts.c.posted_at >= since, posts.c.posted_at < until)
        first, last = (self._end_of_span(in_span, end) for end in (posts.c.posted_at, posts.c.posted_at.desc()))
        if first is None or last is None:
            return []
        low, high = min(first, last), max(first, last)
        step = max(1.0, (high - low + 1) / most)
        numbers = sorted({low + int(n * step) for n in range(min(most, high - low + 1))})
        statement = sa.select(posts).where(posts.c.seq.in_(numbers), in_span).order_by(posts.c.seq)
        return [as_post(row) for row in self.connection.execute(statement)]

    def _end_of_span(self, in_span: sa.ColumnElement[bool], order: sa.ColumnElement[Any]) -> int | None:
        """The number of the first post of a span in an order."""
        return self.connection.execute(sa.select(posts.c.seq).where(in_span).order_by(order).limit(1)).scalar()

    def judged_holds(self, since: datetime) -> tuple[int, int]:
        """Of the targets that a hold hid in posts made since then and people decided: confirmed, and all."""
        held = (
            sa.select(post_links.c.target)
            .join(posts, posts.c.seq == post_links.c.post_seq)
            .where(posts.c.verdict == "hold", posts.c.posted_at >= since)
            .distinct()
            .subquery()
        )
        decided = targets.c.state.in_(["counterfeit", "genuine"])
        statement = (
            sa.select(targets.c.state, sa.func.count())
            .join(held, held.c.target == targets.c.target)
            .where(decided)
            .group_by(targets.c.state)
        )
        found = {row[0]: row[1] for row in self.connection.execute(statement)}
        return found.get("counterfeit", 0), sum(found.values())
