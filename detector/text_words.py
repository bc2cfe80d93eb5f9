"""The words that people hide, and every form in which they hide them.

The words stand in ``data/disguises.json``; the names of brands come from ``data/brands.json``. Both are read once, and
the forms are found in one pass over a text, however many there are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import combinations, product
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from detector.text_signs import FOLDS

_FOLDER = Path(__file__).parent / "data"


class _Hidden(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pinyin: str = ""
    sounds: str = ""
    unsure: str = ""


class _Disguises(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    about: str
    words: dict[str, _Hidden]
    signs: dict[str, str]
    goods: dict[str, str]
    nicknames: dict[str, str]
    parts: dict[str, str]
    strict: str
    loose: str
    latin: str
    typos: str
    reversed: str


class Form(NamedTuple):
    """What a hidden form stands for."""

    reading: str
    kind: str | None
    """Kind of disguise; ``None`` where everybody writes so."""
    left: bool
    """The form begins with a Latin sign, so that no Latin sign may stand before it; ``right`` likewise."""
    right: bool
    needs: str
    """``goods``: it stands free on its left, beside goods. ``chinese``: the text holds Chinese signs. ``sound`` and
    ``repeat``: it is no form itself, but a sign that a name of WeChat or a word with a repeated letter may stand there.
    Else empty."""


def _is_latin(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def _form(written: str, reading: str, kind: str | None, needs: str = "") -> tuple[str, Form]:
    return written, Form(reading, kind, _is_latin(written[0]), _is_latin(written[-1]), needs)


def _brand_names(*kinds: str) -> list[str]:
    brands: list[dict[str, Any]] = json.loads((_FOLDER / "brands.json").read_text(encoding="utf-8"))
    return [
        name.lower()
        for brand in brands
        for name in (brand["name"], *(n for kind in kinds for n in brand.get(kind, ())))
    ]


_DATA = msgspec.json.decode((_FOLDER / "disguises.json").read_bytes(), type=_Disguises)
_OFFICIAL_NAMES = _brand_names("zh")
_BRAND_NAMES = _brand_names("zh", "aliases", "slang")

# --- forms that are found as they stand ------------------------------------------------------------------------------


def _choices(word: str, pinyin: str) -> list[list[str]]:
    """For each sign of a word the pinyin or emoji that may stand for it; a single letter stands for nothing."""
    syllables = pinyin.split()
    fits = len(syllables) == len(word)
    return [
        [*_DATA.signs.get(sign, ""), *(syllables[i : i + 1] if fits and len(syllables[i]) > 1 else ())]
        for i, sign in enumerate(word)
    ]


def _partly_hidden(word: str, pinyin: str) -> Iterator[str]:
    """The word with one or two of its signs written in another way."""
    choices = _choices(word, pinyin)
    for count in (1, 2) if len(word) > 2 else (1,):
        for places in combinations(range(len(word)), count):
            for chosen in product(*(choices[place] for place in places)):
                signs = list(word)
                for place, sign in zip(places, chosen, strict=True):
                    signs[place] = sign
                yield "".join(signs)
    for together, emoji in _DATA.signs.items():
        if len(together) > 1 and together in word and together != word:
            yield from (word.replace(together, sign) for sign in emoji)


def _spelled(pinyin: str) -> Iterator[str]:
    """The whole word in pinyin, where that is long enough to be no other word."""
    spaced = pinyin.lstrip("*")
    yield from (written for written in (spaced.replace(" ", ""), spaced) if len(written) > 5)


def _misread(name: str) -> Iterator[str]:
    """A Latin name with letters that look alike in print: GUCCl, ChaneI, rnoncler, vvatch."""
    for one, other in (("i", "l"), ("l", "i"), ("m", "rn"), ("w", "vv")):
        if one in name:
            yield name.replace(one, other)
            yield name.replace(one, other, 1)


def _forms_of_words() -> Iterator[tuple[str, Form]]:
    for word, hidden in _DATA.words.items():
        for written in _partly_hidden(word, hidden.pinyin.lstrip("*")):
            yield _form(written, word, "pinyin" if any(map(_is_latin, written)) else "emoji")
        for written in _spelled(hidden.pinyin):
            yield _form(written, word, "pinyin", "goods" if hidden.pinyin[0] == "*" else "chinese")
        for written in hidden.sounds.split():
            yield _form(written, word, "sound_alike")
        for written in hidden.unsure.split():
            yield _form(written, word, "sound_alike", "goods")


def _listed_forms() -> Iterator[tuple[str, Form]]:
    for written, reading in _DATA.nicknames.items():
        yield _form(written, reading, "pinyin" if _is_latin(written[0]) else "emoji")
    for written, reading in _DATA.parts.items():
        yield _form(written, reading, "split")
    for word, emoji in _DATA.goods.items():
        yield from (_form(sign, word, None) for sign in emoji)
    for name in _DATA.typos.split():
        yield from (_form(written, name, "confusable") for written in _misread(name))
    for name in _DATA.reversed.split():
        yield _form(name[::-1], name, "reversed")


_SOUNDS_BEFORE, _SOUNDS_AFTER = "威薇维徽卫围溦唯葳微", "信心芯新鑫❤♥💗💚💕🧡💛💙💜♡"
_SOUND_SIGNS = (
    "薇 卫星 🛰 wei jia vx wx v我 v: v： v信 v心 v❤ v♥ v💗 v💚 v💕 v🧡 v💛 v💙 v💜 v♡ √信 ∨信 √❤ ∨❤ √♥ ∨♥ w❤x w♥x "
    "加v 加微 加我v 加我微 加+ 加➕ 加✚ 家➕ 家+ 家v 家微 +v +微 +薇 +w +我 ➕ ✚ 微x 微❤ "
    "绿泡 绿色泡泡 绿色软件 💚 加绿 加w 家w 扣扣 抠抠 蔻蔻 企鹅 🐧 秋秋 球球 叩叩 q扣 扣q 丘丘"
)


def _signs_of_other_steps() -> Iterator[tuple[str, Form]]:
    """What tells other steps, in the same pass, that they have work."""
    spaced = ("v 信", "v 心", "微 xin", "wei 信", "微xin")
    sounds = {a + b for a in _SOUNDS_BEFORE for b in _SOUNDS_AFTER} - {"微信"}
    for written in (*_SOUND_SIGNS.split(), *spaced, *sorted(sounds)):
        yield written, Form("", None, left=False, right=False, needs="sound")
    for letter in "abcdefghijklmnopqrstuvwxyz":
        yield letter * 3, Form("", None, left=False, right=False, needs="repeat")


def _known_words() -> set[str]:
    """What is written so in earnest, and is therefore nobody's disguise."""
    return {*_OFFICIAL_NAMES, *_DATA.words, *_DATA.latin.split(), *_DATA.typos.split()}


