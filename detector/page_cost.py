"""Says beforehand how long a page would take to parse, so that a bomb is refused instead of parsed.

The parser is linear on honest pages. It walks up the open elements at many tags, compares each attribute with all those
before it, and opens forgotten <font> and <b> again in each paragraph; a hostile page makes each of these quadratic.
"""

from __future__ import annotations

import re

MAX_COST = 6_000_000
"""Steps of some nanoseconds. Honest pages of 2 MB stay below a tenth of it."""
_SMALL = 24_000
_FEW = 700
"""A page of so few characters and elements cannot cost much, however they are nested."""
_REOPENED = 40
"""An element that is opened again is a new node with its attributes, not a step."""

_ATTRIBUTE = r"[\s/]++|[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+(?:\"|$)|'[^']*+(?:'|$)|[^\s>\"'][^\s>]*+)?+)?+"
_TAG = re.compile(
    r"<!--(?:[^-]++|-(?!->))*+"
    r"|<(?P<raw>script|style|textarea|title|xmp|iframe|noembed|noframes)(?=[\s/>])"
    rf"(?P<raw_attributes>(?:{_ATTRIBUTE})*+)>?(?:[^<]++|<(?!/(?P=raw)))*+"
    rf"|<(?P<end>/?)(?P<name>[a-z][^\s/>]*+)(?P<attributes>(?:{_ATTRIBUTE})*+)",
    re.IGNORECASE,
)
_PIECE = re.compile(_ATTRIBUTE)
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_CLOSED_BY_NEXT = frozenset(
    ["p", "li", "td", "th", "tr", "tbody", "thead", "tfoot", "option", "optgroup", "dt", "dd", "rp", "rt", "colgroup"]
)
_FORMATTING = frozenset(
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"]
)
_BARRIERS = frozenset(
    [
        "applet",
        "caption",
        "html",
        "table",
        "td",
        "th",
        "marquee",
        "object",
        "template",
        "svg",
        "math",
        "button",
        "select",
    ]
)


def _attribute_cost(attributes: str) -> int:
    if len(attributes) < 600:
        return 0
    count = sum(1 for piece in _PIECE.finditer(attributes) if piece[0].strip("/ \t\r\n\f"))
    return count * count // 2


def _close(open_names: list[str], name: str) -> int:
    """Closes the nearest element of that name if nothing shields it. Returns how many formatting elements it closed."""
    for back in range(1, min(len(open_names), 200) + 1):
        other = open_names[-back]
        if other == name:
            closed = open_names[-back:]
            del open_names[-back:]
            return closed.count(name) if name in _FORMATTING else 0
        if other in _BARRIERS:
            return 0
    return 0


def parse_cost(html: str) -> int:
    """About how many steps the parser would take. Stops counting soon after ``MAX_COST``. Never raises."""
    if len(html) < _SMALL and html.count("<") - html.count("</") < _FEW:
        return 0
    cost = formatting = 0
    open_names: list[str] = []
    for match in _TAG.finditer(html):
        cost += (
            len(open_names)
            + _REOPENED * formatting
            + _attribute_cost(match["attributes"] or match["raw_attributes"] or "")
        )
        if cost > MAX_COST:
            break
        name = match["name"]
        if name is None:
            continue
        name = name.lower()
        if match["end"]:
            formatting -= _close(open_names, name)
        elif name not in _VOID and name not in _CLOSED_BY_NEXT:
            open_names.append(name)
            formatting += name in _FORMATTING
    return cost
