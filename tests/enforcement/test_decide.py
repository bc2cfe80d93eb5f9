"""The ladder, as an account climbs it and comes down again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from account_world import ACCOUNT, SHIPPED, START, World, at, finding, held, kinds, spaced, with_book
from msgspec.structs import replace

from enforcement.decide import NoGroundError, decide, sanction_order
from enforcement.rulebook import Rulebooks, read_rulebook
from enforcement.standing import AccountHistory, entry_for_finding
from enforcement.types import Decision

STRICT = Rulebooks(
    [read_rulebook(Path(__file__).parents[2] / "enforcement" / "rulebooks" / "examples" / "strict.yaml")]
)
LINK = "disable_link A1 0"


def test_orders_nothing_for_an_account_without_findings():
    assert decide(AccountHistory(ACCOUNT), SHIPPED, START) == Decision()


# holds


def test_a_hold_hides_the_link_for_72_hours_and_touches_nothing_else():
    world = World()
    decision = world.find(held())
    (order,) = decision.orders
    assert (order.kind, order.rule, order.points, order.until, order.basis) == (
        "disable_link",
        "A1",
        0,
        at(72),
        "model",
    )
    assert world.standing().state == "good"
    assert world.history.is_hidden("p1", "t1", at(71))
    assert not world.history.is_hidden("p1", "t1", at(72))


def test_a_hold_that_ended_is_not_renewed():
    world = World()
    world.find(held())
    assert world.settle(at(100)) == Decision()


def test_a_hundred_holds_give_no_points():
    world = World()
    world.find(*(held(f"p{i}", f"t{i}", i) for i in range(100)))
    assert world.standing().points == 0
    assert world.standing().state == "good"


def test_a_confirmed_finding_replaces_the_hold_for_good():
    world = World()
    world.find(held())
    decision = world.find(finding(found_at=at(10), confirmed_at=at(10)))
    assert kinds(decision) == [LINK, "warn A2 0"]
    assert decision.reversals == ()
    assert world.history.is_hidden("p1", "t1", at(1000))


def test_a_cleared_target_is_shown_again_at_once():
    world = World()
    world.find(held())
    decision = world.withdraw("t1", at(5))
    assert [r.action_id for r in decision.reversals] == ["act0000"]
    assert not world.history.is_hidden("p1", "t1", at(5))


def test_a_superseded_hold_is_not_told_as_restored():
    world = World()
    world.find(held())
    world.find(finding(found_at=at(10), confirmed_at=at(10)))
    decision = world.withdraw("t1", at(20))
    reversed_ = {a.action_id: a.order for a in world.history.actions if a.reversed_at is not None}
    assert len(decision.reversals) == 2
    assert all(order.basis == "human" for order in reversed_.values())
    assert not world.history.is_hidden("p1", "t1", at(20))


# the ladder


def test_the_first_confirmed_link_is_a_warning_without_points():
    world = World()
    assert kinds(world.find(finding())) == [LINK, "warn A2 0"]
    assert world.standing().state == "warned"
    assert world.standing().points == 0


def test_another_link_after_the_delivered_warning_costs_four_points():
    world = World()
    world.find(finding())
    assert kinds(world.find(finding("p2", "t2", 100))) == [LINK, "warn B1 4"]
    assert world.standing().points == 4


def test_the_same_link_again_within_the_incident_makes_it_graver():
    world = World()
    world.find(finding())
    assert kinds(world.find(finding("p2", "t1", 1))) == [LINK, "warn B1 4"]
    assert kinds(world.find(finding("p3", "t1", 2))) == [LINK]
    assert world.standing().points == 4


def test_a_post_is_not_after_the_warning_that_answers_it():
    world = World()
    world.find(finding())
    assert world.settle(at(1)) == Decision()
    assert world.standing().points == 0


def test_a_clock_that_runs_ahead_makes_nobody_warned_before_the_post():
    world = World()
    world.find(finding(posted_at=at(3)), deliver=True)
    assert world.settle(at(5)) == Decision()
    assert world.standing().points == 0


def test_a_warning_does_not_count_within_half_an_hour_of_its_delivery():
    world = World()
    world.find(finding("p1"))
    assert [o.points for o in world.find(finding("p2", "t2", 0.4)).orders if o.kind != "disable_link"] == []
    assert [o.points for o in world.find(finding("p3", "t3", 0.6)).orders if o.kind != "disable_link"] == [4]


def test_an_undelivered_warning_is_no_warning():
    world = World()
    world.find(finding(), deliver=False)
    assert kinds(world.find(finding("p2", "t2", 1), deliver=False)) == [LINK]
    assert kinds(world.find(finding("p3", "t3", 200), deliver=False)) == [LINK]
    assert world.standing().points == 0


def test_a_warning_lapses_after_90_days():
    world = World()
    world.find(finding())
    assert world.standing(at(24 * 90 - 1)).state == "warned"
    assert world.standing(at(24 * 90)).state == "good"
    assert kinds(world.find(finding("p2", "t2", 24 * 91))) == [LINK, "warn A2 0"]


def test_points_lapse_after_180_days():
    world = World()
    world.find(finding())
    world.find(finding("p2", "t2", 100))
    (lapse,) = world.standing().lapses
    assert (lapse.points, lapse.at) == (4, at(100) + timedelta(days=180))
    assert world.standing(lapse.at - timedelta(seconds=1)).points == 4
    assert world.standing(lapse.at).points == 0


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"account_type": "promoter"}, ["restrict_links C1 12"]),
        ({"account_type": "affiliate"}, ["restrict_links C1 12"]),
        ({"account_type": "business"}, ["warn A2 0"]),
        ({"account_type": "something new"}, ["warn A2 0"]),
        ({"disguised": True}, ["restrict_links D1 24"]),
        ({"evasion": True}, ["restrict_links D2 24"]),
        ({"organised": True}, ["restrict_links E1 48"]),
        ({"health_risk": True}, ["restrict_links E2 48"]),
        ({"basis": "rights_holder"}, ["warn A2 0"]),
    ],
)
def test_the_gravest_class_decides(changes, expected):
    assert kinds(World().find(finding(**changes))) == [LINK, *expected]


def test_five_different_targets_in_one_incident_are_class_c():
    world = World()
    world.find(*(finding(f"p{i}", f"t{i}", i) for i in range(4)))
    assert [a.order.grade for a in world.account_orders()] == ["A"]
    decision = world.find(finding("p4", "t4", 5))
    assert kinds(decision) == [LINK, "restrict_links C2 12"]
    assert world.standing().state == "restricted"
    assert world.standing().until == at(5) + timedelta(days=7)
    assert world.standing().links_blocked_until == at(5) + timedelta(days=7)


def test_a_graver_class_costs_only_the_difference():
    world = World()
    world.find(finding())
    world.find(finding("p2", "t2", 1))
    assert kinds(world.find(*(finding(f"q{i}", f"u{i}", 2) for i in range(3)))) == [LINK, LINK, LINK, *_diff(8)]
    assert world.standing().points == 12


def _diff(points: int) -> list[str]:
    return [f"restrict_links C2 {points}"]


def test_the_third_incident_after_a_warning_reaches_the_restriction():
    world = World()
    said = [kinds(world.find(f))[-1] for f in spaced(5)]
    assert said == ["warn A2 0", "warn B1 4", "warn B1 4", "restrict_links B1 4", "warn B1 4"]
    assert world.standing().points == 16
    assert world.standing().state == "restricted"


def test_after_the_restriction_the_account_is_still_warned():
    world = World()
    for f in spaced(4):
        world.find(f)
    after = at(300) + timedelta(days=8)
    assert world.standing(after).state == "warned"
    assert world.standing(after).links_blocked_until is None


# what gives no points


def test_a_post_before_the_confirmation_gives_no_points_but_a_warning():
    world = World()
    decision = world.find(finding(account_type="promoter", confirmed_at=at(5), found_at=at(5)))
    assert kinds(decision) == [LINK, "warn A2 0"]


def test_a_warned_account_is_not_warned_again_for_what_it_could_not_know():
    world = World()
    world.find(finding())
    decision = world.find(finding("p2", "t2", 100, confirmed_at=at(200), found_at=at(200)))
    assert kinds(decision) == [LINK]


def test_a_rescan_of_old_posts_gives_one_warning():
    world = World()
    decision = world.find(*spaced(6, confirmed_at=at(1000), found_at=at(1000)))
    assert kinds(decision) == [LINK] * 6 + ["warn A2 0"]


def test_posts_made_before_the_last_sanction_give_no_points_when_they_are_found_later():
    world = World()
    world.find(finding())
    world.find(finding("p2", "t2", 200))
    decision = world.find(finding("p3", "t3", 100, found_at=at(300)))
    assert kinds(decision) == [LINK]
    assert world.standing().points == 4


def test_a_post_before_the_first_rulebook_only_loses_its_link():
    world = World()
    decision = world.find(finding(hours=-24 * 60, confirmed_at=at(-24 * 90), account_type="promoter"))
    assert kinds(decision) == [LINK]
    assert world.standing().state == "good"


def test_classes_a_to_c_add_at_most_12_points_a_day():
    world = World()
    world.find(finding())
    decision = world.find(*(finding(f"p{i}", f"t{i}", 100 * i, found_at=at(700)) for i in range(1, 6)))
    assert sum(o.points for o in decision.orders) == 12
    assert world.standing().points == 12


def test_removal_within_24_hours_of_the_notice_halves_class_b():
    world = World()
    world.find(finding())
    world.find(finding("p2", "t2", 100))
    assert world.remove("p2", at(123)) == Decision()
    assert world.standing().points == 2


def test_removal_after_24_hours_does_not():
    world = World()
    world.find(finding())
    world.find(finding("p2", "t2", 100))
    world.remove("p2", at(125))
    assert world.standing().points == 4


def test_a_cure_lifts_a_restriction_that_it_leaves_without_ground():
    world = World()
    for f in spaced(4):
        world.find(f)
    decision = world.remove("p3", at(301))
    assert len(decision.reversals) == 1
    assert kinds(decision) == ["warn B1 2"]
    assert world.standing().state == "warned"
    assert world.standing().points == 10


# versions


def _book(version: str, days: int, points: int) -> Rulebooks:
    old = SHIPPED.latest()
    changed = tuple(replace(c, points=points) if c.id == "C" else c for c in old.classes)
    return with_book(version=version, effective_from=START + timedelta(days=days), classes=changed)


def test_a_later_milder_version_applies_at_once():
    world = World(_book("1.1.0", 10, 6))
    world.find(finding(account_type="promoter"))
    assert world.standing().points == 12
    decision = world.settle(at(24 * 11))
    assert world.standing().points == 6
    assert decision.orders == ()
    assert world.settle() == Decision()


def test_a_later_harsher_version_does_not_reach_back():
    world = World(_book("2.0.0", 10, 20))
    world.find(finding(account_type="promoter"))
    world.settle(at(24 * 11))
    assert world.standing().points == 12
    assert kinds(world.find(finding("p2", "t2", 24 * 12, account_type="promoter")))[-1].endswith("C1 12")


def test_the_harsher_version_counts_for_posts_made_under_it():
    world = World(_book("2.0.0", 10, 20))
    decision = world.find(finding(hours=24 * 12, account_type="promoter"))
    assert [o.rulebook_version for o in decision.orders] == ["2.0.0", "2.0.0"]


def test_the_strict_example_asks_two_people_to_close_the_account():
    world = World(STRICT)
    decision = world.find(finding())
    (proposal,) = decision.proposals
    assert (proposal.kind, proposal.people, proposal.excluded) == ("ban", 2, ("mia",))
    assert kinds(decision) == [LINK, "warn A2 48"]
    world.decide_case("impose")
    assert world.standing().state == "banned"
    assert world.settle() == Decision()


def test_a_platform_may_let_the_service_ban_alone():
    strict = STRICT.latest()
    alone = Rulebooks([replace(strict, steps=tuple(replace(s, people=0) for s in strict.steps))])
    assert kinds(World(alone).find(finding())) == [LINK, "ban A2 48"]


# people


def _near_24() -> World:
    world = World()
    for i in range(2):
        world.find(finding(f"p{i}", f"t{i}", i * 100, account_type="promoter"))
    return world


def test_24_points_are_proposed_to_one_person_and_not_imposed():
    world = _near_24()
    (case,) = world.history.cases
    assert (case.proposal.step, case.proposal.kind, case.proposal.people) == (24, "restrict_links", 1)
    assert case.proposal.key == f"step:24:{ACCOUNT}/p1"
    assert [a.order.step for a in world.account_orders()] == [12, 0]
    world.decide_case("impose", at(110))
    assert world.standing().until == at(110) + timedelta(days=14)
    assert not world.account_orders()[-1].order.automated


@pytest.mark.parametrize("outcome", ["impose", "dismiss"])
def test_what_people_decided_is_not_proposed_again(outcome):
    world = _near_24()
    world.decide_case(outcome, at(110))
    assert world.settle(at(120)) == Decision()


def test_a_graver_step_replaces_the_open_proposal():
    world = _near_24()
    decision = world.find(finding("p2", "t2", 200, account_type="promoter"))
    assert [p.step for p in decision.proposals] == [36]
    assert decision.withdrawn == (f"step:24:{ACCOUNT}/p1",)
    assert world.settle() == Decision()


def test_a_proposal_without_ground_is_withdrawn():
    world = _near_24()
    decision = world.withdraw("t1", at(150))
    assert decision.withdrawn == (f"step:24:{ACCOUNT}/p1",)
    assert world.settle() == Decision()


def test_no_sanction_is_imposed_on_a_proposal_that_lost_its_ground():
    world = _near_24()
    proposal = world.history.cases[0].proposal
    world.withdraw("t1", at(150))
    with pytest.raises(NoGroundError, match="step:24"):
        sanction_order(proposal, world.history, world.books, world.now)


def test_a_sanction_by_people_falls_with_its_points():
    world = _near_24()
    world.decide_case("impose", at(110))
    decision = world.withdraw("t0", at(150))
    assert len([a for a in world.history.actions if a.order.step == 24 and a.reversed_at is not None]) == 1
    assert decision.reversals
    assert world.settle() == Decision()


def test_a_step_for_people_waits_for_a_delivered_warning():
    decision = World().find(finding(evasion=True))
    assert decision.proposals == ()
    assert kinds(decision) == [LINK, "restrict_links D2 24"]


def test_class_e_needs_no_warning_and_two_people_who_did_not_confirm():
    decision = World().find(finding(organised=True))
    (proposal,) = decision.proposals
    assert (proposal.step, proposal.kind, proposal.people, proposal.excluded) == (48, "ban", 2, ("mia",))


def test_a_suspension_follows_a_delivered_warning():
    world = World()
    world.find(finding())
    decision = world.find(finding("p2", "t2", 100, evasion=True))
    assert [p.step for p in decision.proposals] == [24]


# coming down


def test_a_cleared_target_gives_everything_back():
    world = World()
    world.find(finding(account_type="promoter"))
    world.withdraw("t1", at(10))
    standing = world.standing()
    assert (standing.state, standing.points, standing.until) == ("good", 0, None)
    assert all(a.reversed_at == at(10) for a in world.history.actions)


def test_clearing_the_warned_target_recomputes_what_followed():
    world = World()
    world.find(finding())
    world.find(finding("p2", "t2", 100))
    decision = world.withdraw("t1", at(150))
    assert kinds(decision) == ["warn A2 0"]
    assert len(decision.reversals) == 3
    assert world.standing().points == 0
    assert world.settle() == Decision()


def test_an_incident_that_falls_below_five_targets_falls_to_its_lower_class():
    world = World()
    world.find(*(finding(f"p{i}", f"t{i}", i) for i in range(5)))
    decision = world.withdraw("t4", at(10))
    assert kinds(decision) == ["warn A2 0"]
    assert world.standing().state == "warned"
    assert world.settle() == Decision()


def test_a_target_confirmed_again_counts_again():
    world = World()
    world.find(finding())
    world.withdraw("t1", at(10))
    decision = world.find(finding(found_at=at(20), confirmed_at=at(20), decision_id="dec2"))
    assert kinds(decision) == [LINK, "warn A2 0"]


def test_an_overturned_action_is_not_ordered_again():
    world = World()
    world.find(finding(account_type="promoter"))
    (sanction,) = world.account_orders()
    world.overturn(sanction, at(20))
    assert world.standing().points == 0
    assert world.standing().state == "good"
    assert world.settle(at(30)) == Decision()


def test_an_overturned_hidden_link_stays_shown_and_takes_its_points_along():
    world = World()
    world.find(finding(account_type="promoter"))
    link = next(a for a in world.history.actions if a.order.kind == "disable_link")
    world.overturn(link, at(20))
    assert not world.history.is_hidden("p1", "t1", at(20))
    assert world.standing().points == 0
    assert world.settle(at(30)) == Decision()


def test_an_incident_keeps_its_id_when_an_earlier_post_is_found():
    world = World()
    world.find(finding("p5", "t5", 50))
    world.find(finding("p4", "t4", 40, found_at=at(60)))
    orders = world.find(finding("p6", "t6", 61)).orders
    assert [o.grade for o in orders if o.incident_id] == ["B"]
    assert {o.incident_id for o in orders if o.incident_id} == {f"{ACCOUNT}/p5"}


def test_a_second_finding_with_graver_facts_is_known_as_new():
    world = World()
    world.find(finding())
    assert world.history.has_finding(finding())
    assert world.history.has_finding(held())
    assert not world.history.has_finding(finding(organised=True))
    assert not world.history.has_finding(finding("p2"))


def test_a_confirmed_finding_is_new_beside_a_hold():
    world = World()
    world.record(entry_for_finding(held()))
    assert not world.history.has_finding(finding())


def test_clearing_a_post_does_not_push_the_others_into_one_incident():
    world = World()
    world.find(finding("w", "tw", -200))
    for i, hours in enumerate((0, 60, 80, 90, 100, 110)):
        world.find(finding(f"p{i}", f"t{i}", hours))
    assert world.standing().points == 8
    world.withdraw("t0", at(120))
    assert world.standing().points == 8
    assert {a.order.grade for a in world.account_orders()} == {"A", "B"}


def test_a_second_look_does_not_undo_the_first_confirmation():
    world = World()
    world.find(finding())
    decision = world.find(finding(found_at=at(50), confirmed_at=at(50), organised=True, decision_id="dec2"))
    assert kinds(decision) == ["restrict_links E1 48"]


def test_a_proposal_is_withdrawn_when_its_points_lapse():
    world = _near_24()
    decision = world.settle(START + timedelta(days=181))
    assert decision.withdrawn == (f"step:24:{ACCOUNT}/p1",)
    assert decision.proposals == ()


def test_what_rested_on_a_lifted_restriction_falls_in_the_same_decision():
    world = World(_book("1.1.0", 5, 6))
    world.find(*(finding(f"p{i}", f"t{i}") for i in range(5)))
    assert kinds(world.find(finding("q", "tq", 80))) == [LINK, "warn B1 4"]
    decision = world.settle(at(24 * 6))
    assert len(decision.reversals) == 2
    assert kinds(decision) == ["warn C2 6"]
    assert world.standing().points == 6
    assert world.settle() == Decision()
