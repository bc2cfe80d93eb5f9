"""The path of a post, and of a decision to every post, on both databases."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from platform_world import BAG, DOUBTFUL, FACTORS, FAKE, FINE, SHOE, START, Platform, two_books

from detector.links import read_link
from service.answers import PostAnswer
from service.review import ClashError, NotAllowedError, NotFoundError
from service.screen import ConflictError

TARGET = "weidian:item:4371293"
DRESSED = {
    "a mobile host": "https://m.weidian.com/item.html?itemID=4371293",
    "a share tail": f"{BAG}&wfr=wx&spm=a1z&share_relation=abc",
    "an agent": "https://www.pandabuy.com/product?url=https%3A%2F%2Fweidian.com%2Fitem.html%3FitemID%3D4371293",
    "a redirect": "https://www.google.com/url?q=https://weidian.com/item.html?itemID%3D4371293&sa=D",
    "capitals": "HTTPS://WEIDIAN.COM/item.html?itemID=4371293",
    "a fragment": f"{BAG}#comments",
}


@pytest.fixture
def platform(store):
    return Platform(store)


# one post


def test_a_likely_copy_is_held_for_72_hours_with_reasons_and_no_points(platform):
    answer = platform.post("p1")
    (link,), (action,) = answer.links, answer.actions
    assert (answer.verdict, answer.duplicate, answer.rulebook_version) == ("hold", False, "1.0.0")
    assert (link.target, link.verdict, link.known, link.counterfeit_probability) == (TARGET, "hold", None, 0.97)
    assert [(r.code, r.evidence, r.span) for r in link.reasons] == [("claim.copy", "高仿", (0, 2))]
    assert (action.kind, action.rule, action.points) == ("disable_link", "A1", 0)
    assert action.until == START + timedelta(hours=72)
    assert action.statement.zh
    assert action.statement.en
    standing = platform.status.account("a1")
    assert (standing.state, standing.points) == ("good", 0)
    assert platform.hidden("p1") == [True]
    assert platform.review.cases("target", "open", 0).total == 1


def test_the_same_post_gets_its_first_answer_again(platform):
    first = platform.post("p1", posted_at=START)
    before = platform.ledger_length()
    platform.at(5)
    again = platform.post("p1", posted_at=START)
    assert again.duplicate
    assert again.decision_id == first.decision_id
    assert [again.links, again.actions, again.reasons] == [first.links, first.actions, first.reasons]
    assert platform.ledger_length() == before


def test_the_same_post_twice_in_one_batch_is_recorded_once(platform):
    post = platform.a_post("p1")
    first, second = platform.screening.submit([post, post])
    assert (first.duplicate, second.duplicate) == (False, True)
    assert first.decision_id == second.decision_id


def test_other_content_needs_a_higher_revision(platform):
    platform.post("p1")
    conflict = platform.try_post("p1", text=FINE)
    assert isinstance(conflict, ConflictError)
    assert "`revision` 1" in str(conflict)
    assert isinstance(platform.try_post("p1", text=FINE, revision=1), PostAnswer)
    assert isinstance(platform.try_post("p1", text=DOUBTFUL, revision=1), ConflictError)
    assert platform.status.post("p1").revision == 1


def test_a_conflict_in_a_batch_spoils_nothing_around_it(platform):
    platform.post("p1")
    posts = [platform.a_post("p0"), platform.a_post("p1", text=FINE), platform.a_post("p2")]
    answers = platform.screening.submit(posts)
    assert [type(a) for a in answers] == [PostAnswer, ConflictError, PostAnswer]
    assert platform.status.post("p2").links[0].hidden


def test_a_check_records_nothing(platform, store):
    answer = platform.screening.check(platform.a_post("", account=""))
    assert (answer.verdict, answer.post_id, answer.decision_id, answer.actions) == ("hold", None, None, ())
    with store.begin(write=False) as work:
        assert work.target(TARGET) is None
        assert work.count_cases(kind=None, state=None) == 0
        assert work.events(account_id=None, limit=10) == []
        assert work.latest_post_time() is None
    assert platform.ledger_length() == 0


def test_a_check_knows_what_people_decided(platform):
    platform.decide("counterfeit")
    answer = platform.screening.check(platform.a_post("", account="", text=FINE))
    assert (answer.verdict, answer.links[0].known) == ("block", "counterfeit")


def test_a_post_of_words_alone_is_judged_and_costs_nobody_anything(platform):
    answer = platform.post("p1", links=())
    assert (answer.verdict, answer.links, answer.actions) == ("hold", (), ())
    assert [r.code for r in answer.reasons] == ["claim.copy"]
    assert platform.status.post("p1").verdict == "hold"
    assert platform.status.account("a1").history == ()
    assert platform.review.cases(None, None, 0).total == 0


def test_a_post_with_two_hundred_links_has_each_of_them_judged(platform):
    urls = [f"https://weidian.com/item.html?itemID={n}" for n in range(200)]
    answer = platform.post("p1", links=tuple(urls[:100]), text=FAKE + " " + " ".join(urls[100:]))
    assert {link.target for link in answer.links} == {f"weidian:item:{n}" for n in range(200)}
    assert len(answer.actions) == 200
    platform.at(1)
    platform.decide("counterfeit", urls[150])
    assert [a.target for a in platform.link_actions()] == ["weidian:item:150"]
    assert len(platform.account_actions()) == 1


def test_a_doubtful_post_is_shown_and_queued_by_probability_and_reach(platform):
    platform.post("p1", text=DOUBTFUL, reach=10)
    platform.post("p2", text=DOUBTFUL, links=(SHOE,), reach=10_000)
    queue = platform.review.cases("target", "open", 0).cases
    assert [case.subject for case in queue] == [read_link(SHOE).target, TARGET]
    assert platform.hidden("p1") == [False]


# holds


def test_a_hold_ends_by_itself_and_is_not_renewed(platform):
    platform.post("p1")
    platform.at(71.9)
    assert platform.hidden("p1") == [True]
    platform.at(72.1)
    now = platform.status.post("p1")
    assert (now.verdict, now.links[0].hidden) == ("review", False)
    platform.post("p2", text=FINE)
    assert platform.hidden("p1") == [False]
    assert platform.status.account("a1").state == "good"


# people decide targets


def test_a_confirmation_hides_every_earlier_link_once_and_warns_each_account_once(platform):
    texts = {"p1": FAKE, "p2": FINE, "p3": DOUBTFUL}
    for account in ("a1", "a2"):
        for name, text in texts.items():
            platform.post(f"{account}-{name}", account, text=text)
    platform.at(1)
    job = platform.status.job(platform.decide("counterfeit"))
    assert (job.state, job.done, job.total) == ("done", 6, 6)
    for account in ("a1", "a2"):
        assert all(platform.hidden(f"{account}-{name}") == [True] for name in texts)
        assert sorted(a.statement_id for a in platform.link_actions(account)) == sorted(
            {a.statement_id for a in platform.link_actions(account)}
        )
        assert len(platform.link_actions(account)) == 3
        (warning,) = platform.account_actions(account)
        assert (warning.kind, warning.rule, warning.points) == ("warn", "A2", 0)
        assert platform.status.account(account).state == "warned"
    before = platform.ledger_length()
    platform.decide("counterfeit")
    assert platform.ledger_length() == before + 1, "the decision itself, and nothing against anybody"


def test_after_a_confirmation_posts_are_blocked_at_once(platform):
    platform.decide("counterfeit", run=False)
    answer = platform.post("p1", text=FINE)
    assert (answer.verdict, answer.links[0].known) == ("block", "counterfeit")
    assert {a.kind for a in answer.actions} == {"disable_link", "warn"}
    assert platform.hidden("p1") == [True]


@pytest.mark.parametrize("url", DRESSED.values(), ids=DRESSED.keys())
def test_one_decision_holds_however_the_link_was_dressed(platform, url):
    platform.post("early", "a1", text=FINE, links=(url,))
    platform.at(1)
    platform.decide("counterfeit")
    assert platform.hidden("early") == [True]
    platform.at(2)
    assert platform.post("late", "a2", text=f"{FINE} {url}", links=()).verdict == "block"


def test_a_disabled_link_in_an_open_redirect_is_evasion_and_a_share_tail_is_not(platform):
    platform.decide("counterfeit")
    platform.at(1)
    for account in ("a1", "a2"):
        platform.post(f"{account}-1", account)
    platform.at(100)
    platform.post("a1-2", "a1", links=(DRESSED["a redirect"],))
    platform.post("a2-2", "a2", links=(DRESSED["a share tail"],))
    assert platform.account_actions("a1")[-1].rule == "D1"
    assert platform.account_actions("a2")[-1].rule == "B1"


def test_a_later_post_after_a_delivered_warning_earns_points(platform):
    platform.post("p1")
    platform.at(1)
    platform.decide("counterfeit")
    platform.at(100)
    first = platform.post("p2")
    assert [n.rule for n in first.notices if n.kind == "warn"] == ["A2"], "the answer carries what was not told yet"
    assert platform.status.account("a1").points == 0, "the post was made before the warning was delivered"
    platform.at(200)
    second = platform.post("p3")
    assert [(a.kind, a.rule, a.points) for a in second.actions if a.kind == "warn"] == [("warn", "B1", 4)]
    assert second.notices == ()


def test_clearing_after_confirming_repairs_everything(platform):
    platform.post("old", "seller", text=FAKE)
    platform.at(1)
    platform.decide("counterfeit", organised=True)
    platform.at(2)
    platform.post("new", "seller", text=FINE)
    assert platform.status.account("seller").points == 48
    assert len(platform.sanction_cases()) == 1
    platform.at(3)
    platform.decide("genuine")
    standing = platform.status.account("seller")
    assert (standing.state, standing.points, standing.lapses) == ("good", 0, ())
    reversed_ = [a for a in standing.history if a.until is None or a.kind != "disable_link"]
    assert reversed_
    assert all(a.reversed_at == platform.clock.now() and a.reversal_reason for a in reversed_)
    assert platform.sanction_cases() == []
    assert [case.state for case in platform.sanction_cases("withdrawn")] == ["withdrawn"]
    for post_id in ("old", "new"):
        status = platform.status.post(post_id)
        assert (status.verdict, status.links[0].hidden) == ("allow", False)
    assert {"link.restored", "account.restored"} <= set(platform.event_types("seller"))
    assert platform.post("newer", "seller").verdict == "allow"


def test_a_target_confirmed_again_after_clearing_is_hidden_again(platform):
    platform.post("p1")
    for hours, decision, hidden in ((1, "counterfeit", True), (2, "genuine", False), (3, "counterfeit", True)):
        platform.at(hours)
        platform.decide(decision)
        assert platform.hidden("p1") == [hidden]


def test_a_post_dated_ahead_of_our_clock_was_made_when_it_came_in(platform):
    platform.post("p1", type_="promoter", text=FINE, posted_at=START + timedelta(hours=20))
    platform.at(1)
    platform.decide("counterfeit", run=False)
    platform.at(2)
    platform.propagation.drain()
    assert [(a.kind, a.points) for a in platform.account_actions()] == [("warn", 0)]
    assert platform.status.account("a1").state == "warned"


def test_a_decided_target_leaves_the_queue(platform):
    platform.post("p1")
    (case,) = platform.review.cases("target", "open", 0).cases
    decided = platform.vote(case, "mia", "counterfeit", factors=None)
    platform.propagation.drain()
    assert decided.state == "decided"
    assert platform.review.cases("target", "open", 0).total == 0
    assert platform.status.target(TARGET).by == "mia"
    with pytest.raises(ClashError):
        platform.vote(case, "ann", "genuine", factors=None)


# which rulebook


def test_the_version_in_force_when_the_post_was_made_applies(store, tmp_path):
    harsher = ("points: 4\n    lapse_days: 180", "points: 8\n    lapse_days: 180")
    platform = Platform(store, two_books(tmp_path, harsher, ("hold_hours: 72", "hold_hours: 48")))
    november = (datetime(2026, 11, 1, tzinfo=UTC) - START) / timedelta(hours=1)
    old = platform.post("old", "a2")
    assert (old.rulebook_version, old.actions[0].until) == ("1.0.0", START + timedelta(hours=72))
    platform.decide("counterfeit", SHOE)
    platform.post("first", links=(SHOE,))
    platform.at(100)
    platform.post("second", links=(SHOE,))
    assert platform.account_actions()[-1].points == 4
    platform.at(november + 100)
    last = platform.post("last", links=(SHOE,))
    assert last.rulebook_version == "1.1.0"
    assert [a.points for a in platform.account_actions()] == [0, 4, 8]
    assert {a.rulebook_version for a in platform.account_actions()} == {"1.0.0", "1.1.0"}
    held = platform.post("held", "a3").actions[0]
    assert (held.rulebook_version, held.until) == ("1.1.0", platform.clock.now() + timedelta(hours=48))


def test_a_milder_version_applies_at_once_to_what_is_not_yet_decided(store, tmp_path):
    milder = ("points: 12\n    lapse_days: 180", "points: 6\n    lapse_days: 180")
    platform = Platform(store, two_books(tmp_path, milder))
    november = (datetime(2026, 11, 1, tzinfo=UTC) - START) / timedelta(hours=1)
    platform.decide("counterfeit")
    platform.at(november + 1)
    platform.post("old", type_="promoter", posted_at=START + timedelta(hours=5))
    assert platform.status.account("a1").points == 6


def test_a_post_before_the_first_rulebook_costs_the_account_nothing(platform):
    answer = platform.post("p1", posted_at=datetime(2026, 8, 15, tzinfo=UTC))
    assert answer.rulebook_version is None
    platform.decide("counterfeit")
    assert platform.hidden("p1") == [True]
    assert platform.account_actions() == []
    assert platform.status.account("a1").state == "good"


# the ladder


def test_a_promoter_loses_link_posting_only_for_posts_after_the_confirmation(platform):
    platform.post("old", "early", type_="promoter")
    platform.at(1)
    platform.decide("counterfeit")
    platform.at(2)
    platform.post("new", "late", type_="promoter")
    assert [(a.kind, a.points) for a in platform.account_actions("early")] == [("warn", 0)]
    (sanction,) = platform.account_actions("late")
    assert (sanction.kind, sanction.rule, sanction.points) == ("restrict_links", "C1", 12)
    assert sanction.until == platform.clock.now() + timedelta(days=7)
    assert platform.status.account("late").state == "restricted"
    assert platform.status.account("early").state == "warned"


def climb(platform: Platform, points: int) -> None:
    """A promoter posts a confirmed target every hundred hours, 12 points each."""
    platform.decide("counterfeit")
    for n in range(points // 12):
        platform.at(1 + 100 * n)
        platform.post(f"p{n}", type_="promoter")
    assert platform.status.account("a1").points == points


def test_twenty_four_points_wait_for_one_person(platform):
    climb(platform, 24)
    (case,) = platform.sanction_cases()
    assert (case.body["step"], case.body["people"], case.account_id) == (24, 1, "a1")
    assert {a.kind for a in platform.account_actions()} == {"restrict_links", "warn"}
    before = len(platform.account_actions())
    platform.at(200)
    assert platform.vote(case, "ann").state == "decided"
    sanction = platform.account_actions()[-1]
    assert len(platform.account_actions()) == before + 1
    assert (sanction.kind, sanction.until) == ("restrict_links", platform.clock.now() + timedelta(days=14))


def test_a_dismissed_step_is_not_asked_again(platform):
    climb(platform, 24)
    (case,) = platform.sanction_cases()
    platform.vote(case, "ann", "dismiss")
    platform.post("clean", text=FINE, links=(SHOE,))
    platform.decide("counterfeit")
    assert platform.sanction_cases() == []
    assert platform.status.account("a1").points == 24


def test_forty_eight_points_wait_for_two_people_neither_of_whom_confirmed(platform):
    climb(platform, 48)
    (case,) = platform.sanction_cases()
    assert (case.body["step"], case.body["kind"], case.body["people"]) == (48, "ban", 2)
    assert len(platform.sanction_cases("withdrawn")) == 2, "the milder steps gave way to the gravest"
    with pytest.raises(NotAllowedError, match="confirmed"):
        platform.vote(case, "mia")
    assert platform.vote(case, "ann").state == "open"
    assert platform.status.account("a1").state != "banned"
    with pytest.raises(NotAllowedError, match="another"):
        platform.vote(case, "ann")
    assert platform.vote(case, "bo").state == "decided"
    assert platform.status.account("a1").state == "banned"
    assert platform.event_types()[-1] == "account.banned"
    with pytest.raises(ClashError, match="decided already"):
        platform.vote(case, "cy")


def test_one_of_two_people_is_enough_to_dismiss(platform):
    climb(platform, 48)
    (case,) = platform.sanction_cases()
    platform.vote(case, "ann")
    assert platform.vote(case, "bo", "dismiss").state == "decided"
    assert platform.status.account("a1").state != "banned"


@pytest.mark.parametrize("changes", [{"factors": None}, {"decision": "counterfeit"}])
def test_a_sanction_needs_the_factors_and_a_decision_of_its_kind(platform, changes):
    climb(platform, 24)
    (case,) = platform.sanction_cases()
    with pytest.raises(NotAllowedError):
        platform.vote(case, "ann", **changes)
    assert platform.sanction_cases() == [case]


def test_the_factors_are_in_the_record(platform, store):
    climb(platform, 24)
    (case,) = platform.sanction_cases()
    platform.vote(case, "ann")
    with store.begin(write=False) as work:
        (decided,) = [e for e in work.entries("account:a1") if e.kind == "case_decided"]
    assert decided.body["factors"] == {"ann": FACTORS}


def test_a_sanction_whose_points_were_taken_back_cannot_be_imposed(platform):
    climb(platform, 24)
    (case,) = platform.sanction_cases()
    platform.decide("genuine", run=False)
    platform.propagation.drain()
    with pytest.raises(ClashError):
        platform.vote(case, "ann")


# working on cases


def test_a_claimed_case_belongs_to_one_person_until_the_lease_ends(platform):
    platform.post("p1")
    (case,) = platform.review.cases("target", "open", 0).cases
    claimed = platform.review.claim(case.case_id, "ann")
    assert (claimed.claimed_by, claimed.lease_until) == ("ann", START + timedelta(minutes=30))
    for refused in (platform.review.claim, platform.review.release):
        with pytest.raises(ClashError, match="ann"):
            refused(case.case_id, "bo")
    with pytest.raises(ClashError, match="ann"):
        platform.vote(case, "bo", "genuine")
    platform.at(0.6)
    assert platform.review.claim(case.case_id, "bo").claimed_by == "bo"
    assert platform.review.release(case.case_id, "bo").claimed_by is None
    assert platform.review.claim(case.case_id, "ann").claimed_by == "ann"


def test_a_case_that_was_changed_since_it_was_read_is_not_decided(platform):
    platform.post("p1")
    (case,) = platform.review.cases("target", "open", 0).cases
    platform.review.claim(case.case_id, "ann")
    with pytest.raises(ClashError, match="changed"):
        platform.vote(case, "ann", "genuine", version=case.version)


def test_what_is_not_there_is_said_to_be_not_there(platform):
    for ask in (platform.status.post, platform.status.job, platform.status.target, platform.review.case):
        with pytest.raises(NotFoundError):
            ask("nope")
    assert platform.status.account("nope").state == "good"


# events


def test_the_outbox_tells_each_thing_once_and_in_order(platform):
    platform.post("p1", text=FINE)
    assert platform.event_types() == []
    platform.post("p2")
    assert platform.event_types() == ["link.held"]
    platform.at(1)
    platform.decide("counterfeit")
    assert platform.event_types() == ["link.held", "link.blocked", "link.blocked", "account.warned"]


def test_an_event_carries_the_ids_of_its_action(platform, store):
    action = platform.post("p1").actions[0]
    with store.begin(write=False) as work:
        (event,) = work.events(account_id="a1", limit=10)
    assert event.body["action_id"] == action.action_id
    assert event.body["statement_id"] == action.statement_id
    assert event.body["post_ids"] == ["p1"]


def test_a_sanction_that_people_imposed_is_told_with_the_same_ids(platform, store):
    climb(platform, 24)
    platform.at(200)
    platform.vote(platform.sanction_cases()[0], "ann")
    sanction = platform.account_actions()[-1]
    with store.begin(write=False) as work:
        event = work.events(account_id="a1", limit=1)[0]
    assert event.type == "account.restricted"
    told = {name: event.body.get(name) for name in ("action_id", "statement_id", "rule", "rulebook_version")}
    assert told == {name: getattr(sanction, name) for name in told}


def test_removing_a_post_is_noted_once(platform):
    platform.post("p1")
    platform.status.remove_post("p1")
    before = platform.ledger_length()
    platform.status.remove_post("p1")
    assert platform.ledger_length() == before


def test_a_post_removed_within_a_day_costs_half(platform):
    platform.decide("counterfeit")
    for n in range(2):
        platform.at(1 + 100 * n)
        platform.post(f"p{n}")
    assert platform.status.account("a1").points == 4
    platform.at(102)
    platform.status.remove_post("p1")
    assert platform.status.account("a1").points == 2


def test_reading_an_account_tells_it(platform):
    platform.post("p1")
    platform.at(1)
    platform.decide("counterfeit")
    platform.status.account("a1")
    before = platform.ledger_length()
    platform.status.account("a1")
    assert platform.ledger_length() == before
    platform.at(100)
    assert [a.rule for a in platform.post("p2").actions if a.kind == "warn"] == ["B1"]


def test_every_statement_is_in_both_languages_and_names_its_rule(platform):
    climb(platform, 24)
    for action in platform.status.account("a1").history:
        assert action.rule in action.statement.zh
        assert action.rule in action.statement.en
        assert re.search("[\u4e00-\u9fff]", action.statement.zh)
