"""``dajia registrations``: dates from a file, with each line that cannot be taken, and from a registry."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bootstrap.serving import check_start
from bootstrap.storage import build_store
from cli import dajia
from settings import Settings, SettingsError


def run(*arguments: str, **variables: str) -> Result:
    return CliRunner().invoke(dajia, ["registrations", *arguments], env=variables)


def test_a_file_is_loaded_and_bad_lines_are_told(sqlite_store_url: str, tmp_path: Path) -> None:
    file = tmp_path / "dates.csv"
    file.write_text(
        "registered_at,domain,note\n"
        "2026-11-03,WWW.Shop.example.com.,x\n"
        "2026-11-03T09:30:00+08:00,买包.com,\n"
        "yesterday,other.com,\n"
        "2026-11-03,com,\n",
        encoding="utf-8",
    )
    done = run("load", str(file), DAJIA_DATABASE_URL=sqlite_store_url)
    assert (done.exit_code, done.stdout.strip()) == (1, "loaded 2, rejected 2")
    assert "dates.csv:4: `registered_at` is no date: 'yesterday'" in done.stderr
    assert "dates.csv:5: 'com' is no domain" in done.stderr
    with build_store(Settings(database_url=sqlite_store_url)).begin(write=False) as work:
        known = work.registrations(["example.com", "xn--ckqp5i.com"])
    assert known["example.com"].registered_at == datetime(2026, 11, 3, tzinfo=UTC)
    assert {one.source for one in known.values()} == {"file"}
    assert len(known) == 2


@pytest.mark.parametrize("text", ["", "domain\nshop.com\n", "\x00\x01"])
def test_a_file_without_the_columns_is_refused(sqlite_store_url: str, tmp_path: Path, text: str) -> None:
    file = tmp_path / "dates.csv"
    file.write_text(text)
    done = run("load", str(file), DAJIA_DATABASE_URL=sqlite_store_url)
    assert done.exit_code == 1
    assert "must name the column" in done.stderr


@pytest.mark.parametrize("address", [None, "http://rdap.example"])
def test_without_a_registry_the_setting_is_named(address: str | None) -> None:
    done = run("ask", "shop.com", **({} if address is None else {"DAJIA_RDAP": address}))
    assert done.exit_code == 1
    assert "DAJIA_RDAP" in str(done.exception)


def test_a_service_does_not_start_with_an_address_that_it_cannot_ask(sqlite_store_url: str) -> None:
    with pytest.raises(SettingsError, match="DAJIA_RDAP must hold the https address"):
        check_start(Settings(database_url=sqlite_store_url, rdap="ftp://registry.example"))
