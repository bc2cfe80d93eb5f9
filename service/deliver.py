"""Telling the platform: events from the outbox to its endpoints, at least once, in order for each account.

An attempt that fails is made again with growing pauses for twelve hours; then the event is parked, where an operator
sees it and can send it again. Many workers can do this at once: each leases what it sends. Killed in between, a worker
leaves a lease that ends, and the event is sent again.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from enforcement.standing import AccountHistory, entry_for_delivery, fold
from enforcement.types import Action
from service.carry_out import event_type, untold_actions
from service.ports import Clock, StaleHeadError, Store, Work
from service.records import Delivery, Event, Webhook

AT_ONCE = 8
LEASE = timedelta(minutes=2)
GIVE_UP_AFTER = timedelta(hours=12)
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
TRIES = 8


class SendError(Exception):
    """An endpoint did not take an event; the message says why and names no secret."""


class Sender(Protocol):
    """How an event gets to an endpoint."""

    def send(self, url: str, secret: str, event: Event, at: datetime) -> None:
        """Send it; :class:`SendError` unless it was taken."""
        ...


def pause_before(attempts: int, chance: float) -> timedelta:
    """The pause after so many attempts: doubled each time, at most an hour; ``chance`` in [0, 1) spreads it by half.

    Without the spread, everything that failed together would come back together.
    """
    longest: timedelta = min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    return longest * (0.5 + chance)


def after_failure(delivery: Delivery, problem: str, now: datetime, chance: float) -> Delivery:
    """The delivery after an attempt that failed: waiting for the next, or parked."""
    first_at = delivery.first_at or now
    next_at = now + pause_before(delivery.attempts + 1, chance)
    return msgspec.structs.replace(
        delivery,
        attempts=delivery.attempts + 1,
        first_at=first_at,
        next_at=next_at,
        state="parked" if next_at > first_at + GIVE_UP_AFTER else "waiting",
        error=problem,
    )


def is_told_by_event(action: Action, webhooks: Sequence[Webhook]) -> bool:
    """Whether an endpoint gets the event of an action, so that its acknowledgement, and nothing else, delivers it."""
    kind = event_type(action.order)
    return any(hook.created_at <= action.ordered_at and (not hook.events or kind in hook.events) for hook in webhooks)


def told_by_answers(work: Work, history: AccountHistory) -> list[Action]:
    """What the account was not told and no endpoint will be sent: an answer of the API tells it."""
    untold = untold_actions(history)
    if not untold:
        return []
    webhooks = work.webhooks()
    return [action for action in untold if not is_told_by_event(action, webhooks)]


class Deliveries:
    """Sends what waits."""

    def __init__(self, store: Store, clock: Clock, sender: Sender) -> None:
        self._store = store
        self._clock = clock
        self._sender = sender

    def run_next(self) -> bool:
        """Send what is due, a few at once; whether there was anything."""
        now = self._clock.now()
        with self._store.begin(write=False) as work:
            if not work.webhooks():
                return False
        with self._store.begin() as work:
            leased = work.lease_deliveries(now, now + LEASE, AT_ONCE)
            endpoints = {hook.webhook_id: hook.url for hook in work.webhooks()}
            secrets = {name: work.webhook_secret(name) for name in endpoints}
        ready = [delivery for delivery in leased if delivery.webhook_id in endpoints]
        if ready:
            with ThreadPoolExecutor(AT_ONCE) as threads:
                list(threads.map(lambda d: self._deliver(d, endpoints[d.webhook_id], secrets[d.webhook_id]), ready))
        return bool(leased)

    def _deliver(self, delivery: Delivery, url: str, secret: str) -> None:
        try:
            self._sender.send(url, secret, delivery.event, self._clock.now())
        except SendError as error:
            chance = random.random()  # noqa: S311 - no secret depends on it
            after = after_failure(delivery, str(error), self._clock.now(), chance)
        else:
            after = msgspec.structs.replace(delivery, state="delivered", attempts=delivery.attempts + 1, error=None)
        self._keep(after)

    def _keep(self, delivery: Delivery) -> None:
        for attempt in range(TRIES):
            now = self._clock.now()
            try:
                with self._store.begin() as work:
                    work.put_delivery(delivery, now)
                    if delivery.state == "delivered":
                        _acknowledge(work, delivery.event, now)
            except StaleHeadError:
                # The account was written to in between. Given up, the lease ends and the event is sent once more.
                if attempt == TRIES - 1:
                    raise
            else:
                return


def _acknowledge(work: Work, event: Event, now: datetime) -> None:
    """The platform has taken the event of an action: with that, the account was told."""
    action_id = event.body.get("action_id")
    if event.account_id is None or action_id is None:
        return
    stream = f"account:{event.account_id}"
    entries = work.entries(stream)
    action = fold(event.account_id, entries).action(action_id)
    if action is not None and action.delivered_at is None and event.type == event_type(action.order):
        work.append([entry_for_delivery(event.account_id, (action_id,), now)], heads={stream: len(entries)}, now=now)
