"""Reading a text once: brands, goods, prices, claims and contacts in it, for every feature that asks."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from detector.brand_hosts import is_named_site
from detector.brands import BrandIndex
from detector.claims import FRAUD_TERMS, OFFER_GROUPS, ClaimFinder, is_copy
from detector.concepts import FoundConcept, default_concepts
from detector.contacts import find_contacts
from detector.offered import asked_prices, offered_mentions
from detector.pages import read_page
from detector.picture_list import PictureList, no_pictures
from detector.pictures import PicturesReading, read_pictures
from detector.prices import find_prices
from detector.stance import TALK, UNKNOWN, Signs, Stance, stance_of
from detector.text import read_text
from detector.types import BrandMention, Claim, Contact, Link, PageReading, PageSnapshot, Picture, Price, ReadText, Span
from detector.wording import Pull
from detector.wording_signs import BRAND, COPY, Classed

MAX_LINKS = 200
"""Targets of one post that are judged; a post with more goes to people."""
BESIDE = 12
"""Characters between a brand and a word that is beside it."""
PAGE_WORDS = 3_000
"""How much of a page's text is searched for brands and claims: what a shop sells stands at its beginning."""


class TextReading(msgspec.Struct, frozen=True):
    """Everything that was found in one text (a post's, or a page's title and opening words)."""

    read: ReadText
    mentions: tuple[BrandMention, ...]
    goods: tuple[tuple[str, int, int], ...]
    """Goods words: category, start and end in the text as read."""
    prices: tuple[Price, ...]
    claims: dict[str, Claim]
    """The first claim of each group that is meant; denied ones are under ``denied``."""
    bargain_beside: BrandMention | None
    """The first brand with bargain talk right beside it: ``cheap nfl jerseys``, ``gucci outlet``."""
    bargains_beside: int
    """How many words of it stand there: two in ``cheap ugg boots outlet``."""
    contacts: tuple[Contact, ...]
    denied: Claim | None = None
    """The first offer claim that was denied or asked about."""
    speaks_of_fraud: bool = False
    """The text says that somebody was cheated."""
    bare_prices: tuple[Price, ...] = ()
    """Numbers that nothing marks as money: possible prices, of use only beside a brand's goods."""
    concepts: tuple[FoundConcept, ...] = ()
    """Ideas that give a seller of copies away, or an honest person; each with its first place."""
    stance: Stance = UNKNOWN
    """Where the author stands."""
    offered: tuple[BrandMention, ...] = ()
    """The mentions without those of which the text says that it has nothing."""
    asked: tuple[Price, ...] = ()
    """The prices without fees and deposits; none where goods are let or worked on."""
    classed: tuple[Classed, ...] = ()
    """Brands and words for copies, each of which is one class in the text's wording."""

    @property
    def is_talk(self) -> bool:
        """The text reports, asks or warns: it talks about goods rather than offers them."""
        return self.stance.name in TALK

    @property
    def is_repair(self) -> bool:
        """The text offers repair or care, and makes no claim that a seller of copies makes."""
        return "repair" in self.claims and OFFER_GROUPS.isdisjoint(self.claims)

    @property
    def offers_goods(self) -> bool:
        """As far as can be told, a brand and a price in the text belong to goods that are for sale."""
        return not (self.is_talk or self.is_repair)


class Evidence(msgspec.Struct, frozen=True):
    """What is known of one link: each part is ``None`` where it is missing."""

    link: Link | None = None
    host_brand: BrandMention | None = None
    """A brand named by the link's host; ``None`` too where the domain is the brand's name and nothing else."""
    own_site: bool = False
    """The host belongs to a brand, or to a reseller that a brand names."""
    text: TextReading | None = None
    page: PageReading | None = None
    page_text: TextReading | None = None
    n_links: int = 0
    """Links of the post, for posts that are nothing but links."""
    wording: Pull | None = None
    """What the model has learned of the text's wording; ``None`` without a text, or where it has learned nothing."""
    pictures: PicturesReading | None = None
    named_site: BrandMention | None = None
    """The brand whose name the domain is, in a registry of a country or under ``com``: hardly ever anybody else's."""


