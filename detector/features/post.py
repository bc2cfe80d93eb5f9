"""What a post's text tells by itself: which claims it makes, how it is dressed, where it wants to be answered.

A brand alone, or a price alone, is what people talk about all day: neither is a feature. See ``offer.py`` for both.
"""

from __future__ import annotations

from detector.claims import GENUINE_GROUPS, OFFER_GROUPS
from detector.concepts import default_concepts
from detector.features.registry import CHEAP_TO_FAKE, STRONG, WEAK, Direction, Observations, extractor, feature
from detector.reading import MAX_LINKS, Evidence, TextReading
from detector.types import Contact, Disguise, Observation, Span

_CLAIMS = {
    "replica": ("使用仿冒用语“{evidence}”", "Says “{evidence}”, a word for copies"),
    "grade": ("使用仿品等级用语“{evidence}”", "Says “{evidence}”, a grade of copies"),
    "retro": ("出现“{evidence}”", "Says “{evidence}”"),
    "smuggled": ("自称来源特殊：“{evidence}”", "Claims an irregular source: “{evidence}”"),
    "agency": ("招揽代理或批发：“{evidence}”", "Offers wholesale or agency: “{evidence}”"),
    "discreet": (
        "不公开商品，要求私下联系：“{evidence}”",
        "Hides the goods and asks for private contact: “{evidence}”",
    ),
    "haul": ("推广或返利用语：“{evidence}”", "Promotion or haul talk: “{evidence}”"),
    "bargain": ("便宜促销用语：“{evidence}”", "Bargain talk: “{evidence}”"),
    "authentic": ("自称正品：“{evidence}”", "Claims to be authentic: “{evidence}”"),
    "provenance": ("说明来源凭证：“{evidence}”", "Names proof of purchase: “{evidence}”"),
    "used": ("说明为二手：“{evidence}”", "Says it is used: “{evidence}”"),
    "handmade": ("说明为手工或原创：“{evidence}”", "Says it is handmade or an own design: “{evidence}”"),
    "report": ("新闻或通报用语：“{evidence}”", "Reads like a report: “{evidence}”"),
    "question": ("在询问真假：“{evidence}”", "Asks whether it is real: “{evidence}”"),
    "warning": ("在提醒他人：“{evidence}”", "Warns others: “{evidence}”"),
    "official": ("提到官方渠道：“{evidence}”", "Names an official channel: “{evidence}”"),
    "repair": ("说明为维修养护：“{evidence}”", "Offers repair or care: “{evidence}”"),
    "buying": ("在求购：“{evidence}”", "Wants to buy: “{evidence}”"),
    "review": ("在评价用过的东西：“{evidence}”", "Tells what it is like to own: “{evidence}”"),
    "joke": ("在开玩笑：“{evidence}”", "Jokes: “{evidence}”"),
    "model_toy": ("指模型或道具：“{evidence}”", "Means a model or a prop: “{evidence}”"),
}
_DIRECTIONS: dict[str, Direction] = {
    group: "fake" if group in OFFER_GROUPS else "genuine" if group in GENUINE_GROUPS else "either" for group in _CLAIMS
}
# Words that speak for honest goods cost a seller of copies nothing to write, so they may not weigh much.
_LIMITS = {group: CHEAP_TO_FAKE if group in GENUINE_GROUPS else STRONG for group in _CLAIMS}
CLAIM = {
    group: feature(
        f"claim.{group}",
        "text",
        f"1 where the text makes a claim of the group `{group}`.",
        _DIRECTIONS[group],
        _LIMITS[group],
        zh=zh,
        en=en,
    )
    for group, (zh, en) in _CLAIMS.items()
}
CLAIM_DENIED = feature(
    "claim.denied",
    "text",
    "1 where a word for copies is denied, asked about or reported (拒绝高仿).",
    "genuine",
    zh="否认或谈论仿品，而非出售：“{evidence}”",
    en="Denies or discusses copies rather than offering them: “{evidence}”",
)
BRAND_SLANG = feature(
    "brand.slang",
    "text",
    "1 where a brand is named by slang only (驴牌, 绿水鬼): sellers of copies avoid the name, fans use slang too.",
    zh="用暗语“{evidence}”指 {brand}",
    en="Uses the slang “{evidence}” for {brand}",
)
MANY_BRANDS = feature(
    "brand.many",
    "text",
    "Distinct brands beyond two, up to 4: a list of brands is a catalogue, or a spam comment.",
    "fake",
    zh="一条内容罗列多个品牌：{evidence}",
    en="Lists many brands at once: {evidence}",
)
BRAND_REPEATED = feature(
    "brand.repeated",
    "text",
    "How often one brand is named beyond twice, up to 4. Abuse pattern: text written for search engines.",
    "fake",
    zh="反复提到“{evidence}”",
    en="Names “{evidence}” again and again",
)
NO_BRAND = feature(
    "brand.none",
    "text",
    "1 where nothing in the text points at a brand's goods: no name or nickname, no word for copies or their grades, "
    "no concept that speaks for an offer of them, no disguise. Honest pattern: most of what small sellers offer.",
    "genuine",
    CHEAP_TO_FAKE,
    zh="未提及任何品牌，也没有仿品用语",
    en="Names no brand and has no words for copies",
)
CONTACT = feature(
    "contact.off_platform",
    "text",
    "1 where an id for WeChat, QQ, WhatsApp, Telegram or a phone number is given.",
    "fake",
    zh="留下站外联系方式“{evidence}”",
    en="Gives a contact off the platform: “{evidence}”",
)
CONTACT_UNNAMED = feature(
    "contact.asked",
    "text",
    "1 where private contact is asked for without an id.",
    "fake",
    WEAK,
    zh="要求私下联系：“{evidence}”",
    en="Asks for private contact: “{evidence}”",
)
DISGUISED_OFFER = feature(
    "disguise.offer",
    "text",
    "1 where a brand, a claim, a price or a contact is disguised by invisible, split, look-alike or sound-alike signs.",
    "fake",
    zh="关键词经过伪装：“{evidence}”",
    en="A telling word was disguised: “{evidence}”",
)
DISGUISED_ELSEWHERE = feature(
    "disguise.elsewhere",
    "text",
    "1 where other words were: emoji digits, styled letters. Ordinary people do that too.",
    "fake",
    WEAK,
    zh="文字使用特殊字符：“{evidence}”",
    en="Uses unusual characters: “{evidence}”",
)
PRICE_VAGUE = feature(
    "price.vague",
    "text",
    "1 where a price is only hinted at (三位数).",
    "fake",
    WEAK,
    zh="价格含糊：“{evidence}”",
    en="Only hints at a price: “{evidence}”",
)
MANY_LINKS = feature(
    "text.many_links",
    "text",
    "Links in one post beyond two, up to 5. Abuse pattern: comment spam.",
    "fake",
    WEAK,
    zh="一条内容含 {evidence} 个链接",
    en="{evidence} links in one post",
)
MARKED_UP_LINKS = feature(
    "text.marked_up_links",
    "text",
    "1 where links are written in HTML or BBCode. Abuse pattern: comment spam.",
    "fake",
    WEAK,
    zh="以代码形式插入链接",
    en="Links are written as markup",
)

