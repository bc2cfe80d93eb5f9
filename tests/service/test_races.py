"""The services raced against one another in real processes, and killed in the middle of their work."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from platform_world import FAKE, START, Platform

from adapters.sql.chain import find_faults
from adapters.sql.database import make_engine
from adapters.sql.store import SqlStore
from service.answers import PostAnswer
from service.ports import StaleHeadError
from service.review import CaseDecision, ClashError

TIMEOUT_S = 60
POSTS = 40
TARGET = "weidian:item:4371293"


def platform_on(url: str, prefix: str) -> Platform:
    """A platform in a process of its own, which ends with it."""
    return late(Platform(SqlStore(make_engine(url)), prefix=prefix))


def late(platform: Platform) -> Platform:
    """The same, after all posts were made."""
    platform.at(1000)
    return platform


def forty_posts(platform: Platform) -> list[Any]:
    """Posts of one promoter, five to an incident, some weeks long."""
    return [
        platform.a_post(f"p{n:02}", "a1", type_="promoter", posted_at=START + timedelta(hours=20 * n))
        for n in range(POSTS)
    ]


def submit_all(url: str, prefix: str, barrier: Any) -> None:
    """Submit the same posts as everybody else, one after the other."""
    platform = platform_on(url, prefix)
    posts = forty_posts(platform)
    barrier.wait(TIMEOUT_S)
    for post in posts:
        (answer,) = platform.screening.submit([post])
        assert isinstance(answer, PostAnswer)


def race(*tasks: tuple[Any, tuple[Any, ...]]) -> None:
    """Run each in a process; all begin at once and must end well."""
    spawn = multiprocessing.get_context("spawn")
    barrier = spawn.Barrier(len(tasks))
    processes = [spawn.Process(target=target, args=(*arguments, barrier)) for target, arguments in tasks]
    for process in processes:
        process.start()
    for process in processes:
        process.join(TIMEOUT_S)
    assert [process.exitcode for process in processes] == [0] * len(tasks)


def whole(store: SqlStore) -> bool:
    """Whether the record is whole, and not empty."""
    entries = list(store.ledger_entries())
    return bool(entries) and not list(find_faults(entries))


def picture(platform: Platform, account: str = "a1") -> Any:
    """Where an account stands and why, without ids."""
    found = platform.status.account(account)
    orders = sorted((a.kind, a.rule, a.target or "", a.points, a.until is None) for a in found.history)
    return found.state, found.points, [lapse.points for lapse in found.lapses], orders


def test_two_processes_with_the_same_posts_come_to_what_one_comes_to(store, store_url, sqlite_store_url):
    alone = another_database(sqlite_store_url)
    before = Platform(store, prefix="before")
    before.at(-1)
    before.decide("counterfeit")
    race((submit_all, (store_url, "one")), (submit_all, (store_url, "two")))
    platform = late(Platform(store, prefix="look"))
    with store.begin(write=False) as work:
        assert work.target_counts(TARGET).posts == POSTS
        found = [e.body["finding"]["post_id"] for e in work.entries("account:a1") if e.kind == "finding_recorded"]
    assert sorted(found) == [f"p{n:02}" for n in range(POSTS)]
    assert len(platform.link_actions()) == POSTS
    assert whole(store)
    assert picture(platform) == single_run(alone)


def single_run(url: str) -> Any:
    """What the same posts come to with nobody else about."""
    with undisturbed(url) as platform:
        platform.at(-1)
        platform.decide("counterfeit")
        for post in forty_posts(late(platform)):
            platform.screening.submit([post])
        return picture(platform)


@contextmanager
def undisturbed(url: str) -> Iterator[Platform]:
    """A platform on an SQLite file of its own."""
    engine = make_engine(url)
    yield Platform(SqlStore(engine))
    engine.dispose()


def another_database(sqlite_url: str) -> str:
    """A copy of a database that nobody has written to yet."""
    path = sqlite_url.removeprefix("sqlite:///")
    return f"sqlite:///{shutil.copy(path, path + '.copy')}"


def post_from_many_accounts(url: str, prefix: str, barrier: Any) -> None:
    """Posts of many accounts come in while somebody decides."""
    platform = platform_on(url, prefix)
    barrier.wait(TIMEOUT_S)
    for n in range(POSTS):
        platform.post(f"{prefix}-{n:02}", f"{prefix}-account-{n % 7}", text=FAKE)


def confirm_in_between(url: str, prefix: str, barrier: Any) -> None:
    """Confirm as soon as some posts are there, and carry the decision to them while more come in."""
    platform = platform_on(url, prefix)
    barrier.wait(TIMEOUT_S)
    deadline = time.monotonic() + TIMEOUT_S
    while time.monotonic() < deadline:
        with platform.store.begin(write=False) as work:
            if work.target_counts(TARGET).posts >= 5:
                break
    platform.decide("counterfeit")


def test_a_confirmation_among_arriving_posts_misses_none_of_them(store, store_url):
    race(
        (post_from_many_accounts, (store_url, "one")),
        (post_from_many_accounts, (store_url, "two")),
        (confirm_in_between, (store_url, "mia")),
    )
    platform = late(Platform(store, prefix="look"))
    posts = [f"{who}-{n:02}" for who in ("one", "two") for n in range(POSTS)]
    verdicts = {platform.status.post(post_id).verdict for post_id in posts}
    assert verdicts == {"block"}
    assert all(platform.hidden(post_id) == [True] for post_id in posts)
    for who in ("one", "two"):
        for n in range(7):
            orders = [(a.kind, a.points) for a in platform.account_actions(f"{who}-account-{n}")]
            assert orders == [("warn", 0)], "all posts lie within one incident"
    assert whole(store)


ACCOUNTS = 60


def fill(platform: Platform) -> None:
    """Sixty accounts with two posts each, then a confirmation whose job nobody has begun."""
    posts = [platform.a_post(f"p{n:03}", f"account-{n % ACCOUNTS:02}") for n in range(2 * ACCOUNTS)]
    platform.screening.submit(posts)
    platform.decide("counterfeit", run=False)


RUN_SLOWLY = """
import sys, time
import service.propagate
from bootstrap.working import build_propagation
from settings import Settings
service.propagate.BATCH = 5
propagation = build_propagation(Settings(database_url=sys.argv[1]))
settle = propagation._settle_account
def slowly(*arguments):
    time.sleep(0.01)
    return settle(*arguments)
