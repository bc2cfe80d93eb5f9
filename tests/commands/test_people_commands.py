"""Who may review, as an administrator says it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from service_process import Operator


@pytest.fixture
def operator(tmp_path: Path, _migrated_sqlite: str) -> Operator:
    shutil.copy(_migrated_sqlite, tmp_path / "dajia.sqlite3")
    return Operator(tmp_path)


def test_a_password_is_shown_once_and_access_can_be_ended(operator: Operator) -> None:
    password = operator.run_inside("user", "add", "mia", "--role", "senior").stdout
    assert len(password.strip()) >= 20
    listed = operator.run_inside("user", "list").stdout
    assert listed.startswith("mia\tsenior\t")
    assert password.strip() not in listed
    assert operator.run_inside("user", "disable", "mia").returncode == 0
    assert "ended" in operator.run_inside("user", "list").stdout


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("add", "mia"), 2, "--role"),
        (("add", "mia", "--role", "king"), 2, "king"),
        (("add", " ", "--role", "senior"), 1, "A name is"),
        (("disable", "nobody"), 1, "dajia user list"),
    ],
)
def test_wrong_use_says_what_to_do(operator: Operator, arguments: tuple[str, ...], status: int, message: str) -> None:
    done = operator.run_inside("user", *arguments)
    assert (done.returncode, message in done.stderr) == (status, True), done.stderr


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("DAJIA_SECRET_KEY", "short", "DAJIA_SECRET_KEY"),
        ("DAJIA_WEBHOOK_NETWORKS", "intranet", "DAJIA_WEBHOOK_NETWORKS"),
        ("DAJIA_LEDGER_KEY", "none.pem", "none.pem holds no private key"),
    ],
)
def test_a_setting_that_a_process_would_fail_on_later_stops_the_start(
    operator: Operator, name: str, value: str, message: str
) -> None:
    done = operator.run("serve", "--port", "1", **{name: value})
    assert (done.returncode, message in done.stderr) == (1, True), done.stderr
