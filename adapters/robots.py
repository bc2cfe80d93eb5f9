"""robots.txt, for operators who want it respected: what it says of one page, read by the same guarded connections."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import requests

AGENT = "dajia"
"""The name by which a site can address us."""
MAX_BYTES = 100_000
KEEP_S = 3600.0
MAX_KEPT = 10_000
TIMEOUT_S = 5.0


class RobotsRules:
    """What sites allow, remembered for an hour. A file that cannot be read allows everything (RFC 9309, 2.3.1)."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, RobotFileParser]] = {}
        self._lock = threading.Lock()

    def allow(self, session: Callable[[], requests.Session], url: str) -> bool:
        """Whether the page may be visited."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            kept = self._kept.get(site)
        if kept is None or kept[0] < time.monotonic():
            kept = (time.monotonic() + KEEP_S, _read(session, f"{site}/robots.txt"))
            with self._lock:
                if len(self._kept) >= MAX_KEPT:
                    self._kept.clear()
                self._kept[site] = kept
        return kept[1].can_fetch(AGENT, url)


def _read(session: Callable[[], requests.Session], url: str) -> RobotFileParser:
    rules = RobotFileParser()
    rules.parse(_lines(session, url))
    return rules


def _lines(session: Callable[[], requests.Session], url: str) -> list[str]:
    try:
        with (
            session() as opened,
            opened.get(
                url, headers={"User-Agent": AGENT}, timeout=TIMEOUT_S, allow_redirects=False, stream=True
            ) as answer,
        ):
            if answer.status_code != requests.codes.ok:
                return []
            return answer.raw.read(MAX_BYTES, decode_content=False).decode("utf-8", "replace").splitlines()
    except (requests.RequestException, OSError, ValueError):
        return []
