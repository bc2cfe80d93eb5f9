"""``POST /v1/posts``, scored, judged and recorded durably, beside a Flask route that does nothing.

    python benchmarks/serve_posts.py [--seconds 8] [--connections 16] [--challenger FOLDER]

Both are served by the same Granian with the same two web processes and driven by the same client over loopback, in
turns, twice each. Every post is new (its own id, account and link), as a platform would send them; the database is
SQLite with an fsync for every commit (``FULL``), and with ``NORMAL`` (survives ``kill -9``, not a power cut). With
``--challenger`` the same services once more with that model in shadow; how many posts it scored is printed.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from adapters.sql.database import make_engine
from bootstrap.storage import build_clock, build_store, prepare_database
from detector.samples import load_samples
from service.keys import Keys
from settings import Settings

HERE = Path(__file__).parent


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(target: str, port: int, environment: dict[str, str]) -> Iterator[None]:
    """A Granian with two web processes."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--workers", "2", "--no-ws"]
    command += ["--blocking-threads", "2", "--log-level", "warning", "--port", str(port), target]
    process = subprocess.Popen(command, env=os.environ | environment | {"PYTHONPATH": str(HERE)})  # noqa: S603 - our own command
    try:
        _wait(port)
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(port: int) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                time.sleep(1.0)  # the second process may still be loading
                return
        time.sleep(0.1)
    raise SystemExit("The server did not start.")


def drive(port: int, key: str, bodies: Callable[[], bytes], seconds: float, connections: int) -> dict[str, float]:
    """Requests per second and latencies in milliseconds of so many keep-alive connections."""
    latencies: list[float] = []
    stop = time.perf_counter() + seconds

    def work() -> None:
        mine = []
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while (start := time.perf_counter()) < stop:
                _ask(line, key, bodies())
                mine.append((time.perf_counter() - start) * 1000)
        latencies.extend(mine)

    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ordered = sorted(latencies)
    return {
        "rps": len(ordered) / seconds,
        "p50": statistics.median(ordered),
        "p99": ordered[int(len(ordered) * 0.99)],
    }


def _ask(line: socket.socket, key: str, body: bytes) -> None:
    head = f"POST /v1/posts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    line.sendall(head.encode() + body)
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += line.recv(65536)
    headers, _, rest = answer.partition(b"\r\n\r\n")
    if not headers.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"The service refused: {answer[:500]!r}")
    length = int(next(h for h in headers.lower().split(b"\r\n") if h.startswith(b"content-length")).split(b":")[1])
    while len(rest) < length:
        rest += line.recv(65536)


def make_bodies() -> Callable[[], bytes]:
    """Sample posts, each made new by its own id, account and link."""
    posts = [p for p in load_samples().posts if p.links and p.text]
    number = itertools.count()

    def body() -> bytes:
        n = next(number)
        post = posts[n % len(posts)]
        content = {
            "post_id": f"p-{os.getpid()}-{time.monotonic_ns()}-{n}",
            "account_id": f"a-{n}",
            "text": post.text,
            "links": [f"{post.links[0]}{'&' if '?' in post.links[0] else '?'}n={n}"],
        }
        return json.dumps(content, ensure_ascii=False).encode()

    return body


def ours(folder: Path, synchronous: str, challenger: str = "") -> tuple[dict[str, str], str]:
    """Environment and key for the service on a new database."""
    url = f"sqlite:///{folder / f'{synchronous}{len(challenger)}.sqlite3'}"
    settings = Settings(database_url=url)
    prepare_database(settings)
    store = build_store(settings)
    key = Keys(store, build_clock(settings, store)).create("benchmark", ["score"])
    return {
        "DAJIA_DATABASE_URL": url,
        "DAJIA_SQLITE_SYNCHRONOUS": synchronous,
        "DAJIA_CHALLENGER": challenger,
    }, key


def shadowed(environment: dict[str, str]) -> str:
    """Posts that the service recorded, and how many of them the challenger scored."""
    with make_engine(environment["DAJIA_DATABASE_URL"]).connect() as connection:
        recorded = connection.execute(sa.text("SELECT count(*) FROM posts")).scalar()
        scored = connection.execute(sa.text("SELECT count(DISTINCT decision_id) FROM challenger_scores")).scalar()
    return f"{scored:,} of {recorded:,} posts were scored by the challenger"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--challenger", default="", help="folder of a model that scores in shadow")
    arguments = parser.parse_args()
    bodies = make_bodies()
    with tempfile.TemporaryDirectory() as folder:
        runs = {"no-op Flask route": ("noop_app:wsgi", {}, "none")}
        for synchronous in ("NORMAL", "FULL"):
            environment, key = ours(Path(folder), synchronous)
            runs[f"POST /v1/posts, SQLite {synchronous}"] = ("api:wsgi", environment, key)
            if arguments.challenger:
                environment, key = ours(Path(folder), synchronous, arguments.challenger)
                runs[f"the same, challenger in shadow {synchronous}"] = ("api:wsgi", environment, key)
        results: dict[str, list[dict[str, float]]] = {name: [] for name in runs}
        for _ in range(2):
            for name, (target, environment, key) in runs.items():
                port = free_port()
                with serving(target, port, environment):
                    drive(port, key, bodies, 1.5, arguments.connections)  # warm up
                    results[name].append(drive(port, key, bodies, arguments.seconds, arguments.connections))
        told = [f"{name}: {shadowed(e)}" for name, (_, e, _) in runs.items() if e.get("DAJIA_CHALLENGER")]
    print(f"2 cores (shared with the client), Python {platform.python_version()}, {arguments.connections} connections")
    reference = statistics.mean(r["rps"] for r in results["no-op Flask route"])
    for name, rows in results.items():
        rps, p50, p99 = (statistics.mean(r[k] for r in rows) for k in ("rps", "p50", "p99"))
        print(f"{name:37} {rps:8.0f} requests/s   ratio {rps / reference:.3f}   p50 {p50:7.1f} ms   p99 {p99:7.1f} ms")
    for line in told:
        print(line)


if __name__ == "__main__":
    main()
