"""What callers send: the shapes, their limits, and errors that name the field.

msgspec validates at the speed of its C decoder. Only where it refuses is the input read a second time, slowly, to say
which field is at fault, as a JSON pointer (RFC 6901).
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, NoReturn, TypeVar

import msgspec
from msgspec import Meta

from detector.types import AccountFacts, PageSnapshot, Picture, Post

MAX_TEXT = 100_000
MAX_LINKS = 100
MAX_PAGES = 20
MAX_PICTURES = 20
MAX_URL = 8_192
MAX_DEPTH = 64
"""Deepest nesting of any JSON that is read."""

Id = Annotated[str, Meta(min_length=1, max_length=128, description="Opaque to the service.")]
Url = Annotated[str, Meta(min_length=1, max_length=MAX_URL)]
Text = Annotated[str, Meta(max_length=MAX_TEXT)]
Note = Annotated[str, Meta(max_length=2_000)]
Name = Annotated[str, Meta(min_length=1, max_length=128)]
TargetName = Annotated[str, Meta(min_length=1, max_length=MAX_URL + 64)]
Said = Annotated[str, Meta(min_length=1, max_length=5_000)]
Count = Annotated[int, Meta(ge=0, le=10_000_000_000)]

AwareTime = Annotated[datetime, Meta(tz=True)]
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)
"""Latest time that is taken where the present is not known."""
_CLOCK_SKEW = timedelta(days=1)
_P = TypeVar("_P")


class FieldError(msgspec.Struct, frozen=True):
    """One field that cannot be taken."""

    pointer: str
    """JSON pointer; empty for the whole document."""
    detail: str


class PayloadError(ValueError):
    """The input cannot be taken; nothing of it was used."""

    def __init__(self, detail: str, errors: tuple[FieldError, ...] = (), *, malformed: bool = False) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors
        self.malformed = malformed
        """The input is not JSON at all (400), rather than JSON of another shape (422)."""


class PagePayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A landing page that the platform already has: as text (``html``) or as it came (``body_base64``)."""

    url: Url
    html: str | None = None
    body_base64: str | None = None
    content_type: Annotated[str, Meta(max_length=256)] | None = None


class PicturePayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the platform knows of one picture of the post; the picture itself is not sent."""

    alt: Annotated[str, Meta(max_length=2_000)] = ""
    """Alternative text, or the words that were read in it."""
    qr: Annotated[list[Annotated[str, Meta(min_length=1, max_length=4_096)]], Meta(max_length=8)] = []
    """What its QR codes hold. A web address counts as a link of the post."""
    pdq: Annotated[str, Meta(pattern="^[0-9a-fA-F]{64}$")] | None = None
    """Its PDQ hash, 64 hexadecimal digits."""


class AccountPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the platform says of the author."""

    type: Literal["private", "business", "promoter", "affiliate"] | None = None
    followers: Count | None = None
    created_at: datetime | None = None


class CheckPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``POST /v1/check``: a post whose ids may be left out."""

    post_id: Id | None = None
    account_id: Id | None = None
    posted_at: datetime | None = None
    text: Text | None = None
    links: Annotated[list[Url], Meta(max_length=MAX_LINKS)] = []
    pages: Annotated[list[PagePayload], Meta(max_length=MAX_PAGES)] = []
    pictures: Annotated[list[PicturePayload], Meta(max_length=MAX_PICTURES)] = []
    account: AccountPayload = AccountPayload()
    reach: Count | None = None
    revision: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


class PostPayload(CheckPayload, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``POST /v1/posts``: a post to score, record and judge."""

    post_id: Id
    account_id: Id


class DecisionPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``POST /v1/decisions``: a person decides a target."""

    decision: Literal["counterfeit", "genuine"]
    actor: Name
    target: TargetName | None = None
    url: Url | None = None
    note: Note = ""
    organised: bool = False
    """The person found organised selling (class E of the rulebook)."""
    health_risk: bool = False
    """The person found goods that endanger health or safety (class E of the rulebook)."""
    evasion: bool = False
    """The person found cloaking, or another account of somebody who was sanctioned (class D of the rulebook)."""


class RescanPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``POST /v1/rescans``: recorded posts are judged again."""

    actor: Name
    since: AwareTime | None = None
    """Posts made from then on; all where it is left out."""
    until: AwareTime | None = None
    """Posts made before then; all where it is left out."""
    changed_only: bool = True
    """Only posts that were answered by another model or list of brands than those in use now."""
    apply: bool = False
    """Bring what is newly suspected before people, and hide what is newly held for a while."""


class ClaimPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/cases/{id}/claim`` and ``/release``."""

    actor: Name


class FactorsPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The four factors that a person weighs before a suspension (Digital Services Act, art. 23 (3))."""

    number: Annotated[str, Meta(min_length=1, max_length=1_000)]
    proportion: Annotated[str, Meta(min_length=1, max_length=1_000)]
    gravity: Annotated[str, Meta(min_length=1, max_length=1_000)]
    intent: Annotated[str, Meta(min_length=1, max_length=1_000)]


class CaseDecisionPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``POST /v1/cases/{id}/decide``."""

    actor: Name
    decision: Literal["counterfeit", "genuine", "impose", "dismiss", "uphold", "overturn", "reject", "unfounded"]
    note: Note = ""
    factors: FactorsPayload | None = None
    version: Annotated[int, Meta(ge=0)] | None = None
    organised: bool = False
    health_risk: bool = False
    evasion: bool = False
    targets: Annotated[list[TargetName], Meta(max_length=MAX_LINKS)] | None = None
    """Of the targets that an appeal or a notice is about, those that are decided with it; all where left out."""


class AppealPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/appeals``: an account disputes an action."""

    account_id: Id
    action_id: Id
    text: Said


class StandingLinkPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/standing-links``: a link to an account's own page."""

    account_id: Id


class MessagePayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/appeals/{id}/messages``: the account adds something."""

    text: Said


class ReviewerMessagePayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/cases/{id}/messages``: the reviewer asks or answers."""

    actor: Name
    text: Said


class NoticePayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``POST /v1/notices``: a rights holder's notice (Digital Services Act, art. 16 (2))."""

    name: Name
    email: Annotated[str, Meta(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s.]+$")]
    brand: Name
    urls: Annotated[list[Url], Meta(min_length=1, max_length=MAX_LINKS)]
    """The exact places."""
    grounds: Annotated[str, Meta(min_length=10, max_length=5_000)]
    """Why the goods are counterfeit, so that a diligent reader can see it."""
    good_faith: bool
    """The notifier believes in good faith that all of this is accurate and complete. Must be true."""
    trusted_flagger: bool = False
    """The platform knows the notifier as a trusted flagger (art. 22)."""


class CounterPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/notices/{id}/counter``: an account declares that it infringes nothing."""

    account_id: Id
    text: Said


class SuitPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/notices/{id}/suit``: the rights holder complained to an authority or sued."""

    actor: Name
    note: Said


def decode(raw: bytes, shape: type[_P]) -> _P:
    """Read JSON of a shape; :class:`PayloadError` names each field at fault."""
    try:
        return _decoder(shape).decode(raw)
    except msgspec.ValidationError as error:
        raise shape_error(error) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        _explain_malformed(raw, error)


_DECODERS: dict[type, msgspec.json.Decoder[Any]] = {}


def _decoder(shape: type[_P]) -> msgspec.json.Decoder[_P]:
    decoder = _DECODERS.get(shape)
    if decoder is None:
        decoder = _DECODERS[shape] = msgspec.json.Decoder(shape)
    return decoder


_AT = re.compile(r"^(?P<what>.*?)(?: - at `(?P<path>\$.*)`)?$", re.DOTALL)
_FIELD = re.compile(r"field `([^`]*)`")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")


def shape_error(error: msgspec.ValidationError) -> PayloadError:
    """What msgspec refused, with the field as a JSON pointer."""
    match = _AT.match(_shortened(str(error)))
    assert match is not None  # noqa: S101 - the pattern matches every string
    what, path = match["what"], match["path"] or "$"
    pointer = "".join("/" + _escape(name or index) for name, index in _STEP.findall(path[1:]))
    named = _FIELD.search(what)
    if named is not None:
        pointer += "/" + _escape(named[1])
    return PayloadError("The input does not have the shape that is asked for.", (FieldError(pointer, what),))


def _shortened(message: str) -> str:
    """Without the middle of a message that quotes a very long unknown field."""
    return message if len(message) <= 400 else f"{message[:200]} … {message[-150:]}"


def _escape(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")


def _explain_malformed(raw: bytes, error: Exception) -> NoReturn:
    """Say why bytes are no JSON; a lone surrogate is JSON to Python's reader, which then finds the field."""
    if _nesting(raw) > MAX_DEPTH:
        detail = f"The JSON is nested deeper than {MAX_DEPTH} levels."
        raise PayloadError(detail, (FieldError("", detail),), malformed=True) from None
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        detail = f"The input is not valid JSON: {error}."
        raise PayloadError(detail, (FieldError("", str(error)),), malformed=True) from None
    pointer = _lone_surrogate(value, "")
    detail = "A text holds a lone surrogate, which is no character." if pointer is not None else str(error)
    raise PayloadError(detail, (FieldError(pointer or "", detail),), malformed=True) from None


_STRING_OR_BRACKET = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
"""Strings are taken whole, so that brackets in a text do not count; an open one is taken to the end, in linear time."""


def _nesting(raw: bytes) -> int:
    depth = deepest = 0
    for token in _STRING_OR_BRACKET.finditer(raw):
        first = raw[token.start()]
        depth += (first in b"[{") - (first in b"]}")
        deepest = max(deepest, depth)
    return deepest


_SURROGATE = re.compile("[\ud800-\udfff]")


def _lone_surrogate(value: Any, pointer: str) -> str | None:
    """Pointer of the first text or key with a lone surrogate; the depth was limited before.

    A key is reported by the object that has it: a pointer with the key could not be written out.
    """
    if isinstance(value, str):
        return pointer if _SURROGATE.search(value) else None
    if isinstance(value, dict) and any(map(_SURROGATE.search, value)):
        return pointer
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = (_lone_surrogate(item, f"{pointer}/{_escape(str(key))}") for key, item in items)
    return next((place for place in found if place is not None), None)


def to_post(payload: CheckPayload, *, now: datetime | None, max_page_chars: int) -> Post:
    """The payload as the detector's post; :class:`PayloadError` for what a shape cannot say.

    ``now`` is ``None`` where the clock follows the posts: then none of them lies in the future.
    """
    errors = tuple(_faults(payload, _LATEST if now is None else now + _CLOCK_SKEW, max_page_chars))
    if errors:
        raise PayloadError("The post cannot be taken.", errors)
    account = payload.account
    return Post(
        post_id=payload.post_id or "",
        account_id=payload.account_id or "",
        text=payload.text or "",
        links=tuple(payload.links),
        pages=tuple(_page(page) for page in payload.pages),
        pictures=tuple(map(_picture, payload.pictures)),
        posted_at=None if payload.posted_at is None else payload.posted_at.astimezone(UTC),
        account=AccountFacts(account.type, account.followers, account.created_at),
        reach=payload.reach,
        revision=payload.revision,
    )


def _faults(payload: CheckPayload, latest: datetime, max_page_chars: int) -> list[FieldError]:
    faults = []
    if not (payload.text and payload.text.strip()) and not payload.links and not payload.pictures:
        faults.append(FieldError("/text", "A post needs `text`, `links` or `pictures`."))
    for name in ("post_id", "account_id", "text"):
        value = getattr(payload, name)
        if value and "\x00" in value:
            faults.append(FieldError(f"/{name}", "A NUL character cannot be stored."))
    faults += [
        FieldError(f"/links/{i}", "A NUL character cannot be stored.")
        for i, url in enumerate(payload.links)
        if "\x00" in url
    ]
    for i, picture in enumerate(payload.pictures):
        faults += _picture_faults(f"/pictures/{i}", picture)
    faults += _time_faults("/posted_at", payload.posted_at, latest)
    faults += _time_faults("/account/created_at", payload.account.created_at, latest)
    for i, page in enumerate(payload.pages):
        faults += _page_faults(f"/pages/{i}", page, max_page_chars)
    return faults


def _time_faults(pointer: str, value: datetime | None, latest: datetime) -> list[FieldError]:
    if value is None:
        return []
    if value.tzinfo is None:
        return [FieldError(pointer, "A time needs an offset, such as +08:00 or Z.")]
    if not _EARLIEST <= value <= latest:
        return [FieldError(pointer, "The time lies before 1990 or in the future.")]
    return []


def _page_faults(pointer: str, page: PagePayload, max_page_chars: int) -> list[FieldError]:
    if (page.html is None) == (page.body_base64 is None):
        return [FieldError(pointer, "A page needs either `html` or `body_base64`.")]
    name = "html" if page.html is not None else "body_base64"
    if len(page.html or page.body_base64 or "") > max_page_chars:
        return [FieldError(f"{pointer}/{name}", f"The page is longer than {max_page_chars:,} characters.")]
    if page.body_base64 is not None and _base64(page.body_base64) is None:
        return [FieldError(f"{pointer}/body_base64", "This is not base64.")]
    return []


def _picture_faults(pointer: str, picture: PicturePayload) -> list[FieldError]:
    said = {f"{pointer}/alt": picture.alt} | {f"{pointer}/qr/{i}": code for i, code in enumerate(picture.qr)}
    return [FieldError(place, "A NUL character cannot be stored.") for place, text in said.items() if "\x00" in text]


def _base64(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _picture(picture: PicturePayload) -> Picture:
    return Picture(picture.alt, tuple(picture.qr), picture.pdq.lower() if picture.pdq else None)


def _page(page: PagePayload) -> PageSnapshot:
    body = page.html if page.html is not None else _base64(page.body_base64 or "") or b""
    return PageSnapshot(url=page.url, body=body, content_type=page.content_type)
