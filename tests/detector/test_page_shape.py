"""How a page is built: the same for what one shop copies, another for strangers, none for what cannot be told."""

from __future__ import annotations

import numpy as np
import pytest

from detector.near_duplicates import similarity
from detector.page_shape import FEWEST, shape_of

MAKER = (
    "grid",
    "card",
    "shelf",
    "badge",
    "price",
    "old",
    "photo",
    "buy",
    "note",
    "foot",
    "bar",
    "menu",
    "hero",
    "tile",
)


def page(maker: str, goods: int = 3, words: str = "LV 包包 298 元") -> str:
    """A shop that somebody has built by hand: ``maker`` stands in the names of its classes."""
    frame = "".join(
        f"<div class='{maker}-{name}'><p class='{maker}-{name}-in'><b>{words}</b></p></div>" for name in MAKER
    )
    item = f"<li class='{maker}-item'><img class='{maker}-pic'><span class='{maker}-cost'>{words}</span></li>"
    return f"<html><head><title>{words}</title></head><body>{frame}<ul>{item * goods}</ul></body></html>"


def test_other_words_and_more_goods_change_no_shape() -> None:
    one, other = shape_of(page("x")), shape_of(page("x", goods=90, words="Nike 球鞋 199"))
    assert len(one) >= FEWEST
    assert np.array_equal(one, other)


def test_numbers_within_the_names_of_items_change_no_shape() -> None:
    assert np.array_equal(shape_of(page("sku1001")), shape_of(page("sku2")))


def test_what_strangers_build_has_little_in_common() -> None:
    assert similarity(shape_of(page("x")), shape_of(page("y"))) < 0.1


@pytest.mark.parametrize(
    "mark", ["https://cdn.shopify.com/s/a.js", "/WP-Content/themes/a.css", "https://www.wixstatic.com/a"]
)
def test_a_page_of_a_shop_system_has_no_shape_of_its_own(mark: str) -> None:
    assert len(shape_of(page("x") + f"<script src='{mark}'></script>")) == 0


def test_a_plain_page_has_no_shape() -> None:
    assert len(shape_of("<html><body><h1>小店</h1><p>欢迎光临</p></body></html>")) == 0


@pytest.mark.parametrize(
    "html", ["", "\x00", "\ud800", "<" * 100_000, "<div>" * 60_000, f"<p class='{'a ' * 90_000}'>", "<a b=" * 9_000]
)
def test_hostile_pages_are_read_or_left_out(html: str) -> None:
    assert len(shape_of(html)) <= 100
