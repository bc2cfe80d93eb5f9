"""Stances: who sells, and who talks about what others sell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.features.stance import STANCE
from detector.score import default_reader
from detector.stance import TALK
from tests.tables import wild_rows

READER = default_reader()
ROWS = wild_rows("stances")


def test_the_table_is_large_and_names_every_stance() -> None:
    assert len(ROWS) >= 150
    assert {row.values[1] for row in ROWS} == {*STANCE, "unknown"}
    assert sum(bool(row.marks) for row in ROWS) / len(ROWS) < 0.05


@pytest.mark.parametrize(("text", "stance"), ROWS)
def test_reads_the_stance_of_a_post(text: str, stance: str) -> None:
    assert READER.text(text).stance.name == stance


@pytest.mark.parametrize(("text", "stance"), [row for row in ROWS if not row.marks])
def test_shows_the_words_that_tell(text: str, stance: str) -> None:
    found = READER.text(text).stance
    if stance == "unknown":
        assert found.evidence is None
    else:
        assert found.span is not None
        assert text[found.span[0] : found.span[1]] == found.evidence


@pytest.mark.parametrize(
    "text", ["拒绝高仿，LV包包 300元 走量", "警惕假货！加V信 lv8888 看图", "求鉴定，招代理 一手货源 LV包包"]
)
def test_words_of_honesty_do_not_hide_an_offer(text: str) -> None:
    reading = READER.text(text)
    assert reading.stance.name == "selling"
    assert not reading.is_talk


@given(st.lists(st.sampled_from([str(row.values[0]) for row in ROWS]), max_size=4).map("，".join))
def test_one_stance_whatever_is_joined(text: str) -> None:
    reading = READER.text(text)
    assert reading.stance.name in {*STANCE, "unknown"}
    assert reading.is_talk == (reading.stance.name in TALK)
