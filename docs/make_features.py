# noqa: INP001 - a script beside the text that it makes, no package
"""Writes ``features.md`` from the registry, so that it cannot drift. Run: ``python docs/make_features.py``."""

from __future__ import annotations

from pathlib import Path

from detector.features import REGISTRY, Feature

FILE = Path(__file__).with_name("features.md")

HEAD = """# Features

Written by `python docs/make_features.py` from `detector/features/`: change it there, not here. A test compares the two.

The score is a sum: weight × value over the features that were observed, calibrated for the kind of evidence at hand.
So each reason's weight is exact. A feature's name is the `code` of its reason in answers. What is absent is left out
and weighs nothing.

- **part**: what it is read from. `url`: the link alone. `text`: the post. `page`: the landing page. `picture`: what
  the platform says of the post's pictures. `offer`: brand, price and claim together.
- **direction**: which way it may weigh. `fake` never below zero, `genuine` never above, `either` both. Training keeps
  to it, so that no reason contradicts its words.
- **limit**: the largest weight that training may give, in log-odds per unit of value, before calibration.

`{…}` in a reason stands for what was found.

## What is never a feature

- **The price alone.** Cheap goods are no crime: an amount counts only against the price of the brand's own goods.
- **The brand alone.** Talking about a brand, or selling one's own bag, is no offence. What counts is how a brand is
  offered: with a price, a claim, a contact, in a foreign host, by slang only, again and again.
- **Popularity.** Every new honest shop is unknown, and the known fakes are unpopular by construction: a model would
  learn how the lists were made.
- **Facts on the account** (type, followers, age). The score is about the link. Such facts belong to the rulebook, which
  is public.
- **The top-level domain, or the country.** They tell where the training data came from. Whole countries would be
  suspects.
- **A picture.** Codes under `picture.` are told as reasons and have no weight: sellers of copies take photographs from
  honest shops. A known picture sends the post to people.
- **What could not be judged.** Codes under `abstain.` are told as reasons and have no weight. They never count as
  clean either: the rulebook gives their least verdict.
"""

TITLES = {
    "url": "The link",
    "text": "The post's text",
    "offer": "Brand, price and claim together",
    "page": "The landing page",
    "picture": "The post's pictures",
}


def text() -> str:
    """The whole document."""
    return HEAD + "".join(_section(part, title) for part, title in TITLES.items())


def _section(part: str, title: str) -> str:
    features = sorted((f for f in REGISTRY.values() if f.part == part), key=lambda f: f.name)
    head = (
        f"\n## {title}\n\n| name | direction | limit | meaning | reason, zh | reason, en |\n|---|---|---|---|---|---|\n"
    )
    return head + "".join(map(_row, features))


def _row(feature: Feature) -> str:
    limit = "none" if feature.name.startswith("abstain.") else f"{feature.limit:g}"
    cells = (f"`{feature.name}`", feature.part, feature.direction, limit, feature.meaning, feature.zh, feature.en)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
