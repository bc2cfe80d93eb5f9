"""Through whom a link leads to its goods: a purchase agent, or an album that sellers use as a catalogue.

Both are lawful and used by honest people; beside a brand they are the usual way to sell copies abroad, because the
seller's own page then need not name it. Weidian itself is a marketplace like others and is not meant here.
"""

from __future__ import annotations

from detector.link_rules import AGENTS
from detector.types import Link

_DOMAINS = frozenset(AGENTS["domains"])
_SHORT_HOSTS = frozenset(AGENTS["short_hosts"])
_ALBUMS = frozenset({"yupoo", "szwego"})


def channel_of(link: Link) -> str | None:
    """The agent or the album host of a link; ``None`` where it has neither. What the link leads to does not matter."""
    for wrapper in link.wrappers:
        kind, _, name = wrapper.partition(":")
        if kind == "agent" or name in _SHORT_HOSTS:
            return name
    if link.kind == "album" or link.platform in _ALBUMS:
        return link.platform
    return link.registrable if link.registrable in _DOMAINS else None
