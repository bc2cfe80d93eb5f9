"""Single signs: reads each as the letter, digit or Chinese sign that it stands for.

Width and styled letters (NFKC), invisible signs, noise marks, traditional Chinese signs (OpenCC), and look-alike
letters of Cyrillic, Greek, Cherokee, Armenian, Lisu and a few symbols (``data/confusables.json``, kept by hand, far
smaller than Unicode's own table).
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import msgspec
import opencc

from detector.text_draft import Draft

MAX_READ = 20_000

# Punctuation that every Chinese keyboard writes, and signs that NFKC would turn into words (™ → tm).
_KEPT = frozenset("，！？：；（）～￥…“”‘’·—、。《》〈〉「」『』【】〔〕〖〗™®©°€£¥₩§•→←↑↓★☆●○■□▲△▼▽◆◇√×÷≈≠≤≥‰")


class _Lookalikes(msgspec.Struct, frozen=True):
    about: str
    always: dict[str, str]
    in_words: dict[str, str]
    mixed_only: dict[str, str]


def _by_sign(table: dict[str, str]) -> dict[str, str]:
    return {sign: latin for latin, signs in table.items() for sign in signs}


_DATA = msgspec.json.decode((Path(__file__).parent / "data" / "confusables.json").read_bytes(), type=_Lookalikes)
_ALWAYS = _by_sign(_DATA.always)
_IN_WORDS = _by_sign(_DATA.in_words)
# A capital whose small letter has a twin has one too: else lower case would give a second reading another answer.
_IN_WORDS = {sign.upper(): latin for sign, latin in _IN_WORDS.items() if len(sign.upper()) == 1} | _IN_WORDS
_MIXED = _by_sign(_DATA.mixed_only) | _IN_WORDS
_TWINS = frozenset(_MIXED)
# In a short word these are mathematics: ∆t, c∩d.
_MIXED_SHORT = {sign: latin for sign, latin in _MIXED.items() if sign not in "∆ΔδΛλ∩∪∑ΣξΞ∃"}


def _simplified_signs() -> dict[str, str]:
    """Traditional sign → simplified sign, for the two main CJK blocks, one to one."""
    signs = [chr(i) for i in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))]
    answers = opencc.OpenCC("t2s").convert("\n".join(signs)).split("\n")
    table = {a: b for a, b in zip(signs, answers, strict=True) if a != b and len(b) == 1}
    return {a: table.get(b, b) for a, b in table.items()}


_SIMPLIFIED = _simplified_signs()
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")


def _is_invisible(sign: str) -> bool:
    if sign in "\t\n\r":
        return False
    code = ord(sign)
    selector = 0xFE00 <= code <= 0xFE0F or 0xE0000 <= code <= 0xE0FFF or 0x180B <= code <= 0x180F
    return selector or sign in _BLANK_LETTERS or unicodedata.category(sign) in {"Cf", "Cc"}


def _is_noise_mark(sign: str) -> bool:
    """Combining marks of European scripts and of symbols; marks that other scripts need are not touched."""
    code = ord(sign)
    ranges = ((0x300, 0x36F), (0x483, 0x489), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F))
    return any(low <= code <= high for low, high in ranges)


def _fold_part(sign: str) -> str:
    if sign in _KEPT:
        return sign
    if _is_invisible(sign) or _is_noise_mark(sign):
        return ""
    if sign in _ALWAYS:
        return _ALWAYS[sign]
    if sign in _TWINS:  # its case is part of what it looks like; lowered after the words were read
        return sign
    digit = unicodedata.decimal(sign, None)
    if digit is not None:
        return str(digit)
    base = unicodedata.normalize("NFKD", sign)[0]
    return (base if base.isascii() and base.isalpha() else _SIMPLIFIED.get(sign, sign)).lower()


def _fold(sign: str) -> str:
    """One sign → what it stands for; folding the answer again changes nothing."""
    if sign in _KEPT:
        return sign
    if sign in _ALWAYS:  # before NFKC, which reads ⑵ as (2)
        return _ALWAYS[sign]
    folded = sign
    for _ in range(5):
        again = "".join(_fold_part(part) for part in unicodedata.normalize("NFKC", folded))
        if again == folded:
            break
        folded = again
    return folded


def _fold_kind(sign: str, folded: str) -> str | None:
    """What kind of disguise the change is; ``None`` where everybody writes so (capitals, accents, odd spaces)."""
    if folded == "":
        return "style" if sign == "\u20e3" else "mark" if _is_noise_mark(sign) else "invisible"
    if sign == folded or sign.lower() == folded or folded.isspace():
        return None
    if sign in _SIMPLIFIED:
        return "traditional"
    if unicodedata.decomposition(sign).startswith(("<wide>", "<narrow>")):
        return "width"
    ordinary_accent = unicodedata.decomposition(sign)[:1].isalnum()
    return None if ordinary_accent or not folded[0].isalnum() else "style"


class _FoldTable(dict[str, tuple[str, str | None]]):
    """Sign → (folded, kind), filled as signs are met; stops growing where hostile texts would fill it."""

    def __missing__(self, sign: str) -> tuple[str, str | None]:
        folded = _fold(sign)
        entry = (folded, _fold_kind(sign, folded))
        if len(self) < 50_000:
            self[sign] = entry
        return entry


FOLDS = _FoldTable()


def _unusual_pattern() -> re.Pattern[str]:
    """Matches one sign that lower case alone does not read."""
    blocks = (range(0x20, 0x7F), range(0xA1, 0x100), range(0x2010, 0x2800), range(0x3000, 0xA000))
    wide = (range(0xAC00, 0xD7A4), range(0xFF01, 0xFF66), range(0x1F300, 0x1FB00))
    signs = (chr(i) for block in (*blocks, *wide) for i in block)
    usual = [
        ord(s) for s in signs if _TWINS.isdisjoint((s, s.lower())) and FOLDS[s][0] == s.lower() and len(s.lower()) == 1
    ]
    return re.compile(f"[^\t\n\r{_as_ranges(usual)}]")


def _as_ranges(codes: list[int]) -> str:
    pieces: list[list[int]] = []
    for code in codes:
        if pieces and pieces[-1][1] == code - 1:
            pieces[-1][1] = code
        else:
            pieces.append([code, code])
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in pieces)


UNUSUAL = _unusual_pattern()

_TRAILING = frozenset("\ufe0e\ufe0f\u20e3")


def fold_signs(draft: Draft) -> None:
    """Fold the unusual signs one by one and lower the rest, which keeps its places."""
    text, earlier = draft.plain, None if draft.starts is None else draft.places()
    signs: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for match in UNUSUAL.finditer(text):
        i = match.start()
        if done < i:
            signs.append(text[done:i].lower())
            starts += range(done, i)
            ends += range(done + 1, i + 1)
        done = i + 1
        sign = text[i]
        folded, kind = FOLDS[sign]
        if len(folded) == 1:
            signs.append(folded)
            starts.append(i)
            ends.append(done)
        elif folded:
            signs.append(folded)
            starts += [i] * len(folded)
            ends += [done] * len(folded)
        elif ends and sign in _TRAILING:
            ends[-1] = done  # a keycap's frame belongs to its digit
        if kind is not None and (kind != "invisible" or _hides_something(text, i)):
            draft.note(kind, *((i, done) if earlier is None else (earlier[0][i], earlier[1][i])))
    signs.append(text[done:].lower())
    draft.plain = "".join(signs)[:MAX_READ]
    starts = [*starts, *range(done, len(text))][:MAX_READ]
    ends = [*ends, *range(done + 1, len(text) + 1)][:MAX_READ]
    # Where the text had been changed before, its places are looked up there.
    draft.starts = starts if earlier is None else [earlier[0][place] for place in starts]
    draft.ends = ends if earlier is None else [earlier[1][place - 1] for place in ends]


def _hides_something(text: str, place: int) -> bool:
    """Invisible signs between letters hide something; beside emoji, Arabic or Indic letters they are spelling."""
    return _is_letter_or_hidden(text[place - 1 : place]) and _is_letter_or_hidden(text[place + 1 : place + 2])


def _is_letter_or_hidden(sign: str) -> bool:
    return sign != "" and (FOLDS[sign][0] == "" or _is_plain_letter(sign))


def _is_plain_letter(sign: str) -> bool:
    return sign.isalnum() and not 0x590 <= ord(sign) < 0x1100


_TWIN = re.compile(f"[{re.escape(''.join(sorted(_TWINS)))}]")
_WORD = re.compile(
    f"[a-zA-Z\u00c0-\u02af\u0370-\u058f\u13a0-\u13ff\ua4d0-\ua4ff\uab70-\uabbf{re.escape(''.join(sorted(_TWINS)))}]+"
)
_ASCII_LETTER = re.compile("[a-zA-Z]")
# The modern Russian and Greek alphabets: a word of these letters alone may be just that language.
_MODERN = re.compile("[\u0410-\u044f\u0401\u0451\u0386-\u03ce]+")


def read_lookalikes(draft: Draft) -> None:
    """Read letters of other scripts as the Latin letters that they are drawn like, where the word is a Latin one."""
    if _TWIN.search(draft.plain) is None:
        return
    words = list(_WORD.finditer(draft.plain))
    foreign = any(_is_foreign(word[0]) for word in words)
    starts, ends = draft.places()
    signs = list(draft.plain)
    for word in words:
        table = _twins_for(word[0], foreign=foreign)
        for i, sign in enumerate(word[0], word.start()) if table else ():
            if sign in table:
                signs[i] = table[sign]
                draft.note("confusable", starts[i], ends[i])
    draft.plain = "".join(signs)
    # Capitals of other scripts are left; each has a small letter of one sign.
    lowered = draft.plain.lower()
    draft.plain = lowered if len(lowered) == len(draft.plain) else draft.plain


def _is_foreign(word: str) -> bool:
    """A word of another script that cannot be read as Latin: the text is really written in that script."""
    return _ASCII_LETTER.search(word) is None and any(s.isalpha() and s not in _IN_WORDS for s in word)


def _twins_for(word: str, *, foreign: bool) -> dict[str, str]:
    if _ASCII_LETTER.search(word):
        return _MIXED if len(word) > 3 else _MIXED_SHORT
    if all(sign in _IN_WORDS for sign in word) and not (foreign and _MODERN.fullmatch(word)):
        return _IN_WORDS
    return {}
