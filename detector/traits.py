"""What a post or a page has in common with others of the same seller: contacts, words, ids, make and certificate.

Each trait is one short text, so that a database finds who else has it. Texts that are nearly the same share one of
eight traits or more: bands of a MinHash sketch over 4-grams (Broder 1997; Leskovec, Rajaraman & Ullman). With six
values to a band two texts meet with a probability of 99.8 % where nine tenths are the same, 64 % at 0.7, 12 % at one
half, under 1 % at a third.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from detector.campaigns import Trait
from detector.contacts import find_contacts
from detector.links import read_link
from detector.near_duplicates import SHORTEST, Hashes, shingles, sketch
from detector.page_shape import shape_of
from detector.pictures import reaches_somebody
from detector.text import read_text
from detector.types import Contact, PageReading, Picture

BANDS, BAND = 8, 6
SHAPE_BANDS = 2
"""Pages of one site are mostly alike by 0.8 to 0.95, those of two sites by 0.04 at most; see ``docs/fetching.md``."""
MAX_TEXT = 4_000
MOST_SITES = 20
_NETWORKS = frozenset(
    {"cloudflaressl.com", "fastly.net", "incapsula.com", "akamaized.net", "akamai.net", "edgekey.net", "cloudfront.net"}
    | {"azureedge.net", "aliyuncs.com", "alicdn.com", "myqcloud.com", "qcloud.com", "b-cdn.net", "netlify.app"}
)
"""Whose certificates name customers that do not know each other."""
QUARTER = 16
"""Hexadecimal digits of a hash that make one trait."""
QUOTED = 40
"""Characters of a text that its traits quote."""
_IDS = (
    ("google", re.compile(r"(?<![\w-])(UA-\d{4,10}-\d{1,4}|G-[A-Z0-9]{8,12}|GTM-[A-Z0-9]{5,9}|AW-\d{8,12})(?![\w-])")),
    ("baidu", re.compile(r"hm\.baidu\.com/hm\.js\?([0-9a-f]{32})")),
    ("cnzz", re.compile(r"cnzz\.com/(?:z_)?stat\.php\?(?:web_)?id=(\d{5,12})")),
    ("meta", re.compile(r"fbq\(\s{0,3}[\"']init[\"']\s{0,3},\s{0,3}[\"'](\d{10,20})")),
    ("tron", re.compile(r"(?<![A-Za-z0-9])(T[1-9A-HJ-NP-Za-km-z]{33})(?![A-Za-z0-9])")),
)
"""Ids of statistics and of a wallet: who has them has one purse."""


def traits_of_text(text: str) -> list[Trait]:
    """Traits of a post's words."""
    text = text[:MAX_TEXT]
    return [*_contacts(find_contacts(read_text(text))), *_words("text", text)]


def traits_of_pictures(pictures: Iterable[Picture]) -> list[Trait]:
    """Traits of pictures: the quarters of a PDQ hash, and codes by which somebody can be reached or paid.

    Two copies of one picture differ in a few of 256 bits, and so have a quarter in common where they differ in three
    at most, nearly always where they differ in eight; other pictures agree in 64 bits by no chance that matters.
    """
    pictures = tuple(pictures)
    codes = (code for picture in pictures for code in picture.qr if reaches_somebody(code))
    hashes = [
        Trait(
            f"picture:{start}:{picture.pdq[start : start + QUARTER]}", "picture", (picture.alt or picture.pdq)[:QUOTED]
        )
        for picture in pictures
        if picture.pdq is not None
        for start in range(0, len(picture.pdq), QUARTER)
        # One digit over and over is what plain ground comes to, in whatever picture.
        if len(set(picture.pdq[start : start + QUARTER])) > 1
    ]
    return [*hashes, *(Trait(f"qr:{code}"[:200], "contact", code[:QUOTED]) for code in codes)]


def traits_of_page(page: PageReading, html: str) -> list[Trait]:
    """Traits of a page that is one seller's own: never of a marketplace, whose pages have its own in common."""
    ids = (
        Trait(f"id:{name}:{found}", "id", found)
        for name, pattern in _IDS
        for found in dict.fromkeys(pattern.findall(html))
    )
    return [*_contacts(page.contacts), *ids, *_words("page", page.text[:MAX_TEXT]), *_shape(page, html)]


def traits_of_certificate(sha256: str, names: Sequence[str]) -> list[Trait]:
    """The trait of a certificate that stands for a few sites: who got it had a hand on every one of them.

    One for a single site tells nothing that its name does not (and below ``*.myshopify.com`` strangers have it in
    common); one for many is that of a network that serves whoever pays. ``names`` as the certificate has them, cut.
    """
    sites = list(
        dict.fromkeys(filter(None, (read_link(f"https://{n.removeprefix('*.')}/").registrable for n in names)))
    )
    if not 2 <= len(sites) <= MOST_SITES or any(site in _NETWORKS for site in sites):
        return []
    return [Trait(f"certificate:{sha256}", "certificate", ", ".join(sites)[:QUOTED])]


def _contacts(contacts: Iterable[Contact]) -> Iterator[Trait]:
    for contact in contacts:
        if contact.value:
            yield Trait(f"contact:{contact.kind}:{contact.value}"[:200], "contact", contact.evidence[:QUOTED])


def _words(kind: str, text: str) -> Iterator[Trait]:
    found = shingles(text)
    if len(found) >= SHORTEST:
        yield from (Trait(f"{kind}:{name}", "words", text[:QUOTED]) for name in _bands(found, BANDS))


def _shape(page: PageReading, html: str) -> Iterator[Trait]:
    found = shape_of(html)
    if len(found):
        yield from (
            Trait(f"shape:{name}", "shape", (page.title or page.url)[:QUOTED]) for name in _bands(found, SHAPE_BANDS)
        )


def _bands(found: Hashes, bands: int) -> Iterator[str]:
    values = sketch(found)
    for band in range(bands):
        yield f"{band}:{values[band * BAND : (band + 1) * BAND].tobytes().hex()}"
