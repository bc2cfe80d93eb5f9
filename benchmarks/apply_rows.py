"""Loading a platform's past in which one target is confirmed, and the same posts one by one: how long, and the ratio.

    python benchmarks/apply_rows.py [posts] [accounts]

Makes a new SQLite file, confirms a target, and runs `dajia import` on rows (synthetic, every text another) that all
lead to it. The alternative settles the first two thousand of them each in a transaction of its own, as a platform
would that sends its past over HTTP, without the cost of HTTP.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bootstrap.serving import build_services
from bootstrap.storage import build_store, prepare_database
from detector.types import Post
from service.target_decisions import TargetDecision
from settings import Settings, read_settings

DAJIA = Path(sys.executable).parent / "dajia"
TARGET, URL = "weidian:item:4371293", "https://weidian.com/item.html?itemID=4371293"
ALTERNATIVE = 2_000


def post(number: int, n_accounts: int) -> dict[str, object]:
    text = f"高仿LV包包{200 + number % 300}元 专柜品质 一比一 加V信 lv{number:06}"
    return {"post_id": f"p{number}", "account_id": f"a{number % n_accounts}", "text": text, "links": [URL]}


def confirmed(folder: Path) -> Settings:
    """A new service in which the target is known as counterfeit."""
    folder.mkdir()
    settings = read_settings(os.environ | {"DAJIA_DATABASE_URL": f"sqlite:///{folder}/dajia.sqlite3"})
    prepare_database(settings)
    decision = TargetDecision(target=TARGET, url=URL, decision="counterfeit", actor="mia")
    build_services(settings).review.decide_target(decision)
    return settings


def load(settings: Settings, folder: Path) -> float:
    environment = os.environ | {"DAJIA_DATABASE_URL": settings.database_url}
    began = time.perf_counter()
    subprocess.run([DAJIA, "import", "past.jsonl", "--jobs", "2", "--yes"], cwd=folder, env=environment, check=True)  # noqa: S603 - ours
    return time.perf_counter() - began


def one_by_one(settings: Settings, rows: list[dict[str, object]]) -> float:
    screening = build_services(settings).screening
    posts = [Post(**row | {"links": (URL,)}) for row in rows]  # type: ignore[arg-type]
    began = time.perf_counter()
    for one in posts:
        screening.submit([one])
    return time.perf_counter() - began


def main() -> None:
    n_posts = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    n_accounts = int(sys.argv[2]) if len(sys.argv) > 2 else n_posts // 10
    rows = [post(number, n_accounts) for number in range(n_posts)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "past.jsonl").write_text(
            "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
        )
        settings = confirmed(folder / "loaded")
        seconds = load(settings, folder)
        with build_store(settings).begin(write=False) as work:
            assert work.count_posts() == n_posts
        alone = one_by_one(confirmed(folder / "sent"), rows[:ALTERNATIVE])
    ours, theirs = n_posts / seconds, ALTERNATIVE / alone
    print(f"{n_posts} posts of {n_accounts} accounts, all of one confirmed target: {seconds:.1f} s, {ours:.0f} posts/s")
    print(f"one transaction a post: {theirs:.0f} posts/s; ratio {ours / theirs:.2f}")


if __name__ == "__main__":
    main()
