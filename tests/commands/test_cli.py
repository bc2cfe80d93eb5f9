"""The command line as an operator meets it: every command in a process of its own, in a folder of its own."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import sys
import time
from importlib.metadata import version
from pathlib import Path

import pytest
from builders import NOW, new_entry
from service_process import Operator, few_written_posts, is_running

from adapters.sql.database import make_engine
from adapters.sql.store import SqlStore
from detector.artefact import newest_model

ROOT = Path(__file__).parents[2]
BAG = "https://weidian.com/item.html?itemID=4371293"
POST = {"post_id": "p1", "account_id": "a1", "text": "高仿LV包包298元 专柜品质 一比一 加V信 lv8888", "links": [BAG]}

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and processes as POSIX has them")


@pytest.fixture
def operator(tmp_path):
    """Somebody with an empty folder."""
    return Operator(tmp_path)


@pytest.fixture
def with_database(operator, _migrated_sqlite):
    """Somebody whose database has its schema."""
    shutil.copy(_migrated_sqlite, operator.folder / "dajia.sqlite3")
    return operator


@pytest.fixture
def rulebooks(tmp_path):
    """A folder with a copy of the shipped rulebook, not sealed."""
    folder = tmp_path / "books"
    folder.mkdir()
    shutil.copy(ROOT / "enforcement" / "rulebooks" / "1.0.0.yaml", folder)
    return folder


# the command itself


def test_help_lists_the_commands_and_version_is_the_package_s(operator):
    shown = operator.run("--help")
    assert shown.returncode == 0
    for command in (
        "demo",
        "serve",
        "worker",
        "score",
        "train",
        "evaluate",
        "brands",
        "rulebook",
        "ledger",
        "key",
        "db",
    ):
        assert f"\n  {command} " in shown.stdout
    assert version("dajia") in operator.run_inside("--version").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["nope"],
        ["score", "--nope"],
        ["score", "not-there.jsonl"],
        ["key", "create", "a"],
        ["serve", "--port", "70000"],
        ["serve", "--workers", "0"],
        ["rulebook", "check"],
    ],
)
def test_wrong_use_is_status_2_and_said_on_standard_error(operator, arguments):
    done = operator.run_inside(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Usage:" in done.stderr


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DAJIA_CLOCK", "sundial"),
        ("DAJIA_PORT", "eighty"),
        ("DAJIA_PORT", "70000"),
        ("DAJIA_WORKERS", "0"),
        ("DAJIA_PREVALENCE", "2"),
        ("DAJIA_PREVALENCE", "nan"),
        ("DAJIA_DATABASE_URL", "nonsense"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(operator, variable, value):
    done = operator.run_inside("db", "upgrade", **{variable: value})
    assert (done.returncode, done.stdout) == (1, "")
    assert variable in done.stderr


def test_the_installed_command_says_it_without_a_traceback(operator):
    done = operator.run("db", "upgrade", DAJIA_CLOCK="sundial")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "dajia: DAJIA_CLOCK must be one of real, follow-posts. Got 'sundial' instead.\n"


# score


def test_score_answers_posts_and_urls_in_order_and_says_what_is_wrong_with_a_line(operator):
    lines = [
        json.dumps(POST),
        BAG,
        '{"text": ',
        '{"text": 5}',
        "",
        '{"post_id": "p6", "text": "今晚一起吃饭吗"}',
        f"https://www.google.com/url?q={BAG}",
    ]
    done = operator.run("score", "-", stdin="\n".join(lines))
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert "3 lines" in done.stderr
    assert [f.get("line") for f in found] == [None, None, 3, 4, 5, None, None]
    assert all(f["error"]["detail"] for f in found if "line" in f)
    assert found[3]["error"]["errors"][0]["pointer"] == "/text"
    assert (found[0]["post_id"], found[0]["verdict"]) == ("p1", "hold")
    assert {r["code"] for r in found[0]["links"][0]["reasons"]} >= {"price.far_below_reference"}
    assert found[1]["url"] == BAG
    assert [f["links"][0]["target"] for f in (found[0], found[1], found[6])] == ["weidian:item:4371293"] * 3
    assert (found[5]["verdict"], found[5]["links"]) == ("allow", [])
    assert not (operator.folder / "dajia.sqlite3").exists(), "no database is touched"


def test_score_keeps_the_order_of_a_thousand_lines_from_several_files(operator):
    urls = [f"https://shop{n}.example/item/{n}" for n in range(1000)]
    (operator.folder / "one").write_text("\n".join(urls[:600]), encoding="utf-8")
    (operator.folder / "two").write_text("\n".join(urls[600:]), encoding="utf-8")
    done = operator.run("score", "one", "two")
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["url"] for line in done.stdout.splitlines()] == urls


# database and keys


def test_upgrading_twice_is_as_good_as_once(operator):
    for _ in range(2):
        done = operator.run("db", "upgrade")
        assert (done.returncode, done.stdout) == (0, "")


def test_a_missing_schema_is_said_with_its_remedy(operator):
    done = operator.run("serve")
    assert done.returncode == 1
    assert "`dajia db upgrade`" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_key_is_shown_once_alone_and_can_be_revoked(with_database):
    made = with_database.run("key", "create", "platform", "--scopes", "score, read")
    assert made.returncode == 0
    assert made.stdout.startswith("dajia_")
    assert len(made.stdout.split()) == 1
    assert with_database.run("key", "revoke", "platform").returncode == 0
    listed = with_database.run("key", "list").stdout
    assert listed.split("\t")[:2] == ["platform", "score,read"]
    assert "\trevoked 20" in listed
    assert made.stdout.strip() not in listed


def test_a_key_with_an_unknown_scope_is_refused(with_database):
    done = with_database.run("key", "create", "a", "--scopes", "read,fly")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Got fly instead" in done.stderr


# the record


@pytest.fixture
def with_record(with_database):
    """Somebody whose record has five entries."""
    engine = make_engine(with_database.settings["DAJIA_DATABASE_URL"])
    with SqlStore(engine).begin() as work:
        work.append([new_entry({"n": n}) for n in range(5)], heads={"account:a1": 0}, now=NOW)
    engine.dispose()
    return with_database


def test_a_whole_record_is_said_to_be_whole(with_record):
    done = with_record.run("ledger", "verify")
    assert (done.returncode, done.stdout) == (0, "")
    assert "whole" in done.stderr


def test_a_changed_entry_is_found_and_named(with_record):
    database = sqlite3.connect(with_record.folder / "dajia.sqlite3")
    for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f'DROP TRIGGER "{trigger}"')
    database.execute("UPDATE ledger SET body = ? WHERE position = 2", (b'{"n":99}',))
    database.commit()
    database.close()
    done = with_record.run("ledger", "verify")
    assert done.returncode == 1
    assert "account:a1 entry 2: was changed" in done.stdout
    assert "1 faults" in done.stderr


def test_the_export_is_every_entry_as_a_line_of_json(with_record):
    done = with_record.run("ledger", "export")
    entries = [json.loads(line) for line in done.stdout.splitlines()]
    assert [e["position"] for e in entries] == list(range(5))
    assert [e["body"]["n"] for e in entries] == list(range(5))
    assert [e["previous"] for e in entries[1:]] == [e["digest"] for e in entries[:-1]]


def test_the_record_is_sealed_and_a_dropped_account_is_named(with_record):
    public = with_record.run_inside("ledger", "key", "seal.pem").stdout
    assert public.startswith("-----BEGIN PUBLIC KEY-----")
    (with_record.folder / "seal.pub").write_text(public, encoding="utf-8")
    key = {"DAJIA_LEDGER_KEY": "seal.pem"}
    kept = with_record.run_inside("ledger", "checkpoint", **key).stdout
    (with_record.folder / "kept.jsonl").write_text(kept, encoding="utf-8")
    proof = ("ledger", "verify", "--public-key", "seal.pub", "--checkpoints", "kept.jsonl")
    assert with_record.run_inside(*proof).returncode == 0
    assert with_record.run_inside("ledger", "checkpoint", **key).stdout == ""
    database = sqlite3.connect(with_record.folder / "dajia.sqlite3")
    database.execute("DROP TRIGGER ledger_no_delete")
    database.execute("DELETE FROM ledger")
    database.commit()
    database.close()
    done = with_record.run_inside(*proof)
    assert (done.returncode, done.stdout.startswith("account:a1: entry 4 is gone")) == (1, True)


def test_what_is_kept_beside_the_record_is_made_anew(with_database):
    done = with_database.run("ledger", "rebuild")
    assert (done.returncode, done.stdout) == (0, "")
    database = sqlite3.connect(with_database.folder / "dajia.sqlite3")
    database.execute(
        "INSERT INTO targets (target, url, state, organised, health_risk, evasion, top_probability) "
        "VALUES ('url:x', 'https://x.example/', 'unknown', 0, 0, 0, 0.5)"
    )
    database.commit()
    database.close()
    told = "targets url:x: nothing in the record tells of it\n"
    check, rebuild, again = (with_database.run("ledger", "rebuild", *more) for more in (("--check",), (), ()))
    assert (check.returncode, check.stdout) == (1, told)
    assert (rebuild.returncode, rebuild.stdout) == (0, told)
    assert (again.returncode, again.stdout) == (0, "")


def test_nothing_is_made_of_a_record_with_faults(with_record):
    database = sqlite3.connect(with_record.folder / "dajia.sqlite3")
    database.execute("DROP TRIGGER ledger_no_update")
    database.execute("UPDATE ledger SET body = ? WHERE position = 2", (b'{"n":99}',))
    database.commit()
    database.close()
    done = with_record.run("ledger", "rebuild")
    assert (done.returncode, "dajia ledger verify" in done.stderr) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("ledger", "checkpoint"), 1, "DAJIA_LEDGER_KEY"),
        (("ledger", "key", "dajia.sqlite3"), 1, "exists already"),
        (("ledger", "verify", "--public-key", "dajia.sqlite3"), 1, "no public key"),
        (("ledger", "verify", "--checkpoints", "dajia.sqlite3"), 2, "no checkpoints"),
    ],
)
def test_wrong_use_of_seals_says_what_to_do(with_database, arguments, status, message):
    done = with_database.run_inside(*arguments)
    assert (done.returncode, message in done.stderr) == (status, True), done.stderr


# rulebooks


def test_a_sound_rulebook_passes_and_a_faulty_one_is_told_with_its_line(operator, rulebooks):
    bad = rulebooks / "bad.yaml"
    text = (rulebooks / "1.0.0.yaml").read_text(encoding="utf-8")
    bad.write_text(text.replace("incident.distinct_targets", "incident.planets"), encoding="utf-8")
    line = 1 + text[: text.index("incident.distinct_targets")].count("\n")
    good = operator.run_inside("rulebook", "check", "books/1.0.0.yaml")
    assert (good.returncode, "1.0.0" in good.stdout) == (0, True)
    done = operator.run_inside("rulebook", "check", "books/1.0.0.yaml", "books/bad.yaml", "books/nope.yaml")
    assert done.returncode == 1
    assert "bad.yaml" in done.stdout
    assert str(line) in done.stdout
    assert "incident.planets" in done.stdout
    assert "nope.yaml" in done.stdout


def test_a_rulebook_is_shown_as_json(operator):
    done = operator.run_inside("rulebook", "show")
    assert json.loads(done.stdout)["version"] == "1.0.0"
    assert operator.run_inside("rulebook", "show", "1.0.0").stdout == done.stdout
    missing = operator.run_inside("rulebook", "show", "nope")
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "nope" in missing.stderr


def test_a_sealed_rulebook_cannot_be_used_or_sealed_again_after_a_change(with_database, rulebooks):
    assert with_database.run_inside("rulebook", "seal", "books").returncode == 0
    assert with_database.run_inside("rulebook", "show", DAJIA_RULEBOOKS="books").returncode == 0
    book = rulebooks / "1.0.0.yaml"
    book.write_text(book.read_text(encoding="utf-8").replace("points: 4", "points: 5", 1), encoding="utf-8")
    sealed = with_database.run_inside("rulebook", "seal", "books")
    served = with_database.run("serve", DAJIA_RULEBOOKS="books")
    for done in (sealed, served):
        assert done.returncode == 1
        assert "1.0.0.yaml" in done.stderr
        assert "new version" in done.stderr
        assert "Traceback" not in done.stderr


# models


def test_a_changed_model_stops_the_service_with_file_and_remedy(with_database):
    folder = with_database.folder / "model"
    shutil.copytree(newest_model(), folder)
    raw = bytearray((folder / "model.json").read_bytes())
    place = raw.index(b"0.") + 2
    raw[place] = ord("1") if raw[place] != ord("1") else ord("2")
    (folder / "model.json").write_bytes(raw)
    done = with_database.run("serve", DAJIA_MODEL=str(folder))
    assert done.returncode == 1
    assert str(folder / "model.json") in done.stderr
    assert "Hint:" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_model_is_trained_on_the_samples_and_judged(operator):
    samples, posts = str(ROOT / "data" / "samples"), few_written_posts(operator.folder)
    trained = operator.run("train", "--samples", samples, "--posts", posts, "--output", "model", "--version", "t-1")
    assert trained.returncode == 0, trained.stderr
    assert {file.name for file in (operator.folder / "model").iterdir()} == {"model.json", "wording.json", "card.json"}
    judged = operator.run_inside("evaluate", "--model", "model", "--samples", samples, "--json")
    assert judged.returncode == 0, judged.stderr
    report = json.loads(judged.stdout)
    assert report["model_version"] == "t-1"
    assert report["rows"] == report["synthetic_rows"] > 0


# the service


def test_a_port_on_which_somebody_answers_is_refused(with_database):
    with with_database.serving("--no-worker") as served:
        port = served.base.rsplit(":", 1)[1]
        done = with_database.run("serve", "--port", port, "--no-worker")
        assert (done.returncode, f"127.0.0.1:{port} already" in done.stderr) == (1, True), done.stderr
        assert served.get("/livez").ok


def test_what_was_acknowledged_survives_a_kill_and_nothing_outlives_it(with_database):
    secret = with_database.run("key", "create", "platform", "--scopes", "admin").stdout.strip()
    shadows = ("api.py", "cli.py", "settings.py", "bootstrap.py")
    for name in shadows:  # an operator's own files must not be taken for ours
        (with_database.folder / name).write_text("raise SystemExit('not this one')", encoding="utf-8")
    with with_database.serving() as served:
        served.session.headers["Authorization"] = f"Bearer {secret}"
        children = served.children()
        assert len(children) == 2, "one web process and the worker"
        assert all(map(is_running, children))
        answer = served.post("/v1/posts", POST)
        served.process.kill()
        assert (answer.status_code, answer.json()["verdict"]) == (200, "hold")
        assert served.process.wait(timeout=20) == -signal.SIGKILL
        assert ended(children, seconds=15), "its web process and its worker end with it"
    with with_database.serving() as served:
        served.session.headers["Authorization"] = f"Bearer {secret}"
        status = served.get("/v1/posts/p1").json()
        assert status["decided"] == answer.json()
        assert served.post("/v1/posts", POST).json()["duplicate"]
        decision = {"url": BAG, "decision": "counterfeit", "actor": "mia"}
        job = served.post("/v1/decisions", decision).json()["job_id"]
        assert wait_for_job(served, job) == "done"
        assert served.get("/v1/posts/p1").json()["verdict"] == "block"
        children = served.children()
        began = time.monotonic()
        assert served.end() == 0
        assert time.monotonic() - began < 15, "a promise to whoever restarts it"
        assert ended(children, seconds=1)
    assert with_database.run("ledger", "verify").returncode == 0


def ended(pids: list[int], *, seconds: float) -> bool:
    """Whether all of them end within so many seconds."""
    deadline = time.monotonic() + seconds
    while any(map(is_running, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(map(is_running, pids))


def wait_for_job(served, job: str) -> str:
    """The state in which a job ends."""
    deadline = time.monotonic() + 20
    state = "queued"
    while state not in {"done", "failed"} and time.monotonic() < deadline:
        state = served.get(f"/v1/jobs/{job}").json()["state"]
        time.sleep(0.05)
    return state


def test_without_a_worker_there_is_none(with_database):
    with with_database.serving("--no-worker") as served:
        assert len(served.children()) == 1
        assert served.get("/livez").json() == {"state": "live"}
