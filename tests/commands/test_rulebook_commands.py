"""The policy owner's commands with good and bad input, each as it is typed."""

from __future__ import annotations

import csv
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from service_process import Operator

from enforcement.rulebook import load_rulebooks, seal

BOOKS = Path(__file__).parents[2] / "enforcement" / "rulebooks"
STRICT = str(BOOKS / "examples" / "strict.yaml")


@pytest.fixture
def operator(tmp_path: Path, _migrated_sqlite: str) -> Operator:
    """A policy owner with a folder of books, a draft and a database with its schema."""
    shutil.copy(_migrated_sqlite, tmp_path / "dajia.sqlite3")
    (tmp_path / "books").mkdir()
    shutil.copy(BOOKS / "1.0.0.yaml", tmp_path / "books")
    seal(tmp_path / "books")
    text = (BOOKS / "1.0.0.yaml").read_text(encoding="utf-8")
    text = text.replace('version: "1.0.0"', 'version: "1.1.0"').replace("lapse_days: 365", "lapse_days: 400")
    (tmp_path / "draft.yaml").write_text(text, encoding="utf-8")
    operator = Operator(tmp_path)
    operator.settings["DAJIA_RULEBOOKS"] = str(tmp_path / "books")
    return operator


@pytest.fixture
def record(operator: Operator) -> None:
    """One repeat and one first post of a confirmed target."""
    from platform_world import Platform  # noqa: PLC0415 - this fixture alone

    from adapters.sql.database import make_engine  # noqa: PLC0415
    from adapters.sql.store import SqlStore  # noqa: PLC0415

    engine = make_engine(operator.settings["DAJIA_DATABASE_URL"])
    platform = Platform(SqlStore(engine))
    platform.decide("counterfeit")
    platform.post("p1")
    platform.post("q1", "=a2")
    platform.at(100)
    platform.post("p2")
    engine.dispose()


def test_a_difference_is_told_in_both_languages(operator: Operator) -> None:
    english = operator.run_inside("rulebook", "diff", "1.0.0", "draft.yaml")
    assert english.stdout == "+ class D (harsher): For incidents of class D, days until they lapse: from 365 to 400\n"
    assert "30 days of notice" in english.stderr
    chinese = operator.run_inside("rulebook", "diff", "1.0.0", "draft.yaml", "--lang", "zh")
    assert chinese.stdout == "+ class D (更严): 对等级 D 的事件，失效天数由 365 变为 400\n"
    back = operator.run_inside("rulebook", "diff", "draft.yaml", "1.0.0")
    assert back.stdout.startswith("- class D (milder)")
    assert operator.run_inside("rulebook", "diff", "1.0.0", "1.0.0").stdout == "The two say the same.\n"


def test_a_simulation_says_who_would_stand_differently(operator: Operator, record: None) -> None:
    assert record is None
    done = operator.run_inside("rulebook", "simulate", STRICT, "--csv", "out.csv", "--plot", "out.png")
    assert done.returncode == 0, done.stderr
    assert "2 accounts with a confirmed finding" in done.stdout
    assert "steps that would wait for people at points 48: 0 -> 2" in done.stdout
    with (operator.folder / "out.csv").open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert [row["account_id"] for row in rows] == ["\t=a2", "a1"], "no cell is a formula"
    assert (rows[1]["points_before"], rows[1]["classes_before"]) == ("4", "A B")
    assert (operator.folder / "out.png").read_bytes().startswith(b"\x89PNG")


def test_a_simulation_of_a_time_in_which_nothing_happened_is_empty(operator: Operator, record: None) -> None:
    assert record is None
    done = operator.run_inside("rulebook", "simulate", STRICT, "--since", "2020-01-01", "--until", "2020-02-01")
    assert done.stdout.startswith("0 accounts")


def test_a_shadow_sees_what_came_in_and_changes_nothing(operator: Operator, record: None) -> None:
    assert record is None
    before = operator.run_inside("ledger", "export").stdout
    done = operator.run_inside("rulebook", "shadow", STRICT, "--days", "3650")
    assert "steps that would wait for people at points 48: 0 -> 2" in done.stdout
    assert operator.run_inside("ledger", "export").stdout == before
    assert operator.run_inside("rulebook", "shadow", STRICT, "--days", "0").returncode == 2


def test_publishing_takes_the_notice_that_is_due(operator: Operator) -> None:
    early = (datetime.now(UTC) + timedelta(days=20)).strftime("%Y-%m-%d")
    refused = operator.run_inside("rulebook", "publish", "draft.yaml", "--effective", early)
    assert (refused.returncode, "30 days of notice" in refused.stderr) == (1, True)
    late = (datetime.now(UTC) + timedelta(days=40)).strftime("%Y-%m-%d")
    done = operator.run_inside("rulebook", "publish", "draft.yaml", "--effective", late)
    assert (done.returncode, done.stdout.startswith("+ class D")) == (0, True)
    assert load_rulebooks(operator.folder / "books").versions() == ("1.0.0", "1.1.0")
    again = operator.run_inside("rulebook", "publish", "draft.yaml", "--effective", late)
    assert (again.returncode, "was published before" in again.stderr) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("diff", "1.0.0", "9.9.9"), 1, "There is no such version"),
        (("diff", "1.0.0", "none.yaml"), 1, "cannot be read"),
        (("diff", "1.0.0"), 2, "Missing argument"),
        (("simulate", "9.9.9"), 1, "There is no such version"),
        (("simulate", "1.0.0", "--since", "2026-02-01", "--until", "2026-01-01"), 2, "before"),
        (("simulate", "1.0.0", "--since", "soon"), 2, "soon"),
        (("simulate", "1.0.0", "--plot", "out.exe"), 2, ".png"),
        (("publish", "draft.yaml"), 2, "--effective"),
        (("publish", "draft.yaml", "--effective", "2026-13-01"), 2, "2026-13-01"),
        (("publish", "draft.yaml", "--effective", "2099-01-01", "--zone", "Mars/Base"), 2, "Mars/Base"),
        (("publish", "none.yaml", "--effective", "2099-01-01"), 2, "none.yaml"),
    ],
)
def test_wrong_use_says_what_to_do(operator: Operator, arguments: tuple[str, ...], status: int, message: str) -> None:
    done = operator.run_inside("rulebook", *arguments)
    assert (done.returncode, message in done.stderr) == (status, True), done.stderr


def test_the_shipped_folder_is_not_published_into(operator: Operator) -> None:
    done = operator.run_inside("rulebook", "publish", "draft.yaml", "--effective", "2099-01-01", DAJIA_RULEBOOKS="")
    assert (done.returncode, "DAJIA_RULEBOOKS" in done.stderr) == (1, True)
