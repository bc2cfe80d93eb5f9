"""What a link's own words tell, without visiting it.

A host's name alone hardly separates real from fake shops (characters and words learned on lists of fake shops: AUC 0.62
on those first seen a year later), so most of these weigh little by themselves. A brand in somebody else's domain is
another matter: 50 % recall at 0.7 % false positives on the same lists.
"""

from __future__ import annotations

import re

from detector.features.registry import VERY_WEAK, WEAK, Observations, extractor, feature
from detector.reading import Evidence
from detector.types import Link, Observation

BRAND_IN_FOREIGN_HOST = feature(
    "url.brand_in_foreign_host",
    "url",
    "1 where the host names a brand that does not own it. Abuse pattern: guccioutlet--online.org.",
    "fake",
    floor=1.0,
    zh="网址“{evidence}”含有品牌 {brand}，但不是该品牌的网站",
    en="The host {evidence} names {brand} but is not a site of that brand",
)
BRAND_AND_BARGAIN_HOST = feature(
    "url.brand_and_bargain_host",
    "url",
    "1 where such a host also says outlet, cheap, sale … Abuse pattern: comment spam of 2008 to 2012.",
    "fake",
    floor=1.5,
    zh="网址把品牌 {brand} 与“{bargain}”连在一起：{evidence}",
    en="The host joins {brand} with “{bargain}”: {evidence}",
)
BRAND_OWN_SITE = feature(
    "url.brand_own_site",
    "url",
    "1 where the host belongs to a brand, or to a reseller that the brand names.",
    "genuine",
    zh="链接指向品牌官方或授权网站 {evidence}",
    en="The link leads to a site of the brand, or of a reseller it names: {evidence}",
)
BRAND_NAMED_SITE = feature(
    "url.brand_named_site",
    "url",
    "1 where the domain is a brand's name and nothing else, under com or in a country's registry, and is on no list as "
    "the brand's own: nearly all such hosts on our lists are honest. Anybody may still get one.",
    "genuine",
    WEAK,
    zh="域名 {evidence} 正是品牌 {brand} 的名称",
    en="The domain {evidence} is the name of {brand} and nothing else",
)
BARGAIN_HOST = feature(
    "url.bargain_host",
    "url",
    "1 where the host says outlet, cheap, sale … without a brand. Honest outlets do so too.",
    "fake",
    WEAK,
    zh="网址含有“{bargain}”",
    en="The host says “{bargain}”",
)
REPLICA_HOST = feature(
    "url.replica_host",
    "url",
    "1 where the host says replica, fake, aaa, clone.",
    "fake",
    floor=1.0,
    zh="网址含有仿冒词“{bargain}”",
    en="The host says “{bargain}”, a word for copies",
)
REPLICA_GOODS_HOST = feature(
    "url.replica_goods_host",
    "url",
    "1 where the host says such a word and goods that are copied: replica-handbags, fakewatches.",
    "fake",
    floor=1.0,
    zh="网址把“{bargain}”与商品连在一起：{evidence}",
    en="The host joins “{bargain}” with goods: {evidence}",
)
GOODS_HOST = feature(
    "url.goods_host",
    "url",
    "1 where the host names goods that are often copied: bags, shoes, jerseys, watches.",
    "fake",
    WEAK,
    zh="网址含有商品词“{bargain}”",
    en="The host names goods: “{bargain}”",
)
MANY_HYPHENS = feature(
    "url.many_hyphens",
    "url",
    "Hyphens in the registrable domain beyond one, 1 to 3: my-shop is what many honest small shops are called.",
    "fake",
    VERY_WEAK,
    zh="域名由多个连字符拼成：{evidence}",
    en="The domain is stitched together with hyphens: {evidence}",
)
DIGITS_IN_HOST = feature(
    "url.digits_in_host",
    "url",
    "Digits in the registrable domain, 1 to 4.",
    "fake",
    WEAK,
    zh="域名含有数字：{evidence}",
    en="The domain holds digits: {evidence}",
)
LONG_HOST = feature(
    "url.long_host",
    "url",
    "Length of the registrable domain beyond 15 characters, by 10, up to 3.",
    "fake",
    WEAK,
    zh="域名很长：{evidence}",
    en="The domain is long: {evidence}",
)
SHOP_SOFTWARE_PATH = feature(
    "url.shop_software_path",
    "url",
    "1 where the path is of the free shop software (zen-cart and the like) that clone shops were built with.",
    "fake",
    WEAK,
    zh="网址结构为常见的建站模板：{evidence}",
    en="The path is of a stock shop template: {evidence}",
)
ALBUM = feature(
    "url.album",
    "url",
    "1 where the link is an album of the kind that sellers use as a catalogue (yupoo, szwego).",
    "fake",
    zh="链接是相册目录（{evidence}）",
    en="The link is a photo album used as a catalogue ({evidence})",
)
AGENT = feature(
    "url.agent",
    "url",
    "1 where the link passes through a purchase agent.",
    "fake",
    WEAK,
    zh="链接经代购平台 {evidence} 跳转",
    en="The link goes through the purchase agent {evidence}",
)
OPAQUE = feature(
    "abstain.opaque_link",
    "url",
    "1 where a short link hides what it leads to. Missing evidence, not guilt: it is never a weight.",
    zh="短链接无法看出去向，未作判断：{evidence}",
    en="A short link hides where it leads, so it was not judged: {evidence}",
)
IP_HOST = feature(
    "url.ip_host",
    "url",
    "1 where the host is a bare address.",
    "fake",
    zh="链接使用 IP 地址：{evidence}",
    en="The link uses a bare IP address: {evidence}",
)
HOMOGRAPH_BRAND = feature(
    "url.homograph_brand",
    "url",
    "1 where a brand is written in the host with look-alike letters (punycode).",
    "fake",
    zh="域名用形近字符仿冒 {brand}：{evidence}",
    en="The domain imitates {brand} with look-alike letters: {evidence}",
)