TOO_MANY_LINKS = feature(
    "abstain.too_many_links",
    "text",
    "1 where a post has more targets than are judged (200). Missing evidence: it is never a weight.",
    zh="链接过多（{evidence} 个），未能全部判断",
    en="Too many links ({evidence}) to judge them all",
)

_EVERYDAY_DISGUISES = frozenset({"width", "traditional", "style", "repeat"})
_WORDS_FOR_COPIES = frozenset({"replica", "grade"})
_OFFER_CONCEPTS = frozenset(c.id for c in default_concepts().concepts if c.direction == "fake")


@extractor
def observe_text(evidence: Evidence, out: Observations) -> None:
    """Observe the post's text, where there is one."""
    text = evidence.text
    if evidence.n_links > MAX_LINKS:
        out[TOO_MANY_LINKS] = Observation(1.0, str(evidence.n_links))
    if text is None:
        return
    for group, claim in text.claims.items():
        out[CLAIM[group]] = Observation(1.0, claim.evidence, claim.span)
    if text.denied is not None:
        out[CLAIM_DENIED] = Observation(1.0, text.denied.evidence, text.denied.span)
    _observe_brands(text, out)
    _observe_contacts(text.contacts, out)
    _observe_prices(text, out)
    if text.read.disguises:
        _observe_disguises(text, out)
    _observe_links(evidence, text, out)


