"""``dajia score``: posts or plain URLs in, answers out, no database."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import IO

import click
import msgspec

from bootstrap.detection import build_judge
from service.payloads import PayloadError
from settings import read_settings

_ENCODER = msgspec.json.Encoder()


@click.command()
@click.argument("files", nargs=-1, type=click.File("rb"))
def score(files: tuple[IO[bytes], ...]) -> None:
    """Score posts (JSON lines) or plain URLs (one a line) from FILES, or `-`, to JSON lines in the same order."""
    judge = build_judge(read_settings())
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
