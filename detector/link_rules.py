"""What is known of single sites: platforms, agents, redirectors and shorteners, read from ``data/link_rules.json``.

The file is read once, when this module is loaded. ``host_of`` gathers all that its tables say of one host.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from importlib.resources import files
from ipaddress import IPv6Address
from typing import Any, Literal, NamedTuple

import msgspec
from tldextract import TLDExtract

MAX_HOST = 253
"""Characters of a host name; a longer one is none."""

Kind = Literal["item", "shop", "album", "page", "unreadable"]


class Rule(msgspec.Struct, frozen=True):
    """One way in which a platform writes a target: a pattern on ``subdomain/path`` and where the id stands."""

    kind: Kind
    name: str
    at: re.Pattern[str]
    keys: tuple[str, ...]
    form: str
    stem: str


class Platform(msgspec.Struct, frozen=True):
    """A marketplace or album host, with its rules in the order in which they are tried."""

    name: str
    join: str
    rules: tuple[Rule, ...]
    not_shops: frozenset[str]


class Jump(NamedTuple):
    """Where a redirector keeps the URL: parameters, or a named way of its own."""

    path: str
    keys: tuple[str, ...]
    way: str


class Host(msgspec.Struct, frozen=True):
    """All that the tables say of a host, looked up once."""

    full: str
    name: str
    """Without ``www.`` and ``m.``."""
    registrable: str
    sub: str
    platform: Platform | None
    platform_name: str | None
    jumps: tuple[Jump, ...]
    agent: bool
    shortener: str
    translated: bool
    shop: str
    """Name as a shop; empty on hosts that many people share."""
    shop_word: bool
    wraps: bool


def _load() -> dict[str, Any]:
    text = files("detector").joinpath("data/link_rules.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


_DATA = _load()
AGENTS: dict[str, Any] = _DATA["agents"]
_AGENT_DOMAINS = frozenset(AGENTS["domains"])
_GENERAL = frozenset(_DATA["general"]) | _AGENT_DOMAINS
_TENANTS: dict[str, str | None] = _DATA["tenants"]
TRACKING = frozenset(_DATA["tracking"])
TRACKING_PREFIXES = tuple(_DATA["tracking_prefixes"])
INDEX_NAMES = frozenset(_DATA["index_names"])
BARE_TLDS = frozenset(_DATA["bare_tlds"])
_SHOP_WORD = re.compile("|".join(map(re.escape, _DATA["shop_words"])))
_SHARED_LABELS = frozenset(("www", "m", "wap"))


def _bare(host: str) -> str:
    """The host without leading ``www.`` and ``m.``; for the tables, whose hosts are all proper ones."""
    label, _, rest = host.partition(".")
    return _bare(rest) if label in _SHARED_LABELS and "." in rest else host


def _platforms() -> dict[str, Platform]:
    found: dict[str, Platform] = {}
    for entry in _DATA["platforms"]:
        rules = tuple(_rule(entry["name"], rule) for rule in entry["rules"])
        platform = Platform(entry["name"], entry.get("join", ":"), rules, frozenset(entry.get("not_shops", ())))
        for domain in entry["domains"]:
            found[domain] = platform
        label, suffixes = entry.get("suffixes", ("", ()))
        for suffix in suffixes:
            found[f"{label}.{suffix}"] = platform
    return found


def _rule(platform: str, rule: dict[str, Any]) -> Rule:
    prefix = f"{rule.get('prefix', platform)}:{rule.get('as', rule['kind'])}:"
    at = re.compile(rule["at"], re.IGNORECASE)
    return Rule(rule["kind"], prefix, at, tuple(rule.get("id", ())), rule.get("form", "number"), rule.get("stem", ""))


def _jump_table() -> dict[str, tuple[Jump, ...]]:
    table: dict[str, tuple[Jump, ...]] = {}
    for host, entries in _DATA["redirectors"].items():
        jumps = tuple(_jump(path, how) for path, how in entries)
        if host.endswith(".google.*"):
            for suffix in _DATA["google_suffixes"]:
                table[f"*.google.{suffix}"] = jumps
        else:
            table[host if host.startswith("*.") else _bare(host)] = jumps
    return table


def _jump(path: str, how: str | list[str]) -> Jump:
    return Jump(path, (), how) if isinstance(how, str) else Jump(path, tuple(how), "keys")


_PLATFORMS = _platforms()
_JUMPS = _jump_table()
_SHORTENERS = {_bare(host): host for host in _DATA["shorteners"]}
_GENERAL_PLATFORMS = frozenset(_PLATFORMS)
# Offline for certain: no list is asked from the network and no cache file is written.
EXTRACT = TLDExtract(suffix_list_urls=(), include_psl_private_domains=True, cache_dir=None)
IPV4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")


def _address(full: str) -> Host:
    """A host that is a bare number: nobody's name, but a shop may stand there."""
    return Host(
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
def host_of(hostname: str) -> Host:
    """What is known of a host as the parser gives it."""
    full = hostname.rstrip(".")
    if hostname.startswith("["):
        return _address(_unmapped(full))
    if IPV4.fullmatch(full):
        return _address(full)
    registrable = _registrable(full)
    name = _stripped(full, registrable)
    sub = name[: -len(registrable)].rstrip(".") if registrable else ""
    tenant = _tenant_suffix(registrable)
    jumps = _JUMPS.get(name, ()) + _JUMPS.get(f"*.{registrable}", ()) + _of_many_hosts(name)
    agent = registrable in _AGENT_DOMAINS
    shortener = _SHORTENERS.get(name, "") or (name if name.endswith(".page.link") else "")
    translated = name.endswith(".translate.goog")
    shared = not registrable or registrable in _GENERAL or registrable in _GENERAL_PLATFORMS or registrable == tenant
    label = registrable[: -len(tenant)] if tenant else registrable.partition(".")[0]
    return Host(
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


def _unmapped(full: str) -> str:
    """An IPv4 address that is written inside an IPv6 one (``[::ffff:102:304]``) by itself."""
    try:
        mapped = IPv6Address(full.strip("[]")).ipv4_mapped
    except ValueError:
        return full
    return str(mapped) if mapped else full


_MANY_HOSTS = ("safelinks.protection.outlook.com", "cdn.ampproject.org")
"""Redirectors with a host of their own for each region or site."""


def _of_many_hosts(name: str) -> tuple[Jump, ...]:
    return next((_JUMPS[f"*.{suffix}"] for suffix in _MANY_HOSTS if name.endswith(f".{suffix}")), ())


def _platform_name(registrable: str, tenant: str) -> str | None:
    platform = _PLATFORMS.get(registrable)
    return platform.name if platform else _TENANTS.get(tenant)


def _registrable(host: str) -> str:
    """The registrable domain; where the suffix is unknown the last label counts as one, as the list's own rule says."""
    extracted = EXTRACT.extract_str(host)
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
