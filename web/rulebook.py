"""The rulebook: as JSON for programs, as a page for people, in Chinese and English."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from enforcement.rulebook import Rulebook
from enforcement.rulebook_diff import differences, notice_days
from web.answering import answer
from web.current import services
from web.languages import in_language, page_language
from web.rulebook_words import WORDS

bp = Blueprint("rulebook", __name__)


@bp.get("/v1/rulebook")
def show() -> Response:
    """The rulebook in force, as JSON."""
    return answer(_in_force().to_public())


@bp.get("/v1/rulebook/<our:version>")
def show_version(version: str) -> Response:
    """Any published version, as JSON."""
    return answer(version_or_404(version).to_public())


@bp.get("/rulebook")
def page() -> Response:
    """The rulebook in force, for people."""
    return _page(_in_force())


@bp.get("/rulebook/feed")
def feed() -> Response:
    """Every published version as an Atom feed (RFC 4287), newest first, each with what it changes."""
    language = page_language()
    books = [services().books.version(version) for version in services().books.versions()]
    published = [
        (book, before, () if before is None else differences(before, book))
        for book, before in zip(books, [None, *books], strict=False)
    ]
    xml = render_template(
        "rulebook_feed.xml",
        root=request.url_root.rstrip("/"),
        newest=books[-1],
        published=published[::-1],
        lang=language,
        say=WORDS[language],
    )
    response = in_language(xml, language)
    response.content_type = "application/atom+xml; charset=utf-8"
    return response


@bp.get("/rulebook/<our:version>")
def page_version(version: str) -> Response:
    """Any published version, for people."""
    return _page(version_or_404(version))


@bp.get("/rulebook/<our:old>..<our:new>")
def page_diff(old: str, new: str) -> Response:
    """What changed between two versions, for people."""
    before, after = version_or_404(old), version_or_404(new)
    language = page_language()
    html = render_template(
        "rulebook_diff.html",
        old=before,
        new=after,
        changes=differences(before, after),
        days=notice_days(before, after),
        lang=language,
        say=WORDS[language],
    )
    return in_language(html, language)


def _in_force() -> Rulebook:
    """Before the first one is in force: the newest, so that what is coming can be read."""
    books = services().books
    return books.in_force_at(services().clock.now()) or books.latest()


def version_or_404(version: str) -> Rulebook:
    """The published version of that name."""
    try:
        return services().books.version(version)
    except KeyError:
        raise NotFound(f"There is no rulebook {version!r}.") from None


def _page(book: Rulebook) -> Response:
    language = page_language()
    html = render_template(
        "rulebook.html",
        book=book,
        lang=language,
        say=WORDS[language],
        in_force=_in_force().version == book.version,
        versions=services().books.versions(),
        before=_before(book),
    )
    return in_language(html, language)


def _before(book: Rulebook) -> str | None:
    """The version before; ``None`` for the first."""
    versions = services().books.versions()
    place = versions.index(book.version)
    return versions[place - 1] if place else None
