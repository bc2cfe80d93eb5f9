"""Connect to public addresses alone: whoever names a host must not make us call what is inside our own network.

A host is resolved once, every address that it has is checked, and the connection is made to one of these very
addresses, so that a name which answers otherwise the next time changes nothing. Host header, SNI and certificate keep
the name. An operator may allow networks of their own (a platform's back end is often a neighbour).
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, NamedTuple

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolver = Callable[[str, int], Sequence[str]]
"""Host and port to the addresses that the name has."""

_NAT64 = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))
_ALSO_FORBIDDEN = tuple(map(ip_network, ("192.88.99.0/24", "100.64.0.0/10", "fec0::/10", "2001::/23", "5f00::/16")))
"""Relay, carrier and retired site-local addresses, of which some releases of Python say that they are global."""


class ForbiddenAddressError(OSError):
    """A host that must not be called; the message says why."""


def forbidden_because(address: str) -> str | None:
    """Why an address is not public; ``None`` where it is."""
    try:
        found = ip_address(address.split("%", 1)[0])
    except ValueError:
        return "not an address"
    inner = _inner(found)
    if inner is not None:
        reason = forbidden_because(str(inner))
        return None if reason is None else f"{reason}, inside {found}"
    for name in ("loopback", "link_local", "multicast", "unspecified", "private", "reserved"):
        if getattr(found, f"is_{name}"):
            return f"{name.replace('_', '-')} address"
    forbidden = not found.is_global or any(_holds(network, found) for network in _ALSO_FORBIDDEN)
    return "not a public address" if forbidden else None


def _inner(address: Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one leads to: mapped, 6to4, Teredo or NAT64."""
    if not isinstance(address, IPv6Address):
        return None
    if any(address in network for network in _NAT64):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def _holds(network: Network, address: Address) -> bool:
    return network.version == address.version and address in network


def look_up(host: str, port: int) -> list[str]:
    """The addresses of a host, by the system's resolver."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def resolve_public(host: str, port: int, *, allowed: Sequence[Network] = (), resolver: Resolver = look_up) -> list[str]:
    """The addresses of a host, where all of them are public or allowed; else :class:`ForbiddenAddressError`."""
    addresses = list(dict.fromkeys(resolver(host, port)))
    for address in addresses:
        reason = forbidden_because(address)
        if reason is not None and not _is_allowed(address, allowed):
            raise ForbiddenAddressError(f"{host} is at {address}: {reason}")
    if not addresses:
        raise ForbiddenAddressError(f"{host} has no address")
    return addresses


def _is_allowed(address: str, allowed: Sequence[Network]) -> bool:
    try:
        found = ip_address(address.split("%", 1)[0])
    except ValueError:
        return False
    return any(_holds(network, found) for network in allowed)


# connections

_OPEN: ContextVar[list[socket.socket] | None] = ContextVar("open_sockets", default=None)
"""Sockets of the call that runs, each a second handle: shutting it down ends the call, TLS or not."""


class DeadlineError(requests.Timeout):
    """The call was ended because its time was over; what came until then cannot be relied on."""


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """End every connection that is opened inside once the time is over, however slowly the other side drips.

    :class:`DeadlineError` then, also where the call inside took what had come for a whole answer.
    """
    sockets: list[socket.socket] = []
    over = threading.Event()
    token = _OPEN.set(sockets)
    timer = threading.Timer(seconds, _shut_down, [sockets, over])
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, urllib3.exceptions.HTTPError):
        if not over.is_set():
            raise
    finally:
        timer.cancel()
        _OPEN.reset(token)
        for handle in sockets:
            handle.close()
    if over.is_set():
        raise DeadlineError(f"The call took longer than {seconds:g} seconds.")


def _shut_down(sockets: list[socket.socket], over: threading.Event) -> None:
    over.set()
    for handle in list(sockets):
        try:
            handle.shutdown(socket.SHUT_RDWR)
        except OSError:
            continue  # it has ended by itself


def _connect(host: str, port: int, timeout: Any, allowed: Sequence[Network], resolver: Resolver) -> socket.socket:
    error: OSError | None = None
    for address in resolve_public(host, port, allowed=allowed, resolver=resolver):
        try:
            made = socket.create_connection((address, port), timeout)
        except OSError as problem:
            error = problem
            continue
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sockets = _OPEN.get()
        if sockets is not None:
            sockets.append(made.dup())
        return made
    raise error or OSError(f"{host} does not answer")


class PeerCertificate(NamedTuple):
    """By what the other side proved its name, checked."""

    der: bytes
    names: tuple[str, ...]
    """Hosts that it stands for."""


def _peer_of(connection: object) -> PeerCertificate | None:
    told = connection.getpeercert() if isinstance(connection, ssl.SSLSocket) else None
    der = connection.getpeercert(binary_form=True) if isinstance(connection, ssl.SSLSocket) else None
    if not told or not der:
        return None
    named = told.get("subjectAltName", ())
    return PeerCertificate(der, tuple(str(entry[1]) for entry in named if entry[0] == "DNS"))


def peer_certificate(answer: requests.Response) -> PeerCertificate | None:
    """That of the server, while the answer is being read; ``None`` without TLS."""
    found = getattr(answer.raw.connection, "peer", None)
    return found if isinstance(found, PeerCertificate) else None


class GuardedAdapter(HTTPAdapter):
    """An adapter for ``requests`` whose connections go to public addresses alone."""

    def __init__(self, allowed: Sequence[Network] = (), resolver: Resolver = look_up) -> None:
        self._allowed = tuple(allowed)
        self._resolver = resolver
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools of guarded connections."""
        super().init_poolmanager(*args, **kwargs)
        allowed, resolver = self._allowed, self._resolver

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return _connect(self._dns_host, self.port or 80, self.timeout, allowed, resolver)

        class Secure(HTTPSConnection):
            peer: PeerCertificate | None = None

            def _new_conn(self) -> socket.socket:
                return _connect(self._dns_host, self.port or 443, self.timeout, allowed, resolver)

            def connect(self) -> None:
                super().connect()
                self.peer = _peer_of(self.sock)  # now: the socket is gone when an answer says that it closes

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}


def guarded_session(allowed: Sequence[Network] = (), resolver: Resolver = look_up) -> requests.Session:
    """A session without proxies, credentials or cookies of the environment, which calls public addresses alone."""
    session = requests.Session()
    session.trust_env = False
    adapter = GuardedAdapter(allowed, resolver)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session
