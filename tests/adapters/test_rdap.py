"""Registration dates as registries tell them, and servers that tell nothing, wait, lead astray or never end."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import rdap
from adapters.rdap import MAX_BYTES, RdapRegistry, read_answer
from service.registrations import RegistryBusyError

LOOPBACK = (ip_network("127.0.0.0/8"),)
DATE = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
ANSWER = {
    "objectClassName": "domain",
    "events": [
        {"eventAction": "expiration", "eventDate": "2027-11-03T09:30:00Z"},
        {"eventAction": "registration", "eventDate": "2026-11-03T17:30:00+08:00"},
    ],
}


class Server(BaseHTTPRequestHandler):
    """A registry, by the name that it is asked for."""

    def do_GET(self) -> None:
        name = self.path.rpartition("/")[2]
        if name == "slow.example":
            self.server.closing.wait(20)  # type: ignore[attr-defined]
            return
        status = {"none.example": 404, "busy.example": 429, "broken.example": 500}.get(name, 200)
        status = (
            302 if name in {"led.example", "round.example", "away.example", "dead.example", "odd.example"} else status
        )
        body = b"x" * (MAX_BYTES + 1) if name == "large.example" else json.dumps(ANSWER).encode()
        self.send_response(status)
        to = {
            "led.example": "/domain/shop.example",
            "round.example": "/domain/round.example",
            "dead.example": "/domain/broken.example",
            "odd.example": "http://[",
        }
        if status == 302:
            self.send_header("Location", to.get(name, "ftp://registry.example/domain/away.example"))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    server.closing = threading.Event()  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.closing.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("domain", "at"),
    [
        ("shop.example", DATE),
        ("led.example", DATE),
        ("none.example", None),
        ("round.example", None),
        ("away.example", None),
        ("dead.example", None),
        ("odd.example", None),
        ("large.example", None),
    ],
)
def test_a_registry_tells_when_a_domain_was_registered(base: str, domain: str, at: datetime | None) -> None:
    assert RdapRegistry(base, allowed=LOOPBACK).registered_at(domain) == at


@pytest.mark.parametrize("domain", ["busy.example", "broken.example"])
def test_a_registry_that_asks_to_wait_is_waited_for(base: str, domain: str) -> None:
    with pytest.raises(RegistryBusyError, match=r"answers (429|500)"):
        RdapRegistry(base, allowed=LOOPBACK).registered_at(domain)


def test_a_registry_that_does_not_answer_is_given_up(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdap, "TIMEOUT_S", 0.3)
    with pytest.raises(RegistryBusyError):
        RdapRegistry(base, allowed=LOOPBACK).registered_at("slow.example")


def test_a_registry_within_our_own_network_is_not_asked(base: str) -> None:
    with pytest.raises(RegistryBusyError, match="loopback"):
        RdapRegistry(base).registered_at("shop.example")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"[" * 100_000,
        b'{"events": 3}',
        b'{"events": [3, {"eventAction": "registration"}]}',
        b'{"events": [{"eventAction": "registration", "eventDate": "yesterday"}]}',
        b'{"events": [{"eventAction": "registration", "eventDate": 20261103}]}',
        b'{"events": [{"eventAction": "registration", "eventDate": "0001-01-01T00:00:00Z"}]}',
        b'{"events": [{"eventAction": "last changed", "eventDate": "2026-01-01T00:00:00Z"}]}',
    ],
)
def test_an_answer_without_a_date_says_nothing(body: bytes) -> None:
    assert read_answer(body) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_an_answer(body: bytes) -> None:
    assert read_answer(body) is None or body


def test_a_date_without_an_offset_is_in_utc() -> None:
    body = json.dumps({"events": [{"eventAction": "registration", "eventDate": "2026-11-03T09:30:00"}]})
    assert read_answer(body.encode()) == DATE
