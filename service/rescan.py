"""Judging historical links: chunks of rows in, lines of answers out, the same on every engine.

A row is one line as ``dajia score`` takes it: a post as JSON, or a URL. A chunk is judged by a function of the chunk
alone, so that processes of one machine and machines of a cluster give the same lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from detector.types import VerdictName
from service.answers import PostAnswer
from service.judge import Judge, Line, Remembered
from service.payloads import PayloadError
from service.records import StoredPost
from service.rescan_totals import Tally, Totals

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
    earlier: str | None = None
    """The verdict that it had before, where the input tells it."""


STORED = "stored"
"""What rows of the service's own store give as their file; the line is the post's place in it."""


def stored_row(seq: int, post: StoredPost) -> Row:
    """A recorded post as a row: its text and links as they were sent. Pages that came with it are not kept."""
    told = {"post_id": post.post_id, "account_id": post.account_id, "text": post.text}
    raw = _JSON.encode(told | {"links": [link.url for link in post.links], "posted_at": post.posted_at})
    # A verdict that people's decisions had a part in says nothing of the model's.
    decided = any(link.known is not None for link in msgspec.json.decode(post.answer, type=PostAnswer).links)
    return Row(STORED, seq, raw, earlier=None if decided else post.verdict)


def judged_by(post: StoredPost) -> tuple[str, str]:
    """Model and digest of the brands by which a recorded post was answered."""
    answer = msgspec.json.decode(post.answer, type=PostAnswer)
    return answer.model_version, answer.brands_digest


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
    earlier: str | None = None
    """The verdict that the row had before, where the input tells it."""


class Change(msgspec.Struct, frozen=True):
    """A row whose verdict is another than before."""

    file: str
    line: int
    post_id: str | None
    account_id: str | None
    link: str | None
    """Its first link; ``None`` where it has none."""
    earlier: str
    verdict: VerdictName


class Judged(msgspec.Struct, frozen=True):
    """A chunk after it was judged."""

    lines: tuple[bytes, ...]
    """JSON, in the order of the rows; rejected rows are left out."""
    rejected: tuple[Rejected, ...]
    changes: tuple[Change, ...]
    totals: Totals


def judge_chunk(judge: Judge, rows: Sequence[Row]) -> Judged:
    """Judge a chunk; a row that cannot be judged is rejected with its reason, and the others are judged."""
    lines: list[bytes] = []
    rejected: list[Rejected] = []
    changes: list[Change] = []
    tally = Tally()
    for row in rows:
        try:
            read = _read(judge, row)
        except PayloadError as error:
            rejected.append(Rejected(row.file, row.line, reason_of(error)))
            continue
        found = judge.remembered(read.post)
        lines.append(_JSON.encode(_line(row, read, found)))
        tally.add(found, read.post.posted_at, read.post.reach, row.earlier)
        if row.earlier is not None and row.earlier != found.verdict:
            changes.append(_change(row, read, found, row.earlier))
    return Judged(tuple(lines), tuple(rejected), tuple(changes), tally.totals(len(rejected)))


def _change(row: Row, read: Line, found: Remembered, earlier: str) -> Change:
    post = read.post
    link = post.links[0] if post.links else None
    return Change(row.file, row.line, post.post_id or None, post.account_id or None, link, earlier, found.verdict)


def _read(judge: Judge, row: Row) -> Line:
    if row.problem is not None:
        raise PayloadError(row.problem)
    return judge.read(row.raw)


def _line(row: Row, read: Line, found: Remembered) -> RowAnswer:
    post = read.post
    return RowAnswer(
        row.file,
        row.line,
        msgspec.Raw(found.json),
        post.post_id or None,
        post.account_id or None,
        read.url,
        row.earlier,
    )


def reason_of(error: PayloadError) -> str:
    """What is wrong with a row, in one line."""
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
