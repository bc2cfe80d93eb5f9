"""What a seller says for himself, and anybody can write: no fakes here, ten times your money back, beware of copies.

Honest sellers write it too, so it tells nothing; but a denial beside an offer makes the whole look like a warning. So a
text is judged once more as if its author had not said so (``docs/decisions/0019-assurances-clear-nothing.md``).
"""

from __future__ import annotations

import re

MAX_TEXT = 20_000
"""Characters that are searched; what stands behind them is left as it is."""
_COPIES = r"(?:高仿|假货|假貨|仿品|仿货|a货|a貨|盗版|假的|复刻|仿冒|山寨)"
_FAKES = r"(?:fakes?|replicas?|copies|copy|counterfeits?|knock-?offs?|dupes?)"
_KINDS = (
    rf"(?:本店|小店|我们|我家|店铺)?(?:绝对?|从)?(?:拒绝|谢绝|抵制|杜绝|绝无|不卖|不做|不售|没有)(?:任何)?{_COPIES}",
    r"请?放心\w{0,4}",
    r"假一[赔賠罚罰]\w{1,2}",
    r"(?:支持|欢迎|可以|接受)\w{0,6}(?:验货|鉴定|验真|查验)",
    rf"(?:谨防|警惕|小心){_COPIES}",
    r"(?:请)?认准(?:本店|小店|我家)",
    rf"(?:打假|非诚|同行|{_COPIES})勿[扰擾]",
    r"(?:百分百|百分之百|100%|绝对|保证|保證)正品\w{0,4}",
    rf"(?:(?:100% |guaranteed |totally )?(?:authentic|genuine|original),? ?)?\bno {_FAKES}\b",
    rf"\b(?:we )?(?:do not|don'?t|never) (?:sell|do|carry|stock|deal in) (?:any )?{_FAKES}\b",
    rf"\b(?:beware of|watch out for|say no to) (?:{_FAKES}|imitations?|scammers?)\b",
    r"\b(?:100%|guaranteed) (?:authentic|genuine|original|real)\b",
    r"\bauthenticity guaranteed\b",
    r"\bnot for resale\b(?:, for collectors only)?",
    r"偽物(?:は)?お断り|コピー品ではありません|本物保証",
)
_ASSURANCE = re.compile(rf"(?:{'|'.join(_KINDS)})[\s,，。.!！~～]{{0,5}}", re.IGNORECASE)
_SIGNS = re.compile(
    r"[扰擾]|[货貨真]|放心|正品|假一|高仿|仿品|盗版|复刻|仿冒|山寨|鉴定|查验|认准|偽物|コピー|本物"
    r"|\b(?:no|not|do|never|beware|watch|say|100%|guaranteed)\b",
    re.IGNORECASE,
)
"""One of them stands in every assurance: most texts have none, and looking for these is cheap."""


def without_assurances(text: str) -> str | None:
    """The text with blanks in their place, so that places stay; ``None`` where it has none, or has nothing else."""
    head = text[:MAX_TEXT]
    if _SIGNS.search(head) is None:
        return None
    bare = _ASSURANCE.sub(lambda found: " " * len(found[0]), head)
    if bare == head or not any(map(str.isalnum, bare)):
        return None
    return bare + text[MAX_TEXT:]
