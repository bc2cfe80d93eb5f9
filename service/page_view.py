"""A landing page as it is shown to people: what it says, in plain words. Nothing of it runs, and nothing is loaded."""

from __future__ import annotations

import msgspec

from detector.pages import read_page
from detector.types import PageReading
from service.evidence import Visited
from service.known import PAGE_VISITED
from service.ports import Work

WORDS = 3_000
PRICES, CONTACTS, ALTS = 12, 12, 12
VISITS = 8


class PageView(msgspec.Struct, frozen=True):
    """The page that was seen last."""

    url: str
    title: str
    text: str
    """Its visible words, the beginning."""
    prices: tuple[str, ...]
    contacts: tuple[str, ...]
    payments: tuple[str, ...]
    company: str
    icp: str
    image_alts: tuple[str, ...]
    """What its images are said to show; the images themselves are not loaded."""
    problem: str | None


def page_view(work: Work, target: str) -> PageView | None:
    """The page behind a target; ``None`` where none was read."""
    seen = work.page(target)
    return None if seen is None else _view(read_page(seen.snapshot))


def last_visits(work: Work, target: str) -> tuple[Visited, ...]:
    """The last visits, newest first."""
    lines = [line for line in work.entries(f"target:{target}") if line.kind == PAGE_VISITED]
    return tuple(Visited.of(line) for line in reversed(lines[-VISITS:]))


def _view(page: PageReading) -> PageView:
    prices = (f"{price.amount:g} {price.currency}" for price in page.prices)
    contacts = (f"{contact.kind}: {contact.value or contact.evidence}" for contact in page.contacts)
    return PageView(
        url=page.url,
        title=page.title,
        text=page.text[:WORDS],
        prices=tuple(dict.fromkeys(prices))[:PRICES],
        contacts=tuple(dict.fromkeys(contacts))[:CONTACTS],
        payments=page.payments,
        company=page.company,
        icp=page.icp,
        image_alts=tuple(alt for alt in dict.fromkeys(page.image_alts) if alt.strip())[:ALTS],
        problem=page.problem,
    )