propagation._settle_account = slowly
while propagation.run_next():
    print("stretch", flush=True)
"""


def test_a_job_that_is_killed_goes_on_where_it_was(store, store_url, sqlite_store_url):
    alone = another_database(sqlite_store_url)
    platform = late(Platform(store))
    fill(platform)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", RUN_SLOWLY, store_url], stdout=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        try:
            for _ in range(3):
                assert process.stdout.readline().strip() == b"stretch"
            time.sleep(0.02)  # into the next stretch
        finally:
            process.kill()
    assert process.returncode == -9
    hidden = [platform.hidden(f"p{n:03}") for n in range(2 * ACCOUNTS)]
    with store.begin(write=False) as work:
        settled = sum(1 for n in range(ACCOUNTS) if warned(work.entries(f"account:account-{n:02}")))
    assert 15 <= settled < ACCOUNTS, "it was killed in the middle"
    assert hidden == [[True]] * 2 * ACCOUNTS, "what is held stays held until the job comes to it"
    platform.propagation.drain()
    with undisturbed(alone) as other:
        fill(late(other))
        other.propagation.drain()
        accounts = [f"account-{n:02}" for n in range(ACCOUNTS)]
        assert [picture(platform, a) for a in accounts] == [picture(other, a) for a in accounts]
    assert whole(store)
    assert not platform.propagation.run_next()


def warned(entries: Any) -> bool:
    """Whether an account was warned."""
    return any(e.kind == "action_ordered" and e.body["action"]["order"]["kind"] == "warn" for e in entries)


def test_two_people_who_decide_one_case_at_once_do_not_both_succeed(postgresql_store_url):
    engine = make_engine(postgresql_store_url)
    store = SqlStore(engine)
    platform = late(Platform(store))
    platform.post("p1")
    (case,) = platform.review.cases("target", "open", 0).cases
    race(
        (decide_case, (postgresql_store_url, "ann", case.case_id)),
        (decide_case, (postgresql_store_url, "bo", case.case_id)),
    )
    with store.begin(write=False) as work:
        assert len(work.entries(f"target:{TARGET}")) == 1
    assert platform.review.case(case.case_id).body["decided_by"] in {"ann", "bo"}
    engine.dispose()


class Meddling:
    """A store in which somebody else writes to an account after it was read, the first few times."""

    def __init__(self, store: SqlStore, times: int) -> None:
        self._store = store
        self.left = times

    @contextmanager
    def begin(self, *, write: bool = True) -> Iterator[Any]:
        with self._store.begin(write=write) as work:
            if write and self.left:
                self.left -= 1
                raise StaleHeadError("somebody else was faster")
            yield work


def test_reading_an_account_and_noting_a_removal_outlast_a_race(sqlite_store):
    platform = Platform(sqlite_store)
    platform.post("p1")
    meddling = platform.status._store = Meddling(sqlite_store, 3)
    assert platform.status.account("a1").account_id == "a1"
    meddling.left = 3
    assert platform.status.remove_post("p1").post_id == "p1"
    meddling.left = 100
    with pytest.raises(StaleHeadError):
        platform.status.account("a1")


def decide_case(url: str, actor: str, case_id: str, barrier: Any) -> None:
    """Decide; the one who comes too late is told so."""
    platform = platform_on(url, actor)
    barrier.wait(TIMEOUT_S)
    try:
        platform.review.decide_case(case_id, CaseDecision(actor=actor, decision="counterfeit"))
    except (ClashError, StaleHeadError):
        return
