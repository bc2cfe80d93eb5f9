"""Latin words in other letters: leetspeak, repeated letters, letters turned upside down, letters of flags.

Each is undone only where a known word comes out, so that models (350v2), handles and IPA stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from detector.text_draft import Draft, Edit
from detector.text_words import BY_COLLAPSED, BY_LENGTH, BY_SKELETON, LATIN_WORD_SET, collapsed, skeleton

_LEET_SIGNS = "0-9@$!¡|*£€¢×+"
_LEET_HINT = re.compile(f"[{_LEET_SIGNS}](?:(?<=[a-z].)|(?=[a-z]))")
_LEET_TOKEN = re.compile(
    f"(?<![a-z{_LEET_SIGNS}_./:#\\-])(?=[a-z]{{0,23}}[{_LEET_SIGNS}])(?=[{_LEET_SIGNS}]{{0,23}}[a-z])"
    f"[a-z{_LEET_SIGNS}]{{3,24}}(?![a-z{_LEET_SIGNS}_]|[.@/][a-z0-9])"
)
_REPEATED = re.compile(r"(?<![a-z])(?=[a-z]{0,23}?([a-z])\1\1)[a-z]{4,24}(?![a-z])")

_TURNED = str.maketrans(dict(zip("ɐɔǝɟƃɓɥᴉıɾʞʃꞁɯɹʇʌʍʎɒunpdbq", "acefgghiijkllmrtvwyanudpqb", strict=True)))
_TURNED_SIGNS = "ɐɔǝɟƃɓɥᴉɾʞʃꞁɯɹʇʌʍʎɒ"
_TURNED_WORD = re.compile(f"[a-z{_TURNED_SIGNS}ı]{{3,24}}")
_TURNED_HINT = re.compile(f"[{_TURNED_SIGNS}]")

_FLAG_LETTERS = re.compile("[\U0001f1e6-\U0001f1ff](?:[ ]?[\U0001f1e6-\U0001f1ff])*")
_FLAG_HINT = re.compile("[\U0001f1e6-\U0001f1ff]")
_LATVIA = re.compile(" ?(?:包|鞋|老花|钱夹|钱包|表|皮带|腰带|围巾|家|bag|belt|scarf|neverfull|speedy|wallet)")


def may_be_leet(plain: str) -> bool:
    """Whether leetspeak may stand in the text."""
    return _LEET_HINT.search(plain) is not None


def read_leet(draft: Draft) -> None:
    """Undo digits and symbols that stand for letters."""
    draft.apply(_leet_edits(draft.plain))


def read_repeated(draft: Draft) -> None:
    """Undo letters that are repeated."""
    draft.apply(_repeat_edits(draft.plain))


def read_drawn_letters(draft: Draft) -> None:
    """Undo letters that are turned upside down, and letters of flags; only unusual signs are such."""
    if _TURNED_HINT.search(draft.plain) is not None:
        draft.apply(_turned_edits(draft.plain))
    if _FLAG_HINT.search(draft.plain) is not None:
        draft.apply(_flag_edits(draft.plain))


def _leet_edits(plain: str) -> Iterator[Edit]:
    for match in _LEET_TOKEN.finditer(plain):
        word = _from_leet(match[0])
        if word is not None:
            yield (*match.span(), word, "leet")


def _from_leet(token: str) -> str | None:
    if "*" in token:
        return _starred_word(token)
    return BY_SKELETON.get(skeleton(token)) or _plural(token)


def _plural(token: str) -> str | None:
    """F@kes, b@gz: one or more of a known word. Paperwhite5 is none: its stem is written as it should be."""
    word = None if token[:-1].isalpha() or token[-1] not in "s$5z" else BY_SKELETON.get(skeleton(token[:-1]))
    return f"{word}s" if word is not None and len(word) > 3 else None


def _starred_word(token: str) -> str | None:
    """N*ke, gu**i: a word with stars for at most half of its letters, its first letter shown."""
    stars = token.count("*")
    if token[0] == "*" or stars * 2 > len(token) or len(token) < 4:
        return None
    for word in BY_LENGTH.get(len(token), ()):
        if all(
            sign in ("*", letter) or skeleton(sign) == skeleton(letter)
            for sign, letter in zip(token, word, strict=True)
        ):
            return word
    return None


def _repeat_edits(plain: str) -> Iterator[Edit]:
    for match in _REPEATED.finditer(plain):
        word = match[0]
        reading = None if word in LATIN_WORD_SET else BY_COLLAPSED.get(collapsed(word))
        if reading is not None and reading != word:
            yield (*match.span(), reading, "repeat")


def _turned_edits(plain: str) -> Iterator[Edit]:
    for match in _TURNED_WORD.finditer(plain):
        word = match[0].translate(_TURNED)[::-1]
        if word in LATIN_WORD_SET and not match[0].isascii():
            yield (*match.span(), word, "turned")


def _flag_edits(plain: str) -> Iterator[Edit]:
    for match in _FLAG_LETTERS.finditer(plain):
        letters = "".join(chr(ord(sign) - 0x1F1E6 + ord("a")) for sign in match[0] if sign != " ")
        known = letters in LATIN_WORD_SET and (letters != "lv" or _LATVIA.match(plain, match.end()))
        if known or (len(letters) > 2 and " " in match[0] and len(match[0]) == 2 * len(letters) - 1):
            yield (*match.span(), letters, "style")
