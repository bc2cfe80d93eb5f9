"""One contract for every feature: a new one is tested by being registered."""

from __future__ import annotations

import math
import re
import socket
from collections.abc import Iterator
from string import Formatter
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.artefact import load_model, newest_model
from detector.brands import default_index
from detector.explain import explain
from detector.features import REGISTRY, observe
from detector.features.registry import EXTRACTORS, Feature, Observations, feature
from detector.link_finder import find_links
from detector.links import read_link
from detector.model import Score
from detector.picture_list import PictureList
from detector.reading import Evidence, PageEvidence, TextReading
from detector.samples import load_samples
from detector.score import reader_with
from detector.types import PageSnapshot, Picture, Post
from detector.wording import Pull, Wording, WordingReader

KNOWN = "d6a5" * 16
READER = reader_with(default_index(), PictureList([(KNOWN, "高仿包")]))
MODEL = load_model(newest_model())
WORDING = WordingReader(Wording(("看相册", "小票", "lv", "{e"), (2.0, -2.0, 1.0, 1.0), (3.0, 3.0, 1.0, 1.0)))
FROM_THE_TEXT = {"text", "offer"}
"""Parts whose spans count characters of the post."""


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("A feature opened a socket.")

    monkeypatch.setattr(socket, "socket", refuse)


def evidences(post: Post) -> Iterator[Evidence]:
    """What the detector would look at, link by link."""
    links = [*map(read_link, post.links), *find_links(post.text)]
    text = READER.text(post.text) if post.text else None
    pages = {read_link(page.url).target: READER.page(page) for page in post.pages}
    yield READER.evidence(None, text, None, len(links))
    for link in links[:20]:
        yield READER.evidence(link, text, pages.get(link.target), len(links))


def of(
    text: str = "", url: str = "", page: str = "", n_links: int = 1, pictures: tuple[Picture, ...] = ()
) -> Observations:
    """The features of one example."""
    words = READER.text(text) if text else None
    read: PageEvidence | None = READER.page(PageSnapshot(url or "https://shop.example/", page)) if page else None
    link, shown = read_link(url) if url else None, READER.pictures(pictures)
    return observe(READER.evidence(link, words, read, n_links, pull_of(words), pictures=shown))


def pull_of(text: TextReading | None) -> Pull | None:
    return None if text is None else WORDING.pull(text.read, text.classed)


def everything(observations: Observations) -> Score:
    """A score in which each feature weighs something, so that each reason is written."""
    return Score(
        0.5, 0.0, {name: 1.0 for name in observations if not name.startswith(("abstain.", "picture."))}, "text"
    )


def assert_honours_the_contract(evidence: Evidence) -> None:
    found = observe(evidence)
    assert set(found) <= set(REGISTRY)
    assert observe(evidence) == found
    for name, seen in found.items():
        assert type(seen.value) is float
        assert math.isfinite(seen.value)
        words = {"evidence": seen.evidence or "", **(seen.details or {})}
        assert REGISTRY[name].zh.format(**words)
        assert REGISTRY[name].en.format(**words)
        assert_fits_the_text(evidence, name, found)
    one_by_one = [explain(everything({name: seen}), {name: seen}) for name, seen in found.items()]
    assert [reasons[0].code for reasons in one_by_one] == list(found)


def assert_fits_the_text(evidence: Evidence, name: str, found: Observations) -> None:
    seen = found[name]
    if seen.span is None or REGISTRY[name].part not in FROM_THE_TEXT:
        return
    assert evidence.text is not None
    start, end = seen.span
    original = evidence.text.read.original
    assert 0 <= start < end <= len(original)
    assert original[start:end] == seen.evidence


# What is registered


@pytest.mark.parametrize("one", REGISTRY.values(), ids=list(REGISTRY))
def test_is_described_in_both_languages(one: Feature) -> None:
    assert re.fullmatch(
        r"(url|claim|concept|brand|contact|disguise|price|text|offer|page|wording|stance|picture|abstain)\.[a-z_]+",
        one.name,
    )
    assert one.part in {"url", "text", "offer", "page", "picture"}
    assert one.direction in {"fake", "genuine", "either"}
    assert one.meaning.endswith((".", ")"))
    assert re.search(r"[\u4e00-\u9fff]", one.zh)
    assert not re.search(r"[\u4e00-\u9fff]", one.en)
    assert 0 < one.limit <= 4.5


