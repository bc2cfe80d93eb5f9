"""Visits to a hostile server end with a recorded, explained outcome, and never inside our own network."""

from __future__ import annotations

import hashlib
import re
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from ipaddress import ip_network
from pathlib import Path

import pytest
from hostile_server import ANSWERS, HostileServer, hostile_server, self_signed

from adapters.fetch import MAX_HOPS, PageFetcher
from adapters.robots import RobotsRules
from detector.pages import read_page
from service.visits import Certificate, Fetched

LOOPBACK = [ip_network("127.0.0.0/8")]
QUICK_S = 1.0


@pytest.fixture(scope="module")
def server() -> Iterator[HostileServer]:
    with hostile_server() as running:
        yield running


def loopback(_host: str, _port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def guarded(host: str, port: int) -> Sequence[str]:
    """Names are on loopback, which these tests allow; addresses are themselves."""
    return [host.strip("[]")] if re.fullmatch(r"[\d.]+|[0-9a-f:]*:[0-9a-f:]*", host) else loopback(host, port)


def fetcher(server: HostileServer, **changes: object) -> PageFetcher:
    ports = frozenset({80, 443, server.port})
    values = {"allowed": LOOPBACK, "ports": ports, "resolver": guarded, "timeout_s": QUICK_S} | changes
    return PageFetcher(**values)  # type: ignore[arg-type]


def visit(server: HostileServer, path: str, **changes: object) -> Fetched:
    return fetcher(server, **changes).fetch(f"http://shop.example:{server.port}{path}", "mobile")


@pytest.mark.parametrize("path", ["/shop", "/gbk", "/gzip", "/deflate", "/chunked"])
def test_a_page_is_read_however_it_is_packed(server: HostileServer, path: str) -> None:
    found = visit(server, path)
    assert (found.outcome, found.detail) == ("read", "")
    assert found.page is not None
    reading = read_page(found.page)
    assert reading.title == "LV 包包 工厂直销"
    assert [price.amount for price in reading.prices] == [298]
    assert [hop.status for hop in found.hops] == [200]


@pytest.mark.parametrize(
    ("path", "via"),
    [("/hop", "http"), ("/hop-utf8", "http"), ("/meta", "meta"), ("/refresh", "http"), ("/script", "script")],
)
def test_redirects_of_each_kind_are_followed_and_recorded(server: HostileServer, path: str, via: str) -> None:
    found = visit(server, path)
    assert found.outcome == "read"
    assert [hop.via for hop in found.hops] == ["link", via]
    assert found.hops[1].url.startswith(f"http://shop.example:{server.port}/shop")
    assert len(found.exchanges) == 2
    assert found.page is not None
    assert "包包" in read_page(found.page).title


def test_a_page_that_sends_to_itself_is_read(server: HostileServer) -> None:
    assert visit(server, "/script-back").outcome == "read"


@pytest.mark.parametrize(
    ("path", "outcome", "says"),
    [
        ("/loop", "too_many_redirects", "10"),
        ("/loop-a", "too_many_redirects", "10"),
        ("/inside", "forbidden_address", "private"),
        ("/metadata", "forbidden_address", "link-local"),
        ("/meta-inside", "forbidden_address", "loopback"),
        ("/script-inside", "forbidden_address", "private"),
        ("/to-file", "no_web_address", "no address"),
        ("/to-port", "forbidden_port", "22"),
        ("/to-nonsense", "bad_answer", "cannot be read"),
        ("/no-location", "refused", "302"),
        ("/gone", "gone", "404"),
        ("/gone-for-good", "gone", "410"),
        ("/refused", "refused", "403"),
        ("/busy", "refused", "429"),
        ("/broken", "refused", "500"),
        ("/empty", "unreachable", "broke off"),
        ("/garbage", "unreachable", "broke off"),
        ("/short", "cut_off", "before its end"),
        ("/large", "too_large", "5,000,000"),
        ("/large-told", "too_large", "5,000,000"),
        ("/drip", "timed_out", "1 second"),
        ("/drip-head", "timed_out", "1 second"),
        ("/heads", "unreachable", "broke off"),
        ("/long-head", "unreachable", "broke off"),
        ("/gzip-bomb", "too_large", "20,000,000"),
        ("/gzip-twice", "too_large", "20,000,000"),
        ("/brotli", "bad_answer", "br"),
        ("/not-gzip", "bad_answer", "unpacked"),
    ],
)
def test_each_hostile_page_has_an_explained_outcome(server: HostileServer, path: str, outcome: str, says: str) -> None:
    began = time.monotonic()
    found = visit(server, path)
    assert found.outcome == outcome, found.detail
    assert says in found.detail
    assert found.page is None
    assert time.monotonic() - began < QUICK_S + 5
    assert len(found.hops) <= MAX_HOPS + 1


def test_something_else_than_a_page_is_said_to_be_so(server: HostileServer) -> None:
    found = visit(server, "/pdf")
    assert found.page is not None
    assert read_page(found.page).problem == "not_html"


def test_a_certificate_that_cannot_be_trusted_ends_the_visit(tmp_path: Path) -> None:
    with hostile_server(self_signed(tmp_path)) as secure:
        found = fetcher(secure).fetch(f"https://shop.example:{secure.port}/shop", "desktop")
    assert (found.outcome, secure.requests) == ("bad_certificate", [])


def test_the_certificate_of_the_last_server_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = self_signed(tmp_path)
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(file))
    with hostile_server(file) as secure:
        found = fetcher(secure).fetch(f"https://shop.example:{secure.port}/shop", "desktop")
    der = ssl.PEM_cert_to_DER_cert(file.read_text()[file.read_text().index("-----BEGIN CERT") :])
    assert (found.outcome, found.detail) == ("read", "")
    assert found.certificate == Certificate(hashlib.sha256(der).hexdigest(), ("shop.example",))


