"""``dajia score``: posts or plain URLs in, answers out, no database."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO

import click
import msgspec

from bootstrap import build_books, build_detector
from detector.score import Detector, highest
from detector.types import Link, LinkVerdict, Post
from enforcement.rulebook import Rulebook, Rulebooks
from service.answers import LinkScore, ScoreAnswer, reason_answer
from service.payloads import CheckPayload, FieldError, PayloadError, decode, to_post
from service.screen import GRAVITY, least_verdict
from settings import read_settings

_ENCODER = msgspec.json.Encoder()


@click.command()
@click.argument("files", nargs=-1, type=click.File("rb"))
def score(files: tuple[IO[bytes], ...]) -> None:
    """Score posts (JSON lines) or plain URLs (one a line) from FILES, or `-`, to JSON lines in the same order."""
    settings = read_settings()
    judge = Judge(build_detector(settings), _book(build_books(settings)), settings.max_page_chars)
    bad = 0
    for number, line in _lines(files or (sys.stdin.buffer,)):
        try:
            answer = judge.line(line)
        except PayloadError as error:
            bad += 1
            problem = {"detail": error.detail, "errors": error.errors}
            sys.stdout.buffer.write(_ENCODER.encode({"line": number, "error": problem}) + b"\n")
        else:
            sys.stdout.buffer.write(_ENCODER.encode(answer) + b"\n")
    sys.stdout.buffer.flush()
    if bad:
        click.echo(f"dajia: {bad} lines could not be read.", err=True)
        sys.exit(1)


def _lines(files: tuple[IO[bytes], ...]) -> Iterator[tuple[int, bytes]]:
    number = 0
    for file in files:
        for line in file:
            number += 1
            yield number, line.strip()


def _book(books: Rulebooks) -> Rulebook:
    """The rulebook in force, for what it says of parts that cannot be judged; the first where none is yet."""
    return books.in_force_at(datetime.now(UTC)) or books.earliest()


class Judge:
    """Scores one line after the other, as ``/v1/check`` would, without a database."""

    def __init__(self, detector: Detector, book: Rulebook, max_page_chars: int) -> None:
        self._detector = detector
        self._book = book
        self._max_page_chars = max_page_chars

    def line(self, line: bytes) -> ScoreAnswer:
        """The answer for one line; :class:`PayloadError` where it cannot be read."""
        if line.startswith(b"{"):
            payload = decode(line, CheckPayload)
            post = to_post(payload, now=datetime.now(UTC), max_page_chars=self._max_page_chars)
            return self._answer(post, post_id=post.post_id or None)
        try:
            url = line.decode()
        except UnicodeDecodeError as error:
            raise PayloadError("The line is not UTF-8.", (FieldError("", str(error)),)) from None
        if not url:
            raise PayloadError("The line is empty.")
        return self._answer(Post("", "", links=(url,)), url=url)

    def _answer(self, post: Post, *, post_id: str | None = None, url: str | None = None) -> ScoreAnswer:
        verdicts = self._detector.score(post)
        links = tuple(self._link(v, v.link, url) for v in verdicts if v.link for url in (v.link.url, *v.also))
        return ScoreAnswer(
            post_id=post_id,
            url=url,
            verdict=max([*(link.verdict for link in links), *(v.verdict for v in verdicts)], key=GRAVITY.__getitem__),
            counterfeit_probability=highest(verdicts),
            links=links,
            reasons=tuple(reason_answer(r) for v in verdicts if v.link is None for r in v.reasons),
        )

    def _link(self, verdict: LinkVerdict, link: Link, url: str) -> LinkScore:
        least = least_verdict(verdict, self._book)
        gravest = max(verdict.verdict, least, key=GRAVITY.__getitem__)
        reasons = tuple(map(reason_answer, verdict.reasons))
        return LinkScore(url, link.target, gravest, verdict.counterfeit_probability, reasons)
