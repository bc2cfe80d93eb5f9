"""A simulation says what the rules would have made of what happened, and agrees with what they did make of it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from platform_world import BAG, SHOE, START, Platform, two_books

from adapters.engines.processes import in_processes
from adapters.sql.store import SqlStore
from enforcement.rulebook import Rulebooks, read_rulebook
from enforcement.simulate import FACTS, accounts_of, as_if_always, compare
from tests.enforcement.test_rulebook import BOOKS

UNTIL = START + timedelta(days=60)


@pytest.fixture
def platform(sqlite_store: SqlStore) -> Platform:
    """Three repeats by one account, one post by another, a promoter, and one that was cleared."""
    platform = Platform(sqlite_store)
    platform.decide("counterfeit")
    platform.decide("counterfeit", SHOE)
    for number in range(3):
        platform.at(100 * number)
        platform.post(f"p{number}")
    platform.post("q1", "a2")
    platform.post("r1", "a3", type_="promoter")
    platform.post("s1", "a4", links=("https://weidian.com/item.html?itemID=99",))
    return platform


def compared(platform: Platform, **books: object) -> dict[str, object]:
    entries = platform.store.entries_of(sorted(FACTS))
    found = compare(accounts_of(entries), books.get("before", platform.books), books["after"], UNTIL)  # type: ignore[arg-type]
    return {difference.account_id: difference for difference in found}


def test_under_the_same_books_it_comes_to_what_was_recorded(platform: Platform) -> None:
    platform.at(24 * 60)
    found = compared(platform, after=platform.books)
    assert set(found) == {"a1", "a2", "a3"}, "a hold alone is no matter of the account"
    for account_id, difference in found.items():
        assert difference.before == difference.after
        standing = platform.status.account(account_id)
        assert (difference.before.state, difference.before.points) == (standing.state, standing.points)


def test_under_the_strict_example_whoever_forwards_loses_the_account(platform: Platform) -> None:
    strict = as_if_always(read_rulebook(BOOKS / "examples" / "strict.yaml"))
    found = compared(platform, after=strict)
    for difference in found.values():
        assert difference.after.state == "banned" or 48 in difference.after.proposed


def test_a_milder_price_is_seen(platform: Platform, tmp_path) -> None:
    change = ("    points: 4\n    lapse_days: 180", "    points: 2\n    lapse_days: 180")
    new = as_if_always(two_books(tmp_path, change).latest())
    found = compared(platform, after=new)
    assert (found["a1"].before.points, found["a1"].after.points) == (8, 4)
    assert found["a2"].before == found["a2"].after


def test_what_was_cleared_counts_for_nothing(platform: Platform) -> None:
    platform.decide("genuine", BAG)
    found = compared(platform, after=as_if_always(platform.books.latest()))
    assert found["a2"].before.points == found["a2"].after.points == 0
    assert found["a2"].after.state == "good"


def test_the_two_orders_of_a_comparison_mirror_each_other(platform: Platform, tmp_path) -> None:
    new = as_if_always(two_books(tmp_path, ("lapse_days: 90", "lapse_days: 30")).latest())
    there = compared(platform, after=new)
    back = compared(platform, before=new, after=platform.books)
    assert {name: (d.before, d.after) for name, d in there.items()} == {
        name: (d.after, d.before) for name, d in back.items()
    }


def test_processes_that_share_the_accounts_come_to_the_same(platform: Platform) -> None:
    strict = as_if_always(read_rulebook(BOOKS / "examples" / "strict.yaml"))
    accounts = list(accounts_of(platform.store.entries_of(sorted(FACTS))))
    before = Rulebooks(platform.books.books)
    shared = in_processes(partial(compare, before=before, after=strict, until=UNTIL), [[a] for a in accounts], jobs=2)
    assert [difference for part in shared for difference in part] == compare(accounts, before, strict, UNTIL)
