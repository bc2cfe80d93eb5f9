"""Which accounts belong together, and why: the same contact, the same text, the same targets, at the same moments.

A tie is a suggestion to people and nothing more. Many honest people share one link; few write the same words about it
within the same minutes and leave the same WeChat id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from detector.contacts import find_contacts
from detector.similarity import grams, resemblance
from detector.text import read_text

Kind = Literal["contact", "template", "timing", "target"]

SAME_TEXT = 0.6
"""Jaccard similarity of 4-grams from which two texts count as one template."""
SHORTEST = 12
"""Fewer 4-grams are too few to tell."""
TOGETHER = timedelta(minutes=10)
MOMENTS = 2
"""So many targets must have been shared at the same moments: once is chance."""
MAX_POSTS = 40
"""Posts of one account that are compared; the newest."""
MAX_TEXT = 2_000


class Trait(msgspec.Struct, frozen=True):
    """Something that posts and pages of one seller have in common."""

    name: str
    """Equal where two have it in common."""
    kind: Literal["contact", "words", "id", "picture", "shape", "certificate"]
    evidence: str
    """As it was written, for people."""


class SharedPost(msgspec.Struct, frozen=True):
    """A post that leads to a target."""

    target: str
    text: str
    posted_at: datetime


class TieReason(msgspec.Struct, frozen=True):
    """One thing that two accounts have in common."""

    kind: Kind
    evidence: str
    """The contact, the beginning of the text, the targets."""
    zh: str
    en: str


class Tie(msgspec.Struct, frozen=True):
    """Two accounts, the other one named, and what they have in common; the strongest reason first."""

    account_id: str
    reasons: tuple[TieReason, ...]

    @property
    def wants_review(self) -> bool:
        """Whether people should look: the same contact, or two things of different kinds."""
        kinds = {reason.kind for reason in self.reasons}
        return "contact" in kinds or len(kinds) > 1


class _Seen(msgspec.Struct):
    contacts: dict[str, str]
    """By kind and value, as it was written."""
    grams: list[tuple[str, frozenset[str]]]
    """Texts with their 4-grams; short ones are left out."""
    times: dict[str, list[datetime]]
    """By target."""


def ties_between(mine: Sequence[SharedPost], others: dict[str, Sequence[SharedPost]]) -> list[Tie]:
    """Ties of one account to others, those with most in common first; accounts without any are left out."""
    own = _seen(mine)
    ties = [Tie(name, tuple(_reasons(own, _seen(posts)))) for name, posts in others.items()]
    found = [tie for tie in ties if tie.reasons]
    return sorted(found, key=lambda tie: (not tie.wants_review, -len(tie.reasons), tie.account_id))


def ties_by_traits(others: Mapping[str, Sequence[Trait]]) -> list[Tie]:
    """Ties of one account to others by the traits that it has in common with each; those with contacts first."""
    ties = [Tie(name, tuple(_trait_reasons(traits))) for name, traits in others.items()]
    found = [tie for tie in ties if tie.reasons]
    return sorted(found, key=lambda tie: (not tie.wants_review, -len(tie.reasons), tie.account_id))


def _trait_reasons(traits: Iterable[Trait]) -> Iterable[TieReason]:
    by_kind: dict[str, dict[str, None]] = {}
    for trait in traits:
        by_kind.setdefault(trait.kind, {})[trait.evidence] = None
    if "contact" in by_kind:
        yield _same_contact(list(by_kind["contact"]))
    if "words" in by_kind:
        yield _same_words(next(iter(by_kind["words"])))


def _same_contact(shared: Sequence[str]) -> TieReason:
    named = "; ".join(shared[:5])
    return TieReason("contact", named, f"留下同样的联系方式：{named}", f"They leave the same contact: {named}")


def _same_words(text: str) -> TieReason:
    begin = text[:40]
    return TieReason("template", begin, f"文字几乎相同：“{begin}”", f"Nearly the same text: “{begin}”")


def _seen(posts: Sequence[SharedPost]) -> _Seen:
    seen = _Seen({}, [], {})
    newest = sorted(posts, key=lambda post: post.posted_at)[-MAX_POSTS:]
    for text in dict.fromkeys(post.text[:MAX_TEXT] for post in newest):
        read = read_text(text)
        for contact in find_contacts(read):
            if contact.value:
                seen.contacts.setdefault(f"{contact.kind}:{contact.value}", contact.evidence)
        found = grams(read.plain)
        if len(found) >= SHORTEST:
            seen.grams.append((text, found))
    for post in newest:
        seen.times.setdefault(post.target, []).append(post.posted_at)
    return seen


def _reasons(one: _Seen, other: _Seen) -> Iterable[TieReason]:
    shared = [one.contacts[name] for name in one.contacts if name in other.contacts]
    if shared:
        yield _same_contact(shared)
    template = _same_text(one, other)
    if template is not None:
        yield _same_words(template)
    together = [target for target in one.times if _at_once(one.times[target], other.times.get(target, ()))]
    if len(together) >= MOMENTS:
        n = len(together)
        named = ", ".join(together[:3])
        yield TieReason(
            "timing", named, f"{n} 次在十分钟内发布同一目标", f"The same target within ten minutes, {n} times"
        )
    targets = [target for target in one.times if target in other.times]
    if len(targets) > 1:
        n = len(targets)
        named = ", ".join(targets[:3])
        yield TieReason("target", named, f"发布了 {n} 个相同的目标", f"They share {n} targets")


def _same_text(one: _Seen, other: _Seen) -> str | None:
    for text, mine in one.grams:
        if any(resemblance(mine, theirs) >= SAME_TEXT for _, theirs in other.grams):
            return text
    return None


def _at_once(mine: Iterable[datetime], theirs: Iterable[datetime]) -> bool:
    return any(abs(a - b) <= TOGETHER for a in mine for b in theirs)