def test_a_page_without_tls_has_no_certificate(server: HostileServer) -> None:
    assert visit(server, "/shop").certificate is None


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    closed = PageFetcher(allowed=LOOPBACK, ports=frozenset({port}), resolver=loopback)
    assert closed.fetch(f"http://shop.example:{port}/", "mobile").outcome == "unreachable"


def test_a_name_that_does_not_exist(server: HostileServer) -> None:
    def nowhere(host: str, _port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, f"no {host}")

    assert visit(server, "/shop", resolver=nowhere).outcome == "unreachable"


def test_a_name_that_answers_otherwise_the_next_time_is_asked_once_for_each_connection(server: HostileServer) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    found = visit(server, "/hop", resolver=lambda _host, _port: next(answers))
    assert found.outcome == "forbidden_address"
    assert [hop.status for hop in found.hops] == [302, None]


def test_nothing_of_the_environment_is_sent(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine shop.example login me password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    assert visit(server, "/echo").outcome == "read"
    assert b"authorization" not in server.requests[-1].lower()
    assert visit(server, "/cookie").outcome == "read"
    assert b"cookie" not in server.requests[-1].lower()


def test_credentials_in_an_address_are_not_sent(server: HostileServer) -> None:
    found = fetcher(server).fetch(f"http://me:secret@shop.example:{server.port}/echo#part", "mobile")
    assert found.outcome == "read"
    assert b"authorization" not in server.requests[-1].lower()
    assert b"secret" not in server.requests[-1]


def test_the_two_profiles_say_who_they_are(server: HostileServer) -> None:
    fetcher(server).fetch(f"http://shop.example:{server.port}/echo", "mobile")
    fetcher(server).fetch(f"http://shop.example:{server.port}/echo", "desktop")
    mobile, desktop = (request.decode() for request in server.requests[-2:])
    assert ("Mobile" in mobile, "Referer: https://m.weibo.cn/" in mobile) == (True, True)
    assert ("Mobile" in desktop, "Referer" in desktop) == (False, False)


def test_robots_are_respected_where_an_operator_wants_it(server: HostileServer) -> None:
    assert visit(server, "/gbk", robots=RobotsRules()).outcome == "disallowed"
    assert visit(server, "/shop", robots=RobotsRules()).outcome == "read"
    assert visit(server, "/gbk").outcome == "read"


def test_every_answer_of_the_server_is_tried() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    assert [
        path for path in ANSWERS if f'"{path}"' not in source and path not in {"/second", "/robots.txt", "/loop-b"}
    ] == []


# the table of the documentation

_ROW = re.compile(r"^\| `(?P<url>[^`]+)`(?: \((?P<addresses>[^)]+)\))? \| (?P<what>blocked|fetched)", re.MULTILINE)
DOCUMENTED = [
    (row["url"], (row["addresses"] or "").split(", "), row["what"])
    for row in _ROW.finditer((Path(__file__).parents[2] / "docs" / "fetching.md").read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("url", "addresses", "what"), DOCUMENTED, ids=[row[0] for row in DOCUMENTED])
def test_the_documented_addresses(monkeypatch: pytest.MonkeyPatch, url: str, addresses: list[str], what: str) -> None:
    called: list[str] = []

    def connect(address: tuple[str, int], *_rest: object) -> socket.socket:
        called.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)

    def resolve(host: str, port: int) -> Sequence[str]:
        if addresses != [""]:
            return addresses
        return [str(found[4][0]) for found in socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)]

    found = PageFetcher(resolver=resolve).fetch(url, "mobile")
    if what == "fetched":
        assert (found.outcome, len(called)) == ("unreachable", 1), "it was called, and here nobody answers"
    else:
        assert (found.outcome.startswith(("forbidden", "no_web")), called) == (True, []), found


def test_the_documentation_has_its_table() -> None:
    assert len([row for row in DOCUMENTED if row[2] == "blocked"]) >= 35
    assert len([row for row in DOCUMENTED if row[2] == "fetched"]) >= 5
