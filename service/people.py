"""The people who review: their names, roles and passwords; and whether two names are one person's."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from typing import Protocol, get_args

from msgspec.structs import replace

from service.ports import Clock, StaleHeadError, Store
from service.records import Role, User

ROLES: tuple[Role, ...] = get_args(Role)
MAX_NAME = 64
MAX_PASSWORD = 256
MAX_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)


class PersonError(ValueError):
    """A name, role or person that cannot be taken; the message says why."""


class Passwords(Protocol):
    """How passwords are kept."""

    def digest(self, password: str) -> str:
        """What is stored."""
        ...

    def fits(self, digest: str, password: str) -> bool:
        """Whether it is the password; as slow for a wrong one."""
        ...


class People:
    """Adds people, and lets them in."""

    def __init__(self, store: Store, clock: Clock, passwords: Passwords) -> None:
        self._store = store
        self._clock = clock
        self._passwords = passwords
        self._nobody = passwords.digest(secrets.token_urlsafe(16))

    def add(self, name: str, role: str) -> str:
        """Add somebody; the password is returned here and nowhere else."""
        if role not in ROLES:
            raise PersonError(f"A role is one of {', '.join(ROLES)}. Got {role!r} instead.")
        if not _bare_name(name) or not name.isprintable() or name != name.strip() or len(name) > MAX_NAME:
            raise PersonError(f"A name is 1 to {MAX_NAME} printable characters with a letter. Got {name[:MAX_NAME]!r}.")
        password = secrets.token_urlsafe(18)
        user = User(
            name,
            next(known for known in ROLES if known == role),
            self._passwords.digest(password),
            self._clock.now(),
            secrets.token_urlsafe(16),
        )
        with self._store.begin(write=False) as work:
            taken = same_person(name, [known.name for known in work.users()])
        try:
            if not taken:
                with self._store.begin() as work:
                    work.add_user(user)
        except StaleHeadError:
            taken = True
        if taken:
            raise PersonError(f"There is somebody called {name!r} already, however it is written.")
        return password

    def all(self) -> list[User]:
        """Everybody, oldest first."""
        with self._store.begin(write=False) as work:
            return work.users()

    def disable(self, name: str) -> bool:
        """End somebody's access and sessions; whether there was such a person with access."""
        with self._store.begin() as work:
            user = work.user(name)
            if user is None or user.disabled_at is not None:
                return False
            ended = {"disabled_at": self._clock.now(), "session_key": secrets.token_urlsafe(16)}
            work.put_user(replace(user, **ended))
        return True

    def find(self, name: str, session_key: str) -> User | None:
        """Whose session it is; ``None`` where it was ended."""
        with self._store.begin(write=False) as work:
            user = work.user(name)
        alive = user is not None and user.disabled_at is None
        return user if alive and user is not None and secrets.compare_digest(user.session_key, session_key) else None

    def log_in(self, name: str, password: str) -> User | None:
        """The person, where the password is right and they are not locked out; the same time is taken either way."""
        with self._store.begin(write=False) as work:
            user = work.user(name)
        digest = self._nobody if user is None else user.password_digest
        fits = self._passwords.fits(digest, password[:MAX_PASSWORD])
        if user is None or user.disabled_at is not None or self._is_locked(user):
            return None
        if fits and not user.failures:
            return user
        return self._count(name, fits=fits)

    def _is_locked(self, user: User) -> bool:
        return user.locked_until is not None and user.locked_until > self._clock.now()

    def _count(self, name: str, *, fits: bool) -> User | None:
        """Note a failure, or that the failures are over."""
        with self._store.begin() as work:
            user = work.user(name)
            if user is None:
                return None
            failures = 0 if fits else user.failures + 1
            locked = self._clock.now() + LOCKED_FOR if failures >= MAX_FAILURES else None
            after = replace(user, failures=0 if locked else failures, locked_until=locked)
            work.put_user(after)
        return after if fits else None


def same_person(actor: str, others: Iterable[str]) -> bool:
    """However the name was typed: ``mia``, ``Mia `` and ``ｍｉａ`` are not two people."""
    return _bare_name(actor) in set(map(_bare_name, others))


def _bare_name(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())
