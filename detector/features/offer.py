"""Brand × price × claim: what is offered, put together from the post, the link and the page.

A low price alone is weak (percent saved: AUC 0.65 on 824 shops), and a brand alone is what people talk about all day.
Together they are the offence: a handbag of a house whose handbags start at 8,000 yuan, new, for 298.
"""

from __future__ import annotations

from math import log2

from detector.brands import BrandIndex
from detector.claims import is_copy
from detector.features.registry import DECISIVE, WEAK, Observations, extractor, feature
from detector.link_channels import channel_of
from detector.reading import BESIDE, Evidence, TextReading, gap_between
from detector.types import Brand, BrandMention, Claim, Observation, Price

FAR_BELOW = 0.25
"""Used pieces in good order rarely sell below a quarter of the lowest new price; copies nearly always do."""
TOO_FAR_BELOW = 0.01
"""No copy is so cheap."""
PLAUSIBLE = 0.9
DEAR = 8_000
"""In CNY."""
ADJOINING = 2
"""Characters between goods and the accessory that they name: a blank, or 的."""
BARE_BESIDE = 30
"""Characters between a brand and a number that may be its price."""

PRICE_FAR_BELOW = feature(
    "price.far_below_reference",
    "offer",
    "Below a quarter of the brand's lowest price for such goods: 0.5 there, 0.5 more for each halving, up to 2. Below "
    "a hundredth it is the price of something else: a fee, a deposit, a joke.",
    "fake",
    DECISIVE,
    floor=2.0,
    zh="标价 {price} 元，{brand}{goods}参考价不低于 {reference} 元",
    en="Priced at CNY {price}; {brand} {goods_en} start at CNY {reference}",
)
PRICE_BELOW = feature(
    "price.below_reference",
    "offer",
    "1 where the price lies between a quarter and nine tenths of the brand's lowest price. Common for used goods.",
    "fake",
    WEAK,
    zh="标价 {price} 元，低于 {brand}{goods}参考价 {reference} 元",
    en="Priced at CNY {price}, below the CNY {reference} at which {brand} {goods_en} start",
)
PRICE_PLAUSIBLE = feature(
    "price.plausible",
    "offer",
    "1 where the price is one at which the brand really sells.",
    "genuine",
    floor=-0.5,
    zh="标价 {price} 元，与 {brand}{goods}的正常价格相符",
    en="CNY {price} is a price at which {brand} {goods_en} really sell",
)
PRICE_DEAR = feature(
    "price.dear",
    "offer",
    "1 where such a price is CNY 8,000 or more. Copies are bought because they are cheap (general knowledge).",
    "genuine",
    floor=-1.0,
    zh="标价 {price} 元，仿品很少卖到这个价",
    en="CNY {price} is more than copies sell for",
)
BARE_FAR_BELOW = feature(
    "price.bare_far_below_reference",
    "offer",
    "As price.far_below_reference, for a number beside the brand that no currency names: 鬼王 1680, 0.5 to 2.",
    "fake",
    floor=1.5,
    zh="“{evidence}”如为标价，{brand}{goods}参考价不低于 {reference} 元",
    en="If “{evidence}” is the price, it is far below the CNY {reference} at which {brand} {goods_en} start",
)
BARE_BELOW = feature(
    "price.bare_below_reference",
    "offer",
    "1 where such a number lies between a quarter and nine tenths of the brand's lowest price.",
    "fake",
    WEAK,
    zh="“{evidence}”如为标价，低于 {brand}{goods}参考价 {reference} 元",
    en="If “{evidence}” is the price, it is below the CNY {reference} at which {brand} {goods_en} start",
)
BARE_PLAUSIBLE = feature(
    "price.bare_plausible",
    "offer",
    "1 where such a number is a price at which the brand really sells.",
    "genuine",
    WEAK,
    zh="“{evidence}”如为标价，与 {brand}{goods}的正常价格相符",
    en="If “{evidence}” is the price, it is one at which {brand} {goods_en} really sell",
)
BRAND_AND_REPLICA = feature(
    "offer.brand_and_replica",
    "offer",
    "1 where a brand is offered with a word for copies.",
    "fake",
    floor=1.5,
    zh="以仿冒用语“{evidence}”出售 {brand}",
    en="Offers {brand} as “{evidence}”",
)
COPY_BESIDE_BRAND = feature(
    "offer.copy_beside_brand",
    "offer",
    "1 where a word for copies or their grades stands right beside a brand that is offered: 高仿 LV, replica Rolex. "
    "Words that often mean something else (AAA, UA, reps) do not count.",
    "fake",
    DECISIVE,
    floor=2.5,
    zh="“{evidence}”紧挨着 {brand}",
    en="“{evidence}” stands right beside {brand}",
)
BRAND_AND_GRADE = feature(
    "offer.brand_and_grade",
    "offer",
    "1 where a brand is offered with a grade of copies, or from an irregular source.",
    "fake",
    floor=1.0,
    zh="以“{evidence}”描述 {brand}",
    en="Describes {brand} as “{evidence}”",
)
BRAND_AND_CONTACT = feature(
    "offer.brand_and_contact",
    "offer",
    "1 where a brand is offered together with a contact off the platform.",
    "fake",
    zh="出售 {brand} 并引导站外联系“{evidence}”",
    en="Offers {brand} with a contact off the platform: “{evidence}”",
)
BRAND_AND_HIDING = feature(
    "offer.brand_and_hiding",
    "offer",
    "1 where a brand is offered through agents, wholesale or hints only.",
    "fake",
    zh="以“{evidence}”方式出售 {brand}",
    en="Offers {brand} by way of “{evidence}”",
)
BRAND_AND_BARGAIN = feature(
    "offer.brand_and_bargain",
    "offer",
    "1 where a brand is offered in bargain talk, with a link to a place that is not the brand's.",
    "fake",
    zh="以“{evidence}”推销 {brand}，且链接并非品牌网站",
    en="Pushes {brand} with “{evidence}” and a link that is not the brand's",
)
BRAND_BESIDE_BARGAIN = feature(
    "offer.brand_beside_bargain",
    "offer",
    "How many words of bargain talk stand right beside a brand, 1 or 2: cheap nfl jerseys, cheap ugg boots outlet.",
    "fake",
    floor=1.0,
    zh="品牌 {brand} 与促销用语连用：“{evidence}”",
    en="{brand} stands right beside bargain talk: “{evidence}”",
)
SAME_BRAND_IN_HOST = feature(
    "offer.same_brand_in_host",
    "offer",
    "1 where text and host name the same brand, and the host is not the brand's.",
    "fake",
    floor=1.0,
    zh="文字与网址都使用品牌 {brand}，但网站不属于该品牌",
    en="Text and host both use {brand}, but the site is not that brand's",
)
BRAND_BY_AGENT = feature(
    "offer.brand_by_agent",
    "offer",
    "1 where a brand is offered through a purchase agent or a catalogue album (pandabuy, cnfans, yupoo, szwego). "
    "Abuse pattern: haul lists, where the seller's page never names the brand.",
    "fake",
    zh="经代购平台或相册“{evidence}”出售 {brand}",
    en="Offers {brand} by way of the agent or album {evidence}",
)
AGENT_BELOW = feature(
    "offer.agent_below_reference",
    "offer",
    "1 where a brand offered in that way costs less than nine tenths of its lowest price for such goods.",
    "fake",
    floor=1.0,
    zh="经代购平台或相册出售 {brand}，标价 {price} 元，低于参考价 {reference} 元",
    en="Offers {brand} by way of an agent or album at CNY {price}, below the CNY {reference} at which such goods start",
)
CHEAP_AND_TELLING = feature(
    "offer.cheap_and_telling",
    "offer",
    "1 where a price far below the brand's stands beside talk of grades, copies, agents or contacts.",
    "fake",
    DECISIVE,
    floor=3.0,
    zh="远低于 {brand} 的价格，同时写有“{evidence}”",
    en="A price far below what {brand} sells at, beside “{evidence}”",
)
NAMELESS_COPY = feature(
    "offer.nameless_copy",
    "offer",
    "1 where goods without a brand are offered with a word for copies and a price or a contact.",
    "fake",
    zh="未写品牌，但以“{evidence}”出售商品",
    en="Names no brand but offers goods as “{evidence}”",
)
USED_WITH_PROOF = feature(
    "offer.used_with_proof",
    "offer",
    "1 where used goods are offered with proof of purchase.",
    "genuine",
    zh="二手并附凭证：“{evidence}”",
    en="Used, with proof of purchase: “{evidence}”",
)
TALK_OF_BRAND = feature(
    "offer.talk_only",
    "offer",
    "1 where a text names a brand but reports, asks, warns or offers repair.",
    "genuine",
    zh="谈论 {brand}，并非出售",
    en="Talks about {brand} rather than selling it",
)

