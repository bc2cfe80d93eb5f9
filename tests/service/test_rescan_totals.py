"""What a rescan counts is the same however the rows are parted, and needs no more room than it may."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import rescan_totals
from service.judge import Remembered
from service.rescan_totals import REST, HeldTarget, Tally, Totals

HELD = Remembered(b"{}", "hold", ("t1",), ("louis_vuitton",), ("weidian.com",))
FINE = Remembered(b"{}", "allow", (), (), ("example.com",))
OCTOBER = datetime(2026, 10, 3, tzinfo=UTC)
Row = tuple[Remembered, datetime | None, int | None, str | None]
ROWS = st.lists(
    st.tuples(
        st.sampled_from([HELD, FINE]),
        st.sampled_from([None, OCTOBER]),
        st.sampled_from([None, 5]),
        st.sampled_from([None, "allow", "hold"]),
    ),
    max_size=20,
)


def counted(rows: list[Row], rejected: int = 0) -> Totals:
    tally = Tally()
    for row in rows:
        tally.add(*row)
    return tally.totals(rejected)


def test_rows_are_counted_by_verdict_brand_host_month_and_move() -> None:
    found = counted([(HELD, OCTOBER, 40, "allow"), (HELD, None, None, "hold"), (FINE, OCTOBER, 7, None)], rejected=2)
    assert (found.rows, found.answers, found.rejected) == (5, 3, 2)
    assert found.verdicts == {"hold": 2, "allow": 1}
    assert found.moves == {"allow>hold": 1, "hold>hold": 1}
    assert found.changed == 1
    assert found.groups == {
        "brand": {"louis_vuitton": {"hold": 2}},
        "host": {"weidian.com": {"hold": 2}, "example.com": {"allow": 1}},
        "month": {"2026-10": {"hold": 1, "allow": 1}},
    }
    assert found.held == {"t1": HeldTarget(2, 40)}


@given(rows=ROWS, cut=st.integers(0, 20))
def test_two_parts_come_to_the_same_as_the_whole(rows: list[Row], cut: int) -> None:
    parts = Totals()
    parts.merge(counted(rows[:cut], rejected=1))
    parts.merge(counted(rows[cut:]))
    whole = Totals()
    whole.merge(counted(rows, rejected=1))
    assert parts == whole


def test_names_without_end_need_no_room_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rescan_totals, "MOST_NAMES", 10)
    monkeypatch.setattr(rescan_totals, "KEPT_NAMES", 5)
    totals = Totals()
    for number in range(100):
        made_up = Remembered(b"{}", "hold", (f"made-up-{number}",), (), (f"shop{number}.example",))
        totals.merge(counted([(HELD, None, 3, None), (made_up, None, None, None)]))
    assert len(totals.held) <= 11
    assert len(totals.groups["host"]) <= 11
    assert totals.held["t1"] == HeldTarget(100, 300), "the heaviest is counted to the last row"
    assert sum(count.rows for count in totals.held.values()) == 200, "and none is lost"
    assert REST in totals.groups["host"]
