"""Rulebooks from files: read, checked against their digests, and which version was in force when."""

from __future__ import annotations

import bisect
import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import msgspec

from enforcement.book import Rulebook, RulebookError
from enforcement.positioned import MAX_BYTES
from enforcement.reader import parse_rulebook

DIGESTS = "digests.json"
_SHA256 = re.compile(r"[0-9a-f]{64}")

__all__ = ["Rulebook", "RulebookError", "Rulebooks", "load_rulebooks", "parse_rulebook", "read_rulebook", "seal"]


class Rulebooks:
    """All versions, in the order in which they come into force. There is at least one."""

    def __init__(self, books: Sequence[Rulebook]) -> None:
        """:class:`ValueError` where there is none, or two share a version or a date."""
        self._books: tuple[Rulebook, ...] = ()
        self._starts: list[datetime] = []
        self._take(books)

    def _take(self, books: Sequence[Rulebook]) -> None:
        if not books:
            raise ValueError("There must be at least one rulebook.")
        starts = {book.effective_from for book in books}
        if len({book.version for book in books}) < len(books) or len(starts) < len(books):
            raise ValueError("Two rulebooks have the same version or come into force at the same time.")
        self._books = tuple(sorted(books, key=lambda book: book.effective_from))
        self._starts = sorted(starts)

    def _look(self) -> None:
        """Called before every answer; where books come from a folder, it looks for new ones."""

    @property
    def books(self) -> tuple[Rulebook, ...]:
        """All versions as they are known now, in the order in which they come into force."""
        self._look()
        return self._books

    def in_force_at(self, instant: datetime) -> Rulebook | None:
        """The version in force; ``None`` before the first."""
        self._look()
        place = bisect.bisect_right(self._starts, instant)
        return self._books[place - 1] if place else None

    def earliest(self) -> Rulebook:
        """The first version."""
        return self.books[0]

    def latest(self) -> Rulebook:
        """The version that comes into force last, be it in the future."""
        return self.books[-1]

    def version(self, version: str) -> Rulebook:
        """The version with this name; :class:`KeyError` where there is none."""
        for book in self.books:
            if book.version == version:
                return book
        raise KeyError(version)

    def versions(self) -> tuple[str, ...]:
        """All names, earliest first."""
        return tuple(book.version for book in self.books)

    def since(self, instant: datetime, until: datetime) -> tuple[Rulebook, ...]:
        """Those in force at some time between the two instants, both included; earliest first."""
        self._look()
        first = max(bisect.bisect_right(self._starts, instant) - 1, 0)
        return self._books[first : bisect.bisect_right(self._starts, until)]


def read_rulebook(file: Path) -> Rulebook:
    """One file, checked; its digest is not asked for. :class:`RulebookError` where it is not sound."""
    return parse_rulebook(_bytes_of(file), _name(file))


def load_rulebooks(folder: Path | None = None) -> Rulebooks:
    """All ``*.yaml`` of a folder, or those that are shipped; every digest must be listed and fit."""
    folder = Path(str(files("enforcement"))) / "rulebooks" if folder is None else folder
    listed = _read_digests(folder)
    found = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    for name in sorted(set(listed) - {file.name for file in found}):
        raise RulebookError(
            f"{folder.name}/{DIGESTS}", None, f"{name} was sealed and is gone.", "Bring the file back; books stay."
        )
    books = []
    for file in found:
        book = read_rulebook(file)
        _check_digest(file, book.digest, listed)
        books.append(book)
    try:
        return Rulebooks(books)
    except ValueError as error:
        raise RulebookError(folder.name, None, str(error), "Put sealed rulebooks into the folder.") from error


def seal(folder: Path) -> None:
    """Write the digests of new files; :class:`RulebookError` where a sealed one was changed, is gone or is unsound."""
    listed = _read_digests(folder)
    found = {file.name: file for file in sorted(folder.glob("*.yaml"))}
    for name, digest in listed.items():
        if name not in found or hashlib.sha256(_bytes_of(found[name])).hexdigest() != digest:
            raise RulebookError(
                f"{folder.name}/{name}",
                None,
                "The file was sealed and is changed or gone.",
                "Bring the old file back, and put the change into a new version.",
            )
    for name, file in found.items():
        listed[name] = read_rulebook(file).digest
    (folder / DIGESTS).write_bytes(msgspec.json.format(msgspec.json.encode(listed, order="sorted")) + b"\n")


def _check_digest(file: Path, digest: str, listed: dict[str, str]) -> None:
    if file.name not in listed:
        raise RulebookError(
            _name(file),
            None,
            f"The file is not listed in {DIGESTS}.",
            "Seal it with `dajia rulebook seal`, after which it may not change.",
        )
    if listed[file.name] != digest:
        raise RulebookError(
            _name(file),
            None,
            "The file was changed after it was sealed.",
            "Bring the old file back, and put the change into a new version; `dajia rulebook seal` seals that one.",
        )


def _read_digests(folder: Path) -> dict[str, str]:
    file = folder / DIGESTS
    if not file.is_file():
        return {}
    try:
        listed = msgspec.json.decode(file.read_bytes(), type=dict[str, str])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RulebookError(_name(file), None, "This is not a list of digests.", "Bring the old file back.") from error
    if not all(_SHA256.fullmatch(digest) for digest in listed.values()):
        raise RulebookError(_name(file), None, "A digest is not one of SHA-256.", "Bring the old file back.")
    return listed


def _bytes_of(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise RulebookError(_name(file), None, "The file cannot be read.", "Check its name and rights.") from error


def _name(file: Path) -> str:
    return f"{file.parent.name}/{file.name}" if file.parent.name else file.name
