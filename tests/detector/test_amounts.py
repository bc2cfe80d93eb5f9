from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.amounts import find_money, parse_amount, read_currency, read_markup_number, read_number
from detector.currencies import to_cny


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("1.234,56", 1234.56, ""),
        ("1,234.56", 1234.56, ""),
        ("1 234,50", 1234.50, ""),
        ("£450", 450, "GBP"),
        ("¥298.00", 298, "CNY"),
        ("￥２９８", 298, "CNY"),
        ("US $12.34", 12.34, "USD"),
        ("12,99 €", 12.99, "EUR"),
        ("Rs. 1,299", 1299, "INR"),
        ("2.990.000₫", 2_990_000, "VND"),
        ("298元", 298, "CNY"),
        ("NT$ 1,280", 1280, "TWD"),
        ("HK$99", 99, "HKD"),
        ("CHF 1'250.50", 1250.5, "CHF"),
        ("$49.90 AUD", 49.9, "AUD"),
        ("CAD $20", 20, "CAD"),
        ("249 ₽", 249, "RUB"),
        ("44 890 тг.", 44_890, "KZT"),
        ("997,00 zł", 997, "PLN"),
        ("450,- Kč", 450, "CZK"),
        ("R$ 1.759,99", 1759.99, "BRL"),
        ("size 42, now $15", 15, "USD"),
        ("12,345,678", 12_345_678, ""),
        ("0,99", 0.99, ""),
        ("12.990", 12_990, ""),
    ],
)
def test_reads_amounts_as_shops_write_them(text: str, amount: float, currency: str) -> None:
    assert parse_amount(text) == (amount, currency)


@pytest.mark.parametrize("text", ["", "free", "€", "价格面议", "$ -", "\x00"])
def test_finds_nothing_where_no_number_stands(text: str) -> None:
    assert parse_amount(text) is None


def test_each_sign_belongs_to_one_number() -> None:
    found = [(money.amount, money.currency) for money in find_money("12 € 15 $ was $20 £30 and 7 pieces")]
    assert found == [(12, "EUR"), (15, "USD"), (20, "USD"), (30, "GBP")]


def test_passes_over_the_price_of_a_kilogram() -> None:
    assert [money.amount for money in find_money("7,91 € (34,39 € / kg)")] == [7.91]


def test_a_point_in_markup_is_the_decimal_point() -> None:
    assert read_markup_number("12.990") == 12.99
    assert read_markup_number("1,299") == 1299
    assert read_markup_number(True) is None  # noqa: FBT003 - a boolean is the case under test
    assert read_markup_number(float("nan")) is None


def test_names_currencies_by_code_and_sign() -> None:
    assert [read_currency(text) for text in ("usd", " EUR ", "€", "тг.", "dollars", "")] == [
        "USD",
        "EUR",
        "EUR",
        "KZT",
        "",
        "",
    ]


def test_an_unknown_currency_has_no_value_in_cny() -> None:
    assert to_cny(1, "XXX") is None
    assert to_cny(2, "CNY") == 2


@given(st.text(max_size=300))
def test_never_raises(text: str) -> None:
    read_number(text)
    read_currency(text)
    read_markup_number(text)
    for money in find_money(text):
        assert 0 <= money.start < money.end <= len(text)
        assert money.amount >= 0


@given(st.integers(1, 99_999_999))
def test_reads_thousands_in_either_spelling(amount: int) -> None:
    assert read_number(f"{amount:,}") == amount
    assert read_number(f"{amount:,}".replace(",", ".")) == amount
