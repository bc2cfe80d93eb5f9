"""Links: read one, unwrap it, and give every variant of one link the same name.

Nothing is fetched. Parsing is WHATWG's, as a browser does it, so that userinfo, backslashes, decimal hosts and IDN lead
where they lead a browser. What is known of single sites stands in ``detector/data/link_rules.json``. An unknown host is
never unwrapped: ``?url=`` on a seller's own site would let the seller pass for somebody else.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from urllib.parse import unquote

import can_ada
import msgspec

from detector.link_disguise import oddities_of, with_dots_repaired, with_scheme_repaired
from detector.link_rules import (
    AGENTS,
    EXTRACT,
    INDEX_NAMES,
    MAX_HOST,
    TRACKING,
    TRACKING_PREFIXES,
    Host,
    Jump,
    host_of,
)
from detector.link_targets import bounded, params_of, target_of
from detector.types import Link, Span

MAX_DEPTH = 8
"""Wrappers that are undone; a link that is wrapped deeper is left as unreadable."""
MAX_URL = 65_536
"""Characters of a URL that are read; servers refuse longer ones."""
MAX_PARAMS = 1_000


class _Page(msgspec.Struct, frozen=True, gc=False):
    """One parsed web URL."""

    host: Host
    port: str
    raw_path: str
    raw_query: str
    raw_fragment: str


# --- text that should be a URL -----------------------------------------------------------------------------------

_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufe0e\ufe0f\ud800-\udfff]"
)
_EDGES = " \t\r\n\x00<>\"'「」『』《》【】（）“”‘’，。、；：！？…\u3000"
_ESCAPED = re.compile("&(?:amp;)+")
"""As it stands in HTML, and again where that was escaped once more."""
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+\-]*):(?!\d+(?:[/?#]|$))")
_HOSTLIKE = re.compile(r"[^\s/?#\\@:.]+(?:\.[^\s/?#\\@:.]+)+\.?(?::\d+)?(?:[/?#\\]|$)")


def _clean(url: str) -> str:
    """The text without what cannot be seen, at most 65,536 characters."""
    text = url[:MAX_URL]
    if not (text.isascii() and text.isprintable()):
        text = _INVISIBLE.sub("", text)
    text = text.strip(_EDGES)
    return _ESCAPED.sub("&", text) if "&amp;" in text else text


def _with_scheme(text: str) -> str:
    """The text with a web scheme; empty where it is no web address."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text[:300]) + text[300:]
    text = with_dots_repaired(with_scheme_repaired(text))
    found = _SCHEME.match(text)
    if found:
        return text if found[1].lower() in {"http", "https"} else ""
    if text.startswith(("//", "\\\\")):
        return "http:" + text
    return "http://" + text if _HOSTLIKE.match(text[:1_000]) else ""


def _parsed(text: str) -> Any:
    try:
        return can_ada.parse(text)
    except (ValueError, TypeError):
        return None


def _parse(text: str) -> _Page | None:
    """A web URL's parts; ``None`` for anything else."""
    if not text.startswith(("https://", "http://")):
        text = _with_scheme(text)
        if not text:
            return None
    url = _parsed(text) or _parsed(with_dots_repaired(text))
    if url is None:
        return None
    hostname = url.hostname
    if not hostname or len(hostname) > MAX_HOST or not hostname.strip("."):
        return None
    port = url.port
    return _Page(host_of(hostname), "" if port in {"80", "443"} else port, url.pathname, url.search[1:], url.hash)


# --- canonical form ----------------------------------------------------------------------------------------------

