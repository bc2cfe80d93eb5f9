"""Where the author of a text stands: selling, or talking about what others sell.

The same words (a brand, 高仿, 298元) stand in an offer, a question, a warning and a report; who says them decides.
Who leaves a contact, seeks agents or hides the goods is selling, whatever else is said; but victims quote the contact
of who cheated them, and police and press use sellers' words. Words that deny copies do not make an offer honest: beside
a price for a brand's goods they are a seller's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec

from detector.claims import SELLING_GROUPS
from detector.types import BrandMention, Claim, Contact, Price, Span

StanceName = Literal["selling", "buying", "asking", "warning", "reporting", "reviewing", "joking", "unknown"]
TALK: frozenset[StanceName] = frozenset({"asking", "warning", "reporting"})
"""Who stands so talks about goods that others offer."""


class Stance(msgspec.Struct, frozen=True, gc=False):
    """What an author does, and the words that show it; ``unknown`` shows none."""

    name: StanceName
    evidence: str | None = None
    span: Span | None = None


class Signs(NamedTuple):
    """What was found in one text."""

    claims: Mapping[str, Claim]
    """The first claim of each group that is meant."""
    denied: Claim | None
    contacts: Sequence[Contact]
    mentions: Sequence[BrandMention]
    prices: Sequence[Price]
    has_goods: bool
    speaks_of_fraud: bool


def stance_of(signs: Signs) -> Stance:
    """The stance of a text's author. Never raises."""
    return _sells_openly(signs) or _talks(signs) or _wants(signs) or _tells(signs) or _asks_money(signs) or UNKNOWN


UNKNOWN = Stance("unknown")


_REFUSALS = frozenset({"拒绝高仿", "拒绝假货", "拒绝a货"})
"""Warnings that shops write about themselves: beside a brand's goods and a price they are part of the offer."""


def _sells_openly(signs: Signs) -> Stance | None:
    """Who leaves a contact, seeks agents or hides the goods."""
    if "report" not in signs.claims:
        for group in SELLING_GROUPS:
            if group in signs.claims:
                return _shown("selling", signs.claims[group])
    if signs.contacts and not signs.speaks_of_fraud:
        return _shown("selling", signs.contacts[0])
    return None


def _talks(signs: Signs) -> Stance | None:
    claims = signs.claims
    if "report" in claims:
        return _shown("reporting", claims["report"])
    warning = claims.get("warning")
    if warning is not None and warning.term in _REFUSALS and signs.mentions and signs.prices:
        return _asks_money(signs)
    if warning is not None and (signs.speaks_of_fraud or "question" not in claims):
        return _shown("warning", warning)
    if "question" in claims:
        return _shown("asking", claims["question"])
    if signs.denied is not None:
        return _asks_money(signs) if signs.mentions else _shown("warning", signs.denied)
    return None


def _wants(signs: Signs) -> Stance | None:
    """Who looks for goods; who names a price and their wear or their proof has them already."""
    claims = signs.claims
    if "buying" not in claims or (signs.prices and ("used" in claims or "provenance" in claims)):
        return None
    return _shown("buying", claims["buying"])


def _tells(signs: Signs) -> Stance | None:
    """Who tells of goods that they have, or laughs about them; an offer may do both beside its price."""
    if signs.prices and signs.has_goods and signs.mentions:
        return None
    for group, name in _TELLING:
        if group in signs.claims:
            return _shown(name, signs.claims[group])
    return None


_TELLING: tuple[tuple[str, StanceName], ...] = (("joke", "joking"), ("review", "reviewing"))


def _asks_money(signs: Signs) -> Stance | None:
    """A price for goods or for a brand's; or words for copies, which nobody has a use for but who offers them."""
    if signs.prices and (signs.has_goods or signs.mentions):
        return _shown("selling", signs.prices[0])
    for group in ("grade", "smuggled", "haul"):
        if group in signs.claims and (signs.mentions or signs.has_goods):
            return _shown("selling", signs.claims[group])
    return _shown("warning", signs.denied) if signs.denied is not None else None


def _shown(name: StanceName, sign: Claim | Contact | Price) -> Stance:
    return Stance(name, sign.evidence, sign.span)
