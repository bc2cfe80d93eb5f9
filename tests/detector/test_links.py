"""Every variant of a link has one name, and nothing that anybody writes makes the reader fail."""

from __future__ import annotations

import base64
import json
from importlib.resources import files
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import wild_rows

from detector.link_finder import MAX_LINKS, find_links
from detector.links import read_link

WEIDIAN = "https://weidian.com/item.html?itemID=4371293"
TAOBAO = "https://item.taobao.com/item.htm?id=520813250866"
SHOP = "https://lv-outlet.example/"
W = "weidian:item:4371293"
T = "taobao:item:520813250866"
S = "shop:lv-outlet.example"
QW = quote(WEIDIAN, safe="")
QT = quote(TAOBAO, safe="")
QS = quote(SHOP, safe="")
B64 = base64.urlsafe_b64encode(WEIDIAN.encode()).decode()

TARGETS = [
    # Weidian
    (WEIDIAN, W),
    ("http://weidian.com/item.html?itemID=4371293", W),
    ("https://www.weidian.com/item.html?itemID=4371293", W),
    ("https://m.weidian.com/item.html?itemID=4371293", W),
    ("weidian.com/item.html?itemID=4371293", W),
    ("//weidian.com/item.html?itemID=4371293", W),
    ("WEIDIAN.COM/item.html?itemID=4371293", W),
    ("https://weidian.com./item.html?itemID=4371293", W),
    ("https://weidian.com:443/item.html?itemID=4371293", W),
    ("http://weidian.com:443/item.html?itemID=4371293", W),
    ("weidian.com:80/item.html?itemID=4371293", W),
    ("https://weidian.com/item.html?itemId=4371293", W),
    ("https://weidian.com/item.html?spm=a1z&itemID=4371293&wfr=c", W),
    ("https://weidian.com/item.html?itemID=4371293#reviews", W),
    ("https://weidian.com/item.html?itemID=04371293", W),
    ("https://weidian.com/item.html?itemID=4371293。", W),
    ("https://weidian.com/item.html?itemID=4371293这个", W),
    ("https://weidian.com/item.html?itemID= 4371293", W),
    ("https://weidian.com/item.html?itemID=４３７１２９３", W),
    ("https://weidian.com/item.html?itemID=437\u200b1293", W),
    ("https://weidian.com/item.html?itemID=4371293\u200b", W),
    ("「https://weidian.com/item.html?itemID=4371293」", W),
    ("https://weidian.com/item.html?a=1&amp;itemID=4371293", W),
    ("https://shop1.v.weidian.com/item.html?itemID=4371293", W),
    ("https:\\\\weidian.com\\item.html?itemID=4371293", W),
    ("https:/weidian.com/item.html?itemID=4371293", W),
    ("https://weidian.com//item.html?itemID=4371293", W),
    ("https://%77eidian.com/item.html?itemID=4371293", W),
    ("ｈｔｔｐｓ：／／ｗｅｉｄｉａｎ．ｃｏｍ／item.html?itemID=4371293", W),
    ("https://weidian。com/item.html?itemID=4371293", W),
    ("https://weidian.com/item.html?itemID=", "url:https://weidian.com/item.html?itemID="),
    ("https://weidian.com/?userid=123456", "weidian:shop:123456"),
    ("https://weidian.com/s/123456?wfr=c", "weidian:shop:123456"),
    ("https://shop123456.v.weidian.com/?userid=123456", "weidian:shop:123456"),
    # Taobao, Tmall, Xianyu
    (TAOBAO, T),
    ("https://item.taobao.com/item.htm?spm=a1z10.1-c&id=520813250866&ns=1", T),
    ("https://m.intl.taobao.com/detail/detail.html?id=520813250866&share_token=x", T),
    ("https://world.taobao.com/item/520813250866.htm", T),
    ("https://h5.m.taobao.com/awp/core/detail.htm?id=520813250866", T),
    ("http://a.m.taobao.com/i520813250866.htm", T),
    ("https://item.taobao.com/item.htm?ut_sk=1.x&id=520813250866&sourceType=item&suid=y", T),
    ("https://detail.tmall.com/item.htm?id=520813250866", "tmall:item:520813250866"),
    ("https://detail.m.tmall.com/item.htm?id=520813250866&skuId=3", "tmall:item:520813250866"),
    ("https://chaoshi.detail.tmall.com/item.htm?id=520813250866", "tmall:item:520813250866"),
    ("https://world.tmall.com/item/520813250866.htm", "tmall:item:520813250866"),
    ("https://shop123.taobao.com/", "taobao:shop:shop123"),
    ("https://shop123.m.taobao.com", "taobao:shop:shop123"),
    ("https://shop.m.taobao.com/shop/shop_index.htm?shop_id=123", "taobao:shop:shop123"),
    ("https://luxbag.taobao.com/search.htm", "taobao:shop:luxbag"),
    ("https://s.taobao.com/search?q=bag", "url:https://s.taobao.com/search?q=bag"),
    ("https://www.taobao.com/", "url:https://taobao.com/"),
    ("https://nike.tmall.com/", "tmall:shop:nike"),
    ("https://www.goofish.com/item?id=765432100&categoryId=1", "xianyu:item:765432100"),
    ("https://2.taobao.com/item.htm?id=765432100", "xianyu:item:765432100"),
    # 1688, JD, Pinduoduo
    ("https://detail.1688.com/offer/623456789.html", "1688:item:623456789"),
    ("https://detail.1688.com/offer/623456789.html?spm=a26352", "1688:item:623456789"),
    ("https://m.1688.com/offer/623456789.html", "1688:item:623456789"),
    ("https://detail.m.1688.com/page/index.html?offerId=623456789", "1688:item:623456789"),
    ("https://shop12345.1688.com/", "1688:shop:shop12345"),
    ("https://s.1688.com/x", "url:https://s.1688.com/x"),
    ("https://item.jd.com/100012043978.html", "jd:item:100012043978"),
    ("https://item.m.jd.com/product/100012043978.html?utm_source=x", "jd:item:100012043978"),
    ("https://item.jd.hk/100012043978.html", "jd:item:100012043978"),
    ("https://mobile.yangkeduo.com/goods.html?goods_id=123456", "pinduoduo:item:123456"),
    ("https://mobile.yangkeduo.com/goods2.html?refer_page_name=x&goods_id=123456", "pinduoduo:item:123456"),
    ("https://mobile.pinduoduo.com/goods.html?goods_id=123456", "pinduoduo:item:123456"),
    # abroad
    ("https://www.amazon.com/dp/B08N5WRWNW", "amazon:item:B08N5WRWNW"),
    ("https://www.amazon.co.uk/Some-Thing/dp/b08n5wrwnw/ref=sr_1_1?crid=X", "amazon:item:B08N5WRWNW"),
    ("https://www.amazon.de/gp/product/B08N5WRWNW?psc=1", "amazon:item:B08N5WRWNW"),
    ("https://www.amazon.co.jp/gp/aw/d/B08N5WRWNW", "amazon:item:B08N5WRWNW"),
    ("https://amazon.evil.example/dp/B08N5WRWNW", "url:https://amazon.evil.example/dp/B08N5WRWNW"),
    ("https://www.aliexpress.com/item/1005001234567890.html", "aliexpress:item:1005001234567890"),
    ("https://aliexpress.ru/item/1005001234567890.html", "aliexpress:item:1005001234567890"),
    ("https://www.aliexpress.us/item/1005001234567890.html?algo_pvid=x", "aliexpress:item:1005001234567890"),
    ("https://de.aliexpress.com/item/Some-Name/1005001234567890.html", "aliexpress:item:1005001234567890"),
    ("https://m.aliexpress.com/i/1005001234567890.html", "aliexpress:item:1005001234567890"),
    ("https://www.ebay.com/itm/Nice-Bag/123456789012?hash=item1", "ebay:item:123456789012"),
    ("https://www.ebay.co.uk/itm/123456789012", "ebay:item:123456789012"),
    ("https://www.etsy.com/listing/123456789/handmade-bag?ref=x", "etsy:item:123456789"),
    ("https://www.etsy.com/de/listing/123456789/handmade-bag", "etsy:item:123456789"),
    ("https://www.etsy.com/shop/NiceShop", "etsy:shop:niceshop"),
    ("https://www.dhgate.com/product/brand-bag/123456789.html", "dhgate:item:123456789"),
    ("https://shopee.tw/Bag-i.12345.67890?sp_atk=1", "shopee:item:12345.67890"),
    ("https://shopee.sg/product/12345/67890", "shopee:item:12345.67890"),
    ("https://shopee.evil.example/product/12345/67890", "shop:evil.example"),
    ("https://www.xiaohongshu.com/goods-detail/5f3a7b?x=1", "xiaohongshu:item:5f3a7b"),
    ("https://m.dewu.com/router/product/ProductDetail?spuId=9988", "dewu:item:9988"),
    # Yupoo
    ("https://x.yupoo.com/photos/LuxBags2024/albums/98765432?uid=1", "yupoo:album:luxbags2024:98765432"),
    ("https://luxbags2024.x.yupoo.com/albums/98765432?uid=1&tab=gallery", "yupoo:album:luxbags2024:98765432"),
    ("http://luxbags2024.x.yupoo.com/albums/98765432/", "yupoo:album:luxbags2024:98765432"),
    ("https://luxbags2024.x.yupoo.com/", "yupoo:shop:luxbags2024"),
    ("https://luxbags2024.x.yupoo.com/categories/12", "yupoo:shop:luxbags2024"),
    ("https://x.yupoo.com/photos/luxbags2024/", "yupoo:shop:luxbags2024"),
    ("https://www.yupoo.com/", "url:https://yupoo.com/"),
    # shops of their own
    (SHOP, S),
    ("lv-outlet.example", S),
    ("http://www.lv-outlet.example:8080/index.php", S),
    ("https://lv-outlet.example/bags/speedy.html?utm_source=x", S),
    ("https://cheap.lv-outlet.example/", S),
    ("https://maison.example/products/bag-1", "shop:maison.example"),
    ("https://maison.example/en/collections/all", "shop:maison.example"),
    ("https://maison.example/bags-c-5.html", "shop:maison.example"),
    ("https://maison.example/bag-x-p-57.html", "shop:maison.example"),
    ("https://maison.example/index.php?main_page=product_info&products_id=5", "shop:maison.example"),
    ("https://maison.example/index.php?route=product/product&product_id=5", "shop:maison.example"),
    ("https://maison.co.uk/shop/", "shop:maison.co.uk"),
    ("https://maison.myshopify.com/products/x", "shop:maison.myshopify.com"),
    ("https://a2018.szwego.com/", "shop:a2018.szwego.com"),
    ("https://www.a2018.szwego.com/", "shop:a2018.szwego.com"),
    ("https://maison.blogspot.com/", "shop:maison.blogspot.com"),
    ("http://3232235777/", "shop:192.168.1.1"),
    ("http://0xC0A80101/", "shop:192.168.1.1"),
    ("http://0300.0250.1.1/products/x", "shop:192.168.1.1"),
    ("http://192.168.257/", "shop:192.168.1.1"),
    ("http://[::ffff:1.2.3.4]/", "shop:1.2.3.4"),
    ("http://1.2.3.4/news/a", "url:https://1.2.3.4/news/a"),
    ("https://xn--80ak6aa92e.com/", "shop:xn--80ak6aa92e.com"),
    ("https://аррӏе.com/", "shop:xn--80ak6aa92e.com"),
    ("https://例子.中国/", "shop:xn--fsqu00a.xn--fiqs8s"),
    # pages
    ("https://maison.example/about", "url:https://maison.example/about"),
    ("http://www.maison.example/about/", "url:https://maison.example/about"),
    ("https://MAISON.example./about?utm_source=x&fbclid=1", "url:https://maison.example/about"),
    ("https://maison.example//about/index.html#top", "url:https://maison.example/about"),
    ("https://maison.example/%61bout?b=2&a=1", "url:https://maison.example/about?a=1&b=2"),
    ("https://maison.example/about?a=1&b=2&", "url:https://maison.example/about?a=1&b=2"),
    ("https://maison.example/%e5%8c%85", "url:https://maison.example/%E5%8C%85"),
    ("https://maison.example/包", "url:https://maison.example/%E5%8C%85"),
    ("https://maison.example/about#/team?utm_source=x&b=2&a=1", "url:https://maison.example/about#/team?a=1&b=2"),
    ("https://maison.example:8443/about", "url:https://maison.example:8443/about"),
    ("https://maison.example/a/../about", "url:https://maison.example/about"),
    ("https://www.wikipedia.org/", "url:https://wikipedia.org/"),
    ("https://zh.wikipedia.org/wiki/LV", "url:https://zh.wikipedia.org/wiki/LV"),
    ("https://weibo.com/u/123", "url:https://weibo.com/u/123"),
    ("https://t.cn/A6abc", "url:https://t.cn/A6abc"),
    ("http://t.cn/A6abc?utm_source=x", "url:https://t.cn/A6abc"),
    # a name is not its likeness
    ("https://weidian.com@evil.example/", "shop:evil.example"),
    ("https://weidian.com%2fitem@evil.example/", "shop:evil.example"),
    ("https://weidian.com:pw@evil.example/item.html?itemID=1", "shop:evil.example"),
    ("https://weidian.com\\@evil.example/", "url:https://weidian.com/@evil.example"),
    ("https://evil.example\\@weidian.com/", "url:https://evil.example/@weidian.com"),
    ("https://weidian.com.evil.example/item.html?itemID=1", "shop:evil.example"),
    ("https://weidian-com.example/", "shop:weidian-com.example"),
    (f"https://unknown.example/?url={QW}", "shop:unknown.example"),
    (f"https://unknown.example/go?url={QW}", f"url:https://unknown.example/go?url={QW}"),
    (
        "https://google.evil.example/url?q=https://weidian.com/",
        "url:https://google.evil.example/url?q=https://weidian.com/",
    ),
    # no web address
    ("javascript:alert(1)", "url:javascript:alert(1)"),
    ("mailto:a@b.com", "url:mailto:a@b.com"),
    ("weixin://dl/business", "url:weixin://dl/business"),
    ("a@b.com", "url:a@b.com"),
    ("hello", "url:hello"),
    ("", "url:"),
    ("  \x00 ", "url:"),
    ("http://", "url:http://"),
    ("http://a.com:99999/", "url:http://a.com:99999/"),
]


