"""Labelled examples for training and judging: from ``data/samples/`` and, where it is present, from real data.

Every example belongs to one split by its group (registrable domain, near-duplicate text, ring of accounts) or by time,
so that no group stands on both sides. Traps of the real data: lists of fake hosts hold bare hosts while legitimate sets
hold full URLs, and fakes are unpopular by construction; links are therefore cut to their hosts for both, and there is
no feature for popularity. No bulk set of Chinese replica advertisements exists: Chinese offers are learned from text
that this project wrote itself.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from detector.links import read_link
from detector.near_duplicates import families
from detector.samples import SamplePlatform, load_samples
from detector.types import PageSnapshot, Post

Split = Literal["train", "calibrate", "test"]
CHOSEN_BY_A_MODEL = frozenset({"ledger"})
"""Sources of which people saw what a model flagged. They teach weights; no calibration and no threshold, which promise
something of all posts, is taken from them."""
COMMENTS_CALIBRATE_FROM = "2012-09-01"
COMMENTS_TEST_FROM = "2012-10-01"


class Example(msgspec.Struct, frozen=True):
    """One labelled piece of evidence; parts that it lacks are ``None``.

    A row of training sees one link and its page. The whole post, as it would be sent, is :func:`post_of`.
    """

    counterfeit: bool
    source: str
    slice: str
    """Who it is about, for rates that are told apart: ``second_hand``, ``news``, ``small_shop`` …"""
    group: str
    split: Split
    text: str | None = None
    url: str | None = None
    page: PageSnapshot | None = None
    n_links: int = 1
    synthetic: bool = False
    links: tuple[str, ...] = ()
    """Every link sent beside the text, ``url`` among them; empty where ``url`` is all that is known."""
    pages: tuple[PageSnapshot, ...] = ()
    """Every page, ``page`` among them; empty where ``page`` is all that is known."""
    name: str = ""
    """Where it stands: the id of a post, or file and line. Empty where its source has no names."""
    weight: float = 1.0
    """What a row of it weighs beside others of its source and class; greater than 0."""


def post_of(example: Example) -> Post:
    """The whole post of an example, for the detector to score as it scores any post."""
    links = example.links or (() if example.url is None else (example.url,))
    pages = example.pages or (() if example.page is None else (example.page,))
    return Post(example.name, "", example.text or "", links, pages)


def split_of(group: str) -> Split:
    """Sixty, twenty, twenty per cent, by the digest of the group's name: the same on every machine, for ever."""
    share = int(hashlib.sha256(group.encode("utf-8", "replace")).hexdigest()[:8], 16) % 100
    return "train" if share < 60 else "calibrate" if share < 80 else "test"


_NOT_WORDS = re.compile(r"[\W\d_]+")


def text_group(text: str) -> str:
    """Near-duplicates fall into one group: the first forty letters, without digits and signs."""
    return "text:" + _NOT_WORDS.sub("", text.lower())[:40]


def load_examples(samples: Path | None = None, real_data: Path | None = None) -> list[Example]:
    """All examples of the samples folder and, where given, of the folder of real data."""
    examples = list(sample_examples(load_samples(samples)))
    if real_data is not None:
        for load in (_hosts, _comments, _listings, _luxury, _small_shops, _reviews, _weibo, _sms, _pages, _brand_sites):
            examples += load(real_data)
    return one_side_each(tie_copies(examples))


def tie_copies(examples: Sequence[Example]) -> list[Example]:
    """Groups that have nearly the same text become one, on the side of the first: templates travel.

    Only groups by text or by host: comments are parted by time, and samples and written posts by who wrote them.
    """
    tied = [n for n, e in enumerate(examples) if e.text and e.group.startswith(("text:", "host:"))]
    first_of = dict(zip(tied, families([examples[n].text or "" for n in tied]), strict=True))
    parent: dict[str, str] = {}

    def root(group: str) -> str:
        while parent.setdefault(group, group) != group:
            group = parent[group]
        return group

    sides = {e.group: e.split for e in reversed(examples)}
    for n, first in first_of.items():
        parent[root(examples[n].group)] = root(examples[tied[first]].group)
    return [
        e if (name := root(e.group)) == e.group else msgspec.structs.replace(e, group=name, split=sides[name])
        for e in examples
    ]


def one_side_each(examples: Iterable[Example]) -> list[Example]:
    """A group that two sources share stays where the first put it: hosts come with splits of their own."""
    sides: dict[str, Split] = {}
    return [
        example
        if sides.setdefault(example.group, example.split) == example.split
        else msgspec.structs.replace(example, split=sides[example.group])
        for example in examples
    ]


def sample_examples(platform: SamplePlatform) -> Iterator[Example]:
    """The sample platform: each post with its first link, and each page with its link alone."""
    truth = {read_link(t.url).target: t.label == "counterfeit" for t in platform.targets}
    groups = _sample_groups(platform)
    seen: set[str] = set()
    for post in platform.posts:
        label = platform.labels[post.post_id]
        target = read_link(post.links[0]).target if post.links else None
        leads_to_fake = truth.get(target or "", label.label == "counterfeit")
        page = next((p for p in post.pages if read_link(p.url).target == target), None)
        group = groups[post.post_id]
        talk = label.label == "benign_mention"
        yield Example(
            counterfeit=label.label == "counterfeit",
            source="samples",
            slice=label.kind,
            group=group,
            split=split_of(group),
            text=post.text or None,
            url=post.links[0] if post.links else None,
            # A warning about a shop is no offer; what the shop's own page says is judged with the page alone.
            page=None if talk else page,
            n_links=len(post.links),
            synthetic=True,
            links=post.links,
            pages=() if talk else post.pages,
            name=post.post_id,
        )
        if target is not None and page is not None and target not in seen:
            seen.add(target)
            yield Example(
                counterfeit=leads_to_fake,
                source="samples",
                slice="page_of_" + ("fake" if leads_to_fake else "genuine"),
                group=group,
                split=split_of(group),
                url=post.links[0],
                page=page,
                synthetic=True,
                name=f"{post.post_id}:page",
            )


