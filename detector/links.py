"""Links: find them in a text, unwrap them, and give every variant of one link the same name.

Nothing is fetched. Parsing is WHATWG's, as a browser does it, so that userinfo, backslashes, decimal hosts and IDN lead
where they lead a browser. What is known of single sites stands in ``detector/data/link_rules.json``. An unknown host is
never unwrapped: ``?url=`` on a seller's own site would let the seller pass for somebody else.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple
from urllib.parse import unquote

import can_ada
import msgspec
from tldextract import TLDExtract

from detector.types import Link, Span

MAX_LINKS = 250
"""More than are judged, so that what was left out can be told."""
MAX_DEPTH = 8
"""Wrappers that are undone; a link that is wrapped deeper is left as unreadable."""
MAX_URL = 65_536
"""Characters of a URL that are read; servers refuse longer ones."""
MAX_NAME = 2_000
MAX_ID = 64
MAX_PARAMS = 1_000
MAX_HOST = 253

Kind = Literal["item", "shop", "album", "page", "unreadable"]


class _Rule(msgspec.Struct, frozen=True):
    """One way in which a platform writes a target: a pattern on ``subdomain/path`` and where the id stands."""

    kind: Kind
    name: str
    at: re.Pattern[str]
    keys: tuple[str, ...]
    form: str
    stem: str


class _Platform(msgspec.Struct, frozen=True):
    name: str
    join: str
    rules: tuple[_Rule, ...]
    not_shops: frozenset[str]


class _Jump(NamedTuple):
    """Where a redirector keeps the URL: parameters, or a named way of its own."""

    path: str
    keys: tuple[str, ...]
    way: str


class _Host(msgspec.Struct, frozen=True):
    """All that the tables say of a host, looked up once."""

    full: str
    name: str
    """Without ``www.`` and ``m.``."""
    registrable: str
    sub: str
    platform: _Platform | None
    platform_name: str | None
    jumps: tuple[_Jump, ...]
    agent: bool
    shortener: str
    translated: bool
    shop: str
    """Name as a shop; empty on hosts that many people share."""
    shop_word: bool
    wraps: bool


class _Page(msgspec.Struct, frozen=True, gc=False):
    """One parsed web URL."""

    host: _Host
    port: str
    raw_path: str
    raw_query: str
    raw_fragment: str


def _load() -> dict[str, Any]:
    text = files("detector").joinpath("data/link_rules.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


_DATA = _load()
_AGENTS: dict[str, Any] = _DATA["agents"]
_AGENT_DOMAINS = frozenset(_AGENTS["domains"])
_GENERAL = frozenset(_DATA["general"]) | _AGENT_DOMAINS
_TENANTS: dict[str, str | None] = _DATA["tenants"]
_TRACKING = frozenset(_DATA["tracking"])
_TRACKING_PREFIXES = tuple(_DATA["tracking_prefixes"])
_INDEX_NAMES = frozenset(_DATA["index_names"])
_BARE_TLDS = frozenset(_DATA["bare_tlds"])
_SHOP_WORD = re.compile("|".join(map(re.escape, _DATA["shop_words"])))
_SHOP_PATH = re.compile(
    r"/(?:products?|collections?|shop|store|items?|cart|goods|category|categories|catalog|catalogue|checkout"
    r"|product-category|product-tag|product_info|shopdetail|sale|brands?)(?:[/.\-_?]|$)"
    r"|-[cp]-\d+(?:_\d+)*\.html|/p-\d+|[?&](?:main_page=|route=product|add-to-cart=|c?path=\d"
    r"|(?:product|products|goods|item)_?id=)",
    re.IGNORECASE,
)

_SHARED_LABELS = frozenset(("www", "m", "wap"))


def _bare(host: str) -> str:
    """The host without leading ``www.`` and ``m.``; for the tables, whose hosts are all proper ones."""
    label, _, rest = host.partition(".")
    return _bare(rest) if label in _SHARED_LABELS and "." in rest else host


def _platforms() -> dict[str, _Platform]:
    found: dict[str, _Platform] = {}
    for entry in _DATA["platforms"]:
        rules = tuple(_rule(entry["name"], rule) for rule in entry["rules"])
        platform = _Platform(entry["name"], entry.get("join", ":"), rules, frozenset(entry.get("not_shops", ())))
        for domain in entry["domains"]:
            found[domain] = platform
        label, suffixes = entry.get("suffixes", ("", ()))
        for suffix in suffixes:
            found[f"{label}.{suffix}"] = platform
    return found


def _rule(platform: str, rule: dict[str, Any]) -> _Rule:
    prefix = f"{rule.get('prefix', platform)}:{rule.get('as', rule['kind'])}:"
    at = re.compile(rule["at"], re.IGNORECASE)
    return _Rule(rule["kind"], prefix, at, tuple(rule.get("id", ())), rule.get("form", "number"), rule.get("stem", ""))


def _jump_table() -> dict[str, tuple[_Jump, ...]]:
    table: dict[str, tuple[_Jump, ...]] = {}
    for host, entries in _DATA["redirectors"].items():
        jumps = tuple(_jump(path, how) for path, how in entries)
        if host.endswith(".google.*"):
            for suffix in _DATA["google_suffixes"]:
                table[f"*.google.{suffix}"] = jumps
        else:
            table[host if host.startswith("*.") else _bare(host)] = jumps
    return table


def _jump(path: str, how: str | list[str]) -> _Jump:
    return _Jump(path, (), how) if isinstance(how, str) else _Jump(path, tuple(how), "keys")


_PLATFORMS = _platforms()
_JUMPS = _jump_table()
_SHORTENERS = {_bare(host): host for host in _DATA["shorteners"]}
_GENERAL_PLATFORMS = frozenset(_PLATFORMS)
# Offline for certain: no list is asked from the network and no cache file is written.
_EXTRACT = TLDExtract(suffix_list_urls=(), include_psl_private_domains=True, cache_dir=None)
_IPV4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")


def _address(full: str) -> _Host:
    """A host that is a bare number: nobody's name, but a shop may stand there."""
    return _Host(
        full=full,
        name=full,
        registrable="",
        sub="",
        platform=None,
        platform_name=None,
        jumps=(),
        agent=False,
        shortener="",
        translated=False,
        shop=f"shop:{full}",
        shop_word=False,
        wraps=False,
    )


