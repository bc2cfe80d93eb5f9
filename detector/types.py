"""What the detector's rooms hand to one another.

Everything here is plain, immutable data. ``Span`` always counts Unicode code points of the text *as it was sent*,
whatever was done to the text to read it; the end is exclusive. Times are aware and in UTC. Money is CNY unless the
name says otherwise. ``None`` means "not known", never "none there": a page that was not fetched is ``None``, a page
that was read and has no price has ``prices == ()``.

``gc=False`` marks leaves that cannot be part of a cycle: the collector need not walk them, a fifth of a post's time.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

Span = tuple[int, int]

VerdictName = Literal["allow", "review", "hold", "block"]
TargetState = Literal["unknown", "suspected", "counterfeit", "genuine"]


class PageSnapshot(msgspec.Struct, frozen=True):
    """A landing page as it was received, before anybody has read it."""

    url: str
    body: bytes | str
    """Bytes as they came over the wire, or text where the platform had already decoded them."""
    content_type: str | None = None
    """The HTTP header of that name; ``None`` where it is not known."""


class Picture(msgspec.Struct, frozen=True):
    """What is known of one picture of a post. The picture itself is never here."""

    alt: str = ""
    """Its alternative text, or what its words were read as; empty where there is none."""
    qr: tuple[str, ...] = ()
    """What its QR codes hold."""
    pdq: str | None = None
    """Its PDQ hash, 64 lower-case hexadecimal digits; ``None`` where not known."""


class AccountFacts(msgspec.Struct, frozen=True):
    """What the platform says of the author. Used by the rulebook, never by the score."""

    type: str | None = None
    """``private``, ``business``, ``promoter`` or ``affiliate``; ``None`` where the platform does not say."""
    followers: int | None = None
    created_at: datetime | None = None


class Post(msgspec.Struct, frozen=True):
    """One message of one account. Of ``text``, ``links`` and ``pictures`` two may be empty, not all."""

    post_id: str
    account_id: str
    text: str = ""
    links: tuple[str, ...] = ()
    pages: tuple[PageSnapshot, ...] = ()
    pictures: tuple[Picture, ...] = ()
    posted_at: datetime | None = None
    """When the author posted; ``None`` where the platform did not say (the time of receipt then counts)."""
    account: AccountFacts = AccountFacts()
    reach: int | None = None
    """How many people the post is expected to reach; ``None`` where not known."""
    revision: int = 0


class Link(msgspec.Struct, frozen=True, gc=False):
    """A URL as written, and what it leads to as far as the URL itself tells (nothing is fetched)."""

    url: str
    target: str
    """One name for every variant of the link: ``taobao:item:520813250866``, ``shop:lv-outlet.example``, ``url:…``."""
    canonical: str
    """Canonical form of the innermost URL; equal to ``url`` where it could not be parsed."""
    chain: tuple[str, ...]
    """Each URL met while unwrapping: as written first, innermost last. One element where nothing was wrapped."""
    wrappers: tuple[str, ...] = ()
    """Who wrapped it, outermost first: ``redirector:google.com``, ``agent:pandabuy.com``, ``shortener:t.cn``."""
    host: str = ""
    """ASCII (punycode) host of the innermost URL, lower case, without trailing dot; empty where there is none."""
    registrable: str = ""
    """Registrable domain (private suffixes of the public suffix list included); empty for an IP address."""
    path: str = ""
    query: str = ""
    platform: str | None = None
    """Marketplace or album host by its short name (``taobao``, ``weidian``, ``yupoo`` …); ``None`` for others."""
    kind: Literal["item", "shop", "album", "page", "unreadable"] = "page"
    opaque: bool = False
    """A short link or an encrypted jump: what it leads to cannot be read from the URL. Missing evidence, not guilt."""
    span: Span | None = None
    """Where the link stands in the post's text; ``None`` where it came in ``links``."""
    oddities: tuple[str, ...] = ()
    """What is odd in how the address is written: ``userinfo`` (``https://weidian.com@evil.example``), ``numeric_host``
    (an IP address as one number, octal or hexadecimal), ``disguised`` (hxxp, [.], 点, backslashes, hidden signs),
    ``mixed_script`` (Latin and Cyrillic or Greek letters in one label)."""


class Disguise(msgspec.Struct, frozen=True, gc=False):
    """One thing that was undone to read the text."""

    kind: str
    """``width``, ``style``, ``mark``, ``confusable``, ``invisible``, ``split``, ``sound_alike``, ``traditional``,
    ``pinyin``, ``emoji``, ``leet``, ``repeat``, ``reversed`` or ``turned``."""
    span: Span


class ReadText(msgspec.Struct, frozen=True, gc=False):
    """A text as sent and as read: undisguised, simplified, lower case.

    ``starts[i]`` and ``ends[i]`` are the code points of ``original`` from which ``plain[i]`` came; both are ``None``
    where ``plain`` stands at the same places as ``original`` (the common case, kept cheap).
    """

    original: str
    plain: str
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None
    disguises: tuple[Disguise, ...] = ()

    def span(self, start: int, end: int) -> Span:
        """Where ``plain[start:end]`` stands in the original."""
        if self.starts is None or self.ends is None or start >= end:
            return (start, end)
        return (self.starts[start], self.ends[end - 1])