_GOODS_ZH = {
    "bag": "手袋", "wallet": "钱包", "belt": "皮带", "shoes": "鞋", "clothing": "服装", "watch": "手表",
    "jewellery": "首饰", "scarf": "围巾", "sunglasses": "太阳镜", "cosmetics": "化妆品", "perfume": "香水",
    "headphones": "耳机", "phone": "手机", "toy": "玩具", "spirits": "酒", "jersey": "球衣",
    "down_jacket": "羽绒服", "medicine": "药品", "car_part": "汽配",
}  # fmt: skip
_GOODS_EN = {"bag": "bags", "wallet": "wallets", "watch": "watches", "belt": "belts", "jersey": "jerseys"}

_TELLING = (BRAND_AND_GRADE, BRAND_AND_REPLICA, BRAND_AND_HIDING, BRAND_AND_CONTACT)
_BRANDED_CLAIMS = (
    (BRAND_AND_REPLICA, "replica", ""),
    (BRAND_AND_GRADE, "grade", "smuggled"),
    (BRAND_AND_HIDING, "agency", "discreet"),
)
"""Feature, the group of claims that shows it, and another one that does (there is no group without a name)."""
_NO_SELLERS = frozenset({"reviewing", "joking", "buying"})


@extractor
def observe_offer(evidence: Evidence, out: Observations) -> None:
    """Observe what is offered, wherever brand and price come from."""
    text = evidence.text
    mention = _mention(evidence)
    if text is not None:
        _observe_text_offer(evidence, text, mention, out)
    if text is not None and mention is not None and _asks_price_for(evidence, text, mention):
        price = asked_price(text.asked)
        if price is not None:
            observe_price(text, mention.brand, price, (PRICE_FAR_BELOW, PRICE_BELOW, PRICE_PLAUSIBLE), out)
            _observe_dear(price, out)
        elif text.bare_prices:
            _observe_bare_price(text, out)
        _observe_cheap_and_telling(mention, out)


