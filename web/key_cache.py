"""Keys that were looked up a moment ago, so that a request does not read the database for its key."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable

from service.records import ApiKey

LIFETIME_S = 5.0
"""How long a key that was revoked may still be taken by a process that has just seen it."""
SIZE = 1_000


class KeyCache:
    """Remembers live keys, by the digest of their secret. Keys that are not known are asked for anew each time."""

    def __init__(self, find: Callable[[str], ApiKey | None], clock: Callable[[], float] = time.monotonic) -> None:
        self._find = find
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[bytes, tuple[float, ApiKey]] = {}

    def find(self, secret: str) -> ApiKey | None:
        """The live key with this secret, as it was at most ``LIFETIME_S`` ago."""
        digest = hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
        now = self._clock()
        with self._lock:
            until, key = self._seen.get(digest, (0.0, None))
        if key is not None and now < until:
            return key
        key = self._find(secret)
        with self._lock:
            self._keep(digest, now + LIFETIME_S, key)
        return key

    def _keep(self, digest: bytes, until: float, key: ApiKey | None) -> None:
        self._seen.pop(digest, None)
        if key is not None:
            self._seen[digest] = (until, key)
        if len(self._seen) > SIZE:
            del self._seen[next(iter(self._seen))]  # the one that was looked up longest ago

    def __len__(self) -> int:
        return len(self._seen)
