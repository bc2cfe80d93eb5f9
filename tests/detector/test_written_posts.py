"""The written posts: their shape, their numbers, and that nobody wrote the same post twice."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from datasketch import MinHash, MinHashLSH

from detector.text import read_text

FOLDER = Path(__file__).parents[2] / "data" / "posts"
FILES = sorted(FOLDER.glob("*/*.jsonl"))
COUNTERFEIT = frozenset(
    [
        "offer_plain",
        "offer_slang",
        "offer_hint",
        "offer_claims_genuine",
        "recruit",
        "price_list",
        "promoter",
        "reposter",
        "fake_outlet",
        "disguised",
        "group_live",
        "health_risk",
    ]
)
HONEST = frozenset(
    [
        "official",
        "authorised",
        "second_hand",
        "consignment",
        "repair",
        "review",
        "news",
        "how_to_spot",
        "small_shop",
        "handmade",
        "unbranded",
        "marketplace",
        "victim",
        "outlet",
        "question",
        "complaint",
        "ordinary",
        "joke",
        "toy_model_reissue",
        "proxy_buyer",
        "trade",
        "other_spam",
        "dupe_talk",
        "luxury_talk",
    ]
)
NEAR = 0.5
"""Jaccard similarity of character 4-grams from which two posts count as one."""


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def name_of(file: Path) -> str:
    return f"{file.parent.name}/{file.stem}"


def shingles(text: str) -> set[str]:
    plain = "".join(c for c in read_text(text).plain if c.isalnum())
    return {plain[i : i + 4] for i in range(max(1, len(plain) - 3))}


def words_of(row: dict[str, Any]) -> str:
    """The post, or the page of a line that has no other words."""
    return str(row["text"] or "".join(page["html"] for page in row.get("pages", ())))


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_every_line_has_the_documented_shape(file: Path) -> None:
    for number, row in enumerate(lines(file), 1):
        where = f"{name_of(file)}:{number}"
        assert set(row) - {"pages"} == {"label", "slice", "lang", "text", "links"}, where
        assert row["slice"] in (COUNTERFEIT if row["label"] == "counterfeit" else HONEST), where
        assert row["label"] in {"counterfeit", "honest"}, where
        assert row["lang"] in {"zh", "en", "zh-Hant", "ja", "mixed"}, where
        assert words_of(row).strip(), where
        assert len(row["links"]) <= 3, where


def test_there_are_enough_of_each() -> None:
    counts = Counter((file.parent.name, row["label"]) for file in FILES for row in lines(file))
    assert counts["train", "counterfeit"] >= 1_500
    assert counts["train", "honest"] >= 2_500
    assert counts["test", "counterfeit"] + counts["test", "honest"] >= 500


def test_no_post_is_nearly_another_one() -> None:
    index = MinHashLSH(threshold=NEAR, num_perm=64)
    known: dict[str, set[str]] = {}
    repeats = []
    for file in FILES:
        for number, row in enumerate(lines(file), 1):
            name, mine = f"{name_of(file)}:{number}", shingles(words_of(row))
            sketch = MinHash(num_perm=64)
            sketch.update_batch([s.encode() for s in mine])
            similar = ((other, len(mine & known[other]) / len(mine | known[other])) for other in index.query(sketch))
            repeats += [(name, other) for other, share in similar if share >= NEAR]
            index.insert(name, sketch)
            known[name] = mine
    assert repeats == []


def test_the_check_would_find_a_repeated_post() -> None:
    one, other = shingles("香奈儿爆款链条包 298包邮 加微信看图"), shingles("香奈儿爆款链条包，288 包邮！加微信看图")
    assert len(one & other) / len(one | other) >= NEAR
