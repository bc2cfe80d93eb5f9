"""Only public addresses are called, whatever a host name says, and a call ends in time however slow the other side."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from ipaddress import ip_network

import pytest
import requests

from adapters.public_address import (
    DeadlineError,
    ForbiddenAddressError,
    deadline,
    forbidden_because,
    guarded_session,
    resolve_public,
)

FORBIDDEN = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0",  # noqa: S104 - refused
    "0.1.2.3", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255",
    "192.168.0.1", "169.254.169.254", "100.64.0.1", "100.127.255.255", "192.0.0.1", "192.0.2.1", "198.18.0.1",
    "198.51.100.7", "203.0.113.9", "192.88.99.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::1", "::", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd12:3456::1", "ff02::1", "2001:db8::1",
    "2001:10::1", "2001:20::1", "100::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::c0a8:1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2002:c0a8:101::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:0:53aa:64c:0:fbfe:f5ff:fffe", "::127.0.0.1", "5f00::1", "localhost",
    "", "1.2.3", "0x7f000001",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "1.1.1.1", "93.184.216.34", "223.5.5.5", "2606:4700::1111", "2400:3200::1", "::ffff:8.8.8.8",
          "64:ff9b::808:808", "2002:808:808::1"]  # fmt: skip


@pytest.mark.parametrize("address", FORBIDDEN)
def test_what_is_not_public_is_refused_with_the_reason(address: str) -> None:
    assert forbidden_because(address)
    with pytest.raises(ForbiddenAddressError, match=r"shop\.example is at"):
        resolve_public("shop.example", 443, resolver=lambda _h, _p: [address])


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_is_called(address: str) -> None:
    assert resolve_public("shop.example", 443, resolver=lambda _h, _p: [address]) == [address]


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    with pytest.raises(ForbiddenAddressError):
        resolve_public("shop.example", 443, resolver=lambda _h, _p: ["8.8.8.8", "10.0.0.1"])


def test_a_host_without_an_address_is_refused() -> None:
    with pytest.raises(ForbiddenAddressError, match="no address"):
        resolve_public("shop.example", 443, resolver=lambda _h, _p: [])


def test_an_allowed_network_is_called() -> None:
    allowed = (ip_network("10.1.0.0/16"),)
    assert resolve_public("hook.example", 80, allowed=allowed, resolver=lambda _h, _p: ["10.1.2.3"]) == ["10.1.2.3"]
    with pytest.raises(ForbiddenAddressError):
        resolve_public("hook.example", 80, allowed=allowed, resolver=lambda _h, _p: ["10.2.2.3"])


@pytest.fixture
def port() -> Iterator[int]:
    """A server that says it will answer, and then drips one byte of a header every tenth of a second."""
    listening = socket.create_server(("127.0.0.1", 0))
    ending = threading.Event()

    def drip() -> None:
        while not ending.is_set():
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                try:
                    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                    while not ending.wait(0.1):
                        connection.sendall(b"a")
                except OSError:
                    continue

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    yield listening.getsockname()[1]
    ending.set()
    listening.shutdown(socket.SHUT_RDWR)  # wakes whoever waits for a connection; closing does not
    listening.close()
    thread.join(5)


LOOPBACK = (ip_network("127.0.0.0/8"),)


def test_a_server_that_drips_is_left_at_the_deadline(port: int) -> None:
    began = time.monotonic()
    with pytest.raises(DeadlineError), deadline(0.5), guarded_session(LOOPBACK) as session:
        session.get(f"http://127.0.0.1:{port}/", timeout=5)
    assert time.monotonic() - began < 4


def test_the_address_that_was_checked_is_the_one_that_is_called(port: int) -> None:
    """A name that answers otherwise the second time gains nothing: it is asked once."""
    asked: list[str] = []

    def turning(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return ["8.8.8.8"] if len(asked) > 1 else ["127.0.0.1"]

    with pytest.raises(DeadlineError), deadline(0.3), guarded_session(LOOPBACK, turning) as session:
        session.get(f"http://turning.example:{port}/", timeout=5)
    assert asked == ["turning.example"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f.1:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://0:{port}/",
    ],
)
def test_loopback_is_refused_however_it_is_written(port: int, url: str) -> None:
    with guarded_session() as session, pytest.raises(requests.ConnectionError, match="address"):
        session.get(url.format(port=port), timeout=2)


def test_the_environments_proxy_is_not_used(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
    with guarded_session() as session, pytest.raises(requests.ConnectionError, match="loopback"):
        session.get(f"http://127.0.0.1:{port}/", timeout=2)
