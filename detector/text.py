"""Reads a text as a buyer would read it: undoes disguise, keeps the places.

What is undone, each in a file of its own: signs written as numbers of HTML (``text_entities``); single signs
(``text_signs``: width, styled, invisible, look-alike, traditional); what was spread apart (``text_spread``,
``text_scattered``); words in another form (``text_words``: signs written as their parts, sound-alikes, pinyin, emoji,
letters that look alike in print, names backwards); Latin words in other letters (``text_latin``: leetspeak, repeated
and turned letters); and names that sound like WeChat or QQ, where a contact is given (``text_sounds``). ``plain`` is
for matching only: it also loses case and accents. Morse is not read.

Only the first 20,000 code points of a text are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from detector.text_draft import Draft, Edit
from detector.text_entities import may_hold_entities, read_entities
from detector.text_latin import may_be_leet, read_drawn_letters, read_leet, read_repeated
from detector.text_scattered import join_scattered, may_be_scattered
from detector.text_signs import MAX_READ, UNUSUAL, fold_signs, read_lookalikes
from detector.text_sounds import read_sounds
from detector.text_spread import join_spread, may_be_spread
from detector.text_words import FORMS, Form, Hit, find_forms
from detector.types import ReadText

__all__ = ["MAX_READ", "read_text"]

MAX_LENGTHENED = 4
"""A reading is at most so many times as long as what was folded: no form stands for a longer word than that."""
_MAX_ROUNDS = 8
_CHINESE = re.compile("[\u3400-\u9fff]")
_STANDS_FREE = re.compile("(?<![\u3400-\u9fffa-z0-9])")
_GOODS_NEAR = re.compile(
    ".{0,8}?(?:包包|包(?![月年过含括装容围夜吃住你])|鞋|表(?![示面达明现格])|腰带|皮带|货(?![币])|衣|裤|a货|lv|gucci|nike|aj|版本)",
    re.DOTALL,
)


def _fits(form: Form, plain: str, start: int, end: int) -> bool:
    """Whether a form stands where it can be meant."""
    if form.left and _is_latin(plain[start - 1 : start]):
        return False
    if form.right and form.kind != "emoji" and _is_latin(plain[end : end + 1]):
        return False
    if form.needs == "goods":
        return bool(_STANDS_FREE.match(plain, start) and _GOODS_NEAR.match(plain, end))
    return form.needs != "chinese" or _CHINESE.search(plain) is not None


def _is_latin(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def _form_edits(plain: str, hits: list[Hit]) -> Iterator[Edit]:
    for number, start, end in hits:
        form = FORMS[number]
        if form.reading and _fits(form, plain, start, end):
            yield start, end, form.reading, form.kind


def _read_words(draft: Draft) -> None:
    hits = find_forms(draft.plain)
    if not hits:
        return
    draft.apply(_form_edits(draft.plain, hits))
    others = {FORMS[number].needs for number, _, _ in hits}
    if "repeat" in others:
        read_repeated(draft)
    if "sound" in others:
        read_sounds(draft)


def _undo(draft: Draft, *, unusual: bool) -> None:
    """Undo round by round what was disguised in several ways, until nothing changes."""
    for _ in range(_MAX_ROUNDS):
        before = draft.plain
        if unusual:
            read_lookalikes(draft)
            read_drawn_letters(draft)
        if may_be_scattered(draft.plain):
            join_scattered(draft)
        if may_be_spread(draft.plain):
            join_spread(draft)
        if may_be_leet(draft.plain):
            read_leet(draft)
        _read_words(draft)
        if draft.plain == before:
            break


def _as_read(text: str, head: str, draft: Draft) -> ReadText:
    starts, ends = draft.starts, draft.ends
    if starts is None or ends is None:
        return ReadText(text, draft.plain)
    disguises = draft.disguises()
    if not disguises and draft.plain == head.lower() and starts == list(range(len(head))):
        return ReadText(text, draft.plain)
    return ReadText(text, draft.plain, tuple(starts), tuple(ends), disguises)


def read_text(text: str) -> ReadText:
    """Undo the disguises of ``text``; see the module for what that covers.

    Never raises. Reads the first 20,000 code points. Reading the answer again changes nothing.
    """
    head = text if len(text) <= MAX_READ else text[:MAX_READ]
    draft = Draft(head)
    if may_hold_entities(head):
        read_entities(draft)
    unusual = UNUSUAL.search(draft.plain) is not None
    if unusual:
        fold_signs(draft)
    else:
        draft.plain = draft.plain.lower()
    _undo(draft, unusual=unusual)
    return _as_read(text, head, draft)
