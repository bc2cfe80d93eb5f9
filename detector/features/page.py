"""What the landing page tells.

Contact, payment and policy signs and the presence of social media carried most weight on the one public set of shop
pages (824 Taiwanese shops, 2017); none of them alone is enough to condemn a small shop.
"""

from __future__ import annotations

import msgspec

from detector.claims import GENUINE_GROUPS, OFFER_GROUPS
from detector.concepts import default_concepts
from detector.features.offer import asked_price, copy_beside, observe_price
from detector.features.registry import CHEAP_TO_FAKE, STRONG, WEAK, Direction, Observations, extractor, feature
from detector.reading import Evidence, TextReading
from detector.types import Observation, PageReading, Price

_CLAIMS = {
    "replica": ("页面使用仿冒用语“{evidence}”", "The page says “{evidence}”, a word for copies"),
    "grade": ("页面使用仿品等级用语“{evidence}”", "The page says “{evidence}”, a grade of copies"),
    "smuggled": ("页面自称来源特殊：“{evidence}”", "The page claims an irregular source: “{evidence}”"),
    "agency": ("页面招揽代理或批发：“{evidence}”", "The page offers wholesale or agency: “{evidence}”"),
    "discreet": ("页面要求私下联系：“{evidence}”", "The page asks for private contact: “{evidence}”"),
    "bargain": ("页面促销用语：“{evidence}”", "Bargain talk on the page: “{evidence}”"),
    "used": ("页面说明为二手：“{evidence}”", "The page says it is used: “{evidence}”"),
    "handmade": ("页面说明为手工或原创：“{evidence}”", "The page says it is handmade or an own design: “{evidence}”"),
    "provenance": ("页面说明来源凭证：“{evidence}”", "The page names proof of purchase: “{evidence}”"),
    "repair": ("页面提供维修养护：“{evidence}”", "The page offers repair or care: “{evidence}”"),
    "report": ("页面为新闻或通报：“{evidence}”", "The page reads like a report: “{evidence}”"),
    "official": ("页面提到官方渠道：“{evidence}”", "The page names an official channel: “{evidence}”"),
}
_DIRECTIONS: dict[str, Direction] = {
    group: "fake" if group in OFFER_GROUPS else "genuine" if group in GENUINE_GROUPS else "either" for group in _CLAIMS
}
# Words that speak for honest goods cost a seller of copies nothing to write, so they may not weigh much.
_LIMITS = {group: CHEAP_TO_FAKE if group in GENUINE_GROUPS else STRONG for group in _CLAIMS}
_FLOORS = {"replica": 1.0, "grade": 0.5, "agency": 0.3}
"""What such words weigh at least: labelled pages are few, and those that warn of copies use the words too."""
CLAIM = {
    group: feature(
        f"page.claim_{group}",
        "page",
        f"1 where the page makes a claim of the group `{group}`.",
        _DIRECTIONS[group],
        _LIMITS[group],
        floor=_FLOORS.get(group, 0.0),
        zh=zh,
        en=en,
    )
    for group, (zh, en) in _CLAIMS.items()
}
BRAND = feature(
    "page.brand_named",
    "page",
    "1 where the page names a brand and is not the brand's.",
    "fake",
    WEAK,
    zh="页面出售品牌 {brand}，但并非该品牌的网站",
    en="The page sells {brand} and is not that brand's",
)
COPY_BESIDE_BRAND = feature(
    "page.copy_beside_brand",
    "page",
    "As `offer.copy_beside_brand`, on the page: a word for copies or their grades right beside a brand.",
    "fake",
    STRONG,
    floor=1.0,
    zh="页面上“{evidence}”紧挨着 {brand}",
    en="On the page “{evidence}” stands right beside {brand}",
)
BRAND_BESIDE_BARGAIN = feature(
    "page.brand_beside_bargain",
    "page",
    "As `offer.brand_beside_bargain`, on the page: gucci outlet, cheap nfl jerseys.",
    "fake",
    STRONG,
    floor=0.5,
    zh="页面上品牌 {brand} 与促销用语连用：“{evidence}”",
    en="On the page {brand} stands right beside bargain talk: “{evidence}”",
)
IDEAS_OF_SELLERS = feature(
    "page.ideas_of_sellers_of_copies",
    "page",
    "How many of the ideas by which sellers of copies betray themselves (`concepts.json`) the page shows, 1 to 4.",
    "fake",
    zh="页面有售卖仿品者的说法：“{evidence}”",
    en="The page talks as sellers of copies do: “{evidence}”",
)
IDEAS_OF_HONEST = feature(
    "page.ideas_of_honest_people",
    "page",
    "How many of the ideas by which honest people show that they are not such the page shows, 1 to 4.",
    "genuine",
    CHEAP_TO_FAKE,
    zh="页面有正当经营者的说法：“{evidence}”",
    en="The page talks as honest people do: “{evidence}”",
)
CHEAP_AND_TELLING = feature(
    "page.cheap_and_telling",
    "page",
    "1 where a price of the page far below the brand's stands beside talk of copies, grades or agents, or a messenger.",
    "fake",
    STRONG,
    floor=1.0,
    zh="页面价格远低于 {brand}，同时写有“{evidence}”",
    en="The page asks a price far below what {brand} sells at, beside “{evidence}”",
)
PRICE_FAR_BELOW = feature(
    "page.price_far_below_reference",
    "page",
    "As `price.far_below_reference`, with brand and price of the page.",
    "fake",
    floor=1.0,
    zh="页面标价 {price} 元，{brand}{goods}参考价不低于 {reference} 元",
    en="The page asks CNY {price}; {brand} {goods_en} start at CNY {reference}",
)
PRICE_BELOW = feature(
    "page.price_below_reference",
    "page",
    "As `price.below_reference`, with brand and price of the page.",
    "fake",
    WEAK,
    zh="页面标价 {price} 元，低于 {brand}{goods}参考价 {reference} 元",
    en="The page asks CNY {price}, below the CNY {reference} at which {brand} {goods_en} start",
)
PRICE_PLAUSIBLE = feature(
    "page.price_plausible",
    "page",
    "As `price.plausible`, with brand and price of the page.",
    "genuine",
    zh="页面标价 {price} 元，与 {brand}{goods}的正常价格相符",
    en="The page asks CNY {price}, at which {brand} {goods_en} really sell",
)
CONTACT = feature(
    "page.contact_messenger",
    "page",
    "1 where the page gives a WeChat, QQ, WhatsApp, Telegram or LINE id.",
    "fake",
    WEAK,
    zh="页面留下即时通讯联系方式“{evidence}”",
    en="The page gives a messenger contact: “{evidence}”",
)
POLICIES = feature(
    "page.policies",
    "page",
    "How many of returns, privacy, terms, imprint and shipping the page states: 0.5 for one, 1 for two or more. Shops "
    "of copies have them too, word for word.",
    "genuine",
    CHEAP_TO_FAKE,
    zh="页面载有条款：{evidence}",
    en="The page states its policies: {evidence}",
)
NO_POLICIES = feature(
    "page.no_policies",
    "page",
    "1 where a page with a price states none of them.",
    "fake",
    WEAK,
    zh="页面出售商品但没有退换、隐私等条款",
    en="The page sells but states no returns, privacy or other policy",
)
REGISTERED = feature(
    "page.registered",
    "page",
    "1 where the page shows an ICP record or a company.",
    "genuine",
    CHEAP_TO_FAKE,
    zh="页面标明经营者：{evidence}",
    en="The page names who runs it: {evidence}",
)
SOCIAL = feature(
    "page.social_links",
    "page",
    "1 where the page links to profiles of its own on social media.",
    "genuine",
    CHEAP_TO_FAKE,
    zh="页面链接到自己的社交账号：{evidence}",
    en="The page links to social profiles: {evidence}",
)
RISKY_PAYMENT = feature(
    "page.risky_payment",
    "page",
    "1 where money goes by transfer, Western Union or crypto only.",
    "fake",
    zh="只接受难以追回的付款方式：{evidence}",
    en="Takes only payments that cannot be called back: {evidence}",
)
SCRIPT_REDIRECT = feature(
    "page.script_redirect",
    "page",
    "1 where the page sends the visitor elsewhere by script.",
    "fake",
    zh="页面用脚本跳转到别处",
    en="The page sends visitors elsewhere by script",
)
NOT_READABLE = feature(
    "abstain.page_unreadable",
    "page",
    "1 where the page is empty, an error or not HTML. Missing evidence: it is never a weight.",
    zh="页面无法读取，未作判断：{evidence}",
    en="The page could not be read, so it was not judged: {evidence}",
)
IMAGES_ONLY = feature(
    "abstain.page_images_only",
    "page",
    "1 where the page has pictures but no words. Missing evidence: it is never a weight.",
    zh="页面只有图片，未作判断",
    en="The page holds pictures only, so it was not judged",
)

