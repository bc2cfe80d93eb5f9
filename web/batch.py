"""Many posts in one stream: a line in, a line out, in order, whatever is wrong with some of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from detector.types import Post
from service.answers import PostAnswer
from service.payloads import FieldError, PayloadError, PostPayload, decode
from service.ports import StoreError
from service.screen import ConflictError
from web.errors import internal, log_failure
from web.lines import TooLong
from web.problems import LineProblem, Problem, problem, problem_of

CHUNK = 50
"""Posts that are settled in one transaction."""

Outcome = PostAnswer | Exception
_JSON = msgspec.json.Encoder()


class Batch:
    """Reads lines, settles them in chunks, writes lines."""

    def __init__(
        self,
        submit: Callable[[Sequence[Post]], Sequence[PostAnswer | ConflictError]],
        as_post: Callable[[PostPayload], Post],
        count: Callable[[PostAnswer], None],
        *,
        max_line: int,
        request_id: str,
    ) -> None:
        self._submit = submit
        self._as_post = as_post
        self._count = count
        self._max_line = max_line
        self._request_id = request_id

    def answers(self, lines: Iterable[bytes | TooLong]) -> Iterator[bytes]:
        """One line of JSON for each line, as soon as its chunk is settled."""
        number = 0
        for chunk in self._chunks(lines):
            out = []
            for outcome in self._settle(chunk):
                number += 1
                out.append(self._written(number, outcome))
            yield b"".join(out)

    def _chunks(self, lines: Iterable[bytes | TooLong]) -> Iterator[list[Post | Exception]]:
        """Chunks bounded in number and in bytes, so that long lines do not pile up in memory."""
        chunk: list[Post | Exception] = []
        size = 0
        for line in lines:
            chunk.append(self._read(line))
            size += 0 if isinstance(line, TooLong) else len(line)
            if len(chunk) == CHUNK or size >= self._max_line:
                yield chunk
                chunk, size = [], 0
        if chunk:
            yield chunk

    def _read(self, line: bytes | TooLong) -> Post | Exception:
        if isinstance(line, TooLong):
            return line
        if not line.strip():
            return PayloadError("The line is empty.", (FieldError("", "The line is empty."),), malformed=True)
        try:
            return self._as_post(decode(line, PostPayload))
        except PayloadError as error:
            return error

    def _settle(self, chunk: Sequence[Post | Exception]) -> Iterator[Outcome]:
        settled = iter(self._submitted([item for item in chunk if isinstance(item, Post)]))
        return (next(settled) if isinstance(item, Post) else item for item in chunk)

    def _submitted(self, posts: Sequence[Post]) -> Sequence[Outcome]:
        """The answers; where a chunk fails, one by one, so that one post cannot spoil its neighbours."""
        if not posts:
            return []
        try:
            return self._submit(posts)
        except StoreError as error:
            return [error] * len(posts)
        except Exception as error:  # noqa: BLE001 - the stream has begun: each line must still get its answer
            return [error] if len(posts) == 1 else [self._submitted([post])[0] for post in posts]

    def _written(self, number: int, outcome: Outcome) -> bytes:
        if isinstance(outcome, PostAnswer):
            self._count(outcome)
            return _JSON.encode(outcome) + b"\n"
        return _JSON.encode(LineProblem(number, self._problem(outcome))) + b"\n"

    def _problem(self, error: Exception) -> Problem:
        if isinstance(error, TooLong):
            return problem(413, f"The line is longer than {self._max_line:,} bytes.", self._request_id)
        found = problem_of(error, self._request_id)
        if found is None:
            log_failure(error, self._request_id)
            return internal(self._request_id)
        return found
