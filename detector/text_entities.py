"""Signs written as HTML's character references: ``&#76;``, ``&#x4c;``, and ``&amp;#76;`` where it was escaped again.

They are undone and not noted as a disguise: some platforms escape every text before they send it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from detector.text_draft import Draft, Edit

_ROUNDS = 8
_REFERENCE = re.compile(
    "&(?:amp;|#38;|#x26;){0,20}"
    "(#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});|(?:nbsp|lt|gt|quot|yen|euro|pound|copy|reg|trade|times|middot|hellip);)"
)


def may_hold_entities(text: str) -> bool:
    """Whether ``read_entities`` could change the text."""
    return "&" in text and _REFERENCE.search(text) is not None


def read_entities(draft: Draft) -> None:
    """Put the signs there that are meant, round by round; what is hidden deeper than eight times stays."""
    for _ in range(_ROUNDS):
        edits = list(_edits(draft.plain))
        if not edits:
            return
        draft.apply(edits)


def _edits(text: str) -> Iterator[Edit]:
    for match in _REFERENCE.finditer(text):
        yield (*match.span(), _sign("&" + match[1]), None)


def _sign(reference: str) -> str:
    """The sign of one reference; a reference that stands for none is read as a blank."""
    sign = unescape(reference)
    return sign if len(sign) == 1 and sign != "\ufffd" else " "
