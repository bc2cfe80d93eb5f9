"""Events over real HTTP on loopback: signed as the specification says, and every failure told in plain words."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import Any

import msgspec
import pytest

from adapters.webhooks import WebhookSender, signature
from service.deliver import SendError
from service.records import Event

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
EVENT = Event("evt-1", "account.warned", "a1", AT, {"account_id": "a1", "note": "假货"})
LOOPBACK = (ip_network("127.0.0.0/8"),)


class Endpoint(ThreadingHTTPServer):
    """Answers as it is told, and keeps what it got."""

    daemon_threads = True

    def __init__(self) -> None:
        self.answer: Callable[[BaseHTTPRequestHandler], None] = lambda handler: _say(handler, 204)
        self.got: list[tuple[dict[str, str], bytes]] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook"


class _Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.server.answer(self)

    def log_message(self, *_: Any) -> None:
        """Tests are quiet."""


def _say(handler: BaseHTTPRequestHandler, status: int, **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    server = Endpoint()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def sender() -> WebhookSender:
    return WebhookSender(LOOPBACK, timeout_s=1)


def test_an_event_is_signed_as_the_specification_says(endpoint: Endpoint, sender: WebhookSender) -> None:
    sender.send(endpoint.url, SECRET, EVENT, AT)
    ((headers, body),) = endpoint.got
    signed = f"evt-1.{int(AT.timestamp())}.".encode() + body
    digest = hmac.new(base64.b64decode(SECRET.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("evt-1", str(int(AT.timestamp())))
    assert headers["content-type"] == "application/json"
    assert msgspec.json.decode(body) == {
        "type": "account.warned",
        "timestamp": "2026-11-22T08:00:00Z",
        "data": {"account_id": "a1", "note": "假货"},
    }


def test_the_specifications_own_example_gives_its_signature() -> None:
    """From the specification: this secret, id, time and body give this signature."""
    at = datetime.fromtimestamp(1614265330, UTC)
    made = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}'
    )
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_two_hundreds_are_taken(endpoint: Endpoint, sender: WebhookSender, status: int) -> None:
    endpoint.answer = lambda handler: _say(handler, status)
    sender.send(endpoint.url, SECRET, EVENT, AT)


@pytest.mark.parametrize("status", [301, 400, 401, 404, 410, 429, 500, 503])
def test_every_other_answer_is_a_failure(endpoint: Endpoint, sender: WebhookSender, status: int) -> None:
    endpoint.answer = lambda handler: _say(handler, status, Location="http://127.0.0.1:1/")
    with pytest.raises(SendError, match=str(status)):
        sender.send(endpoint.url, SECRET, EVENT, AT)


def test_a_redirect_is_not_followed(endpoint: Endpoint, sender: WebhookSender) -> None:
    endpoint.answer = lambda handler: _say(handler, 307, Location=endpoint.url)
    with pytest.raises(SendError, match="redirects are not followed"):
        sender.send(endpoint.url, SECRET, EVENT, AT)
    assert len(endpoint.got) == 1


def test_an_endpoint_that_hangs_is_left(endpoint: Endpoint, sender: WebhookSender) -> None:
    released = threading.Event()
    endpoint.answer = lambda _handler: released.wait(10) and None
    with pytest.raises(SendError, match=r"in time|broke off"):
        sender.send(endpoint.url, SECRET, EVENT, AT)
    released.set()


def test_an_endpoint_that_never_ends_its_answer_is_not_read(endpoint: Endpoint, sender: WebhookSender) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        _say(handler, 200)
        try:
            for _ in range(100_000):
                handler.wfile.write(b"x" * 65_536)
        except OSError:
            return

    endpoint.answer = endless
    sender.send(endpoint.url, SECRET, EVENT, AT)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{port}/", "http://169.254.169.254/latest/meta-data", "http://10.0.0.1/", "http://[::1]/"]
)
def test_private_addresses_are_refused(endpoint: Endpoint, url: str) -> None:
    with pytest.raises(SendError, match=r"refused: .* address"):
        WebhookSender(timeout_s=1).send(url.format(port=endpoint.server_address[1]), SECRET, EVENT, AT)
    assert not endpoint.got


def test_an_endpoint_that_is_not_there_is_told_without_its_address(sender: WebhookSender) -> None:
    with pytest.raises(SendError) as failed:
        sender.send("http://127.0.0.1:1/token-9f2", SECRET, EVENT, AT)
    assert "token-9f2" not in str(failed.value)
