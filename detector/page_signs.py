"""Signs of who stands behind a page: ways to pay, policies, ICP record, company, profiles, ways to make contact."""

from __future__ import annotations

import re
from urllib.parse import unquote

from detector.contacts import find_contacts
from detector.page_walk import Anchor, Walk
from detector.text import read_text
from detector.types import Contact

MAX_CONTACTS = 50
_MAX_CONTACT_TEXT = 20_000

_PAYMENTS = {
    "alipay": ("支付宝", "alipay", "支付寶"),
    "wechat_pay": ("微信支付", "wechat pay", "wechatpay", "weixin pay", "微信收款", "微信付款"),
    "paypal": ("paypal",),
    "card": (
        "mastercard",
        "credit card",
        "信用卡",
        "银联",
        "unionpay",
        "american express",
        "kreditkarte",
        "クレジットカード",
    ),
    "western_union": ("western union", "westernunion", "moneygram", "money gram", "西联", "速汇金"),
    "crypto": ("bitcoin", "usdt", "比特币", "泰达币", "ethereum", "crypto payment"),
    "transfer": (
        "bank transfer",
        "wire transfer",
        "银行转账",
        "转账付款",
        "银行汇款",
        "银行卡转账",
        "überweisung",
        "t/t payment",
    ),
    "cod": ("货到付款", "貨到付款", "cash on delivery"),
}
_CARD_IMAGE = re.compile(r"(?<![a-z])visa(?![a-z])", re.IGNORECASE)
# For lower case: a pattern that ignores case is several times slower.
_POLICIES = {
    "returns": re.compile(r"returns?\b|refund|退换|退货|退款|退換|返品|rückgabe|widerruf|retour|devoluci"),
    "privacy": re.compile(r"privacy|privacidad|datenschutz|confidentialit|隐私|隱私|プライバシー"),
    "terms": re.compile(r"\bterms|conditions of (?:use|sale)|\bagb\b|服务条款|用户协议|服務條款|使用条款|利用規約"),
    "imprint": re.compile(r"impressum|imprint|legal[ -]notice|mentions l[ée]gales|aviso legal|特定商取引"),
    "shipping": re.compile(r"shipping|delivery|配送|运费|物流说明|送料|versand|livraison|envío"),
}
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_ICP = re.compile(rf"[{_PROVINCES}]\s?ICP\s?[备證证]\s?\d{{6,10}}\s?号?(?:\s?-\s?\d{{1,3}})?", re.IGNORECASE)
_CN_COMPANY = re.compile(r"[\u4e00-\u9fff（）()]{2,30}?(?:股份有限公司|有限责任公司|有限公司)")
_EN_COMPANY = re.compile(
    r"(?:©|\(c\)|copyright)\s{0,3}(?:©\s?)?(?:\d{4}\s?(?:[-–]\s?\d{4})?)?[\s,]{0,3}(?:by )?"
    r"(?P<name>[A-Z][\w&'’. \-]{1,60}?"
    r",?\s(?:Ltd|Limited|Inc|LLC|GmbH|Co|Corp|Corporation|AG|SA|S\.A|S\.L|BV|B\.V|PLC|Pty|SRL|SpA|SAS)\b\.?(?:,?\s?Ltd\.?)?)",
    re.IGNORECASE,
)
_SOCIAL = re.compile(
    r"https?://(?:[a-z0-9\-]{1,20}\.)?(?P<host>facebook\.com|instagram\.com|twitter\.com|x\.com|youtube\.com|tiktok\.com"
    r"|pinterest\.[a-z.]{2,6}|weibo\.com|linkedin\.com|vk\.com|xiaohongshu\.com|douyin\.com)/(?P<path>[^?#\s]{2,200})",
    re.IGNORECASE,
)
_NOT_PROFILES = re.compile(
    r"^(?:sharer?|share|intent|dialog|plugins|pin/create|hashtag|home|login|signup|tr|widgets|privacy|policies|legal|embed|watch|service)(?:[./]|$)",
    re.IGNORECASE,
)
_PHONE_SIGNS = re.compile(r"[^\d+]")
_WHATSAPP = re.compile(
    r"(?:wa\.me/|whatsapp\.com/send/?\?(?:[^#]{0,200}&)?phone=|whatsapp://send/?\?phone=)\+?(?P<value>\d{7,15})",
    re.IGNORECASE,
)
_TELEGRAM = re.compile(
    r"(?:(?<![\w.])t\.me/|telegram\.me/|tg://resolve\?domain=)(?!share|joinchat)(?P<value>[a-z]\w{3,31})",
    re.IGNORECASE,
)
_MESSENGERS = (
    ("whatsapp", _WHATSAPP),
    ("telegram", _TELEGRAM),
    ("line", re.compile(r"line\.me/(?:r/)?ti/p/[~@]?(?P<value>[\w.\-]{3,30})", re.IGNORECASE)),
    ("email", re.compile(r"^mailto:(?P<value>[\w.%+\-]{1,64}@[\w.\-]{3,100})$", re.IGNORECASE)),
)  # fmt: skip


