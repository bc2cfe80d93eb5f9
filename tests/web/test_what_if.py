"""The page on which anybody can try the rules."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from tests.web.callers import Caller

PAGE = "/rulebook/1.0.0/what-if"


def ask(anyone: Caller, **fields: str) -> tuple[int, str]:
    found = anyone.get(f"{PAGE}?{urlencode({'lang': 'en'} | fields)}")
    return found.status_code, found.text


def test_it_begins_with_an_example(anyone: Caller) -> None:
    status, page = ask(anyone)
    assert (status, "What would happen" in page, "Formal warning" in page) == (200, True, True)
    assert "正式警告" in anyone.get(f"{PAGE}?lang=zh").text


def test_it_works_out_what_is_asked(anyone: Caller) -> None:
    occasions = {f"day{n}": str(10 * n) for n in range(4)}
    status, page = ask(anyone, **occasions, account="business")
    assert (status, "No link posting · 7 days" in page) == (200, True)
    assert 'value="business" selected' in page
    status, page = ask(anyone, day0="0", health_risk0="on")
    assert "Decided by two people" in page


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"day0": "-1"}, "Occasion 1, “On day”: a whole number from 0 to 1000"),
        ({"day0": "٣"}, "Occasion 1"),
        ({"day0": "9" * 5_000}, "Occasion 1"),
        ({"day0": "0", "day3": "5", "posts3": "21"}, "Occasion 2, “Posts”: a whole number from 1 to 20"),
        ({"day0": "0", "targets0": "<script>"}, "Different goods among them"),
    ],
)
def test_what_cannot_be_taken_is_named(anyone: Caller, fields: dict[str, str], says: str) -> None:
    status, page = ask(anyone, **fields)
    assert (status, says in page, "<script>" in page) == (422, True, False)


def test_an_unknown_kind_of_account_and_no_occasion_are_no_error(anyone: Caller) -> None:
    status, page = ask(anyone, day0="", account="<b>")
    assert (status, "<b>" in page.replace("<b>0</b>", ""), 'id="consequences"' in page) == (200, False, False)


def test_there_is_no_such_page_for_a_version_that_was_not_published(anyone: Caller) -> None:
    assert anyone.get("/rulebook/9.9.9/what-if").status_code == 404


def test_forms_go_nowhere_else(anyone: Caller) -> None:
    assert "form-action 'self'" in anyone.get(PAGE).headers["Content-Security-Policy"]
