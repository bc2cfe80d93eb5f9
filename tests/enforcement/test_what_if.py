"""What the page says would happen is what the rules do."""

from __future__ import annotations

import pytest

from enforcement.rulebook import load_rulebooks
from enforcement.what_if import Consequence, Measure, Occasion, what_if

BOOK = load_rulebooks().latest()


def consequences(*occasions: Occasion) -> list[Consequence]:
    return what_if(BOOK, occasions)


def test_the_first_time_is_a_warning_without_points() -> None:
    (only,) = consequences(Occasion(0))
    assert (only.grade, only.points, only.state, only.measures) == ("A", 0, "warned", (Measure("warn", None, 0),))


def test_after_a_warning_points_add_up_to_the_step() -> None:
    told = consequences(*(Occasion(10 * n) for n in range(4)))
    assert [one.together for one in told] == [0, 4, 8, 12]
    assert [one.state for one in told] == ["warned", "warned", "warned", "restricted"]
    assert told[3].measures == (Measure("restrict_links", 7, 0),)


def test_points_lapse() -> None:
    lapse = next(c.lapse_days for c in BOOK.classes if c.id == "B")
    assert [one.together for one in consequences(Occasion(0), Occasion(10), Occasion(11 + lapse))] == [0, 4, 0]


def test_within_the_window_it_is_one_incident() -> None:
    assert [one.goes_on for one in consequences(Occasion(0), Occasion(1), Occasion(5))] == [False, True, False]


def test_what_was_removed_at_once_costs_less() -> None:
    kept, removed = (consequences(Occasion(0), Occasion(10, removed=gone))[1].points for gone in (False, True))
    assert (kept, removed) == (4, 2)


def test_what_people_must_decide_is_not_done_yet() -> None:
    (only,) = consequences(Occasion(0, health_risk=True))
    assert Measure("ban", None, 2) in only.measures
    assert only.state != "banned"


def test_a_disguise_is_graver() -> None:
    assert consequences(Occasion(0), Occasion(10, disguised=True))[1].grade == "D"


def test_the_order_in_which_they_are_named_does_not_matter() -> None:
    occasions = (Occasion(0), Occasion(10, posts=3, targets=3), Occasion(30))
    assert consequences(*occasions) == consequences(*reversed(occasions))


@pytest.mark.parametrize("account_type", ["private", "business", "affiliate", "promoter"])
def test_each_kind_of_account_is_judged(account_type: str) -> None:
    assert len(what_if(BOOK, [Occasion(0), Occasion(0)], account_type)) == 2


def test_without_occasions_nothing_happens() -> None:
    assert consequences() == []
