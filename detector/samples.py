"""The sample platform that ships in ``data/samples/``: synthetic posts and labels, as the detector's types."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import msgspec

from detector.types import AccountFacts, PageSnapshot, Post


class SampleLabel(msgspec.Struct, frozen=True):
    """What the writer of a sample post meant."""

    post_id: str
    label: Literal["counterfeit", "genuine", "benign_mention"]
    """``benign_mention``: a question or warning that may carry the link of a counterfeit target."""
    kind: str


class SampleTarget(msgspec.Struct, frozen=True):
    """What a link of the sample platform really leads to."""

    url: str
    label: Literal["counterfeit", "genuine"]
    note: str = ""


class SampleAccount(msgspec.Struct, frozen=True):
    """An account of the sample platform."""

    account_id: str
    type: str
    created_at: datetime
    followers: int
    role: str
    ring: str | None = None


class SamplePlatform(msgspec.Struct, frozen=True):
    """The whole sample platform, posts in the order of their times."""

    posts: tuple[Post, ...]
    labels: dict[str, SampleLabel]
    targets: tuple[SampleTarget, ...]
    accounts: dict[str, SampleAccount]


def samples_folder() -> Path:
    """Where the samples are, in a checkout or an installed wheel."""
    root = Path(str(files("detector"))).parent
    inside = root / "service" / "shipped" / "samples"
    return inside if inside.is_dir() else root / "data" / "samples"


def load_samples(folder: Path | None = None) -> SamplePlatform:
    """Read the sample platform; raises where a file is missing or a line has another shape."""
    folder = samples_folder() if folder is None else folder
    accounts = {a.account_id: a for a in _lines(folder / "accounts.jsonl", SampleAccount)}
    posts = [_post(raw, accounts, folder) for raw in _lines(folder / "posts.jsonl", dict[str, Any])]
    return SamplePlatform(
        posts=tuple(sorted(posts, key=lambda p: (p.posted_at or datetime.max.replace(tzinfo=UTC), p.post_id))),
        labels={label.post_id: label for label in _lines(folder / "labels.jsonl", SampleLabel)},
        targets=tuple(_lines(folder / "targets.jsonl", SampleTarget)),
        accounts=accounts,
    )


def _lines(file: Path, shape: Any) -> list[Any]:
    decoder = msgspec.json.Decoder(shape)
    return [decoder.decode(line) for line in file.read_bytes().splitlines() if line.strip()]


def _post(raw: dict[str, Any], accounts: dict[str, SampleAccount], folder: Path) -> Post:
    account = accounts[raw["account_id"]]
    return Post(
        post_id=raw["post_id"],
        account_id=raw["account_id"],
        text=raw["text"],
        links=tuple(raw["links"]),
        pages=tuple(
            PageSnapshot(page["url"], (folder / page["file"]).read_bytes(), page.get("content_type"))
            for page in raw.get("pages", ())
        ),
        posted_at=datetime.fromisoformat(raw["posted_at"]).astimezone(UTC),
        account=AccountFacts(account.type, account.followers, account.created_at),
        reach=raw.get("reach"),
    )