def _observe_brands(text: TextReading, out: Observations) -> None:
    if not text.mentions:
        if _points_at_no_brand(text):
            out[NO_BRAND] = Observation(1.0)
        return
    first = text.mentions[0]
    if first.kind == "slang" and all(m.kind == "slang" for m in text.mentions):
        out[BRAND_SLANG] = Observation(1.0, first.evidence, first.span, {"brand": first.brand.name})
    if len(text.mentions) > 2:
        names = dict.fromkeys(m.brand.name for m in text.mentions)
        if len(names) == 1:
            out[BRAND_REPEATED] = Observation(min(4.0, len(text.mentions) - 2.0), first.evidence, first.span)
        elif len(names) > 2:
            out[MANY_BRANDS] = Observation(min(4.0, len(names) - 2.0), ", ".join(list(names)[:5]))


def _points_at_no_brand(text: TextReading) -> bool:
    """Of a text without mentions of brands."""
    if text.claims.keys() & _WORDS_FOR_COPIES or not _OFFER_CONCEPTS.isdisjoint(c.id for c in text.concepts):
        return False
    return all(d.kind in _EVERYDAY_DISGUISES for d in text.read.disguises)


def _observe_contacts(contacts: tuple[Contact, ...], out: Observations) -> None:
    for contact in contacts:
        name = CONTACT_UNNAMED if contact.kind == "unnamed" else CONTACT
        if name not in out:
            out[name] = Observation(1.0, contact.evidence, contact.span)


def _observe_prices(text: TextReading, out: Observations) -> None:
    for price in text.prices:
        if price.role == "bound":
            out.setdefault(PRICE_VAGUE, Observation(1.0, price.evidence, price.span))


def _observe_disguises(text: TextReading, out: Observations) -> None:
    telling = _telling(text)
    for disguise in text.read.disguises:
        if disguise.kind == "traditional":
            continue  # simply how half of the readers write
        hides = disguise.kind not in _EVERYDAY_DISGUISES and any(_overlaps(disguise, span) for span in telling)
        name = DISGUISED_OFFER if hides else DISGUISED_ELSEWHERE
        if name not in out:
            start, end = disguise.span
            out[name] = Observation(1.0, text.read.original[start:end], disguise.span)


def _telling(text: TextReading) -> list[Span | None]:
    """Places of everything that was found in the text."""
    spans = [m.span for m in text.mentions]
    spans += [c.span for c in text.claims.values()]
    spans += [c.span for c in text.contacts]
    spans += [p.span for p in text.prices]
    return spans


def _overlaps(disguise: Disguise, span: Span | None) -> bool:
    return span is not None and disguise.span[0] < span[1] and span[0] < disguise.span[1]


def _observe_links(evidence: Evidence, text: TextReading, out: Observations) -> None:
    if evidence.n_links > 2:
        out[MANY_LINKS] = Observation(min(5.0, evidence.n_links - 2.0), str(evidence.n_links))
    original = text.read.original
    if "<a " in original or "[url" in original or "[URL" in original:
        out[MARKED_UP_LINKS] = Observation(1.0)
