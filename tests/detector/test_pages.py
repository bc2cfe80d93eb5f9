from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.amounts import read_number
from detector.page_cost import MAX_COST, parse_cost
from detector.pages import MAX_ACCEPTED, MAX_READ, read_page
from detector.types import PageReading, PageSnapshot

WORDS = "欢迎来到本店，全部商品现货发售，支持七天无理由退换，请放心购买，谢谢您的光临。"
DATA = Path(os.environ.get("DAJIA_REAL_DATA") or Path(__file__).parents[3] / "shared" / "data") / "product_pages"


def read(html: str | bytes, url: str = "https://shop.example/item", content_type: str | None = None) -> PageReading:
    return read_page(PageSnapshot(url, html, content_type))


def shown(body: str, head: str = "") -> PageReading:
    return read(f"<!doctype html><html lang=zh-CN><head>{head}</head><body>{body}<p>{WORDS}</p></body></html>")


def test_reads_title_description_and_language() -> None:
    page = shown("", "<title> LV \n 包包 </title><meta name=description content='专柜品质'>")
    assert (page.title, page.description, page.language, page.problem) == ("LV 包包", "专柜品质", "zh-CN", None)


def test_takes_the_title_of_the_preview_where_there_is_no_other() -> None:
    assert shown("", "<meta property='og:title' content='LV'>").title == "LV"


def test_reads_only_what_a_visitor_sees() -> None:
    hidden = (
        "<script>one</script><style>two</style><noscript>three</noscript><template>four</template>"
        "<p hidden>five</p><p style='display: none'>six <b>seven</b></p><!-- eight -->"
    )
    assert shown(f"{hidden}<p>A<b>B</b></p><p>C\n\n D</p>").text == f"AB C D {WORDS}"


def test_cuts_the_text() -> None:
    assert len(shown("字 " * 50_000).text) == 20_000


def test_reads_gbk_bytes_with_a_wrong_declaration() -> None:
    page = read(
        f"<meta charset=utf-8><title>包</title><p>{WORDS}</p>".encode("gbk"), content_type="text/html; charset=utf-8"
    )
    assert (page.text, page.charset) == (WORDS, "gb18030")


@pytest.mark.parametrize(
    ("body", "amount", "currency"),
    [
        ("<h1>包</h1><del>¥3200</del><span class=price>¥298.00</span>", 298, "CNY"),
        ("<h1>包</h1><span class='price'>¥298</span><span class='old-price'>¥3200</span>", 298, "CNY"),
        ("<h1>包</h1><div class=price-box><s>¥900</s> <b>¥298</b></div>", 298, "CNY"),
        ("<h1>包</h1><b id=price>US $45.50</b>", 45.5, "USD"),
        ("<h1>包</h1><p>特价298元，原装</p>", 298, "CNY"),
        ("<p class=price>¥5</p><h1>包</h1><p class=price>¥298</p>", 298, "CNY"),
        ("<h1>包</h1><button data-price='298.00'>购买</button>", 298, "CNY"),
        ("<h1>包</h1><p class=price>¥12<sup>99</sup></p>", 12.99, "CNY"),
        ("<h1>包</h1><p class=shipping-price>¥10</p><p class=price>¥298</p>", 298, "CNY"),
    ],
)
def test_the_first_price_is_the_asked_one(body: str, amount: float, currency: str) -> None:
    first = shown(body).prices[0]
    assert (first.amount, first.currency, first.span) == (amount, currency, None)


def test_a_crossed_out_price_is_the_former_one() -> None:
    prices = shown("<h1>包</h1><del class=price>¥3200</del><span class=price>¥298</span>").prices
    assert [(price.amount, price.role) for price in prices][-1] == (3200, "list")


def test_the_price_shown_outweighs_markup_that_the_page_crosses_out() -> None:
    markup = (
        '<script type="application/ld+json">{"@type":"Product","offers":{"price":3200,"priceCurrency":"CNY"}}</script>'
    )
    prices = shown(f"{markup}<h1>包</h1><del>¥3200</del><b class=price>¥298</b>").prices
    assert [(price.amount, price.role) for price in prices] == [(298, "unknown"), (3200, "list")]