_DIRECTION_OF = {concept.id: concept.direction for concept in default_concepts().concepts}
_TELLING = (CONTACT, *(CLAIM[group] for group in ("replica", "grade", "smuggled", "agency", "discreet")))
_TALK = frozenset({"review", "question", "warning"})
_RISKY = frozenset({"transfer", "western_union", "crypto"})
_MESSENGERS = frozenset({"wechat", "qq", "whatsapp", "telegram", "line"})


@extractor
def observe_page(evidence: Evidence, out: Observations) -> None:
    """Observe the landing page, where there is one."""
    page, text = evidence.page, evidence.page_text
    if page is None:
        return
    if page.problem is not None:
        name = IMAGES_ONLY if page.problem == "images_only" else NOT_READABLE
        out[name] = Observation(1.0, page.problem)
        return
    _observe_shop_signs(page, out)
    if text is not None:
        _observe_claims(page, text, out)
        _observe_ideas(page, text, out)
        if text.offered and not evidence.own_site:
            _observe_brand(page, text, out)


def _observe_claims(page: PageReading, text: TextReading, out: Observations) -> None:
    for group, claim in text.claims.items():
        # A page that warns of copies, or reports of them, has the words of those who sell them.
        if group in CLAIM and not (group in OFFER_GROUPS and _tells_of_others(page, text)):
            out[CLAIM[group]] = Observation(1.0, claim.evidence)