def _observe_dear(price: Price, out: Observations) -> None:
    if PRICE_PLAUSIBLE in out and price.amount_cny >= DEAR:
        out[PRICE_DEAR] = Observation(1.0, price.evidence, price.span, {"price": f"{price.amount_cny:,.0f}"})


def _observe_cheap_and_telling(mention: BrandMention, out: Observations) -> None:
    """Either sign alone has an honest reason now and then; hardly anybody has one for both."""
    cheap = PRICE_FAR_BELOW in out or BARE_FAR_BELOW in out
    telling = next((out[name] for name in _TELLING if name in out), None) if cheap else None
    if telling is not None:
        named = {"brand": mention.brand.name}
        out[CHEAP_AND_TELLING] = Observation(1.0, telling.evidence, telling.span, named)


def _observe_bare_price(text: TextReading, out: Observations) -> None:
    """The first number beside a brand, where the text names no price."""
    for price in text.bare_prices:
        for mention in text.offered:
            if gap_between(mention.span, price.span) <= BARE_BESIDE:
                observe_price(text, mention.brand, price, (BARE_FAR_BELOW, BARE_BELOW, BARE_PLAUSIBLE), out)
                return


def _asks_price_for(evidence: Evidence, text: TextReading, mention: BrandMention) -> bool:
    """Whether a price in the text is for goods of the brand, as far as can be told."""
    if evidence.own_site or not text.offers_goods:
        return False
    if mention is evidence.host_brand:
        return bool(text.goods)  # the host alone does not say it: a repairer of the brand's bags may have that host
    page = evidence.page_text
    # A brand that only the page names: a repairer's page names brands too, and its prices are for repairs.
    return bool(text.offered) or page is None or page.offers_goods


def _mention(evidence: Evidence) -> BrandMention | None:
    if evidence.text is not None and evidence.text.offered:
        return evidence.text.offered[0]
    if evidence.host_brand is not None:
        return evidence.host_brand
    if evidence.page_text is not None and evidence.page_text.offered:
        return evidence.page_text.offered[0]
    return None


def asked_price(prices: tuple[Price, ...]) -> Price | None:
    """The price that is asked: the sale price where one is marked, else the lowest that is no list price."""
    asked = [p for p in prices if p.role == "sale"] or [p for p in prices if p.role != "list"]
    return min(asked, key=lambda p: p.amount_cny) if asked else None


def observe_price(
    text: TextReading, brand: Brand, price: Price, names: tuple[str, str, str], out: Observations
) -> None:
    """Compare a price with the brand's reference for the goods in the text; ``names`` are the three outcomes."""
    category = category_of(text, brand)
    lowest = BrandIndex.reference(brand, category)
    if lowest is None or price.amount_cny <= 0:
        return
    ratio = price.amount_cny / lowest
    goods_zh, goods_en = goods_words(category)
    details = {
        "price": f"{price.amount_cny:,.0f}",
        "brand": brand.name,
        "goods": goods_zh,
        "goods_en": goods_en,
        "reference": f"{lowest:,.0f}",
    }
    far, below, plausible = names
    if ratio < TOO_FAR_BELOW:
        return
    if ratio < FAR_BELOW:
        out[far] = Observation(min(2.0, 0.5 + 0.5 * log2(FAR_BELOW / ratio)), price.evidence, price.span, details)
    else:
        name = below if ratio < PLAUSIBLE else plausible
        out[name] = Observation(1.0, price.evidence, price.span, details)


