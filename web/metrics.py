"""Figures for Prometheus: requests, their time, verdicts and actions.

Each process counts for itself. Where ``PROMETHEUS_MULTIPROC_DIR`` is set (the Prometheus client's own variable),
every process answers for all of them.
"""

from __future__ import annotations

import os
import time

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector

from detector.types import VerdictName
from service.answers import PostAnswer

_BUCKETS_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class Metrics:
    """One registry for one app, so that two apps in one process do not clash."""

    content_type = CONTENT_TYPE_PLAIN_0_0_4

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "dajia_requests",
            "Requests by route, method and status.",
            ["route", "method", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "dajia_request_seconds",
            "Seconds until the answer began, by route.",
            ["route"],
            buckets=_BUCKETS_S,
            registry=self._registry,
        )
        self._verdicts = Counter(
            "dajia_verdicts",
            "Verdicts on posts, by call; duplicates are not counted.",
            ["call", "verdict"],
            registry=self._registry,
        )
        self._actions = Counter("dajia_actions", "Actions ordered by answers.", ["kind"], registry=self._registry)
        self._challenger_links = Counter(
            "dajia_challenger_links",
            "Links by the verdict of the model in use and of the challenger; what people decided is not counted in.",
            ["champion", "challenger"],
            registry=self._registry,
        )
        self._challenger_posts = Counter(
            "dajia_challenger_posts",
            "Posts put before the challenger: scored, dropped (too many waited), failed, unrecorded.",
            ["outcome"],
            registry=self._registry,
        )

    def count_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """One request was answered."""
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def count_answer(self, call: str, given: PostAnswer) -> None:
        """One post was judged."""
        if given.duplicate:
            return
        self._verdicts.labels(call, given.verdict).inc()
        for action in given.actions:
            self._actions.labels(action.kind).inc()

    def count_challenger_link(self, champion: VerdictName, challenger: VerdictName) -> None:
        """Two models judged one link."""
        self._challenger_links.labels(champion, challenger).inc()

    def count_challenger_post(self, outcome: str) -> None:
        """A post was put before the challenger."""
        self._challenger_posts.labels(outcome).inc()

    def text(self) -> bytes:
        """All figures in the Prometheus text format."""
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self._registry)
        everybody = CollectorRegistry()
        MultiProcessCollector(everybody)  # type: ignore[no-untyped-call]  # the package has no types here
        return generate_latest(everybody)


def register(app: Flask, metrics: Metrics) -> None:
    """Count every request; addresses that do not exist are counted as one, so that nobody can make up labels."""

    @app.before_request
    def _begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def _end(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule is not None else "none"
        method = request.method if request.url_rule is not None else "any"
        metrics.count_request(route, method, response.status_code, time.perf_counter() - g.began)
        return response
