"""Real races and real deaths: processes and threads on one database, some of them killed.

A killed process shows that nothing half is kept and that what was committed is there. It does not show what a power
cut leaves: that the database syncs its file is its own promise.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from builders import NOW, STREAM, TARGET, later, new_entry, stored_post, target_record, touch

from adapters.sql.chain import find_faults
from adapters.sql.database import make_engine
from adapters.sql.store import SqlStore, SqlWork
from service.ports import StaleHeadError

APPENDS = 20
TIMEOUT_S = 30


def append_many(url: str, writer: str, barrier: Any) -> None:
    """Append ``APPENDS`` entries to one stream; run in a process of its own."""
    engine = make_engine(url)
    store = SqlStore(engine)
    barrier.wait(TIMEOUT_S)
    for n in range(APPENDS):
        while not append_at_head(store, {"writer": writer, "n": n}):
            pass
    engine.dispose()


def append_at_head(store: SqlStore, body: dict[str, Any]) -> bool:
    """Read the head in one transaction and append in another, so that others can come between."""
    with store.begin(write=False) as work:
        head = len(work.entries(STREAM))
    try:
        with store.begin() as work:
            work.append([new_entry(body)], heads={STREAM: head}, now=NOW)
    except StaleHeadError:
        return False
    return True


def test_two_processes_on_one_stream_lose_nothing_and_double_nothing(store, store_url):
    spawn = multiprocessing.get_context("spawn")
    barrier = spawn.Barrier(2)
    writers = [spawn.Process(target=append_many, args=(store_url, name, barrier)) for name in ("a", "b")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(TIMEOUT_S)
    assert [writer.exitcode for writer in writers] == [0, 0]
    with store.begin(write=False) as work:
        entries = work.entries(STREAM)
    assert [entry.position for entry in entries] == list(range(2 * APPENDS))
    for name in ("a", "b"):
        assert [e.body["n"] for e in entries if e.body["writer"] == name] == list(range(APPENDS))
    assert list(find_faults(entries)) == []


def together(*tasks: Callable[[], object]) -> list[object]:
    """Run each in a thread of its own, all at once; the results in order."""
    barrier = threading.Barrier(len(tasks))

    def started(task: Callable[[], object]) -> object:
        barrier.wait(TIMEOUT_S)
        return task()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(started, tasks))


def outcome(store: SqlStore, do: Callable[[SqlWork], object]) -> str:
    """``written`` or ``stale``."""
    try:
        with store.begin() as work:
            do(work)
    except StaleHeadError:
        return "stale"
    return "written"


def test_of_threads_that_add_the_same_post_exactly_one_does(store):
    posts = [stored_post(text=f"thread {n}") for n in range(4)]
    outcomes = together(*(lambda post=post: outcome(store, lambda work: work.add_posts([post])) for post in posts))
    assert sorted(outcomes) == ["stale", "stale", "stale", "written"]
    with store.begin(write=False) as work:
        assert work.post("p1").text == posts[outcomes.index("written")].text
        assert work.target_counts(TARGET).posts == 1


def test_threads_that_want_a_case_on_a_target_share_one(store):
    def want(name: str) -> str:
        def both(work: SqlWork) -> None:
            work.touch_targets([touch()], NOW)
            work.want_target_case(name, TARGET, 1.0, NOW)

        return outcome(store, both)

    assert together(*(lambda name=name: want(name) for name in "abcd")) == ["written"] * 4
    with store.begin(write=False) as work:
        assert work.count_cases(kind="target", state="open") == 1
        assert work.open_case_about("target", TARGET).priority == 4.0


def test_a_touch_waits_for_a_decision_that_is_being_made_and_sees_it(store):
    touching = threading.Event()

    def touch_it() -> object:
        touching.wait(TIMEOUT_S)
        with store.begin() as work:
            return work.touch_targets([touch(suspected=True)], later(1))[TARGET]

    with ThreadPoolExecutor(1) as pool:
        with store.begin() as work:
            waiting = pool.submit(touch_it)
            work.put_target(target_record())
            touching.set()
            time.sleep(0.05)
            assert not waiting.done()
        assert waiting.result(TIMEOUT_S) == target_record()


def test_of_two_that_wait_for_one_another_one_is_told_to_load_again(postgresql_store_url):
    engine = make_engine(postgresql_store_url)
    store = SqlStore(engine)
    halfway = threading.Barrier(2)

    def append_both(*streams: str) -> str:
        def both(work: SqlWork) -> None:
            work.append([new_entry(stream=streams[0])], heads={streams[0]: 0}, now=NOW)
            halfway.wait(TIMEOUT_S)
            work.append([new_entry(stream=streams[1])], heads={streams[1]: 0}, now=NOW)

        return outcome(store, both)

    assert sorted(together(lambda: append_both("a", "b"), lambda: append_both("b", "a"))) == ["stale", "written"]
    assert len(list(store.ledger_entries())) == 2
    engine.dispose()


def write_one(work: SqlWork) -> None:
    """What recording a post writes."""
    work.touch_targets([touch(suspected=True)], NOW)
    work.add_posts([stored_post()])
    work.append([new_entry({"n": 1})], heads={STREAM: 0}, now=NOW)


def commit_and_wait(url: str) -> None:
    """Say ``committed`` when it is, then wait to be killed."""
    with SqlStore(make_engine(url)).begin() as work:
        write_one(work)
    print("committed", flush=True)  # noqa: T201 - the parent reads it
    time.sleep(TIMEOUT_S)


def write_and_wait(url: str) -> None:
    """Say ``halfway`` within the transaction, then wait to be killed."""
    with SqlStore(make_engine(url)).begin() as work:
        write_one(work)
        print("halfway", flush=True)  # noqa: T201 - the parent reads it
        time.sleep(TIMEOUT_S)


def kill_when_it_says(word: str, function: Callable[[str], None], url: str) -> None:
    """Run a function of this module in a process and kill it (SIGKILL) as soon as it has said the word."""
    code = f"import sys, {__name__} as module; module.{function.__name__}(sys.argv[1])"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", code, url], stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline().decode().strip() == word
        finally:
            process.kill()
    assert process.returncode == -9


def test_what_was_committed_is_there_after_a_kill(store_url):
    kill_when_it_says("committed", commit_and_wait, store_url)
    engine = make_engine(store_url)
    store = SqlStore(engine)
    with store.begin(write=False) as work:
        assert work.post("p1") == stored_post()
        assert work.target(TARGET).state == "suspected"
        assert len(work.entries(STREAM)) == 1
    assert list(find_faults(store.ledger_entries())) == []
    engine.dispose()


def test_nothing_half_is_there_after_a_kill_and_the_next_can_write(store_url):
    kill_when_it_says("halfway", write_and_wait, store_url)
    engine = make_engine(store_url)
    store = SqlStore(engine)
    with store.begin(write=False) as work:
        assert work.post("p1") is None
        assert work.target(TARGET) is None
        assert work.entries(STREAM) == []
        assert work.target_counts(TARGET).posts == 0
    assert outcome(store, write_one) == "written"
    engine.dispose()
