"""Signs strewn all over a text are taken out; ordinary lists, names and short lines stay as they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.text import read_text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("c.h*e|a-p lo~uis vui_tton b.a*gs 2*9|8", "cheap louis vuitton bags 298"),
        ("高*仿|包_包 l.v 2-9*8", "高仿包包 lv 298"),
        ("ch\nea\np L\nV b\na\ng 高\n仿", "cheap lv bag 高仿"),
    ],
)
def test_reads_what_is_strewn_with_signs(written: str, read: str) -> None:
    assert read_text(written).plain == read
    assert any(disguise.kind == "split" for disguise in read_text(written).disguises)


@pytest.mark.parametrize(
    "text",
    [
        "s|m|l|xl 现货",
        "a_user_name and another_name",
        "#a_b *bold* t-shirt and/or 24/7",
        "aj1 210\naj4 260\ndunk 170\n空军 130\nnb 200\ngt 190",
        "今天天气很好\n我们去公园吧\n下午回来吃饭\n晚上看个电影\n明天上班\n加油",
        "2.5-3.5 kg, 10/12/2026",
    ],
)
def test_leaves_ordinary_signs_and_lines(text: str) -> None:
    assert read_text(text).plain == text


@given(st.text(alphabet="ab高仿包29*|_~·.-/\n ", max_size=120))
def test_reading_again_changes_nothing_and_places_stay(text: str) -> None:
    read = read_text(text)
    assert read_text(read.plain).plain == read.plain
    for start in range(len(read.plain)):
        first, last = read.span(start, start + 1)
        assert 0 <= first <= last <= len(text)
