"""Tying targets together that one seller stands behind, as posts and pages come in. A hint to people, never a ground.

A worker reads what was recorded, in order, and notes the traits of what is suspected. Targets that share one are a
campaign, whose id stays that of the first that was found of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from detector.campaigns import Trait
from detector.pages import read_page
from detector.types import PageReading, Picture
from service.carry_out import NewId
from service.known import PAGE_VISITED
from service.ports import Clock, Store, Work
from service.records import StoredPost

BATCH = 100
LAG = timedelta(seconds=30)
"""A post is read when this has passed: one that is slow to commit is not passed over."""
POSTS, PAGES = "campaigns: posts", "campaigns: pages"
SHOWN = 200
COMMON = 50
"""Targets that may have one shape before it ties no others."""
_SELLERS_OWN = ("shop:", "url:")
"""Targets whose page is the seller's own; what pages of a marketplace have in common is the marketplace's."""


class TraitReader(msgspec.Struct, frozen=True):
    """What finds traits; handed in, because it needs libraries that only workers load."""

    of_text: Callable[[str], Sequence[Trait]]
    of_pictures: Callable[[Sequence[Picture]], Sequence[Trait]]
    of_page: Callable[[PageReading, str], Sequence[Trait]]
    of_certificate: Callable[[str, Sequence[str]], Sequence[Trait]]
    """From its SHA-256 and the hosts that it names."""


class Shared(msgspec.Struct, frozen=True):
    """A trait that some targets of a campaign share."""

    kind: str
    evidence: str
    targets: tuple[str, ...]


class Campaign(msgspec.Struct, frozen=True):
    """Targets that belong together, and why."""

    campaign: str
    targets: tuple[str, ...]
    shared: tuple[Shared, ...]
    """Shared by most first."""


class Campaigns:
    """Reads on from where it stopped."""

    def __init__(self, store: Store, clock: Clock, new_id: NewId, reader: TraitReader) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id
        self._reader = reader

    def run_next(self) -> bool:
        """Read a stretch of posts and one of visits; whether there was anything."""
        return self._read_posts() | self._read_pages()

    def _read_posts(self) -> bool:
        until = self._clock.now() - LAG
        with self._store.begin(write=False) as work:
            found = work.posts_after(work.cursor(POSTS), until=until, limit=BATCH)
        if not found:
            return False
        traits = {seq: self._traits(post) for seq, post in found if _is_suspected(post)}
        with self._store.begin() as work:
            for seq, post in found:
                self._tie_post(work, post, traits.get(seq, ()))
            work.put_cursor(POSTS, found[-1][0])
        return True

    def _traits(self, post: StoredPost) -> Sequence[Trait]:
        return [*self._reader.of_text(post.text), *self._reader.of_pictures(post.pictures)]

    def _tie_post(self, work: Work, post: StoredPost, traits: Sequence[Trait]) -> None:
        if not traits:
            return
        work.add_traits(f"account:{post.account_id}", traits)
        for target in {link.target for link in post.links if link.verdict != "allow"}:
            self._tie(work, target, traits)

    def _tie(self, work: Work, target: str, traits: Sequence[Trait]) -> None:
        work.add_traits(f"target:{target}", traits)
        work.join_campaign(target, [trait.name for trait in traits], self._new_id())

    def _read_pages(self) -> bool:
        upto = self._store.settled()
        with self._store.begin(write=False) as work:
            after = work.cursor(PAGES)
            lines = work.entries_between([PAGE_VISITED], after=after, upto=upto, since=None, limit=BATCH)
        if not lines:
            return False
        with self._store.begin() as work:
            suspected = [line for _, line in lines if line.body["verdict"] != "allow"]
            for target, visit in {line.stream.removeprefix("target:"): line.body for line in suspected}.items():
                self._tie_page(work, target, visit)
            work.put_cursor(PAGES, lines[-1][0])
        return True

    def _tie_page(self, work: Work, target: str, visit: Mapping[str, Any]) -> None:
        seen = work.page(target) if target.startswith(_SELLERS_OWN) else None
        if seen is None:
            return
        body = seen.snapshot.body
        html = body if isinstance(body, str) else body.decode("utf-8", "replace")
        certificate = visit.get("certificate")
        traits = [
            *self._reader.of_page(read_page(seen.snapshot), html),
            *(self._reader.of_certificate(certificate["sha256"], certificate["names"]) if certificate else ()),
        ]
        own = [trait for trait in traits if not _is_common(work, trait)]
        if own:
            self._tie(work, target, own)


def _is_common(work: Work, trait: Trait) -> bool:
    """Whether so many pages are built this way that it is a template which is sold, and nobody's own."""
    return trait.kind == "shape" and len(work.sharing([trait.name], "target:", COMMON)) >= COMMON


def _is_suspected(post: StoredPost) -> bool:
    return not post.mention and any(link.verdict != "allow" for link in post.links)


def campaign_of(work: Work, target: str) -> Campaign | None:
    """The campaign of a target with the reasons; ``None`` where nothing ties it to another."""
    name = work.campaign_of([target]).get(target)
    return None if name is None else read_campaign(work, name)


def read_campaign(work: Work, name: str) -> Campaign | None:
    """A campaign of two targets or more, with what ties them; ``None`` where there is none such."""
    targets = work.campaign_targets(name, SHOWN)
    if len(targets) < 2:
        return None
    holders: dict[tuple[str, str], dict[str, None]] = {}
    by_trait: dict[str, list[tuple[str, Trait]]] = {}
    for subject, trait in work.traits_of([f"target:{target}" for target in targets]):
        by_trait.setdefault(trait.name, []).append((subject.removeprefix("target:"), trait))
    for pairs in by_trait.values():
        if len(pairs) > 1:
            trait = pairs[0][1]  # of a text that was copied, each band quotes the same beginning
            holders.setdefault((trait.kind, trait.evidence), {}).update(dict.fromkeys(name for name, _ in pairs))
    shared = (Shared(kind, evidence, tuple(names)) for (kind, evidence), names in holders.items())
    ordered = sorted(shared, key=lambda one: (-len(one.targets), one.kind, one.evidence))
    return Campaign(name, tuple(targets), tuple(ordered))
