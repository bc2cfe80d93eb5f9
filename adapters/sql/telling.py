"""What the store keeps of telling: measures that end by themselves, endpoints, and events on their way to them.

Events of one account reach an endpoint in order: only the earliest that waits is ever leased. Two workers lease
different rows, as each locks what it takes (on SQLite there is one writer at a time anyway).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from adapters.sql.tables import deliveries, endings, outbox, webhooks
from service.records import Delivery, DeliveryState, Ending, Event, Webhook

_EARLIER = deliveries.alias("earlier")
_IS_FIRST = ~sa.exists().where(
    _EARLIER.c.webhook_id == deliveries.c.webhook_id,
    _EARLIER.c.account_id == deliveries.c.account_id,
    _EARLIER.c.state == "waiting",
    _EARLIER.c.event_seq < deliveries.c.event_seq,
)
"""Nothing earlier of the same account waits; events without an account wait for nothing."""
_WEBHOOKS = sa.select(webhooks).where(webhooks.c.removed_at.is_(None)).order_by(webhooks.c.created_at)
_ADD_EVENTS = sa.insert(outbox)
_WITH_EVENT = sa.select(deliveries, outbox).join(outbox, outbox.c.seq == deliveries.c.event_seq)


class TellingWork:
    """The part of a transaction that tells; see :class:`service.ports.Work`."""

    connection: sa.Connection
    _webhooks: list[Webhook] | None
    """Read once in a transaction: each post that is settled in it asks for them twice."""

    def add_ending(self, ending: Ending) -> None:
        """Note when an action ends."""
        self.connection.execute(sa.insert(endings), msgspec.structs.asdict(ending))

    def due_endings(self, now: datetime, limit: int) -> list[Ending]:
        """Those that have ended, earliest first; locked where the database can."""
        statement = sa.select(endings).where(endings.c.ends_at <= now).order_by(endings.c.ends_at).limit(limit)
        rows = self.connection.execute(statement.with_for_update(skip_locked=True))
        return [Ending(row.action_id, row.account_id, row.ends_at) for row in rows]

    def endings_after(self, now: datetime) -> list[Ending]:
        """Those that are not due yet."""
        rows = self.connection.execute(sa.select(endings).where(endings.c.ends_at > now))
        return [Ending(row.action_id, row.account_id, row.ends_at) for row in rows]

    def drop_ending(self, action_id: str) -> None:
        """Its end was told, or it was taken back before."""
        self.connection.execute(sa.delete(endings).where(endings.c.action_id == action_id))

    def emit(self, events: Sequence[Event]) -> None:
        """Put events into the outbox, and on their way to each endpoint that wants them."""
        if not events:
            return
        rows = [msgspec.structs.asdict(event) | {"body": msgspec.json.encode(event.body)} for event in events]
        hooks = self.webhooks()
        if not hooks:
            self.connection.execute(_ADD_EVENTS, rows)
            return
        statement = sa.insert(outbox).returning(outbox.c.seq, sort_by_parameter_order=True)
        numbered = zip(self.connection.execute(statement, rows).scalars(), events, strict=True)
        due = [_due(seq, hook, event) for seq, event in numbered for hook in hooks if _wants(hook, event)]
        if due:
            self.connection.execute(sa.insert(deliveries), due)

    def events(self, *, account_id: str | None, limit: int) -> list[Event]:
        """The newest events of the outbox."""
        statement = sa.select(outbox).order_by(outbox.c.seq.desc()).limit(limit)
        if account_id is not None:
            statement = statement.where(outbox.c.account_id == account_id)
        return [_event(row) for row in self.connection.execute(statement)]

    def add_webhook(self, webhook: Webhook, secret: str) -> None:
        """Keep an endpoint."""
        values = msgspec.structs.asdict(webhook) | {"events": ",".join(webhook.events), "secret": secret}
        self.connection.execute(sa.insert(webhooks), values)
        self._webhooks = None

    def webhooks(self) -> list[Webhook]:
        """Those that were not removed, oldest first."""
        if self._webhooks is None:
            self._webhooks = [_webhook(row) for row in self.connection.execute(_WEBHOOKS)]
        return self._webhooks

    def webhook_secret(self, webhook_id: str) -> str:
        """What its messages are signed with."""
        statement = sa.select(webhooks.c.secret).where(webhooks.c.webhook_id == webhook_id)
        return str(self.connection.execute(statement).scalar_one())

    def remove_webhook(self, webhook_id: str, now: datetime) -> bool:
        """Whether there was such an endpoint to remove; what waited for it is given up."""
        self._webhooks = None
        live = sa.and_(webhooks.c.webhook_id == webhook_id, webhooks.c.removed_at.is_(None))
        if self.connection.execute(sa.update(webhooks).where(live).values(removed_at=now)).rowcount == 0:
            return False
        waiting = sa.and_(deliveries.c.webhook_id == webhook_id, deliveries.c.state == "waiting")
        gone = {"state": "parked", "error": "The endpoint was removed.", "leased_until": None}
        self.connection.execute(sa.update(deliveries).where(waiting).values(**gone))
        return True

    def lease_deliveries(self, now: datetime, until: datetime, limit: int) -> list[Delivery]:
        """Deliveries that are due, each the earliest that waits for its endpoint and account; leased until a time."""
        free = sa.or_(deliveries.c.leased_until.is_(None), deliveries.c.leased_until <= now)
        due = sa.and_(deliveries.c.state == "waiting", deliveries.c.next_at <= now, free, _IS_FIRST)
        statement = _WITH_EVENT.where(due).order_by(deliveries.c.event_seq).limit(limit)
        found = [
            _delivery(r) for r in self.connection.execute(statement.with_for_update(skip_locked=True, of=deliveries))
        ]
        for delivery in found:
            self.connection.execute(sa.update(deliveries).where(_is(delivery)).values(leased_until=until))
        return found

    def put_delivery(self, delivery: Delivery, now: datetime) -> None:
        """What became of an attempt; the lease ends."""
        values = {
            "state": delivery.state,
            "attempts": delivery.attempts,
            "first_at": delivery.first_at,
            "next_at": delivery.next_at,
            "error": delivery.error,
            "leased_until": None,
            "delivered_at": now if delivery.state == "delivered" else None,
        }
        self.connection.execute(sa.update(deliveries).where(_is(delivery)).values(**values))

    def deliveries(self, state: DeliveryState | None, limit: int) -> list[Delivery]:
        """The newest, of one state or of any."""
        statement = _WITH_EVENT.order_by(deliveries.c.event_seq.desc()).limit(limit)
        if state is not None:
            statement = statement.where(deliveries.c.state == state)
        return [_delivery(row) for row in self.connection.execute(statement)]

    def count_deliveries(self) -> dict[DeliveryState, int]:
        """How many there are of each state."""
        statement = sa.select(deliveries.c.state, sa.func.count()).group_by(deliveries.c.state)
        return {row[0]: row[1] for row in self.connection.execute(statement)}

    def replay_deliveries(self, event_id: str | None, now: datetime) -> int:
        """Send again: one event wherever it goes, or everything that is parked where it is ``None``; how many."""
        live = deliveries.c.webhook_id.in_(sa.select(webhooks.c.webhook_id).where(webhooks.c.removed_at.is_(None)))
        which = deliveries.c.state == "parked"
        if event_id is not None:
            which = deliveries.c.event_seq.in_(sa.select(outbox.c.seq).where(outbox.c.event_id == event_id))
        again = {"state": "waiting", "attempts": 0, "first_at": None, "next_at": now, "error": None}
        return self.connection.execute(sa.update(deliveries).where(live, which).values(**again)).rowcount


def _wants(webhook: Webhook, event: Event) -> bool:
    return not webhook.events or event.type in webhook.events


def _due(seq: int, webhook: Webhook, event: Event) -> dict[str, Any]:
    return {
        "event_seq": seq,
        "webhook_id": webhook.webhook_id,
        "account_id": event.account_id,
        "state": "waiting",
        "attempts": 0,
        "next_at": event.occurred_at,
    }


def _is(delivery: Delivery) -> sa.ColumnElement[bool]:
    return sa.and_(deliveries.c.event_seq == delivery.seq, deliveries.c.webhook_id == delivery.webhook_id)


def _event(row: Any) -> Event:
    return Event(row.event_id, row.type, row.account_id, row.occurred_at, msgspec.json.decode(row.body))


def _webhook(row: Any) -> Webhook:
    return Webhook(row.webhook_id, row.url, tuple(filter(None, row.events.split(","))), row.created_at)


def _delivery(row: Any) -> Delivery:
    return Delivery(
        seq=row.event_seq,
        webhook_id=row.webhook_id,
        state=row.state,
        attempts=row.attempts,
        first_at=row.first_at,
        next_at=row.next_at,
        event=_event(row),
        error=row.error,
    )
