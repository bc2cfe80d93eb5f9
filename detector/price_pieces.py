"""How many pieces a price is for: ``buy 3 for $50``, ``两双100元``, ``100元3件``. What a set costs is for one."""

from __future__ import annotations

import re

_WINDOW = 20
_WORDS = dict(zip("两兩二三四五六七八九十", (2, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10), strict=True))
_WORDS |= {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}
_PIECES = "[双雙件只隻个個支枝条條瓶盒副顶頂把台枚]"
_COUNT = "([2-9]|1[0-9]|20|[两兩二三四五六七八九十])"
_LATIN_COUNT = "([2-9]|1[0-9]|20|two|three|four|five|six|ten)"
_BEFORE = re.compile(
    rf"(?<![0-9.第前满滿]){_COUNT} ?{_PIECES} ?[:=共就才仅僅]?(?:一共|只要|只需|特价)? ?$"
    # Only where a clause begins: the number of iphone 15 for $600 is a name.
    rf"|(?:^|[,.;:!(/|–—] ?|\b(?:buy|any|or|get|take) ){_LATIN_COUNT} (?:pairs? |pcs? |pieces? )?for (?:just |only )?$"
)
_AFTER = re.compile(
    rf" ?/? ?{_COUNT} ?{_PIECES}(?![套装裝式起包])|,? for (?:any )?{_LATIN_COUNT} (?:pairs?|pcs|pieces|items)\b"
)


def pieces_at(plain: str, start: int, end: int) -> int:
    """How many pieces the price at this place is for; 1 where the text does not say."""
    found = _BEFORE.search(plain[max(0, start - _WINDOW) : start]) or _AFTER.match(plain[end : end + _WINDOW])
    if found is None:
        return 1
    count = found[1] or found[2]
    return _WORDS.get(count) or int(count)
