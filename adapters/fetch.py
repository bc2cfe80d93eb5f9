"""Visits landing pages as a user's browser would, guarded against what their servers may do to us.

Public addresses and the usual ports alone, each hop checked anew; redirects followed by hand, those in the page too;
limits on hops, bytes, unpacked bytes and time. No proxies, credentials or cookies; nothing of a page is run.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit, urlunsplit

import requests
import urllib3

from adapters.public_address import (
    DeadlineError,
    ForbiddenAddressError,
    Network,
    Resolver,
    deadline,
    guarded_session,
    look_up,
    peer_certificate,
)
from adapters.robots import RobotsRules
from detector.page_jumps import refresh_of
from detector.pages import read_page
from detector.types import PageReading, PageSnapshot
from service.visits import MOST_NAMES, Certificate, Exchange, Fetched, Hop, HopKind, Outcome, Profile

MAX_HOPS = 10
MAX_BYTES = 5_000_000
"""Of one answer's body, as it comes over the wire."""
MAX_UNPACKED = 20_000_000
MAX_NAME = 253
"""Characters of a host's name (RFC 1035)."""
TIMEOUT_S = 15.0
"""For the whole visit with all its hops."""
PORTS = frozenset({80, 443})
_CHUNK = 65_536
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})

_ACCEPT = {
    "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.7",
    "Accept-Encoding": "gzip, deflate",
}
HEADERS: dict[Profile, dict[str, str]] = {
    "mobile": {
        "User-Agent": "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/130.0.0.0 Mobile Safari/537.36",
        "Referer": "https://m.weibo.cn/",
        **_ACCEPT,
    },
    "desktop": {
        "User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/130.0.0.0 Safari/537.36",
        **_ACCEPT,
    },
}


class _StopError(Exception):
    """The visit ends here, without a page."""

    def __init__(self, outcome: Outcome, detail: str) -> None:
        super().__init__(detail)
        self.outcome: Outcome = outcome


class _Next(NamedTuple):
    url: str
    via: HopKind


