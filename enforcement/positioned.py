"""YAML as plain values that know their line. Hostile files are refused before anything is built from them.

No tags, anchors or aliases (so no objects and no bombs), one document, bounded size, depth and number of values.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NoReturn

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from enforcement.book import RulebookError

MAX_BYTES = 256 * 1024
MAX_DEPTH = 12
MAX_EVENTS = 20_000

_TYPES = {
    "tag:yaml.org,2002:str": "text",
    "tag:yaml.org,2002:int": "a whole number",
    "tag:yaml.org,2002:float": "a number",
    "tag:yaml.org,2002:bool": "true or false",
    "tag:yaml.org,2002:null": "nothing",
    "tag:yaml.org,2002:timestamp": "a time",
}


class Value(msgspec.Struct, frozen=True):
    """A value and where it stands."""

    file: str
    line: int
    """1 for the first."""
    path: str
    """``classes[0].points``; empty for the whole file."""
    kind: str
    """What it is, in words: ``text``, ``a whole number``, ``a list``, ``a mapping`` …"""
    plain: Any
    """``str`` for scalars as written, ``list[Value]``, or ``dict[str, Value]``."""

    def refuse(self, message: str, hint: str) -> NoReturn:
        """Raise :class:`RulebookError` for this place."""
        raise RulebookError(self.file, self.line, message, hint)

    def _of_kind(self, *kinds: str) -> Any:
        if self.kind not in kinds:
            what = f"`{self.path}`" if self.path else "The file"
            self.refuse(f"{what} must be {kinds[0]}. Got {self.kind}.", f"Write {kinds[0]} there.")
        return self.plain

    def fields(self, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> dict[str, Value]:
        """A mapping with these keys and no others."""
        mapping: dict[str, Value] = self._of_kind("a mapping")
        known = (*required, *optional)
        for key, value in mapping.items():
            if key not in known:
                value.refuse(f"`{value.path}` is not a known field.", f"Known here: {', '.join(known)}.")
        for key in required:
            if key not in mapping:
                where = f"`{self.path}` lacks" if self.path else "The rulebook lacks"
                self.refuse(f"{where} the field `{key}`.", f"Add `{key}:`.")
        return mapping

    def mapping(self) -> dict[str, Value]:
        """A mapping with any keys."""
        found: dict[str, Value] = self._of_kind("a mapping")
        return found

    def items(self) -> list[Value]:
        """A list that is not empty."""
        found: list[Value] = self._of_kind("a list")
        if not found:
            self.refuse(f"`{self.path}` is empty.", "List at least one.")
        return found

    def text(self, *, longest: int = 2000) -> str:
        """Text that says something."""
        found = str(self._of_kind("text")).strip()
        if not found or len(found) > longest:
            self.refuse(f"`{self.path}` has {len(found)} characters.", f"Between 1 and {longest} are allowed.")
        return found

    def whole(self, least: int, most: int) -> int:
        """A whole number within bounds."""
        written = str(self._of_kind("a whole number"))
        digits = written.lstrip("+-")
        number = int(written) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None
        if number is None or not least <= number <= most:
            self.refuse(f"`{self.path}` is {written[:40]}.", f"Write a whole number from {least} to {most}.")
        return number

    def number(self, least: float, most: float) -> float:
        """A number within bounds."""
        written = str(self._of_kind("a number", "a whole number"))
        try:
            number = float(written)
        except ValueError:
            number = float("nan")
        if not least <= number <= most:
            self.refuse(f"`{self.path}` is {written[:40]}.", f"Write a number from {least:g} to {most:g}.")
        return number

    def flag(self) -> bool:
        """True or false."""
        return str(self._of_kind("true or false")).lower() == "true"

    def instant(self) -> datetime:
        """A time with its offset."""
        written = str(self._of_kind("a time", "text"))
        try:
            found = datetime.fromisoformat(written)
        except ValueError:
            found = None
        if found is None or found.tzinfo is None:
            self.refuse(
                f"`{self.path}` is `{written[:40]}`, not a time with an offset.",
                "Write it like 2026-09-01T00:00:00+08:00.",
            )
        return found

    def choice(self, *allowed: str) -> str:
        """One of these words."""
        written = str(self._of_kind("text"))
        if written not in allowed:
            self.refuse(f"`{self.path}` is `{written[:40]}`.", f"Write one of: {', '.join(allowed)}.")
        return written


def read_positioned(data: bytes, file: str) -> Value:
    """The file's one document; :class:`RulebookError` where it is not plain, bounded YAML."""
    if len(data) > MAX_BYTES:
        raise RulebookError(
            file,
            None,
            f"The file has {len(data)} bytes.",
            f"At most {MAX_BYTES} are read; rules and texts need a fraction of it.",
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RulebookError(file, None, "The file is not UTF-8.", "Save it in that encoding.") from error
    try:
        _check_events(text, file)
        node = YAML(typ="safe", pure=True).compose(text)
    except (YAMLError, ValueError, RecursionError) as error:
        if isinstance(error, RulebookError):
            raise
        raise RulebookError(
            file, _line_of(error), f"This is not YAML: {_problem(error)}.", "Check quotes, colons and indentation."
        ) from error
    if node is None:
        raise RulebookError(file, 1, "The file is empty.", "Start from a rulebook that is shipped.")
    return _value(node, file, "")


def _line_of(error: Exception) -> int | None:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return None if mark is None else int(mark.line) + 1


def _problem(error: Exception) -> str:
    problem = error.problem if isinstance(error, MarkedYAMLError) else None
    return str(problem or "it holds signs that YAML does not allow")


def _check_events(text: str, file: str) -> None:
    """Walk the file without building anything."""
    depth, documents = 0, 0
    for count, event in enumerate(YAML(typ="safe", pure=True).parse(text)):
        line = int(event.start_mark.line) + 1
        if isinstance(event, MappingStartEvent | SequenceStartEvent):
            depth += 1
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            depth -= 1
        documents += isinstance(event, DocumentStartEvent)
        if depth > MAX_DEPTH or count > MAX_EVENTS or documents > 1:
            raise RulebookError(
                file,
                line,
                "The file is too deep, too long, or holds several documents.",
                f"One document, {MAX_DEPTH} levels and {MAX_EVENTS} values are allowed.",
            )
        if _is_more_than_plain(event):
            raise RulebookError(
                file,
                line,
                "Tags, anchors and aliases (`!`, `&`, `*`) are not read.",
                "Write the value out; put text that starts with such a sign in quotes.",
            )


def _is_more_than_plain(event: Any) -> bool:
    if isinstance(event, AliasEvent) or getattr(event, "anchor", None) is not None:
        return True
    carries_tag = isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent)
    return carries_tag and event.tag is not None


def _value(node: Node, file: str, path: str) -> Value:
    """Depth is bounded by :func:`_check_events`."""
    line = int(node.start_mark.line) + 1
    if isinstance(node, ScalarNode):
        return Value(file, line, path, _TYPES.get(str(node.tag), "text"), node.value)
    if isinstance(node, MappingNode):
        return Value(file, line, path, "a mapping", _mapping(node, file, path))
    items = [_value(item, file, f"{path}[{i}]") for i, item in enumerate(node.value)]
    return Value(file, line, path, "a list", items)


def _mapping(node: MappingNode, file: str, path: str) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for key, value in node.value:
        line = int(key.start_mark.line) + 1
        if not isinstance(key, ScalarNode):
            raise RulebookError(file, line, "A field's name must be a word.", "Put it in quotes if it is text.")
        name = str(key.value)
        if name in found:
            raise RulebookError(file, line, f"The field `{name[:40]}` is given twice.", "Keep one of them.")
        read = _value(value, file, f"{path}.{name}" if path else name)
        # A block's value starts on the line after its name; the name is what a reader looks for.
        found[name] = msgspec.structs.replace(read, line=line)
    return found
