"""What a store promises, claimed of SQLite and of PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from builders import (
    NOW,
    STREAM,
    TARGET,
    api_key,
    case,
    challenger_score,
    event,
    job,
    later,
    new_entry,
    stored_link,
    stored_post,
    target_record,
    touch,
)

from adapters.sql.chain import GENESIS, find_faults
from adapters.sql.database import make_engine
from adapters.sql.store import SqlStore, SqlWork
from service.ports import StaleHeadError, UnavailableError
from service.propagate import KINDS
from service.records import StoredPost, TargetCounts


def write(store: SqlStore, do: Callable[[SqlWork], Any]) -> Any:
    with store.begin() as work:
        return do(work)


def read(store: SqlStore, do: Callable[[SqlWork], Any]) -> Any:
    with store.begin(write=False) as work:
        return do(work)


def add_posts(store: SqlStore, *posts: StoredPost) -> None:
    with store.begin() as work:
        for post in posts:
            work.add_posts([post])


# posts


@pytest.mark.parametrize(
    "post",
    [
        stored_post(),
        stored_post(targets=(), reach=0),
        stored_post(reach=10_000_000_000, revision=1_000_000, answer=b"\x00\xff", verdict="allow"),
        stored_post(text="\u202e假貨\n\t'; DROP TABLE posts; -- 👨‍👩‍👧 \U0010ffff", account_id="账号"),
        stored_post(counterfeit_probability=1e-12, links=(stored_link(url="https://例子.example/?a=1&b=%00"),)),
    ],
)
def test_gives_a_post_back_as_it_was_recorded(store, post):
    add_posts(store, post)
    assert read(store, lambda work: work.post(post.post_id)) == post


def test_knows_no_post_that_was_not_recorded(store):
    add_posts(store, stored_post("p1"))
    assert read(store, lambda work: work.post("p2")) is None


def test_gives_the_highest_revision_whatever_the_order_of_recording(store):
    add_posts(store, *(stored_post(revision=r, text=f"revision {r}") for r in (0, 10, 9)))
    assert read(store, lambda work: work.post("p1")).text == "revision 10"


def test_refuses_a_revision_that_is_there_and_keeps_the_first(store):
    add_posts(store, stored_post(text="first"))
    with pytest.raises(StaleHeadError):
        add_posts(store, stored_post(text="second"))
    assert read(store, lambda work: work.post("p1")).text == "first"


def test_pages_through_all_posts_of_a_target_once_each_in_order(store):
    add_posts(store, *(stored_post(f"p{i}", targets=(TARGET if i % 2 else "other",)) for i in range(9)))
    seen, after = [], 0
    while page := read(store, lambda work, after=after: work.posts_of_target(TARGET, after=after, limit=3)):
        assert len(page) <= 3
        after = page[-1][0]
        seen += [post.post_id for _, post in page]
    assert seen == ["p1", "p3", "p5", "p7"]


def test_links_a_post_once_to_a_target_that_it_names_twice(store):
    add_posts(store, stored_post(targets=(TARGET, TARGET, "other")))
    assert len(read(store, lambda work: work.posts_of_target(TARGET, after=0, limit=10))) == 1
    assert read(store, lambda work: work.target_counts(TARGET)) == TargetCounts(
        posts=1, accounts=1, first=NOW, last=NOW
    )


def test_gives_all_posts_of_an_account_on_a_target_oldest_first(store):
    add_posts(
        store,
        stored_post("new", posted_at=later(5)),
        stored_post("old", posted_at=later(-5)),
        stored_post("elsewhere", targets=("other",)),
        stored_post("foreign", account_id="a2"),
    )
    found = read(store, lambda work: work.posts_of_account(TARGET, "a1"))
    assert [post.post_id for post in found] == ["old", "new"]


def test_pages_through_the_accounts_of_a_target_once_each_in_the_order_of_ids(store):
    accounts = ["b", "a", "账号", "c", "A", "a", "10", "9"]
    add_posts(store, *(stored_post(f"p{i}", account_id=a) for i, a in enumerate(accounts)))
    add_posts(store, stored_post("elsewhere", account_id="d", targets=("other",)))
    seen, after = [], ""
    while page := read(store, lambda work, after=after: work.accounts_of_target(TARGET, after=after, limit=2)):
        after = page[-1]
        seen += page
    assert seen == sorted(set(accounts))


def test_records_many_posts_at_once_in_their_order_and_finds_them_by_name(store):
    with store.begin() as work:
        work.add_posts([])
        work.add_posts([stored_post(f"p{i}", targets=(TARGET,) * (i % 3)) for i in range(300)])
        work.add_posts([stored_post("p7", revision=1)])
    found = read(store, lambda work: work.posts_of_target(TARGET, after=0, limit=1_000))
    assert [post.post_id for _, post in found] == [f"p{i}" for i in range(300) if i % 3 and i != 7] + ["p7"]
    named = read(store, lambda work: work.posts_named({"p7", "p0", "unseen"}))
    assert {name: post.revision for name, post in named.items()} == {"p7": 1, "p0": 0}
    assert read(store, lambda work: work.posts_named(())) == {}


def spread_of(store, target):
    return read(store, lambda work: work.spread_of_target(target, 10))[1]


def test_counts_the_posts_of_a_target_over_time(store):
    moments = (0, 1, 1, 7, 10)
    add_posts(store, *(stored_post(f"p{i}", posted_at=later(hours)) for i, hours in enumerate(moments)))
    add_posts(store, stored_post("elsewhere", targets=("other",), posted_at=later(99)))
    spread = spread_of(store, TARGET)
    assert (spread.first, spread.last, sum(spread.counts)) == (later(0), later(10), 5)
    assert len(spread.counts) <= 10
    for hours in moments:
        assert spread.counts[(later(hours) - spread.first) // spread.span]
    alone = spread_of(store, "other")
    assert (alone.counts, alone.span) == ((1,), timedelta(minutes=1))
    assert spread_of(store, "unseen") is None


def test_counts_posts_and_accounts_of_a_target(store):
    add_posts(store, stored_post("p1"), stored_post("p2"), stored_post("p3", account_id="a2"))
    assert read(store, lambda work: work.target_counts(TARGET)) == TargetCounts(
        posts=3, accounts=2, first=NOW, last=NOW
    )
    assert read(store, lambda work: work.target_counts("unseen")) == TargetCounts(0, 0)


def test_knows_the_latest_time_of_any_post(store):
    assert read(store, lambda work: work.latest_post_time()) is None
    add_posts(store, stored_post("p1", posted_at=later(7)), stored_post("p2"))
    assert read(store, lambda work: work.latest_post_time()) == later(7)


# targets


def test_a_first_touch_makes_the_target_known(store):
    found = write(store, lambda work: work.touch_targets([touch(), touch("other", suspected=True)], NOW))
    assert {name: (r.state, r.since, r.top_probability) for name, r in found.items()} == {
        TARGET: ("unknown", None, 0.5),
        "other": ("suspected", NOW, 0.5),
    }
    assert read(store, lambda work: work.target(TARGET)) == found[TARGET]


def test_an_unknown_target_becomes_suspected_once(store):
    write(store, lambda work: work.touch_targets([touch()], NOW))
    write(store, lambda work: work.touch_targets([touch(suspected=True)], later(1)))
    found = write(store, lambda work: work.touch_targets([touch(suspected=True)], later(2)))
    assert (found[TARGET].state, found[TARGET].since) == ("suspected", later(1))


def test_a_suspected_target_stays_suspected_when_a_post_is_allowed(store):
    write(store, lambda work: work.touch_targets([touch(suspected=True)], NOW))
    assert write(store, lambda work: work.touch_targets([touch()], later(1)))[TARGET].state == "suspected"


@pytest.mark.parametrize("state", ["counterfeit", "genuine"])
def test_a_touch_never_changes_what_a_person_decided_and_returns_it(store, state):
    decided = target_record(state=state)
    write(store, lambda work: work.put_target(decided))
    found = write(store, lambda work: work.touch_targets([touch(suspected=True, url="https://b.example")], later(1)))
    assert found == {TARGET: decided}
    assert read(store, lambda work: work.target(TARGET)) == decided


def test_the_top_probability_only_rises(store):
    tops = []
    for probability in (0.2, 0.9, 0.4):
        with store.begin() as work:
            touched = work.touch_targets([touch(counterfeit_probability=probability)], NOW)
            tops.append(touched[TARGET].top_probability)
    assert tops == [0.2, 0.9, 0.9]


def test_put_target_makes_and_replaces(store):
    first, second = target_record(), target_record(state="genuine", by="noa", organised=False, since=later(3))
    for record in (first, second):
        write(store, lambda work, record=record: work.put_target(record))
        assert read(store, lambda work: work.target(TARGET)) == record


def test_targets_leaves_out_those_never_seen(store):
    write(store, lambda work: work.put_target(target_record()))
    assert read(store, lambda work: work.targets([TARGET, "unseen", TARGET])) == {TARGET: target_record()}


# ledger


def test_appends_and_links_entries_of_several_streams(store):
    new = [new_entry({"n": 0}), new_entry({"n": 1}, stream="rulebook"), new_entry({"n": 2})]
    linked = write(store, lambda work: work.append(new, heads={STREAM: 0, "rulebook": 0}, now=later(1)))
    more = write(store, lambda work: work.append([new_entry({"n": 3})], heads={STREAM: 2}, now=later(2)))
    kept = read(store, lambda work: work.entries(STREAM))
    assert kept == [linked[0], linked[2], *more]
    assert [entry.position for entry in kept] == [0, 1, 2]
    assert [entry.previous for entry in kept] == [GENESIS, kept[0].digest, kept[1].digest]
    assert [entry.recorded_at for entry in kept] == [later(1), later(1), later(2)]
    assert list(find_faults(store.ledger_entries())) == []


@pytest.mark.parametrize("head", [0, 2, -1])
def test_refuses_to_append_where_the_stream_has_another_length(store, head):
    write(store, lambda work: work.append([new_entry()], heads={STREAM: 0}, now=NOW))
    with pytest.raises(StaleHeadError, match="1 entries"):
        write(store, lambda work: work.append([new_entry()], heads={STREAM: head}, now=NOW))
    assert len(read(store, lambda work: work.entries(STREAM))) == 1


def test_appending_nothing_is_nothing(store):
    assert write(store, lambda work: work.append([], heads={}, now=NOW)) == []


def test_an_entry_needs_an_aware_time(store):
    naive = new_entry(occurred_at=NOW.replace(tzinfo=None))
    with pytest.raises(ValueError, match="offset"):
        write(store, lambda work: work.append([naive], heads={STREAM: 0}, now=NOW))


def test_gives_the_whole_ledger_stream_by_stream_in_small_batches(store):
    for n in range(4):
        new = [new_entry({"n": n}, stream=stream) for stream in ("account:b", "account:a", "target:账")]
        heads = {entry.stream: n for entry in new}
        write(store, lambda work, new=new, heads=heads: work.append(new, heads=heads, now=NOW))
    places = [(entry.stream, entry.position) for entry in store.ledger_entries(batch=2)]
    assert sorted(places) == [(s, n) for s in ("account:a", "account:b", "target:账") for n in range(4)]
    assert list(find_faults(store.ledger_entries(batch=2))) == []


# transactions


def write_everything(work: SqlWork) -> None:
    work.add_posts([stored_post()])
    work.touch_targets([touch()], NOW)
    work.append([new_entry()], heads={STREAM: 0}, now=NOW)
    work.add_case(case())
    work.add_job(job())
    work.emit([event()])
    work.add_key(api_key(), "digest")


def everything(work: SqlWork) -> list[object]:
    return [
        work.post("p1"),
        work.target(TARGET),
        work.entries(STREAM),
        work.case("c1"),
        work.job("j1"),
        work.events(account_id=None, limit=1),
        work.keys(),
    ]


def test_keeps_nothing_of_a_transaction_that_fails(store):
    class BoomError(Exception):
        pass

    def write_and_fail(work: SqlWork) -> None:
        write_everything(work)
        raise BoomError

    with pytest.raises(BoomError):
        write(store, write_and_fail)
    assert not any(read(store, everything))


def test_keeps_everything_of_a_transaction_that_ends_well(store):
    write(store, write_everything)
    assert all(read(store, everything))


def test_a_mistake_of_ours_is_not_reported_as_a_race(store):
    with pytest.raises(sa.exc.IntegrityError):
        add_posts(store, stored_post(text=None))


def test_says_that_the_database_does_not_answer():
    engine = make_engine("postgresql://dajia:geheim@127.0.0.1:1/dajia")
    with pytest.raises(UnavailableError) as caught:
        SqlStore(engine).ping()
    assert "geheim" not in str(caught.value)


def test_says_that_all_connections_are_busy(postgresql_store_url):
    engine = sa.create_engine(
        sa.make_url(postgresql_store_url).set(drivername="postgresql+psycopg"),
        pool_size=1,
        max_overflow=0,
        pool_timeout=0.01,
    )
    busy = SqlStore(engine)
    with busy.begin(), pytest.raises(UnavailableError):
        busy.ping()
    engine.dispose()


def test_connects_again_after_the_server_has_cut_the_connection(postgresql_store_url):
    engine, other = make_engine(postgresql_store_url), make_engine(postgresql_store_url)
    store = SqlStore(engine)
    store.ping()
    with other.connect() as connection:
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = "
        assert connection.exec_driver_sql(cut + "current_database()").scalar()
    with pytest.raises(UnavailableError):
        store.ping()
    store.ping()
    engine.dispose()
    other.dispose()


def test_answers_a_ping(store):
    store.ping()


def test_reads_while_somebody_writes(store):
    with store.begin() as work:
        work.add_posts([stored_post()])
        assert read(store, lambda reader: reader.post("p1")) is None
    assert read(store, lambda reader: reader.post("p1")) is not None


# cases


def add_cases(store: SqlStore, *cases: object) -> None:
    with store.begin() as work:
        for one in cases:
            work.add_case(one)


@pytest.mark.parametrize(
    "one", [case(), case(account_id="a1", claimed_by="mia", lease_until=later(5), decided_at=later(6), priority=1e9)]
)
def test_gives_a_case_back_as_it_was_opened(store, one):
    add_cases(store, one)
    assert read(store, lambda work: work.case("c1")) == one
    assert read(store, lambda work: work.case("c2")) is None


def test_the_queue_gives_the_most_harmful_first_then_the_oldest(store):
    add_cases(
        store,
        case("low", subject="1", priority=1.0),
        case("young", subject="2", priority=5.0, opened_at=later(1)),
        case("old", subject="3", priority=5.0),
        case("other-kind", kind="appeal", subject="4", priority=9.0),
        case("over", state="decided", subject="5", priority=9.0),
    )
    queue = read(store, lambda work: work.cases(kind="target", state="open", limit=9, offset=0))
    assert [one.case_id for one in queue] == ["old", "young", "low"]
    page = read(store, lambda work: work.cases(kind="target", state="open", limit=1, offset=1))
    assert [one.case_id for one in page] == ["young"]
    assert read(store, lambda work: work.count_cases(kind="target", state="open")) == 3
    assert read(store, lambda work: work.count_cases(kind=None, state=None)) == 5


def test_a_subject_has_one_open_case_of_a_kind(store):
    add_cases(store, case("c1"), case("c2", kind="appeal"), case("c3", state="decided"), case("c4", state="decided"))
    with pytest.raises(StaleHeadError):
        add_cases(store, case("c5"))
    assert read(store, lambda work: work.open_case_about("target", TARGET)).case_id == "c1"
    assert read(store, lambda work: work.open_case_about("notice", TARGET)) is None


def test_a_case_is_replaced_only_at_the_version_that_was_read(store):
    add_cases(store, case())
    claimed = msgspec.structs.replace(case(), version=2, claimed_by="mia")
    write(store, lambda work: work.put_case(claimed))
    with pytest.raises(StaleHeadError):
        write(store, lambda work: work.put_case(msgspec.structs.replace(claimed, claimed_by="noa")))
    assert read(store, lambda work: work.case("c1")) == claimed


def test_wanting_a_case_again_raises_its_priority_and_nothing_else(store):
    write(store, lambda work: work.want_target_case("c1", TARGET, 2.0, NOW))
    first = read(store, lambda work: work.case("c1"))
    write(store, lambda work: work.want_target_case("c2", TARGET, 3.0, later(1)))
    assert read(store, lambda work: work.case("c2")) is None
    assert read(store, lambda work: work.case("c1")) == msgspec.structs.replace(first, priority=5.0)


def test_claiming_a_case_does_not_undo_what_posts_added_meanwhile(store):
    add_cases(store, case(priority=2.0))
    read_before = read(store, lambda work: work.case("c1"))
    write(store, lambda work: work.want_target_case("c2", TARGET, 3.0, later(1)))
    claimed = msgspec.structs.replace(read_before, version=2, claimed_by="mia")
    write(store, lambda work: work.put_case(claimed))
    assert read(store, lambda work: work.case("c1")) == msgspec.structs.replace(claimed, priority=5.0)


def test_a_target_whose_case_is_decided_can_get_another(store):
    add_cases(store, case("c1", state="decided"))
    write(store, lambda work: work.want_target_case("c2", TARGET, 3.0, later(1)))
    assert read(store, lambda work: work.open_case_about("target", TARGET)).case_id == "c2"
    assert read(store, lambda work: work.case("c1")) == case("c1", state="decided")


# jobs and events


def test_gives_the_oldest_job_that_is_not_finished(store):
    states = ["done", "failed", "running", "queued"]
    with store.begin() as work:
        for state in states:
            work.add_job(job(state, state=state))
    assert write(store, lambda work: work.next_job(NOW, kinds=KINDS)).job_id == "running"
    write(store, lambda work: work.put_job(job("running", state="done", done=7, total=7, cursor="x", error="y")))
    assert write(store, lambda work: work.next_job(NOW, kinds=KINDS)).job_id == "queued"
    write(store, lambda work: work.put_job(job("queued", state="failed")))
    assert write(store, lambda work: work.next_job(NOW, kinds=KINDS)) is None
    ended = job("running", state="done", done=7, total=7, cursor="x", error="y")
    assert read(store, lambda work: work.job("running")) == ended


def test_two_workers_do_not_take_the_same_job(postgresql_store_url):
    engine = make_engine(postgresql_store_url)
    store = SqlStore(engine)
    write(store, lambda work: work.add_job(job("j1")))
    write(store, lambda work: work.add_job(job("j2")))
    with store.begin() as mine, store.begin() as yours:
        assert (
            mine.next_job(NOW, kinds=KINDS).job_id,
            yours.next_job(NOW, kinds=KINDS).job_id,
        ) == ("j1", "j2")
    engine.dispose()


def test_gives_the_newest_events_first(store):
    with store.begin() as work:
        work.emit([event("e1"), event("e2", account_id=None)])
        work.emit([event("e3", account_id="a2"), event("e4", body={"包": [1.5, None]})])
        work.emit([])
    everybody = read(store, lambda work: work.events(account_id=None, limit=3))
    assert [one.event_id for one in everybody] == ["e4", "e3", "e2"]
    mine = read(store, lambda work: work.events(account_id="a1", limit=9))
    assert mine == [event("e4", body={"包": [1.5, None]}), event("e1")]


# keys


def test_finds_a_key_by_the_digest_of_its_secret(store):
    write(store, lambda work: work.add_key(api_key(), "digest"))
    assert read(store, lambda work: work.key_by_digest("digest")) == api_key()
    assert read(store, lambda work: work.key_by_digest("another")) is None


def test_a_key_is_revoked_once_and_stays(store):
    write(store, lambda work: work.add_key(api_key(), "digest"))
    assert write(store, lambda work: work.revoke_key("platform", later(1)))
    assert not write(store, lambda work: work.revoke_key("platform", later(2)))
    assert not write(store, lambda work: work.revoke_key("nobody", later(2)))
    assert read(store, lambda work: work.keys()) == [api_key(revoked_at=later(1))]


def test_a_name_is_never_given_to_two_keys(store):
    write(store, lambda work: work.add_key(api_key(), "digest"))
    write(store, lambda work: work.revoke_key("platform", later(1)))
    with pytest.raises(StaleHeadError):
        write(store, lambda work: work.add_key(api_key(), "another"))


def test_gives_keys_oldest_first(store):
    for name, minutes in (("b", 2), ("a", 1), ("c", 3)):
        key = api_key(name, created_at=later(minutes))
        write(store, lambda work, key=key: work.add_key(key, key.name))
    assert [key.name for key in read(store, lambda work: work.keys())] == ["a", "b", "c"]


# reading the record from its beginning


def test_gives_entries_of_the_kinds_that_are_asked_for_stream_by_stream(store):
    entries = [new_entry({"n": n}, stream=s, kind=k) for n, (s, k) in enumerate(
        [("target:b", "target_decided"), ("account:a", "finding"), ("target:a", "target_decided"),
         ("target:a", "target_sampled"), ("target:b", "other"), ("target:b", "target_decided")]
    )]  # fmt: skip
    for entry in entries:
        write(store, lambda work, e=entry: work.append([e], heads={e.stream: len(work.entries(e.stream))}, now=NOW))
    found = store.entries_of(("target_decided", "target_sampled"), batch=2)
    assert [(e.stream, e.body["n"]) for e in found] == [
        ("target:a", 2),
        ("target:a", 3),
        ("target:b", 0),
        ("target:b", 5),
    ]
    assert list(store.entries_of(())) == list(store.entries_of(("nope",))) == []


def test_gives_the_links_of_every_revision_in_the_order_of_recording(store):
    add_posts(
        store,
        stored_post("p2", recorded_at=later(5)),
        stored_post("p1", targets=(TARGET, "other")),
        stored_post("p1", targets=(), revision=1),
    )
    found = list(store.recorded_links(batch=1))
    assert [(post.recorded_at, [link.target for link in post.links]) for post in found] == [
        (later(5), [TARGET]),
        (NOW, [TARGET, "other"]),
        (NOW, []),
    ]


# a model in shadow


def test_gives_challenger_scores_of_a_target_back_in_order(store):
    scores = [
        challenger_score("d2", recorded_at=later(2)),
        challenger_score("d1", recorded_at=later(1), challenger_probability=1e-12),
        challenger_score("d1", recorded_at=later(1), challenger_version="2027.1-1"),
        challenger_score("d1", target="other", challenger_verdict="review"),
    ]
    write(store, lambda work: work.add_challenger_scores(scores))
    assert read(store, lambda work: work.challenger_scores(TARGET)) == [scores[1], scores[2], scores[0]]
    assert read(store, lambda work: work.challenger_scores("unseen")) == []


def test_a_challenger_score_is_kept_once_and_the_first_counts(store):
    write(store, lambda work: work.add_challenger_scores([challenger_score()]))
    write(store, lambda work: work.add_challenger_scores([challenger_score(challenger_verdict="hold")]))
    write(store, lambda work: work.add_challenger_scores([]))
    assert read(store, lambda work: work.challenger_scores(TARGET)) == [challenger_score()]