@lru_cache(maxsize=16_384)
def _host(hostname: str) -> _Host:
    """What is known of a host as the parser gives it."""
    full = hostname.rstrip(".")
    if hostname.startswith("[") or _IPV4.fullmatch(full):
        return _address(full)
    registrable = _registrable(full)
    name = _stripped(full, registrable)
    sub = name[: -len(registrable)].rstrip(".") if registrable else ""
    tenant = _tenant_suffix(registrable)
    jumps = _JUMPS.get(name, ()) + _JUMPS.get(f"*.{registrable}", ()) + _outlook(name)
    agent = registrable in _AGENT_DOMAINS
    shortener = _SHORTENERS.get(name, "") or (name if name.endswith(".page.link") else "")
    translated = name.endswith(".translate.goog")
    shared = not registrable or registrable in _GENERAL or registrable in _GENERAL_PLATFORMS or registrable == tenant
    label = registrable[: -len(tenant)] if tenant else registrable.partition(".")[0]
    return _Host(
        full=full,
        name=name,
        registrable=registrable,
        sub=sub,
        platform=_PLATFORMS.get(registrable),
        platform_name=_platform_name(registrable, tenant),
        jumps=jumps,
        agent=agent,
        shortener=shortener,
        translated=translated,
        shop="" if shared or shortener else f"shop:{registrable}",
        shop_word=_SHOP_WORD.search(label) is not None,
        wraps=bool(jumps or agent or translated),
    )


def _outlook(name: str) -> tuple[_Jump, ...]:
    """Every region of Microsoft's mail filter has its own host."""
    return _JUMPS["*.safelinks.protection.outlook.com"] if name.endswith(".safelinks.protection.outlook.com") else ()


def _platform_name(registrable: str, tenant: str) -> str | None:
    platform = _PLATFORMS.get(registrable)
    return platform.name if platform else _TENANTS.get(tenant)


def _registrable(host: str) -> str:
    """The registrable domain; where the suffix is unknown the last label counts as one, as the list's own rule says."""
    extracted = _EXTRACT.extract_str(host)
    suffix, domain = extracted.suffix, extracted.domain
    if not suffix:
        labels = host.rsplit(".", 2)
        return ".".join(labels[-2:]) if len(labels) > 1 and labels[-2] else ""
    if not domain or (extracted.is_private and domain in _SHARED_LABELS):
        return suffix if extracted.is_private else ""
    return _with_tenant(host, f"{domain}.{suffix}")


