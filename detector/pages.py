"""Reads a landing page: what it says, what it sells at, and who stands behind it.

A page that cannot be judged says why in ``PageReading.problem``; that is missing evidence, never innocence or guilt.
"""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urlsplit

from detector import page_signs
from detector.page_charset import decode_page
from detector.page_cost import MAX_COST, parse_cost
from detector.page_jumps import jump_of
from detector.page_markup import read_products
from detector.page_prices import page_currency, read_prices
from detector.page_walk import Walk, walk_page
from detector.types import PageReading, PageSnapshot

MAX_READ = 2_000_000
"""Bytes or characters; what stands behind is not read."""
MAX_ACCEPTED = 20_000_000
MAX_TEXT = 20_000

Problem = Literal["empty", "images_only", "too_large", "not_html", "error_page"]

_BINARY = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"RIFF",
    b"\x1f\x8b",
    b"\x7fELF",
    b"\x00\x00\x00",
)
_HTML_TYPES = ("html", "xml", "text/plain", "octet-stream", "unknown")
_TAG = re.compile(r"<(?:!doctype|[a-z][a-z0-9]*[\s/>])", re.IGNORECASE)
_ERROR_TITLE = re.compile(
    r"^\W*(?:(?:error\W*)?(?:40[0-9]|41[0-9]|50[0-9])(?!\d)|not found|page not found|access denied|forbidden"
    r"|just a moment"
    r"|attention required|robot check|are you a (?:human|robot)|security check|captcha"
    r"|service unavailable|bad gateway"
    r"|访问受限|页面不存在|找不到页面|页面未找到|安全验证|验证码|访问被拒绝|域名.{0,8}(?:过期|出售))",
    re.IGNORECASE,
)
_ERROR_TEXT = re.compile(
    r"verify (?:that )?you are (?:a )?human|checking your browser|enable javascript and cookies"
    r"|access denied|not a robot|\b404\b.{0,40}not found|page (?:you .{0,40})?(?:was |could )?not (?:be )?found"
    r"|403 forbidden|domain .{0,20}for sale"
    r"|访问受限|页面不存在|找不到该?页面|商品(?:已下架|不存在)|请(?:完成|进行)?.{0,6}验证|亲，请登录|请先?登录后|登录后查看|扫码登录",
    re.IGNORECASE,
)
_LOGIN_TITLE = re.compile(r"^\W*(?:log ?in|sign ?in|登录|登入|登錄|用户登录|会员登录)\W*$", re.IGNORECASE)
_SHORT_PAGE = 600


def read_page(snapshot: PageSnapshot) -> PageReading:
    """Everything that was read from one page. Pure; never raises, whatever the body holds."""
    if len(snapshot.body) > MAX_ACCEPTED:
        return PageReading(snapshot.url, problem="too_large")
    html, charset = _as_text(snapshot)
    if html is None:
        return PageReading(snapshot.url, charset=charset, problem="not_html")
    if parse_cost(html) > MAX_COST:
        return PageReading(snapshot.url, charset=charset, problem="too_large")
    return _read(snapshot.url, html, charset)


def _as_text(snapshot: PageSnapshot) -> tuple[str | None, str]:
    """Text of the page and its charset; ``None`` for the text where the body is something else than HTML."""
    body, kind = snapshot.body[:MAX_READ], (snapshot.content_type or "").split(";")[0].strip().lower()
    if kind and not any(name in kind for name in _HTML_TYPES):
        return None, "utf-8"
    if isinstance(body, bytes):
        if body.startswith(_BINARY):
            return None, "utf-8"
        html, charset = decode_page(body, snapshot.content_type)
    else:
        # A lone half of a surrogate pair cannot be handed to the parser.
        html, charset = body.encode("utf-8", "replace").decode("utf-8"), "utf-8"
    html = html.replace("\x00", "")
    return (html if _looks_like_html(html) else None), charset


def _looks_like_html(html: str) -> bool:
    """JSON and plain words are not pages; an empty body is an empty page."""
    head = html[:50_000].strip()
    return not head or (_TAG.search(head) is not None and head[0] not in "{[")


def _read(url: str, html: str, charset: str) -> PageReading:
    walk = walk_page(html)
    visible = " ".join("".join(walk.pieces).split())
    text = visible[:MAX_TEXT]
    title = walk.title or walk.metas.get("og:title", "")[:500].strip()
    currency = page_currency(walk, _host(url), f"{title} {text}")
    products = read_products(walk, currency)
    jump = jump_of(walk, url, visible)
    # The owner is named at the end, which a long page has beyond the limit.
    ends = f"{text} {visible[-2_000:]}" if len(visible) > MAX_TEXT else text
    return PageReading(
        url,
        title=title,
        description=(walk.metas.get("description") or walk.metas.get("og:description") or "")[:1000].strip(),
        text=text,
        language=walk.language,
        charset=charset,
        products=tuple(products),
        prices=read_prices(walk, products, text, currency),
        contacts=page_signs.contacts(walk, text),
        payments=page_signs.payments(walk, ends),
        policies=page_signs.policies(walk),
        icp=page_signs.icp_record(ends),
        company=page_signs.company(ends),
        social_links=page_signs.social_links(walk.anchors),
        image_alts=tuple(walk.alts),
        script_redirect=jump is not None,
        jumps_to="" if jump is None else jump.to,
        jumped_by=None if jump is None else jump.via,
        n_nodes=walk.n_nodes,
        n_images=walk.n_images,
        n_links=walk.n_links,
        n_scripts=walk.n_scripts,
        text_ratio=round(min(1.0, len(visible) / len(html)), 4) if html else 0.0,
        problem=_problem(walk, title, visible, priced=any(product.price for product in products)),
    )


def _host(url: str) -> str:
    try:
        return urlsplit(url[:2000]).hostname or ""
    except ValueError:
        return ""


def _problem(walk: Walk, title: str, text: str, *, priced: bool) -> Problem | None:
    if not priced and len(text) < _SHORT_PAGE and _is_error(title, text):
        return "error_page"
    if len(text) >= 20:
        return None
    if walk.n_images:
        return "images_only"
    return None if text else "empty"


def _is_error(title: str, text: str) -> bool:
    return any(
        pattern.search(part) is not None
        for pattern, part in ((_ERROR_TITLE, title), (_LOGIN_TITLE, title), (_ERROR_TITLE, text), (_ERROR_TEXT, text))
    )
