"""Hiding the link: wrapped, shortened, disfigured, or one among many."""

from __future__ import annotations

from random import Random
from urllib.parse import quote

from detector.evasion.transform import COUNT, Strength, Words, transform

_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


def _id(chance: Random, length: int) -> str:
    return "".join(chance.choice(_LETTERS) for _ in range(length))


def _wrapped(url: str, chance: Random) -> str:
    return chance.choice(
        (
            f"https://www.google.com/url?q={quote(url, safe='')}",
            f"https://link.zhihu.com/?target={quote(url, safe='')}",
            f"https://c.pc.qq.com/middlem.html?pfurl={quote(url, safe='')}",
            f"https://l.facebook.com/l.php?u={quote(url, safe='')}",
        )
    )


@transform("redirector", "跳转链接", "wrapped by redirectors", "link.zhihu.com, google.com/url; one in another")
def redirector(words: Words, strength: Strength, chance: Random) -> Words:
    """Each link inside one, two or three redirectors."""
    links = list(words.links)
    for _ in range({"light": 1, "medium": 2, "heavy": 3}[strength]):
        links = [_wrapped(url, chance) for url in links]
    return Words(words.text, tuple(links))


@transform("shortened", "短链接", "shortened links", "t.cn, bit.ly: the end cannot be seen")
def shortened(words: Words, strength: Strength, chance: Random) -> Words:
    """The first, or all links, as short links."""
    many = {"light": 1, "medium": 2, "heavy": len(words.links)}[strength]
    hosts = ("https://t.cn/A6", "https://bit.ly/3", "https://dwz.cn/", "https://tinyurl.com/")
    short = tuple(chance.choice(hosts) + _id(chance, 6) for _ in words.links[:many])
    return Words(words.text, short + words.links[many:])


@transform("tracking", "跟踪参数", "tracking tails", "?utm_source=…&spm=…")
def tracking(words: Words, strength: Strength, chance: Random) -> Words:
    """Parameters that lead nowhere else."""
    names = ("utm_source", "utm_medium", "utm_campaign", "spm", "fbclid", "gclid", "share_token", "from")
    tail = "&".join(f"{names[n]}={_id(chance, 8)}" for n in range(COUNT[strength]))
    return Words(words.text, tuple(f"{url}{'&' if '?' in url else '?'}{tail}" for url in words.links))


@transform("userinfo", "伪装域名", "another host before the @", "https://weidian.com@shop.example/")
def userinfo(words: Words, strength: Strength, chance: Random) -> Words:
    """A well-known name where a user's name may stand."""
    names = {"light": ("shop", "id"), "medium": ("weidian.com", "jd.com"), "heavy": ("www.taobao.com:item.htm",)}
    name = chance.choice(names[strength])
    return Words(words.text, tuple(url.replace("://", f"://{name}@", 1) for url in words.links))


@transform("defanged", "变形链接", "links only people can read", "hxxps://weidian[.]com")
def defanged(words: Words, strength: Strength, chance: Random) -> Words:
    """Links written so that nothing makes them clickable."""
    dot = {"light": "[.]", "medium": chance.choice(("(.)", " . ")), "heavy": chance.choice(("点", " dot "))}[strength]
    return Words(words.text, tuple(_disfigured(url, dot) for url in words.links))


def _disfigured(url: str, dot: str) -> str:
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.replace('tt', 'xx', 1)}://{host.replace('.', dot)}{slash}{path}"


@transform("decoys", "陪衬链接", "honest links beside it", "news and shops of good name beside the offer's link")
def decoys(words: Words, strength: Strength, chance: Random) -> Words:
    """One, three or eight links to places of good name."""
    places = (
        "https://www.bbc.com/news",
        "https://www.people.com.cn/",
        "https://zh.wikipedia.org/wiki/包",
        "https://www.ikea.com/",
        "https://www.12306.cn/",
        "https://github.com/",
        "https://www.nasa.gov/",
        "https://www.unicef.org/",
    )
    return Words(words.text, (*words.links, *(chance.sample(places, COUNT[strength]))))