def _with_tenant(host: str, registrable: str) -> str:
    """On platforms that give each shop a subdomain, the subdomain is the one who registered."""
    if registrable not in _TENANTS or len(host) == len(registrable):
        return registrable
    tenant = host[: -len(registrable) - 1].rpartition(".")[2]
    return registrable if tenant in _SHARED_LABELS else f"{tenant}.{registrable}"


def _tenant_suffix(registrable: str) -> str:
    if registrable in _TENANTS:
        return registrable
    rest = registrable.partition(".")[2]
    return rest if rest in _TENANTS else ""


def _stripped(host: str, registrable: str) -> str:
    """The host without ``www.``, ``m.`` and ``wap.``, as often as they stand there."""
    end = len(host) - len(registrable)
    start = 0
    while start < end:
        dot = host.find(".", start)
        if dot < 0 or host[start:dot] not in _SHARED_LABELS:
            break
        start = dot + 1
    return host[start:]


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
    found = _SCHEME.match(text)
    if found:
        return text if found[1].lower() in {"http", "https"} else ""
    if text.startswith(("//", "\\\\")):
        return "http:" + text
    return "http://" + text if _HOSTLIKE.match(text[:1_000]) else ""


def _parse(text: str) -> _Page | None:
    """A web URL's parts; ``None`` for anything else."""
    if not text.startswith(("https://", "http://")):
        text = _with_scheme(text)
        if not text:
            return None
    try:
        url = can_ada.parse(text)
    except (ValueError, TypeError):
        return None
    hostname = url.hostname
    if not hostname or len(hostname) > MAX_HOST or not hostname.strip("."):
        return None
    port = url.port
    return _Page(_host(hostname), "" if port in {"80", "443"} else port, url.pathname, url.search[1:], url.hash)


# --- canonical form ----------------------------------------------------------------------------------------------

_PERCENT = re.compile("%([0-9A-Fa-f]{2})?")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def _fold_percent(found: re.Match[str]) -> str:
    code = found[1]
    if code is None:
        return "%25"
    sign = chr(int(code, 16))
    return sign if sign in _UNRESERVED else "%" + code.upper()


def _canonical_path(path: str) -> str:
    if "%" in path:
        path = _PERCENT.sub(_fold_percent, path)
    if "//" in path:
        path = re.sub("//+", "/", path)
    if ";" in path:
        path = re.sub("(?i);(?:jsessionid|phpsessid|sid)=[^/;]*", "", path)
    end = len(path)
    while end > 0:
        slash = path.rfind("/", 0, end)
        if path[slash + 1 : end].lower() not in _INDEX_NAMES:
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
    return key in _TRACKING or key.startswith(_TRACKING_PREFIXES)


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


def _params(query: str) -> dict[str, str]:
    """Parameters by name, percent-decoded; the first that is not empty wins."""
    found: dict[str, str] = {}
    for piece in query.split("&"):
        key, _, value = piece.partition("=")
        if value:
            found.setdefault(key, unquote(value) if "%" in value else value)
    return found


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


def _jumped(page: _Page, path: str, jump: _Jump) -> str:
    if jump.way == "keys":
        return _first_url(page.raw_query, jump.keys)
    if jump.way == "archive":
        found = _ARCHIVE.match(path)
        return _in_path(found[1], page.raw_query) if found else ""
    if jump.way == "yahoo":
        found = _YAHOO.search(path)
        return _decoded_url(found[1]) if found else ""
    if jump.way == "query_tail":
        at = page.raw_query.find("http")
        return _decoded_url(page.raw_query[at:]) if at >= 0 else ""
    return _in_path(path[len(jump.path) :], page.raw_query)


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
    return bool(_EXTRACT.extract_str(re.split(r"[/?#\\:]", head, maxsplit=1)[0][:MAX_HOST]).suffix)


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
        inner = _first_url(query, _AGENTS["url_keys"]) or _agent_item(_params(_canonical_query(query)))
        if inner:
            return inner
    return _agent_path((_canonical_path(page.raw_path) + route)[:500], page.host.registrable)


def _agent_item(params: dict[str, str]) -> str:
    shop = next((_AGENTS["shops"][v] for v in _values(params, "shop_keys") if v in _AGENTS["shops"]), "")
    number = next((v for v in _values(params, "id_keys") if v.isascii() and v.isdigit() and len(v) <= 20), "")
    return str(_AGENTS["item_urls"][shop]).format(number) if shop and number else ""


