"""What a model in shadow made of posts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from adapters.sql.tables import challenger_scores
from service.records import ChallengerScore


class ShadowWork:
    """The part of a transaction that keeps a challenger's scores; see :class:`service.ports.Work`."""

    connection: sa.Connection
    _insert: Callable[..., Any]

    def add_challenger_scores(self, scores: Sequence[ChallengerScore]) -> None:
        """Record them; those that are there already are left as they are."""
        if scores:
            statement = self._insert(challenger_scores).on_conflict_do_nothing()
            self.connection.execute(statement, [msgspec.structs.asdict(score) for score in scores])

    def challenger_scores(self, target: str) -> list[ChallengerScore]:
        """All of a target, in the order of recording."""
        table = challenger_scores
        statement = sa.select(table).where(table.c.target == target)
        statement = statement.order_by(table.c.recorded_at, table.c.decision_id, table.c.challenger_version)
        return [_challenger_score(row) for row in self.connection.execute(statement)]


def _challenger_score(row: Any) -> ChallengerScore:
    return ChallengerScore(**{name: getattr(row, name) for name in ChallengerScore.__struct_fields__})
