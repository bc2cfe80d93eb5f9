from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.page_markup import json_products, read_json, read_products
from detector.page_walk import Walk, walk_page
from detector.types import Product

OFFER = {"@type": "Offer", "price": "298.00", "priceCurrency": "CNY", "availability": "https://schema.org/InStock"}
BAG: dict[str, Any] = {
    "@type": "Product",
    "name": "Bag",
    "brand": {"@type": "Brand", "name": "LV"},
    "sku": "M1",
    "offers": OFFER,
}


def products_of(block: str) -> list[Product]:
    return read_products(Walk(json_blocks=[block]), "CNY")


def amount_of(product: Product) -> float | None:
    return None if product.price is None else product.price.amount


def test_reads_a_product_with_its_offer() -> None:
    product = products_of(json.dumps(BAG))[0]
    assert (product.name, product.brand, product.sku, product.availability) == ("Bag", "LV", "M1", "InStock")
    assert product.price is not None
    assert (product.price.amount, product.price.currency, product.price.role) == (298, "CNY", "sale")


@pytest.mark.parametrize(
    "node",
    [
        {"@graph": [{"@type": "WebPage"}, BAG]},
        [{"@type": "Organization"}, BAG],
        {"@type": "WebPage", "mainEntity": BAG},
        {**BAG, "@type": ["Thing", "https://schema.org/Product"]},
        {**BAG, "offers": [OFFER, {**OFFER, "price": "400"}]},
        {**BAG, "offers": {"@type": "AggregateOffer", "lowPrice": 298, "highPrice": 400, "priceCurrency": "CNY"}},
        {**BAG, "offers": {"@type": "AggregateOffer", "offers": [OFFER]}},
        {**BAG, "offers": {"priceSpecification": {"price": 298, "priceCurrency": "CNY"}}},
        {"@type": "ProductGroup", "name": "Bag", "hasVariant": [BAG]},
        {**BAG, "isRelatedTo": [{"@type": "Product", "offers": {"price": 5}}]},
        {"@graph": [{"@type": "ItemList", "itemListElement": [{"@type": "Product", "offers": {"price": 5}}]}, BAG]},
        {
            **BAG,
            "offers": {
                "priceSpecification": [
                    {"priceType": "https://schema.org/ListPrice", "price": 900},
                    {"price": 298, "priceCurrency": "CNY"},
                ]
            },
        },
    ],
)
def test_finds_the_asked_price_wherever_it_is_nested(node: Any) -> None:
    assert amount_of(products_of(json.dumps(node))[0]) == 298


@pytest.mark.parametrize(
    "block",
    [
        '{"@type":"Product","name":"Bag","offers":{"price":298,},}',
        '<!-- {"@type":"Product","name":"Bag","offers":{"price":298}} -->',
        '//<![CDATA[\n{"@type":"Product","name":"Bag","offers":{"price":298}}\n//]]>',
        '{"@type":"Product","name":"Bag","description":"two\nlines\tand\x01more","offers":{"price":298}};',
        '{"@type":"Product","name":"It\\\'s","offers":{"price":298}}',
        '{"@type":"Product","name":"Bag","offers":{"price":298}} {"@type":"Thing"}',
        '\ufeff{"@type":"Product","name":"Bag","offers":{"price":"298,00"}}',
    ],
)
def test_repairs_common_mistakes_in_json(block: str) -> None:
    assert amount_of(products_of(block)[0]) == 298


@pytest.mark.parametrize(
    "block", ["", "{", "null", '{"@type":', "[" * 100_000, '{"a":' * 50_000, "9" * 10_000, "," * 100_000]
)
def test_survives_hopeless_json(block: str) -> None:
    assert products_of(block) == []


def test_a_currency_without_a_rate_gives_no_price() -> None:
    assert amount_of(products_of(json.dumps({**BAG, "offers": {"price": 5, "priceCurrency": "XXX"}}))[0]) is None


def test_reads_microdata() -> None:
    html = (
        '<div itemscope itemtype="http://schema.org/Product"><h1 itemprop="name">Bag</h1>'
        '<span itemprop="brand" itemscope itemtype="http://schema.org/Brand"><b itemprop="name">LV</b></span>'
        '<div itemprop="offers" itemscope itemtype="http://schema.org/Offer">'
        '<meta itemprop="priceCurrency" content="USD">'
        '<span itemprop="price" content="49.00">$49</span><link itemprop="availability" href="http://schema.org/InStock">'
        '</div><div itemprop="review" itemscope itemtype="http://schema.org/Review">'
        '<b itemprop="name">Bad</b></div></div>'
    )
    product = read_products(walk_page(html), "CNY")[0]
    assert (product.name, product.brand, product.availability, amount_of(product)) == ("Bag", "LV", "InStock", 49)


def test_leaves_out_the_crossed_out_price_of_microdata() -> None:
    html = '<div itemscope itemtype="https://schema.org/Product"><p itemprop="price"><del>¥900</del> ¥298</p></div>'
    assert amount_of(read_products(walk_page(html), "CNY")[0]) == 298


def test_the_sale_price_of_the_meta_elements_goes_first() -> None:
    html = (
        '<meta property="product:price:amount" content="900"><meta property="product:price:currency" content="EUR">'
        '<meta property="product:sale_price:amount" content="298">'
    )
    price = read_products(walk_page(html), "CNY")[0].price
    assert price is not None
    assert (price.amount, price.currency) == (298, "EUR")


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8) | st.just("Product"),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["@type", "@graph", "offers", "price", "brand", "name", "priceSpecification", "hasVariant"]
            ),
            inner,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_never_raises_on_any_json(value: Any) -> None:
    read_products(Walk(json_blocks=[json.dumps(value)]), "CNY")
    assert len(json_products(value)) <= 20


@given(st.text(max_size=200))
def test_never_raises_on_any_block(block: str) -> None:
    read_json(block)
    read_json('{"@type":"Product",' + block)
