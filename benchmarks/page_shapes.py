"""How alike pages are built: those of one site and those of two, and how long it takes to see.

    python benchmarks/page_shapes.py ../shared/data/product_pages

The folder holds ``ground_truth.json`` and ``html/*.html.gz``, real product pages. Printed are the likenesses of the
shapes of pages of one host, the greatest of two hosts, and the milliseconds a page beside reading the page for scoring.
"""

from __future__ import annotations

import gzip
import itertools
import json
import sys
import time
from pathlib import Path

from detector.links import read_link
from detector.near_duplicates import similarity
from detector.page_shape import Hashes, shape_of
from detector.pages import read_page
from detector.types import PageSnapshot


def main(folder: Path) -> None:
    truth = json.loads((folder / "ground_truth.json").read_text(encoding="utf-8"))
    pages = {
        read_link(row["url"]).host + f"#{name}": gzip.decompress(file.read_bytes()).decode("utf-8", "replace")
        for name, row in truth.items()
        if (file := folder / "html" / f"{name}.html.gz").exists()
    }
    began = time.perf_counter()
    shapes = {name: shape_of(html) for name, html in pages.items()}
    shaped = time.perf_counter()
    for name, html in pages.items():
        read_page(PageSnapshot(f"https://{name}", html))
    read = time.perf_counter() - shaped
    tell({name: shape for name, shape in shapes.items() if len(shape)}, len(pages))
    each = (shaped - began) * 1000 / len(pages)
    print(f"{each:.1f} ms a page, {(shaped - began) / read:.2f} of reading it")


def tell(shapes: dict[str, Hashes], pages: int) -> None:
    one_site, two_sites = [], []
    for (name, shape), (other, its) in itertools.combinations(shapes.items(), 2):
        same = brand_of(name) == brand_of(other)
        (one_site if same else two_sites).append(similarity(shape, its))
    print(f"{len(shapes)} of {pages} pages have a shape of their own")
    print("one site:", " ".join(f"{share:.2f}" for share in sorted(one_site, reverse=True)))
    print(f"two sites: at most {max(two_sites):.3f} in {len(two_sites):,} pairs")


def brand_of(name: str) -> str:
    """Without country: ``amazon.it`` and ``amazon.com`` are one site."""
    return (read_link(f"https://{name.partition('#')[0]}").registrable or name).partition(".")[0]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