@pytest.mark.parametrize("one", REGISTRY.values(), ids=list(REGISTRY))
def test_both_languages_fill_known_placeholders(one: Feature) -> None:
    named = {"evidence", "brand", "bargain", "price", "goods", "goods_en", "reference"}
    for reason in (one.zh, one.en):
        assert {field for _, field, _, _ in Formatter().parse(reason) if field is not None} <= named


def test_no_name_is_registered_twice() -> None:
    with pytest.raises(ValueError, match=r"price\.plausible is registered twice"):
        feature("price.plausible", "offer", "Again.", zh="再", en="Again")


def test_missing_evidence_never_weighs() -> None:
    assert not [name for name in MODEL.weights if name.startswith("abstain.")]


@pytest.mark.parametrize("name", sorted(MODEL.weights))
def test_weighs_in_its_direction_and_within_its_limit(name: str) -> None:
    weight, known = MODEL.weights[name], REGISTRY[name]
    assert abs(weight) <= known.limit
    assert known.floor <= weight or known.direction != "fake"
    assert {"fake": weight >= 0, "genuine": weight <= 0, "either": True}[known.direction]


def test_no_view_stretches_a_weight_beyond_its_limit() -> None:
    steepest = max(view.slope_at(raw) for view in MODEL.views.values() for raw in view.raw)
    beyond = [name for name, w in MODEL.weights.items() if abs(w) * steepest > REGISTRY[name].limit + 1e-3]
    assert beyond == []


def test_nothing_known_gives_nothing() -> None:
    assert observe(Evidence()) == {}


# What is emitted, on all kinds of evidence


def test_sample_posts_honour_the_contract() -> None:
    count = 0
    for post in load_samples().posts:
        for evidence in evidences(post):
            assert_honours_the_contract(evidence)
            count += 1
    assert count > 900


def test_what_a_page_says_has_no_place_in_the_post() -> None:
    for snapshot in {page.url: page for post in load_samples().posts for page in post.pages}.values():
        found = observe(READER.evidence(None, None, READER.page(snapshot), 0))
        assert [name for name, seen in found.items() if REGISTRY[name].part == "page" and seen.span] == []


SNIPPETS = [
    "LV包包298元", "专柜品质", "高仿", "加V信 lv8888", "Gucci", "拒绝A货", "𝐋𝐕", "L\u200bV", "二手", "有小票", "三位数",
    "原价3200特价298", "{evidence}", "{0}", "{", "}", "%s", "\x00", "\ud800", "\u202e", "🔥" * 5, "https://guccioutlet--online.org/",
    "https://t.cn/A6x", "<a href='https://x.example'>", "[url=https://x.example]", "¥0", "¥" + "9" * 400, "-1元",
    "1e309元",
    "cheap nfl jerseys", "\n", " ", "警方查获", "1:1", "１：１", "香奶奶", "H\u0301e\u0301rmes", "ﷺ", "驴牌", "'\"\\",
]  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(SNIPPETS), st.text(max_size=20)), max_size=8).map("".join)
ODD_URLS = [
    "", "http://", "https://[::1]/", "https://1.2.3.4/x", "https://xn--/", "https://xn--gcci-0ra.com",
    "javascript:alert(1)",
    "//a.example", "https://a.example:99999/", "http://user:pw@gucci.example/", "https://" + "a" * 300 + ".com",
    "https://gucci-{brand}.example/", "https://gucci.{evidence}.com", "https://a..b", "http://０x7f.1/", "ftp://lv.example",
    "https://t.cn/A6xyz", "https://bit.ly/3abc", "https://x.yupoo.com/albums/1", "https://google.com/url?q=https://gucci-outlet.example/",
    "https://www.louisvuitton.com/", "data:text/html,298", "https://a.example/%ff%00", "\ud800", "https://例え.テスト/",
]  # fmt: skip
URLS = st.one_of(
    st.sampled_from(ODD_URLS),
    st.text(max_size=30),
    st.text(max_size=30).map(lambda tail: f"https://shop.example/{tail}"),
)
MARKUP = [
    "<html>", "<title>", "</title>", "<p>", "<script>", "location.href='x'", "<!--", "<meta charset=gbk>", "西联汇款",
    "微信 lv8888", "LV包包 ¥298", "<img src=a>", '{"@type":"Product","price":"298"}', "\xff", "Gucci", "隐私政策",
    "粤ICP备12345678号",
]  # fmt: skip
BODIES = st.one_of(
    st.binary(max_size=200), st.text(max_size=200), st.lists(st.sampled_from(MARKUP), max_size=30).map("".join)
)