USERINFO = feature(
    "url.userinfo",
    "url",
    "1 where another site's name stands before an @ in the address. Abuse pattern: https://weidian.com@evil.example.",
    "fake",
    zh="网址把其他网站的名字写在 @ 之前，实际指向 {evidence}",
    en="The address shows another site's name before an @, but leads to {evidence}",
)
NUMERIC_HOST = feature(
    "url.numeric_host",
    "url",
    "1 where an IP address is written as one number, in octal or hexadecimal, or inside an IPv6 address.",
    "fake",
    zh="网址用变形数字书写 IP 地址：{evidence}",
    en="The address hides an IP address in another notation: {evidence}",
)
DISGUISED_LINK = feature(
    "url.disguised",
    "url",
    "1 where only people can read the address: hxxp, [.], 点, backslashes, hidden signs. Who warns writes so as well.",
    "fake",
    WEAK,
    zh="网址经过变形，机器难以识别：{evidence}",
    en="The address is written so that only people can read it: {evidence}",
)
HOMOGRAPH = feature(
    "url.homograph",
    "url",
    "1 where a label of the host mixes Latin letters with look-alikes of other scripts, or has such look-alikes alone.",
    "fake",
    zh="域名混用形近字母：{evidence}",
    en="The domain uses look-alike letters of another script: {evidence}",
)
_ODDITIES = {
    "userinfo": USERINFO,
    "numeric_host": NUMERIC_HOST,
    "disguised": DISGUISED_LINK,
    "homograph": HOMOGRAPH,
}