class PageEvidence(msgspec.Struct, frozen=True):
    """A landing page as read, and its words."""

    page: PageReading
    text: TextReading


class Reader:
    """Reads texts, pages and links with one set of brands and claims. Never raises, whatever it is given."""

    def __init__(self, brands: BrandIndex, claims: ClaimFinder, known_pictures: PictureList | None = None) -> None:
        self.brands = brands
        self._claims = claims
        self._known_pictures = no_pictures() if known_pictures is None else known_pictures

    def text(self, text: str) -> TextReading:
        """Everything that one text names."""
        read = read_text(text)
        scan = self.brands.scan(read)
        meant: dict[str, Claim] = {}
        denied = None
        bargains = []
        classed = [(m.plain_start, m.plain_end, BRAND) for m in scan.mentions]
        fraud = False
        for claim in self._claims.find(read):
            if claim.group == "bargain":
                bargains.append(claim)
            elif claim.term in FRAUD_TERMS:
                fraud = True
            if is_copy(claim):
                classed.append((*claim.plain, COPY))
            if claim.negated:
                denied = denied or claim
            else:
                meant.setdefault(claim.group, claim)
        beside, n_beside = _bargain_beside(scan.mentions, bargains) if bargains else (None, 0)
        prices, contacts = find_prices(read), tuple(find_contacts(read))
        sure = tuple([price for price in prices if not price.bare])
        bare = tuple([price for price in prices if price.bare]) if len(sure) < len(prices) else ()
        concepts = default_concepts().find(read)
        ideas = {found.id for found in concepts}
        stance = stance_of(Signs(meant, denied, contacts, scan.mentions, prices, bool(scan.goods), fraud))
        return TextReading(
            read, scan.mentions, scan.goods, sure, meant, beside, n_beside, contacts, denied, fraud,
            asked_prices(read, bare, ideas), concepts, stance, offered_mentions(read, scan.mentions),
            asked_prices(read, sure, ideas), tuple(sorted(classed)),
        )  # fmt: skip

    def page(self, snapshot: PageSnapshot) -> PageEvidence:
        """A landing page: its build, and what its opening words name."""
        return self.page_words(read_page(snapshot))

    def page_words(self, page: PageReading) -> PageEvidence:
        """A page that was read already, and what its opening words name."""
        return PageEvidence(page, self.text(f"{page.title}\n{page.description}\n{page.text[:PAGE_WORDS]}"))

    def pictures(self, pictures: Sequence[Picture]) -> PicturesReading | None:
        """A post's pictures; ``None`` where it has none."""
        return read_pictures(pictures, self._known_pictures)

    def evidence(
        self,
        link: Link | None,
        text: TextReading | None,
        page: PageEvidence | None,
        n_links: int,
        wording: Pull | None = None,
        *,
        pictures: PicturesReading | None = None,
    ) -> Evidence:
        """Put together what is known of one link."""
        host_brand = None if link is None else self.brands.in_host(link)
        own_site = link is not None and self.brands.owner(link) is not None
        named_site = None
        if host_brand is not None and link is not None and is_named_site(host_brand, link.registrable):
            host_brand, named_site = None, host_brand
        seen, words = (None, None) if page is None else (page.page, page.text)
        return Evidence(link, host_brand, own_site, text, seen, words, n_links, wording, pictures, named_site)


def _bargain_beside(mentions: Sequence[BrandMention], bargains: Sequence[Claim]) -> tuple[BrandMention | None, int]:
    for mention in mentions:
        terms = {claim.term for claim in bargains if gap_between(mention.span, claim.span) <= BESIDE}
        if terms:
            return mention, len(terms)
    return None, 0


def gap_between(one: Span | None, other: Span | None) -> int:
    """Characters between two spans; a span that is not known is far away."""
    if one is None or other is None:
        return 1_000_000
    return max(one[0] - other[1], other[0] - one[1], 0)
