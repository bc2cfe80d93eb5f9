"""The stories of the product, from a post to a verdict with its reasons, on the shipped model."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.artefact import load_card, load_model, newest_model
from detector.explain import MAX_REASONS, SMALLEST
from detector.features import REGISTRY
from detector.samples import load_samples
from detector.score import MAX_LINKS, Detector, highest
from detector.types import LinkVerdict, PageSnapshot, Post

DETECTOR = Detector(load_model(newest_model()))
PREVALENCE: float = load_card(newest_model())["prevalence"]
ITEM = "https://weidian.com/item.html?itemID=4810925731"
NEWS = "https://news.example/2026/11/14"
SHOP_WORDS = "<p>欢迎来到本店，全部商品现货，请放心购买，谢谢您的光临。</p>" * 5
COPIES_WORDS = "<p>LV 高仿 一件代发 微信：lv8888</p><p class=price>¥298</p>"
COPIES = f"<html><title>LV包包 高仿</title><body>{SHOP_WORDS}{COPIES_WORDS}</body>"
HANDMADE = f"<html><title>木子手作</title><body>{SHOP_WORDS}<p>纯手工 原创设计</p><p class=price>¥298</p></body>"


def verdicts(text: str = "", *links: str, pages: tuple[PageSnapshot, ...] = ()) -> list[LinkVerdict]:
    return DETECTOR.score(Post("p1", "a1", text, links, pages))


def one(text: str = "", *links: str, pages: tuple[PageSnapshot, ...] = ()) -> LinkVerdict:
    (verdict,) = verdicts(text, *links, pages=pages)
    return verdict


# Copies


@pytest.mark.parametrize(
    "text",
    [
        "LV包包298元",
        "L\u200bV包包298元",
        "ＬＶ包包２９８元",
        "驴牌包包 298包邮",
        "LV包包二九八元",
        "LV neverfull 原价12000 现价298元",
    ],
)
@pytest.mark.parametrize("link", [ITEM, ""])
def test_a_price_alone_goes_to_people_at_least(text: str, link: str) -> None:
    assert one(text, *filter(None, [link])).verdict != "allow"


def test_names_the_price_first_and_shows_where_it_stands() -> None:
    verdict = one("LV包包298元，专柜品质，加V信", ITEM)
    assert verdict.verdict == "hold"
    first = verdict.reasons[0]
    assert (first.code, first.span, first.evidence) == ("price.far_below_reference", (4, 8), "298元")
    assert first.zh == "标价 298 元，Louis Vuitton手袋参考价不低于 8,000 元"
    assert first.en == "Priced at CNY 298; Louis Vuitton bags start at CNY 8,000"


@pytest.mark.parametrize(
    "text",
    [
        "LV包包298元 专柜品质 加V信 lv8888",
        "L\u200bV包包298元 专柜品质",
        "ＬＶ包包２９８元 专柜品质",
        "驴牌包包 298包邮 高仿 加V信 lv8888",
        "LV包包二九八元，一比一，加V信 lv8888",
        "LV bag $40, 1:1, DM for catalog",
        "LV老花包 顶级复刻 1：1 专柜品质 三位数 加V信 lv8888",
        "Gucci包包 高仿 280元 一件代发 微信：bag8888",
        "1:1 Gucci belt $25 dm me",
        "Rolex super clone watch $199 whatsapp +8613800138000",
    ],
)
def test_holds_offers_of_copies(text: str) -> None:
    assert one(text, ITEM).verdict == "hold"


@pytest.mark.parametrize(
    "text",
    [
        *("高仿LV包包", "A货手表 劳力士 加微信", "原单爱马仕 支持验货", "懂的来 驴家新款 私聊"),
        *("名牌包包厂家直销 招代理", "replica Louis Vuitton bags for sale"),
        pytest.param(
            "cheap ugg boots outlet online",
            marks=pytest.mark.xfail(reason="Outlets write so too; a host that names the brand sends it to people."),
        ),
    ],
)
def test_does_not_allow_an_offer_that_says_what_it_is(text: str) -> None:
    """Also without a price: there is then too little to hide the link before a person has looked."""
    assert one(text, ITEM).verdict != "allow"


@pytest.mark.parametrize("text", ["LV包包298元 专柜品质 加V信 lv8888", "LV包包298元，专柜品质，加V信"])
def test_holds_an_offer_without_a_link(text: str) -> None:
    verdict = one(text)
    assert (verdict.link, verdict.verdict) == (None, "hold")


# Honest people


HONEST = [
    ("手工包包298元", ITEM),
    ("纯手工真皮包包298元，自己做的", ITEM),
    ("帆布包298元包邮", ITEM),
    ("LV neverfull 专柜购入，15,000元，有发票", ITEM),
    ("LV neverfull 15,000元", ITEM),
    ("二手LV neverfull 6800元，2021年专柜购入，有小票和防尘袋", ITEM),
    ("95新 LV neverfull 6800 带小票，支持面交", ITEM),
    ("警惕！这家店全是假货，LV包包298元，别买", ITEM),
    ("千万别信298元的LV包包，都是高仿，我上当了", ITEM),
    ("警方查获高仿LV包包300件，涉案298万元", NEWS),
    ("海关查获假冒LV手袋，每个售价298元，嫌疑人被刑拘", NEWS),
    ("警方查获假LV包包，每只298元，线索电话 010-12345678", NEWS),
    ("LV包包维修保养，清洗补色298元起", "https://repair.example/"),
    ("LV包包翻新维修298元，微信 lvfix88", "https://repair.example/"),
    ("LV包包换拉链 80元", "https://repair.example/"),
    ("请问这个LV包包298元是真的吗？求鉴定", ITEM),
    ("如何鉴别A货LV包包", "https://blog.example/"),
    ("Is this Gucci bag for $60 real or fake?", ITEM),
    ("LV包包怎么这么贵", ""),
    ("今天天气不错", ""),
    ("复刻版CD 60元", "https://music.example/"),
    ("1:1模型 劳斯莱斯 手办 298元", ITEM),
    ("LV官网新品上市", "https://www.louisvuitton.com/"),
]


@pytest.mark.parametrize(("text", "link"), HONEST)
def test_allows_honest_people(text: str, link: str) -> None:
    assert one(text, *filter(None, [link])).verdict == "allow"


@pytest.mark.parametrize(
    "text",
    [
        "警方从源头捣毁制假窝点，查获假冒LV包包，售价仅298元",
        "警方通报：嫌疑人批发假LV包包，每个298元",
        "法院判决：售假LV包包每个298元，代理律师称将上诉",
    ],
)
def test_does_not_hold_news_with_sellers_words(text: str) -> None:
    assert one(text, NEWS).verdict != "hold"


@pytest.mark.parametrize(
    "text",
    [
        "背着LV包包去吃饭花了298元",
        "买了个LV包包，快递费298元",
        "LV包包丢了，赏金298元",
    ],
)
def test_does_not_hold_another_things_price(text: str) -> None:
    assert one(text).verdict != "hold"


# Links alone


BARE = [
    "https://weidian.com/?userid=1713062461", ITEM, "https://item.taobao.com/item.htm?id=520813250866",
    "https://example.com/",
    "https://mulan.example/", "https://www.etsy.com/listing/1", "https://大牌.example/", "http://203.0.113.7/x",
    "https://shop168.com/", "https://averylongnameforashop.com/", "https://muzi.myshopify.com/products/bag",
]  # fmt: skip


@pytest.mark.parametrize("url", BARE)
def test_a_link_without_evidence_stays_near_the_prevalence(url: str) -> None:
    verdict = one("", url)
    assert verdict.verdict == "allow"
    assert PREVALENCE / 3 <= verdict.counterfeit_probability <= PREVALENCE * 3


@pytest.mark.parametrize("url", ["https://my-little-shop.com/", "https://the-old-mill-tea-house.co.uk/"])
def test_hyphens_alone_stay_near_the_prevalence(url: str) -> None:
    assert one("", url).counterfeit_probability <= PREVALENCE * 3


WORST_HOSTS = [
    "guccioutlet--online.org", "replica-bags-aaa-louisvuitton-outlet-cheap-sale.ru", "cheap-nfl-jerseys-outlet.us",
    "rolex-replica-watches-aaa.net", "xn--gucci-n5f.com", "louisvuitton-outlet-store-sale.com",
    "fake-gucci-shop.example",
    "chanel-handbags-cheap-online.example", "yeezy-reps-shop.example", "aaa-superclone.example",
]  # fmt: skip


@pytest.mark.parametrize("host", WORST_HOSTS)
@pytest.mark.parametrize("path", ["", "/handbags-c-12.html", "/index.php?main_page=product&products_id=1"])
def test_a_link_alone_is_never_held(host: str, path: str) -> None:
    verdict = one("", f"https://{host}{path}")
    assert verdict.verdict in {"allow", "review"}


def test_a_brand_and_a_bargain_in_a_foreign_host_are_looked_at() -> None:
    assert one("", "https://guccioutlet--online.org/").verdict == "review"


def test_a_link_alone_is_never_held_where_it_is_the_whole_text() -> None:
    url = "https://replica-bags-aaa-louisvuitton-outlet-cheap-sale.ru/handbags-c-12.html"
    assert one(url).verdict != "hold"


def test_a_brands_own_site_is_below_the_prevalence() -> None:
    assert one("", "https://www.louisvuitton.com/").counterfeit_probability < PREVALENCE


# Short links and pages


@pytest.mark.parametrize("url", ["https://t.cn/A6xyz123", "https://bit.ly/3VqTkT9x", "http://dwz.cn/abc123"])
def test_a_bare_short_link_is_not_judged(url: str) -> None:
    verdict = one("", url)
    assert (verdict.verdict, verdict.abstained) == ("allow", True)
    assert verdict.counterfeit_probability == PREVALENCE
    assert [(r.code, r.weight) for r in verdict.reasons] == [("abstain.opaque_link", 0.0)]


def test_a_short_link_under_an_offer_is_held_for_the_offer() -> None:
    verdict = one("LV包包298元，专柜品质，加V信", "https://t.cn/A6xyz123")
    assert (verdict.verdict, verdict.abstained) == ("hold", True)


@pytest.mark.parametrize("body", [b"", b"\x00" * 50, "<img src=a.jpg>" * 30])
def test_a_page_that_cannot_be_read_is_not_judged(body: bytes | str) -> None:
    verdict = one("", ITEM, pages=(PageSnapshot(ITEM, body),))
    assert (verdict.verdict, verdict.abstained) == ("allow", True)
    assert verdict.reasons[0].code.startswith("abstain.page_")
    assert verdict.counterfeit_probability == one("", ITEM).counterfeit_probability


def test_two_links_are_judged_with_their_own_pages() -> None:
    fake, honest = "https://bags.example/1", "https://muzi.example/1"
    pages = (PageSnapshot(honest, HANDMADE), PageSnapshot(fake, COPIES))
    by_url = {v.link.url: v for v in verdicts("", fake, honest, pages=pages) if v.link}
    assert by_url[fake].verdict != "allow"
    assert by_url[honest].verdict == "allow"
    assert by_url[honest].counterfeit_probability < by_url[fake].counterfeit_probability / 10


def test_a_page_is_found_under_another_spelling_of_its_link() -> None:
    page = PageSnapshot("http://BAGS.example/1?utm_source=a", COPIES)
    assert one("", "https://bags.example/1", pages=(page,)).verdict != "allow"


def test_a_page_that_offers_copies_goes_to_people_at_least() -> None:
    url = "https://bags.example/1"
    assert one("", url, pages=(PageSnapshot(url, COPIES),)).verdict != "allow"


def test_the_page_behind_the_only_short_link_is_judged() -> None:
    page = PageSnapshot("https://bags.example/1", COPIES)
    assert one("", "https://t.cn/A6xyz123", pages=(page,)).counterfeit_probability != PREVALENCE


def test_a_page_of_no_link_is_left_out() -> None:
    assert one("好", ITEM, pages=(PageSnapshot("https://other.example/", COPIES),)) == one("好", ITEM)


# Posts


def test_a_post_without_links_is_judged_by_its_text() -> None:
    assert one("今天天气不错").link is None


def test_finds_links_in_the_text() -> None:
    assert [v.link.host for v in verdicts("看 https://a.example/1 和 https://b.example/2") if v.link] == [
        "a.example",
        "b.example",
    ]


def test_counts_a_target_once() -> None:
    spellings = (ITEM, ITEM + "&utm_source=a", ITEM.replace("https", "http"), ITEM)
    assert len(verdicts("看 " + ITEM, *spellings)) == 1


def test_names_links_beyond_the_two_hundredth_but_does_not_judge_them_by_the_text() -> None:
    found = verdicts("LV包包298元，专柜品质，加V信", *(f"https://shop{n}.example/" for n in range(300)))
    assert len(found) == 300
    assert all(v.verdict == "hold" for v in found[:MAX_LINKS])
    assert all(v.verdict == "review" for v in found[MAX_LINKS:])


def test_says_that_links_were_left_out() -> None:
    links = (*(f"https://shop{n}.example/" for n in range(200)), "https://guccioutlet--online.org/")
    found = verdicts("看", *links)
    assert all(v.verdict == "review" and v.reasons[0].code == "abstain.too_many_links" for v in found)
    assert all(v.reasons[:1] != found[0].reasons[:1] for v in verdicts("看", *links[:200]))


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u3000"])
def test_a_blank_text_is_no_evidence(text: str) -> None:
    assert [(v.verdict, v.counterfeit_probability) for v in verdicts(text)] == [("allow", PREVALENCE)]


def test_the_highest_link_is_the_posts_probability() -> None:
    found = verdicts("", ITEM, "https://guccioutlet--online.org/")
    assert highest(found) == max(v.counterfeit_probability for v in found) > 0.1
    assert highest([]) == 0.0


# Reasons


def test_reasons_are_written_in_both_languages_and_ranked() -> None:
    for post in load_samples().posts:
        for verdict in DETECTOR.score(post):
            weighed = [r for r in verdict.reasons if not r.code.startswith("abstain.")]
            assert len(weighed) <= MAX_REASONS == 8
            assert all(abs(r.weight) >= SMALLEST for r in weighed)
            assert [abs(r.weight) for r in weighed] == sorted((abs(r.weight) for r in weighed), reverse=True)
            assert all(r.zh and r.en and r.code in REGISTRY and "{" not in r.en for r in verdict.reasons)
            assert verdict.abstained == any(r.code.startswith("abstain.") for r in verdict.reasons)


def test_gives_at_most_eight_reasons() -> None:
    text = "cheap LV Gucci Chanel Hermès 包包298元 高仿 专柜品质 海关罚没 一件代发 懂的私 返利 清仓 三位数 加V信 lv88"
    assert len(one(text, "https://lv-outlet-replica-bags.example/bag-p-12.html").reasons) == 8


def test_a_brace_in_a_host_or_a_text_is_only_a_brace() -> None:
    for text in ("LV{evidence} 高仿 {0} {brand}", "高仿{", "{}高仿} 298元"):
        assert verdicts(text, "https://gucci-{brand}.example/")


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60), st.lists(st.text(max_size=30), max_size=4), st.none() | st.binary(max_size=80))
def test_never_raises_and_gives_probabilities(text: str, links: list[str], body: bytes | None) -> None:
    pages = tuple(PageSnapshot(url, body) for url in links[:2]) if body is not None else ()
    found = verdicts(text, *links, pages=pages)
    assert 1 <= len(found) <= MAX_LINKS
    assert all(0.0 <= v.counterfeit_probability <= 1.0 for v in found)
    assert verdicts(text, *links, pages=pages) == found