def _values(params: dict[str, str], keys: str) -> list[str]:
    return [params[key].strip().lower() for key in _AGENTS[keys] if key in params]


def _agent_path(path: str, registrable: str) -> str:
    urls: dict[str, str] = _AGENTS["item_urls"]
    named = _AGENT_PATH.search(path)
    if named:
        return urls[_AGENTS["shops"][named[1].lower()]].format(named[2])
    numbered = _AGENT_NUMBER.search(path)
    shop = _AGENTS["path_numbers"].get(registrable, {}).get(numbered[1]) if numbered else None
    if numbered and shop:
        return urls[shop].format(numbered[2])
    plain = _AGENT_PLAIN.search(path) if registrable == "cssbuy.com" else None
    return urls["taobao"].format(plain[1]) if plain else ""


# --- naming ------------------------------------------------------------------------------------------------------


class _Name(NamedTuple):
    target: str
    kind: Kind


_DIGITS = re.compile(r"[^\w%]{0,8}0*(\d{1,64})")
_WORD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]*")


def _shaped(value: str, rule: _Rule) -> str:
    """An id in its one form; empty where the value is none."""
    if rule.form == "number":
        found = _DIGITS.match(value)
        return str(int(found[1])) if found else ""
    found = _WORD.match(value.strip())
    if not found or len(found[0]) > MAX_ID:
        return ""
    return found[0].upper() if rule.form == "asin" else found[0].lower()


def _on_platform(platform: _Platform, sub: str, path: str, params: dict[str, str]) -> _Name | None:
    """The first rule that finds an id names the target."""
    place = f"{sub}{path}"[:600]
    for rule in platform.rules:
        found = rule.at.search(place)
        if not found:
            continue
        if rule.keys:
            values = [_first_of(params, rule.keys)]
        elif rule.form == "host" and found[1].lower() in platform.not_shops:
            continue
        else:
            values = list(found.groups(""))
        ids = [_part(value, rule, place_in_host=number == 0) for number, value in enumerate(values)]
        if all(ids):
            return _Name(rule.name + rule.stem + platform.join.join(ids), rule.kind)
    return None


def _first_of(params: dict[str, str], keys: Iterable[str]) -> str:
    for key in keys:
        if key in params:
            return params[key]
    return ""


def _part(value: str, rule: _Rule, *, place_in_host: bool) -> str:
    """A second captured id (an album's) is a number where it is written as one, the first (its owner's) a word."""
    if not place_in_host and value.isdigit():
        return value[:MAX_ID]
    return _shaped(value, rule)


def _bounded(name: str) -> str:
    """A name of at most 2,000 characters; a longer one keeps a digest, so that two stay two."""
    if len(name) <= MAX_NAME:
        return name
    return name[: MAX_NAME - 65] + "~" + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


def _unreadable(url: str, text: str, chain: tuple[str, ...], wrappers: tuple[str, ...], span: Span | None) -> Link:
    target = _bounded("url:" + _INVISIBLE.sub("", text))
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
    target, kind = _target(host, path, query, fragment, canonical)
    if host.wraps and _still_unwraps(canonical):
        canonical = chain[-1]
    return Link(
        url, target, canonical, chain, wrappers, host.full, host.registrable, path, query,
        host.platform_name, kind, opaque, span,
    )  # fmt: skip


def _still_unwraps(canonical: str) -> bool:
    """Sorting a redirector's parameters can bring up a URL that the redirector would not have followed."""
    page = _parse(canonical)
    step = _unwrap(page) if page else None
    return step is not None and bool(step.inner) and _parse(_clean(step.inner)) is not None


def _target(host: _Host, path: str, query: str, fragment: str, canonical: str) -> _Name:
    if host.platform is not None and not host.shortener:
        routed = fragment.partition("?")[2]
        named = _on_platform(host.platform, host.sub, path, _params(f"{query}&{routed}" if routed else query))
        if named:
            return named
    if host.shop and (path == "/" or host.shop_word or _SHOP_PATH.search(f"{path}?{query}"[:2_000])):
        return _Name(host.shop, "shop")
    return _Name(_bounded("url:" + canonical), "page")


# --- finding links in a text -------------------------------------------------------------------------------------