@pytest.mark.parametrize(("url", "target", "oddities"), wild_rows("links"))
def test_sees_through_a_wild_link(url: str, target: str, oddities: str) -> None:
    link = read_link(url)
    assert (link.target, " ".join(link.oddities) or "-") == (target, oddities)
    assert read_link(link.canonical).target == target


@pytest.mark.parametrize(("text", "urls"), wild_rows("links_in_texts"))
def test_finds_wild_links_in_texts(text: str, urls: str) -> None:
    found = find_links(text)
    assert " ".join(link.target for link in found) == urls.removeprefix("-")
    assert all(link.span and text[slice(*link.span)] == link.url for link in found)


def test_knows_enough_of_those_who_wrap_links() -> None:
    rules = json.loads(files("detector").joinpath("data/link_rules.json").read_text(encoding="utf-8"))
    assert len(set(rules["shorteners"])) == len(rules["shorteners"]) >= 100
    assert len(rules["redirectors"]) >= 100
    assert len(rules["agents"]["domains"]) >= 40


@pytest.mark.parametrize(("url", "target"), TARGETS)
def test_names_the_target(url: str, target: str) -> None:
    assert read_link(url).target == target


WRAPPED = [
    (f"https://www.google.com/url?q={QW}&sa=D", W, ("redirector:google.com",)),
    (f"https://www.google.com.hk/url?sa=t&url={QW}", W, ("redirector:google.com.hk",)),
    (f"https://www.google.de/url?q={QS}", S, ("redirector:google.de",)),
    ("https://www.google.com/amp/s/lv-outlet.example/", S, ("redirector:google.com",)),
    (f"https://l.facebook.com/l.php?u={QW}&h=AT0", W, ("redirector:facebook.com",)),
    (f"https://lm.facebook.com/l.php?u={QW}", W, ("redirector:facebook.com",)),
    (f"https://l.instagram.com/?u={QW}&e=x", W, ("redirector:instagram.com",)),
    (f"https://www.youtube.com/redirect?event=x&q={QW}", W, ("redirector:youtube.com",)),
    (f"https://t.umblr.com/redirect?z={QW}&t=1", W, ("redirector:umblr.com",)),
    (
        "https://link.zhihu.com/?target=https%3A//item.taobao.com/item.htm%3Fid%3D520813250866",
        T,
        ("redirector:zhihu.com",),
    ),
    (f"https://c.pc.qq.com/middlem.html?pfurl={QW}", W, ("redirector:qq.com",)),
    (f"https://link.csdn.net/?target={QW}", W, ("redirector:csdn.net",)),
    (f"https://link.juejin.cn/?target={QW}", W, ("redirector:juejin.cn",)),
    (f"https://www.jianshu.com/go-wild?ac=2&url={QW}", W, ("redirector:jianshu.com",)),
    (f"https://out.reddit.com/t3_x?url={QW}", W, ("redirector:reddit.com",)),
    (f"https://duckduckgo.com/l/?uddg={QW}&rut=1", W, ("redirector:duckduckgo.com",)),
    (f"https://www.bing.com/ck/a?!&&p=1&u=a1{B64.rstrip('=')}&ntb=1", W, ("redirector:bing.com",)),
    (f"https://vk.com/away.php?to={QW}", W, ("redirector:vk.com",)),
    (f"https://steamcommunity.com/linkfilter/?url={QW}", W, ("redirector:steamcommunity.com",)),
    (f"https://href.li/?{WEIDIAN}", W, ("redirector:href.li",)),
    (f"https://anonym.to/?{WEIDIAN}", W, ("redirector:anonym.to",)),
    (f"https://nam01.safelinks.protection.outlook.com/?url={QW}&data=x", W, ("redirector:outlook.com",)),
    (f"https://web.archive.org/web/20240101000000/{WEIDIAN}", W, ("redirector:archive.org",)),
    ("https://weidian-com.translate.goog/item.html?itemID=4371293&_x_tr_sl=zh", W, ("redirector:translate.goog",)),
    ("https://lv--outlet-example.translate.goog/?_x_tr_sl=zh", S, ("redirector:translate.goog",)),
    (f"https://www.pandabuy.com/product?url={QW}", W, ("agent:pandabuy.com",)),
    (f"https://www.pandabuy.com/product?url={quote(QW, safe='')}", W, ("agent:pandabuy.com",)),
    (f"https://www.superbuy.com/en/page/buy?nTag=x&url={QT}", T, ("agent:superbuy.com",)),
    (f"https://www.allchinabuy.com/en/page/buy/?url={QT}&partnercode=x", T, ("agent:allchinabuy.com",)),
    (f"https://www.wegobuy.com/en/page/buy?url={QT}", T, ("agent:wegobuy.com",)),
    ("https://www.cssbuy.com/item-520813250866.html", T, ("agent:cssbuy.com",)),
    ("https://www.cssbuy.com/item-micro-4371293.html", W, ("agent:cssbuy.com",)),
    ("https://www.cssbuy.com/item-1688-623456789.html", "1688:item:623456789", ("agent:cssbuy.com",)),
    (f"https://www.sugargoo.com/#/home/productDetail?productLink={quote(QW, safe='')}", W, ("agent:sugargoo.com",)),
    ("https://hoobuy.com/product/2/4371293", W, ("agent:hoobuy.com",)),
    ("https://cnfans.com/product?shop_type=weidian&id=4371293", W, ("agent:cnfans.com",)),
    ("https://cnfans.com/product/?platform=WEIDIAN&id=4371293&ref=1", W, ("agent:cnfans.com",)),
    ("https://mulebuy.com/product/?shop_type=taobao&id=520813250866", T, ("agent:mulebuy.com",)),
    ("https://www.acbuy.com/product?id=4371293&source=WD&u=ABC", W, ("agent:acbuy.com",)),
    ("https://oopbuy.com/product/weidian/4371293", W, ("agent:oopbuy.com",)),
    (f"https://www.kakobuy.com/item/details?url={QW}&affcode=x", W, ("agent:kakobuy.com",)),
    ("https://joyabuy.com/product/?shop_type=ali_1688&id=623456789", "1688:item:623456789", ("agent:joyabuy.com",)),
    (
        "https://www.basetao.com/best-taobao-agent-service/products/agent/weidian/4371293.html",
        W,
        ("agent:basetao.com",),
    ),
    (f"https://www.hagobuy.com/item/details?url={QW}", W, ("agent:hagobuy.com",)),
    ("https://www.lovegobuy.com/product?id=4371293&shop_type=weidian", W, ("agent:lovegobuy.com",)),
    (
        f"https://www.google.com/url?q={quote(f'https://www.pandabuy.com/product?url={QW}', safe='')}",
        W,
        ("redirector:google.com", "agent:pandabuy.com"),
    ),
    (
        f"https://l.facebook.com/l.php?u={quote('https://t.cn/A6abc', safe='')}",
        "url:https://t.cn/A6abc",
        ("redirector:facebook.com", "shortener:t.cn"),
    ),
]


