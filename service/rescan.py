"""Judging historical links: chunks of rows in, lines of answers out, the same on every engine.

A row is one line as ``dajia score`` takes it: a post as JSON, or a URL. A chunk is judged by a function of the chunk
alone, so that processes of one machine and machines of a cluster give the same lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

import msgspec

from service.judge import Judge, Line, Remembered
from service.payloads import PayloadError

_JSON = msgspec.json.Encoder()


class RowFileError(ValueError):
    """An input that cannot be taken at all; the message names it and says what to do."""


class RescanError(ValueError):
    """A rescan that cannot go on; the message says why and what to do."""


class Row(msgspec.Struct, frozen=True):
    """One row of an input."""

    file: str
    line: int
    """Counted from 1, within its file."""
    raw: bytes
    """A post as JSON, or a URL. Empty where the row could not even be read: ``problem`` says why."""
    problem: str | None = None


class Rejected(msgspec.Struct, frozen=True):
    """A row that was not judged."""

    file: str
    line: int
    reason: str


class RowAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of the output: what ``dajia score`` says, with the row's place."""

    file: str
    line: int
    answer: msgspec.Raw
    """Shape ``ScoreAnswer``, without the ids."""
    post_id: str | None = None
    account_id: str | None = None
    url: str | None = None
    """Where the row is a plain URL."""


class Judged(msgspec.Struct, frozen=True):
    """A chunk after it was judged."""

    n_rows: int
    lines: tuple[bytes, ...]
    """JSON, in the order of the rows; rejected rows are left out."""
    rejected: tuple[Rejected, ...]
    verdicts: dict[str, int]
    """How many answers of each verdict."""
    targets: dict[str, int]
    """How many answers lead to each target that is held; those of other verdicts are not counted."""


def judge_chunk(judge: Judge, rows: Sequence[Row]) -> Judged:
    """Judge a chunk; a row that cannot be judged is rejected with its reason, and the others are judged."""
    lines: list[bytes] = []
    rejected: list[Rejected] = []
    verdicts: Counter[str] = Counter()
    targets: Counter[str] = Counter()
    for row in rows:
        try:
            read = _read(judge, row)
        except PayloadError as error:
            rejected.append(Rejected(row.file, row.line, _reason(error)))
            continue
        found = judge.remembered(read.post)
        lines.append(_JSON.encode(_line(row, read, found)))
        verdicts[found.verdict] += 1
        targets.update(found.held)
    return Judged(len(rows), tuple(lines), tuple(rejected), dict(verdicts), dict(targets))


def _read(judge: Judge, row: Row) -> Line:
    if row.problem is not None:
        raise PayloadError(row.problem)
    return judge.read(row.raw)


def _line(row: Row, read: Line, found: Remembered) -> RowAnswer:
    post = read.post
    return RowAnswer(
        row.file, row.line, msgspec.Raw(found.json), post.post_id or None, post.account_id or None, read.url
    )


def _reason(error: PayloadError) -> str:
    return "; ".join(f"{fault.pointer or 'the line'}: {fault.detail}" for fault in error.errors) or error.detail


class Written(Protocol):
    """Where answers go, and how far they are."""

    totals: Totals

    def write(self, judged: Judged) -> None:
        """Write one chunk."""
        ...

    def keep(self) -> None:
        """Make sure that all of it is on the disk."""
        ...


class Totals(msgspec.Struct):
    """What was judged so far."""

    rows: int = 0
    answers: int = 0
    rejected: int = 0
    verdicts: dict[str, int] = {}
    held_targets: dict[str, int] = {}

    def add(self, judged: Judged) -> None:
        """Count one chunk."""
        rejected = len(judged.rejected)
        self.merge(Totals(judged.n_rows, len(judged.lines), rejected, judged.verdicts, judged.targets))

    def merge(self, other: Totals) -> None:
        """Count what another part has counted."""
        self.rows += other.rows
        self.answers += other.answers
        self.rejected += other.rejected
        for counts, more in ((self.verdicts, other.verdicts), (self.held_targets, other.held_targets)):
            for name, count in more.items():
                counts[name] = counts.get(name, 0) + count