@settings(max_examples=300, deadline=None)
@given(TEXTS, URLS, st.none() | BODIES, st.integers(0, 300))
def test_hostile_evidence_honours_the_contract(text: str, url: str, body: bytes | str | None, n_links: int) -> None:
    link = read_link(url)
    page = None if body is None else READER.page(PageSnapshot(url, body))
    read = READER.text(text)
    for one, other, third in ((link, read, page), (None, read, page), (link, None, page), (link, read, None)):
        assert_honours_the_contract(READER.evidence(one, other, third, n_links, pull_of(other)))


@pytest.mark.parametrize("url", ODD_URLS)
def test_odd_links_honour_the_contract(url: str) -> None:
    assert_honours_the_contract(READER.evidence(read_link(url), READER.text("LV包包298元"), None, 1))


def test_a_long_text_honours_the_contract() -> None:
    for filler in SNIPPETS:
        assert_honours_the_contract(READER.evidence(None, READER.text(filler * 400), None, 0))


def test_each_extractor_adds_and_never_reads_what_others_found() -> None:
    post = Post("p", "a", "LV包包298元 专柜品质 加V信 lv8888", ("https://lv-outlet.example/",))
    for evidence in evidences(post):
        apart: Observations = {}
        for extract in EXTRACTORS:
            alone: Observations = {}
            extract(evidence, alone)
            assert not apart.keys() & alone.keys()
            apart |= alone
        assert apart == observe(evidence)


# One realistic example for each feature


WORDS = "欢迎来到本店，全部商品现货，请放心购买，谢谢您的光临。"
LONG = "Welcome to our shop. Everything that you see here is in stock and leaves us within two days of your order. "


def html(body: str) -> str:
    return f"<!doctype html><html><head><title>店</title></head><body><p>{WORDS}{LONG}</p>{body}</body></html>"


class Shown(NamedTuple):
    text: str = ""
    url: str = ""
    page: str = ""
    n_links: int = 1
    pictures: tuple[Picture, ...] = ()