@pytest.mark.parametrize(("url", "target", "wrappers"), WRAPPED)
def test_unwraps_what_the_url_itself_tells(url: str, target: str, wrappers: tuple[str, ...]) -> None:
    link = read_link(url)
    assert (link.target, link.wrappers) == (target, wrappers)
    assert link.chain[0] == link.url == url
    assert len(link.chain) == 1 + sum(not wrapper.startswith("shortener:") for wrapper in wrappers)


SHORT = ["t.cn", "url.cn", "dwz.cn", "bit.ly", "t.co", "is.gd", "suo.im", "m.tb.cn", "v.douyin.com", "xhslink.com"]
SHORT += ["u.jd.com", "p.pinduoduo.com", "s.click.taobao.com", "amzn.to", "a.co", "k.youshop10.com", "x.page.link"]


@pytest.mark.parametrize("host", SHORT)
def test_a_short_link_is_opaque_and_not_a_shop(host: str) -> None:
    link = read_link(f"https://{host}/AbC")
    assert link.opaque
    assert link.wrappers == (f"shortener:{host}",)
    assert link.target.startswith("url:https://")
    assert link.target.endswith("/AbC")


def test_an_unreadable_jump_is_opaque() -> None:
    link = read_link("https://www.baidu.com/link?url=Xk3_encrypted")
    assert link.opaque
    assert link.wrappers == ("redirector:baidu.com",)


