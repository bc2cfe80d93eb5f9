"""Real posts that nobody here wrote, through the whole path: 4,750 blog comments of 2008 to 2012, in time order.

    python benchmarks/replay_comments.py ../shared/data/comments_until_2012-11.csv.gz [--limit N] [--json FILE]

Each comment is a post of its (hashed) account; the service's clock follows the posts; the rulebook is a copy of 1.0.0
that was in force before them. Every day a moderator looks at the first 50 targets of the queue, in its order, and
decides by the labels of the comments that lead there. The labels come from rules (a spot check found 39 of 40
advertisements right and 2 of 50 others wrong). Comments before 2012-10-01 took part in training and calibration;
both periods are told apart.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import platform
import re
import resource
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bootstrap.serving import build_services
from bootstrap.storage import prepare_database
from bootstrap.working import build_propagation
from detector.examples import COMMENTS_TEST_FROM
from detector.link_finder import find_links
from detector.links import read_link
from detector.types import Post
from enforcement.rulebook import seal
from service.answers import PostAnswer
from service.review import CaseDecision
from settings import Settings

REVIEWS_PER_DAY = 50
MODERATOR = "moderator"


@dataclass
class Tally:
    """What was counted."""

    verdicts: dict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    decided: Counter[str] = field(default_factory=Counter)
    hidden_at_once: Counter[str] = field(default_factory=Counter)
    days: int = 0


def read_comments(file: Path, limit: int | None) -> list[tuple[Post, str]]:
    """Comments in the order of time, as posts with their labels."""
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        rows = sorted(csv.DictReader(lines), key=lambda row: row["date"])
    if limit is not None:
        rows = rows[:: max(1, len(rows) // limit)]
    return [(_post(number, row), row["label"]) for number, row in enumerate(rows)]


def _post(number: int, row: dict[str, str]) -> Post:
    return Post(
        post_id=f"comment-{number:05}",
        account_id=row["account"],
        text=row["text"].replace("\0", ""),
        links=tuple(row["urls"].split()[:100]),
        posted_at=datetime.fromisoformat(row["date"]).replace(tzinfo=UTC),
    )


def truth_of_targets(comments: list[tuple[Post, str]]) -> dict[str, str]:
    """A target is counterfeit where most of the comments that lead to it are advertisements of copies."""
    votes: dict[str, list[bool]] = defaultdict(list)
    for post, label in comments:
        links = {read_link(url).target for url in post.links} | {link.target for link in find_links(post.text)}
        for target in links:
            votes[target].append(label == "counterfeit_ad")
    return {target: "counterfeit" if 2 * sum(v) > len(v) else "genuine" for target, v in votes.items()}


def old_rulebook(folder: Path) -> Path:
    """A copy of 1.0.0 that was published and in force before the first comment."""
    text = files("enforcement").joinpath("rulebooks/1.0.0.yaml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^published_at:.*$", "published_at: 2007-11-01T00:00:00+00:00", text)
    text = re.sub(r"(?m)^effective_from:.*$", "effective_from: 2008-01-01T00:00:00+00:00", text)
    folder.mkdir()
    (folder / "1.0.0.yaml").write_text(text, encoding="utf-8")
    seal(folder)
    return folder


def replay(comments: list[tuple[Post, str]], folder: Path) -> dict[str, Any]:
    """Feed every comment, moderate every day, and report."""
    settings = Settings(
        database_url=f"sqlite:///{folder / 'replay.sqlite3'}",
        rulebooks=old_rulebook(folder / "rulebooks"),
        clock="follow-posts",
        sqlite_synchronous="NORMAL",
    )
    prepare_database(settings)
    services, propagation = build_services(settings), build_propagation(settings)
    truth, tally = truth_of_targets(comments), Tally()
    started, day = time.perf_counter(), None
    for post, label in track(comments, description="replaying", console=Console(stderr=True)):
        assert post.posted_at is not None
        if day is not None and post.posted_at.date() != day:
            _moderate(services, truth, tally)
            propagation.drain()
        day = post.posted_at.date()
        answer = services.screening.submit([post])[0]
        assert isinstance(answer, PostAnswer)
        period = "test" if str(day) >= COMMENTS_TEST_FROM else "seen in training"
        tally.verdicts[period, label][answer.verdict] += 1
    _moderate(services, truth, tally)
    propagation.drain()
    return _report(services, comments, truth, tally, time.perf_counter() - started)


def _moderate(services: Any, truth: dict[str, str], tally: Tally) -> None:
    tally.days += 1
    for case in services.review.cases("target", "open", 0).cases[:REVIEWS_PER_DAY]:
        decision = truth.get(case.subject, "genuine")
        services.review.decide_case(case.case_id, CaseDecision(actor=MODERATOR, decision=decision))
        tally.decided[decision] += 1


def _report(
    services: Any, comments: list[tuple[Post, str]], truth: dict[str, str], tally: Tally, seconds: float
) -> dict[str, Any]:
    hidden: Counter[str] = Counter()
    for post, label in comments:
        status = services.status.post(post.post_id)
        hidden[label] += any(link.hidden for link in status.links)
    accounts = {post.account_id for post, _ in comments}
    states = Counter(services.status.account(account).state for account in accounts)
    labels = Counter(label for _, label in comments)
    at_once = Counter()
    for (_, label), verdicts in tally.verdicts.items():
        at_once[label] += verdicts["hold"] + verdicts["block"]
    return {
        "machine": f"2 cores, Python {platform.python_version()}",
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "comments": dict(labels),
        "verdicts": {f"{label} ({period})": dict(v) for (period, label), v in sorted(tally.verdicts.items())},
        "hidden_when_posted": dict(at_once),
        "hidden_in_the_end": dict(hidden),
        "targets": dict(Counter(truth.values())),
        "targets_decided": dict(tally.decided),
        "accounts": len(accounts),
        "accounts_by_state": dict(states),
        "open_cases_for_people": services.review.cases("sanction", "open", 0).total,
        "moderation_days": tally.days,
        "seconds": round(seconds, 1),
        "posts_per_second": round(len(comments) / seconds, 1),
        "peak_memory_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def show(report: dict[str, Any]) -> None:
    """The report as tables."""
    console = Console(width=110)
    table = Table("label (period)", "allow", "review", "hold", "block", title="Verdict when posted")
    for name, verdicts in report["verdicts"].items():
        table.add_row(name, *(str(verdicts.get(v, 0)) for v in ("allow", "review", "hold", "block")))
    console.print(table)
    table = Table("label", "comments", "hidden when posted", "hidden in the end", title="Hidden")
    for label, n in report["comments"].items():
        table.add_row(
            label,
            str(n),
            str(report["hidden_when_posted"].get(label, 0)),
            str(report["hidden_in_the_end"].get(label, 0)),
        )
    console.print(table)
    rest = {
        k: v for k, v in report.items() if k not in {"verdicts", "comments", "hidden_when_posted", "hidden_in_the_end"}
    }
    for name, value in rest.items():
        console.print(f"{name.replace('_', ' ')}: {value}")


def main() -> None:
    """Parse the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--limit", type=int, help="replay about so many comments, evenly taken")
    parser.add_argument("--json", type=Path, help="write the report there as well")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = replay(read_comments(arguments.file, arguments.limit), Path(folder))
    show(report)
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
