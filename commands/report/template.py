"""How pages are made: templates that escape every word, one style, and figures as people read them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from commands.report.highlight import visible

_FOLDER = Path(__file__).parent


def environment(**more: Any) -> Environment:
    """Templates of this folder, which escape every word; ``more`` is what one page needs besides."""
    made = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"share": share, "figure": _figure, "change": _change, "visible": visible, "words": _words}
    made.globals |= {"visible": visible, **more}
    return made


def trusted(text: str) -> Markup:
    """Text of this package, or a picture that it drew: never a word of a post."""
    return Markup(text)  # noqa: S704 - see above


def share(value: float | None) -> str:
    """A share in per cent, with a decimal where it would otherwise be nothing."""
    if value is None:
        return "–"
    text = f"{value:.0%}" if value in {0.0, 1.0} or 0.1 <= value < 0.995 else f"{value:.2%}"
    return text.replace("%", "\N{NARROW NO-BREAK SPACE}%")


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _change(value: float | None) -> str:
    return "–" if value is None else f"{value:+.3f}".replace("-", "−")


def _words(name: str) -> str:
    """The name of a slice or source as people write it."""
    return visible(name).replace("_", " ")


def style() -> Markup:
    """The style of every page."""
    return trusted((_FOLDER / "report.css").read_text(encoding="utf-8"))