def test_an_ordinary_page_of_a_redirecting_site_is_not_wrapped() -> None:
    link = read_link("https://medium.com/rust-notes?a=1")
    assert (link.wrappers, link.opaque, link.kind) == ((), False, "page")


def test_eight_wrappers_are_undone_and_more_are_not() -> None:
    eight, nine = "https://href.li/?" * 8 + WEIDIAN, "https://href.li/?" * 9 + WEIDIAN
    assert read_link(eight).target == W
    assert read_link(nine).kind == "unreadable"
    assert read_link(nine).opaque


def test_thirty_wrappers_end() -> None:
    link = read_link("https://www.google.com/url?q=" * 30 + SHOP)
    assert len(link.chain) <= 9
    assert link.target.startswith("url:")


def test_an_item_says_where_it_stands() -> None:
    link = read_link("http://www.weidian.com./item.html?spm=1&itemID=4371293", (3, 9))
    assert (link.platform, link.kind, link.span) == ("weidian", "item", (3, 9))
    assert (link.host, link.registrable) == ("www.weidian.com", "weidian.com")
    assert (link.path, link.query) == ("/item.html", "itemID=4371293")
    assert link.canonical == WEIDIAN


def test_control_signs_and_lone_surrogates_are_not_in_the_name() -> None:
    assert read_link("http://maison.example/\ud800ab\x00out").target == "url:https://maison.example/about"
    assert read_link("java\x00\ud800script:x").target == "url:javascript:x"


