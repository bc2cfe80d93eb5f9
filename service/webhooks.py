"""The endpoints that events go to: added by an operator, each with a secret that is shown once."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from urllib.parse import urlsplit

from service.carry_out import NewId
from service.ports import Clock, Store
from service.records import Delivery, DeliveryState, Webhook

EVENT_TYPES = (
    "link.held",
    "link.blocked",
    "link.restored",
    "account.warned",
    "account.restricted",
    "account.suspended",
    "account.banned",
    "account.restored",
    "appeal.message",
    "appeal.decided",
    "notice.forwarded",
    "notice.countered",
    "notice.decided",
    "notice.restored",
    "rulebook.published",
)
"""Every type of event there is."""
MAX_URL = 2_048


class WebhookError(ValueError):
    """An endpoint that cannot be taken; the message says why."""


class Webhooks:
    """Adds, lists and removes endpoints, and shows what is on its way to them."""

    def __init__(self, store: Store, clock: Clock, new_id: NewId) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id

    def add(self, url: str, events: Sequence[str] = ()) -> tuple[Webhook, str]:
        """Add an endpoint; its secret is returned here and shown nowhere else. No ``events``: all types."""
        _require_web_address(url)
        unknown = sorted(set(events) - set(EVENT_TYPES))
        if unknown:
            raise WebhookError(f"There is no event {unknown[0]!r}. The types are {', '.join(EVENT_TYPES)}.")
        webhook = Webhook(self._new_id(), url, tuple(dict.fromkeys(events)), self._clock.now())
        secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
        with self._store.begin() as work:
            work.add_webhook(webhook, secret)
        return webhook, secret

    def all(self) -> list[Webhook]:
        """Those that were not removed, oldest first."""
        with self._store.begin(write=False) as work:
            return work.webhooks()

    def remove(self, webhook_id: str) -> bool:
        """Whether there was such an endpoint."""
        with self._store.begin() as work:
            return work.remove_webhook(webhook_id, self._clock.now())

    def deliveries(self, state: DeliveryState | None, limit: int) -> list[Delivery]:
        """The newest deliveries, of one state or of any."""
        with self._store.begin(write=False) as work:
            return work.deliveries(state, limit)

    def replay(self, event_id: str | None) -> int:
        """Send an event again, or everything that is parked where it is ``None``; how many deliveries."""
        with self._store.begin() as work:
            return work.replay_deliveries(event_id, self._clock.now())


def _require_web_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or len(url) > MAX_URL or not url.isprintable() or " " in url:
        raise WebhookError("An endpoint is a whole address such as https://platform.example/dajia.")
    if "@" in parts.netloc or parts.fragment:
        raise WebhookError("An endpoint's address holds no user name, no password and no fragment.")
