"""Rescans as an engineer runs them: every kind of file, broken ones too, many processes, and killed at any moment."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet
from service_process import DAJIA, Operator, environment

from bootstrap.serving import build_services
from bootstrap.storage import prepare_database
from detector.samples import load_samples
from detector.types import Post
from service.review import TargetDecision
from settings import read_settings

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")

BAG = "https://weidian.com/item.html?itemID=4371293"
FAKE = {"post_id": "p1", "account_id": "a1", "text": "高仿LV包包298元 专柜品质 一比一 加V信 lv8888", "links": [BAG]}
FINE = {"post_id": "p2", "text": "晚安", "links": ["https://example.com/"]}


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path)


def write(operator: Operator, name: str, data: bytes | str) -> str:
    (operator.folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
    return name


def run(operator: Operator, *arguments: str) -> subprocess.CompletedProcess[str]:
    return operator.run_inside("rescan", *arguments, "--output", "out.jsonl", "--jobs", "1")


def lines(operator: Operator, name: str = "out.jsonl") -> list[dict[str, Any]]:
    return [json.loads(line) for line in (operator.folder / name).read_text(encoding="utf-8").splitlines()]


def rejects(operator: Operator) -> list[tuple[int, str]]:
    return [(row["line"], row["reason"]) for row in lines(operator, "out.jsonl.rejects")]


POSTS = "\n".join(json.dumps(post, ensure_ascii=False) for post in (FAKE, FINE))
TABLE = f"id,content,link\np1,{FAKE['text']},{BAG}\np2,晚安,https://example.com/\n"


def parquet_bytes(folder: Path) -> bytes:
    table = pa.table({"id": ["p1", "p2"], "content": [FAKE["text"], "晚安"], "link": [BAG, "https://example.com/"]})
    parquet.write_table(table, folder / "made.parquet")
    return (folder / "made.parquet").read_bytes()


FILES: dict[str, Callable[[Path], bytes]] = {
    "in.jsonl": lambda _: POSTS.encode(),
    "bom.jsonl": lambda _: b"\xef\xbb\xbf" + POSTS.encode(),
    "in.jsonl.gz": lambda _: gzip.compress(POSTS.encode()),
    "in.jsonl.bz2": lambda _: bz2.compress(POSTS.encode()),
    "in.jsonl.xz": lambda _: lzma.compress(POSTS.encode()),
    "in.csv": lambda _: TABLE.encode(),
    "in.csv.gz": lambda _: gzip.compress(TABLE.encode()),
    "semicolon.csv": lambda _: TABLE.replace(",", ";").encode(),
    "in.tsv": lambda _: TABLE.replace(",", "\t").encode(),
    "chinese.csv": lambda _: TABLE.encode("gb18030"),
    "quoted.csv": lambda _: (
        f'id,content,link\np1,"{FAKE["text"]}",{BAG}\np2,"晚\n安","https://example.com/"\n'.encode()
    ),
    "in.parquet": parquet_bytes,
}


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_file_gives_the_same_answers(operator: Operator, name: str) -> None:
    write(operator, name, FILES[name](operator.folder))
    done = run(operator, name)
    assert done.returncode == 0, done.stderr
    assert rejects(operator) == []
    found = lines(operator)
    assert [(row["post_id"], row["answer"]["verdict"]) for row in found] == [("p1", "hold"), ("p2", "allow")]
    assert found[0]["answer"]["links"][0]["target"] == "weidian:item:4371293"
    assert "held\t1\tweidian:item:4371293" in done.stdout


def test_a_rescan_says_what_score_says(operator: Operator) -> None:
    posts = [p for p in load_samples().posts if not p.pages][:60]
    raw = [{"post_id": p.post_id, "text": p.text, "links": list(p.links)} for p in posts]
    write(operator, "in.jsonl", "\n".join(json.dumps(post, ensure_ascii=False) for post in raw))
    run(operator, "in.jsonl")
    scored = [json.loads(line) for line in operator.run("score", "in.jsonl").stdout.splitlines()]
    assert [row["answer"] | {"post_id": row["post_id"]} for row in lines(operator)] == scored


def test_a_place_that_cannot_be_written_to_is_named(operator: Operator) -> None:
    write(operator, "in.jsonl", POSTS)
    done = operator.run("rescan", "in.jsonl", "--output", "nowhere/out.jsonl", "--jobs", "1")
    assert (done.returncode, done.stderr) == (1, "dajia: nowhere/out.jsonl: No such file or directory.\n")


def test_plain_urls_a_folder_and_standard_input_are_read(operator: Operator) -> None:
    (operator.folder / "links").mkdir()
    write(operator, "links/a.txt", f"{BAG}\n")
    write(operator, "links/b.txt", "https://example.com/\n")
    assert run(operator, "links").returncode == 0
    assert [row["url"] for row in lines(operator)] == [BAG, "https://example.com/"]
    done = operator.run("rescan", "-", "--output", "stdin.jsonl", "--jobs", "1", stdin=POSTS)
    assert (done.returncode, len(lines(operator, "stdin.jsonl"))) == (0, 2)


BROKEN: dict[str, tuple[Callable[[Path], bytes], int, str]] = {
    "broken.jsonl": (lambda _: b'{"text": \n' + POSTS.encode(), 1, "Input data was truncated"),
    "bytes.jsonl": (lambda _: b'{"text": "\xff\xfe"}\n' + POSTS.encode(), 1, "utf-8"),
    "other.jsonl": (lambda _: b"broken{\n" + POSTS.encode(), 1, "no JSON object"),
    "list.ndjson": (lambda _: b"[1]\n" + POSTS.encode(), 1, "no JSON object"),
    "empty.jsonl": (lambda _: b"\n" + POSTS.encode(), 1, "empty"),
    "unknown.jsonl": (lambda _: b'{"text": "a", "why": 1}\n' + POSTS.encode(), 1, "why"),
    "cut.jsonl.gz": (lambda _: gzip.compress(POSTS.encode() + b"\n" * 9)[:-9], 3, ""),
    "fields.csv": (lambda _: TABLE.encode() + b"p3,too few\n", 4, "has 2 fields; 3 are named"),
    "mixed.csv": (lambda _: TABLE.encode() + b"p3,\xff\xff\xff,x\n", 4, "neither UTF-8 nor GB18030"),
    "time.csv": (
        lambda _: b"content,time\nhello,yesterday\n" + b"\xe6\x99\x9a,2026-11-01T00:00:00Z\n" * 2,
        2,
        "posted_at",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_row_is_rejected_with_its_line_and_the_rest_is_done(operator: Operator, name: str) -> None:
    make, line, reason = BROKEN[name]
    write(operator, name, make(operator.folder))
    done = run(operator, name)
    assert done.returncode == 1
    found = rejects(operator)
    assert found[0][0] == line
    assert reason in found[0][1]
    assert len(lines(operator)) == 2


@pytest.mark.parametrize("cut", [3, 100, 400])
def test_a_truncated_parquet_file_is_rejected(operator: Operator, cut: int) -> None:
    write(operator, "in.parquet", parquet_bytes(operator.folder)[:-cut])
    (operator.folder / "made.parquet").unlink()
    assert run(operator, "in.parquet").returncode == 1
    assert "no whole Parquet file" in rejects(operator)[0][1]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("none.jsonl",), 1, "no such file"),
        (("plain.csv",), 1, "--columns url=NAME"),
        (("plain.csv", "--columns", "url=c"), 1, "no column 'c'"),
        (("plain.csv", "--columns", "link=a"), 2, "field=column"),
        (("-", "--resume"), 2, "neither resumed nor applied"),
        (("-", "--apply"), 2, "neither resumed nor applied"),
        ((), 2, "Name INPUTS"),
    ],
)
def test_wrong_use_says_what_to_do(operator: Operator, arguments: tuple[str, ...], status: int, message: str) -> None:
    write(operator, "plain.csv", "a,b\n1,2\n")
    done = run(operator, *arguments)
    assert (done.returncode, message in done.stderr) == (status, True), done.stderr


def test_columns_can_be_named(operator: Operator) -> None:
    write(operator, "plain.csv", f"a,b\n{BAG},{FAKE['text']}\n")
    assert run(operator, "plain.csv", "--columns", "url=a,text=b").returncode == 0
    assert lines(operator)[0]["answer"]["verdict"] == "hold"


def test_an_output_is_not_written_over(operator: Operator) -> None:
    write(operator, "in.jsonl", POSTS)
    run(operator, "in.jsonl")
    before = (operator.folder / "out.jsonl").read_bytes()
    done = run(operator, "in.jsonl")
    assert (done.returncode, "--resume" in done.stderr) == (1, True)
    assert (operator.folder / "out.jsonl").read_bytes() == before


# many processes, and crashes


@pytest.fixture
def many(operator: Operator) -> Operator:
    """Some thousand rows, with a broken one now and then."""
    chance = random.Random(5)  # noqa: S311 - no secret depends on it
    posts = [p for p in load_samples().posts if not p.pages]
    rows = []
    for number in range(6_000):
        post = chance.choice(posts)
        body = {"post_id": f"h{number}", "text": f"{post.text} {number % 900}", "links": list(post.links)}
        rows.append("{broken" if number % 701 == 0 else json.dumps(body, ensure_ascii=False))
    write(operator, "many.jsonl", "\n".join(rows))
    return operator


def command(output: str, *more: str) -> list[str]:
    return [str(DAJIA), "rescan", "many.jsonl", "--output", output, *more]


def test_killed_at_any_moment_it_goes_on_to_the_same_output(many: Operator) -> None:
    alone = many.run("rescan", "many.jsonl", "--output", "alone.jsonl", "--jobs", "1")
    assert alone.returncode == 1
    for _ in range(4):
        with subprocess.Popen(
            command("out.jsonl", "--jobs", "2", "--resume"),
            cwd=many.folder,
            env=environment(many.settings),
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        ) as process:
            # From its start to somewhere in the middle of its work, another moment each time.
            time.sleep(2 + random.SystemRandom().random() * 4)
            process.send_signal(signal.SIGKILL)
    done = many.run("rescan", "many.jsonl", "--output", "out.jsonl", "--jobs", "2", "--resume")
    assert done.returncode == 1
    for name in ("", ".rejects"):
        mine = (many.folder / f"out.jsonl{name}").read_bytes()
        assert mine == (many.folder / f"alone.jsonl{name}").read_bytes()
    assert done.stdout == alone.stdout
    assert len(rejects(many)) == 9


def test_on_a_full_disk_it_says_so_and_goes_on_once_there_is_room(many: Operator) -> None:
    alone = many.run("rescan", "many.jsonl", "--output", "alone.jsonl", "--jobs", "1")
    little = (many.folder / "alone.jsonl").stat().st_size // 2
    done = subprocess.run(
        ["sh", "-c", f'ulimit -f {little // 512}; exec "$@"', "sh", *command("out.jsonl", "--jobs", "1")],
        cwd=many.folder,
        env=environment(many.settings),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, b"no room left" in done.stderr, b"--resume" in done.stderr) == (1, True, True)
    assert b"Traceback" not in done.stderr
    again = many.run("rescan", "many.jsonl", "--output", "out.jsonl", "--jobs", "1", "--resume")
    assert again.stdout == alone.stdout
    assert (many.folder / "out.jsonl").read_bytes() == (many.folder / "alone.jsonl").read_bytes()


def test_a_changed_input_is_refused(many: Operator) -> None:
    from adapters.rescan_files import Output, identify  # noqa: PLC0415 - this test alone

    folder = many.folder
    made = identify([folder / "many.jsonl"], "model", "brands", {})
    with Output(folder / "out.jsonl", folder / "out.rejects", made, resume=False) as output:
        output.keep()
    write(many, "many.jsonl", POSTS)
    done = run(many, "many.jsonl", "--resume")
    assert done.returncode == 1
    assert "inputs, model version, brands digest changed since" in done.stderr
    assert "Remove" in done.stderr


# applying


@pytest.fixture
def with_database(operator: Operator, _migrated_sqlite: str) -> Operator:
    shutil.copy(_migrated_sqlite, operator.folder / "dajia.sqlite3")
    return operator


OLD = [FAKE | {"post_id": f"h{n}", "account_id": f"a{n % 3}", "posted_at": "2026-10-01T00:00:00Z"} for n in range(6)]


def apply(operator: Operator, *more: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    for name in ("out.jsonl", "out.jsonl.rejects"):
        (operator.folder / name).unlink(missing_ok=True)
    write(operator, "old.jsonl", "\n".join(json.dumps(post, ensure_ascii=False) for post in OLD))
    arguments = ("rescan", "old.jsonl", "--output", "out.jsonl", "--jobs", "1", "--apply", *more)
    return operator.run(*arguments, stdin=stdin)


def test_applied_posts_are_settled_as_over_http(with_database: Operator) -> None:
    done = apply(with_database, "--yes")
    assert done.returncode == 0, done.stderr
    assert "disable_link\t6" in done.stdout
    key = with_database.run_inside("key", "create", "platform", "--scopes", "score,read").stdout.strip()
    with with_database.serving() as served:
        served.session.headers["Authorization"] = f"Bearer {key}"
        for post in OLD:
            again = served.post("/v1/posts", post).json()
            assert (again["duplicate"], again["verdict"]) == (True, "hold")
        fresh = served.post("/v1/posts", FAKE | {"post_id": "now"}).json()
        assert [a["kind"] for a in fresh["actions"]] == [a["kind"] for a in again["actions"]]


def test_nothing_is_recorded_unless_it_was_confirmed(with_database: Operator) -> None:
    done = apply(with_database, stdin="n\n")
    assert (done.returncode, "Nothing was recorded" in done.stderr) == (1, True)
    assert with_database.run_inside("ledger", "export").stdout == ""
    assert apply(with_database, stdin="y\n").returncode == 0


def test_posts_from_before_a_confirmation_are_hidden_and_earn_no_points(with_database: Operator) -> None:
    key = with_database.run_inside("key", "create", "platform", "--scopes", "read,moderate").stdout.strip()
    with with_database.serving() as served:
        served.session.headers["Authorization"] = f"Bearer {key}"
        served.post("/v1/decisions", {"url": BAG, "decision": "counterfeit", "actor": "mia"})
        assert apply(with_database, "--yes").returncode == 0
        standing = served.get("/v1/accounts/a0").json()
        assert standing["points"] == 0
        assert {action["kind"] for action in standing["history"]} == {"disable_link", "warn"}


def test_a_run_again_does_nothing_twice(with_database: Operator) -> None:
    apply(with_database, "--yes")
    before = with_database.run_inside("ledger", "export").stdout
    done = apply(with_database, "--yes")
    assert "recorded before\t6" in done.stdout
    assert with_database.run_inside("ledger", "export").stdout == before


def test_it_stops_when_enough_was_done(with_database: Operator) -> None:
    rows = [FAKE | {"post_id": f"m{n}", "account_id": f"a{n}"} for n in range(120)]
    write(with_database, "rows.jsonl", "\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
    arguments = (
        "rescan",
        "rows.jsonl",
        "--output",
        "o.jsonl",
        "--jobs",
        "1",
        "--apply",
        "--yes",
        "--max-actions",
        "60",
    )
    done = with_database.run(*arguments)
    assert (done.returncode, "Stopped at --max-actions" in done.stderr) == (1, True)
    assert "posts\t100" in done.stdout, "to the end of the stretch in which it was reached"


# the service's own store


@pytest.fixture
def recorded(operator: Operator) -> Operator:
    """Somebody whose service has recorded three posts and decided one target."""
    prepare_database(read_settings(operator.settings))
    services = build_services(read_settings(operator.settings | {"DAJIA_SECOND_SHARE": "0"}))
    old = datetime(2026, 3, 1, tzinfo=UTC)
    for number, (text, link, at) in enumerate(
        [(FAKE["text"], BAG, old), ("晚安", "https://example.com/", None), (FAKE["text"], BAG, None)]
    ):
        post = Post(f"s{number}", "a1", str(text), (str(link),), posted_at=at)
        services.screening.submit([post])
        if number == 1:
            services.review.decide_target(
                TargetDecision(target="weidian:item:4371293", url=BAG, decision="counterfeit", actor="mia")
            )
    return operator


def test_the_stores_own_posts_are_judged_again(recorded: Operator) -> None:
    done = run(recorded, "--stored")
    assert done.returncode == 0, done.stderr
    found = lines(recorded)
    assert [(row["file"], row["line"], row["post_id"]) for row in found] == [
        ("stored", 1, "s0"),
        ("stored", 2, "s1"),
        ("stored", 3, "s2"),
    ]
    assert [row.get("earlier") for row in found] == ["hold", "allow", None], "what people decided says nothing here"
    assert [row["answer"]["verdict"] for row in found] == ["hold", "allow", "hold"]
    assert "changed" not in done.stdout


def test_posts_since_a_day(recorded: Operator) -> None:
    assert run(recorded, "--stored", "--since", "2026-06-01").returncode == 0
    assert [row["post_id"] for row in lines(recorded)] == ["s1", "s2"]


def test_what_the_model_in_use_has_answered_can_be_left_out(recorded: Operator) -> None:
    assert recorded.run("rescan", "--stored", "--changed-only", "--output", "out.jsonl", "--jobs", "1").returncode == 0
    assert lines(recorded) == []


def test_what_changed_against_earlier_verdicts_is_told(operator: Operator) -> None:
    table = f"content,link,verdict\n{FAKE['text']},{BAG},allow\n{FAKE['text']},{BAG},hold\n晚安,https://example.com/,\n"
    done = run(operator, write(operator, "t.csv", table))
    assert done.returncode == 0, done.stderr
    assert "changed\tallow\thold\t1" in done.stdout.splitlines()
    assert [row.get("earlier") for row in lines(operator)] == ["allow", "hold", None]
    changes = (operator.folder / "out.jsonl.changes.csv").read_text(encoding="utf-8").splitlines()
    assert changes == ["file,line,post_id,account_id,link,earlier,verdict", f"t.csv,2,,,{BAG},allow,hold"]


@pytest.mark.parametrize(
    "arguments", [(), ("--stored", "x.jsonl"), ("x.jsonl", "--since", "2026-06-01"), ("--stored", "--apply")]
)
def test_inputs_or_the_store_and_not_both(operator: Operator, arguments: tuple[str, ...]) -> None:
    done = run(operator, *arguments)
    assert (done.returncode, "INPUTS" in done.stderr) == (2, True), done.stderr


def test_the_report_is_one_page_whose_names_are_escaped(operator: Operator) -> None:
    hostile = {"text": FAKE["text"], "links": ["https://shop.example/<script>alert(1)</script>"], "reach": 70}
    dated = FAKE | {"posted_at": "2026-10-01T00:00:00Z"}
    write(operator, "in.jsonl", "\n".join(json.dumps(row, ensure_ascii=False) for row in (dated, FINE, hostile)))
    assert run(operator, "in.jsonl", "--html", "report.html").returncode == 0
    page = (operator.folder / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    for said in ("Louis Vuitton", "weidian.com", "2026-10", "weidian:item:4371293", "3 rows, judged again"):
        assert said in page
    assert not (operator.folder / "out.jsonl.changes.csv").exists(), "nothing was told of earlier verdicts"
