"""Sending an event to an endpoint, signed as the Standard Webhooks specification says.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md. Redirects are not followed,
nothing of the answer is read but its status, and the whole call ends after ten seconds.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

import msgspec
import requests

from adapters.public_address import ForbiddenAddressError, Network, Resolver, deadline, guarded_session, look_up
from service.deliver import SendError
from service.records import Event

TIMEOUT_S = 10.0
PREFIX = "whsec_"


class WebhookSender:
    """Sends events over HTTP; the port of ``service/deliver.py``."""

    def __init__(
        self, allowed: Sequence[Network] = (), *, resolver: Resolver = look_up, timeout_s: float = TIMEOUT_S
    ) -> None:
        self._allowed = tuple(allowed)
        self._resolver = resolver
        self._timeout_s = timeout_s

    def send(self, url: str, secret: str, event: Event, at: datetime) -> None:
        """Send it; :class:`~service.deliver.SendError` unless the endpoint took it, that is, answered 2xx."""
        body = payload(event)
        headers = {"Content-Type": "application/json", **signature(secret, event.event_id, at, body)}
        try:
            status = self._post(url, body, headers)
        except ForbiddenAddressError as error:
            raise SendError(f"refused: {error}") from None
        except requests.RequestException as error:
            raise SendError(_why(error)) from None
        if not 200 <= status < 300:
            followed = "; redirects are not followed" if 300 <= status < 400 else ""
            raise SendError(f"the endpoint answered {status}{followed}")

    def _post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        # A session for each call: its connection ends with it, and no cookie is carried on.
        with deadline(self._timeout_s), guarded_session(self._allowed, self._resolver) as session:
            answer = session.post(
                url, data=body, headers=headers, timeout=self._timeout_s, allow_redirects=False, stream=True
            )
            with answer:
                return answer.status_code


def payload(event: Event) -> bytes:
    """The event as it is sent: type, time and data."""
    return msgspec.json.encode({"type": event.type, "timestamp": event.occurred_at, "data": event.body})


def signature(secret: str, event_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers; the id is the event's, so that a receiver knows what it has had before."""
    timestamp = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix(PREFIX))
    digest = hmac.new(key, f"{event_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def _why(error: requests.RequestException) -> str:
    """What went wrong, in words that name no secret: the message of the library may hold the whole URL."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ForbiddenAddressError):
            return f"refused: {cause}"
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, requests.Timeout):
        return "the endpoint did not answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "the endpoint's certificate cannot be trusted"
    return "the endpoint cannot be reached, or broke off"