_BARGAIN = re.compile(
    r"outlet|cheap|discount|clearance|wholesale|onsale|forsale|sale(?=s?(?:$|[-.0-9]|online|shop|uk|us))|bargain|salg|billig|gunstig|guenstig|solde|saldi|baratas?|pascher"
)
_REPLICA = re.compile(
    r"replica|fakes?(?=$|[-.]|shop|watch|bag)|(?:^|[-.])aaa|superclone|knockoff|(?:^|[-.])reps?(?=$|[-.]|shop|kick)|imitation"
)
_GOODS = re.compile(
    r"handbags?|bags?(?=$|[-.]|s?(?:shop|store|online|sale|outlet))|shoes|schuhe|boots|sneakers?|kicks|jerseys?|watch(?:es)?|uhren|sunglass(?:es)?|jackets?|jewell?ery|headphones|trainers|purses?"
)
_SOFTWARE = re.compile(r"-[cp]-\d+(?:_\d+)*\.html|main_page=|products_id=|cPath=|route=product|-c-\d|\.html\?osCsid")

_WITHOUT_DIGITS = str.maketrans("", "", "0123456789")


@extractor
def observe_url(evidence: Evidence, out: Observations) -> None:
    """Observe the link, where there is one."""
    link = evidence.link
    if link is None or link.kind == "unreadable":
        return
    _observe_wrapping(link, out)
    for oddity in link.oddities:
        out[_ODDITIES[oddity]] = Observation(1.0, link.host)
    if link.platform is not None:
        _observe_platform(link, out)
    elif link.host and not link.opaque:
        _observe_host(evidence, link, out)


def _observe_wrapping(link: Link, out: Observations) -> None:
    if link.opaque:
        out[OPAQUE] = Observation(1.0, link.host)
    for wrapper in link.wrappers:
        if wrapper.startswith("agent:"):
            out[AGENT] = Observation(1.0, wrapper[6:])


def _observe_platform(link: Link, out: Observations) -> None:
    if link.kind == "album" or link.platform == "yupoo":
        out[ALBUM] = Observation(1.0, link.platform)


def _observe_host(evidence: Evidence, link: Link, out: Observations) -> None:
    host = link.registrable or link.host
    if not link.registrable:
        out[IP_HOST] = Observation(1.0, host)
        return
    if evidence.own_site:
        out[BRAND_OWN_SITE] = Observation(1.0, host)
        return
    _observe_words(evidence, link, out)
    _observe_shape(host, out)
    path = _SOFTWARE.search(f"{link.path}?{link.query}")
    if path is not None:
        out[SHOP_SOFTWARE_PATH] = Observation(1.0, path[0])


def _observe_words(evidence: Evidence, link: Link, out: Observations) -> None:
    host = link.host
    bargain, replica, goods = _BARGAIN.search(host), _REPLICA.search(host), _GOODS.search(host)
    brand = evidence.host_brand
    if brand is not None:
        named = {"brand": brand.brand.name}
        out[BRAND_IN_FOREIGN_HOST] = Observation(1.0, host, None, named)
        if "xn--" in host:
            out[HOMOGRAPH_BRAND] = Observation(1.0, host, None, named)
        if bargain is not None:
            out[BRAND_AND_BARGAIN_HOST] = Observation(1.0, host, None, named | {"bargain": bargain[0]})
    elif evidence.named_site is not None:
        out[BRAND_NAMED_SITE] = Observation(1.0, host, None, {"brand": evidence.named_site.brand.name})
    elif bargain is not None:
        out[BARGAIN_HOST] = Observation(1.0, host, None, {"bargain": bargain[0]})
    if replica is not None:
        word = {"bargain": replica[0].strip("-.")}
        out[REPLICA_HOST] = Observation(1.0, host, None, word)
        if goods is not None:
            out[REPLICA_GOODS_HOST] = Observation(1.0, host, None, word)
    if goods is not None:
        out[GOODS_HOST] = Observation(1.0, host, None, {"bargain": goods[0]})


def _observe_shape(host: str, out: Observations) -> None:
    hyphens = min(3, host.count("-") - 2 * host.count("xn--") - 1)
    if hyphens > 0:
        out[MANY_HYPHENS] = Observation(float(hyphens), host)
    digits = len(host) - len(host.translate(_WITHOUT_DIGITS))
    if digits:
        out[DIGITS_IN_HOST] = Observation(float(min(4, digits)), host)
    if len(host) > 15:
        out[LONG_HOST] = Observation(min(3.0, (len(host) - 15) / 10), host)
