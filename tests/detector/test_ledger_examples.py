"""Decided posts as examples: no copies, within caps, no target and no text on two sides, a bounded part in training."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from datetime import UTC, datetime
from typing import Any
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.decided_posts import LOOKS, DecidedPost
from detector.examples import Example
from detector.ledger_examples import MOST_OF_ACCOUNT, MOST_OF_TARGET, ledger_examples, side_of
from detector.ledger_weights import ledger_part, share_out
from detector.rows import Row, row_weights, rows_of
from detector.score import default_reader
from detector.train import train
from detector.types import Observation

NOW = datetime(2026, 11, 1, tzinfo=UTC)
WORDS = "包鞋表衣帽伞灯椅书笔杯碗琴球车花茶酒米面"


def decided(number: int, target: str = "shop:a.example", **changes: Any) -> DecidedPost:
    values: dict[str, Any] = {
        "target": target,
        "counterfeit": True,
        "decided_at": NOW,
        "look": "held",
        "weight": 1.0,
        "post_id": f"p-{target}-{number}",
        "account_id": f"a{number}",
        "posted_at": NOW,
        "text": distinct(crc32(f"{number} {target}".encode())),
        "url": f"https://{target.removeprefix('shop:')}/{number}",
        "links": (f"https://{target.removeprefix('shop:')}/{number}",),
        "n_links": 1,
    }
    return DecidedPost(**values | changes)


def distinct(seed: int) -> str:
    """A text that is nearly no other."""
    draw = random.Random(seed)  # noqa: S311 - made-up texts
    return "".join(draw.choice(WORDS) for _ in range(40))


# examples


def test_an_example_says_all_that_a_post_does():
    post = decided(
        1, look="sampled", weight=7.0, counterfeit=False, links=("https://a.example/1", "https://b.example/")
    )
    (example,) = ledger_examples([[post]]).examples
    assert (example.counterfeit, example.source, example.slice) == (False, "ledger", "cleared_sampled")
    assert (example.text, example.url, example.links) == (post.text, post.url, post.links)
    assert (example.name, example.weight, example.group) == (post.post_id, 7.0, "target:shop:a.example")
    assert example.page is None


def test_a_link_alone_has_no_text():
    assert ledger_examples([[decided(1, text="  ")]]).examples[0].text is None


def test_near_copies_of_a_target_are_kept_once():
    text = "LV包包专柜品质一比一高仿，只要298元，加V信 lv8888 看相册，全国包邮"
    posts = [decided(n, text=text.replace("298", str(298 + n))) for n in range(4)]
    posts += [decided(10, text="看图"), decided(11, text="看图"), decided(12, text="看图 "), decided(13)]
    found = ledger_examples([posts])
    assert [p.post_id for p in found.posts] == [posts[0].post_id, posts[4].post_id, posts[7].post_id]
    assert (found.copies, found.beyond_caps, found.targets) == (5, 0, 1)


def test_a_copy_in_disguise_is_a_copy():
    text = "LV包包专柜品质一比一高仿，只要298元，加V信 lv8888 看相册，全国包邮"
    wide = text.translate({c: c + 0xFEE0 for c in range(0x21, 0x7F)})
    assert ledger_examples([[decided(1, text=text), decided(2, text=wide)]]).copies == 1


def test_a_target_and_an_account_are_capped():
    many = ledger_examples([[decided(n) for n in range(30)]])
    assert (len(many.examples), many.beyond_caps) == (MOST_OF_TARGET, 30 - MOST_OF_TARGET)
    one = ledger_examples([[decided(1, f"shop:{n}.example", account_id="a")] for n in range(50)])
    assert (len(one.examples), one.beyond_caps) == (MOST_OF_ACCOUNT, 50 - MOST_OF_ACCOUNT)


def test_a_post_of_two_targets_is_learned_from_once():
    one = decided(1)
    found = ledger_examples([[one], [decided(1, "shop:b.example", post_id=one.post_id, text=one.text)]])
    assert (len(found.examples), found.copies) == (1, 1)


def test_targets_that_share_a_text_stand_on_one_side():
    shared = distinct(5)
    targets = [[decided(n, f"shop:{n}.example", text=shared), decided(99, f"shop:{n}.example")] for n in range(40)]
    groups = {example.group for example in ledger_examples(targets).examples}
    assert groups == {"target:shop:0.example"}
    apart = [[decided(n, f"shop:{n}.example")] for n in range(40)]
    assert len({example.group for example in ledger_examples(apart).examples}) == 40


def test_links_without_text_tie_no_targets():
    targets = [[decided(n, f"shop:{n}.example", text="")] for n in range(10)]
    assert len({example.group for example in ledger_examples(targets).examples}) == 10


def test_none_is_for_calibration_and_a_fifth_is_kept_apart():
    sides = Counter(side_of(f"target:{n}") for n in range(5_000))
    assert set(sides) == {"train", "test"}
    assert sides["test"] / 5_000 == pytest.approx(0.2, abs=0.02)


POSTS = st.builds(
    decided,
    st.integers(0, 40),
    st.sampled_from([f"shop:{c}.example" for c in "abcdefgh"]),
    counterfeit=st.booleans(),
    text=st.sampled_from(["", "看图", *(distinct(n) for n in range(12))]),
    account_id=st.sampled_from(["a", "b", "c"]),
    weight=st.floats(1, 100),
    look=st.sampled_from(LOOKS),
)


@settings(deadline=None)
@given(st.lists(POSTS, max_size=40, unique_by=lambda p: p.post_id))
def test_whatever_the_record_no_group_has_two_sides_and_no_cap_is_passed(posts):
    targets: dict[str, list[DecidedPost]] = defaultdict(list)
    for post in posts:
        targets[post.target].append(post)
    found = ledger_examples(targets.values())
    assert found == ledger_examples(targets.values()), "the same every time"
    assert len(found.examples) + found.copies + found.beyond_caps == len(posts)
    sides: dict[str, set[str]] = defaultdict(set)
    for post, example in zip(found.posts, found.examples, strict=True):
        for tie in (example.group, post.target, post.text):
            if tie:
                sides[tie].add(example.split)
    assert {tie for tie, splits in sides.items() if len(splits) > 1} == set()
    assert max(Counter(p.target for p in found.posts).values(), default=0) <= MOST_OF_TARGET
    assert max(Counter(p.account_id for p in found.posts).values(), default=0) <= MOST_OF_ACCOUNT


# weights


def row(
    *, counterfeit: bool, source: str = "ledger", weight: float = 1.0, view: str = "text", split: str = "train",
    sign: str = "claim.replica",
) -> Row:  # fmt: skip
    example = Example(counterfeit, source, "x", "g", split, weight=weight)  # type: ignore[arg-type]
    return Row(example, view, {sign: Observation(1.0)}, natural=True)


def others(count: int = 100) -> list[Row]:
    return [row(counterfeit=n % 2 == 0, source="samples") for n in range(count)]


def part_of(rows: list[Row], *, counterfeit: bool, view: str = "text") -> float:
    weights = row_weights(rows)
    group = [i for i, r in enumerate(rows) if r.example.counterfeit == counterfeit and r.view == view]
    ours = [i for i in group if rows[i].example.source == "ledger"]
    return float(weights[ours].sum() / weights[group].sum())


def test_a_large_record_is_held_to_its_share():
    rows = others() + [row(counterfeit=n % 2 == 0, weight=1 + n % 9) for n in range(5_000)]
    assert ledger_part(rows) > 0.8
    shared = share_out(rows, 0.2)
    assert ledger_part(shared) == pytest.approx(0.2)
    for label in (True, False):
        assert part_of(shared, counterfeit=label) == pytest.approx(0.2)


def test_a_small_record_weighs_what_any_source_of_its_size_does():
    rows = others(1_000) + [row(counterfeit=n % 2 == 0) for n in range(6)]
    assert ledger_part(share_out(rows, 0.4)) == pytest.approx(ledger_part(rows))


def test_within_the_record_weights_keep_their_proportion():
    rows = [*others(), row(counterfeit=True, weight=9.0), row(counterfeit=True, weight=3.0), row(counterfeit=False)]
    weights = row_weights(share_out(rows, 0.2))
    assert weights[100] / weights[101] == pytest.approx(3.0)


def test_a_class_that_the_record_does_not_have_is_left_alone():
    rows = [*others(), *(row(counterfeit=True, weight=5.0) for _ in range(500))]
    shared = share_out(rows, 0.2)
    assert [r.example.weight for r in shared if not r.example.counterfeit] == [1.0] * 50
    assert part_of(shared, counterfeit=True) == pytest.approx(0.2)


def test_rows_that_are_kept_apart_are_given_back_as_they_are():
    apart = [
        row(counterfeit=True, weight=7.0, split="test"),
        row(counterfeit=False, source="samples", split="calibrate"),
    ]
    shared = share_out([*others(), *(row(counterfeit=True) for _ in range(50)), *apart], 0.1)
    assert shared[-2:] == apart


ROWS = st.lists(
    st.builds(
        row,
        counterfeit=st.booleans(),
        source=st.sampled_from(["ledger", "samples", "hosts"]),
        weight=st.floats(1, 100),
        view=st.sampled_from(["text", "url", "url+text"]),
    ),
    min_size=1,
    max_size=60,
).map(
    lambda rows: [
        r
        if r.example.source == "ledger"
        else row(counterfeit=r.example.counterfeit, source=r.example.source, view=r.view)
        for r in rows
    ]
)


@given(ROWS, st.floats(0.01, 0.5))
def test_whatever_the_rows_weights_are_positive_and_the_share_is_kept(rows, share):
    shared = share_out(rows, share)
    assert shared == share_out(rows, share)
    before, after = (
        row_weights(
            [r if r.example.source != "ledger" else row(counterfeit=r.example.counterfeit, view=r.view) for r in rows]
        ),
        row_weights(shared),
    )
    assert (after > 0).all()
    assert all(math.isfinite(w) for w in after)
    groups: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for i, r in enumerate(shared):
        groups[r.view, r.example.counterfeit].append(i)
    for places in groups.values():
        ours = [i for i in places if shared[i].example.source == "ledger"]
        assert after[ours].sum() <= share * before[places].sum() * (1 + 1e-9)
        if len(ours) < len(places):
            assert after[places].sum() == pytest.approx(before[places].sum()), "the class weighs what it did"


def known() -> list[Row]:
    """What the other sources show: copies are called so, and honest links lead to a brand's own site."""
    return [
        row(counterfeit=label, source="samples", split=split, sign="claim.replica" if label else "url.brand_own_site")
        for label in (True, False)
        for split in ("train", "calibrate")
        for _ in range(200)
    ]


