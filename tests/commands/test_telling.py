"""Endpoints and events as an operator meets them, with real processes and a real endpoint."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pytest
from service_process import Operator

BAG = "https://weidian.com/item.html?itemID=4371293"
POST = {"account_id": "a1", "text": "高仿LV包包298元 专柜品质 一比一 加V信 lv8888", "links": [BAG]}

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and processes as POSIX has them")


class Endpoint(ThreadingHTTPServer):
    """Takes events, or fails while ``broken``."""

    daemon_threads = True

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.broken = False
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self.server.broken:
            self.server.got.append(msgspec.json.decode(body))
        self.send_response(500 if self.server.broken else 204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Tests are quiet."""


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
def operator(tmp_path: Path, _migrated_sqlite: str) -> Operator:
    shutil.copy(_migrated_sqlite, tmp_path / "dajia.sqlite3")
    operator = Operator(tmp_path)
    operator.settings["DAJIA_WEBHOOK_NETWORKS"] = "127.0.0.0/8"
    return operator


def add(operator: Operator, endpoint: Endpoint) -> str:
    done = operator.run_inside("webhook", "add", f"http://127.0.0.1:{endpoint.server_address[1]}/hook")
    assert done.returncode == 0
    return done.stdout


def wait_for(endpoint: Endpoint, count: int) -> None:
    deadline = time.monotonic() + 20
    while len(endpoint.got) < count and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(endpoint.got) == count


def test_an_event_reaches_the_endpoint_of_a_running_service(operator: Operator, endpoint: Endpoint) -> None:
    assert add(operator, endpoint).startswith("whsec_")
    key = operator.run_inside("key", "create", "platform", "--scopes", "score").stdout.strip()
    with operator.serving() as served:
        served.session.headers["Authorization"] = f"Bearer {key}"
        answer = served.post("/v1/posts", {"post_id": "p1", **POST}).json()
        wait_for(endpoint, 1)
    (event,) = endpoint.got
    assert event["type"] == "link.held"
    assert event["data"]["action_id"] == answer["actions"][0]["action_id"]


def test_killed_while_the_endpoint_fails_nothing_is_lost(operator: Operator, endpoint: Endpoint) -> None:
    add(operator, endpoint)
    endpoint.broken = True
    key = operator.run_inside("key", "create", "platform", "--scopes", "score").stdout.strip()
    with operator.serving() as served:
        served.session.headers["Authorization"] = f"Bearer {key}"
        for number in range(5):
            assert served.post("/v1/posts", {"post_id": f"p{number}", **POST, "account_id": f"a{number}"}).ok
        for pid in served.children():
            os.kill(pid, signal.SIGKILL)
        served.process.kill()
        served.process.wait()
    endpoint.broken = False
    assert operator.run_inside("events", "list", "--state", "waiting").stdout.count("link.held") == 5
    assert operator.run_inside("events", "list", "--state", "delivered").stdout == ""
    with operator.serving():
        wait_for(endpoint, 5)
    assert sorted(event["data"]["account_id"] for event in endpoint.got) == [f"a{number}" for number in range(5)]


def test_endpoints_are_listed_without_their_secret_and_removed(operator: Operator, endpoint: Endpoint) -> None:
    secret = add(operator, endpoint).strip()
    listed = operator.run_inside("webhook", "list").stdout
    assert secret not in listed
    webhook_id = listed.split("\t")[0]
    assert operator.run_inside("webhook", "remove", webhook_id).returncode == 0
    again = operator.run_inside("webhook", "remove", webhook_id)
    assert (again.returncode, "dajia webhook list" in again.stderr) == (1, True)
    assert operator.run_inside("webhook", "list").stdout == ""


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("webhook", "add", "platform.example"), 1, "https://platform.example/dajia"),
        (("webhook", "add", "https://p.example/", "--events", "link.hold"), 1, "'link.hold'"),
        (("events", "replay"), 2, "EVENT_ID"),
        (("events", "replay", "x", "--parked"), 2, "EVENT_ID"),
        (("events", "replay", "x"), 1, "0 deliveries"),
        (("events", "list", "--state", "lost"), 2, "lost"),
    ],
)
def test_wrong_use_says_what_to_do(operator: Operator, arguments: tuple[str, ...], status: int, message: str) -> None:
    done = operator.run_inside(*arguments)
    assert done.returncode == status
    assert message in done.stderr


def test_networks_that_are_none_are_named(operator: Operator) -> None:
    done = operator.run_inside("webhook", "list", DAJIA_WEBHOOK_NETWORKS="intranet")
    assert (done.returncode, "DAJIA_WEBHOOK_NETWORKS" in done.stderr) == (1, True)
