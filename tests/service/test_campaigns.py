"""Targets and accounts are tied by what they have in common, with the reason, as posts and pages come in."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from platform_world import BAG, FINE, SHOE, Platform

from adapters.sql.store import SqlStore
from detector.traits import traits_of_certificate, traits_of_page, traits_of_pictures, traits_of_text
from detector.types import PageSnapshot, Picture
from enforcement.types import NewEntry
from service.campaigns import Campaign, Campaigns, TraitReader, campaign_of
from service.fetch_queue import SeenPage
from service.ties import Ties

BAG_TARGET, SHOE_TARGET = "weidian:item:4371293", "taobao:item:520813250866"
COPY = "高仿包包 专柜品质 每日上新 支持七天退换 一件代发 诚招代理 量大从优 实物拍摄 {}"


class Tied:
    """A platform whose worker ties targets together."""

    def __init__(self, store: SqlStore) -> None:
        self.platform = Platform(store)
        numbers = itertools.count()
        self.campaigns = Campaigns(
            store,
            self.platform.clock,
            lambda: f"c{next(numbers):03}",
            TraitReader(traits_of_text, traits_of_pictures, traits_of_page, traits_of_certificate),
        )

    def post(self, text: str, link: str, account: str = "a1", *, post_id: str | None = None) -> None:
        self.platform.post(post_id or f"p{text}{link}{account}"[:100], account, text=text, links=(link,))

    def work(self) -> None:
        self.platform.clock.time += timedelta(minutes=1)
        while self.campaigns.run_next():
            pass

    def of(self, target: str) -> Campaign | None:
        with self.platform.store.begin(write=False) as work:
            return campaign_of(work, target)

    def see_page(self, target: str, html: str, certificate: dict[str, object] | None = None) -> None:
        """As a visit would leave it."""
        stream, now = f"target:{target}", self.platform.clock.now()
        with self.platform.store.begin() as work:
            work.put_page(SeenPage(target, f"v{target}", PageSnapshot(f"https://{target}/", html, "text/html")))
            line = NewEntry(stream, "page_visited", now, {"verdict": "hold", "certificate": certificate})
            work.append([line], heads={stream: len(work.entries(stream))}, now=now)


@pytest.fixture
def tied(store: SqlStore) -> Tied:
    return Tied(store)


def test_the_same_contact_ties_two_targets(tied: Tied) -> None:
    tied.post("高仿包包 微信 lv8888", BAG)
    tied.post("鞋子也是高仿的哦 加V：LV8888", SHOE, "a2")
    tied.work()
    found = tied.of(BAG_TARGET)
    assert found is not None
    assert found.targets == (SHOE_TARGET, BAG_TARGET)
    assert [(one.kind, "8888" in one.evidence) for one in found.shared] == [("contact", True)]
    assert tied.of(SHOE_TARGET) == found


def test_copies_of_a_picture_tie_two_targets(tied: Tied) -> None:
    pdq = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
    tied.platform.post("p1", "a1", links=(BAG,), pictures=(Picture("", (), pdq),))
    tied.platform.post("p2", "a2", links=(SHOE,), pictures=(Picture("", (), pdq[:-1] + "3"),))
    tied.work()
    found = tied.of(BAG_TARGET)
    assert found is not None
    assert [one.kind for one in found.shared] == ["picture"]


def test_nearly_the_same_words_tie_two_targets(tied: Tied) -> None:
    tied.post(COPY.format("今天"), BAG)
    tied.post(COPY.format("明天"), SHOE, "a2")
    tied.work()
    found = tied.of(BAG_TARGET)
    assert found is not None
    assert [one.kind for one in found.shared] == ["words"]


def test_what_is_allowed_or_only_talked_about_ties_nothing(tied: Tied) -> None:
    tied.post(f"{FINE} 微信 lv8888", BAG)
    tied.post("高仿包包 微信 lv8888", SHOE, "a2")
    tied.post("高仿包包 微信 other99", "https://alone.example/", "a3")
    tied.work()
    assert [tied.of(t) for t in (BAG_TARGET, SHOE_TARGET, "shop:alone.example")] == [None] * 3


def test_a_campaign_keeps_its_id_when_it_grows_and_two_become_one(tied: Tied) -> None:
    for number, (contact, link) in enumerate(
        [("aaaa1111", "1"), ("aaaa1111", "2"), ("bbbb2222", "3"), ("bbbb2222", "4")]
    ):
        tied.post(f"高仿 {number} 微信 {contact}", f"https://shop{link}.example/", f"a{number}")
    tied.work()
    first, second = tied.of("shop:shop1.example"), tied.of("shop:shop3.example")
    assert first is not None
    assert second is not None
    assert (len(first.targets), len(second.targets)) == (2, 2)
    tied.post("高仿 微信 aaaa1111 或 QQ号 微信 bbbb2222", "https://shop5.example/", "a9")
    tied.work()
    one = tied.of("shop:shop4.example")
    assert one is not None
    assert (one.campaign, len(one.targets)) == (first.campaign, 5)


def test_each_post_is_read_once_and_not_before_it_has_settled(tied: Tied) -> None:
    tied.post("高仿包包 微信 lv8888", BAG)
    assert not tied.campaigns.run_next(), "a post that is slow to commit would be passed over"
    tied.platform.clock.time += timedelta(minutes=1)
    assert tied.campaigns.run_next()
    assert not tied.campaigns.run_next()


def test_the_order_in_which_posts_come_changes_nothing(store: SqlStore) -> None:
    tied = Tied(store)
    texts = {
        "1": "高仿 微信 aaaa1111",
        "2": "高仿 微信 aaaa1111 微信 bbbb2222",
        "3": "高仿 微信 bbbb2222",
        "4": "高仿 微信 cccc3333",
    }
    for name in ("3", "1", "4", "2"):
        tied.post(texts[name], f"https://shop{name}.example/", f"a{name}")
    tied.work()
    found = tied.of("shop:shop1.example")
    assert found is not None
    assert found.targets == ("shop:shop1.example", "shop:shop2.example", "shop:shop3.example")
    assert tied.of("shop:shop4.example") is None


def test_pages_of_shops_are_tied_and_those_of_marketplaces_are_not(tied: Tied) -> None:
    script = "<script>var _hmt; s.src='https://hm.baidu.com/hm.js?0123456789abcdef0123456789abcdef'</script>"
    for target in ("shop:one.example", "shop:two.example", BAG_TARGET):
        tied.see_page(
            target, f"<html><title>{target}</title><body>{script}<p>{target} 的小店，欢迎光临</p></body></html>"
        )
    tied.work()
    found = tied.of("shop:one.example")
    assert found is not None
    assert found.targets == ("shop:one.example", "shop:two.example")
    assert [(one.kind, one.evidence) for one in found.shared] == [("id", "0123456789abcdef0123456789abcdef")]


def _built(words: str, maker: str = "x") -> str:
    """A page that somebody built by hand, with words of its own."""
    parts = "".join(f"<div class='{maker}-{n * 'a'}'><p class='{maker}'>{words} {n}</p></div>" for n in range(1, 30))
    return f"<html><title>{words}</title><body>{parts}</body></html>"


def test_pages_that_are_built_the_same_way_are_tied_whatever_they_say(tied: Tied) -> None:
    tied.see_page("shop:one.example", _built("手表现货，欢迎选购，支持货到付款"))
    tied.see_page("shop:two.example", _built("Running shoes in every size, shipped worldwide"))
    tied.see_page("shop:other.example", _built("手工皂与蜡烛，家里做的，量不多", "y"))
    tied.work()
    found = tied.of("shop:one.example")
    assert found is not None
    assert found.targets == ("shop:one.example", "shop:two.example")
    assert [one.kind for one in found.shared] == ["shape"]
    assert tied.of("shop:other.example") is None


def test_a_shape_that_many_have_is_a_template_and_ties_no_more(tied: Tied, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.campaigns.COMMON", 2)
    for name, words in (("a", "手表"), ("b", "running shoes"), ("c", "手工皂与蜡烛")):
        tied.see_page(f"shop:{name}.example", _built(words))
        tied.work()
    assert tied.of("shop:a.example") == tied.of("shop:b.example")
    assert tied.of("shop:c.example") is None


@pytest.mark.parametrize(
    ("names", "is_tied"),
    [
        (["one.example.com", "*.bags.net", "bags.net"], True),
        (["shops.com", "*.shops.com"], False),
        (["one.com", "two.com", "sni.cloudflaressl.com"], False),
        ([f"customer{n}.com" for n in range(21)], False),
        ([], False),
    ],
    ids=["two sites", "one platform", "a network's", "a host of many", "none"],
)
def test_a_certificate_ties_the_few_sites_that_it_stands_for(tied: Tied, names: list[str], is_tied: bool) -> None:
    certificate = {"sha256": "ab" * 32, "names": names}
    tied.see_page("shop:one.example", "<p>手表现货，欢迎选购</p>", certificate)
    tied.see_page("shop:two.example", "<p>Running shoes for all</p>", certificate)
    tied.work()
    found = tied.of("shop:one.example")
    assert (found is not None) is is_tied
    if found is not None:
        assert [(one.kind, one.evidence) for one in found.shared] == [("certificate", "example.com, bags.net")]


def test_accounts_are_tied_by_a_contact_though_they_shared_no_target(tied: Tied) -> None:
    tied.post("高仿包包 微信 lv8888", BAG)
    tied.post("鞋子也是高仿的哦 加V：LV8888", SHOE, "a2")
    tied.post("高仿 微信 other99", "https://alone.example/", "a3")
    tied.work()
    (tie,) = Ties(tied.platform.store).of("a1")
    assert (tie.account_id, tie.wants_review, [reason.kind for reason in tie.reasons]) == ("a2", True, ["contact"])
    assert Ties(tied.platform.store).of("a3") == []
    assert tied.platform.account_actions("a2") == [], "a tie is no ground for anything"