def _sample_groups(platform: SamplePlatform) -> dict[str, str]:
    """Posts that share a ring, an account or a target are one group (union-find over the three)."""
    parent: dict[str, str] = {}

    def find(node: str) -> str:
        while parent.setdefault(node, node) != node:
            node = parent[node]
        return node

    for post in platform.posts:
        account = platform.accounts[post.account_id]
        ties = [f"account:{post.account_id}", *(read_link(url).target for url in post.links)]
        ties += [f"ring:{account.ring}"] if account.ring else []
        for tie in ties[1:]:
            parent[find(tie)] = find(ties[0])
    return {post.post_id: find(f"account:{post.account_id}") for post in platform.posts}


def _honest(source: str, slice_: str, group: str, **parts: Any) -> Example:
    return Example(counterfeit=False, source=source, slice=slice_, group=group, split=split_of(group), **parts)


def _rows(file: Path) -> list[dict[str, str]]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _hosts(folder: Path) -> Iterator[Example]:
    for row in _rows(folder / "hosts.csv.gz"):
        link = read_link("http://" + re.sub(r"^[a-z]+://", "", row["url_or_domain"].strip().lower()).split("/")[0])
        if not link.registrable:
            continue
        group = f"host:{link.registrable}"
        split: Split = "test" if row["split"] == "validation" else split_of(group)
        if row["split"] != "validation" and split == "test":
            split = "calibrate"
        yield Example(
            counterfeit=row["label"] == "1",
            source="hosts",
            slice=row["category"].split("|")[0],
            group=group,
            split=split,
            url=f"https://{link.registrable}/",
        )


_MEDICINE = re.compile(
    r"viagra|cialis|levitra|xanax|tramadol|valium|ambien|phentermine|pharmac|prescription|pills", re.IGNORECASE
)


def _comments(folder: Path) -> Iterator[Example]:
    """Comments by time. Their rules do not count medicine as counterfeit, nor as honest: its truth is not known."""
    for row in _rows(folder / "comments_until_2012-11.csv.gz"):
        date = row["date"]
        if row["label"] == "other_link_comment" and _MEDICINE.search(row["text"]):
            continue
        urls = row["urls"].split()
        split: Split = (
            "train" if date < COMMENTS_CALIBRATE_FROM else "calibrate" if date < COMMENTS_TEST_FROM else "test"
        )
        yield Example(
            counterfeit=row["label"] == "counterfeit_ad",
            source="comments",
            slice=row["label"],
            group=f"comment:{date[:7]}",
            split=split,
            text=row["text"],
            url=urls[0] if urls else None,
            n_links=len(urls),
        )


def _listings(folder: Path) -> Iterator[Example]:
    for row in _rows(folder / "replica_listings.csv.gz"):
        if row["label"] != "replica_listing":
            continue  # the other rows name no brand, or may be genuine: no truth to learn from
        group = text_group(row["text"])
        yield Example(
            counterfeit=True,
            source="replica_listings",
            slice="replica_listing",
            group=group,
            split=split_of(group),
            text=f"{row['text']} {row['price']}".strip(),
            url=row["url"] or None,
        )


def _luxury(folder: Path) -> Iterator[Example]:
    for row in _rows(folder / "luxury_products.csv.gz"):
        group = text_group(row["text"])
        price = row["price_usd"].strip(", ")
        text = f"{row['text']} US${price}" if price else row["text"]
        yield _honest("luxury_products", "official_copy", group, text=text)


def _small_shops(folder: Path) -> Iterator[Example]:
    for row in _rows(folder / "small_shops.csv.gz"):
        link = read_link(row["domain"])
        group = f"host:{link.registrable}"
        url = f"https://{link.registrable or row['domain']}/"
        yield _honest("small_shops", "small_shop", group, text=row["text"] or None, url=url)


def _reviews(folder: Path) -> Iterator[Example]:
    return _texts(folder / "reviews_zh.csv.gz", "reviews_zh")


def _weibo(folder: Path) -> Iterator[Example]:
    return _texts(folder / "weibo_zh.csv.gz", "weibo_zh")


def _sms(folder: Path) -> Iterator[Example]:
    return _texts(folder / "sms_zh.csv.gz", "sms_zh")


def _texts(file: Path, source: str) -> Iterator[Example]:
    for row in _rows(file):
        group = text_group(row["text"])
        yield _honest(source, row["label"], group, text=row["text"])


def _pages(folder: Path) -> Iterator[Example]:
    truth = json.loads((folder / "product_pages" / "ground_truth.json").read_text(encoding="utf-8"))
    for name, row in truth.items():
        file = folder / "product_pages" / "html" / f"{name}.html.gz"
        if file.exists():
            group = f"host:{read_link(row['url']).registrable}"
            page = PageSnapshot(row["url"], gzip.decompress(file.read_bytes()))
            yield _honest("product_pages", "product_page", group, url=row["url"], page=page)


def _brand_sites(folder: Path) -> Iterator[Example]:
    with (folder / "brand_sites.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            group = f"host:{read_link(row['website']).registrable}"
            yield _honest("brand_sites", "brand_site", group, url=row["website"])