def test_a_long_name_is_bounded_and_two_long_names_stay_two() -> None:
    one, two = (read_link("https://maison.example/about/" + "a" * 9_000 + tail) for tail in "bc")
    assert len(one.target) <= 2_000
    assert one.target != two.target
    assert len(read_link("z" * 100_000).target) <= 2_000


HUGE = ["a." * 50_000, "http://" * 15_000, "%" * 100_000, "&" * 100_000, "/index.html" * 9_000, ";sid=" * 20_000]


@pytest.mark.parametrize("tail", HUGE)
def test_reads_a_hundred_kilobytes(tail: str) -> None:
    for head in ("https://maison.example/", "https://maison.example/?", "https://google.com/url?q=", ""):
        assert len(read_link(head + tail).target) <= 2_000


FOUND = [
    ("看https://x.cn/a这个", ["https://x.cn/a"]),
    ("看https://x.cn这个", ["https://x.cn"]),
    ("（https://x.cn/a），好", ["https://x.cn/a"]),
    ("https://x.cn/a。再看http://y.cn/b，", ["https://x.cn/a", "http://y.cn/b"]),
    ("「https://x.cn/a」", ["https://x.cn/a"]),
    ("LV包包298元 weidian.com/item.html?itemID=1 加微信", ["weidian.com/item.html?itemID=1"]),
    ("链接weidian.com/item.html?itemID=1看", ["weidian.com/item.html?itemID=1"]),
    ("去lv-outlet.com看", ["lv-outlet.com"]),
    ("www.lv-outlet.com。", ["www.lv-outlet.com"]),
    ('<a href="http://x.cn/a?b=1&amp;c=2">x</a>', ["http://x.cn/a?b=1&amp;c=2"]),
    ("<a href='x.cn/a'>x</a>", ["x.cn/a"]),
    ("[url=http://x.cn/a]t[/url]", ["http://x.cn/a"]),
    ("[URL=http://x.cn - text[/URL", ["http://x.cn"]),
    ("(see http://x.cn/b_(c)).", ["http://x.cn/b_(c)"]),
    ("(http://x.cn/b)", ["http://x.cn/b"]),
    ("https://x.cn.", ["https://x.cn"]),
    ("http://weidian.com@evil.example/x", ["http://weidian.com@evil.example/x"]),
    ("http://3232235777/ ok", ["http://3232235777/"]),
    ("http://[::1]/a", ["http://[::1]/a"]),
    ("1.2.3.4/shop", ["1.2.3.4/shop"]),
    ("https://例子.中国/路", ["https://例子.中国/"]),
    ("https://gυcci.com/a", ["https://gυcci.com/a"]),
    ("HTTPS://X.CN/A", ["HTTPS://X.CN/A"]),
    ("😀https://x.cn/a😀", ["https://x.cn/a"]),
    ("3.5元", []),
    ("v1.2", []),
    ("LV.包", []),
    ("1.2.3.4", []),
    ("me@qq.com foo.bar@gmail.com mailto:a.b@c.com", []),
    ("e.g. this U.S. thing ok.so readme.md", []),
    ("https://这个链接", []),
    ("http://", []),
    ("...", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "urls"), FOUND)
