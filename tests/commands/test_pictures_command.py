"""``dajia pictures``: read for the service, checked, known in an answer, and exported once people confirmed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from bootstrap.detection import build_detector
from cli import dajia
from detector.picture_list import PictureListError
from detector.types import Picture, Post
from settings import Settings
from tests.service.platform_world import BAG, FINE, SHOE, Platform

KNOWN, OTHER, NEAR_OTHER = "d6a5" * 16, "3c19" * 16, "3c18" + "3c19" * 15


def run(*arguments: str, **variables: str) -> Result:
    return CliRunner().invoke(dajia, ["pictures", *arguments], env=variables)


def test_what_is_read_is_what_the_service_takes(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.png", tmp_path / "bad.png"
    Image.effect_mandelbrot((300, 300), (-2, -1.5, 1, 1.5), 100).save(good)
    bad.write_text("no picture")
    done = run("read", str(good), str(bad))
    assert done.exit_code == 1
    (line,) = done.stdout.splitlines()
    read = json.loads(line)
    assert read["file"] == str(good)
    assert set(read["picture"]) == {"pdq"}
    assert len(read["picture"]["pdq"]) == 64
    assert "bad.png: It is no picture" in done.stderr


def test_a_list_is_checked(tmp_path: Path) -> None:
    file = tmp_path / "known.csv"
    file.write_text(f"{KNOWN},bag\n{KNOWN}\n{OTHER}\n")
    assert "sound, pictures: 2." in run("check", str(file)).stdout
    assert "sound, pictures: 2." in run("check", DAJIA_PICTURES=str(file)).stdout
    file.write_text(f"pdq,label\n{KNOWN},bag\nx\n")
    done = run("check", str(file))
    assert done.exit_code == 1
    assert [line.partition(".csv:")[2][:2] for line in done.stdout.splitlines()] == ["1:", "3:"]


def test_without_a_list_the_setting_is_named() -> None:
    done = run("check")
    assert done.exit_code == 1
    assert "DAJIA_PICTURES" in str(done.exception)


def test_the_list_of_the_settings_is_used(tmp_path: Path) -> None:
    file = tmp_path / "known.csv"
    file.write_text(f"{KNOWN},a bag of copies\n")
    detector = build_detector(Settings(database_url="sqlite:////nowhere", pictures=file))
    (verdict,) = detector.score(Post("p1", "a1", FINE, (BAG,), pictures=(Picture(pdq=KNOWN),)))
    assert verdict.verdict == "review"
    file.write_text("x\n")
    with pytest.raises(PictureListError, match=r"known\.csv:1: 'x' is no PDQ hash"):
        build_detector(Settings(database_url="sqlite:////nowhere", pictures=file))


def test_pictures_of_confirmed_targets_alone_are_exported(sqlite_store_url: str) -> None:
    from bootstrap.storage import build_store  # noqa: PLC0415 - beside the settings that it is built from

    platform = Platform(build_store(Settings(database_url=sqlite_store_url)))
    platform.post("p1", links=(BAG,), pictures=(Picture(pdq=KNOWN), Picture(pdq=OTHER)))
    platform.post("p2", "a2", text=FINE, links=(SHOE,), pictures=(Picture(pdq=NEAR_OTHER), Picture("a cat")))
    assert run("export", DAJIA_DATABASE_URL=sqlite_store_url).stdout.count("\n") == 1
    platform.decide("counterfeit", BAG)
    done = run("export", DAJIA_DATABASE_URL=sqlite_store_url)
    assert done.stdout.splitlines()[1:] == [f"{KNOWN},weidian:item:4371293"], "the other is nearly an honest shop's"
    assert "1 pictures." in done.stderr
