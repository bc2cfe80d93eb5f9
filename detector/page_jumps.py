"""Where a page sends its reader by itself: a refresh in its head, or a script that does little else."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urljoin

import msgspec

from detector.page_walk import Walk

MAX_DELAY_S = 15
"""A page that waits longer than this is meant to be read."""
_JUMP = re.compile(
    r"(?:(?:window|document|top|self|parent)\s?\.\s?)?(?<![\w.])(?:window\.|document\.|top\.|self\.|parent\.)?location"
    r"(?:\.href)?\s{0,3}(?:=\s{0,3}[\"'`]\s{0,3}(?P<to>[^\"'`]{4,300})|\.(?:replace|assign)\s?\(\s{0,3}(?P<quote>[\"'`]?)(?P<into>[^\"'`)]{2,300}))",
)  # fmt: skip
_REFRESH = re.compile(
    r"^\s*(?P<delay>\d{1,4})[\d.]*\s*[;,]\s*(?:url\s*=)?\s*[\"']?(?P<to>[^\"'\s]{2,1000})", re.IGNORECASE
)
_SHORT_SCRIPT = 600
_BARE = 200
"""Visible characters below which a page has no words of its own."""
_NOWHERE = ("#", "javascript:", "window.location", "self.location", "location")


class Jump(msgspec.Struct, frozen=True):
    """A jump that nobody clicked."""

    via: Literal["meta", "script"]
    to: str
    """Absolute address; empty where a script computes it, so that it cannot be read."""


def refresh_of(content: str, base: str) -> str | None:
    """The address in a ``Refresh`` header or tag that sends on soon; ``None`` where it stays."""
    found = _REFRESH.search(content[:2000])
    if found is None or int(found["delay"]) > MAX_DELAY_S:
        return None
    to = _absolute(base, found["to"])
    return None if to is None or to.split("#")[0] == base.split("#", maxsplit=1)[0] else to


def jump_of(walk: Walk, base: str, text: str) -> Jump | None:
    """Where the page sends on; ``None`` where it stays.

    Shops hold jumps for their buttons in long scripts; only a script that does little else, or one on a page without
    words, counts.
    """
    to = refresh_of(walk.refresh, base)
    if to is not None:
        return Jump("meta", to)
    bare = len(text) < _BARE
    jumps = (_script_jump(script, base) for script in walk.scripts if bare or len(script) < _SHORT_SCRIPT)
    return next((jump for jump in jumps if jump is not None), None)


def _script_jump(script: str, base: str) -> Jump | None:
    found = _JUMP.search(script)
    if found is None:
        return None
    to = found["to"] or found["into"] or ""
    if to.startswith(_NOWHERE):
        return None
    is_written = found["to"] is not None or bool(found["quote"])
    return Jump("script", (_absolute(base, to) or "") if is_written else "")


def _absolute(base: str, to: str) -> str | None:
    try:
        return urljoin(base, to.strip())
    except ValueError:
        return None
