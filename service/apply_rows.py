"""Recording historical posts and applying the rulebook to them, by the same path as a post that comes in now.

Assessing is pure, so that processes can share it; settling is done by one, in small transactions. What was posted
before its target was confirmed is hidden and earns no points: the rulebook says so, not this module. A post that was
recorded before is answered as it was then, so that a run that was broken off can simply be run again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec
from msgspec.structs import replace

from service.answers import PostAnswer
from service.judge import Judge
from service.patience import patiently
from service.payloads import PayloadError
from service.rescan import Rejected, Row, reason_of
from service.screen import Assessment, ConflictError, Screening

AT_ONCE = 50
_NO_IDS = "A post needs `post_id` and `account_id` to be recorded."


class AssessedRow(msgspec.Struct, frozen=True):
    """A row as the detector sees it."""

    row: Row
    assessment: Assessment | None
    problem: str | None = None
    """Why it cannot be recorded; ``None`` where it can."""


def assess_chunk(judge: Judge, rows: Sequence[Row]) -> list[AssessedRow]:
    """Read and assess; a row that cannot be recorded is handed on with its reason. A function of the chunk alone."""
    return [_assess(judge, row) for row in rows]


def _assess(judge: Judge, row: Row) -> AssessedRow:
    if row.problem is not None:
        return AssessedRow(row, None, row.problem)
    try:
        post = judge.read(row.raw).post
    except PayloadError as error:
        return AssessedRow(row, None, reason_of(error))
    if not post.post_id or not post.account_id:
        return AssessedRow(row, None, _NO_IDS)
    return AssessedRow(row, judge.assess(post))


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

    @property
    def refused(self) -> int:
        """Rows that were not recorded, and had not been before."""
        return self.left_out + self.conflicts

    @property
    def rows(self) -> int:
        """Rows that were seen."""
        return self.posts + self.left_out


class Applying:
    """Settles rows in small transactions, until there are none left or enough was done."""

    def __init__(self, screening: Screening, max_actions: int | None = None, *, amnesty: bool = False) -> None:
        """``max_actions``: stop once about so many were ordered; ``amnesty``: the posts count for nothing."""
        self._screening = screening
        self._max_actions = max_actions
        self.amnesty = amnesty
        self.counts = Counts()
        self.stopped = False
        """The most actions that may be ordered were reached before the end."""

    def apply(self, chunks: Iterable[Sequence[AssessedRow]]) -> Iterator[Applied | Rejected]:
        """Each post after it was settled, in order, and each row that was not recorded; a transaction a chunk."""
        for chunk in chunks:
            if self._max_actions is not None and self.counts.in_all >= self._max_actions:
                self.stopped = True
                return
            assessed = [replace(one.assessment, amnesty=self.amnesty) for one in chunk if one.assessment is not None]
            answers = iter(self._settle(assessed))
            for one in chunk:
                if one.assessment is None:
                    yield self._left_out(one)
                else:
                    yield self._applied(one.row, one.assessment.post.post_id, next(answers))

    def _settle(self, assessed: Sequence[Assessment]) -> Sequence[PostAnswer | ConflictError]:
        # What was settled by a commit whose answer was lost is a duplicate the second time.
        return patiently(lambda: self._screening.settle(assessed)) if assessed else ()

    def _left_out(self, one: AssessedRow) -> Rejected:
        self.counts.left_out += 1
        return Rejected(one.row.file, one.row.line, one.problem or _NO_IDS)

    def _applied(self, row: Row, post_id: str, answer: PostAnswer | ConflictError) -> Applied:
        self.counts.posts += 1
        if isinstance(answer, ConflictError):
            self.counts.conflicts += 1
            return Applied(row.file, row.line, post_id, None, conflict=str(answer))
        if answer.duplicate:
            self.counts.before += 1
            return Applied(row.file, row.line, post_id, answer.verdict, before=True)
        kinds = Counter(action.kind for action in answer.actions)
        for kind, count in kinds.items():
            self.counts.actions[kind] = self.counts.actions.get(kind, 0) + count
        return Applied(row.file, row.line, post_id, answer.verdict, tuple(kinds.elements()))
