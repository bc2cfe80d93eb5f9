"""Files that somebody brings, read line by line within limits: JSON lines or CSV, plain or gzipped, in UTF-8.

A file that is not what it should be is refused as a whole, with a remedy; a line that is not is one reject, named by
its number. Nothing is unpacked beyond the limits, so a small archive cannot fill the memory.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from typing import IO, Any

import msgspec

MAX_LINE_BYTES = 4 * 1024 * 1024
"""A longer line is one reject; the rest of the file is still read."""
MAX_FILE_BYTES = 1024 * 1024 * 1024
"""Unpacked."""
MAX_LINES = 1_000_000

_BOM = b"\xef\xbb\xbf"
_NOT_TEXT = {
    b"PK\x03\x04": "It is a ZIP archive or a workbook. Hint: unpack it, or save the sheet as CSV in UTF-8.",
    b"\xff\xfe": "It is in UTF-16. Hint: `iconv -f UTF-16 -t UTF-8 {name} > {name}.utf8`.",
    b"\xfe\xff": "It is in UTF-16. Hint: `iconv -f UTF-16 -t UTF-8 {name} > {name}.utf8`.",
    b"PAR1": "It is a Parquet file. Hint: export it as JSON lines.",
    b"[": "It is one JSON array. Hint: one object a line is needed: `jq -c '.[]' {name} > {name}l`.",
}


class LabelledFileError(ValueError):
    """A file that cannot be taken at all. Says which, what is wrong, and what to do."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem.replace('{name}', name)}")
        self.name = name


_UNREADABLE = (OSError, EOFError, zlib.error)


def _unreadable(name: str, error: Exception) -> LabelledFileError:
    return LabelledFileError(name, f"It cannot be read to its end: {error}. Hint: pack or copy it again.")


class Reject(msgspec.Struct, frozen=True):
    """A line that was not taken."""

    file: str
    line: int
    """Counted from 1; of a record of several lines, the last one."""
    field: str
    """Name of the field that is at fault; empty where it is the whole line."""
    problem: str


class Line(msgspec.Struct, frozen=True):
    """One line, or one record of a CSV."""

    number: int
    content: bytes | dict[str, str]
    """JSON as it came; of a CSV, its fields by the names of its first line, in lower case."""


def read_lines(name: str, file: IO[bytes]) -> Iterator[Line | Reject]:
    """Every line with something in it.

    Raises
    ------
    LabelledFileError
        Where the file is of another kind or encoding, broken, or larger than ``MAX_FILE_BYTES`` or ``MAX_LINES``.
    """
    try:
        plain = _unpacked(file)
        start = plain.peek(64)[:64]
    except _UNREADABLE as error:
        raise _unreadable(name, error) from None
    _require_text(name, start)
    lines = _decoded(name, _limited(name, plain))
    if start.removeprefix(_BOM).lstrip().startswith(b"{"):
        return (x if isinstance(x, Reject) else Line(x[0], x[1].encode()) for x in lines if _has_content(x))
    return _records(name, lines)


