"""Settings: one variable for each field, read once, refused with its name where it cannot be used."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from settings import Settings, SettingsError, read_settings

FIELDS = Settings.__struct_fields__
GOOD = {
    "database_url": ("postgresql://u@h/d", "postgresql://u@h/d"),
    "model": ("/models/x", Path("/models/x")),
    "challenger": ("/models/y", Path("/models/y")),
    "audit_share": ("0.001", 0.001),
    "rulebooks": ("books", Path("books")),
    "brands": ("own.json", Path("own.json")),
    "pictures": ("known.csv", Path("known.csv")),
    "rdap": ("https://rdap.example", "https://rdap.example"),
    "rdap_per_hour": ("10", 10),
    "host": ("0.0.0.0", "0.0.0.0"),  # noqa: S104 - a value, nothing listens
    "port": ("9000", 9000),
    "workers": ("8", 8),
    "max_body_bytes": ("1000", 1000),
    "max_page_chars": ("2000", 2000),
    "prevalence": ("0.02", 0.02),
    "clock": ("follow-posts", "follow-posts"),
    "sqlite_synchronous": ("NORMAL", "NORMAL"),
    "second_share": ("0.1", 0.1),
    "golden_share": ("0.1", 0.1),
    "undo_seconds": ("10", 10),
    "fetch_at_once": ("8", 8),
    "fetch_host_seconds": ("0.5", 0.5),
    "fetch_per_hour": ("100", 100),
    "fetch_reach": ("500", 500),
    "fetch_robots": ("respect", "respect"),
    "evidence": ("warcs", Path("warcs")),
    "evidence_days": ("200", 200),
    "rescan_days": ("30", 30),
    "webhook_networks": ("10.0.0.0/8", "10.0.0.0/8"),
    "ledger_key": ("seal.pem", Path("seal.pem")),
    "checkpoint_minutes": ("15", 15),
    "secret_key": ("k" * 32, "k" * 32),
    "lease_minutes": ("5", 5),
    "log_level": ("DEBUG", "DEBUG"),
}
BAD = [
    ("port", "eighty"),
    ("port", "0"),
    ("port", "65536"),
    ("workers", "-1"),
    ("workers", "2.5"),
    ("max_body_bytes", "32MiB"),
    ("max_page_chars", "0"),
    ("prevalence", "0"),
    ("prevalence", "1"),
    ("prevalence", "nan"),
    ("prevalence", "a tenth"),
    ("audit_share", "0"),
    ("audit_share", "1"),
    ("audit_share", "nan"),
    ("audit_share", "a few"),
    ("lease_minutes", "0"),
    ("second_share", "1.1"),
    ("second_share", "nan"),
    ("undo_seconds", "-1"),
    ("fetch_at_once", "257"),
    ("fetch_host_seconds", "-1"),
    ("fetch_robots", "maybe"),
    ("evidence_days", "0"),
    ("rescan_days", "-1"),
    ("clock", "REAL"),
    ("sqlite_synchronous", "OFF"),
    ("log_level", "loud"),
]


def variable(name: str) -> str:
    return f"DAJIA_{name.upper()}"


def test_these_tests_know_every_setting():
    assert set(GOOD) == set(FIELDS)


@pytest.mark.parametrize("name", FIELDS)
def test_each_field_has_its_variable_and_its_type(name):
    raw, value = GOOD[name]
    found = getattr(read_settings({variable(name): raw}), name)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(("name", "raw"), BAD)
def test_a_value_that_cannot_be_used_is_refused_by_name(name, raw):
    with pytest.raises(SettingsError, match=variable(name)) as refused:
        read_settings({variable(name): raw})
    assert raw in str(refused.value)


def test_nothing_set_gives_the_defaults():
    found = read_settings({"PATH": "/bin", "DAJIA": "x", "DATABASE_URL": "x"})
    assert found == Settings(database_url=found.database_url)


def test_an_empty_variable_counts_as_not_set():
    assert read_settings({"DAJIA_PORT": "", "DAJIA_CLOCK": ""}).port == 8600


def test_the_default_database_lies_in_the_user_s_data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert read_settings({}).database_url == f"sqlite:///{tmp_path}/dajia/dajia.sqlite3"
    assert not (tmp_path / "dajia").exists(), "reading settings makes no folder"


def test_the_environment_is_read_where_none_is_given(monkeypatch):
    monkeypatch.setenv("DAJIA_PORT", "9123")
    assert read_settings().port == 9123


def test_a_lease_is_so_many_minutes():
    assert read_settings({"DAJIA_LEASE_MINUTES": "45"}).lease == timedelta(minutes=45)


def test_settings_cannot_be_changed():
    with pytest.raises(AttributeError):
        read_settings({}).port = 1  # type: ignore[misc]  # that it fails is the point
    assert msgspec.structs.replace(read_settings({}), port=1).port == 1


@pytest.mark.parametrize("name", FIELDS)
def test_the_documentation_lists_each_variable(name):
    page = Path(__file__).parents[1] / "docs" / "settings.md"
    assert f"`{variable(name)}`" in page.read_text(encoding="utf-8")
