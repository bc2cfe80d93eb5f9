"""Signs strewn all over a text: c.h*e|a-p b_a~g. No single word shows it, the whole text does.

Unlike ``text_spread``, which looks for words that it knows, all such signs are taken out once there are too many of
them, and of too many kinds, for anybody's way of writing. Likewise line breaks where nearly every line is a scrap of a
word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from detector.text_draft import Draft, Edit

_WORD = "a-z0-9\u3400-\u9fff"
_JOIN = re.compile(f"[.*/|_·~-](?<=[{_WORD}].)(?=[{_WORD}])")
_ODD = re.compile(f"[*|_~·](?<=[{_WORD}].)(?=[{_WORD}])")
"""Joins of which ordinary words have none: and/or, t-shirt and 2.5 are left aside."""
_BREAK = re.compile("\n(?<=[a-z\u3400-\u9fff].)(?=[a-z\u3400-\u9fff])", re.DOTALL)

FEWEST_ODD = 3
FEWEST_KINDS = 2
"""S|M|L|XL has one kind, and a_user_name."""
FEWEST_BREAKS = 5
LONGEST_SCRAP = 4
"""Signs of a line, on average: a list of prices has more."""


def may_be_scattered(plain: str) -> bool:
    """Whether ``join_scattered`` could change the text."""
    return _ODD.search(plain) is not None or _BREAK.search(plain) is not None


def join_scattered(draft: Draft) -> None:
    """Take such signs out, where there are too many of them for any other meaning."""
    if _is_strewn(draft.plain):
        draft.apply(_cut(_JOIN, draft.plain))
    if _is_in_scraps(draft.plain):
        draft.apply(_cut(_BREAK, draft.plain))


def _is_strewn(plain: str) -> bool:
    odd = _ODD.findall(plain)
    return len(odd) >= FEWEST_ODD and len(set(odd)) >= FEWEST_KINDS


def _is_in_scraps(plain: str) -> bool:
    breaks = len(_BREAK.findall(plain))
    return breaks >= FEWEST_BREAKS and len(plain) <= (LONGEST_SCRAP + 1) * (plain.count("\n") + 1)


def _cut(signs: re.Pattern[str], plain: str) -> Iterator[Edit]:
    for found in signs.finditer(plain):
        yield (*found.span(), "", "split")
