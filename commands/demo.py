"""``dajia demo``: everything at once on a new machine, with the sample platform replayed through the service."""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import click
import msgspec
import requests
from platformdirs import user_data_path
from rich.console import Console
from rich.panel import Panel
from rich.progress import Progress
from rich.table import Table

from bootstrap.serving import build_people
from bootstrap.storage import build_clock, build_store, prepare_database
from detector.links import read_link
from detector.samples import SamplePlatform, load_samples
from detector.types import Post
from service.keys import Keys
from settings import Settings

START_S = 60
MODERATOR = "demo-moderator"
DAYS_LEFT_OPEN = 5
"""The last days of the sample wait for whoever opens the console."""
REVIEWER = "demo"
"""Whom the console lets in; another person than the one who decided before."""
REVIEWS_PER_DAY = 8
"""How many targets the demo's moderator looks at each day, in the order of the queue."""

_console = Console(stderr=True)


class Client:
    """The platform's side: speaks HTTP to the service, as any platform would."""

    def __init__(self, base: str, key: str) -> None:
        self.base = base
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {key}"

    def get(self, path: str, **params: Any) -> Any:
        """A GET; raises where the service refuses."""
        answer = self._session.get(self.base + path, params=params, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, body: Any) -> Any:
        """A POST of JSON; raises where the service refuses."""
        headers = {"Content-Type": "application/json"}
        answer = self._session.post(self.base + path, data=msgspec.json.encode(body), headers=headers, timeout=30)
        answer.raise_for_status()
        return answer.json()


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8600, help="Port; 0 for any that is free.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where the demo's database goes; made anew each time.")
@click.option("--once", is_flag=True, envvar="DEMO_ONCE", help="End after the replay instead of serving on.")
def demo(port: int, folder: Path | None, once: bool) -> None:
    """Replay data/samples through the running service, show what happened, and keep serving until Ctrl-C."""
    folder = folder or user_data_path("dajia", appauthor=False) / "demo"
    settings = _fresh_database(folder)
    key, password = _make_key(settings), build_people(settings).add(REVIEWER, "senior")
    port = port if _is_free(port) else 0
    port = port or _free_port()
    base = f"http://127.0.0.1:{port}"
    platform = load_samples()
    with _serving(settings, port) as process:
        _wait_until_ready(base, process)
        client = Client(base, key)
        answers = _replay(client, platform)
        _show(client, platform, answers, base, key)
        _say_login(base, password)
        if not once:
            _console.print("Serving on. Press Ctrl-C to end.")
            _wait(process)


def _fresh_database(folder: Path) -> Settings:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("demo.sqlite3*"):
        old.unlink()
    # The demo's clock follows its posts, so that two months pass in half a minute.
    settings = Settings(database_url=f"sqlite:///{folder / 'demo.sqlite3'}", clock="follow-posts", workers=1)
    prepare_database(settings)
    return settings


