"""What the record teaches: people's last word on posts, why they looked, and nothing that only a model said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from platform_world import BAG, DOUBTFUL, FAKE, FINE, SHOE, START, Platform

from adapters.sql.store import SqlStore
from detector.decided_posts import DecidedPost
from enforcement.standing import entry_for_reversal, fold
from enforcement.types import NewEntry
from service.labels import FIRST_POSTS, Decided, read_decided, read_posts
from service.propensity import CLIP

BAG_TARGET, SHOE_TARGET = "weidian:item:4371293", "taobao:item:520813250866"


@pytest.fixture
def platform(store: SqlStore) -> Platform:
    """On SQLite and on PostgreSQL."""
    return Platform(store)


def read(platform: Platform) -> tuple[Decided, list[DecidedPost], int]:
    decided = read_decided(platform.store)
    found = list(read_posts(platform.store, decided))
    return decided, [post for of_target in found for post in of_target.posts], sum(t.left_out for t in found)


def labels(platform: Platform) -> dict[str, bool]:
    """By post, whether it is counterfeit."""
    return {post.post_id: post.counterfeit for post in read(platform)[1]}


def append(platform: Platform, stream: str, kind: str, body: dict[str, Any]) -> None:
    now = platform.clock.now()
    with platform.store.begin() as work:
        work.append([NewEntry(stream, kind, now, body)], heads={stream: len(work.entries(stream))}, now=now)


def item(number: int) -> str:
    return f"https://weidian.com/item.html?itemID={number}"


def test_confirmed_and_cleared_targets_are_labels_of_all_their_posts(platform):
    platform.post("p1")
    platform.post("p2", "a2", text=FINE)
    platform.post("s1", "a3", links=(SHOE,))
    platform.at(1)
    platform.decide("counterfeit")
    platform.decide("genuine", SHOE)
    platform.at(2)
    platform.post("p3", "a4", text=FINE)
    decided, posts, left_out = read(platform)
    assert {p.post_id: p.counterfeit for p in posts} == {"p1": True, "p2": True, "p3": True, "s1": False}
    assert {p.decided_at for p in posts} == {START + timedelta(hours=1)}
    assert (set(decided.targets), left_out) == ({BAG_TARGET, SHOE_TARGET}, 0)
    first = next(p for p in posts if p.post_id == "p1")
    assert (first.text, first.url, first.links, first.n_links) == (FAKE, BAG, (BAG,), 1)
    assert (first.account_id, first.posted_at, first.look) == ("a1", START, "held")


def test_nobody_has_decided_and_nothing_is_a_label(platform):
    platform.post("p1")
    platform.at(24 * 30)
    platform.post("p2", "a2")
    decided, posts, _ = read(platform)
    assert (decided.targets, posts) == ({}, [])


@pytest.mark.parametrize(
    "body",
    [
        {"decision": "counterfeit", "basis": "model", "actor": "model"},
        {"decision": "counterfeit", "actor": ""},
        {"decision": "counterfeit", "actor": "  "},
        {"decision": "counterfeit", "actor": None},
        {"decision": "counterfeit"},
        {"decision": "suspected", "actor": "mia"},
        {"actor": "mia"},
        {},
    ],
)
def test_what_no_person_decided_never_becomes_a_label(platform, body):
    platform.post("p1")
    append(platform, f"target:{BAG_TARGET}", "target_decided", body)
    assert labels(platform) == {}


def test_a_later_word_of_nobody_does_not_move_what_a_person_said(platform):
    platform.post("p1")
    platform.decide("genuine")
    body = {"decision": "counterfeit", "basis": "model", "actor": "model"}
    append(platform, f"target:{BAG_TARGET}", "target_decided", body)
    assert labels(platform) == {"p1": False}


def test_an_upheld_notice_is_a_label_that_weighs_one(platform):
    platform.post("p1")
    platform.at(1)
    body = {"decision": "counterfeit", "basis": "rights_holder", "actor": "mia"}
    append(platform, f"target:{BAG_TARGET}", "target_decided", body)
    (post,) = read(platform)[1]
    assert (post.counterfeit, post.look, post.weight) == (True, "reported", 1.0)


def test_the_last_word_on_a_target_counts(platform):
    platform.post("p1")
    for hour, decision in enumerate(("counterfeit", "genuine", "counterfeit", "genuine"), start=1):
        platform.at(hour)
        platform.decide(decision)
        assert labels(platform) == {"p1": decision == "counterfeit"}
    (post,) = read(platform)[1]
    assert post.decided_at == START + timedelta(hours=4)


def overturn(platform: Platform, account: str, kind: str = "disable_link") -> None:
    """A person takes back an action on appeal, as the ledger says it."""
    stream, now = f"account:{account}", platform.clock.now()
    with platform.store.begin() as work:
        entries = work.entries(stream)
        actions = [a for a in fold(account, entries).actions if a.order.kind == kind and a.reversed_at is None]
        entry = entry_for_reversal(account, actions[-1].action_id, "the appeal was upheld", now, overturned=True)
        work.append([entry], heads={stream: len(entries)}, now=now)


def test_a_link_shown_again_on_appeal_is_honest_in_that_post_alone(platform):
    platform.post("p1")
    platform.post("p2", "a2")
    platform.at(1)
    platform.decide("counterfeit")
    platform.at(2)
    overturn(platform, "a1")
    assert labels(platform) == {"p1": False, "p2": True}
    platform.at(3)
    platform.decide("counterfeit", actor="noor")
    assert labels(platform) == {"p1": True, "p2": True}, "who confirmed it again has the last word"


def test_a_warning_taken_back_says_nothing_of_the_link(platform):
    platform.post("p1")
    platform.at(1)
    platform.decide("counterfeit")
    platform.at(2)
    overturn(platform, "a1", "warn")
    assert labels(platform) == {"p1": True}


def test_a_reversal_by_the_rules_is_nobodys_word(platform):
    platform.post("p1")
    platform.at(24 * 40)
    platform.decide("counterfeit")
    platform.decide("genuine")
    platform.decide("counterfeit")
    assert labels(platform) == {"p1": True}


def test_a_post_that_leads_elsewhere_too_is_honest_only_where_all_is_cleared(platform):
    platform.post("both", links=(BAG, SHOE))
    platform.post("one", "a2")
    platform.decide("genuine")
    _, posts, left_out = read(platform)
    assert ([p.post_id for p in posts], left_out) == (["one"], 1)
    platform.decide("counterfeit", SHOE)
    assert {(p.post_id, p.target, p.counterfeit) for p in read(platform)[1]} == {
        ("one", BAG_TARGET, False),
        ("both", SHOE_TARGET, True),
    }
    platform.decide("genuine", SHOE)
    assert labels(platform) == {"one": False, "both": False}


def test_only_the_latest_revision_of_a_post_is_learned_from(platform):
    platform.post("p1")
    platform.post("p1", revision=1, text="晚安，换了链接", links=(SHOE,))
    platform.decide("counterfeit")
    assert labels(platform) == {}


def test_a_post_that_warns_of_a_counterfeit_target_is_no_label(platform, monkeypatch):
    judge = platform.screening._detector.score
    monkeypatch.setattr(
        platform.screening._detector,
        "score",
        lambda post: [replace(v, mention=post.post_id == "warning") for v in judge(post)],
    )
    platform.post("warning")
    platform.post("offer", "a2")
    platform.decide("counterfeit")
    assert labels(platform) == {"offer": True}
    platform.decide("genuine")
    assert labels(platform) == {"offer": False, "warning": False}, "of a cleared target both are honest"


def test_no_more_posts_of_a_target_are_read_than_are_needed(platform):
    posts = [platform.a_post(f"p{n}", f"a{n}", text=FINE) for n in range(FIRST_POSTS + 20)]
    platform.screening.submit(posts)
    platform.decide("counterfeit", run=False)
    found = labels(platform)
    assert set(found) == {f"p{n}" for n in range(FIRST_POSTS)}


# why people looked, and how likely that was


def look(platform: Platform, url: str = BAG) -> tuple[str, float]:
    decided = read_decided(platform.store)
    name = {BAG: BAG_TARGET, SHOE: SHOE_TARGET}.get(url, f"weidian:item:{url.rpartition('=')[2]}")
    return decided.look(decided.targets[name])


@pytest.mark.parametrize(("text", "why"), [(FAKE, "held"), (DOUBTFUL, "reviewed"), (FINE, "reported")])
def test_why_people_looked_is_what_the_model_had_said(platform, text, why):
    platform.post("p1", text=text)
    platform.at(1)
    platform.decide("counterfeit")
    assert look(platform) == (why, 1.0)


def test_the_gravest_of_the_posts_before_the_decision_counts_and_later_ones_do_not(platform):
    platform.post("p1", text=FINE)
    platform.post("p2", text=DOUBTFUL)
    platform.at(1)
    platform.decide("genuine")
    platform.at(2)
    platform.post("p3", text=FAKE)
    platform.at(3)
    platform.decide("counterfeit")
    assert look(platform)[0] == "reviewed"


def test_a_target_that_was_decided_before_any_post_was_brought_by_somebody(platform):
    platform.decide("counterfeit")
    platform.at(1)
    platform.post("p1")
    assert look(platform) == ("reported", 1.0)


def test_weights_are_the_inverse_of_the_share_that_was_decided(platform):
    for n in range(1, 41):
        platform.post(f"d{n}", f"a{n}", text=DOUBTFUL, links=(item(n),))
        platform.post(f"h{n}", f"b{n}", text=FAKE, links=(item(100 + n),))
    platform.at(1)
    for n in range(1, 11):
        platform.decide("genuine", item(n), run=False)
    for n in range(1, 41):
        platform.decide("counterfeit", item(100 + n), run=False)
    posts = {p.post_id: p for p in read(platform)[1]}
    assert {posts[f"h{n}"].weight for n in range(1, 41)} == {1.0}
    assert {posts[f"d{n}"].weight for n in range(1, 11)} == {4.0}
    assert look(platform, item(1)) == ("reviewed", 0.25)


def test_a_target_drawn_at_random_weighs_the_inverse_of_the_share_drawn(platform):
    platform.post("p1", text=FINE)
    append(platform, f"target:{BAG_TARGET}", "target_sampled", {"share": 0.05})
    platform.at(1)
    platform.decide("genuine")
    (post,) = read(platform)[1]
    assert (post.look, post.weight) == ("sampled", pytest.approx(20.0))


@pytest.mark.parametrize("share", [1e-9, 0, -1, 2, "x", None])
def test_a_share_that_is_none_is_passed_over_and_a_tiny_one_is_clipped(platform, share):
    platform.post("p1", text=FINE)
    append(platform, f"target:{BAG_TARGET}", "target_sampled", {"share": share})
    platform.at(1)
    platform.decide("genuine")
    (post,) = read(platform)[1]
    assert (post.look, post.weight) == (("sampled", CLIP) if share == 1e-9 else ("reported", 1.0))


def test_reading_twice_reads_the_same_in_the_same_order(platform):
    for n in range(1, 8):
        platform.post(f"p{n}", f"a{n}", text=FAKE, links=(item(n), item(n + 1)))
    platform.at(1)
    for n in range(1, 9):
        platform.decide("counterfeit" if n % 2 else "genuine", item(n), run=False)
    assert read(platform) == read(platform)


def test_the_newest_decisions_come_first(platform):
    for n in (3, 1, 2):
        platform.post(f"p{n}", f"a{n}", links=(item(n),))
    for hour, n in enumerate((2, 3, 1)):
        platform.at(1 + hour)
        platform.decide("counterfeit", item(n), run=False)
    assert [p.post_id for p in read(platform)[1]] == ["p1", "p3", "p2"]


def test_a_reader_that_stops_early_leaves_no_connection_open(platform):
    platform.screening.submit([platform.a_post(f"p{n}", text=FINE) for n in range(30)])
    platform.decide("counterfeit")
    for reader in (platform.store.recorded_links(batch=5), platform.store.ledger_entries(batch=5)):
        next(reader)
        reader.close()
    assert platform.store.engine.pool.checkedout() == 0


def test_a_notice_that_was_answered_and_not_defended_teaches_nothing(platform):
    platform.post("p1")
    platform.decide("counterfeit")
    append(platform, f"target:{BAG_TARGET}", "target_lifted", {"ground": "notice:n1"})
    assert labels(platform) == {}
    platform.at(1)
    platform.decide("genuine")
    assert labels(platform) == {"p1": False}