class _Source(io.RawIOBase):
    """A stream that somebody else opened and will close."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        got = self._file.read(len(buffer))
        buffer[: len(got)] = got
        return len(got)


def _unpacked(file: IO[bytes]) -> io.BufferedReader[Any]:
    """The file itself, or what is packed in it; ``peek`` and ``readline`` work on either."""
    outer = io.BufferedReader(_Source(file))
    if outer.peek(2)[:2] != b"\x1f\x8b":
        return outer
    return io.BufferedReader(gzip.GzipFile(fileobj=outer))


def _require_text(name: str, start: bytes) -> None:
    bare = start.removeprefix(_BOM).lstrip()
    for sign, problem in _NOT_TEXT.items():
        if bare.startswith(sign):
            raise LabelledFileError(name, problem)
    if b"\0" in start:
        raise LabelledFileError(name, "It is not a text file. Hint: JSON lines or CSV in UTF-8 is needed.")


def _limited(name: str, file: io.BufferedReader[Any]) -> Iterator[tuple[int, bytes | None]]:
    """Number and bytes of each line, ``None`` for one that is too long."""
    number, size = 0, 0
    while True:
        line, long = _line(name, file)
        if not line:
            return
        number, size = number + 1, size + len(line)
        if size > MAX_FILE_BYTES or number > MAX_LINES:
            limits = f"{MAX_FILE_BYTES:,} bytes or {MAX_LINES:,} lines"
            raise LabelledFileError(name, f"It has more than {limits}. Hint: split it, or judge a random part of it.")
        yield number, None if long else line.removeprefix(_BOM) if number == 1 else line


def _line(name: str, file: io.BufferedReader[Any]) -> tuple[bytes, bool]:
    """The next line, and whether it is too long; of such a line no more than the limit is kept in memory."""
    try:
        first = line = file.readline(MAX_LINE_BYTES + 1)
        while len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
            line = file.readline(MAX_LINE_BYTES + 1)
    except _UNREADABLE as error:
        raise _unreadable(name, error) from None
    return first, len(first) > MAX_LINE_BYTES


def _decoded(name: str, lines: Iterator[tuple[int, bytes | None]]) -> Iterator[tuple[int, str] | Reject]:
    """Each line as text. A file in another encoding is told from one that has a broken line."""
    is_utf8 = False
    for number, raw in lines:
        if raw is None:
            yield Reject(name, number, "", f"The line is longer than {MAX_LINE_BYTES:,} bytes.")
            continue
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            if not is_utf8 and _reads_as_gb18030(raw):
                raise LabelledFileError(
                    name,
                    f"Line {number} is not UTF-8 but reads as GBK, as Chinese spreadsheets save CSV. "
                    "Hint: `iconv -f GB18030 -t UTF-8 {name} > {name}.utf8`, or save as “CSV UTF-8”.",
                ) from None
            yield Reject(name, number, "", "The line is not UTF-8.")
            continue
        is_utf8 = is_utf8 or not raw.isascii()
        yield number, text


def _reads_as_gb18030(raw: bytes) -> bool:
    try:
        return any("\u4e00" <= c <= "\u9fff" for c in raw.decode("gb18030"))
    except UnicodeDecodeError:
        return False


def _has_content(line: tuple[int, str] | Reject) -> bool:
    return isinstance(line, Reject) or bool(line[1].strip())


def _names(head: str, delimiter: str) -> list[str]:
    """Names of the columns; none where the first line is no line of a CSV."""
    try:
        return [field.strip().lower() for field in next(csv.reader([head], delimiter=delimiter), [])]
    except csv.Error:
        return []


def _records(name: str, lines: Iterator[tuple[int, str] | Reject]) -> Iterator[Line | Reject]:
    """Records of a CSV; commas, semicolons or tabs, as its first line has them."""
    rejects: list[Reject] = []
    last = [0]

    def texts() -> Iterator[str]:
        for line in lines:
            if isinstance(line, Reject):
                rejects.append(line)
            else:
                last[0] = line[0]
                yield line[1]

    source = texts()
    head = next(source, "")
    delimiter = max(",;\t", key=head.count)
    names = _names(head, delimiter)
    if "label" not in names or not {"text", "url", "links"} & set(names):
        raise LabelledFileError(
            name,
            "It is neither JSON lines nor a CSV whose first line names `label` and `text`, `url` or `links`. "
            f"Got {head.strip()[:80]!r} instead.",
        )
    reader = csv.reader(source, delimiter=delimiter)
    while True:
        try:
            fields = next(reader, None)
        except csv.Error as error:
            yield Reject(name, last[0], "", f"The record cannot be read: {error}.")
            continue
        yield from rejects
        rejects.clear()
        if fields is None:
            return
        if len(fields) > len(names):
            yield Reject(name, last[0], "", f"The record has {len(fields)} fields, the first line {len(names)}.")
        elif any(field.strip() for field in fields):
            yield Line(last[0], dict(zip(names, fields, strict=False)))
