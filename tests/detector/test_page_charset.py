from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.page_charset import decode_page

HANS = "正品包包专柜价格298元，支持微信付款，欢迎联系客服了解更多新款手机和女鞋。我们的商品都有货。"
HANT = "歡迎光臨，這個包包的價格是298元，我們的商品都有貨，可以聯繫客服了解更多新款女鞋。"
JAPANESE = "ようこそ。このバッグは新品です。お支払い方法はクレジットカードのみとなります。"
KOREAN = "안녕하세요. 이 가방은 정품이며 가격은 십만원입니다. 고객센터로 문의하시기 바랍니다."
RUSSIAN = "Добро пожаловать в наш магазин, здесь продаются сумки и обувь по хорошей цене."
FRENCH = "Bienvenue dans la boutique, les sacs sont livrés à votre porte dès demain, très sûr."

WRITTEN = [
    (HANS, "gbk"),
    (HANS, "gb18030"),
    (HANT, "big5"),
    (HANT, "big5hkscs"),
    (JAPANESE, "shift_jis"),
    (JAPANESE, "euc-jp"),
    (KOREAN, "euc-kr"),
    (RUSSIAN, "cp1251"),
    (FRENCH, "cp1252"),
    (HANS, "utf-8"),
    (HANS, "utf-8-sig"),
    (HANS, "utf-16"),
]


def page(text: str, codec: str, meta: str = "") -> bytes:
    return f"<html><head>{meta}</head><body><p>{text}</p></body></html>".encode(codec)


@pytest.mark.parametrize(("text", "codec"), WRITTEN)
def test_reads_a_page_that_declares_nothing(text: str, codec: str) -> None:
    assert text in decode_page(page(text, codec))[0]


@pytest.mark.parametrize(("text", "codec"), WRITTEN)
def test_reads_a_page_whose_header_is_right(text: str, codec: str) -> None:
    assert text in decode_page(page(text, codec), f"text/html; charset={codec}")[0]


@pytest.mark.parametrize(("text", "codec"), WRITTEN)
def test_reads_a_page_whose_meta_is_right(text: str, codec: str) -> None:
    assert text in decode_page(page(text, codec, f'<meta charset="{codec}">'))[0]


@pytest.mark.parametrize("wrong", ["utf-8", "gbk", "big5", "shift_jis", "euc-kr", "iso-8859-1", "no-such", "zip"])
@pytest.mark.parametrize(("text", "codec"), WRITTEN[:8])
def test_overrules_a_wrong_declaration(text: str, codec: str, wrong: str) -> None:
    assert text in decode_page(page(text, codec, f'<meta charset="{wrong}">'), f"text/html; charset={wrong}")[0]


def test_believes_the_old_form_of_the_meta_element() -> None:
    meta = '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">'
    assert decode_page(page("短", "gbk", meta)) == (
        f"<html><head>{meta}</head><body><p>短</p></body></html>",
        "gb18030",
    )


def test_utf8_outweighs_a_declaration_that_could_also_be_read() -> None:
    text, charset = decode_page(page(HANS * 2, "utf-8"), "text/html; charset=gbk")
    assert (HANS in text, charset) == (True, "utf-8")


def test_a_few_broken_signs_do_not_change_the_charset() -> None:
    body = page(HANS * 20, "utf-8").replace("客".encode(), b"\xe5\xae", 1)
    assert decode_page(body)[1] == "utf-8"


def test_a_sign_cut_off_at_the_end_is_forgiven() -> None:
    text, charset = decode_page((HANS * 3).encode()[:-1])
    assert (text, charset) == ((HANS * 3)[:-1], "utf-8")


@given(st.binary(max_size=300), st.none() | st.text(max_size=40))
def test_never_raises(body: bytes, content_type: str | None) -> None:
    text, charset = decode_page(body, content_type)
    assert isinstance(text, str)
    assert charset


@given(st.text(alphabet=st.characters(codec="gb18030", exclude_characters="\ufeff"), min_size=8, max_size=200))
def test_reads_whatever_utf8_holds(text: str) -> None:
    body = text.encode()
    if len(body) - len(text) >= 8:
        assert decode_page(body) == (text, "utf-8")