def test_a_page_without_prices_has_none() -> None:
    assert shown("<h1>2026</h1><p>第12页 2025-11-23</p>").prices == ()


def test_names_ways_to_pay() -> None:
    page = shown("支付宝 微信支付 西联汇款 货到付款 USDT <img src=/i/visa.svg> <img alt=PayPal src=p.png>")
    assert set(page.payments) == {"alipay", "wechat_pay", "western_union", "cod", "crypto", "card", "paypal"}


def test_an_entry_visa_is_no_card() -> None:
    assert shown("How to get a travel visa").payments == ()


def test_names_policies_by_links_and_headings() -> None:
    page = shown(
        "<a href=/privacy-policy>x</a><a href=/a>退换货政策</a><h3>Terms of service</h3><a href=/impressum>i</a>"
    )
    assert page.policies == ("returns", "privacy", "terms", "imprint")


def test_reads_who_stands_behind_a_page() -> None:
    page = shown("<a href='https://beian.miit.gov.cn'>京ICP备12345678号-1</a> © 2026 Foo Trading Ltd")
    assert (page.icp, page.company) == ("京ICP备12345678号-1", "Foo Trading Ltd")
    assert shown("版权所有 广州某某贸易有限公司").company == "广州某某贸易有限公司"


def test_takes_profiles_and_leaves_share_buttons() -> None:
    page = shown(
        "<a href='https://www.facebook.com/sharer/sharer.php?u=x'>f</a><a href='https://instagram.com/'>i</a>"
        "<a href='https://www.instagram.com/foo.shop/'>i</a><a href='https://twitter.com/intent/tweet'>t</a>"
    )
    assert page.social_links == ("https://www.instagram.com/foo.shop",)


def test_finds_contacts_in_links_and_words() -> None:
    page = shown(
        "<a href='https://wa.me/8613800138000'>chat</a><a href='mailto:A@foo.example?subject=x'>m</a>"
        "<a href='tel:+44 20 7946 0000'>t</a>"
        "<p>微信：abc12345</p>"
    )
    found = {(contact.kind, contact.value, contact.span) for contact in page.contacts}
    assert found >= {
        ("whatsapp", "8613800138000", None),
        ("email", "a@foo.example", None),
        ("phone", "+442079460000", None),
        ("wechat", "abc12345", None),
    }


@pytest.mark.parametrize(
    ("body", "jumps"),
    [
        ("<script>window.location.href='https://other.example/'</script>", True),
        ("<script>location.replace('https://other.example/')</script>", True),
        ("<meta http-equiv=refresh content='0;url=https://other.example/'>", True),
        ("<meta http-equiv=refresh content='300'>", False),
        ("<script>function buy(){location.href='/cart'}" + "var a=1;" * 200 + "</script>", False),
        ("<script>if(location.href=='x'){}</script>", False),
        ("", False),
    ],
)
def test_tells_a_page_that_sends_its_reader_elsewhere(body: str, jumps: bool) -> None:
    assert shown(body + "<p>" + WORDS * 5).script_redirect is jumps


def test_counts_what_the_page_is_made_of() -> None:
    page = shown("<img alt='LV 包' src=a><img src=b><a href=/x>x</a><a name=y>y</a><script></script>")
    assert (page.n_images, page.n_links, page.n_scripts, page.image_alts) == (2, 1, 1, ("LV 包",))
    assert page.n_nodes > 8
    assert 0 < page.text_ratio <= 1


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("", "empty"),
        (b"", "empty"),
        ("<html><body><script>app()</script><div id=root></div></body></html>", "empty"),
        ("<body><img src=a><img src=b>购买", "images_only"),
        ('{"price": 298}', "not_html"),
        (b"%PDF-1.7 ...", "not_html"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not_html"),
        ("just some words", "not_html"),
        ("<title>404 Not Found</title><h1>Not Found</h1><p>The page is not here.", "error_page"),
        ("<title>Just a moment...</title><p>Verify you are human by completing the action below.", "error_page"),
        ("<title>访问受限</title><p>抱歉，您的访问受限，请稍后再试，谢谢您的理解", "error_page"),
        (
            "<title>登录</title><form>手机号<input><button>登录</button></form><p>请输入您的手机号码和短信验证码",
            "error_page",
        ),
        (f"<title>Bag 404</title><p>{WORDS}", None),
        (f"<p>{WORDS}", None),
    ],
)
def test_says_why_a_page_cannot_be_judged(body: str | bytes, problem: str | None) -> None:
    assert read(body).problem == problem


