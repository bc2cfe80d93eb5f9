"""What must not move a score: how a link is dressed, and the order in which things are sent.

Lists of fake shops hold bare hosts and honest sets hold full URLs, so a model that sees scheme or ``www`` learns which
list a link came from.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import msgspec
import pytest

from detector.artefact import load_model, newest_model
from detector.features import Observations, observe
from detector.links import read_link
from detector.model import evaluate, view_of
from detector.samples import load_samples
from detector.score import Detector
from detector.types import LinkVerdict, Post

DETECTOR = Detector(load_model(newest_model()))
POSTS = load_samples().posts
HOSTS = [
    "guccioutlet--online.org", "lv-outlet.example", "my-little-shop.com", "www.louisvuitton.com", "shop168.com",
    "replica-watch-store.net", "cheap-nfl-jerseys.us", "averylongnameforashop.com", "muzi.taobao.com", "etsy.com",
    "lv88.x.yupoo.com", "xn--gucci-n5f.com", "handbags.example.co.uk", "t.cn", "203.0.113.7", "mulan.myshopify.com",
]  # fmt: skip
DRESSES: dict[str, Callable[[str], str]] = {
    "http": lambda host: f"http://{host}/bag?id=7",
    "no_scheme": lambda host: f"{host}/bag?id=7",
    "upper_case": lambda host: f"HTTPS://{host.upper()}/bag?id=7",
    "trailing_dot": lambda host: f"https://{host}./bag?id=7",
    "default_port": lambda host: f"https://{host}:443/bag?id=7",
    "tracking_tail": lambda host: f"https://{host}/bag?id=7&utm_source=weibo&utm_medium=sale&spm=a1.b2",
    "tracking_first": lambda host: f"https://{host}/bag?utm_campaign=outlet&id=7",
    "fragment": lambda host: f"https://{host}/bag?id=7#cheap-298",
    "spaces": lambda host: f"  https://{host}/bag?id=7 ",
}


def values_of(url: str, text: str = "LV包包298元") -> tuple[dict[str, float], float]:
    """Values of all observations, and the probability."""
    reader = DETECTOR.reader
    evidence = reader.evidence(read_link(url), reader.text(text) if text else None, None, 1)
    found: Observations = observe(evidence)
    score = evaluate(DETECTOR.model, found, view_of(evidence))
    return {name: seen.value for name, seen in found.items()}, score.counterfeit_probability


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.parametrize("text", ["", "LV包包298元"])
def test_the_dress_of_a_link_moves_nothing(host: str, dress: str, text: str) -> None:
    assert values_of(DRESSES[dress](host), text) == values_of(f"https://{host}/bag?id=7", text)


@pytest.mark.parametrize("host", [h for h in HOSTS if not h.startswith(("www.", "lv88.", "203.", "t.cn", "muzi."))])
def test_www_moves_nothing(host: str) -> None:
    assert values_of(f"https://www.{host}/bag", "") == values_of(f"https://{host}/bag", "")


@pytest.mark.parametrize("host", HOSTS)
def test_the_order_of_query_parameters_moves_nothing(host: str) -> None:
    assert values_of(f"https://{host}/bag?b=2&a=1&id=7") == values_of(f"https://{host}/bag?id=7&a=1&b=2")


@pytest.mark.parametrize("host", ["my-little-shop.com", "lv-outlet.example", "shop.example"])
@pytest.mark.parametrize("path", ["", "/", "/about", "/blog/2026/11/how-we-sew", "/bags/298"])
def test_the_path_of_an_ordinary_page_moves_nothing(host: str, path: str) -> None:
    assert values_of(f"https://{host}{path}", "") == values_of(f"https://{host}", "")


def scored(post: Post) -> dict[str, tuple[float, dict[str, float]]]:
    """By target: probability and the weights of the reasons, abstentions left in."""
    return {key(v): (v.counterfeit_probability, {r.code: r.weight for r in v.reasons}) for v in DETECTOR.score(post)}


def key(verdict: LinkVerdict) -> str:
    return verdict.link.target if verdict.link else "text"


def dressed(url: str) -> str:
    """The same link with a tracking tail, another scheme and an upper-case host."""
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    rest = f"{host.upper()}{slash}{path}"
    tail = "&" if "?" in rest else "?"
    other = "http" if scheme == "https" else "https"
    return f"{other}://{rest}" if "#" in rest else f"{other}://{rest}{tail}utm_source=leak&utm_medium=outlet"


def test_dressing_the_links_of_sample_posts_moves_nothing() -> None:
    for post in POSTS:
        links = tuple(map(dressed, post.links))
        assert scored(msgspec.structs.replace(post, links=links)) == scored(post), post.links


def test_the_order_of_links_moves_nothing() -> None:
    shuffle = random.Random(7)  # noqa: S311 - to shuffle, not to hide anything
    everywhere = [url for post in POSTS for url in post.links][:60]
    for post in POSTS[:80]:
        links = [*post.links, *shuffle.sample(everywhere, 3)]
        # One spelling for each target: which of two spellings is kept is another matter, tested below.
        one_each = list({read_link(url).target: url for url in links}.values())
        first = msgspec.structs.replace(post, links=tuple(one_each))
        assert scored(msgspec.structs.replace(post, links=tuple(reversed(one_each)))) == scored(first)


def test_the_order_of_pages_moves_nothing() -> None:
    pages = tuple({read_link(p.url).target: p for post in POSTS for p in post.pages}.values())[:6]
    links = tuple(page.url for page in pages)
    post = Post("p", "a", "看看", links, pages)
    assert scored(post) == scored(msgspec.structs.replace(post, pages=pages[::-1]))


def test_ids_times_and_accounts_move_nothing() -> None:
    for post in POSTS[:100]:
        bare = Post("other", "somebody", post.text, post.links, post.pages)
        assert DETECTOR.score(bare) == DETECTOR.score(post)


DIRECT = "https://weidian.com/item.html?itemID=4810925731"
THROUGH_AGENT = "https://www.pandabuy.com/product?url=https%3A%2F%2Fweidian.com%2Fitem.html%3FitemID%3D4810925731"


def test_the_order_of_two_spellings_moves_nothing() -> None:
    one = Post("p", "a", "好物", (DIRECT, THROUGH_AGENT))
    assert scored(one) == scored(Post("p", "a", "好物", (THROUGH_AGENT, DIRECT)))


@pytest.mark.parametrize("url", ["https://rozetka.com.ua/mall/sale", "https://outlet-gucci.example/catalog"])
def test_a_link_weighs_the_same_in_the_text_and_beside_it(url: str) -> None:
    assert scored(Post("p", "a", "看看", (url,))) == scored(Post("p", "a", f"看看 {url}"))


def test_a_tracking_tail_inside_the_text_moves_nothing() -> None:
    plain = scored(Post("p", "a", "看看 https://shop.example/"))
    assert scored(Post("p", "a", "看看 https://shop.example/?utm_source=sale")) == plain
