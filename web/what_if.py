"""What would happen to me if …? A page on which anybody can try the rules, before they happen."""

from __future__ import annotations

import msgspec
from flask import Blueprint, Response, render_template, request
from werkzeug.datastructures import MultiDict

from enforcement.conditions import ACCOUNT_TYPES
from enforcement.what_if import Occasion, what_if
from web.holders import FORM_POLICY
from web.languages import in_language, page_language
from web.rulebook import version_or_404
from web.rulebook_words import WORDS

bp = Blueprint("what_if", __name__)
MAX_OCCASIONS = 6
_NUMBERS = {"day": (0, 1_000), "posts": (1, 20), "targets": (1, 20)}
_FLAGS = ("disguised", "health_risk", "removed")
_EMPTY: dict[str, object] = {"day": "", "posts": 1, "targets": 1}
_EXAMPLE = (Occasion(0), Occasion(10), Occasion(40, posts=3, targets=3))


class FieldError(ValueError):
    """A field that cannot be taken; its place, name and range."""

    def __init__(self, row: int, name: str, least: int, most: int) -> None:
        super().__init__(name)
        self.row, self.name, self.least, self.most = row, name, least, most


@bp.get("/rulebook/<our:version>/what-if")
def page(version: str) -> Response:
    """What the version would do with an account that shares counterfeit links as the query says."""
    book, language, asked = version_or_404(version), page_language(), request.args
    account_type = asked.get("account", ACCOUNT_TYPES[0])
    account_type = account_type if account_type in ACCOUNT_TYPES else ACCOUNT_TYPES[0]
    occasions, problem = list(_EXAMPLE), None
    if "day0" in asked:
        try:
            occasions = _occasions(asked)
        except FieldError as error:
            occasions, problem = [], error
    html = render_template(
        "what_if.html",
        book=book,
        lang=language,
        say=WORDS[language],
        ask=WORDS[language]["what_if"],
        account_type=account_type,
        account_types=ACCOUNT_TYPES,
        flags=_FLAGS,
        numbers=_NUMBERS,
        rows=_rows(asked, occasions),
        told=list(zip(sorted(occasions, key=lambda o: o.day), what_if(book, occasions, account_type), strict=True)),
        problem=problem,
    )
    response = in_language(html, language, 200 if problem is None else 422)
    response.headers["Content-Security-Policy"] = FORM_POLICY
    return response


def _occasions(asked: MultiDict[str, str]) -> list[Occasion]:
    return [
        msgspec.convert(row | {name: _number(number, name, str(row[name])) for name in _NUMBERS}, Occasion)
        for number, row in enumerate(_written(asked))
    ]


def _number(row: int, name: str, written: str) -> int:
    least, most = _NUMBERS[name]
    written = written.strip() or str(least)
    if not (written.isascii() and written.isdigit() and least <= int(written) <= most):
        raise FieldError(row, name, least, most)
    return int(written)


def _written(asked: MultiDict[str, str]) -> list[dict[str, object]]:
    """What stands in the query, occasion by occasion; one without a day is none."""
    return [
        {name: asked.get(f"{name}{row}", "")[:8] for name in _NUMBERS}
        | {name: f"{name}{row}" in asked for name in _FLAGS}
        for row in range(MAX_OCCASIONS)
        if asked.get(f"day{row}", "").strip()
    ]


def _rows(asked: MultiDict[str, str], occasions: list[Occasion]) -> list[dict[str, object]]:
    """What stands in the form: what was written, or the example; and one more occasion that is empty."""
    rows = _written(asked) if "day0" in asked else [msgspec.structs.asdict(occasion) for occasion in occasions]
    return [*rows, _EMPTY][:MAX_OCCASIONS]