def test_believes_the_header_that_says_it_is_no_page() -> None:
    assert read("<p>x", content_type="application/json").problem == "not_html"


def test_reads_the_head_of_a_large_page_and_nothing_of_a_huge_one() -> None:
    large = f"<p>{WORDS}</p>" + "<!-- -->" * (MAX_READ // 8) + "<p>behind</p>"
    assert (read(large).text, read(large).problem) == (WORDS, None)
    assert read(b"a" * (MAX_ACCEPTED + 1)).problem == "too_large"


BOMBS = {
    "nested": "<div>" * 200_000,
    "nested in capitals": "<DiV>" * 200_000,
    "nested and wrongly closed": "<div></p>" * 200_000,
    "lists": "<ul><li>" * 100_000,
    "attributes": "<div " + " ".join(f"a{i}" for i in range(100_000)) + ">",
    "attributes with tags inside": "<div " + " ".join(f'a{i}="<b>"' for i in range(50_000)) + ">",
    "fonts reopened": "".join(f"<font size={i}>" for i in range(2_000)) + "<p>x" * 100_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_refuses_a_bomb(name: str) -> None:
    assert parse_cost(BOMBS[name]) > MAX_COST
    assert read(BOMBS[name]).problem == "too_large"


@pytest.mark.parametrize(
    "html",
    ["<" * 300_000, "<a" * 150_000, "<!--" * 75_000, "<p>" * 50_000, "<script>" * 40_000, "<a \"'" * 60_000,
     "&" * 300_000, "$1" * 150_000, "<title><" * 40_000, "1 " * 150_000,
     "<div itemscope itemprop=price class=price>" * 300, "\x00" * 1000,
     "\ud800<p>\udfff", "v" * 20_000],
)  # fmt: skip
def test_survives_hostile_pages(html: str) -> None:
    assert read("<p>" + html).url
    assert read(("<p>" + html).encode("utf-8", "replace")).url


@given(st.binary(max_size=300), st.none() | st.text(max_size=30), st.text(max_size=30))
def test_never_raises_on_bytes(body: bytes, content_type: str | None, url: str) -> None:
    assert read_page(PageSnapshot(url, b"<html>" + body, content_type)).url == url
    assert read_page(PageSnapshot(url, body, content_type)).url == url


PIECES = ["<div", ">", "<p>", "</p>", "<del>", "price", " class=price", " itemprop=price", " itemscope",
     " content=5", "¥298", "<h1>",
          "<a href=", "'", '"', "<script type=application/ld+json>", '{"@type":"Product",', "</script>", "<table>",
          "<template>", "<svg>", "<sup>", "99", "\x00"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=40))
def test_never_raises_on_broken_markup(pieces: list[str]) -> None:
    page = read("<p>" + "".join(pieces))
    assert all(price.amount > 0 and price.span is None for price in page.prices)


@pytest.mark.needs_data
@pytest.mark.skipif(not DATA.is_dir(), reason="the real product pages are not beside the project")
def test_reads_the_price_of_real_product_pages() -> None:
    truth = json.loads((DATA / "ground_truth.json").read_text(encoding="utf-8"))
    right = read_any = priced = 0
    for path in sorted((DATA / "html").glob("*.html.gz")):
        facts = truth[path.name.removesuffix(".html.gz")]
        true = {read_number(price.strip()) for price in facts.get("price", [])}
        prices = read(gzip.decompress(path.read_bytes()), facts["url"]).prices
        priced += bool(true)
        read_any += bool(prices)
        right += bool(prices) and prices[0].amount in true
    assert right / read_any > 0.75
    assert right / priced > 0.75