def goods_words(category: str | None) -> tuple[str, str]:
    """What such goods are called, in Chinese and in English; ``None`` are any goods."""
    name = category or ""
    return _GOODS_ZH.get(name, "商品"), _GOODS_EN.get(name, (category or "goods").replace("_", " "))


def category_of(text: TextReading, brand: Brand) -> str | None:
    """The first goods in a text of which the brand's prices are known; ``None`` where there are none.

    Goods with an accessory right behind them (AirPods 保护套, Apple Watch case) are ``other``.
    """
    known = [goods for goods in text.goods if goods[0] in brand.reference_cny]
    if not known:
        return None
    category, _, end = known[0]
    follows = len(known) > 1 and known[1][0] == "other" and 0 <= known[1][1] - end <= ADJOINING
    return "other" if follows else category


def _observe_text_offer(evidence: Evidence, text: TextReading, mention: BrandMention | None, out: Observations) -> None:
    claims = text.claims
    proof = claims.get("provenance")
    if proof is not None and "used" in claims:
        out[USED_WITH_PROOF] = Observation(1.0, proof.evidence, proof.span)
    if not text.offers_goods:
        if text.mentions:
            named = {"brand": text.mentions[0].brand.name}
            out[TALK_OF_BRAND] = Observation(1.0, text.mentions[0].evidence, text.mentions[0].span, named)
        return
    if mention is None:
        _observe_nameless(text, out)
    elif not evidence.own_site:
        _observe_branded(evidence, text, mention, out)


def _observe_nameless(text: TextReading, out: Observations) -> None:
    claim = text.claims.get("replica") or text.claims.get("grade")
    if claim is not None and (text.prices or text.contacts) and "model_toy" not in text.claims:
        out[NAMELESS_COPY] = Observation(1.0, claim.evidence, claim.span)


def _observe_branded_claims(
    evidence: Evidence, claims: dict[str, Claim], named: dict[str, str], out: Observations
) -> None:
    for name, first, second in _BRANDED_CLAIMS:
        claim = claims.get(first) or claims.get(second)
        if claim is not None:
            out[name] = Observation(1.0, claim.evidence, claim.span, named)
    bargain = claims.get("bargain")
    if bargain is not None and evidence.link is not None:
        out[BRAND_AND_BARGAIN] = Observation(1.0, bargain.evidence, bargain.span, named)


def _observe_branded(evidence: Evidence, text: TextReading, mention: BrandMention, out: Observations) -> None:
    named = {"brand": mention.brand.name}
    if text.claims:
        _observe_branded_claims(evidence, text.claims, named, out)
    copy = copy_beside(text)
    if copy is not None:
        out[COPY_BESIDE_BRAND] = Observation(1.0, copy.evidence, copy.span, named)
    beside = text.bargain_beside
    if beside is not None:
        out[BRAND_BESIDE_BARGAIN] = Observation(
            float(min(2, text.bargains_beside)), beside.evidence, beside.span, {"brand": beside.brand.name}
        )
    if text.contacts:
        contact = text.contacts[0]
        out[BRAND_AND_CONTACT] = Observation(1.0, contact.evidence, contact.span, named)
    _observe_channel(evidence, text, out)
    host = evidence.host_brand
    if host is not None and any(m.brand.id == host.brand.id for m in text.offered):
        out[SAME_BRAND_IN_HOST] = Observation(1.0, evidence.link.host if evidence.link else None, None, named)


def copy_beside(text: TextReading) -> Claim | None:
    """The first word for copies right beside a brand that is offered; ``None`` where there is none."""
    if text.stance.name in _NO_SELLERS:
        return None
    claims = [text.claims[group] for group in ("replica", "grade") if group in text.claims]
    for claim in claims:
        if is_copy(claim) and any(gap_between(m.span, claim.span) <= BESIDE for m in text.offered):
            return claim
    return None


def _observe_channel(evidence: Evidence, text: TextReading, out: Observations) -> None:
    """A brand that the text itself names, beside a link through an agent or to an album."""
    if evidence.link is None or not text.offered or "used" in text.claims:
        return  # consignment shops keep albums as well
    channel = channel_of(evidence.link)
    if channel is None:
        return
    brand = text.offered[0].brand
    out[BRAND_BY_AGENT] = Observation(1.0, channel, None, {"brand": brand.name})
    price, lowest = asked_price(text.asked), BrandIndex.reference(brand, category_of(text, brand))
    if price is None or lowest is None or not 0 < price.amount_cny < PLAUSIBLE * lowest:
        return
    details = {
        "brand": brand.name,
        "price": f"{price.amount_cny:,.0f}",
        "reference": f"{lowest:,.0f}",
    }
    out[AGENT_BELOW] = Observation(1.0, price.evidence, price.span, details)
