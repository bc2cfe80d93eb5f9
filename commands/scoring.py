"""``dajia score``: posts or plain URLs in, answers out, no database."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO

import click
import msgspec

from bootstrap import build_detector
from detector.score import Detector, highest
from detector.types import LinkVerdict, Post
from service.answers import LinkScore, ScoreAnswer, reason_answer
from service.payloads import CheckPayload, FieldError, PayloadError, decode, to_post
from service.screen import GRAVITY
from settings import read_settings

_ENCODER = msgspec.json.Encoder()


@click.command()
@click.argument("files", nargs=-1, type=click.File("rb"))
def score(files: tuple[IO[bytes], ...]) -> None:
    """Score posts (JSON lines) or plain URLs (one a line) from FILES, or `-`, to JSON lines in the same order."""
    settings = read_settings()
    detector = build_detector(settings)
    bad = 0
    for number, line in _lines(files or (sys.stdin.buffer,)):
        try:
            answer = _score_line(detector, line, settings.max_page_chars)
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


def _score_line(detector: Detector, line: bytes, max_page_chars: int) -> ScoreAnswer:
    if line.startswith(b"{"):
        post = to_post(decode(line, CheckPayload), now=datetime.now(UTC), max_page_chars=max_page_chars)
        return _answer(detector.score(post), post_id=post.post_id or None)
    try:
        url = line.decode()
    except UnicodeDecodeError as error:
        raise PayloadError("The line is not UTF-8.", (FieldError("", str(error)),)) from None
    if not url:
        raise PayloadError("The line is empty.")
    return _answer(detector.score(Post("", "", links=(url,))), url=url)


def _answer(verdicts: list[LinkVerdict], *, post_id: str | None = None, url: str | None = None) -> ScoreAnswer:
    return ScoreAnswer(
        post_id=post_id,
        url=url,
        verdict=max((v.verdict for v in verdicts), key=GRAVITY.__getitem__),
        counterfeit_probability=highest(verdicts),
        links=tuple(
            LinkScore(
                v.link.url, v.link.target, v.verdict, v.counterfeit_probability, tuple(map(reason_answer, v.reasons))
            )
            for v in verdicts
            if v.link is not None
        ),
        reasons=tuple(reason_answer(r) for v in verdicts if v.link is None for r in v.reasons),
    )
