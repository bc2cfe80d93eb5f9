"""Learning from the record, printing it and judging by it, as an operator meets them; with good input and with bad."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest
from builders import challenger_score
from service_process import Operator, few_written_posts

from adapters.sql.database import make_engine, upgrade
from adapters.sql.store import SqlStore
from detector.artefact import load_card, load_model, newest_model, save_model
from detector.links import read_link
from tests.service.platform_world import DOUBTFUL, FAKE, FINE, START, Platform

ROOT = Path(__file__).parents[2]
OFFER, HONEST = "高仿LV包包{}元加V信", "可疑？手织杯垫{}元"
"""Too short to be near-copies of one another."""


def item(number: int) -> str:
    return f"https://weidian.com/item.html?itemID={number}"


def fill(url: str, *, decide: bool = True) -> None:
    """Thirty offers and ten handmade things on a platform; a day later people decide most of them."""
    engine = make_engine(url)
    platform = Platform(SqlStore(engine))
    for n in range(30):
        platform.post(f"fake-{n}", f"a{n}", text=OFFER.format(100 + n), links=(item(n),))
    for n in range(30, 40):
        platform.post(f"fine-{n}", f"a{n}", text=HONEST.format(n), links=(item(n),))
    platform.post("later", "b", text=FINE, links=(item(50),))
    platform.at(24)
    for n in range(30 if decide else 0):
        platform.decide("counterfeit", item(n), run=False)
    for n in range(30, 35 if decide else 30):
        platform.decide("genuine", item(n), run=False)
    engine.dispose()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, _migrated_sqlite: str) -> Path:
    file = tmp_path_factory.mktemp("record") / "dajia.sqlite3"
    shutil.copy(_migrated_sqlite, file)
    fill(f"sqlite:///{file}")
    return file


@pytest.fixture
def operator(tmp_path: Path, filled: Path) -> Operator:
    shutil.copy(filled, tmp_path / "dajia.sqlite3")
    return Operator(tmp_path)


@pytest.fixture
def beginner(tmp_path: Path, _migrated_sqlite: str) -> Operator:
    """Somebody whose record has posts and no decision."""
    shutil.copy(_migrated_sqlite, tmp_path / "dajia.sqlite3")
    fill(f"sqlite:///{tmp_path}/dajia.sqlite3", decide=False)
    return Operator(tmp_path)


# ledger labels


def test_labels_are_json_lines_and_what_they_are_is_said_apart(operator: Operator) -> None:
    done = operator.run("ledger", "labels")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert {(r["label"], r["slice"], r["source"]) for r in rows} == {
        ("counterfeit", "confirmed_held", "ledger"),
        ("honest", "cleared_reviewed", "ledger"),
    }
    assert {r["post_id"]: r["weight"] for r in rows if r["label"] == "honest"} == {
        f"fine-{n}": 2.0 for n in range(30, 35)
    }
    assert {r["target"] for r in rows} == {read_link(item(n)).target for n in range(35)}
    for words in (
        "35 targets decided by people",
        "5 cleared_reviewed, 30 confirmed_held",
        "left out 0 copies, 0 beyond",
    ):
        assert words in done.stderr


def test_labels_are_what_evaluate_reads(operator: Operator) -> None:
    (operator.folder / "labels.jsonl").write_text(operator.run_inside("ledger", "labels").stdout, encoding="utf-8")
    done = operator.run_inside("evaluate", "labels.jsonl", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["posts"]["posts"] == 35
    assert {s["slice"]: s["verdicts"]["held"]["trials"] for s in report["posts"]["slices"]} == {
        "confirmed_held": 30,
        "cleared_reviewed": 5,
    }
    assert report["rejects"] == []


def test_a_target_with_a_very_long_name_is_still_a_group_that_evaluate_takes(operator: Operator) -> None:
    engine = make_engine(operator.settings["DAJIA_DATABASE_URL"])
    platform = Platform(SqlStore(engine), prefix="long")
    url = "https://shop.example/" + "长" * 600
    platform.post("long", "zz", links=(url,), text="高仿" + "云雨山水" * 20)
    platform.decide("counterfeit", url, run=False)
    engine.dispose()
    (operator.folder / "labels.jsonl").write_text(operator.run_inside("ledger", "labels").stdout, encoding="utf-8")
    assert json.loads(operator.run_inside("evaluate", "labels.jsonl", "--json").stdout)["posts"]["posts"] == 36


def test_labels_are_the_same_every_time(operator: Operator) -> None:
    assert operator.run("ledger", "labels").stdout == operator.run("ledger", "labels").stdout


def test_labels_of_a_real_postgresql_are_the_same(operator: Operator, postgresql_store_url: str) -> None:
    fill(postgresql_store_url)
    there = operator.run_inside("ledger", "labels", DAJIA_DATABASE_URL=postgresql_store_url)
    assert there.stdout == operator.run_inside("ledger", "labels").stdout


# bad input

COMMANDS = (["ledger", "labels"], ["train", "--from-ledger", "--output", "m"], ["evaluate", "--from-ledger"])


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_record_without_decisions_is_said_so_with_what_to_do(beginner: Operator, command: list[str]) -> None:
    done = beginner.run_inside(*command)
    assert (done.returncode, done.stdout) == (1, "")
    assert "No person has decided a target in this record yet" in done.stderr
    assert "DAJIA_DATABASE_URL" in done.stderr
    assert not (beginner.folder / "m").exists()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_record_at_all_is_said_so_with_what_to_do(tmp_path: Path, command: list[str]) -> None:
    done = Operator(tmp_path).run_inside(*command)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("dajia: The database has schema none")
    assert "`dajia db upgrade`" in done.stderr


def test_a_database_that_does_not_answer_is_said_so(tmp_path: Path) -> None:
    url = "postgresql://dajia@127.0.0.1:1/dajia"
    done = Operator(tmp_path).run_inside("train", "--from-ledger", DAJIA_DATABASE_URL=url)
    assert done.returncode == 1
    assert "does not answer" in done.stderr


def test_decisions_without_posts_teach_nothing_and_that_is_said(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/dajia.sqlite3")
    upgrade(engine)
    Platform(SqlStore(engine)).decide("counterfeit")
    engine.dispose()
    done = Operator(tmp_path).run_inside("train", "--from-ledger", "--output", "m")
    assert done.returncode == 1
    assert "People have decided 1 targets of this record, but none of their posts can be learned from" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["train", "--ledger-share", "0.2"],
        ["train", "--from-ledger", "--ledger-share", "0"],
        ["train", "--from-ledger", "--ledger-share", "0.7"],
        ["train", "--from-ledger", "--ledger-share", "a lot"],
        ["train", "--from-ledger", "somewhere"],
        ["ledger", "labels", "somewhere"],
        ["evaluate", "--from-ledger", "--peers"],
        ["evaluate", "--from-ledger", "--html", "x.html"],
        ["evaluate", "--from-ledger", "--model", "."],
        ["evaluate", "--from-ledger", "--challenger", "nowhere"],
    ],
    ids=" ".join,
)
def test_wrong_use_is_status_2(operator: Operator, arguments: list[str]) -> None:
    done = operator.run_inside(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Usage:" in done.stderr


# train


@pytest.fixture(scope="module")
def trained(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """A model trained with the record, once for all tests."""
    folder = tmp_path_factory.mktemp("trained")
    shutil.copy(filled, folder / "dajia.sqlite3")
    options = ["--samples", str(ROOT / "data" / "samples"), "--version", "2031.1-1", "--output", "m"]
    return folder, Operator(folder).run(
        "train", "--from-ledger", "--ledger-share", "0.1", "--posts", few_written_posts(folder), *options
    )


def test_training_says_what_the_record_gave_and_writes_it_into_the_card(trained: tuple[Path, Any]) -> None:
    folder, done = trained
    assert done.returncode == 0, done.stderr
    assert "record: 35 targets decided by people, 35 with posts to learn from; 35 rows:" in done.stderr
    assert "of the training weight, at most 10% of any class and view" in done.stderr
    assert "record, kept apart: confirmed_held: of " in done.stderr
    said = load_card(folder / "m")["ledger"]
    assert said["rows"] == {"cleared_reviewed": 5, "confirmed_held": 30}
    assert said["decided_until"] == "2026-10-02T04:00:00+00:00"
    assert 0 < said["part_of_training_weight"] <= 0.1
    assert "ledger" in load_card(folder / "m")["sources"]
    apart = [n for name, n in load_card(folder / "m")["examples"].items() if name.startswith("ledger/test/")]
    assert sum(s["verdicts"]["held"]["trials"] for s in said["kept_apart"]) == sum(apart) > 0
    assert load_model(folder / "m").version == "2031.1-1"


# evaluate --from-ledger


def compared(operator: Operator, *arguments: str) -> Any:
    done = operator.run_inside("evaluate", "--from-ledger", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def blind(operator: Operator) -> str:
    """A model that knows next to nothing."""
    model = msgspec.structs.replace(load_model(newest_model()), version="blind", weights={"claim.replica": 0.1})
    save_model(operator.folder / "blind", model, load_card(newest_model()))
    return "blind"


def with_scores(operator: Operator) -> None:
    engine = make_engine(operator.settings["DAJIA_DATABASE_URL"])
    scores = [
        msgspec.structs.replace(
            challenger_score(f"d{n}", challenger_verdict="review" if n % 2 else "allow"),
            target=read_link(item(n)).target,
            recorded_at=START,
        )
        for n in range(35)
    ]
    with SqlStore(engine).begin() as work:
        work.add_challenger_scores(scores)
    engine.dispose()


def test_recorded_scores_are_compared_by_target_with_the_exact_test(operator: Operator) -> None:
    with_scores(operator)
    (found,) = compared(operator)
    assert (found["champion"]["version"], found["challenger"]["version"]) == ("2026.11-1", "2026.12-1")
    assert found["champion"]["counterfeit"]["held"]["events"] == 30
    assert found["challenger"]["counterfeit"]["reviewed"]["events"] == 15
    held = next(d for d in found["differences"] if d["counterfeit"] and d["question"] == "held")
    assert (held["only_champion"], held["only_challenger"], held["difference"]) == (30, 0, -1.0)
    assert held["p_value"] == pytest.approx(2 / 2**30)
    shown = operator.run_inside("evaluate", "--from-ledger")
    for words in ("2026.12-1", "15 (50.0%)", "-100.0%", "McNemar"):
        assert words in shown.stdout
    assert "nobody looked at is not counted here" in shown.stderr


def test_without_recorded_scores_the_remedy_is_said(operator: Operator) -> None:
    done = operator.run_inside("evaluate", "--from-ledger")
    assert (done.returncode, done.stdout) == (1, "")
    assert "DAJIA_CHALLENGER" in done.stderr
    assert "--challenger" in done.stderr


def test_a_named_challenger_scores_the_recorded_posts_anew(operator: Operator, blind: str) -> None:
    (found,) = compared(operator, "--challenger", blind)
    assert (found["champion"]["version"], found["challenger"]["version"]) == (
        load_model(newest_model()).version,
        "blind",
    )
    assert found["targets"] == 35
    assert found["challenger"]["counterfeit"]["allowed"]["events"] == 30
    assert found["champion"]["counterfeit"]["allowed"]["events"] < 30


def test_a_model_is_not_judged_by_what_it_has_learned_from(operator: Operator, trained: tuple[Path, Any]) -> None:
    model = str(trained[0] / "m")
    done = operator.run_inside("evaluate", "--from-ledger", "--challenger", model)
    assert (done.returncode, done.stdout) == (1, "")
    assert "35 decided targets were decided before 2026-10-02 04:00 UTC" in done.stderr
    engine = make_engine(operator.settings["DAJIA_DATABASE_URL"])
    platform = Platform(SqlStore(engine), prefix="new")
    platform.at(48)
    platform.post("new", "n", text=DOUBTFUL + FAKE, links=(item(77),))
    platform.at(72)
    platform.decide("counterfeit", item(77), run=False)
    platform.decide("counterfeit", item(3), run=False)
    engine.dispose()
    (found,) = compared(operator, "--challenger", model)
    assert found["targets"] == 1, "one that was decided before counts as learned, whoever decides it again"
