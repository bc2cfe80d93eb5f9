"""Spark gives the lines that the processes of one machine give, row by row, for good files and broken ones."""

from __future__ import annotations

import gzip
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet
from service_process import Operator

from detector.samples import load_samples

pytestmark = pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java, which is not installed here.")

BAG = "https://weidian.com/item.html?itemID=4371293"
POSTS = [
    {"post_id": f"p{n}", "account_id": "a", "text": f"高仿LV包包298元 专柜品质 加V信 lv{n:04}", "links": [f"{BAG}{n}"]}
    for n in range(1_200)
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of every kind, broken rows among them."""
    folder = tmp_path_factory.mktemp("rows")
    inputs = folder / "in"
    (inputs / "more").mkdir(parents=True)
    lines = "\n".join(json.dumps(post, ensure_ascii=False) for post in POSTS)
    (inputs / "a.jsonl").write_text(f'{lines}\nbroken{{\n\n[1]\n{{"text": 5}}\n', encoding="utf-8")
    (inputs / "b.txt.gz").write_bytes(gzip.compress(f"{BAG}\nhttps://example.com/\n".encode()))
    (inputs / "more" / "c d %20.csv").write_bytes(f"id,内容,链接\n1,高仿包包,{BAG}\n2,a\n3,晚安,\n".encode("gb18030"))
    (inputs / "more" / "d.jsonl.gz").write_bytes(gzip.compress(lines.encode())[:-40])
    table = pa.table({"id": ["x", "y"], "text": ["高仿包包", "晚安"], "url": [BAG, None]})
    parquet.write_table(table, inputs / "e.parquet")
    (inputs / "f.parquet").write_bytes(b"PAR1 no more")
    samples = (post.text.replace("\n", " ") for post in load_samples().posts[:150])
    (inputs / "g.csv").write_text(
        "text\n" + "\n".join(f'"{t.replace(chr(34), "")}"' for t in samples), encoding="utf-8"
    )
    return folder


@pytest.fixture(scope="module")
def operator(folder: Path) -> Operator:
    return Operator(folder)


def spark(operator: Operator, *arguments: str) -> Any:
    return operator.run("rescan", *arguments, "--engine", "spark", SPARK_LOCAL_IP="127.0.0.1")


def read(place: Path) -> list[str]:
    """Lines of a file, or of all files of a folder."""
    files = sorted(place.glob("part-*")) if place.is_dir() else [place]
    return [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def ran(operator: Operator) -> Any:
    done = spark(operator, "in", "--output", "spark")
    one = operator.run("rescan", "in", "--output", "one.jsonl", "--jobs", "1")
    assert one.returncode == 1, one.stderr
    return done


def test_the_lines_are_those_of_one_machine(ran: Any, folder: Path) -> None:
    assert ran.returncode == 1, "rows were rejected"
    theirs, ours = read(folder / "spark" / "part=answers"), read(folder / "one.jsonl")
    here = f"{folder}/"
    assert len(ours) > 2_500
    assert sorted(line.replace(here, "") for line in theirs) == sorted(ours)


def test_the_lines_of_a_file_stay_in_their_order(ran: Any, folder: Path) -> None:
    assert ran.stdout
    places = [(line["file"], line["line"]) for line in map(json.loads, read(folder / "spark" / "part=answers"))]
    for name in {file for file, _ in places}:
        numbers = [number for file, number in places if file == name]
        assert numbers == sorted(numbers), name


def test_files_that_only_spark_can_open_give_the_same_lines(ran: Any, operator: Operator, folder: Path) -> None:
    mounted = f"--conf spark.hadoop.fs.viewfs.mounttable.past.link./rows=file://{folder}/in pyspark-shell"
    inputs = ("viewfs://past/rows/more", "viewfs://past/rows/e.parquet")
    command = ("rescan", *inputs, "--output", "mounted", "--engine", "spark")
    done = operator.run(*command, SPARK_LOCAL_IP="127.0.0.1", PYSPARK_SUBMIT_ARGS=mounted)
    assert (ran.returncode, done.returncode) == (1, 1), done.stderr[-600:]
    lines = [line.replace("viewfs://past/rows/", "in/") for line in read(folder / "mounted" / "part=answers")]
    here = [line for line in read(folder / "one.jsonl") if '"in/more/' in line or '"in/e.parquet' in line]
    assert len(here) > 1_000
    assert sorted(lines) == sorted(here)


def test_rejects_are_those_of_one_machine(ran: Any, folder: Path) -> None:
    assert ran.stderr
    theirs, ours = read(folder / "spark" / "part=rejects"), read(folder / "one.jsonl.rejects")
    here = f"{folder}/"
    named = sorted((r["file"], r["line"]) for r in map(json.loads, ours))
    assert sorted((r["file"].replace(here, ""), r["line"]) for r in map(json.loads, theirs)) == named
    assert len(named) == 7


def test_the_report_is_that_of_one_machine(ran: Any, operator: Operator, folder: Path) -> None:
    (folder / "again.jsonl").unlink(missing_ok=True)
    assert ran.stdout == operator.run("rescan", "in", "--output", "again.jsonl", "--jobs", "1").stdout


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("in", "--output", "spark"), 1, "already exists"),
        (("nowhere", "--output", "other"), 1, "does not exist"),
        (("in", "--output", "other", "--resume"), 2, "takes no --resume"),
        (("in", "--output", "other", "--apply"), 2, "takes no --apply"),
        (("-", "--output", "other"), 2, "takes no standard input"),
    ],
)
def test_what_cannot_be_done_is_said(
    ran: Any, operator: Operator, arguments: tuple[str, ...], status: int, says: str
) -> None:
    assert ran.stdout
    done = spark(operator, *arguments)
    told = done.stderr.lower().replace("_", " ")
    assert (done.returncode, says in told) == (status, True), done.stderr[-600:]


def test_without_java_it_says_what_to_install(operator: Operator) -> None:
    done = operator.run(
        "rescan", "in", "--output", "other", "--engine", "spark", PATH=str(Path(sys.executable).parent), JAVA_HOME=""
    )
    assert (done.returncode, "Java" in done.stderr) == (1, True), done.stderr[-600:]