def _forms() -> dict[str, Form]:
    known = _known_words()
    forms: dict[str, Form] = {}
    for written, form in (*_forms_of_words(), *_listed_forms()):
        folded = "".join(FOLDS[sign][0] for sign in written)
        if folded and folded not in known:
            forms.setdefault(folded, form)
    for written, form in _signs_of_other_steps():
        forms.setdefault(written, form)
    return forms


_FORMS = _forms()
FORMS = tuple(_FORMS.values())


def _automaton(patterns: Iterable[str]) -> AhoCorasick:
    return AhoCorasick(list(patterns), matchkind=MatchKind.LeftmostLongest, implementation=Implementation.ContiguousNFA)


_FINDER = _automaton(_FORMS)
Hit = tuple[int, int, int]
"""Number of the pattern, start, end."""


def _hits(automaton: AhoCorasick, plain: str) -> list[Hit]:
    try:
        return automaton.find_matches_as_indexes(plain)
    except UnicodeEncodeError:  # a lone surrogate; each becomes one "?", so that places stay
        return automaton.find_matches_as_indexes(plain.encode("utf-8", "replace").decode("utf-8"))


def find_forms(plain: str) -> list[Hit]:
    """Hidden forms in a text, longest first where several begin; a number is a place in ``FORMS``."""
    return _hits(_FINDER, plain)


