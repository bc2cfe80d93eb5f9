"""What a person sees before deciding: the text with its evidence, and what confirming would really do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from platform_world import BAG, Platform, WordDetector

from adapters.sql.store import SqlStore
from detector.links import read_link
from detector.types import Picture
from service.answers import ReasonAnswer
from service.dossier import Dossiers, pieces_of

TARGET = read_link(BAG).target


@pytest.fixture
def platform(store: SqlStore) -> Platform:
    return Platform(store)


@pytest.fixture
def dossiers(platform: Platform) -> Dossiers:
    numbers = iter(range(10_000))
    return Dossiers(platform.store, platform.books, platform.clock, lambda: f"d{next(numbers)}", WordDetector().reader)


def reason(start: int, end: int) -> ReasonAnswer:
    return ReasonAnswer("claim.copy", "仿", "copy", None, (start, end), 1.0)


def test_the_evidence_is_marked_where_it_stands(platform: Platform, dossiers: Dossiers) -> None:
    platform.post("p1", text="看💼高仿包包")
    (post,) = dossiers.target(TARGET).posts
    assert [(p.text, p.reason is not None) for p in post.pieces] == [("看💼", False), ("高仿", True), ("包包", False)]


@given(st.text(max_size=30), st.lists(st.tuples(st.integers(-3, 40), st.integers(-3, 40)), max_size=6))
def test_pieces_are_the_text_whatever_the_spans_are(text: str, spans: list[tuple[int, int]]) -> None:
    assert "".join(piece.text for piece in pieces_of(text, [reason(*span) for span in spans])) == text


def test_what_confirming_will_do_is_what_it_does(platform: Platform, dossiers: Dossiers) -> None:
    platform.decide("counterfeit", f"{BAG}9")
    for account in ("a1", "a2"):
        platform.post(f"{account}-0", account, links=(f"{BAG}9",))
    platform.at(5)
    for account in ("a1", "a2", "a3"):
        platform.post(f"{account}-1", account)
    said = dossiers.target(TARGET).effect
    assert said is not None
    before = platform.ledger_length()
    assert (said.accounts, said.tried, platform.ledger_length()) == (3, 3, before), "nothing was kept"
    platform.decide("counterfeit")
    done: dict[str, int] = {}
    for account in ("a1", "a2", "a3"):
        for action in platform.status.account(account).history:
            if action.ordered_at == platform.clock.now() and action.until is None:
                done[action.kind] = done.get(action.kind, 0) + 1
    assert said.orders == done


def test_decisions_are_told_newest_first(platform: Platform, dossiers: Dossiers) -> None:
    platform.post("p1")
    platform.decide("counterfeit")
    platform.at(1)
    platform.decide("genuine", actor="olga")
    found = dossiers.target(TARGET)
    assert [(d.decision, d.actor) for d in found.decisions] == [("genuine", "olga"), ("counterfeit", "mia")]
    assert found.effect is None


def test_many_posts_come_in_pages(platform: Platform, dossiers: Dossiers) -> None:
    for number in range(45):
        platform.post(f"p{number}", f"a{number}")
    sizes, after = [], 0
    while True:
        page = dossiers.target(TARGET, after)
        sizes.append(len(page.posts))
        if page.next is None:
            break
        after = page.next
    assert sizes == [20, 20, 5]


def test_a_target_that_was_never_seen_has_an_empty_dossier(dossiers: Dossiers) -> None:
    empty = dossiers.target("shop:none.example")
    assert (empty.state, empty.posts, empty.steps, empty.effect) == ("unknown", (), (), None)


def test_what_pictures_say_is_shown_and_masked(platform: Platform, dossiers: Dossiers) -> None:
    platform.post(
        "p1",
        pictures=(
            Picture("加微信 lv8888", ("https://u.wechat.com/EKJ", "https://shop.example/"), "d6a5" * 16),
            Picture(),
        ),
    )
    (post,) = dossiers.target(TARGET).posts
    assert post.is_masked
    assert [one.alt for one in post.pictures] == ["加微信 lv••••", ""]
    assert post.pictures[0].qr == ("ht" + "•" * 22, "https://shop.example/")
    (post,) = dossiers.target(TARGET, unmasked=True).posts
    assert post.pictures[0].alt == "加微信 lv8888"