SHOP = "https://shop.example/"
EXAMPLES = {
    "wording.offer": Shown("喜欢的看相册"),
    "wording.ordinary": Shown("有小票"),
    "concept.likeness": Shown("跟专柜正品分不出"),
    "concept.likeness_en": Shown("even the boutique girl couldn't tell"),
    "concept.passes_checks": Shown("芯片手机一碰跳官网"),
    "concept.papers_to_order": Shown("小票抬头随便写"),
    "concept.rep_jargon": Shown("LJR batch, qc pics first"),
    "concept.version_talk": Shown("市面上三个版本"),
    "concept.name_withheld": Shown("牌子不方便写，懂的来"),
    "concept.hunted": Shown("微信又被封，加备用号"),
    "concept.decoy_listing": Shown("拍运费补差，备注编号"),
    "concept.hidden_shipping": Shown("吊牌另寄，光板发货"),
    "concept.own_filling": Shown("空瓶回收，自己灌"),
    "concept.insider_source": Shown("表哥在海关，罚没的一批"),
    "concept.no_checking": Shown("别拿去专柜比"),
    "concept.price_contrast": Shown("专柜上万，这里一顿饭钱"),
    "concept.recruiting": Shown("招代理，一件代发"),
    "concept.lettered_brand": Shown("h家的小包"),
    "concept.detail_corrected": Shown("五金刻字修正过了"),
    "concept.logo_to_order": Shown("logo后打，要什么标都有"),
    "concept.pay_off_platform": Shown("不走平台，先转一半"),
    "concept.shop_closing": Shown("撤店清仓，全场29元起，仅限今日"),
    "concept.own_purchase": Shown("前年在专柜买的，闲置出"),
    "concept.proof_welcome": Shown("支持专柜验货"),
    "concept.wear": Shown("边角有磨损"),
    "concept.own_brand": Shown("我们自己打版的，没有logo"),
    "concept.authorities": Shown("警方查获假包两千只"),
    "concept.asking": Shown("这家是正品吗，求鉴定"),
    "concept.was_cheated": Shown("收到假货，客服拉黑我"),
    "concept.errand": Shown("人在东京，明天免税店，小票跟货"),
    "concept.repairing": Shown("皮具护理，包包补色"),
    "concept.fits_with": Shown("适用苹果手表的表带"),
    "concept.model_or_reissue": Shown("1:18合金车模"),
    "concept.official_event": Shown("到店有礼，会员积分翻倍"),
    "concept.refuses_copies": Shown("拒绝高仿"),
    "brand.none": Shown("毛呢大衣 269 现货"),
    "offer.copy_beside_brand": Shown("高仿 LV 包包 现货"),
    "price.dear": Shown("LV neverfull 15,000元"),
    "url.userinfo": Shown(url="https://weidian.com@evil.example/"),
    "url.numeric_host": Shown(url="http://3232235777/"),
    "url.disguised": Shown(url="hxxps://lv-outlet[.]example/"),
    "url.homograph": Shown(url="https://g\u03c5cci-sale.example/"),
    "price.far_below_reference": Shown("LV包包298元"),
    "price.below_reference": Shown("二手LV neverfull 6800元"),
    "price.plausible": Shown("LV neverfull 15,000元"),
    "price.bare_far_below_reference": Shown("LV包包 298"),
    "price.bare_below_reference": Shown("二手LV neverfull 6800"),
    "price.bare_plausible": Shown("LV neverfull 15000"),
    "claim.buying": Shown("求购二手包"),
    "claim.review": Shown("开箱测评"),
    "claim.joke": Shown("笑死"),
    "stance.selling": Shown("LV包包298元"),
    "stance.buying": Shown("求购 gucci 包"),
    "stance.asking": Shown("求鉴定"),
    "stance.warning": Shown("大家警惕假货"),
    "stance.reporting": Shown("警方查获假货"),
    "stance.reviewing": Shown("gucci 开箱测评"),
    "stance.joking": Shown("笑死，我也有 gucci"),
    "offer.cheap_and_telling": Shown("LV包包298元 专柜品质"),
    "offer.brand_and_replica": Shown("LV老花包 高仿 298"),
    "offer.brand_and_grade": Shown("LV包包 专柜品质"),
    "offer.brand_and_contact": Shown("LV包包 加微信 lv8888"),
    "offer.brand_and_hiding": Shown("LV包包 一件代发"),
    "offer.brand_and_bargain": Shown("LV包包 清仓", SHOP),
    "offer.brand_beside_bargain": Shown("welcome to gucci outlet"),
    "offer.same_brand_in_host": Shown("Gucci bag, new", "https://gucci-vip.example/"),
    "offer.brand_by_agent": Shown("Nike Dunk, all sizes", "https://x.yupoo.com/photos/a/albums/1"),
    "offer.agent_below_reference": Shown("LV neverfull 298元", "https://pandabuy.page.link/abc"),
    "offer.nameless_copy": Shown("顶级复刻 380元"),
    "offer.used_with_proof": Shown("二手包包转让，带小票"),
    "offer.talk_only": Shown("警方查获假冒LV手袋"),
    "page.claim_replica": Shown(page=html("高仿")),
    "page.claim_grade": Shown(page=html("专柜品质")),
    "page.claim_smuggled": Shown(page=html("海关罚没")),
    "page.claim_agency": Shown(page=html("一件代发")),
    "page.claim_discreet": Shown(page=html("细节图私")),
    "page.claim_bargain": Shown(page=html("clearance")),
    "page.claim_used": Shown(page=html("二手")),
    "page.claim_handmade": Shown(page=html("纯手工")),
    "page.claim_provenance": Shown(page=html("购物小票")),
    "page.claim_repair": Shown(page=html("维修")),
    "page.claim_report": Shown(page=html("警方查获")),
    "page.claim_official": Shown(page=html("官方旗舰店")),
    "page.brand_named": Shown(page=html("LV包包")),
    "page.price_far_below_reference": Shown(page=html("<h1>LV包包</h1><span class=price>¥298</span>")),
    "page.price_below_reference": Shown(page=html("<h1>LV包包</h1><span class=price>¥6,800</span>")),
    "page.price_plausible": Shown(page=html("<h1>LV包包</h1><span class=price>¥15,000</span>")),
    "page.copy_beside_brand": Shown(page=html("高仿LV包包 298元")),
    "page.brand_beside_bargain": Shown(page=html("Louis Vuitton outlet")),
    "page.ideas_of_sellers_of_copies": Shown(page=html("带芯片，扫码显示正品")),
    "page.ideas_of_honest_people": Shown(page=html("皮具护理，换电池")),
    "page.cheap_and_telling": Shown(page=html("<h1>LV包包</h1><span class=price>¥298</span><p>微信：lv8888</p>")),
    "page.contact_messenger": Shown(page=html("微信：lv8888")),
    "page.policies": Shown(page=html("<a href=/privacy>隐私政策</a>")),
    "page.no_policies": Shown(page=html("<span class=price>¥298</span>")),
    "page.registered": Shown(page=html("粤ICP备12345678号")),
    "page.social_links": Shown(page=html("<a href='https://www.instagram.com/muzi.bags'>Instagram</a>")),
    "page.risky_payment": Shown(page=html("<p>Payment: Western Union</p>")),
    "page.script_redirect": Shown(page=html("<script>window.location.href='https://x.example/'</script>")),
    "abstain.page_unreadable": Shown(page=" "),
    "abstain.page_images_only": Shown(page="<html><body>" + "<img src=a.jpg>" * 20 + "</body></html>"),
    "claim.replica": Shown("高仿包"),
    "claim.grade": Shown("纯原鞋"),
    "claim.retro": Shown("复刻版CD"),
    "claim.smuggled": Shown("海关罚没的货"),
    "claim.agency": Shown("诚招代理"),
    "claim.discreet": Shown("懂的私"),
    "claim.haul": Shown("my haul and spreadsheet"),
    "claim.bargain": Shown("全场清仓"),
    "claim.authentic": Shown("保真"),
    "claim.provenance": Shown("专柜购入"),
    "claim.used": Shown("九成新"),
    "claim.handmade": Shown("纯手工"),
    "claim.report": Shown("警方通报"),
    "claim.question": Shown("求鉴定"),
    "claim.warning": Shown("大家避雷"),
    "claim.official": Shown("官方旗舰店"),
    "claim.repair": Shown("皮具养护"),
    "claim.model_toy": Shown("手办到了"),
    "claim.denied": Shown("不卖A货"),
    "brand.slang": Shown("驴牌到货"),
    "brand.many": Shown("LV Gucci Chanel Hermès 都有"),
    "brand.repeated": Shown("gucci bags gucci shoes gucci belts gucci"),
    "contact.off_platform": Shown("微信 lv8888"),
    "contact.asked": Shown("喜欢的加V信"),
    "disguise.offer": Shown("加V信 lv8888"),
    "disguise.elsewhere": Shown("𝓱𝓮𝓵𝓵𝓸 大家好"),
    "price.vague": Shown("三位数拿走"),
    "text.many_links": Shown("看这些", SHOP, n_links=5),
    "abstain.too_many_links": Shown("看这些", SHOP, n_links=201),
    "text.marked_up_links": Shown('<a href="https://x.example/">bags</a>'),
    "url.brand_in_foreign_host": Shown(url="https://gucci-bags.example/"),
    "url.brand_and_bargain_host": Shown(url="https://guccioutlet--online.org/"),
    "url.brand_named_site": Shown(url="https://www.casio.co.rs/"),
    "url.brand_own_site": Shown(url="https://www.louisvuitton.com/"),
    "url.bargain_host": Shown(url="https://cheap-things.example/"),
    "url.replica_host": Shown(url="https://replica-store.example/"),
    "url.replica_goods_host": Shown(url="https://replica-handbags.example/"),
    "url.goods_host": Shown(url="https://handbags.example/"),
    "url.many_hyphens": Shown(url="https://my-little-shop.com/"),
    "url.digits_in_host": Shown(url="https://shop168.com/"),
    "url.long_host": Shown(url="https://averylongnameforashop.com/"),
    "url.shop_software_path": Shown(url="https://shop.example/bag-p-12.html"),
    "url.album": Shown(url="https://lv88.x.yupoo.com/albums/172903345"),
    "url.agent": Shown(url="https://www.pandabuy.com/product?url=https%3A%2F%2Fweidian.com%2Fitem.html%3FitemID%3D48109257"),
    "abstain.opaque_link": Shown(url="https://t.cn/A6xyz123"),
    "abstain.pictures_only": Shown(url=SHOP, pictures=(Picture(),)),
    "picture.known_copy": Shown("包包", SHOP, pictures=(Picture(pdq=KNOWN),)),
    "url.ip_host": Shown(url="http://203.0.113.7/bags"),
    "url.homograph_brand": Shown(url="https://xn--" + "guccі".encode("punycode").decode() + ".com/"),
}  # fmt: skip


@pytest.mark.parametrize("name", REGISTRY)
def test_is_seen_in_its_example(name: str) -> None:
    assert name in of(*EXAMPLES[name])


def test_every_example_is_of_a_feature() -> None:
    assert set(EXAMPLES) == set(REGISTRY)


@pytest.mark.parametrize("name", sorted(REGISTRY.keys() - {"brand.none"}))
def test_is_not_seen_where_nothing_is_said(name: str) -> None:
    assert name not in of("今天天气不错", "https://mulan.example/", html("<a href=/about>关于</a>"))
