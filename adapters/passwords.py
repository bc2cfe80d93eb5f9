"""Passwords as Argon2id digests (RFC 9106), with the library's recommended cost."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2Passwords:
    """How passwords are kept; the port of ``service/people.py``."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    def digest(self, password: str) -> str:
        """What is stored."""
        return self._hasher.hash(password)

    def fits(self, digest: str, password: str) -> bool:
        """Whether it is the password."""
        try:
            return self._hasher.verify(digest, password)
        except (VerificationError, InvalidHashError):
            return False
