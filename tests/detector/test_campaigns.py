"""Ties between accounts: found for good reasons, told with them, and not for what honest people share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from detector.campaigns import SharedPost, Tie, ties_between

START = datetime(2026, 10, 1, tzinfo=UTC)
AD = "LV老花包包到货 专柜同款 细节到位 支持验货 需要的朋友抓紧 名额不多"


def post(target: str = "t1", text: str = AD, minutes: float = 0) -> SharedPost:
    return SharedPost(target, text, START + timedelta(minutes=minutes))


def tie(mine: list[SharedPost], other: list[SharedPost]) -> Tie | None:
    found = ties_between(mine, {"b": other})
    return found[0] if found else None


def kinds(found: Tie | None) -> list[str]:
    return [] if found is None else [reason.kind for reason in found.reasons]


def test_the_same_contact_is_a_tie_however_it_is_written() -> None:
    found = tie([post(text="要的加微信 lv8888")], [post("t2", "另一家店 ＶＸ：lv8888")])
    assert kinds(found) == ["contact"]
    assert found is not None
    assert found.wants_review
    assert "lv8888" in found.reasons[0].evidence


def test_nearly_the_same_text_is_a_tie_with_something_else_only() -> None:
    found = tie([post()], [post("t2", f"{AD}啦", 900)])
    assert kinds(found) == ["template"]
    assert found is not None
    assert not found.wants_review


def test_the_same_targets_at_the_same_moments_are_two_reasons() -> None:
    mine = [post(f"t{n}", f"今天的第{n}件，喜欢的看看", n * 600) for n in range(3)]
    other = [post(f"t{n}", f"随便发发 {n}", n * 600 + 4) for n in range(3)]
    found = tie(mine, other)
    assert kinds(found) == ["timing", "target"]
    assert found is not None
    assert found.wants_review


def test_one_shared_link_is_no_tie() -> None:
    assert tie([post(text="这个包好看")], [post(text="求鉴定，是真的吗", minutes=1)]) is None


def test_short_everyday_words_are_no_template() -> None:
    assert tie([post(text="好看")], [post("t2", "好看")]) is None


def test_an_invitation_without_an_address_is_no_contact() -> None:
    assert tie([post(text="喜欢的加我")], [post("t2", "想要的加我")]) is None


def test_what_wants_review_comes_first() -> None:
    others = {"a": [post("t2", minutes=900)], "z": [post("t2", "加微信 lv8888", 900)]}
    found = ties_between([post(text=AD), post("t3", "加微信 lv8888")], others)
    assert [t.account_id for t in found] == ["z", "a"]


@given(st.lists(st.tuples(st.sampled_from(["t1", "t2"]), st.text(max_size=60), st.integers(0, 5_000)), max_size=6))
def test_a_tie_is_the_same_from_both_sides(rows: list[tuple[str, str, int]]) -> None:
    mine = [post(*row) for row in rows[::2]]
    theirs = [post(*row) for row in rows[1::2]]
    assert kinds(tie(mine, theirs)) == kinds(tie(theirs, mine))