def _observe_brand(page: PageReading, text: TextReading, out: Observations) -> None:
    brand = text.offered[0].brand
    named = {"brand": brand.name}
    out[BRAND] = Observation(1.0, text.offered[0].evidence, None, named)
    if _tells_of_others(page, text):
        return
    copy, bargain = copy_beside(text), text.bargain_beside
    if copy is not None:
        out[COPY_BESIDE_BRAND] = Observation(1.0, copy.evidence, None, named)
    if bargain is not None:
        out[BRAND_BESIDE_BARGAIN] = Observation(1.0, bargain.evidence, None, {"brand": bargain.brand.name})
    price = _selling_price(page, text)
    if price is not None and text.offers_goods:
        price = msgspec.structs.replace(price, span=None)  # a place in the page is no place in the post
        observe_price(text, brand, price, (PRICE_FAR_BELOW, PRICE_BELOW, PRICE_PLAUSIBLE), out)
        telling = next((out[name] for name in _TELLING if name in out), None) if PRICE_FAR_BELOW in out else None
        if telling is not None:
            out[CHEAP_AND_TELLING] = Observation(1.0, telling.evidence, None, named)


def _tells_of_others(page: PageReading, text: TextReading) -> bool:
    """A report, a warning or a review, though its page has an address as shops have."""
    if text.is_talk or "report" in text.claims:
        return True
    return not _sells(page) and not _TALK.isdisjoint(text.claims)


def _sells(page: PageReading) -> bool:
    return bool(page.prices) or any(contact.kind in _MESSENGERS for contact in page.contacts)


def _observe_ideas(page: PageReading, text: TextReading, out: Observations) -> None:
    for name, direction in ((IDEAS_OF_SELLERS, "fake"), (IDEAS_OF_HONEST, "genuine")):
        if direction == "fake" and _tells_of_others(page, text):
            continue
        found = [idea for idea in text.concepts if _DIRECTION_OF[idea.id] == direction]
        if found:
            out[name] = Observation(min(4.0, float(len(found))), found[0].evidence)


def _selling_price(page: PageReading, text: TextReading) -> Price | None:
    return page.prices[0] if page.prices else asked_price(text.asked)


def _observe_shop_signs(page: PageReading, out: Observations) -> None:
    messenger = next((c for c in page.contacts if c.kind in _MESSENGERS), None)
    if messenger is not None:
        out[CONTACT] = Observation(1.0, messenger.evidence)
    if page.policies:
        out[POLICIES] = Observation(min(1.0, 0.5 * len(page.policies)), ", ".join(page.policies))
    elif page.prices:
        out[NO_POLICIES] = Observation(1.0)
    if page.icp or page.company:
        out[REGISTERED] = Observation(1.0, page.icp or page.company)
    if page.social_links:
        out[SOCIAL] = Observation(1.0, page.social_links[0])
    if page.payments and _RISKY.issuperset(page.payments):
        out[RISKY_PAYMENT] = Observation(1.0, ", ".join(page.payments))
    if page.script_redirect:
        out[SCRIPT_REDIRECT] = Observation(1.0)
