"""Hiding what would reach a poster: numbers and names by which somebody can be written to or called. Pure.

A masked text has the length of the text, so that evidence stays where it is.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from detector.contacts import find_contacts
from detector.text import read_text
from detector.types import Contact
from service.answers import ReasonAnswer

SIGN = "•"
PERSONAL_DATA_SEEN = "personal_data_seen"
"""Kind of the line that records who looked at a target's posts without the mask."""
KEPT = 2
"""Signs of an id that stay, so that two ids are told apart."""
_NUMBER = re.compile(r"\+?\d(?:[ \-]?\d){6,19}")
"""Seven digits or more: whatever it is for, it may be somebody's."""


def contacts_in(text: str) -> tuple[str, ...]:
    """What of the text would reach somebody, as written; the longest first."""
    named = (_id_of(text[slice(*found.span)], found) for found in find_contacts(read_text(text)) if found.span)
    numbers = (found.group() for found in _NUMBER.finditer(text))
    return tuple(sorted({found for found in (*named, *numbers) if len(found) > KEPT}, key=len, reverse=True))


def _id_of(written: str, contact: Contact) -> str:
    """The id without the service's name before it, where it can be told apart."""
    if not contact.value:
        return ""
    at = written.lower().find(contact.value)
    spaced = _NUMBER.search(written)
    return written[at:] if at >= 0 else spaced.group() if spaced else written


def masked(text: str, contacts: tuple[str, ...]) -> str:
    """The text with these hidden, of the same length."""
    for contact in contacts:
        text = text.replace(contact, contact[:KEPT] + SIGN * (len(contact) - KEPT))
    return text


def masked_reason(reason: ReasonAnswer, contacts: tuple[str, ...]) -> ReasonAnswer:
    """A reason that quotes nothing of them."""
    quoted = None if reason.evidence is None else masked(reason.evidence, contacts)
    return replace(reason, zh=masked(reason.zh, contacts), en=masked(reason.en, contacts), evidence=quoted)