def test_a_model_learns_from_the_record_within_its_share():
    """A sign that the other sources never show gets a weight; where it contradicts them, they have the last word."""
    new = [row(counterfeit=True, sign="claim.grade") for _ in range(300)]
    against = [row(counterfeit=False, sign="claim.replica", weight=100.0) for _ in range(3_000)]
    assert "claim.grade" not in train(known(), "x")[0].weights
    taught = train(share_out(known() + new, 0.2), "x")[0]
    assert taught.weights["claim.grade"] > 0
    drowned, held = (
        train(rows, "x")[0].weights.get("claim.replica", 0.0)
        for rows in (known() + against, share_out(known() + against, 0.2))
    )
    assert held > 1.5 * drowned


def test_the_record_chooses_no_threshold_and_no_calibration():
    """Honest posts of it were flagged by a model: they would move thresholds to where that model erred."""
    flagged = [row(counterfeit=False, sign="claim.replica", view="text") for _ in range(500)]
    _, alone = train(known(), "x")
    model, how = train(share_out(known() + flagged, 0.2), "x")
    assert how["real_honest_posts"]["posts"] == alone["real_honest_posts"]["posts"] == 400
    unseen_view = [row(counterfeit=n % 2 == 0, sign="claim.replica", view="page") for n in range(200)]
    with_view, _ = train(share_out(known() + flagged + unseen_view, 0.2), "x")
    assert with_view.views["page"] == with_view.views["url+page"], "a view that only the record has borrows its line"
    assert model.thresholds.hold < 1


def test_examples_of_the_record_are_read_as_any_others():
    found = ledger_examples([[decided(1, text="高仿LV包包298元 加V信 lv8888")]])
    rows = rows_of(found.examples, default_reader())
    assert {r.view for r in rows} == {"url", "text", "url+text"}
    assert sum(r.natural for r in rows) == 1
