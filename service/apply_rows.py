"""Recording historical posts and applying the rulebook to them, by the same path as a post that comes in now.

What was posted before its target was confirmed is hidden and earns no points: the rulebook says so, not this module.
A post that was recorded before is answered as it was then, so that a run that was broken off can simply be run again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from detector.types import Post
from service.answers import PostAnswer
from service.judge import Judge
from service.payloads import PayloadError
from service.rescan import Row
from service.screen import ConflictError, Screening

AT_ONCE = 50


class Applied(msgspec.Struct, frozen=True):
    """What became of one post."""

    file: str
    line: int
    post_id: str
    verdict: str | None
    """``None`` where the id was taken by other content."""
    actions: tuple[str, ...] = ()
    """Kinds of the actions that were ordered now."""
    before: bool = False
    """It had been recorded before; nothing was done."""
    conflict: str | None = None


class Counts(msgspec.Struct):
    """What was done so far."""

    posts: int = 0
    before: int = 0
    conflicts: int = 0
    left_out: int = 0
    """Rows without a post's and an account's id, or that cannot be read."""
    actions: dict[str, int] = {}

    @property
    def in_all(self) -> int:
        """Actions of every kind."""
        return sum(self.actions.values())


class Applying:
    """Settles rows in small transactions, until there are none left or enough was done."""

    def __init__(self, screening: Screening, judge: Judge, max_actions: int) -> None:
        self._screening = screening
        self._judge = judge
        self._max_actions = max_actions
        self.counts = Counts()
        self.stopped = False
        """The most actions that may be ordered were reached before the end."""

    def apply(self, rows: Iterable[Row]) -> Iterator[Applied]:
        """Each post after it was settled, in order."""
        known = self._posts(rows)
        while chunk := list(islice(known, AT_ONCE)):
            if self.counts.in_all >= self._max_actions:
                self.stopped = True
                return
            answers = self._screening.submit([post for _, post in chunk])
            yield from map(self._applied, chunk, answers)

    def _posts(self, rows: Iterable[Row]) -> Iterator[tuple[Row, Post]]:
        for row in rows:
            post = self._read(row)
            if post is None or not post.post_id or not post.account_id:
                self.counts.left_out += 1
            else:
                yield row, post

    def _read(self, row: Row) -> Post | None:
        try:
            return None if row.problem is not None else self._judge.read(row.raw).post
        except PayloadError:
            return None  # the report has it among the rejects, with its reason

    def _applied(self, read: tuple[Row, Post], answer: PostAnswer | ConflictError) -> Applied:
        row, post = read
        self.counts.posts += 1
        if isinstance(answer, ConflictError):
            self.counts.conflicts += 1
            return Applied(row.file, row.line, post.post_id, None, conflict=str(answer))
        if answer.duplicate:
            self.counts.before += 1
            return Applied(row.file, row.line, post.post_id, answer.verdict, before=True)
        kinds = Counter(action.kind for action in answer.actions)
        for kind, count in kinds.items():
            self.counts.actions[kind] = self.counts.actions.get(kind, 0) + count
        return Applied(row.file, row.line, post.post_id, answer.verdict, tuple(kinds.elements()))
