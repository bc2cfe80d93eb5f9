"""What differs between two rulebooks is said in words, and what may be harsher counts as harsher."""

from __future__ import annotations

import re

import pytest

from enforcement.rulebook import Rulebook, parse_rulebook
from enforcement.rulebook_diff import differences, is_harsher, notice_days
from tests.enforcement.test_rulebook import SOURCE

OLD = parse_rulebook(SOURCE, "1.0.0.yaml")


def changed(*changes: tuple[str, str]) -> Rulebook:
    """The shipped book with other text in places."""
    text = SOURCE.decode()
    for before, after in changes:
        assert text.count(before) >= 1, before
        text = text.replace(before, after, 1)
    return parse_rulebook(text.encode(), "new.yaml")


CASES = {
    "more points": (("    points: 4\n    lapse_days: 180", "    points: 6\n    lapse_days: 180"), "class B", "harsher"),
    "fewer points": (
        ("    points: 48\n    lapse_days: 730", "    points: 40\n    lapse_days: 730"),
        "class E",
        "milder",
    ),
    "a longer lapse": (("lapse_days: 365", "lapse_days: 400"), "class D", "harsher"),
    "a shorter lapse": (("lapse_days: 90", "lapse_days: 60"), "class A", "milder"),
    "another condition": (("distinct_targets >= 5", "distinct_targets >= 6"), "rule C2", "harsher"),
    "an earlier step": (
        ("  - points: 36\n    kind: suspend", "  - points: 30\n    kind: suspend"),
        "step 36",
        "harsher",
    ),
    "a longer step": (("duration_days: 21", "duration_days: 30"), "step 36", "harsher"),
    "a shorter step": (("duration_days: 7\n", "duration_days: 5\n"), "step 12", "milder"),
    "fewer people": (("    people: 2\n", "    people: 1\n"), "step 48", "harsher"),
    "a longer hold": (("hold_hours: 72", "hold_hours: 96"), "limits", "harsher"),
    "a shorter hold": (("hold_hours: 72", "hold_hours: 48"), "limits", "milder"),
    "a shorter window": (("window_days: 180", "window_days: 170"), "appeals", "harsher"),
    "other words": (("en: Formal warning", "en: A formal warning"), "texts", "other"),
    "points for the past": (
        ("points_for_posts_before_confirmation: false", "points_for_posts_before_confirmation: true"),
        "limits",
        "harsher",
    ),
    "no warning needed": (("suspension_needs_warning: true", "suspension_needs_warning: false"), "limits", "harsher"),
    "another window of an incident": (("incident_hours: 72", "incident_hours: 96"), "limits", "harsher"),
}


def test_a_book_does_not_differ_from_itself() -> None:
    assert differences(OLD, OLD) == ()
    assert notice_days(OLD, OLD) == OLD.notice_days.other


@pytest.mark.parametrize("name", CASES)
def test_a_change_is_told_with_its_place_and_direction(name: str) -> None:
    change, where, direction = CASES[name]
    (found,) = differences(OLD, changed(change))
    assert (found.where, found.direction) == (where, direction)
    assert re.search(r"[\u4e00-\u9fff]", found.text.zh)
    assert not re.search(r"[\u4e00-\u9fff]", found.text.en)


@pytest.mark.parametrize("name", CASES)
def test_what_is_harsher_one_way_is_not_harsher_both_ways_unless_it_cannot_be_compared(name: str) -> None:
    change, _, direction = CASES[name]
    back = differences(changed(change), OLD)[0].direction
    opposite = {"harsher": "milder", "milder": "harsher", "other": "other"}[direction]
    assert back == ("harsher" if name in {"another condition", "another window of an incident"} else opposite)


def test_one_harsher_change_among_milder_ones_needs_the_longer_notice() -> None:
    new = changed(("hold_hours: 72", "hold_hours: 48"), ("lapse_days: 365", "lapse_days: 400"))
    assert is_harsher(OLD, new)
    assert notice_days(OLD, new) == OLD.notice_days.harsher
    assert notice_days(OLD, changed(("hold_hours: 72", "hold_hours: 48"))) == OLD.notice_days.other


def test_a_new_rule_and_a_rule_that_is_gone() -> None:
    rule = """      - id: C2
        text:
          zh: 同一次事件中，经认定的不同假货目标达到五个。
          en: One incident holds five or more different confirmed counterfeit targets.
        when: incident.distinct_targets >= 5
"""
    without = changed((rule, ""))
    assert [(c.where, c.direction) for c in differences(OLD, without)] == [("rule C2", "milder")]
    assert [(c.where, c.direction) for c in differences(without, OLD)] == [("rule C2", "harsher")]


def test_blanks_in_a_condition_are_no_change() -> None:
    assert differences(OLD, changed(("distinct_targets >= 5", "distinct_targets   >=   5"))) == ()


def test_whoever_is_asked_for_less_notice_than_was_promised_gets_what_was_promised() -> None:
    """The old book's promise holds for leaving it."""
    days = OLD.notice_days
    new = changed((f"harsher: {days.harsher}", "harsher: 2"), ("lapse_days: 365", "lapse_days: 400"))
    assert notice_days(OLD, new) == days.harsher
