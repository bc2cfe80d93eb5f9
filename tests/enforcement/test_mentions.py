"""Who asks, warns or reports: the link is hidden, nothing else follows."""

from __future__ import annotations

from account_world import World, at, finding

from enforcement.standing import standing_at


def test_a_mention_hides_the_link_and_warns_nobody() -> None:
    world = World()
    decision = world.find(finding(mention=True))
    assert [(o.kind, o.points) for o in decision.orders] == [("disable_link", 0)]
    assert world.history.is_hidden("p1", "t1", at(1))
    assert standing_at(world.history, world.books, at(1)).state == "good"


def test_mentions_after_a_warning_cost_nothing() -> None:
    world = World()
    world.find(finding("p1"))
    world.find(*(finding(f"m{i}", f"t{i}", 100 + i, mention=True) for i in range(8)))
    standing = standing_at(world.history, world.books, at(120))
    assert (standing.state, standing.points) == ("warned", 0)


def test_a_mention_beside_an_offer_does_not_make_its_incident_graver() -> None:
    world = World()
    world.find(*(finding(f"p{i}", f"t{i}", i) for i in range(3)))
    world.find(*(finding(f"m{i}", f"u{i}", 4 + i, mention=True) for i in range(4)))
    assert standing_at(world.history, world.books, at(10)).points == 0


def test_a_post_that_turns_out_to_offer_after_all_counts() -> None:
    world = World()
    world.find(finding(mention=True))
    assert not world.history.has_finding(finding(mention=False))
    decision = world.find(finding(mention=False))
    assert [o.kind for o in decision.orders] == ["warn"]


def test_a_mention_is_restored_when_its_target_is_cleared() -> None:
    world = World()
    world.find(finding(mention=True))
    decision = world.withdraw("t1", at(5))
    assert len(decision.reversals) == 1
    assert not world.history.is_hidden("p1", "t1", at(6))
