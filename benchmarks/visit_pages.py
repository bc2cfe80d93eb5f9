"""How fast pages are visited: 64 slow pages at a time on loopback, by the worker's own code and by bare ``requests``.

    python benchmarks/visit_pages.py [pages] [seconds each page takes]

A server of ours answers on loopback from another process, each page under a host of its own and after a pause. Ours:
visits as two visitors, guarded, kept as evidence, posts judged again by it, all in one SQLite file. The alternative:
``requests.get`` in as many threads, once for each page, kept nowhere. Prints visits a second, the ratio by request,
and the memory after each tenth of the way.
"""

from __future__ import annotations

import logging
import os
import socketserver
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_network
from multiprocessing import get_context
from pathlib import Path

import requests

from adapters.evidence import EvidenceFolder
from adapters.fetch import PageFetcher
from adapters.sql.database import make_engine, upgrade
from adapters.sql.store import SqlStore
from bootstrap.storage import RealClock, new_id
from detector.artefact import load_model, newest_model
from detector.score import Detector
from enforcement.rulebook import load_rulebooks
from service.fetch import Fetching, FetchPolicy
from service.fetch_queue import FetchWish
from service.second_look import SecondLook
from service.seen_pages import SeenPages

AT_ONCE = 64
ITEM = (
    '<li class="item"><a class="item-link" href="/item/{n}.html" title="包 {n}"><img class="lazy" '
    'data-src="/img/{n}.jpg" src="/img/blank.gif" alt="女包 {n}" width="220" height="220"></a>'
    '<div class="item-info"><h3 class="item-title">新款女包 单肩斜挎 第 {n} 款</h3>'
    '<p class="item-price"><em>¥</em><strong>{price}</strong></p><p class="item-more">'
    '<span class="item-sold">已售 {n} 件</span><a class="item-shop" href="/shop">进店逛逛</a></p></div></li>'
)
PAGE = "".join(ITEM.format(n=n, price=180 + n) for n in range(40)) + "<p>专柜品质，加微信 lv8888</p>"
"""Some 18 KB with forty products, as shops have."""


class Slow(BaseHTTPRequestHandler):
    """A page of some 18 KB after a pause."""

    pause_s = 1.0

    def do_GET(self) -> None:
        """Answer, late."""
        time.sleep(self.pause_s)
        body = f"<html><title>{self.path}</title><body><ul>{PAGE}</ul>{self.path}</body></html>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


class Server(socketserver.ThreadingTCPServer):
    """A thread for each connection."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 512


def memory_mb() -> float:
    fields = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def ours(store: SqlStore, port: int, pages: int, folder: Path) -> tuple[float, list[float]]:
    detector, books = Detector(load_model(newest_model())), load_rulebooks()
    fetcher = PageFetcher(
        allowed=[ip_network("127.0.0.0/8")], ports=frozenset({port}), resolver=lambda _host, _port: ["127.0.0.1"]
    )
    look = SecondLook(detector, books, SeenPages(detector.reader))
    policy = FetchPolicy(AT_ONCE, timedelta(seconds=2), 10**9)
    fetching = Fetching(store, fetcher, EvidenceFolder(folder), look, detector.reader, RealClock(), new_id, policy)
    now = datetime.now(UTC)
    for start in range(0, pages, 1000):
        with store.begin() as work:
            for n in range(start, min(start + 1000, pages)):
                host = f"shop{n}.example"
                work.want_fetch(FetchWish(f"shop:{host}", f"http://{host}:{port}/{n}", host, 1.0), now)
    began, memory = time.perf_counter(), []
    left, looked = pages, began
    while left:
        before = len(fetching._under_way)  # noqa: SLF001 - a benchmark looks inside
        busy = fetching.run_next()
        if time.perf_counter() - looked > 0.5:
            looked = time.perf_counter()
            with store.begin(write=False) as work:
                left = work.fetch_backlog(datetime.now(UTC))
        if pages - left >= pages * (len(memory) + 1) / 10:
            memory.append(memory_mb())
        if not busy and before:
            time.sleep(0.005)
    return time.perf_counter() - began, memory


def bare(port: int, pages: int) -> float:
    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda n: requests.get(f"http://127.0.0.1:{port}/{n}", timeout=15).status_code, range(pages)))
    return time.perf_counter() - began


def main() -> None:
    logging.disable(logging.CRITICAL)
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 640
    Slow.pause_s = float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    with Server(("127.0.0.1", 0), Slow) as server, tempfile.TemporaryDirectory() as folder:
        serving = get_context("fork").Process(target=server.serve_forever, daemon=True)
        serving.start()  # a process of its own: shops do not run on our worker
        port = server.server_address[1]
        engine = make_engine(f"sqlite:///{folder}/dajia.sqlite3")
        upgrade(engine)
        took, memory = ours(SqlStore(engine), port, pages, Path(folder) / "evidence")
        alone = bare(port, pages)
        serving.kill()
        serving.join()
    rate = 2 * pages / took
    print(f"ours: {pages} pages as two visitors in {took:.1f} s: {rate / 2:.0f} pages/s, {rate:.0f} requests/s")
    print(f"bare requests: {pages / alone:.0f} requests/s; ours for each request {rate * alone / pages:.2f} of it")
    print(f"memory after each tenth: {', '.join(f'{m:.0f}' for m in memory)} MB")


if __name__ == "__main__":
    main()