# --- words that are written with something between their signs -------------------------------------------------------

_STRICT = frozenset(_DATA.strict.split())
_OWN_WORDS = [word for word in (*_DATA.words, *_DATA.loose.split()) if word not in _STRICT]


def _is_chinese(name: str) -> bool:
    return len(name) > 1 and all("\u3400" <= sign <= "\u9fff" for sign in name)


class Spread(NamedTuple):
    """What may stand between the signs of a word without making it two words."""

    loose: bool
    """Spaces and commas as well."""
    dotted: bool
    """A middle dot as well; in foreign names (卡尔文·克莱恩) it is spelling."""


_SPREAD = {word: Spread(loose=False, dotted=False) for word in _BRAND_NAMES if _is_chinese(word)}
_SPREAD |= dict.fromkeys(_DATA.parts, Spread(loose=True, dotted=True))
_SPREAD |= dict.fromkeys(_STRICT, Spread(loose=False, dotted=True))
_SPREAD |= dict.fromkeys(_OWN_WORDS, Spread(loose=True, dotted=True))
_SPREAD_WORDS = tuple(_SPREAD)
_SPREAD_FINDER = _automaton(_SPREAD_WORDS)


def _firsts_and_seconds(words: Iterable[str]) -> tuple[str, str]:
    """Signs that stand before a gap in one of the words, and signs that stand after one."""
    listed = tuple(words)
    firsts, seconds = {sign for word in listed for sign in word[:-1]}, {sign for word in listed for sign in word[1:]}
    return "".join(sorted(firsts)), "".join(sorted(seconds))


SPREAD_SIDES = _firsts_and_seconds(_SPREAD_WORDS)
LOOSE_SIDES = _firsts_and_seconds(word for word, spread in _SPREAD.items() if spread.loose)


def find_spread(squeezed: str) -> list[tuple[int, int, Spread]]:
    """Words in a text without its gaps: start, end, and what may stand in them."""
    return [(start, end, _SPREAD[_SPREAD_WORDS[number]]) for number, start, end in _hits(_SPREAD_FINDER, squeezed)]


# --- Latin words in other letters -------------------------------------------------------------------------------------

_LEET = str.maketrans("01345789@$!¡|l£€¢+×", "oieastbgasiiiiiectx")


def skeleton(word: str) -> str:
    """The word with every sign that may stand for a letter as one letter; l and i are one."""
    return word.translate(_LEET)


def collapsed(word: str) -> str:
    """The word with each run of one letter as one."""
    return "".join(sign for i, sign in enumerate(word) if sign != word[i - 1 : i])


def _latin_words() -> tuple[str, ...]:
    tokens = {token for name in _BRAND_NAMES for token in name.replace("-", " ").split()}
    names = {token for token in tokens if len(token) > 3 and token.isascii() and token.isalpha()}
    return (*_DATA.typos.split(), *_DATA.latin.split(), *sorted(names))


LATIN_WORDS = _latin_words()
BY_SKELETON = {skeleton(word): word for word in reversed(LATIN_WORDS)}
BY_COLLAPSED = {collapsed(word): word for word in reversed(LATIN_WORDS) if len(collapsed(word)) > 2}
LATIN_WORD_SET = frozenset(LATIN_WORDS)


def _by_length() -> dict[int, tuple[str, ...]]:
    table: dict[int, tuple[str, ...]] = {}
    for word in dict.fromkeys(LATIN_WORDS):
        table[len(word)] = (*table.get(len(word), ()), word)
    return table


BY_LENGTH = _by_length()
