"""Confirming one target with a hundred thousand posts by ten thousand accounts: how long, and what a kill costs.

    python benchmarks/settle_target.py [posts] [accounts]

Makes the posts in a new SQLite file (synthetic), confirms the target, and runs the job in a process of its own, which
is killed with SIGKILL in the middle and started again. Prints the time of the work, and whether anything was done
twice or lost.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.sql.store import SqlStore
from bootstrap.storage import build_store, prepare_database
from bootstrap.working import build_propagation
from service.records import StoredLink, StoredPost
from service.target_decisions import TargetDecision, record_decision
from settings import Settings

TARGET, URL = "weidian:item:4371293", "https://weidian.com/item.html?itemID=4371293"
NOW = datetime.now(UTC)


def post(number: int, account: int) -> StoredPost:
    at = NOW - timedelta(minutes=10 + number % 4_000)
    link = StoredLink(URL, TARGET, "review", 0.7)
    return StoredPost(
        f"p{number:07}", 0, f"a{account:06}", "private", at, at, "d" * 64, f"dec{number}", "review", 0.7,
        "LV包包298元", (link,), b"{}",
    )  # fmt: skip


def fill(store: SqlStore, n_posts: int, n_accounts: int) -> None:
    for first in range(0, n_posts, 5_000):
        with store.begin() as work:
            for number in range(first, min(first + 5_000, n_posts)):
                work.add_posts([post(number, number % n_accounts)])


def drain(settings: Settings) -> None:
    build_propagation(settings).drain()


def run(settings: Settings, seconds: float | None = None) -> float:
    """Run the job in a process, killed after so many seconds where they are given; how long it ran."""
    process = multiprocessing.get_context("spawn").Process(target=drain, args=(settings,))
    began = time.perf_counter()
    process.start()
    process.join(seconds)
    if process.is_alive():
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
    return time.perf_counter() - began


def main() -> None:
    n_posts = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    n_accounts = int(sys.argv[2]) if len(sys.argv) > 2 else n_posts // 10
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database_url=f"sqlite:///{Path(folder)}/dajia.sqlite3")
        prepare_database(settings)
        store = build_store(settings)
        fill(store, n_posts, n_accounts)
        numbers = iter(range(100))
        command = TargetDecision(target=TARGET, url=URL, decision="counterfeit", actor="mia")
        with store.begin() as work:
            job_id = record_decision(work, command, datetime.now(UTC), lambda: f"n{next(numbers)}").job_id
        first, second = run(settings, 5.0), run(settings)
        with store.begin(write=False) as work:
            job = work.job(job_id)
            events = Counter(event.type for event in work.events(account_id=None, limit=10 * n_posts))
        kinds = Counter(entry.kind for entry in store.ledger_entries())
        assert job is not None
        print(f"{n_posts} posts of {n_accounts} accounts: killed after {first:.1f} s")
        print(f"started again and {job.state} after {second:.1f} s more")
        print(f"in all {first + second:.1f} s, two starts of Python included (goal: 60)")
        print(f"findings {kinds['finding_recorded']} of {n_posts}, events {dict(events)}")
        print(f"each account warned once: {events['account.warned'] == n_accounts}")
        store.close()


if __name__ == "__main__":
    main()
