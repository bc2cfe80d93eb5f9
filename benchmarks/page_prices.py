"""Prints how often the first price that is read from a real product page is its price.

The pages and their truth are not part of this project: give their folder (``product_pages`` inside it, with
``ground_truth.json`` and ``html/*.html.gz``) as the argument; the default is ``../shared/data`` beside the project.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from pathlib import Path

from detector.amounts import read_number
from detector.pages import read_page
from detector.types import PageSnapshot

PROJECT = Path(__file__).resolve().parent.parent


def prices_of_pages(folder: Path) -> list[tuple[str, set[float], float | None, float]]:
    """For each page its URL, its true prices (empty: it shows none), the price read and the milliseconds it took."""
    truth = json.loads((folder / "ground_truth.json").read_text(encoding="utf-8"))
    rows = []
    for path in sorted((folder / "html").glob("*.html.gz")):
        facts = truth[path.name.removesuffix(".html.gz")]
        page = PageSnapshot(facts["url"], gzip.decompress(path.read_bytes()))
        begun = time.perf_counter()
        reading = read_page(page)
        took = 1000 * (time.perf_counter() - begun)
        true = {value for price in facts.get("price", []) if (value := read_number(price.strip())) is not None}
        rows.append((facts["url"], true, reading.prices[0].amount if reading.prices else None, took))
    return rows


def scores(rows: list[tuple[str, set[float], float | None, float]]) -> tuple[float, float, float]:
    """Precision, recall and F1. A price read from a page that shows none is a mistake of precision."""
    right = sum(read in true for _, true, read, _ in rows if read is not None)
    precision = right / max(1, sum(read is not None for *_, read, _ in rows))
    recall = right / max(1, sum(bool(true) for _, true, _, _ in rows))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def main() -> None:
    folder = (Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECT.parent / "shared" / "data") / "product_pages"
    if not folder.is_dir():
        sys.exit(f"No product pages in {folder}. Give the folder that holds product_pages as the argument.")
    rows = prices_of_pages(folder)
    for url, true, read, took in rows:
        mark = "ok   " if (read in true if true else read is None) else "WRONG"
        print(f"{mark} {url[:70]:70} true {sorted(true)!s:16} read {read!s:10} {took:6.1f} ms")
    precision, recall, f1 = scores(rows)
    print(f"{len(rows)} pages: precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}")


if __name__ == "__main__":
    main()
