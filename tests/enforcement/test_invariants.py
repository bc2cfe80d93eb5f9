"""What holds for every record, not only for those that somebody thought of."""

from __future__ import annotations

import random
from datetime import timedelta

import msgspec
from account_world import ACCOUNT, World, at, finding, held
from hypothesis import given, settings
from hypothesis import strategies as st

from enforcement.incidents import judge
from enforcement.standing import AccountHistory, fold, fold_new, standing_at
from enforcement.types import Decision, Finding, LedgerEntry

few = settings(max_examples=60, deadline=None)
LATE = at(24 * 60)


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    """A finding of one of a few posts, which often fall into the same incidents."""
    post, hours = draw(st.integers(0, 11)), draw(st.integers(0, 20))
    target = f"t{draw(st.integers(0, 6))}"
    changes = {
        "account_type": draw(st.sampled_from(["private", "private", "business", "promoter"])),
        "organised": draw(st.integers(0, 9)) == 0,
        "disguised": draw(st.integers(0, 9)) == 0,
        "evasion": draw(st.integers(0, 9)) == 0,
    }
    if draw(st.integers(0, 4)) == 0:
        return held(f"p{post}", target, post * 40 + hours)
    if draw(st.integers(0, 3)) == 0:
        changes["confirmed_at"] = at(post * 40 + 30)
    return finding(f"p{post}", target, post * 40 + hours, **changes)


lists = st.lists(findings(), min_size=1, max_size=14)


def _outcome(world: World):
    incidents = judge(world.history, world.books, world.now).incidents
    return [(j.incident.opened_at, j.incident.grade, j.incident.points) for j in incidents], world.standing().lapses


def _live(found: list[Finding]) -> World:
    """Findings come in as they were posted; each is told at once."""
    world = World()
    for one in sorted(found, key=lambda f: f.posted_at):
        world.find(one)
    return world


@few
@given(lists, st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_arrival_changes_no_class_and_no_points(found: list[Finding], shuffle: random.Random, warned):
    late = [msgspec.structs.replace(f, found_at=LATE) for f in found]
    shuffled = list(late)
    shuffle.shuffle(shuffled)
    worlds = []
    for order in (late, shuffled):
        world = World()
        if warned:
            world.find(finding("earlier", "t9", -200))
        for one in order:
            world.find(one, deliver=False)
        worlds.append(world)
    assert _outcome(worlds[0]) == _outcome(worlds[1])


@few
@given(lists)
def test_deciding_again_orders_nothing(found: list[Finding]):
    world = World()
    for one in sorted(found, key=lambda f: f.posted_at):
        world.find(one)
        assert world.settle() == Decision()


@few
@given(lists, st.integers(0, 6), st.integers(0, 11))
def test_deciding_again_orders_nothing_after_clearing_and_removing(found: list[Finding], target: int, post: int):
    world = _live(found)
    world.remove(f"p{post}", world.now + timedelta(hours=2))
    assert world.settle() == Decision()
    world.withdraw(f"t{target}")
    assert world.settle() == Decision()


@few
@given(lists, st.integers(0, 6))
def test_an_exemption_never_makes_points_higher(found: list[Finding], target: int):
    world = _live(found)
    before = world.standing()
    world.withdraw(f"t{target}")
    assert world.standing().points <= before.points


@few
@given(lists)
def test_withdrawing_everything_leaves_nothing(found: list[Finding]):
    world = _live(found)
    for target in range(7):
        world.withdraw(f"t{target}")
    standing = world.standing()
    assert (standing.state, standing.points, standing.lapses) == ("good", 0, ())
    assert not any(world.history.is_hidden(f.post_id, f.target, world.now) for f in found)


@few
@given(lists)
def test_holds_alone_never_touch_the_account(found: list[Finding]):
    world = World()
    for one in found:
        world.find(held(one.post_id, one.target, found_at=one.found_at, posted_at=one.posted_at))
    assert world.account_orders() == []
    assert world.standing().state == "good"


@few
@given(lists, st.integers(0, 40))
def test_folding_a_prefix_then_the_rest_equals_folding_all(found: list[Finding], cut: int):
    world = _live(found)
    world.withdraw("t1")
    world.remove("p1", world.now)
    lines = [
        LedgerEntry(
            e.stream, i, e.kind, e.occurred_at, e.occurred_at, msgspec.json.decode(msgspec.json.encode(e.body)), "", ""
        )
        for i, e in enumerate(world.entries)
    ]
    whole = fold(ACCOUNT, lines)
    assert whole == world.history
    assert fold(ACCOUNT, lines[cut:], fold(ACCOUNT, lines[:cut])) == whole
    assert fold_new(fold(ACCOUNT, lines[:cut]), world.entries[cut:], world.now) == whole


@few
@given(lists)
def test_no_sanction_by_the_service_exceeds_what_it_may_impose_alone(found: list[Finding]):
    world = _live(found)
    assert {a.order.kind for a in world.account_orders()} <= {"warn", "restrict_links"}
    assert all(a.order.step in {0, 12} for a in world.account_orders())


@few
@given(lists)
def test_the_account_was_told_of_every_point_that_stands(found: list[Finding]):
    world = _live(found)
    standing = world.standing()
    assert sum(a.order.points for a in world.account_orders()) >= standing.points


@few
@given(lists)
def test_incidents_have_ids_of_their_own(found: list[Finding]):
    ids = [j.incident.incident_id for j in judge(_live(found).history, World().books, LATE).incidents]
    assert len(ids) == len(set(ids))


def test_an_empty_record_stands_well():
    assert standing_at(AccountHistory(ACCOUNT), World().books, LATE).state == "good"
