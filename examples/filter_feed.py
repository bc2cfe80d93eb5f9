"""Cut the traffic of confirmed links in a feed, without a call per link.

Keeps a copy of ``/v1/blocklist`` in a file, brings it up to date, and passes on those posts of a feed (JSON lines with
``links`` or ``text``, from standard input) that lead to no confirmed target::

    export DAJIA_KEY=…        # a key with the scope `read`
    python examples/filter_feed.py http://127.0.0.1:8600 < feed.jsonl > clean.jsonl
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import requests

from detector.link_finder import find_links
from detector.links import read_link

COPY = Path("blocklist.json")
PREFIX_DIGITS = 16

Fetch = Callable[[int | None], dict[str, Any]]
"""Asks ``/v1/blocklist``, with the version that is held or ``None``."""


class Blocklist:
    """The copy: hash prefixes and the version that they are at. ``version`` is ``None`` before the first fetch."""

    def __init__(self, version: int | None = None, prefixes: Iterable[str] = ()) -> None:
        self.version = version
        self.prefixes = set(prefixes)

    def update(self, fetch: Fetch) -> None:
        """Bring the copy up to date: fetch all the first time, and what changed from then on."""
        while True:
            answer = fetch(self.version)
            if answer["full"]:
                self.prefixes.clear()
            self.prefixes.difference_update(answer["removed"])
            self.prefixes.update(answer["added"])
            self.version = answer["version"]
            if not answer["more"]:
                return

    def holds(self, target: str) -> bool:
        """Whether a target, by its name, is confirmed."""
        return hashlib.sha256(target.encode()).hexdigest()[:PREFIX_DIGITS] in self.prefixes

    def passes(self, post: dict[str, Any]) -> bool:
        """Whether no link of a post, in ``links`` or in its text and however it is dressed, is on the list."""
        links = [*map(read_link, post.get("links", ())), *find_links(post.get("text") or "")]
        return not any(self.holds(link.target) for link in links)


def over_http(base: str, key: str) -> Fetch:
    """Asks a running service."""

    def fetch(version: int | None) -> dict[str, Any]:
        query = {} if version is None else {"since": version}
        response = requests.get(
            f"{base}/v1/blocklist", params=query, headers={"Authorization": f"Bearer {key}"}, timeout=30
        )
        response.raise_for_status()
        answer: dict[str, Any] = response.json()
        return answer

    return fetch


def load(copy: Path) -> Blocklist:
    """The copy as it was kept, or an empty one."""
    if not copy.exists():
        return Blocklist()
    kept = json.loads(copy.read_text(encoding="utf-8"))
    return Blocklist(kept["version"], kept["prefixes"])


def keep(blocklist: Blocklist, copy: Path) -> None:
    """Write the copy beside the old one and put it in its place, so that a crash leaves one of the two."""
    new = copy.with_suffix(".new")
    kept = {"version": blocklist.version, "prefixes": sorted(blocklist.prefixes)}
    new.write_text(json.dumps(kept), encoding="utf-8")
    new.replace(copy)


def clean(feed: Iterable[str], blocklist: Blocklist) -> Iterator[str]:
    """The lines of a feed that lead to no confirmed target."""
    return (line for line in feed if blocklist.passes(json.loads(line)))


def main() -> None:
    """Filter standard input."""
    if len(sys.argv) != 2 or "DAJIA_KEY" not in os.environ:
        sys.exit("Use: DAJIA_KEY=… python examples/filter_feed.py http://127.0.0.1:8600 < feed.jsonl")
    blocklist = load(COPY)
    blocklist.update(over_http(sys.argv[1].rstrip("/"), os.environ["DAJIA_KEY"]))
    keep(blocklist, COPY)
    sys.stdout.writelines(clean(sys.stdin, blocklist))


if __name__ == "__main__":
    main()
