from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st

from web.lines import TooLong, read_lines


class Trickle(io.RawIOBase):
    """A stream that gives what it likes: as a network does."""

    def __init__(self, chunks: list[bytes]) -> None:
        self._chunks = [chunk for chunk in chunks if chunk]

    def read(self, _size: int = -1) -> bytes:
        return self._chunks.pop(0) if self._chunks else b""


@given(st.lists(st.text("ab\n", max_size=9).map(str.encode)), st.integers(1, 8))
def test_lines_do_not_depend_on_how_the_bytes_arrive(chunks: list[bytes], limit: int) -> None:
    whole = b"".join(chunks)
    wanted = whole.split(b"\n")
    if wanted[-1] == b"":
        wanted.pop()
    found = list(read_lines(Trickle(chunks), limit))
    assert [None if isinstance(line, TooLong) else line for line in found] == [
        None if len(line) > limit else line for line in wanted
    ]


def test_a_carriage_return_is_part_of_the_end() -> None:
    assert list(read_lines(io.BytesIO(b"a\r\nb"), 9)) == [b"a", b"b"]