_LETTER = "A-Za-z0-9_\u00aa-\u1fff\u200b-\u200d\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff"
_CJK_TLD = (
    "中国|中國|公司|网络|網絡|商城|网店|商店|集团|在线|网站|网址|购物|时尚|手机|移动|企业|娱乐|游戏|信息|中文网|我爱你"
    "|香港|台湾|台灣|新加坡"
)
_BODY = r"A-Za-z0-9\-._~:/?#@!$&'()*+,;=%\\|"
_FIND = re.compile(
    rf"([hH][tT][tT][pP][sS]?:)[/\\]{{1,4}}"
    rf"(?:\[[0-9A-Fa-f:.]{{2,45}}\]|[\w\-%]{{1,253}}(?:\.(?:[{_LETTER}\-%]{{1,253}}|{_CJK_TLD}|[\u3400-\u9fff]{{1,63}}(?=\.)))*\.?)"
    rf"(?:[:/?#@\\][{_BODY}]*)?"
    rf"|(?<![A-Za-z0-9@._\-+%&=])(?=[A-Za-z0-9])[A-Za-z0-9\-]{{1,63}}(?:\.[A-Za-z0-9\-]{{1,63}})+"
    rf"(?::\d{{2,5}}(?!\d))?(?:[/?][{_BODY}]*)?(?![A-Za-z0-9@_])"
)
# No link is without one of these; a full stop at the end of a sentence is none.
_LINK_HINT = re.compile(r"[.:](?:(?<=\.)[A-Za-z0-9\-]|(?<=:)[/\\])")
_HEAD = re.compile(r"[^/?:]+")
_TRAILING = ".,;:!?'\"*|\\(&"


def find_links(text: str) -> list[Link]:
    """The links of a text with their places, at most 200, in order. Linear in the length of the text."""
    if ("." not in text and "://" not in text) or _LINK_HINT.search(text) is None:
        return []
    found: list[Link] = []
    for match in _FIND.finditer(text):
        start = match.start()
        url = _trimmed(match[0])
        if not (_is_web(url) if match[1] else _is_bare_link(url)):
            continue
        found.append(read_link(url, (start, start + len(url))))
        if len(found) >= MAX_LINKS:
            break
    return found


def _trimmed(url: str) -> str:
    """The URL without the sentence's punctuation and without a bracket that it did not open."""
    if url[-1].isalnum():
        return url
    for _ in range(4):
        short = url.rstrip(_TRAILING)
        if short.endswith(")"):
            excess = short.count(")") - short.count("(")
            run = len(short) - len(short.rstrip(")"))
            short = short[: len(short) - min(max(excess, 0), run)]
        if short == url:
            break
        url = short
    return url


def _is_web(url: str) -> bool:
    """A host that can be one: with a dot, a number, an address in brackets, or this machine."""
    host = url.partition(":")[2].lstrip("/\\")
    if not host:
        return False
    head = re.split(r"[/?#\\]", host[:600], maxsplit=1)[0]
    return (
        "." in head.strip(".")
        or (head[0].isascii() and head[0].isdigit())
        or head[0] == "["
        or head.startswith("localhost")
    )


def _is_bare_link(url: str) -> bool:
    """``weidian.com/item`` and ``lv-outlet.com`` are links; ``3.5``, ``v1.2``, ``LV.bag`` and ``e.g/`` are not."""
    head = _HEAD.match(url)
    if head is None:
        return False
    host = head[0].lower()
    last = host.rpartition(".")[2]
    has_path = len(url) > len(host) + 1
    if last.isdigit():
        return has_path and _is_address(host)
    if not has_path and last not in _BARE_TLDS and not host.startswith("www."):
        return False
    return len(host) <= MAX_HOST and _has_suffix(host)


def _is_address(host: str) -> bool:
    return _IPV4.fullmatch(host) is not None and all(int(part) < 256 for part in host.split("."))


@lru_cache(maxsize=4_096)
def _has_suffix(host: str) -> bool:
    extracted = _EXTRACT.extract_str(host)
    return bool(extracted.suffix) and (bool(extracted.domain) or extracted.is_private)


_CONTACT_HOSTS = frozenset({"wa.me", "t.me", "line.me", "whatsapp.com"})


def blank_links(text: str, links: Iterable[Link]) -> str:
    """The text with its links blanked, every place kept: a link's letters are not words that the author wrote.

    Links that are themselves a way to reach the seller (``wa.me/8613…``) stay.
    """
    spans = [link.span for link in links if link.span is not None and link.registrable not in _CONTACT_HOSTS]
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text
