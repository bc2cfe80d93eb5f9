"""``dajia evaluate`` as somebody meets it who brings posts of their own, good and bad."""

from __future__ import annotations

import builtins
import gzip
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from judged_posts import HOSTILE, lines, posts
from service_process import Operator

from detector.artefact import load_card, load_model, newest_model, save_model

SAMPLES = Path(__file__).parents[2] / "data" / "samples"


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    """Somebody with a file of labelled posts, and a folder of written posts of their own making."""
    (tmp_path / "mine.jsonl").write_text(lines(posts()), encoding="utf-8")
    for part, writer, count in (("train", "v", 90), ("test", "w", 12)):
        (tmp_path / "posts" / part).mkdir(parents=True)
        (tmp_path / "posts" / part / f"{writer}.jsonl").write_text(lines(posts(count)), encoding="utf-8")
    return Operator(tmp_path)


def evaluated(operator: Operator, *arguments: str) -> Any:
    done = operator.run_inside("evaluate", "--posts", "posts", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_own_posts_are_judged_and_nothing_else(operator: Operator) -> None:
    report = evaluated(operator, "mine.jsonl")
    assert report["posts"]["posts"] == 60
    assert {s["source"] for s in report["posts"]["slices"]} == {"mine"}
    assert report["synthetic_rows"] == 0
    assert report["posts"]["counterfeit"]["held"]["events"] == 30
    assert report["audit"]["near_copies"] > 0, "the same posts stand in the folder to learn from"


def test_several_files_of_several_kinds_are_one_set(operator: Operator) -> None:
    (operator.folder / "more.csv.gz").write_bytes(gzip.compress("label,text\n1,高仿LV包包298元\n0,去公园\n".encode()))
    report = evaluated(operator, "mine.jsonl", "more.csv.gz")
    assert report["posts"]["posts"] == 62
    assert {s["source"] for s in report["posts"]["slices"]} == {"mine", "more"}


def test_without_files_the_rows_kept_apart_are_judged(operator: Operator) -> None:
    report = evaluated(operator, "--samples", str(SAMPLES))
    sources = {s["source"]: s for s in report["posts"]["slices"]}
    assert set(sources) == {"samples", "written"}
    assert sum(s["verdicts"]["held"]["trials"] for s in report["posts"]["slices"] if s["source"] == "written") == 12
    assert report["rows"] == report["synthetic_rows"]


def test_tables_are_for_people(operator: Operator) -> None:
    done = operator.run_inside("evaluate", "--posts", "posts", "mine.jsonl")
    assert (done.returncode, done.stderr) == (0, "")
    for words in ("PR-AUC", "Whole posts (60)", "offer", "100.00%", "One group of features left out", "Leaks:"):
        assert words in done.stdout


def test_bad_lines_are_named_the_others_judged_and_the_status_says_so(operator: Operator) -> None:
    bad = ['{"label": "perhaps", "text": "x"}', '{"label": 1, "links": [7]}', "nonsense"]
    with (operator.folder / "mine.jsonl").open("a", encoding="utf-8") as file:
        file.write("\n".join(bad))
    done = operator.run_inside("evaluate", "--posts", "posts", "mine.jsonl", "--json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["posts"]["posts"] == 60
    assert [(r["line"], r["field"]) for r in report["rejects"]] == [(61, "label"), (62, "links[0]"), (63, "")]
    for words in (
        "mine.jsonl:61, label: ",
        "mine.jsonl:62, links[0]: ",
        "mine.jsonl:63: ",
        "3 lines could not be taken",
    ):
        assert words in done.stderr


def test_thousands_of_bad_lines_are_not_all_told(operator: Operator) -> None:
    (operator.folder / "bad.jsonl").write_text('{"label": 7}\n' * 3_000, encoding="utf-8")
    done = operator.run_inside("evaluate", "--posts", "posts", "bad.jsonl")
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) < 30
    assert "3,000 lines could not be taken" in done.stderr
    assert "There is no post to judge." in done.stderr


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("label,text\n1,高仿包包\n".encode("gbk"), "iconv -f GB18030"),
        (b"PK\x03\x04", "workbook"),
        (b"", "neither JSON lines nor a CSV"),
    ],
)
def test_a_file_that_cannot_be_taken_is_said_without_a_traceback(
    operator: Operator, content: bytes, words: str
) -> None:
    (operator.folder / "theirs.csv").write_bytes(content)
    done = operator.run_inside("evaluate", "--posts", "posts", "mine.jsonl", "theirs.csv")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("dajia: theirs.csv: ")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [["nope.jsonl"], ["--model", "nope"], ["--challenger", "mine.jsonl"], ["--html"], ["--html", "posts"], ["--fast"]],
)
def test_wrong_use_is_status_2(operator: Operator, arguments: list[str]) -> None:
    done = operator.run_inside("evaluate", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Error: " in done.stderr


def test_a_folder_that_is_no_model_is_said_so(operator: Operator) -> None:
    done = operator.run_inside("evaluate", "--model", "posts", "mine.jsonl")
    assert done.returncode == 1
    assert "Hint:" in done.stderr


def test_a_challenger_is_compared_on_the_same_posts(operator: Operator) -> None:
    model = load_model(newest_model())
    blind = msgspec.structs.replace(model, version="blind", weights={"claim.replica": 0.1})
    save_model(operator.folder / "blind", blind, load_card(newest_model()))
    report = evaluated(operator, "mine.jsonl", "--challenger", "blind")
    comparison = report["comparison"]
    assert (comparison["model_version"], comparison["challenger_version"]) == (model.version, "blind")
    assert comparison["changed"] == 30
    assert comparison["tests"][0]["wrong_in_challenger"] == 30
    shown = operator.run_inside("evaluate", "--posts", "posts", "mine.jsonl", "--challenger", "blind").stdout
    assert "30 of 60 verdicts change" in shown
    assert "McNemar's exact p" in shown


def test_peers_learn_from_the_folder_to_learn_from(operator: Operator) -> None:
    report = evaluated(operator, "mine.jsonl", "--peers")
    assert {p["name"] for p in report["peers"]} >= {"dajia", "TF-IDF + LR, text", "fraudurl"}
    assert report["notes"] == []
    assert evaluated(operator, "mine.jsonl")["peers"] == []


def test_the_html_report_is_one_file_with_everything(operator: Operator) -> None:
    (operator.folder / "mine.jsonl").write_text(lines([*posts(), *HOSTILE]), encoding="utf-8")
    evaluated(operator, "mine.jsonl", "--html", "report.html")
    page = (operator.folder / "report.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert page.count('<svg role="img"') >= 4
    assert "{{" not in page
    assert "<script" not in page


def test_a_report_that_cannot_be_written_is_said_so(operator: Operator) -> None:
    done = operator.run_inside("evaluate", "--posts", "posts", "mine.jsonl", "--html", "nowhere/report.html")
    assert done.returncode == 1
    assert "nowhere/report.html cannot be written" in done.stderr


def test_without_matplotlib_the_remedy_is_said_before_anything_is_judged(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def refuse(name: str, *arguments: Any, **named: Any) -> Any:
        if name == "matplotlib":
            raise ImportError("No module named 'matplotlib'", name="matplotlib")
        return real(name, *arguments, **named)

    monkeypatch.setattr(builtins, "__import__", refuse)
    done = operator.run_inside("evaluate", "--posts", "posts", "mine.jsonl", "--html", "report.html")
    assert (done.returncode, done.stdout) == (1, "")
    assert "--html needs matplotlib, which is not installed: pip install 'dajia[report]'" in done.stderr
    assert not (operator.folder / "report.html").exists()


def test_posts_come_through_a_pipe(operator: Operator) -> None:
    done = operator.run("evaluate", "-", "--json", stdin=lines(posts(20)))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["posts"]["posts"] == 20
