"""Posts that somebody has labelled, as examples: their own files, and the posts that were written for this project.

    {"label": "counterfeit", "text": "…", "links": ["https://…"], "slice": "offer", "source": "ours", "group": "shop-7"}

Only ``label`` and one of ``text``, ``url`` and ``links`` must be there; fields that are not known are passed over.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import IO, Annotated, Any

import msgspec
from msgspec import Meta

from detector.examples import Example, Split, text_group
from detector.labelled_files import LabelledFileError, Line, Reject, read_lines
from detector.link_finder import find_links
from detector.links import read_link
from detector.types import PageSnapshot

MAX_TEXT = 100_000
MAX_LINKS = 100
MAX_PAGES = 20
MAX_URL = 8_192
"""These four are what a post may have that is sent to the service."""

LABELS = {
    "counterfeit": True, "1": True, "1.0": True, "true": True,
    "honest": False, "0": False, "0.0": False, "false": False,
}  # fmt: skip

Url = Annotated[str, Meta(min_length=1, max_length=MAX_URL)]
Name = Annotated[str, Meta(max_length=128)]


class LabelledPage(msgspec.Struct, frozen=True):
    """A landing page: as text (``html``) or as it came (``body_base64``)."""

    url: Url
    html: str | None = None
    body_base64: str | None = None
    content_type: Annotated[str, Meta(max_length=256)] | None = None


class LabelledPost(msgspec.Struct, frozen=True):
    """One line. Fields that may be left out have defaults."""

    label: str | bool | float
    """One of ``LABELS``, in any case; in JSON also 1, 0, true and false."""
    text: Annotated[str, Meta(max_length=MAX_TEXT)] | None = None
    links: Annotated[list[Url], Meta(max_length=MAX_LINKS)] | None = None
    url: Url | None = None
    """The one link, where there is but one; beside ``links`` it comes first."""
    pages: Annotated[list[LabelledPage], Meta(max_length=MAX_PAGES)] | None = None
    slice: Name | None = None
    source: Name | None = None
    group: Name | None = None
    """What must not stand on both sides of a split: a shop, an author. By default near-duplicate text, or the host."""
    post_id: Name | None = None


class Labelled(msgspec.Struct, frozen=True):
    """What was read of a file, in its order."""

    examples: tuple[Example, ...]
    rejects: tuple[Reject, ...]


class _FieldError(ValueError):
    def __init__(self, field: str, problem: str) -> None:
        super().__init__(problem)
        self.field = field
        self.problem = problem


def read_labelled(name: str, file: IO[bytes], *, split: Split = "test", synthetic: bool = False) -> Labelled:
    """Examples of a file, and the lines that could not be taken.

    Parameters
    ----------
    name
        What the file is called in messages; its stem is the source of posts that name none.
    file
        JSON lines or CSV, plain or gzipped.

    Raises
    ------
    LabelledFileError
        Where the file cannot be read at all.
    """
    examples: list[Example] = []
    rejects: list[Reject] = []
    for line in read_lines(name, file):
        if isinstance(line, Reject):
            rejects.append(line)
            continue
        try:
            examples.append(_example(_post(line), name, line.number, split, synthetic))
        except _FieldError as error:
            rejects.append(Reject(name, line.number, error.field, error.problem))
    return Labelled(tuple(examples), tuple(rejects))


def posts_folder() -> Path | None:
    """Where the written posts are in a checkout; ``None`` in an installed wheel, which does not bring them."""
    folder = Path(str(files("detector"))).parent / "data" / "posts"
    return folder if folder.is_dir() else None


def written_examples(folder: Path) -> list[Example]:
    """The posts that were written for this project, one file a writer; all of them synthetic.

    Parameters
    ----------
    folder
        Its name is the split: ``data/posts/train`` or ``data/posts/test``. A writer is a group.

    Raises
    ------
    LabelledFileError
        Where there is no file, or a line cannot be taken: this data is our own.
    """
    split: Split = "train" if folder.name == "train" else "test"
    writers = sorted(folder.glob("*.jsonl"))
    if not writers:
        raise LabelledFileError(str(folder), "There is no *.jsonl file in this folder.")
    return [example for file in writers for example in _of_writer(file, split)]


def _of_writer(file: Path, split: Split) -> Iterator[Example]:
    with file.open("rb") as lines:
        read = read_labelled(f"{split}/{file.name}", lines, split=split, synthetic=True)
    for reject in read.rejects:
        raise LabelledFileError(str(file), f"Line {reject.line}, {reject.field or 'line'}: {reject.problem}")
    for example in read.examples:
        yield msgspec.structs.replace(example, source=f"written/{file.stem}", group=f"writer:{file.stem}")


def _post(line: Line) -> LabelledPost:
    content = _from_csv(line.content) if isinstance(line.content, dict) else line.content
    try:
        if isinstance(content, bytes):
            return msgspec.json.decode(content, type=LabelledPost)
        return msgspec.convert(content, LabelledPost)
    except msgspec.ValidationError as error:
        raise _FieldError(*_field_and_problem(str(error))) from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise _FieldError("", f"The line is not JSON: {error}") from None


def _from_csv(fields: dict[str, str]) -> dict[str, Any]:
    """An empty cell is a field left out; ``links`` are parted by spaces or line breaks."""
    given: dict[str, Any] = {name: value for name, value in fields.items() if value.strip() and name != "pages"}
    if "links" in given:
        given["links"] = given["links"].split()
    if "url" in given:
        given["url"] = given["url"].strip()
    return given


_PLACE = re.compile(r" - at `\$\.?([^`]*)`$")
_MISSING = re.compile(r"missing required field `(\w+)`")


def _field_and_problem(message: str) -> tuple[str, str]:
    place, missing = _PLACE.search(message), _MISSING.search(message)
    field = missing[1] if missing else place[1] if place else ""
    return field, _PLACE.sub("", message)


def _example(post: LabelledPost, file: str, number: int, split: Split, synthetic: bool) -> Example:
    counterfeit = _label(post.label)
    links = tuple(dict.fromkeys([*([post.url] if post.url else []), *(post.links or [])]))
    text = post.text if post.text and post.text.strip() else None
    if text is None and not links:
        raise _FieldError("text", "There is neither text nor a link.")
    found = [link.url for link in find_links(text)] if text else []
    url = next(iter([*links, *found]), None)
    pages = tuple(_snapshot(n, page) for n, page in enumerate(post.pages or []))
    return Example(
        counterfeit=counterfeit,
        source=post.source or _stem(file),
        slice=post.slice or "all",
        group=post.group or _group(text, url),
        split=split,
        text=text,
        url=url,
        page=_page_of(url, pages),
        n_links=len({read_link(link).target for link in (*links, *found)}),
        synthetic=synthetic,
        links=links,
        pages=pages,
        name=post.post_id or f"{file}:{number}",
    )


def _label(label: str | bool | float) -> bool:
    known = LABELS.get(str(label).strip().lower())
    if known is None:
        raise _FieldError("label", f"It must be one of {', '.join(LABELS)}. Got {str(label)[:40]!r} instead.")
    return known


def _stem(file: str) -> str:
    return Path(file).name.split(".")[0][:128] or "labelled"


def _group(text: str | None, url: str | None) -> str:
    if text is not None:
        return text_group(text)
    link = read_link(url or "")
    return f"host:{link.registrable or link.target}"


def _snapshot(number: int, page: LabelledPage) -> PageSnapshot:
    if (page.html is None) == (page.body_base64 is None):
        raise _FieldError(f"pages[{number}]", "One of `html` and `body_base64` is needed, not both.")
    if page.html is not None:
        return PageSnapshot(page.url, page.html, page.content_type)
    try:
        return PageSnapshot(page.url, base64.b64decode(page.body_base64 or "", validate=True), page.content_type)
    except (binascii.Error, ValueError) as error:
        raise _FieldError(f"pages[{number}].body_base64", f"It is not Base64: {error}.") from None


def _page_of(url: str | None, pages: Iterable[PageSnapshot]) -> PageSnapshot | None:
    """The page of the link that a row sees."""
    target = read_link(url or "").target
    return next((page for page in pages if read_link(page.url).target == target), None)
