"""Names that sound or look like WeChat or QQ, read where a contact is given: 加威信, 薇❤ lv8888, 扣扣 12345678."""

from __future__ import annotations

import re

from detector.text_draft import Draft, Edit, matches_at
from detector.text_spread import EMOJI

_HEARTS = "❤♥💗💚💕🧡💛💙💜♡"
_LINK = f"[ :：~=_\\-.。,，;；/|()（）【】{EMOJI}]{{0,3}}"
_ID_AHEAD = f"(?=号?{_LINK}(?:[a-z][a-z0-9_-]{{4,19}}|[0-9]{{5,11}})(?![a-z0-9]))"
_DIGITS_AHEAD = f"(?={_LINK}[0-9]{{5,11}}(?![0-9]))"
_END_AHEAD = f"(?=[ ]?(?:$|[。！!,，;；\n)）{EMOJI}]))"
_SURE = (
    f"(?:[威薇维徽卫围溦唯葳][信心芯新鑫{_HEARTS}]{{1,2}}|卫星|🛰|微[心芯鑫{_HEARTS}]信?|wei ?[信心{_HEARTS}]"
    f"|微 ?xin|[v√∨] ?[{_HEARTS}]?[信心]|v[{_HEARTS}]|微x|薇)"
)
_SHORT = "(?:vx|wx|w❤x|v❤x|v|微|wei ?xin|绿泡泡|绿泡|绿色泡泡|绿色软件|💚)"
_LEAD = "(?:[加➕][+➕✚]?|(?<![a-z0-9])\\+|[✚➕]|(?<![a-z])jia ?)"
_SOUND = re.compile(
    f"(?P<lead>{_LEAD}(?:我)?(?:{_SURE}|{_SHORT}(?:{_ID_AHEAD}|{_END_AHEAD}))|家[+➕]?{_SURE})"
    f"|(?<![a-z0-9])(?:{_SURE}|[vw][{_HEARTS}]?x(?![a-z])|绿泡泡?|绿色泡泡|绿色软件|💚|v我(?=[a-z])|v(?=[:：])){_ID_AHEAD}"
    f"|(?P<qq>扣扣|抠抠|蔻蔻|企鹅|🐧|秋秋|球球|叩叩|q扣|扣q|丘丘)(?:号|群)?{_DIGITS_AHEAD}"
)
_STARTS = re.compile("[加家+➕✚j威薇维徽卫围溦唯葳微v√∨w扣抠蔻企🛰绿💚🐧秋球叩q丘]")


def read_sounds(draft: Draft) -> None:
    """Write the names of WeChat and QQ as everybody does. Signs that one may stand there: ``text_words``."""
    draft.apply(map(_edit, matches_at(_STARTS, _SOUND, draft.plain)))


def _edit(match: re.Match[str]) -> Edit:
    name = "qq" if match["qq"] else "加微信" if match["lead"] else "微信"
    return (match.start(), match.end(), name, "sound_alike")