class PageFetcher:
    """Visits pages over HTTP; the port of ``service/visits.py``."""

    def __init__(
        self,
        *,
        robots: RobotsRules | None = None,
        allowed: Sequence[Network] = (),
        ports: frozenset[int] = PORTS,
        resolver: Resolver = look_up,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        """``allowed`` and ``ports`` open what is closed to the world; ``robots`` is asked where it is given."""
        self._robots = robots
        self._allowed = tuple(allowed)
        self._ports = ports
        self._resolver = resolver
        self._timeout_s = timeout_s

    def fetch(self, url: str, profile: Profile) -> Fetched:
        """Visit an address as one of the profiles, following where it leads. Never raises."""
        visit = _Visit(profile)
        try:
            with _told_apart(), deadline(self._timeout_s), self._session() as session:
                page, reading = self._follow(session, visit, url)
        except _StopError as stop:
            hops, exchanges = tuple(visit.hops), tuple(visit.exchanges)
            return Fetched(profile, stop.outcome, str(stop), hops, exchanges=exchanges)
        return Fetched(profile, "read", "", tuple(visit.hops), page, reading, tuple(visit.exchanges))

    def _session(self) -> requests.Session:
        session = guarded_session(self._allowed, self._resolver)
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        return session

    def _follow(self, session: requests.Session, visit: _Visit, url: str) -> tuple[PageSnapshot, PageReading]:
        step = _Next(url, "link")
        while True:
            if len(visit.hops) > MAX_HOPS:
                raise _StopError("too_many_redirects", f"It leads on after {MAX_HOPS} redirects.")
            address = self._address(step.url, visit, step.via)
            exchange = self._get(session, address, visit)
            following = _redirect(exchange)
            if following is None:
                page = _page(exchange)
                reading = read_page(page)
                following = _jump(reading, visit)
                if following is None:
                    return page, reading
            step = following

    def _address(self, url: str, visit: _Visit, via: HopKind) -> str:
        """The address in the form in which it is asked for, checked; noted as a hop whatever comes of it."""
        visit.hops.append(Hop(url[:2000], via))
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise _StopError("no_web_address", "The address cannot be read.") from None
        if parts.scheme not in {"http", "https"} or not host or len(url) > 8_000:
            raise _StopError("no_web_address", "It is no address of a web page.")
        if (port or (443 if parts.scheme == "https" else 80)) not in self._ports:
            raise _StopError("forbidden_port", f"Port {port} is not one of web pages.")
        bare = parts.netloc.rpartition("@")[2]
        address = urlunsplit((parts.scheme, bare, parts.path or "/", parts.query, ""))
        if self._robots is not None and not self._robots.allow(self._session, address):
            raise _StopError("disallowed", "The site's robots.txt disallows it.")
        return address

    def _get(self, session: requests.Session, address: str, visit: _Visit) -> Exchange:
        at = datetime.now(UTC)
        with session.get(
            address, headers=HEADERS[visit.profile], timeout=self._timeout_s, allow_redirects=False, stream=True
        ) as answer:
            visit.hops[-1] = Hop(visit.hops[-1].url, visit.hops[-1].via, answer.status_code)
            exchange = Exchange(
                url=address,
                at=at,
                request_headers=tuple(HEADERS[visit.profile].items()),
                status=answer.status_code,
                reason=answer.reason or "",
                headers=tuple(answer.raw.headers.items()),
                certificate=_certificate(answer),
                body=_read_body(answer),
            )
        visit.exchanges.append(exchange)
        return exchange


class _Visit:
    """What has been seen until now."""

    def __init__(self, profile: Profile) -> None:
        self.profile: Profile = profile
        self.hops: list[Hop] = []
        self.exchanges: list[Exchange] = []


@contextmanager
def _told_apart() -> Iterator[None]:
    """Whatever goes wrong with a call, as the way in which the visit ended."""
    try:
        yield
    except ForbiddenAddressError as error:
        raise _StopError("forbidden_address", str(error)) from None
    except DeadlineError as error:
        raise _StopError("timed_out", str(error)) from None
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        raise _stop_for(error) from None
    except ValueError as error:  # headers or addresses that the library cannot read
        raise _StopError("bad_answer", f"The answer cannot be read: {type(error).__name__}.") from None


_BY_KIND: tuple[tuple[type[BaseException], Outcome, str], ...] = (
    (requests.exceptions.SSLError, "bad_certificate", "Its certificate cannot be trusted."),
    (urllib3.exceptions.SSLError, "bad_certificate", "Its certificate cannot be trusted."),
    (urllib3.exceptions.IncompleteRead, "cut_off", "The answer ended before its end."),
    (requests.Timeout, "timed_out", "It did not answer in time."),
    (urllib3.exceptions.TimeoutError, "timed_out", "It did not answer in time."),
    (requests.exceptions.InvalidURL, "no_web_address", "It is no address of a web page."),
    (requests.exceptions.InvalidHeader, "bad_answer", "The answer's headers cannot be read."),
    (urllib3.exceptions.LocationParseError, "no_web_address", "It is no address of a web page."),
)


def _stop_for(error: BaseException) -> _StopError:
    """By the innermost cause that says something."""
    forbidden = next((cause for cause in _causes(error) if isinstance(cause, ForbiddenAddressError)), None)
    if forbidden is not None:
        return _StopError("forbidden_address", str(forbidden))
    for kind, outcome, detail in _BY_KIND:
        if any(isinstance(cause, kind) for cause in _causes(error)):
            return _StopError(outcome, detail)
    return _StopError("unreachable", "It cannot be reached, or broke off.")


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        cause = waiting.pop()
        if isinstance(cause, BaseException) and cause not in found:
            found.append(cause)
            waiting += [cause.__cause__, cause.__context__, *cause.args, getattr(cause, "reason", None)]
    return found


def _read_body(answer: requests.Response) -> bytes:
    """The body as it comes, up to the limit."""
    pieces, size = [], 0
    while piece := answer.raw.read(_CHUNK, decode_content=False):
        size += len(piece)
        if size > MAX_BYTES:
            raise _StopError("too_large", f"It is larger than {MAX_BYTES:,} bytes.")
        pieces.append(piece)
    return b"".join(pieces)


def _certificate(answer: requests.Response) -> Certificate | None:
    found = peer_certificate(answer)
    if found is None:
        return None
    names = tuple(name[:MAX_NAME] for name in found.names[:MOST_NAMES])
    return Certificate(hashlib.sha256(found.der).hexdigest(), names)


def _redirect(exchange: Exchange) -> _Next | None:
    """Where the answer's head sends on; ends the visit where there is no page."""
    head = {name.lower(): value for name, value in exchange.headers}
    if exchange.status in _REDIRECTS and head.get("location"):
        return _Next(urljoin(exchange.url, _as_utf8(head["location"]).strip()), "http")
    if exchange.status in _GONE:
        raise _StopError("gone", f"It answered {exchange.status}.")
    if not 200 <= exchange.status < 300:
        raise _StopError("refused", f"It answered {exchange.status}.")
    to = refresh_of(head.get("refresh", ""), exchange.url)
    return None if to is None else _Next(to, "http")


def _as_utf8(header: str) -> str:
    """Headers are read as Latin-1; servers in China write addresses in UTF-8 all the same."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return header


def _page(exchange: Exchange) -> PageSnapshot:
    head = {name.lower(): value for name, value in exchange.headers}
    return PageSnapshot(exchange.url, unpack(exchange.body, head.get("content-encoding", "")), head.get("content-type"))


def unpack(body: bytes, encoding: str) -> bytes:
    """A body without its compression; ends the visit where it grows too large, or is packed otherwise than asked."""
    for name in reversed([part.strip().lower() for part in encoding.split(",") if part.strip()]):
        if name in {"gzip", "x-gzip", "deflate"}:
            body = _inflate(body)
        elif name != "identity":
            raise _StopError("bad_answer", f"It is packed as {name[:20]!r}, which was not asked for.")
    return body


def _inflate(body: bytes) -> bytes:
    for window in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):  # gzip and zlib by their heads, then bare deflate
        inflater = zlib.decompressobj(window)
        try:
            found = inflater.decompress(body, MAX_UNPACKED)
        except zlib.error:
            continue
        if inflater.unconsumed_tail:
            raise _StopError("too_large", f"It unpacks to more than {MAX_UNPACKED:,} bytes.")
        return found
    raise _StopError("bad_answer", "It cannot be unpacked.")


def _jump(reading: PageReading, visit: _Visit) -> _Next | None:
    """Where the page itself sends on, unless that is where the visit has been already."""
    seen = {hop.url for hop in visit.hops}
    if not reading.jumps_to or reading.jumps_to in seen or urlsplit(reading.jumps_to).scheme not in {"http", "https"}:
        return None
    return _Next(reading.jumps_to, reading.jumped_by or "meta")
