"""The same rows by the processes of this machine and by Spark on its two cores, side by side.

    python benchmarks/rescan_engines.py [rows …] [--plot curve.svg]

Writes each number of rows as sixteen files of JSON lines, made from `data/samples/` (synthetic) and repeating as link
histories do: one of the sample's posts for each row. Runs the real command on each engine. Spark's start is measured
by a run over one row and taken off; the processes' start is in. Prints rows a second, the ratio,
whether the lines are the same, and what the processes held; draws the cost curve. Ten million rows need 25 GB of disk.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from matplotlib.figure import Figure

from detector.samples import load_samples

DAJIA = Path(sys.executable).parent / "dajia"
FILES = 16
POSTS = [post for post in load_samples().posts if not post.pages]


def write(folder: Path, n_rows: int) -> None:
    folder.mkdir()
    chance = random.Random(3)  # noqa: S311 - no secret depends on it
    for part in range(min(FILES, n_rows)):
        with (folder / f"part-{part:02}.jsonl").open("w", encoding="utf-8") as opened:
            for number in range(part, n_rows, FILES):
                post = chance.choice(POSTS)
                row = {"post_id": f"h{number}", "account_id": f"a{number % 5000}", "text": post.text}
                opened.write(json.dumps(row | {"links": post.links}, ensure_ascii=False) + "\n")


def rescan(rows: Path, output: Path, engine: str) -> tuple[float, float]:
    """Seconds of the whole command, and the most mebibytes that its processes held together."""
    began, most = time.perf_counter(), 0
    command = [DAJIA, "rescan", rows, "--output", output, "--engine", engine, "--jobs", "2"]
    environment = os.environ | {"SPARK_LOCAL_IP": "127.0.0.1"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(list(map(str, command)), env=environment, **quiet) as process:  # noqa: S603 - ours
        while process.poll() is None:
            most = max(most, sum(map(kibibytes, family(process.pid))))
            time.sleep(0.2)
    assert process.returncode == 0, command
    return time.perf_counter() - began, most / 1024


def family(pid: int) -> list[int]:
    """A process and all that it has begun."""
    children = [int(child) for file in Path(f"/proc/{pid}/task").glob("*/children") for child in read(file).split()]
    return [pid, *(one for child in children for one in family(child))]


def kibibytes(pid: int) -> int:
    """What a process holds; what it shares with others is shared out among them."""
    lines = read(Path(f"/proc/{pid}/smaps_rollup")).splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError:
        return ""


def digest(output: Path) -> int:
    """Of the lines, whatever order they stand in."""
    files = sorted((output / "part=answers").glob("part-*")) if output.is_dir() else [output]
    total = 0
    for file in files:
        with file.open("rb") as lines:
            for line in lines:
                total ^= int.from_bytes(hashlib.blake2b(line.rstrip(b"\n"), digest_size=8).digest(), "big")
    return total


def draw(curve: list[tuple[int, float, float]], file: Path) -> None:
    """Seconds by rows for each engine, both as powers of ten, beside the line on which twice the rows cost twice."""
    sizes, joblib, spark = zip(*curve, strict=True)
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.subplots()
    axes.loglog(sizes, joblib, "o-", label="joblib, its start included")
    axes.loglog(sizes, spark, "s-", label="Spark local[2], after its start")
    straight = [joblib[-1] * n / sizes[-1] for n in sizes]
    axes.loglog(sizes, straight, ":", color="grey", label="straight line through joblib's last point")
    axes.set(xlabel="rows that repeat the sample posts (synthetic)", ylabel="seconds", title="Cost of a rescan")
    axes.grid(visible=True, which="major", alpha=0.3)
    axes.legend()
    figure.savefig(file)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", type=int, default=[100_000, 1_000_000])
    parser.add_argument("--plot", type=Path)
    asked = parser.parse_args()
    sizes, curve = asked.sizes, []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "one", 1)
        start, _ = rescan(folder / "one", folder / "start", "spark")
        print(f"Spark's start: {start:.1f} s")
        for n in sizes:
            rows = folder / f"rows{n}"
            write(rows, n)
            joblib, held = rescan(rows, folder / f"joblib{n}", "joblib")
            whole, spark_held = rescan(rows, folder / f"spark{n}", "spark")
            spark = whole - start
            curve.append((n, joblib, spark))
            same = digest(folder / f"joblib{n}") == digest(folder / f"spark{n}")
            print(
                f"{n:,} rows: joblib {n / joblib:,.0f} rows/s, Spark {n / spark:,.0f} rows/s after its start; "
                f"Spark's time is {spark / joblib:.2f} of joblib's; {'the same lines' if same else 'OTHER LINES'}; "
                f"joblib's processes held {held:.0f} MiB together, Spark's {spark_held:.0f} MiB"
            )
    if asked.plot:
        draw(curve, asked.plot)


if __name__ == "__main__":
    main()
