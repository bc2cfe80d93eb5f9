"""What is spread apart: letters and Chinese signs with spaces, points, stars, strokes or emoji between them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from detector.text_draft import Draft, Edit
from detector.text_words import BY_SKELETON, LOOSE_SIDES, SPREAD_SIDES, Spread, find_spread, skeleton

CJK = "\u3400-\u4dbf\u4e00-\u9fff"
EMOJI = "\u2600-\u27bf\u2b00-\u2bff\u2b50-\u2b59\U0001f300-\U0001faff"
_STRONG = f".*·•_^~～|/\\\\\\-丨+{EMOJI}"
"""Signs that nobody writes between two signs of one word; spaces and commas stand between phrases too."""
_ANY = f"{_STRONG} 、,，"
_GAP_SIGN = re.compile(f"[{_ANY}]")
_STRONG_ONLY = re.compile(f"[{_STRONG}]+")
_MAX_GAP = 3

_LETTER_WORDS = frozenset(
    [
        "lv",
        "vx",
        "wx",
        "qq",
        "aj",
        "bv",
        "ysl",
        "mcm",
        "vca",
        "aaa",
        "gucci",
        "dior",
        "prada",
        "rolex",
        "chanel",
        "hermes",
    ]
)
_SEPARATORS = r" .*·\-_|/~+•"
_NUMERALS = "〇零一二两三四五六七八九十百千万"
# An asterisk or a full stop between two Chinese signs has no use of its own.
_STARRED = re.compile(f"[*^.](?<=[{CJK}].)(?<![{_NUMERALS}].)(?=[{CJK}])")
_SINGLES_APART = re.compile(
    f"(?<![{CJK}a-z0-9])[{CJK}]([ .*·_|\\n])[{CJK}a-z0-9]\\1(?:[{CJK}a-z0-9]\\1)*[{CJK}](?![{CJK}a-z0-9])"
)
_LETTERS_APART = re.compile(rf"(?<![a-z0-9@])[a-z]([{_SEPARATORS}])[a-z0-9@$!](?:\1[a-z0-9@$!])*(?![a-z0-9@])")
_BRACKETED = re.compile(f"[【\\[](?=[{CJK}][】\\]])|[】\\]](?<=[【\\[][{CJK}].)")
_BRACKETS_BESIDE = re.compile(f"(?:[【\\[][{CJK}][】\\]]){{2,}}|(?<=[{CJK}])[【\\[][{CJK}][】\\]](?=[{CJK}])")
_AFTER_PAIR = re.compile(f" ?[{CJK}]|[ :：]{{1,2}}[a-z]{{0,4}}[0-9]")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
# 高，仿佛 is no 高仿.
_NOT_BEFORE = {"仿": "佛似照真效冒制生古", "单": "独位身词", "版": "权", "信": "任仰念号", "刻": "意骨"}
_NOT_AFTER = {"高": "提很太最更较身增不"}


# Searches that tell whether a step below could change a text. Each starts with one class of signs and looks back at it:
# the regex engine then skips other signs three times as fast.
def _word_gap() -> str:
    """A gap in a known word. Commas count only where they stand between single signs."""
    (firsts, seconds), (loose_firsts, loose_seconds) = SPREAD_SIDES, LOOSE_SIDES
    return (
        f"(?<=[{_STRONG}])(?<=[{firsts}].)(?=[{_ANY}]{{0,2}}[{seconds}])"
        f"|(?<=[{loose_firsts}].)(?<=[ 、])(?=[{_ANY}]{{0,2}}[{loose_seconds}])"
        f"|(?<=[{loose_firsts}][,，])(?=[{loose_seconds}][,，])"
    )


_WORD_HINT = re.compile(f"[{_ANY}](?:{_word_gap()})")
_SINGLES_HINT = re.compile(f"[ .*·_|\\n](?<=[{CJK}].)(?<=(.))(?=[{CJK}a-z0-9]\\1[{CJK}a-z0-9]\\1)", re.DOTALL)
_LETTERS_HINT = re.compile(rf"[{_SEPARATORS}](?<=[a-z].)(?<![a-z0-9][a-z].)(?=[a-z0-9@$!](?![a-z0-9]))")
_STAR_HINT = re.compile(f"[*^.](?<=[{CJK}].)(?=[{CJK}])")
_BRACKET_HINT = re.compile(f"[】\\]](?<=[【\\[][{CJK}].)")
_HINT = re.compile(
    f"[{_ANY}\\n】\\]](?:"
    f"{_word_gap()}|(?<=[{CJK}].)(?:(?<=[*^.])(?=[{CJK}])|(?<=([ .*·_|\\n]))(?=[{CJK}a-z0-9]\\1[{CJK}a-z0-9]\\1))"
    rf"|(?<=[a-z].)(?<![a-z0-9][a-z].)(?<=[{_SEPARATORS}])(?=[a-z0-9@$!](?![a-z0-9]))"
    f"|(?<=[【\\[][{CJK}].))",
    re.DOTALL,
)


def may_be_spread(plain: str) -> bool:
    """Whether ``join_spread`` could change the text."""
    return _HINT.search(plain) is not None


def join_spread(draft: Draft) -> None:
    """Join what is spread apart."""
    if _BRACKET_HINT.search(draft.plain) is not None:
        draft.apply(_bracket_edits(draft.plain))
    if _LETTERS_HINT.search(draft.plain) is not None:
        _join(draft, _LETTERS_APART, _is_spelled_out)
    if _SINGLES_HINT.search(draft.plain) is not None:
        _join(draft, _SINGLES_APART, _is_sentence)
    if _WORD_HINT.search(draft.plain) is not None:
        draft.apply(_word_edits(draft.plain))
    if _STAR_HINT.search(draft.plain) is not None:
        _join(draft, _STARRED, lambda _: True)


def _join(draft: Draft, pattern: re.Pattern[str], wanted: Callable[[re.Match[str]], bool]) -> None:
    """Remove every second sign of each match that is wanted; all of it where it is one sign."""
    edits: list[Edit] = []
    for match in pattern.finditer(draft.plain):
        if wanted(match):
            start, end = match.span()
            places = range(start + 1, end, 2) if end - start > 1 else (start,)
            edits += [(place, place + 1, "", "split") for place in places]
    draft.apply(edits)


def _is_spelled_out(match: re.Match[str]) -> bool:
    """Whether single letters make one word: not a list (a b c), not sizes (s m l)."""
    letters = match[0][::2]
    if not letters.isalpha():
        return skeleton(letters) in BY_SKELETON
    if len(letters) == 2:
        alone = match.end() - match.start() == len(match.string)
        followed = alone or _AFTER_PAIR.match(match.string, match.end()) is not None
        return letters in _LETTER_WORDS and (match[1] not in " /+" or followed)
    return letters in _LETTER_WORDS or (
        len(letters) > 3 and letters not in _ALPHABET and not set(letters) <= set("smlx")
    )


def _is_sentence(match: re.Match[str]) -> bool:
    """Whether single signs are a text with something between: four or more of them, most of them Chinese."""
    signs = match[0][::2]
    return len(signs) > 3 and sum(not sign.isascii() for sign in signs) * 3 >= len(signs) * 2


def _bracket_edits(plain: str) -> Iterator[Edit]:
    for run in _BRACKETS_BESIDE.finditer(plain):
        for bracket in _BRACKETED.finditer(plain, run.start(), run.end()):
            yield (*bracket.span(), "", "split")


def _word_edits(plain: str) -> Iterator[Edit]:
    """Remove what stands between the signs of a known word. Words are looked for in the text without its gaps."""
    removed = {match.start() for match in _GAP_SIGN.finditer(plain)}
    places = [place for place in range(len(plain)) if place not in removed]
    squeezed = "".join([plain[place] for place in places])
    for start, end, spread in find_spread(squeezed):
        first, last = places[start], places[end - 1]
        if last - first > end - 1 - start:
            pairs = pairwise(places[start:end])
            gaps = [(a + 1, b) for a, b in pairs if b > a + 1]
            if _is_one_word(plain, first, last, [plain[a:b] for a, b in gaps], spread):
                yield from ((a, b, "", "split") for a, b in gaps)


def _is_one_word(plain: str, first: int, last: int, gaps: list[str], spread: Spread) -> bool:
    before, after = plain[first - 1 : first], plain[last + 1 : last + 2]
    if plain[first].isascii() and before.isascii() and before.isalnum():
        return False
    if any(len(gap) > _MAX_GAP or (gap == "·" and not spread.dotted) for gap in gaps):
        return False
    if all(_STRONG_ONLY.fullmatch(gap) for gap in gaps):
        return True
    short = last - first - sum(map(len, gaps)) == 1
    if not spread.loose or (short and any("," in gap or "，" in gap for gap in gaps)):
        return False
    starts_other = after != "" and after in _NOT_BEFORE.get(plain[last], "")
    return not starts_other and (before == "" or before not in _NOT_AFTER.get(plain[first], ""))