def payments(walk: Walk, text: str) -> tuple[str, ...]:
    """Ways to pay that the text, the words of images or the names of image files show."""
    images = " ".join(walk.alts + walk.image_sources)
    shown = f"{text} {images}".lower()
    found = [name for name, words in _PAYMENTS.items() if any(word in shown for word in words)]
    if "card" not in found and _CARD_IMAGE.search(images):
        found.append("card")
    return tuple(found)


def policies(walk: Walk) -> tuple[str, ...]:
    """Policies that a link or a heading names."""
    named = "\n".join([f"{anchor.text} {anchor.href[:200]}" for anchor in walk.anchors] + walk.headings).lower()
    return tuple(name for name, pattern in _POLICIES.items() if pattern.search(named))


def icp_record(text: str) -> str:
    """ICP record number as written; empty where none is shown."""
    if "icp" not in text.lower():
        return ""
    found = _ICP.search(text)
    return found[0] if found else ""


def company(text: str) -> str:
    """Company that the page names as its owner, from a copyright line or a Chinese company name; empty where none."""
    tail = text[-5_000:]
    found = _EN_COMPANY.search(tail)
    if found:
        return found["name"].strip()
    if "公司" not in tail:
        return ""
    chinese = _CN_COMPANY.search(tail)
    return re.sub(r"^(?:版权所有|版權所有)", "", chinese[0]) if chinese else ""


def social_links(anchors: list[Anchor]) -> tuple[str, ...]:
    """Profiles that the page links to; share buttons and bare hosts are none."""
    found: dict[str, None] = {}
    for anchor in anchors:
        match = _SOCIAL.match(anchor.href)
        if match and not _NOT_PROFILES.match(match["path"]):
            found[match[0].rstrip("/")] = None
    return tuple(found)[:30]


def _linked_contact(href: str) -> Contact | None:
    plain = unquote(href[:300])
    if plain[:4].lower() == "tel:":
        value = _PHONE_SIGNS.sub("", plain[4:])
        return Contact("phone", value, None, plain[:100]) if 6 <= len(value) <= 17 else None
    for kind, pattern in _MESSENGERS:
        match = pattern.search(plain.split("?")[0] if kind == "email" else plain)
        if match:
            return Contact(kind, match["value"].lower(), None, plain[:100])  # type: ignore[arg-type]
    return None


def contacts(walk: Walk, text: str) -> tuple[Contact, ...]:
    """Contacts of links and of the visible text, each once. They have no place: a page's text is not the post's."""
    linked = [contact for anchor in walk.anchors if (contact := _linked_contact(anchor.href)) is not None]
    written = find_contacts(read_text(text[:_MAX_CONTACT_TEXT]))
    found: dict[tuple[str, str], Contact] = {}
    for contact in [*linked, *written]:
        found.setdefault(
            (contact.kind, contact.value), Contact(contact.kind, contact.value, None, contact.evidence[:100])
        )
    return tuple(found.values())[:MAX_CONTACTS]