def _make_key(settings: Settings) -> str:
    store = build_store(settings)
    return Keys(store, build_clock(settings, store)).create("demo", ["score", "read", "moderate"])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return port != 0 and probe.connect_ex(("127.0.0.1", port)) != 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _serving(settings: Settings, port: int) -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {
        "DAJIA_DATABASE_URL": settings.database_url,
        "DAJIA_CLOCK": settings.clock,
        "DAJIA_WORKERS": str(settings.workers),
        "DAJIA_PORT": str(port),
        "DAJIA_LOG_LEVEL": "WARNING",
        "DAJIA_FETCH_AT_ONCE": "0",  # the sample platform's shops do not exist
    }
    command = [sys.executable, "-P", "-m", "cli", "serve", "--with-parent", str(os.getpid())]
    process = subprocess.Popen(command, env=environment)  # noqa: S603 - our own command
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_until_ready(base: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    session = requests.Session()
    session.trust_env = False
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise click.ClickException("The service did not start; its reason is printed above.")
        try:
            if session.get(f"{base}/readyz", timeout=2).ok:
                return
        except requests.RequestException:
            pass  # it is not listening yet: asked again below, until the deadline
        time.sleep(0.2)
    raise click.ClickException(f"The service was not ready within {START_S} seconds.")


def _replay(client: Client, platform: SamplePlatform) -> dict[str, Any]:
    truth = {read_link(t.url).target: t.label for t in platform.targets}
    answers: dict[str, Any] = {}
    with Progress(console=_console, disable=not _console.is_terminal) as progress:
        task = progress.add_task(f"{len(platform.posts)} posts of two months", total=len(platform.posts))
        last = _day(platform.posts[-1])
        for day, posts in groupby(platform.posts, key=_day):
            for post in posts:
                answers[post.post_id] = client.post("/v1/posts", payload_of(post))
                progress.advance(task)
            if (last - day).days >= DAYS_LEFT_OPEN:
                _moderate(client, truth)
    return answers


def _day(post: Post) -> date:
    assert post.posted_at is not None  # noqa: S101 - every sample post has a time
    return post.posted_at.date()


def payload_of(post: Post) -> dict[str, Any]:
    """A sample post as a platform would send it; pages go as the bytes they were."""
    pages = [
        {
            "url": page.url,
            "body_base64": base64.b64encode(page.body if isinstance(page.body, bytes) else page.body.encode()).decode(),
            "content_type": page.content_type,
        }
        for page in post.pages
    ]
    account = {"type": post.account.type, "followers": post.account.followers, "created_at": post.account.created_at}
    return {
        "post_id": post.post_id,
        "account_id": post.account_id,
        "posted_at": post.posted_at,
        "text": post.text,
        "links": list(post.links),
        "pages": pages,
        "account": account,
        "reach": post.reach,
    }


def _moderate(client: Client, truth: Mapping[str, str]) -> None:
    """A moderator looks at the day's most harmful targets; here the sample's own labels say what they see."""
    queue = client.get("/v1/cases", kind="target", state="open")["cases"][:REVIEWS_PER_DAY]
    jobs = []
    for case in queue:
        decision = {"target": case["subject"], "decision": truth.get(case["subject"], "genuine"), "actor": MODERATOR}
        jobs.append(client.post("/v1/decisions", decision)["job_id"])
    for job in jobs:
        while client.get(f"/v1/jobs/{job}")["state"] not in {"done", "failed"}:
            time.sleep(0.05)


def _show(client: Client, platform: SamplePlatform, answers: dict[str, Any], base: str, key: str) -> None:
    console = Console(width=110)
    now = {post_id: client.get(f"/v1/posts/{post_id}") for post_id in answers}
    accounts = {a: client.get(f"/v1/accounts/{a}") for a in platform.accounts}
    console.print(_verdicts(platform, answers, now))
    console.print(_standings(platform, accounts))
    console.print(_example(answers))
    addresses = {"API documentation": "/docs", "Rulebook": "/rulebook", "Metrics": "/metrics"}
    lines = [f"{name:19} {base}{path}" for name, path in addresses.items()]
    console.print(Panel("\n".join([*lines, f"{'API key':19} {key}"]), title="Look around"))
    # Outside the frame, so that it can be copied as it is.
    click.echo(f"curl -H 'Authorization: Bearer {key}' -H 'Content-Type: application/json' {base}/v1/check \\")
    click.echo("""  -d '{"text": "LV包包298元", "links": ["https://weidian.com/item.html?itemID=1"]}'""")


def _say_login(base: str, password: str) -> None:
    lines = [f"{base}/review/", f"name      {REVIEWER}", f"password  {password}"]
    Console(width=110).print(Panel("\n".join(lines), title="Review as a moderator"))


def _verdicts(platform: SamplePlatform, answers: dict[str, Any], now: dict[str, Any]) -> Table:
    table = Table("kind of post (synthetic)", "posts", "allow", "review", "hold", "block", "hidden in the end")
    table.title = "What the service answered at once, and what people's decisions made of it"
    kinds: dict[str, list[str]] = {}
    for post_id, label in platform.labels.items():
        kinds.setdefault(label.kind, []).append(post_id)
    for kind, ids in sorted(kinds.items()):
        counts = Counter(answers[i]["verdict"] for i in ids)
        hidden = sum(any(link["hidden"] for link in now[i]["links"]) for i in ids)
        table.add_row(kind, str(len(ids)), *(str(counts[v]) for v in ("allow", "review", "hold", "block")), str(hidden))
    return table


def _standings(platform: SamplePlatform, accounts: dict[str, Any]) -> Table:
    states = ("good", "warned", "restricted", "suspended", "banned")
    table = Table("role of account (synthetic)", "accounts", *states)
    table.title = "Where the accounts stand under the rulebook; suspensions and bans wait for people"
    roles: dict[str, list[str]] = {}
    for account in platform.accounts.values():
        roles.setdefault(account.role, []).append(account.account_id)
    for role, ids in sorted(roles.items()):
        counts = Counter(accounts[i]["state"] for i in ids)
        table.add_row(role, str(len(ids)), *(str(counts[s]) for s in states))
    return table


def _example(answers: dict[str, Any]) -> Panel:
    """One decision, explained: the first post whose link was hidden with an action."""
    answer = next((a for a in answers.values() if a["actions"] and a["links"]), None)
    if answer is None:
        return Panel("No link was hidden.", title="One decision, explained")
    link = next(link for link in answer["links"] if link["verdict"] in {"hold", "block"})
    lines = [
        f"{answer['post_id']}: {answer['verdict']}, probability {link['counterfeit_probability']:.3f}",
        link["target"],
    ]
    lines += [f"  {r['weight']:+.2f}  {r['zh']}\n         {r['en']}" for r in link["reasons"][:4]]
    lines += ["", answer["actions"][0]["statement"]["zh"], "", answer["actions"][0]["statement"]["en"]]
    return Panel("\n".join(lines), title="One decision, explained")


def _wait(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait()
    except KeyboardInterrupt:
        _console.print("Ending.")
