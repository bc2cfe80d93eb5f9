"""API keys: made once, shown once, kept only as a digest. A key is 256 random bits, so a plain SHA-256 is enough."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from typing import Literal, get_args

from service.ports import Clock, StaleHeadError, Store
from service.records import ApiKey

Scope = Literal["score", "read", "moderate", "admin"]
SCOPES: tuple[str, ...] = get_args(Scope)
MAX_NAME = 128


class KeyNameError(ValueError):
    """The name or the scopes of a key cannot be taken."""


class Keys:
    """Makes, finds and revokes API keys."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def create(self, name: str, scopes: Sequence[str]) -> str:
        """Make a key; the secret is returned here and nowhere else."""
        unknown = sorted(set(scopes) - set(SCOPES))
        if unknown or not scopes:
            raise KeyNameError(f"Scopes must be of {', '.join(SCOPES)}. Got {', '.join(unknown) or 'none'} instead.")
        if not name.strip() or not name.isprintable() or len(name) > MAX_NAME:
            raise KeyNameError(f"A name must be 1 to {MAX_NAME} printable characters. Got {name[:MAX_NAME]!r} instead.")
        secret = f"dajia_{secrets.token_urlsafe(32)}"
        key = ApiKey(name, tuple(s for s in SCOPES if s in scopes), self._clock.now())
        try:
            with self._store.begin() as work:
                work.add_key(key, _digest(secret))
        except StaleHeadError:
            raise KeyNameError(f"There is a key named {name!r} already; names are never used twice.") from None
        return secret

    def find(self, secret: str) -> ApiKey | None:
        """The live key with this secret."""
        with self._store.begin(write=False) as work:
            key = work.key_by_digest(_digest(secret))
        return key if key is not None and key.revoked_at is None else None

    def all(self) -> list[ApiKey]:
        """All keys, oldest first."""
        with self._store.begin(write=False) as work:
            return work.keys()

    def revoke(self, name: str) -> bool:
        """Whether there was a live key of that name."""
        with self._store.begin() as work:
            return work.revoke_key(name, self._clock.now())


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
