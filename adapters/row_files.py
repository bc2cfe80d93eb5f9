"""Rows of files, folders and standard input: lines, CSV and Parquet, plain or packed, one at a time.

A row that is broken is passed on with what is wrong with it; a file that breaks off ends there, and the next one is
read. Memory holds one row, or one small batch of a Parquet file.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import lzma
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, get_args

import msgspec

from detector.types import VerdictName
from service.rescan import Row, RowFileError

MAX_LINE_BYTES = 4 * 1024 * 1024
PARQUET_BATCH = 2_048
STDIN = Path("-")
_OPENERS: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
_OBJECTS = {".jsonl", ".ndjson", ".json"}
_TABLES = {".csv": ",", ".tsv": "\t"}
_DELIMITERS = ",\t;|"
_BROKEN = (OSError, EOFError, zlib.error, lzma.LZMAError)
NAMES: dict[str, tuple[str, ...]] = {
    "url": ("url", "urls", "link", "links", "href", "链接", "网址"),
    "text": ("text", "content", "body", "message", "title", "caption", "文本", "内容", "正文", "标题"),
    "post_id": ("post_id", "postid", "id", "mid", "tid"),
    "account_id": ("account_id", "account", "user_id", "userid", "user", "author", "uid"),
    "posted_at": ("posted_at", "created_at", "time", "timestamp", "date"),
    "reach": ("reach", "views", "followers"),
    "verdict": ("verdict",),
}
"""Names under which columns are known; the first that is there is taken."""
_VERDICTS = frozenset(get_args(VerdictName))
_JSON = msgspec.json.Encoder()


def find_inputs(paths: Iterable[Path]) -> list[Path]:
    """The files that are named, and those of folders that are named, in the order of their names."""
    found: list[Path] = []
    for path in paths:
        if path == STDIN:
            found.append(path)
        elif path.is_dir():
            found += sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))
        elif path.is_file():
            found.append(path)
        else:
            raise RowFileError(f"{path}: There is no such file or folder.")
    if not found:
        raise RowFileError("There is nothing to read: the folder holds no files.")
    return found


def read_rows(
    file: Path, columns: Mapping[str, str] | None = None, content: IO[bytes] | None = None, *, name: str | None = None
) -> Iterator[Row]:
    """The rows of a file; ``columns`` names a table's columns where they cannot be guessed.

    ``content`` is what stands in the file where it is no file of this machine, ``name`` what rows call it.
    """
    name = str(file) if name is None else name
    kinds = [suffix.lower() for suffix in file.suffixes]
    packed = kinds.pop() if kinds and kinds[-1] in _OPENERS else ""
    if kinds and kinds[-1] == ".parquet":
        return _parquet(file if content is None else content, name, columns or {})
    opened = sys.stdin.buffer if file == STDIN else _opened(packed, file if content is None else content)
    lines = _lines(name, opened)
    if kinds and kinds[-1] in _TABLES:
        return _table(name, lines, columns or {})
    take = _object if kinds and kinds[-1] in _OBJECTS else _plain
    return (take(name, number, line) for number, line in lines)


def _opened(packed: str, source: Path | IO[bytes]) -> IO[bytes]:
    if packed:
        unpacked: IO[bytes] = _OPENERS[packed](source, "rb")
        return unpacked
    return source.open("rb") if isinstance(source, Path) else source


def _lines(name: str, opened: IO[bytes]) -> Iterator[tuple[int, bytes | str]]:
    """Each line with its number; a text instead of bytes says what is wrong with it."""
    number = 0
    with opened:
        while True:
            number += 1
            try:
                line = opened.readline(MAX_LINE_BYTES + 1)
                if len(line) > MAX_LINE_BYTES:
                    _skip_line(opened)
            except _BROKEN as error:
                yield number, f"{name} breaks off here: {error}. Pack or copy it again."
                return
            if not line:
                return
            too_long = len(line) > MAX_LINE_BYTES
            yield number, f"The line is longer than {MAX_LINE_BYTES:,} bytes." if too_long else line.rstrip(b"\r\n")


def _skip_line(opened: IO[bytes]) -> None:
    while True:
        more = opened.readline(MAX_LINE_BYTES)
        if not more or more.endswith(b"\n"):
            return


def _plain(name: str, number: int, line: bytes | str) -> Row:
    if isinstance(line, str):
        return Row(name, number, b"", line)
    return Row(name, number, line.removeprefix(b"\xef\xbb\xbf").strip() if number == 1 else line.strip())


def _object(name: str, number: int, line: bytes | str) -> Row:
    """As ``_plain``, of a file whose name says that each line is an object: anything else is broken, and no URL."""
    row = _plain(name, number, line)
    broken = row.raw and not row.raw.startswith(b"{")
    return Row(name, number, b"", "The line is no JSON object.") if broken else row


# tables


def _table(name: str, lines: Iterator[tuple[int, bytes | str]], columns: Mapping[str, str]) -> Iterator[Row]:
    place = _Place()
    texts = _decoded(lines, place)
    head = next(texts, "")
    reader = csv.reader(texts, delimiter=_delimiter(head))
    names = next(csv.reader([head], delimiter=_delimiter(head)), [])
    wanted = choose_columns(names, columns, name)
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            yield Row(name, place.line, b"", f"This is no CSV: {error}.")
            continue
        yield from place.take(name)
        if fields:
            yield _row(name, place.line, dict(zip(names, fields, strict=False)), wanted, len(fields), len(names))
    yield from place.take(name)


class _Place:
    """Where a reader of lines is, and what could not be read on the way."""

    def __init__(self) -> None:
        self.line = 0
        self._problems: list[tuple[int, str]] = []

    def note(self, problem: str) -> None:
        self._problems.append((self.line, problem))

    def take(self, name: str) -> Iterator[Row]:
        """What could not be read since the last time."""
        problems, self._problems = self._problems, []
        return (Row(name, line, b"", problem) for line, problem in problems)


def _decoded(lines: Iterator[tuple[int, bytes | str]], place: _Place) -> Iterator[str]:
    """Lines as text, in UTF-8 or else GB18030; those that are neither are noted and left out."""
    for number, line in lines:
        place.line = number
        if isinstance(line, str):
            place.note(line)
            continue
        for encoding in ("utf-8-sig" if number == 1 else "utf-8", "gb18030"):
            try:
                text = line.decode(encoding)
            except UnicodeDecodeError:
                continue
            yield text.replace("\x00", "\ufffd") + "\n"
            break
        else:
            place.note("The line is neither UTF-8 nor GB18030.")


def _delimiter(head: str) -> str:
    """The sign that stands most often in the head line."""
    return max(_DELIMITERS, key=head.count)


def choose_columns(names: Iterable[str], asked: Mapping[str, str], file: str) -> dict[str, str]:
    """Field to column: as asked for, else guessed by their names; a URL or a text there must be."""
    there = {name.strip().lower(): name for name in names}
    chosen: dict[str, str] = {}
    for field, known in NAMES.items():
        if field in asked:
            if asked[field].strip().lower() not in there:
                raise RowFileError(f"{file}: There is no column {asked[field]!r}; it has {', '.join(there.values())}.")
            chosen[field] = there[asked[field].strip().lower()]
        else:
            found = next((there[name] for name in known if name in there), None)
            if found is not None:
                chosen[field] = found
    if not {"url", "text"} & chosen.keys():
        has = ", ".join(there.values())[:200] or "none"
        raise RowFileError(f"{file}: No column holds a URL or a text; it has {has}. Name one: `--columns url=NAME`.")
    return chosen


def _row(  # noqa: PLR0917 - one argument for each thing that is known
    name: str, number: int, values: Mapping[str, Any], wanted: Mapping[str, str], given: int, named: int
) -> Row:
    if given != named:
        return Row(name, number, b"", f"The row has {given} fields; {named} are named.")
    post = {field: values.get(column) for field, column in wanted.items()}
    said = str(post.pop("verdict", None) or "").strip()
    earlier = said if said in _VERDICTS else None
    url = str(post.pop("url", None) or "").strip()
    if url:
        post["links"] = url.split()
    try:
        told = {field: _value(field, value) for field, value in post.items() if value not in (None, "")}
        return Row(name, number, _JSON.encode(told), earlier=earlier)
    except (TypeError, ValueError) as error:
        return Row(name, number, b"", f"A value cannot be read: {error}.")


def _value(field: str, value: Any) -> Any:
    if field == "links":
        return value
    if field == "reach":
        return int(float(value))
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


# Parquet


def _parquet(file: Path | IO[bytes], name: str, columns: Mapping[str, str]) -> Iterator[Row]:
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra, and slow to load
        from pyarrow import parquet  # noqa: PLC0415
    except ModuleNotFoundError:
        raise RowFileError(f"{name}: Parquet needs its library: run `pip install 'dajia[parquet]'`.") from None
    try:
        opened = parquet.ParquetFile(file)
    except (pa.ArrowException, OSError) as error:
        yield Row(name, 1, b"", f"This is no whole Parquet file: {str(error).splitlines()[0]}")
        return
    with opened:
        wanted = choose_columns(opened.schema_arrow.names, columns, name)
        number = 0
        try:
            for batch in opened.iter_batches(PARQUET_BATCH, columns=sorted(set(wanted.values()))):
                for values in batch.to_pylist():
                    number += 1
                    yield _row(name, number, values, wanted, 0, 0)
        except (pa.ArrowException, OSError) as error:
            yield Row(name, number + 1, b"", f"The file breaks off here: {str(error).splitlines()[0]}")


__all__ = ["NAMES", "STDIN", "choose_columns", "find_inputs", "read_rows"]