# Only what changes: a bare %, an escape in small letters, and one that stands for a sign that needs none. The parser
# writes all others in capitals, and of those there may be hundreds of thousands.
_PERCENT = re.compile(r"%(?:(2[DE]|5F|7E|3[0-9]|4[1-9A-F]|5[0-9A]|6[1-9A-F]|7[0-9A])|(?![0-9A-F]{2})([0-9A-Fa-f]{2})?)")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def _fold_percent(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    if code is None:
        return "%25"
    sign = chr(int(code, 16))
    return sign if sign in _UNRESERVED else "%" + code.upper()


def _without_dots(path: str) -> str:
    """Dot segments resolved (RFC 3986, 5.2.4): the parser leaves some of them where a path begins with two slashes."""
    if "/." not in path:
        return path
    kept: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del kept[max(1, len(kept) - 1) :]
        elif part != ".":
            kept.append(part)
    return "/".join(kept) or "/"


def _canonical_path(path: str) -> str:
    if "%" in path:
        path = _PERCENT.sub(_fold_percent, path)
    if "//" in path:
        path = _without_dots(re.sub("//+", "/", path))
    if ";" in path:
        path = re.sub("(?i);(?:jsessionid|phpsessid|sid)=[^/;]*", "", path)
    end = len(path)
    while end > 0:
        slash = path.rfind("/", 0, end)
        if path[slash + 1 : end].lower() not in INDEX_NAMES:
            break
        end = slash
    return path[:end] or "/"


def _canonical_query(query: str) -> str:
    """Parameters that matter, sorted."""
    if not query:
        return ""
    if "%" in query:
        query = _PERCENT.sub(_fold_percent, query)
    if "+" in query:
        query = query.replace("+", "%20")
    if "&" not in query:
        return "" if _is_tracking(query) else query
    kept = [piece for piece in query.split("&") if piece and not _is_tracking(piece)]
    if len(kept) > 1:
        kept.sort()
    return "&".join(kept)


def _is_tracking(piece: str) -> bool:
    key = piece.partition("=")[0].lower()
    return key in TRACKING or key.startswith(TRACKING_PREFIXES)


def _canonical_fragment(fragment: str) -> str:
    """A fragment is kept where it is a route of a one-page site."""
    if not fragment.startswith(("#/", "#!")):
        return ""
    route, _, query = _PERCENT.sub(_fold_percent, fragment).partition("?")
    route = route.rstrip("/")
    query = _canonical_query(query)
    if len(route) <= 2 and route in {"#", "#!"} and not query:
        return ""
    return f"{route or '#'}{'/' if route == '#' else ''}" + (f"?{query}" if query else "")


# --- unwrapping --------------------------------------------------------------------------------------------------

_BASE64 = re.compile(r"(?:a1)?(aHR0c[A-Za-z0-9+/_\-]{8,60000})={0,2}")
_WEB = re.compile(r"(?:https?:)?[/\\]{2}[^\s/\\]", re.IGNORECASE)
_ARCHIVE = re.compile(r"/web/\w{1,24}/(.+)", re.DOTALL)
_YAHOO = re.compile(r"/RU=([^/]+)")


class _Step(NamedTuple):
    wrapper: str
    inner: str
    """Empty where the host is known to wrap but what it wraps cannot be read."""


def _unwrap(page: _Page) -> _Step | None:
    """The URL inside a redirector's, an agent's or a translator's; ``None`` where nothing is wrapped."""
    host = page.host
    if host.translated:
        return _Step("redirector:translate.goog", _translated(page))
    path = "/" + page.raw_path.lstrip("/")
    for jump in host.jumps:
        inner = _jumped(page, path, jump) if _is_under(path, jump.path) else None
        if inner or (inner is not None and jump.keys and page.raw_query):
            return _Step(f"redirector:{host.registrable}", inner)
    if host.agent:
        inner = _bought_by_agent(page)
        return _Step(f"agent:{host.registrable}", inner) if inner else None
    return None


def _is_under(path: str, prefix: str) -> bool:
    """``/l`` holds ``/l``, ``/l/`` and ``/l.php``, not ``/lists``."""
    return path.startswith(prefix) and (prefix[-1] == "/" or path[len(prefix) : len(prefix) + 1] in {"", "/", "."})


def _jumped(page: _Page, path: str, jump: Jump) -> str:
    if jump.way == "keys":
        return _first_url(page.raw_query, jump.keys)
    if jump.way == "archive":
        found = _ARCHIVE.match(path)
        return _in_path(found[1], page.raw_query) if found else ""
    if jump.way == "yahoo":
        found = _YAHOO.search(path)
        return _decoded_url(found[1]) if found else ""
    if jump.way in _WAYS:
        return _WAYS[jump.way](page, path)
    if jump.way == "query_tail":
        at = page.raw_query.find("http")
        return _decoded_url(page.raw_query[at:]) if at >= 0 else ""
    return _in_path(path[len(jump.path) :], page.raw_query)


_UNDERSCORES = re.compile(r"/v3/__(.+?)__(?:;|$)", re.DOTALL)
_DESTINATION = re.compile(r"/destination:(.+)", re.DOTALL)


def _between_underscores(page: _Page, path: str) -> str:
    """Proofpoint's third way: ``/v3/__https://x/y__;``."""
    found = _UNDERSCORES.match(path + (f"?{page.raw_query}" if page.raw_query else ""))
    return _decoded_url(found[1]) if found else ""


def _proofpoint(page: _Page, _: str) -> str:
    """Proofpoint's second way: - stands for %, _ for /."""
    value = params_of(page.raw_query).get("u", "")
    return _decoded_url(unquote(value.replace("-", "%").replace("_", "/")))


def _last_part(_: _Page, path: str) -> str:
    """The whole URL, percent-encoded, as the last part of a path."""
    return _decoded_url(unquote(path.rpartition("/")[2]))


def _destination(page: _Page, path: str) -> str:
    """Partnerize: /click/camref:x/destination:https%3A%2F%2Fy."""
    found = _DESTINATION.search(path + (f"?{page.raw_query}" if page.raw_query else ""))
    return _decoded_url(unquote(found[1])) if found else ""


_WAYS: dict[str, Callable[[_Page, str], str]] = {
    "underscores": _between_underscores,
    "proofpoint": _proofpoint,
    "last_part": _last_part,
    "destination": _destination,
}


def _in_path(rest: str, query: str) -> str:
    """A URL that stands in a path, with or without its scheme."""
    rest = rest.removeprefix("s/") + (f"?{query}" if query else "")
    if _WEB.match(rest):
        return rest
    if rest.startswith(("http:/", "https:/")):
        return rest
    return "https://" + rest if _HOSTLIKE.match(rest[:1_000]) else ""


def _first_url(query: str, keys: Iterable[str]) -> str:
    """The first parameter of these names that holds a URL; ``?`` stands for the whole query."""
    if not query:
        return ""
    pieces = [piece.partition("=") for piece in query.split("&")[:MAX_PARAMS]]
    for key in keys:
        values = [query] if key == "?" else [value for name, _, value in pieces if name == key and value]
        inner = next(filter(None, map(_decoded_url, map(unquote, values))), "")
        if inner:
            return inner
    return ""


def _decoded_url(value: str) -> str:
    """A full URL from a parameter's value, that may be percent-encoded again or in base64; empty where it is none."""
    for _ in range(4):
        if _WEB.match(value):
            return value
        packed = _BASE64.fullmatch(value)
        if packed:
            value = _unpacked(packed[1])
        elif "%" in value:
            value = unquote(value)
        else:
            break
    return "http://" + value if value and _looks_like_address(value) else ""


def _looks_like_address(value: str) -> bool:
    """``x.com/a`` with a suffix that exists; ``3.5`` and ``nothing`` are none."""
    head = value[:1_000]
    if not head.isascii() or not _HOSTLIKE.match(head):
        return False
    return bool(EXTRACT.extract_str(re.split(r"[/?#\\:]", head, maxsplit=1)[0][:MAX_HOST]).suffix)


def _unpacked(packed: str) -> str:
    padded = packed + "=" * (-len(packed) % 4)
    try:
        return base64.b64decode(padded, altchars=b"-_" if "-" in packed or "_" in packed else None).decode(
            "utf-8", "ignore"
        )
    except (binascii.Error, ValueError):
        return ""


def _translated(page: _Page) -> str:
    """``x--y-com.translate.goog`` is Google's copy of ``x-y.com``."""
    label = page.host.name.removesuffix(".translate.goog")
    name = label.replace("--", "\0").replace("-", ".").replace("\0", "-")
    query = f"?{page.raw_query}" if page.raw_query else ""
    return f"https://{name}{page.raw_path}{query}"


_AGENT_PATH = re.compile(
    r"[/\-](taobao|tmall|weidian|micro|1688|jd)[/\-](?:[a-z]{1,20}[/\-])?(\d{5,20})(?!\d)", re.IGNORECASE
)
_AGENT_NUMBER = re.compile(r"/(?:product|item|goods)s?/(\d)/(\d{5,20})(?!\d)")
_AGENT_PLAIN = re.compile(r"/item-(\d{5,20})\.html")


def _bought_by_agent(page: _Page) -> str:
    """The marketplace URL that an agent's page stands for; empty where it does not say."""
    route, _, tail = page.raw_fragment.partition("?") if page.raw_fragment.startswith(("#/", "#!")) else ("", "", "")
    query = f"{page.raw_query}&{tail}" if tail else page.raw_query
    if query:
        inner = _first_url(query, AGENTS["url_keys"]) or _agent_item(params_of(_canonical_query(query)))
        if inner:
            return inner
    return _agent_path((_canonical_path(page.raw_path) + route)[:500], page.host.registrable)


def _agent_item(params: dict[str, str]) -> str:
    shop = next((AGENTS["shops"][v] for v in _values(params, "shop_keys") if v in AGENTS["shops"]), "")
    number = next((v for v in _values(params, "id_keys") if v.isascii() and v.isdigit() and len(v) <= 20), "")
    return str(AGENTS["item_urls"][shop]).format(number) if shop and number else ""


def _values(params: dict[str, str], keys: str) -> list[str]:
    return [params[key].strip().lower() for key in AGENTS[keys] if key in params]


def _agent_path(path: str, registrable: str) -> str:
    urls: dict[str, str] = AGENTS["item_urls"]
    named = _AGENT_PATH.search(path)
    if named:
        return urls[AGENTS["shops"][named[1].lower()]].format(named[2])
    numbered = _AGENT_NUMBER.search(path)
    shop = AGENTS["path_numbers"].get(registrable, {}).get(numbered[1]) if numbered else None
    if numbered and shop:
        return urls[shop].format(numbered[2])
    plain = _AGENT_PLAIN.search(path) if registrable == "cssbuy.com" else None
    return urls["taobao"].format(plain[1]) if plain else ""


# --- reading ---------------------------------------------------------------------------------------------------------


def _unreadable(url: str, text: str, chain: tuple[str, ...], wrappers: tuple[str, ...], span: Span | None) -> Link:
    target = bounded("url:" + _INVISIBLE.sub("", text))
    return Link(url, target, url, chain, wrappers, kind="unreadable", opaque=bool(wrappers), span=span)


def read_link(url: str, span: Span | None = None) -> Link:
    """What a URL leads to, as far as it tells by itself. Never raises; what is no web address is ``unreadable``."""
    text = _clean(url)
    page = _parse(text)
    if page is None:
        return _unreadable(url, text, (url,), (), span)
    if not page.host.wraps:
        return _named(url, page, (url,), (), span, opaque=False)
    return _read_wrapped(url, text, page, span)


def _read_wrapped(url: str, text: str, page: _Page, span: Span | None) -> Link:
    chain, wrappers = [url], list[str]()
    for _ in range(MAX_DEPTH):
        step = _unwrap(page) if page.host.wraps else None
        if step is None:
            return _named(url, page, tuple(chain), tuple(wrappers), span, opaque=False)
        inner = _parse(_clean(step.inner)) if step.inner else None
        wrappers.append(step.wrapper)
        if inner is None:
            return _named(url, page, tuple(chain), tuple(wrappers), span, opaque=True)
        chain.append(step.inner)
        page = inner
    if page.host.wraps and _unwrap(page) is not None:
        return _unreadable(url, text, tuple(chain), tuple(wrappers), span)
    return _named(url, page, tuple(chain), tuple(wrappers), span, opaque=False)


def _named(
    url: str, page: _Page, chain: tuple[str, ...], wrappers: tuple[str, ...], span: Span | None, *, opaque: bool
) -> Link:
    host = page.host
    path = _canonical_path(page.raw_path)
    query = _canonical_query(page.raw_query)
    fragment = _canonical_fragment(page.raw_fragment) if page.raw_fragment else ""
    if host.shortener and path != "/":
        wrappers, opaque = (*wrappers, f"shortener:{host.shortener}"), True
    tail = f"?{query}{fragment}" if query else fragment
    canonical = f"https://{host.name}{f':{page.port}' if page.port else ''}{path}{tail}"
    target, kind = target_of(host, path, query, fragment, canonical)
    if host.wraps and _still_unwraps(canonical):
        canonical = chain[-1]
    odd = oddities_of(chain[-1].strip(_EDGES), host.full)
    return Link(
        url, target, canonical, chain, wrappers, host.full, host.registrable, path, query,
        host.platform_name, kind, opaque, span, odd,
    )  # fmt: skip


def _still_unwraps(canonical: str) -> bool:
    """Sorting a redirector's parameters can bring up a URL that the redirector would not have followed."""
    page = _parse(canonical)
    step = _unwrap(page) if page else None
    return step is not None and bool(step.inner) and _parse(_clean(step.inner)) is not None