def test_finds_the_links_of_a_text(text: str, urls: list[str]) -> None:
    found = find_links(text)
    assert [link.url for link in found] == urls
    assert [text[slice(*link.span)] for link in found if link.span] == urls


def test_finds_at_most_two_hundred() -> None:
    assert len(find_links("https://x.cn/a " * 300)) == MAX_LINKS


BIG = ["a.", "a", "http://", "3.5 ", "-.", "a@b.", "x.cn/a@", "www.", "http://x.中.", ")", "中."]


@pytest.mark.parametrize("piece", BIG)
def test_a_megabyte_of_anything_is_read(piece: str) -> None:
    text = "http://x.cn/" + piece * (1_000_000 // len(piece))
    assert len(find_links(text)) <= MAX_LINKS


def test_no_parameter_that_names_or_wraps_is_taken_for_tracking() -> None:
    rules = json.loads(files("detector").joinpath("data/link_rules.json").read_text(encoding="utf-8"))
    keys = {key for platform in rules["platforms"] for rule in platform["rules"] for key in rule.get("id", ())}
    keys.update(*(rules["agents"][name] for name in ("url_keys", "id_keys", "shop_keys")))
    keys.update(
        key for jumps in rules["redirectors"].values() for _, how in jumps if isinstance(how, list) for key in how
    )
    tracking = set(rules["tracking"])
    prefixes = tuple(rules["tracking_prefixes"])
    assert [key for key in keys if key.lower() in tracking or key.lower().startswith(prefixes)] == []


HOSTS = st.sampled_from(
    ["weidian.com", "x.yupoo.com", "item.taobao.com", "lv-outlet.example", "www.maison.example", "t.cn", "m.tb.cn",
     "google.com", "cnfans.com", "href.li", "l.facebook.com", "1.2.3.4", "shopee.tw", "a.szwego.com",
     "x-y.translate.goog"]
)  # fmt: skip
SIGNS = "/ab12?&=#%;.@:-+_é包 \\"
PATHS = st.lists(
    st.one_of(
        st.text(SIGNS, max_size=6),
        st.sampled_from(
            ["/item.html?itemID=12", "/index.html", "/url?q=", "/?", "#/", "http://", "%2541", "%%34%31",
             "https%3A%2F%2Fmaison.example%2Fa", "&itemID=7", "/photos/ab/albums/12", "/l.php?u=",
             "?id=123456&shop_type=weidian", "&utm_id=1", "&amp;amp;"]
        ),
    ),
    max_size=6,
).map("".join)  # fmt: skip
URLS = st.builds(
    lambda scheme, host, path: f"{scheme}{host}/{path}", st.sampled_from(["https://", "http://", ""]), HOSTS, PATHS
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(st.characters(), max_size=80), URLS))
def test_never_raises(text: str) -> None:
    assert read_link(text).target.startswith(("url:", "shop:")) or read_link(text).platform
    for link in find_links(text):
        assert link.span
        assert text[slice(*link.span)] == link.url


@settings(max_examples=600, deadline=None)
@given(URLS)
def test_the_canonical_form_has_the_same_target(url: str) -> None:
    link = read_link(url)
    again = read_link(link.canonical)
    assert again.target == link.target
    assert again.canonical == link.canonical


SEEDS = [
    url for url, _ in TARGETS if url.startswith("https://") and url.isascii() and "#" not in url and "@" not in url
]
SEEDS = [url for url in SEEDS if "\\" not in url and "%77" not in url]


@pytest.mark.parametrize("url", SEEDS)
def test_dress_does_not_move_the_target(url: str) -> None:
    target = read_link(url).target
    rest = url.removeprefix("https://")
    host, _, path = rest.partition("/")
    joint = "&" if "?" in path else "?"
    for dressed in (f"http://{rest}", rest, f"https://www.{rest.removeprefix('www.')}", f"HTTPS://{host.upper()}/{path}",
                    f"https://{rest}{joint}utm_source=a&spm=b", f"https://{rest}#top", f" {url}\n"):  # fmt: skip
        assert read_link(dressed).target == target
