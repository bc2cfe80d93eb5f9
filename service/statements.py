"""Every statement of reasons that was issued, in the order of the record; also in the form of the EU's database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from enforcement.rulebook import Rulebooks
from enforcement.statements import statement
from enforcement.transparency import MAX_BATCH, database_statement, restricts
from enforcement.types import Action
from service.answers import IssuedStatementAnswer, StatementsAnswer, TransparencyAnswer
from service.ports import Store, Work


class Statements:
    """Reads statements in pages of at most a hundred, which is what the EU's database takes in one call."""

    def __init__(self, store: Store, books: Rulebooks) -> None:
        self._store = store
        self._books = books

    def issued(self, since: datetime | None, after: int) -> StatementsAnswer:
        """A page of statements with their text; ``after`` is what the page before gave as ``next``."""
        upto = self._store.settled()
        with self._store.begin(write=False) as work:
            found = _orders(work, since, after, upto)
        said = tuple(self._issued(action) for _, action in found)
        return StatementsAnswer(said, _next(found))

    def for_transparency_database(self, since: datetime | None, after: int) -> TransparencyAnswer:
        """The same page in the database's field names; warnings are no restrictions and are left out."""
        upto = self._store.settled()
        with self._store.begin(write=False) as work:
            found = _orders(work, since, after, upto)
            said = tuple(self._transparent(work, action) for _, action in found if restricts(action))
        return TransparencyAnswer(said, _next(found))

    def _issued(self, action: Action) -> IssuedStatementAnswer:
        order = action.order
        said = statement(action, self._books.version(order.rulebook_version))
        return IssuedStatementAnswer(
            statement_id=said.statement_id,
            action_id=said.action_id,
            account_id=said.account_id,
            kind=order.kind,
            target=order.target,
            post_ids=order.post_ids,
            rule=said.rule,
            rulebook_version=said.rulebook_version,
            basis=order.basis,
            found_by_machine=said.found_by_machine,
            ordered_by_machine=said.ordered_by_machine,
            issued_at=said.issued_at,
            appeal_until=said.appeal_until,
            zh=said.zh,
            en=said.en,
        )

    def _transparent(self, work: Work, action: Action) -> dict[str, Any]:
        posts = [post for post in map(work.post, action.order.post_ids[:MAX_BATCH]) if post is not None]
        return database_statement(
            action,
            self._books.version(action.order.rulebook_version),
            content_date=min((p.posted_at for p in posts), default=action.ordered_at),
            account_type=posts[-1].account_type if posts else "private",
        )


def _orders(work: Work, since: datetime | None, after: int, upto: int) -> list[tuple[int, Action]]:
    found = work.entries_between(("action_ordered",), after=after, upto=upto, since=since, limit=MAX_BATCH)
    return [(seq, msgspec.convert(entry.body["action"], Action)) for seq, entry in found]


def _next(found: list[tuple[int, Action]]) -> int | None:
    return found[-1][0] if len(found) == MAX_BATCH else None
