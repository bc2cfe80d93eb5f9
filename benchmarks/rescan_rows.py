"""Rows a second of `dajia rescan`, beside char-TF-IDF and logistic regression on the URL alone, and the memory of both.

    python benchmarks/rescan_rows.py [rows]
    python benchmarks/rescan_rows.py --profile

Makes two inputs from `data/samples/` (synthetic): one that repeats as link histories do (one of the sample's posts for
each row), and one in which every text and link is another. Runs the real command with two processes, start included.
With ``--profile``: what judging distinct rows is spent on, as shares of its time under the profiler.
"""

from __future__ import annotations

import cProfile
import json
import pstats
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from adapters.row_files import read_rows
from bootstrap.detection import build_judge
from detector.samples import load_samples
from service.rescan import judge_chunk
from settings import read_settings

POSTS = [post for post in load_samples().posts if not post.pages]
DAJIA = Path(sys.executable).parent / "dajia"


def write(file: Path, n_rows: int, *, distinct: bool) -> None:
    chance = random.Random(3)  # noqa: S311 - no secret depends on it
    with file.open("w", encoding="utf-8") as opened:
        for number in range(n_rows):
            post = chance.choice(POSTS)
            mark = f" {number}" if distinct else ""
            links = [f"{url}{'&' if '?' in url else '?'}n={number}" if distinct else url for url in post.links]
            row = {"post_id": f"h{number}", "account_id": f"a{number % 5000}", "text": post.text + mark, "links": links}
            opened.write(json.dumps(row, ensure_ascii=False) + "\n")


LAUNCH = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, capture_output=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""A small parent: a child counts the memory of the process that it was forked from as its own."""


def rescan(file: Path, jobs: int) -> tuple[float, float]:
    """Seconds, and the largest resident set of any of the processes in MB."""
    began = time.perf_counter()
    output = file.with_suffix(f".{jobs}.out")
    command = [sys.executable, "-c", LAUNCH, DAJIA, "rescan", file, "--output", output, "--jobs", str(jobs)]
    done = subprocess.run(list(map(str, command)), check=True, capture_output=True)  # noqa: S603 - our own command
    took = time.perf_counter() - began
    output.unlink()
    return took, int(done.stdout) / 1024


def peer(file: Path) -> float:
    """Seconds for the same rows by char-TF-IDF and logistic regression, on the URL alone, in one batch."""
    urls = [(json.loads(line)["links"] or [""])[0] for line in file.read_text(encoding="utf-8").splitlines()]
    seen = urls[:2_000]
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), max_features=50_000).fit(seen)
    model = LogisticRegression(max_iter=200).fit(vectors.transform(seen), [i % 2 for i in range(len(seen))])
    began = time.perf_counter()
    model.predict_proba(vectors.transform(urls))
    return time.perf_counter() - began


def profile(n_rows: int = 3_000, lines: int = 20) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "distinct.jsonl"
        write(file, 2 * n_rows, distinct=True)
        rows = list(read_rows(file))
    judge = build_judge(read_settings())
    judge_chunk(judge, rows[:n_rows])
    watched = cProfile.Profile()
    watched.runcall(judge_chunk, judge, rows[n_rows:])
    found = pstats.Stats(watched).get_stats_profile().func_profiles
    ours = sorted(found.items(), key=lambda pair: -pair[1].cumtime)
    whole = ours[0][1].cumtime
    for name, part in [pair for pair in ours if not pair[0].startswith(("<", "{"))][:lines]:
        print(f"{part.cumtime / whole:6.1%}  {Path(part.file_name).name}: {name}")


def main() -> None:
    if "--profile" in sys.argv:
        profile()
        return
    n_rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as folder:
        for name, distinct, n in (("repeating", False, n_rows), ("all distinct", True, n_rows // 10)):
            file = Path(folder) / f"{name.split()[0]}.jsonl"
            write(file, n, distinct=distinct)
            (one, _), (two, memory), theirs = rescan(file, 1), rescan(file, 2), peer(file)
            print(f"{name}, {n} rows: one process {n / one:.0f} rows/s, two {n / two:.0f} rows/s")
            print(f"  char-TF-IDF on the URL alone: {n / theirs:.0f} rows/s; ratio {theirs / min(one, two):.2f}")
            print(f"  largest resident set of one process: {memory:.0f} MB")


if __name__ == "__main__":
    main()
