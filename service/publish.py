"""Publishing a rulebook: with the notice that its changes need, once, for good, and told to everybody.

The file is put beside the earlier ones and sealed; the record names its digest; the platform is told. From its date on
it is in force, and no process has to be started again for that.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from enforcement.book import Rulebook, RulebookError
from enforcement.rulebook import Rulebooks, load_rulebooks, parse_rulebook, seal
from enforcement.rulebook_diff import Change, differences, notice_days
from enforcement.types import NewEntry
from service.carry_out import NewId
from service.ports import Clock, Store
from service.records import Event

STREAM = "rulebook"
_PUBLISHED = re.compile(rb"(?m)^published_at:.*$")
_EFFECTIVE = re.compile(rb"(?m)^effective_from:.*$")


class Published(msgspec.Struct, frozen=True):
    """A version that was published."""

    book: Rulebook
    changes: tuple[Change, ...]
    """Against the version that would have been in force on its date; empty for the first."""
    is_new: bool
    """``False`` where the very same book was published before."""


class Publishing:
    """Publishes rulebooks into a folder and the record."""

    def __init__(self, store: Store, folder: Path, clock: Clock, new_id: NewId) -> None:
        self._store = store
        self._folder = folder
        self._clock = clock
        self._new_id = new_id

    def publish(self, draft: bytes, name: str, effective: date, zone: ZoneInfo) -> Published:
        """Publish a draft, to be in force from the beginning of a day; its own two dates are replaced.

        :class:`~enforcement.book.RulebookError` where it is unsound, its version is taken, or the notice is too short.
        """
        now = self._clock.now().replace(microsecond=0)
        start = datetime.combine(effective, time(), zone)
        again = self._published_before(draft, name, start)
        if again is not None:
            return Published(again, (), is_new=False)
        dated = _with_dates(draft, now.astimezone(zone), start)
        book = parse_rulebook(dated, name)
        changes = self._require_notice(book, name, now, start)
        self._write(book, dated)
        self._record(book, changes, now)
        return Published(book, changes, is_new=True)

    def _published_before(self, draft: bytes, name: str, start: datetime) -> Rulebook | None:
        """The book where it is there already with this date and the same text; an error where it says otherwise."""
        version = parse_rulebook(_with_dates(draft, start, start), name).version
        file = self._folder / f"{version}.yaml"
        if not file.exists():
            return None
        book = load_rulebooks(self._folder).version(version)
        if book.effective_from == start and _undated(file.read_bytes()) == _undated(draft):
            return book
        raise RulebookError(
            name, None, f"Version {version} was published before.", "A change is a new version with a new number."
        )

    def _require_notice(self, book: Rulebook, name: str, now: datetime, start: datetime) -> tuple[Change, ...]:
        if not any(self._folder.glob("*.yaml")):
            earliest = now + timedelta(days=book.notice_days.other)
            changes: tuple[Change, ...] = ()
        else:
            before = _before(load_rulebooks(self._folder), start, name)
            earliest = now + timedelta(days=notice_days(before, book))
            changes = differences(before, book)
        if start < earliest:
            kind = "is harsher" if any(c.direction == "harsher" for c in changes) else "changes the rules"
            raise RulebookError(
                name,
                None,
                f"It {kind} and needs {(earliest - now).days} days of notice; {start:%Y-%m-%d} is too early.",
                f"Publish it with `--effective {_first_day(earliest, start):%Y-%m-%d}` or later.",
            )
        return changes

    def _write(self, book: Rulebook, dated: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._folder / f"{book.version}.yaml"
        new = file.with_suffix(".new")
        new.write_bytes(dated)
        new.replace(file)
        seal(self._folder)

    def _record(self, book: Rulebook, changes: tuple[Change, ...], now: datetime) -> None:
        body = {
            "version": book.version,
            "digest": book.digest,
            "published_at": book.published_at.isoformat(),
            "effective_from": book.effective_from.isoformat(),
        }
        told = body | {"changes": msgspec.to_builtins(changes)}
        with self._store.begin() as work:
            head = len(work.entries(STREAM))
            work.append([NewEntry(STREAM, "rulebook_published", now, body)], heads={STREAM: head}, now=now)
            work.emit([Event(self._new_id(), "rulebook.published", None, now, told)])


def _before(books: Rulebooks, start: datetime, name: str) -> Rulebook:
    """The version that the new one follows; nothing may be slipped in before one that was published already."""
    latest = books.latest()
    if latest.effective_from >= start:
        raise RulebookError(
            name,
            None,
            f"Version {latest.version} comes into force on {latest.effective_from:%Y-%m-%d}, not before this one.",
            "A new version comes into force after all that were published.",
        )
    return latest


def _first_day(earliest: datetime, start: datetime) -> date:
    local = earliest.astimezone(start.tzinfo)
    return local.date() if local.time() == time() else local.date() + timedelta(days=1)


def _with_dates(draft: bytes, published: datetime, effective: datetime) -> bytes:
    """The draft with its two dates; where it has none, they stand at its head."""
    for pattern, field, value in ((_PUBLISHED, b"published_at", published), (_EFFECTIVE, b"effective_from", effective)):
        line = field + b": " + value.isoformat(timespec="seconds").encode()
        draft = pattern.sub(line, draft, count=1) if pattern.search(draft) else line + b"\n" + draft
    return draft


def _undated(text: bytes) -> str:
    return hashlib.sha256(_EFFECTIVE.sub(b"", _PUBLISHED.sub(b"", text)).strip()).hexdigest()
