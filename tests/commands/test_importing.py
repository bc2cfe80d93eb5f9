"""A platform's past is loaded before it goes live: by the rulebook as amnesty or as if sent now, and never twice."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from service_process import DAJIA, Operator, environment

from bootstrap.serving import build_services
from bootstrap.storage import build_store, prepare_database
from enforcement.rulebook import seal
from service.review import TargetDecision
from settings import Settings, read_settings

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")

BAG = "https://weidian.com/item.html?itemID=4371293"
TARGET = "weidian:item:4371293"
FAKE = "高仿LV包包298元 专柜品质 一比一 加V信 lv8888"


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    """A service in which one target was confirmed."""
    operator = Operator(tmp_path)
    prepare_database(settings_of(operator))
    decide(operator, "counterfeit")
    return operator


def settings_of(operator: Operator, **more: str) -> Settings:
    return read_settings(environment(operator.settings | more))


def decide(operator: Operator, decision: Any) -> None:
    command = TargetDecision(target=TARGET, url=BAG, decision=decision, actor="mia")
    build_services(settings_of(operator)).review.decide_target(command)


def posts(n: int, **changes: Any) -> str:
    rows = [{"post_id": f"p{i}", "account_id": f"a{i % 3}", "text": FAKE, "links": [BAG]} | changes for i in range(n)]
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


def load(operator: Operator, text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    (operator.folder / "past.jsonl").write_text(text, encoding="utf-8")
    return operator.run_inside("import", "past.jsonl", "--jobs", "1", "--yes", *arguments)


def told(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    return dict(line.split("\t") for line in done.stdout.splitlines())


def test_by_default_the_past_is_let_go_and_its_links_are_hidden(operator: Operator) -> None:
    done = load(operator, posts(4))
    assert (done.returncode, told(done)) == (
        0,
        {"posts": "4", "recorded before": "0", "rejected": "0", "disable_link": "4"},
    ), done.stderr
    status = build_services(settings_of(operator)).status
    assert [link.hidden for link in status.post("p0").links] == [True]
    assert (status.account("a0").state, status.account("a0").points) == ("good", 0)


def test_a_target_that_is_confirmed_later_gives_the_past_no_warning_either(operator: Operator) -> None:
    decide(operator, "genuine")
    operator.run_inside("import", "--yes", str(write(operator, posts(2))), "--jobs", "1")
    decide(operator, "counterfeit")
    from bootstrap.working import build_duties  # noqa: PLC0415 - this test alone runs the worker's duties

    settle = next(duty for duty in build_duties(settings_of(operator)) if duty.name == "settle targets")
    while settle.run():
        pass
    status = build_services(settings_of(operator)).status
    assert [link.hidden for link in status.post("p1").links] == [True]
    assert status.account("a1").state == "good"


def write(operator: Operator, text: str) -> str:
    (operator.folder / "past.jsonl").write_text(text, encoding="utf-8")
    return "past.jsonl"


def test_where_the_rulebook_says_so_they_count_as_if_sent_now(operator: Operator) -> None:
    shipped = Path(__file__).parents[2] / "enforcement" / "rulebooks" / "1.0.0.yaml"
    line = "  points_for_posts_before_last_sanction: false\n"
    text = shipped.read_text(encoding="utf-8")
    assert line in text
    books = operator.folder / "books"
    books.mkdir()
    (books / "1.0.0.yaml").write_text(
        text.replace(line, f"{line}  points_for_backfilled_posts: true\n"), encoding="utf-8"
    )
    seal(books)
    operator.settings["DAJIA_RULEBOOKS"] = str(books)
    done = load(operator, posts(1))
    assert told(done)["warn"] == "1"
    assert build_services(settings_of(operator)).status.account("a0").state == "warned"


def test_run_again_it_loads_nothing_twice(operator: Operator) -> None:
    load(operator, posts(3))
    again = load(operator, posts(4))
    assert told(again) == {"posts": "1", "recorded before": "3", "rejected": "0", "disable_link": "1"}


def test_what_cannot_be_recorded_is_rejected_with_its_line_and_reason(operator: Operator) -> None:
    good = posts(1)
    bad = "\n".join([good, "{", '{"text": "x"}', posts(1, text="another text"), BAG])
    done = load(operator, bad)
    assert (done.returncode, told(done)["rejected"]) == (1, "4")
    lines = (operator.folder / "import.rejects").read_text(encoding="utf-8").splitlines()
    found = [(row["line"], row["reason"]) for row in map(json.loads, lines)]
    assert [line for line, _ in found] == [2, 3, 4, 5]
    assert "needs `post_id` and `account_id`" in found[1][1]
    assert "recorded with other content" in found[2][1]


def test_nothing_is_recorded_unless_it_was_confirmed(operator: Operator) -> None:
    (operator.folder / "past.jsonl").write_text(posts(2), encoding="utf-8")
    done = operator.run("import", "past.jsonl", "--jobs", "1", stdin="n\n")
    assert (done.returncode, recorded(operator)) == (1, 0)


def test_killed_in_the_middle_and_run_again_every_post_is_there_once(operator: Operator) -> None:
    write(operator, posts(3_000))
    command = [DAJIA, "import", "past.jsonl", "--jobs", "1", "--yes"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=operator.folder, env=environment(operator.settings), **quiet) as process:
        while not recorded(operator) and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert 0 < recorded(operator) < 3_000
    done = operator.run_inside("import", "past.jsonl", "--jobs", "1", "--yes")
    assert done.returncode == 0, done.stderr
    counts = told(done)
    assert int(counts["posts"]) + int(counts["recorded before"]) == 3_000
    assert recorded(operator) == 3_000


def test_a_database_that_goes_away_for_a_while_is_waited_for(
    tmp_path: Path, postgresql_store_url: str, postgresql_server: Any
) -> None:
    operator = Operator(tmp_path)
    operator.settings["DAJIA_DATABASE_URL"] = postgresql_store_url
    rows = "\n".join(posts(1, post_id=f"p{i}", account_id=f"a{i}") for i in range(2_000))
    write(operator, rows)
    command = [DAJIA, "import", "past.jsonl", "--jobs", "1", "--yes"]
    into = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=tmp_path, env=environment(operator.settings), **into) as process:
        while not recorded(operator) and process.poll() is None:
            time.sleep(0.01)
        with gone(postgresql_server, postgresql_store_url):
            time.sleep(2)
        out, errors = process.communicate(timeout=60)
    assert (process.returncode, "Trying again" in errors) == (0, True), errors
    counts = dict(line.split("\t") for line in out.splitlines())
    assert int(counts["posts"]) + int(counts["recorded before"]) == recorded(operator) == 2_000


@contextmanager
def gone(server: Any, url: str) -> Iterator[None]:
    """Every connection to the database is broken, and no new one is let in."""
    name = sa.make_url(url).database
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        try:
            yield
        finally:
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def recorded(operator: Operator) -> int:
    store = build_store(settings_of(operator))
    try:
        with store.begin(write=False) as work:
            return work.count_posts()
    finally:
        store.close()
