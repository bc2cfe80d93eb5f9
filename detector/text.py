"""Reads a text as a buyer would read it: undoes disguise, keeps the places.

What is undone: invisible signs; width and styled letters (NFKC); noise marks; look-alike letters of Cyrillic, Greek,
Cherokee, Armenian, Lisu and a few symbols (``data/confusables.json``, kept by hand, far smaller than Unicode's own
table; digits used as letters, as in ``gucc1``, are not covered); traditional Chinese signs, one by one (OpenCC);
letters and signs that were spread apart; signs written as their parts; and names that sound like WeChat or QQ, where
a contact is given. ``plain`` is for matching only: it also loses case and accents.

Only the first 20,000 code points of a text are read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
import opencc

from detector.types import Disguise, ReadText

MAX_READ = 20_000
MAX_DISGUISES = 200
_MAX_ROUNDS = 8

_CJK = "\u3400-\u4dbf\u4e00-\u9fff"
_EMOJI = "\u2600-\u27bf\u2b00-\u2bff\U0001f300-\U0001faff"
# Punctuation that every Chinese keyboard writes, and signs that NFKC would turn into words (™ → tm).
_KEPT = frozenset("，！？：；（）～￥…“”‘’·—、。《》〈〉「」『』【】〔〕〖〗™®©°€£¥₩§•→←↑↓★☆●○■□▲△▼▽◆◇√×÷≈≠≤≥‰")


class _Lookalikes(msgspec.Struct, frozen=True):
    about: str
    always: dict[str, str]
    in_words: dict[str, str]
    mixed_only: dict[str, str]


def _words(spaced: str) -> list[str]:
    """A list that stays readable in the source."""
    return spaced.split()


def _by_sign(table: dict[str, str]) -> dict[str, str]:
    return {sign: latin for latin, signs in table.items() for sign in signs}


_DATA = msgspec.json.decode((Path(__file__).parent / "data" / "confusables.json").read_bytes(), type=_Lookalikes)
_ALWAYS = _by_sign(_DATA.always)
_IN_WORDS = _by_sign(_DATA.in_words)
# A capital whose small letter has a twin has one too: else lower case would give a second reading another answer.
_IN_WORDS = {sign.upper(): latin for sign, latin in _IN_WORDS.items() if len(sign.upper()) == 1} | _IN_WORDS
_MIXED = _by_sign(_DATA.mixed_only) | _IN_WORDS
_TWINS = frozenset(_MIXED)


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


_FOLDS = _FoldTable()


def _unusual_pattern() -> re.Pattern[str]:
    """Matches one sign that lower case alone does not read."""
    blocks = (range(0x20, 0x7F), range(0xA1, 0x100), range(0x2010, 0x2800), range(0x3000, 0xA000))
    wide = (range(0xAC00, 0xD7A4), range(0xFF01, 0xFF66), range(0x1F300, 0x1FB00))
    signs = (chr(i) for block in (*blocks, *wide) for i in block)
    usual = [
        ord(s) for s in signs if _TWINS.isdisjoint((s, s.lower())) and _FOLDS[s][0] == s.lower() and len(s.lower()) == 1
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


_UNUSUAL = _unusual_pattern()

# --- what is spread apart -------------------------------------------------------------------------------------------

# Words that are worth joining when something stands between their signs. Everyday pairs (包包, 正品) are left out:
# a space between two phrases would make them up.
_SPREAD_WORDS = _words(
    "一比一 高仿 精仿 超仿 仿品 仿版 复刻 原单 尾单 跟单 纯原 真标 莆田 罚没 微信 威信 薇信 维信 徽信 扣扣 驴牌"
    " 香奈儿 香奶奶 爱马仕 "
    "古驰 劳力士 迪奥 普拉达 芬迪 巴黎世家 路易威登 纪梵希 圣罗兰 蔻驰 耐克 阿迪达斯 绿水鬼 卡地亚 宝格丽 欧米茄"
    " 百达翡丽 a货 v信"
)
_SPREAD_LATIN = frozenset(_words("lv vx wx qq aj bv ysl mcm vca aaa gucci dior prada rolex chanel hermes"))
_GAP = f"[ .*·•_^~|/\\-丨、,，+{_EMOJI}]"
_FIRSTS = "".join(sorted({a for word in _SPREAD_WORDS for a in word[:-1]}))
_SECONDS = "".join(sorted({b for word in _SPREAD_WORDS for b in word[1:]}))
_WORD_APART = re.compile(
    "|".join(("(?<![a-z0-9])" if word[0] in "av" else "") + f"{_GAP}{{0,3}}".join(word) for word in _SPREAD_WORDS)
)
_NUMERALS = "〇零一二两三四五六七八九十百千万"
# An asterisk or a full stop between two Chinese signs has no use of its own.
_STARRED = re.compile(f"[*^.](?<=[{_CJK}].)(?<![{_NUMERALS}].)(?=[{_CJK}])")
_SINGLES_APART = re.compile(f"(?<![{_CJK}])[{_CJK}]([ .*·_|])(?:[{_CJK}]\\1){{2,}}[{_CJK}](?![{_CJK}])")
_LETTERS_APART = re.compile(r"(?<![a-z0-9@])[a-z]([ .*·\-])[a-z](?:\1[a-z])*(?![a-z0-9@])")
_AFTER_PAIR = re.compile(f" ?[{_CJK}]|[ :：]{{1,2}}[a-z]{{0,4}}[0-9]")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"

# --- signs written as their parts -----------------------------------------------------------------------------------

_PARTS = {
    "亻言": "信", "亻方": "仿", "亻介": "价", "亻牛": "件", "亻弋": "代", "讠正": "证", "讠寸": "讨", "革圭": "鞋",
    "亥刂": "刻",
    "复亥刀": "复刻", "马户牌": "驴牌", "马户包": "驴包", "彳攵": "微",
}  # fmt: skip
_PARTED = re.compile("|".join(_PARTS))

# --- names that sound like WeChat or QQ -----------------------------------------------------------------------------

_HEART = "[❤♥💗💚💕🧡]"
_LINK = f"[ :：~=_\\-.。,，;；/|()（）【】👉☎📱{_EMOJI}]{{0,3}}"
_ID_AHEAD = f"(?={_LINK}(?:[a-z][a-z0-9_-]{{4,19}}|[0-9]{{5,11}})(?![a-z0-9]))"
_END_AHEAD = f"(?=[ ]?(?:$|[。！!,，;；\n)）{_EMOJI}]))"
_SURE = f"(?:[威薇维徽卫围][信心❤♥💗]|卫星|微{_HEART}|[v√∨]{_HEART}?信|v{_HEART}|薇)"
_LEAD = "(?:加[+➕✚]?|(?<![a-z0-9])\\+|[➕✚])"
_SOUND = re.compile(
    f"(?P<lead>{_LEAD})(?:我)?(?:{_SURE}|(?:vx|wx|v|微)(?:{_ID_AHEAD}|{_END_AHEAD}))"
    f"|(?<![a-z0-9])(?:{_SURE}|[vw]x(?![a-z])|v(?=[:：])){_ID_AHEAD}"
    f"|(?P<qq>扣扣|抠抠|蔻蔻|企鹅)(?={_LINK}[0-9]{{5,11}}(?![0-9]))"
)

_SOUND_STARTS = re.compile("[加+➕✚威薇维徽卫围微v√∨w扣抠蔻企]")

# Searches that tell whether a step below could change a text. Each starts with one class of signs and looks back at it:
# the regex engine then skips other signs three times as fast.
_GAP_HINT = re.compile(
    f"[ .*·•_^~|/\\-丨、,，+{_EMOJI}](?:"
    f"(?<=[{_FIRSTS}].)(?={_GAP}{{0,2}}[{_SECONDS}])"
    f"|(?<=[{_CJK}].)(?=[{_CJK}])(?:(?<=[*^.])|(?<=([ .*·_|]))(?=[{_CJK}]\\1[{_CJK}]\\1[{_CJK}]))"
    r"|(?<=[a-z].)(?<![a-z0-9][a-z].)(?<=[ .*·\-])(?=[a-z](?![a-z0-9])))"
)
_WORD_HINT = re.compile(f"[ .*·•_^~|/\\-丨、,，+{_EMOJI}](?<=[{_FIRSTS}].)(?={_GAP}{{0,2}}[{_SECONDS}])")
_SINGLES_HINT = re.compile(f"[ .*·_|](?<=[{_CJK}].)(?<=(.))(?=[{_CJK}]\\1[{_CJK}]\\1[{_CJK}])")
_LETTERS_HINT = re.compile(r"[ .*·\-](?<=[a-z].)(?<![a-z0-9][a-z].)(?=[a-z](?![a-z0-9]))")
_PART_HINT = re.compile("[亻讠革马亥彳][言方介牛弋正寸圭刂刀户攵]")
_SOUND_HINT = re.compile(
    "[威薇维徽卫围微vw√+加➕✚扣抠蔻企](?:"
    "(?<=[威薇维徽卫围微])[信心❤♥💗💚💕🧡星](?<!微信)|(?<=薇)|(?<=[v√])[信❤♥💗💚💕🧡:：]"
    "|(?<=[+加➕✚])[+➕✚我vw√微薇](?!信)|(?<=加v)信"
    "|(?<=[vw])x|(?<=[扣抠蔻])[扣抠蔻]|(?<=企)鹅)"
)


def _may_be_disguised(plain: str) -> bool:
    return bool(_GAP_HINT.search(plain) or _SOUND_HINT.search(plain) or _PART_HINT.search(plain))


def matches_at(starts: re.Pattern[str], pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    """What ``pattern.finditer`` gives, where a match can only begin where one of ``starts`` does.

    A pattern that is one class of signs, or begins with one, is searched for many times as fast as one of branches.
    """
    found: list[re.Match[str]] = []
    reached = 0
    for place in starts.finditer(text):
        match = pattern.match(text, place.start()) if place.start() >= reached else None
        if match is not None:
            found.append(match)
            reached = match.end()
    return found


Edit = tuple[int, int, str, str | None]


class _Draft:
    """A text on its way to plain, with the place each sign came from."""

    __slots__ = ("disguises", "ends", "plain", "starts")

    def __init__(self, plain: str) -> None:
        self.plain = plain
        self.starts: list[int] | None = None
        self.ends: list[int] | None = None
        self.disguises: list[Disguise] = []

    def places(self) -> tuple[list[int], list[int]]:
        """Where each sign of ``plain`` starts and ends in the text; until the first change, where it stands."""
        if self.starts is None or self.ends is None:
            size = len(self.plain)
            self.starts, self.ends = list(range(size)), list(range(1, size + 1))
        return self.starts, self.ends

    def note(self, kind: str | None, start: int, end: int) -> None:
        """Remember one disguise; one that goes on from the last makes it longer."""
        if kind is None:
            return
        last = self.disguises[-1] if self.disguises else None
        if last is not None and last.kind == kind and last.span[1] == start:
            self.disguises[-1] = Disguise(kind, (last.span[0], end))
        elif len(self.disguises) < MAX_DISGUISES:
            self.disguises.append(Disguise(kind, (start, end)))

    def apply(self, edits: Iterable[Edit]) -> None:
        """Replace stretches of ``plain``, given in order; every new sign stands for the whole old stretch."""
        edits = list(edits)
        if not edits:
            return
        old_starts, old_ends = self.places()
        signs: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        done = 0
        for start, end, new, kind in edits:
            first, last = old_starts[start], old_ends[end - 1]
            self.note(kind, first, last)
            signs += (self.plain[done:start], new)
            starts += old_starts[done:start] + [first] * len(new)
            ends += old_ends[done:start] + [last] * len(new)
            done = end
        self.plain = "".join((*signs, self.plain[done:]))
        self.starts = starts + old_starts[done:]
        self.ends = ends + old_ends[done:]


_TRAILING = frozenset("\ufe0e\ufe0f\u20e3")


def _fold_signs(draft: _Draft) -> None:
    """Fold the unusual signs one by one and lower the rest, which keeps its places."""
    text = draft.plain
    signs: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for match in _UNUSUAL.finditer(text):
        i = match.start()
        signs.append(text[done:i].lower())
        starts += range(done, i)
        ends += range(done + 1, i + 1)
        done = i + 1
        sign = text[i]
        folded, kind = _FOLDS[sign]
        signs.append(folded)
        if not folded and ends and sign in _TRAILING:
            ends[-1] = done  # a keycap's frame belongs to its digit
        else:
            starts += [i] * len(folded)
            ends += [done] * len(folded)
        if kind is not None and (kind != "invisible" or _hides_something(text, i)):
            draft.note(kind, i, done)
    signs.append(text[done:].lower())
    draft.plain = "".join(signs)[:MAX_READ]
    draft.starts = [*starts, *range(done, len(text))][:MAX_READ]
    draft.ends = [*ends, *range(done + 1, len(text) + 1)][:MAX_READ]


def _hides_something(text: str, place: int) -> bool:
    """Invisible signs between letters hide something; beside emoji, Arabic or Indic letters they are spelling."""
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    return all(s and (_is_plain_letter(s) or _FOLDS[s][0] == "") for s in (before, after))


def _is_plain_letter(sign: str) -> bool:
    return sign.isalnum() and not 0x590 <= ord(sign) < 0x1100


_TWIN = re.compile(f"[{re.escape(''.join(sorted(_TWINS)))}]")
_WORD = re.compile(
    f"[a-zA-Z\u00c0-\u02af\u0370-\u058f\u13a0-\u13ff\ua4d0-\ua4ff\uab70-\uabbf{re.escape(''.join(sorted(_TWINS)))}]+"
)
_ASCII_LETTER = re.compile("[a-zA-Z]")
# The modern Russian and Greek alphabets: a word of these letters alone may be just that language.
_MODERN = re.compile("[\u0410-\u044f\u0401\u0451\u0386-\u03ce]+")


def _read_lookalikes(draft: _Draft) -> None:
    if _TWIN.search(draft.plain) is None:
        return
    words = list(_WORD.finditer(draft.plain))
    foreign = any(_is_foreign(word[0]) for word in words)
    edits: list[Edit] = []
    for word in words:
        table = _twins_for(word[0], foreign=foreign)
        edits += [
            (word.start() + i, word.start() + i + 1, table[sign], "confusable")
            for i, sign in enumerate(word[0])
            if sign in table
        ]
    draft.apply(edits)
    # Capitals of other scripts are left; each has a small letter of one sign.
    lowered = draft.plain.lower()
    draft.plain = lowered if len(lowered) == len(draft.plain) else draft.plain


def _is_foreign(word: str) -> bool:
    """A word of another script that cannot be read as Latin: the text is really written in that script."""
    return _ASCII_LETTER.search(word) is None and any(s.isalpha() and s not in _IN_WORDS for s in word)


def _twins_for(word: str, *, foreign: bool) -> dict[str, str]:
    if _ASCII_LETTER.search(word):
        return _MIXED
    if all(sign in _IN_WORDS for sign in word) and not (foreign and _MODERN.fullmatch(word)):
        return _IN_WORDS
    return {}


def _join(draft: _Draft, pattern: re.Pattern[str], wanted: Callable[[re.Match[str]], bool]) -> None:
    """Remove what stands between the letters of each match that is wanted."""
    edits: list[Edit] = []
    for match in pattern.finditer(draft.plain):
        if wanted(match):
            edits += [
                (match.start() + i, match.start() + i + 1, "", "split")
                for i, sign in enumerate(match[0])
                if not sign.isalpha() or sign == "丨"
            ]
    draft.apply(edits)


def _is_spelled_out(match: re.Match[str]) -> bool:
    """Whether single letters make one word: not a list (a b c), not sizes (s m l)."""
    letters = match[0][::2]
    if len(letters) == 2:
        alone = match.end() - match.start() == len(match.string)
        followed = alone or _AFTER_PAIR.match(match.string, match.end()) is not None
        return letters in _SPREAD_LATIN and (match[1] != " " or followed)
    return letters in _SPREAD_LATIN or (
        len(letters) > 3 and letters not in _ALPHABET and not set(letters) <= set("smlx")
    )


def _has_gap(match: re.Match[str]) -> bool:
    return not match[0].isalpha() or "丨" in match[0]


def _join_spread(draft: _Draft) -> None:
    if _LETTERS_HINT.search(draft.plain) is not None:
        _join(draft, _LETTERS_APART, _is_spelled_out)
    if _SINGLES_HINT.search(draft.plain) is not None:
        _join(draft, _SINGLES_APART, _always)
    if _WORD_HINT.search(draft.plain) is not None:
        _join(draft, _WORD_APART, _has_gap)
    _join(draft, _STARRED, _always)


def _always(_: re.Match[str]) -> bool:
    return True


def _sound_edit(match: re.Match[str]) -> Edit:
    name = "qq" if match["qq"] else "加微信" if match["lead"] else "微信"
    return (match.start(), match.end(), name, "sound_alike")


def _undo(draft: _Draft, *, unusual: bool) -> None:
    """Undo round by round what was disguised in several ways, until nothing changes."""
    for _ in range(_MAX_ROUNDS):
        before = draft.plain
        if unusual:
            _read_lookalikes(draft)
        if _GAP_HINT.search(draft.plain) is not None:
            _join_spread(draft)
        if _PART_HINT.search(draft.plain) is not None:
            draft.apply((m.start(), m.end(), _PARTS[m[0]], "split") for m in _PARTED.finditer(draft.plain))
        if _SOUND_HINT.search(draft.plain) is not None:
            draft.apply(map(_sound_edit, matches_at(_SOUND_STARTS, _SOUND, draft.plain)))
        if draft.plain == before:
            break


def _as_read(text: str, head: str, draft: _Draft) -> ReadText:
    starts, ends = draft.starts, draft.ends
    if starts is None or ends is None:
        return ReadText(text, draft.plain)
    if not draft.disguises and len(draft.plain) == len(head) and starts == list(range(len(head))):
        return ReadText(text, draft.plain)
    disguises = tuple(sorted(draft.disguises, key=lambda d: d.span))
    return ReadText(text, draft.plain, tuple(starts), tuple(ends), disguises)


def read_text(text: str) -> ReadText:
    """Undo the disguises of ``text``; see the module for what that covers.

    Never raises. Reads the first 20,000 code points. Reading the answer again changes nothing.
    """
    head = text if len(text) <= MAX_READ else text[:MAX_READ]
    unusual = _UNUSUAL.search(head) is not None
    if unusual:
        draft = _Draft(head)
        _fold_signs(draft)
    else:
        plain = head.lower()
        if not _may_be_disguised(plain):
            return ReadText(text, plain)
        draft = _Draft(plain)
    _undo(draft, unusual=unusual)
    return _as_read(text, head, draft)
