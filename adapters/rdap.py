"""Registration dates over RDAP (RFC 9082, RFC 9083), by connections that go to public addresses alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import quote, urljoin, urlsplit

import requests
import urllib3

from adapters.public_address import Network, Resolver, deadline, guarded_session, look_up
from service.registrations import RegistryBusyError

MAX_HOPS = 3
MAX_BYTES = 500_000
TIMEOUT_S = 10.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HEADERS = {"Accept": "application/rdap+json", "User-Agent": "dajia"}


class RdapRegistry:
    """A server that answers for a registry, or that leads to those which do (``https://rdap.org``)."""

    def __init__(self, base: str, *, allowed: Sequence[Network] = (), resolver: Resolver = look_up) -> None:
        self.name = urlsplit(base).hostname or ""
        self._base = base if base.endswith("/") else f"{base}/"
        self._scheme = urlsplit(base).scheme
        self._allowed = allowed
        self._resolver = resolver

    def registered_at(self, domain: str) -> datetime | None:
        """When a domain was registered; ``None`` where nobody says, or the answer cannot be read.

        :class:`RegistryBusyError` where the server asks to wait or cannot be reached. A registry that it leads to and
        that does not answer says nothing: one that is always away must not hold up all other domains.
        """
        address = urljoin(self._base, f"domain/{quote(domain, safe='')}")
        for hop in range(MAX_HOPS + 1):
            try:
                answer = self._get(address)
            except (OSError, urllib3.exceptions.HTTPError) as error:  # requests' own errors are of the first kind
                if hop == 0:
                    raise RegistryBusyError(f"{self.name}: {error}") from error
                return None
            except ValueError:
                return None  # requests reads where a redirect leads, and that is no address: http://[
            if hop == 0 and (answer.status == 429 or answer.status >= 500):
                raise RegistryBusyError(f"{self.name} answers {answer.status}.")
            if answer.status not in _REDIRECTS:
                return read_answer(answer.body) if answer.status == 200 else None
            address = urljoin(address, answer.location)
            if urlsplit(address).scheme != self._scheme:
                return None  # from TLS to none: anybody between could answer
        return None

    def _get(self, address: str) -> _Answer:
        with (
            deadline(TIMEOUT_S),
            guarded_session(self._allowed, self._resolver) as session,
            session.get(address, headers=_HEADERS, timeout=TIMEOUT_S, allow_redirects=False, stream=True) as answer,
        ):
            return _Answer(answer.status_code, answer.headers.get("Location", ""), _body(answer))


class _Answer(NamedTuple):
    status: int
    location: str
    body: bytes


def _body(answer: requests.Response) -> bytes:
    body = b""
    for piece in answer.iter_content(65_536):
        body += piece
        if len(body) > MAX_BYTES:
            return b""
    return body


def read_answer(body: bytes) -> datetime | None:
    """The registration date of an answer; ``None`` where it has none, or is no RDAP answer. Never raises."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    events = answer.get("events") if isinstance(answer, dict) else None
    for event in events if isinstance(events, list) else ():
        if isinstance(event, dict) and event.get("eventAction") == "registration":
            return _instant(event.get("eventDate"))
    return None


def _instant(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    found = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
    return found.astimezone(UTC) if 1980 <= found.year <= 2100 else None
