"""``dajia ledger labels``: what people decided, as labelled posts for ``dajia evaluate`` and for other tools."""

from __future__ import annotations

import hashlib
from datetime import datetime

import click
import msgspec

from commands.ledger_reading import read_labels, tell
from detector.decided_posts import DecidedPost, Look
from settings import read_settings

_MAX_NAME = 128
"""Longest group that labelled files take."""


class LabelLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line: the fields of labelled files, and a few more that those who read them pass over."""

    label: str
    links: tuple[str, ...]
    slice: str
    source: str
    group: str
    post_id: str
    target: str
    look: Look
    weight: float
    posted_at: datetime
    decided_at: datetime
    text: str | None = None


@click.command("labels")
def labels() -> None:
    """Print posts of targets that people decided as labelled JSON lines, for `dajia evaluate FILE`."""
    read = read_labels(read_settings())
    for post, example in zip(read.found.posts, read.found.examples, strict=True):
        click.echo(msgspec.json.encode(_line(post, example.slice, example.source, example.group)).decode())
    tell(read)


def _line(post: DecidedPost, slice_: str, source: str, group: str) -> LabelLine:
    return LabelLine(
        label="counterfeit" if post.counterfeit else "honest",
        text=post.text if post.text.strip() else None,
        links=post.links,
        slice=slice_,
        source=source,
        group=_short(group),
        post_id=post.post_id,
        target=post.target,
        look=post.look,
        weight=round(post.weight, 4),
        posted_at=post.posted_at,
        decided_at=post.decided_at,
    )


def _short(group: str) -> str:
    """A target's name may be as long as a URL; then its digest stands for it."""
    return group if len(group) <= _MAX_NAME else f"target:{hashlib.sha256(group.encode()).hexdigest()}"