class Price(msgspec.Struct, frozen=True, gc=False):
    """One price found in a text or a page."""

    amount: float
    currency: str
    """ISO 4217; ``CNY`` is assumed where a Chinese text gives none."""
    amount_cny: float
    """Of one piece, where the text says how many it is for (两双100元). At the fixed yearly rates of
    ``detector/data/currencies.json``: good for orders of magnitude, not for trade."""
    span: Span | None
    """Place in the original text; ``None`` for prices read from a page's structure."""
    evidence: str
    """The words as sent."""
    role: Literal["sale", "list", "bound", "unknown"] = "unknown"
    """``list`` is the crossed-out price (原价), ``sale`` the asked one, ``bound`` a vague one (三位数: at most 999)."""
    bare: bool = False
    """A number that nothing marks as money (鬼王 1680): a possible price, to be used only where a brand's goods stand
    beside it."""


class Brand(msgspec.Struct, frozen=True):
    """One brand, as data in ``detector/data/brands.json`` gives it."""

    id: str
    name: str
    sector: str
    zh: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    slang: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    """Registrable domains of the brand itself."""
    authorised: tuple[str, ...] = ()
    """Domains of resellers that the brand names."""
    reference_cny: dict[str, tuple[float, float]] = {}
    """Category → (price below which a genuine new piece is not sold, price that most pieces stay below), in CNY."""
    reference_year: int | None = None
    """The year of these prices; ``None`` where there are none."""
    reference_note: str = ""
    """How they are known: ``general knowledge``, or the address of the page that was read."""


class BrandMention(msgspec.Struct, frozen=True, gc=False):
    """A brand named in a text, a page or a host."""

    brand: Brand
    alias: str
    kind: Literal["name", "zh", "alias", "slang", "line"]
    span: Span | None
    evidence: str
    plain_start: int = 0
    """Start in the text as read, so that neighbours can be compared."""
    plain_end: int = 0


class Contact(msgspec.Struct, frozen=True, gc=False):
    """A way to reach the seller off the platform. ``value`` is normalised, lower case."""

    kind: Literal["wechat", "qq", "whatsapp", "telegram", "phone", "email", "line", "unnamed"]
    value: str
    span: Span | None
    evidence: str


class Product(msgspec.Struct, frozen=True):
    """A product as the page's own markup (JSON-LD, microdata, OpenGraph) states it. Empty text where not stated."""

    name: str = ""
    brand: str = ""
    sku: str = ""
    price: Price | None = None
    availability: str = ""


class PageReading(msgspec.Struct, frozen=True):
    """What was read from one landing page."""

    url: str
    title: str = ""
    description: str = ""
    text: str = ""
    """Visible text, whitespace folded, at most 20,000 characters."""
    language: str = ""
    """Declared language (``zh-CN``), empty where not declared."""
    charset: str = "utf-8"
    products: tuple[Product, ...] = ()
    prices: tuple[Price, ...] = ()
    """Prices of the visible text and the markup; the first is the one the page sells at, as far as can be told."""
    contacts: tuple[Contact, ...] = ()
    payments: tuple[str, ...] = ()
    """Payment signs: ``alipay``, ``wechat_pay``, ``paypal``, ``card``, ``western_union``, ``crypto``, ``transfer`` …"""
    policies: tuple[str, ...] = ()
    """``returns``, ``privacy``, ``terms``, ``imprint``, ``shipping`` where the page links or states one."""
    icp: str = ""
    """ICP record number as written; empty where none is shown."""
    company: str = ""
    social_links: tuple[str, ...] = ()
    image_alts: tuple[str, ...] = ()
    script_redirect: bool = False
    """The page sends its reader elsewhere by itself, by a refresh or a script."""
    jumps_to: str = ""
    """Where to, as an absolute address; empty where it stays, or where a script computes the address."""
    jumped_by: Literal["meta", "script"] | None = None
    n_nodes: int = 0
    n_images: int = 0
    n_links: int = 0
    n_scripts: int = 0
    text_ratio: float = 0.0
    """Visible characters by all characters of the document, 0 to 1."""
    problem: Literal["empty", "images_only", "too_large", "not_html", "error_page"] | None = None
    """Why the page cannot be judged; ``None`` where it can."""


class Claim(msgspec.Struct, frozen=True, gc=False):
    """A phrase that says, or denies, that goods are copies."""

    group: str
    term: str
    span: Span | None
    evidence: str
    negated: bool = False
    """Denied, asked about or reported (拒绝高仿, 如何鉴别A货, 警方查获高仿): not an offer."""
    plain: Span = (0, 0)
    """Place in the text as read."""


class Observation(msgspec.Struct, frozen=True, gc=False):
    """The value of one feature, with what it was read from."""

    value: float
    evidence: str | None = None
    span: Span | None = None
    details: dict[str, str] | None = None
    """Words for the placeholders of the feature's reason; ``None`` where the reason has none but ``{evidence}``."""


class Reason(msgspec.Struct, frozen=True, gc=False):
    """One line of a verdict's explanation, in both languages. ``weight`` is in log-odds, exact."""

    code: str
    zh: str
    en: str
    evidence: str | None = None
    span: Span | None = None
    weight: float = 0.0


class LinkVerdict(msgspec.Struct, frozen=True, gc=False):
    """What the detector says of one link (or, with ``link`` ``None``, of a post's text that has no link)."""

    link: Link | None
    verdict: VerdictName
    counterfeit_probability: float
    reasons: tuple[Reason, ...] = ()
    also: tuple[str, ...] = ()
    """Other spellings in the same post that lead to the same target."""
    mention: bool = False
    """The post's text asks, warns or reports: it talks about goods rather than offers them."""
    brands: tuple[str, ...] = ()
    """Ids of the brands that the text or the link's host names."""
    abstained: bool = False
    """A part could not be judged; the verdict is at least what the rulebook says for that."""
