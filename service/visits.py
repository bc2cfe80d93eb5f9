"""What a visit to a landing page saw: every address on the way, what came of it, and the page at its end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Protocol, get_args

import msgspec

from detector.types import PageReading, PageSnapshot

Profile = Literal["mobile", "desktop"]
"""As whom the page was visited: somebody who taps a link in a feed, or somebody at a desk without a referrer."""
PROFILES: tuple[Profile, ...] = get_args(Profile)
Outcome = Literal[
    "read",
    "gone",
    "refused",
    "unreachable",
    "timed_out",
    "cut_off",
    "bad_certificate",
    "bad_answer",
    "forbidden_address",
    "forbidden_port",
    "no_web_address",
    "too_large",
    "too_many_redirects",
    "disallowed",
]
"""``read``: there is a page. ``gone``: 404 or 410. ``refused``: another status than 2xx. ``disallowed``: by robots.txt.

The others say what was in the way."""
MOST_NAMES = 30
"""Names of a certificate that are kept: one with more is that of a network that serves strangers."""
PASSING: frozenset[Outcome] = frozenset({"refused", "unreachable", "timed_out", "cut_off"})
"""What may be otherwise the next time, so that it is tried again."""
HopKind = Literal["link", "http", "meta", "script"]


class Hop(msgspec.Struct, frozen=True):
    """One address on the way."""

    url: str
    via: HopKind
    """How it was come to: the link itself, or by a redirect of this kind."""
    status: int | None = None
    """Of the answer; ``None`` where there was none."""


class Certificate(msgspec.Struct, frozen=True):
    """By what a server proved its name."""

    sha256: str
    """In hexadecimal."""
    names: tuple[str, ...]
    """Hosts that it stands for, as it names them; the first ``MOST_NAMES``."""


class Exchange(msgspec.Struct, frozen=True):
    """One request and its answer, as evidence."""

    url: str
    at: datetime
    request_headers: tuple[tuple[str, str], ...]
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    """As it came, still compressed where the server compressed it."""
    certificate: Certificate | None = None
    """``None`` where the connection had none, and where it is not known."""


class Fetched(msgspec.Struct, frozen=True):
    """What one profile saw."""

    profile: Profile
    outcome: Outcome
    detail: str
    """Why, in plain words; empty where the page was read."""
    hops: tuple[Hop, ...]
    page: PageSnapshot | None = None
    """The page at the end; ``None`` unless it was read."""
    reading: PageReading | None = None
    """What the page says; ``None`` with ``page``."""
    exchanges: tuple[Exchange, ...] = ()

    @property
    def certificate(self) -> Certificate | None:
        """Of the server that the page came from."""
        return self.exchanges[-1].certificate if self.page is not None and self.exchanges else None


class PageSource(Protocol):
    """Visits pages. Never raises for anything that a page or its server does."""

    def fetch(self, url: str, profile: Profile) -> Fetched:
        """Visit an address as one of the profiles, following where it leads."""
        ...


class Evidence(Protocol):
    """Keeps what visits saw."""

    def keep(self, visit_id: str, fetched: Sequence[Fetched], at: datetime) -> str:
        """SHA-256 of the kept file, in hexadecimal."""
        ...
