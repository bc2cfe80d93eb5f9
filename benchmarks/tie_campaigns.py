"""How long it takes to tie targets together: a million at once, then one more; and what the real comments fall into.

    python benchmarks/tie_campaigns.py [targets] [../shared/data/comments_until_2012-11.csv.gz]

The targets are synthetic: each has the eight traits of its words and every second seller's the two of how a page is
built; three in ten share theirs with a seller of two to forty targets, and half of those share a contact too. SQLite, a
thousand targets to a transaction. The comments are real: each advertisement's target is tied by the traits of its text;
printed are how many fall into campaigns of two or more, the largest, and fifty to judge by hand.
"""

from __future__ import annotations

import csv
import gzip
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from adapters.sql.database import make_engine, upgrade
from adapters.sql.store import SqlStore
from detector.campaigns import Trait
from detector.link_finder import find_links
from detector.links import read_link
from detector.traits import traits_of_text
from service.campaigns import read_campaign

BATCH = 1_000


def synthetic(n: int) -> Iterator[tuple[str, list[Trait]]]:
    chance = random.Random(11)  # noqa: S311 - no secret depends on it
    made = seller = 0
    while made < n:
        seller += 1
        size = chance.randint(2, 40) if chance.random() < 0.02 else 1
        contact = size > 1 and chance.random() < 0.5
        for place in range(min(size, n - made)):
            words = seller if size > 1 else f"{seller}-{place}"
            traits = [Trait(f"page:{band}:{words}", "words", "…") for band in range(8)]
            if seller % 2:
                traits += [Trait(f"shape:{band}:{words}", "shape", "…") for band in range(2)]
            if contact:
                traits.append(Trait(f"contact:wechat:s{seller}", "contact", f"s{seller}"))
            yield f"shop:s{made}.example", traits
            made += 1


def tie(store: SqlStore, targets: Iterator[tuple[str, list[Trait]]]) -> list[float]:
    """Seconds for each target, its share of the commit left out."""
    times = []
    while batch := [pair for _, pair in zip(range(BATCH), targets, strict=False)]:
        with store.begin() as work:
            for target, traits in batch:
                began = time.perf_counter()
                work.add_traits(f"target:{target}", traits)
                work.join_campaign(target, [trait.name for trait in traits], f"c{target}")
                times.append(time.perf_counter() - began)
    return times


def comments(file: Path) -> Iterator[tuple[str, list[Trait]]]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["label"] == "counterfeit_ad":
                links = [*map(read_link, row["urls"].split()[:20]), *find_links(row["text"])]
                traits = traits_of_text(row["text"])
                yield from ((link.target, traits) for link in links)


def fresh(folder: str, name: str) -> SqlStore:
    engine = make_engine(f"sqlite:///{folder}/{name}.sqlite3")
    upgrade(engine)
    return SqlStore(engine)


def show_comments(store: SqlStore, file: Path) -> None:
    tie(store, comments(file))
    with store.begin(write=False) as work:
        of = work.campaign_of([target for target, _ in comments(file)][:30_000])
        sizes = Counter(of.values())
        large = [name for name, size in sizes.most_common() if size > 1]
        inside = sum(sizes[name] for name in large)
        print(f"{len(of)} targets of advertisements: {inside} in {len(large)} campaigns of two or more", end="; ")
        print(f"the largest have {[sizes[name] for name in large[:8]]}")
        chance = random.Random(2)  # noqa: S311 - no secret depends on it
        for name in chance.sample(large, min(50, len(large))):
            found = read_campaign(work, name)
            if found is not None:
                why = "; ".join(f"{shared.kind}: {shared.evidence!r}" for shared in found.shared[:2])
                print(f"  {', '.join(found.targets[:5])} ({len(found.targets)})\n      {why}")


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        store = fresh(folder, "synthetic")
        began = time.perf_counter()
        times = tie(store, synthetic(n))
        took = time.perf_counter() - began
        last = sorted(times[-10_000:])
        print(f"{n:,} targets in {took:.0f} s: {n / took:,.0f} a second (goal: a million in 600 s)")
        middle, slow = (last[len(last) * part // 100] * 1e3 for part in (50, 99))
        print(f"one more: {middle:.2f} ms; 99 of 100 in {slow:.2f} ms")
        print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
        if len(sys.argv) > 2:
            show_comments(fresh(folder, "comments"), Path(sys.argv[2]))


if __name__ == "__main__":
    main()
