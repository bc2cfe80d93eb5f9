"""``dajia pictures``: read pictures for the service, check a list of known ones, write a list of confirmed ones."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import msgspec

from bootstrap.detection import picture_reader
from bootstrap.storage import build_store
from detector.picture_list import check_picture_list
from detector.pictures import PictureError, PictureFile
from service.picture_export import confirmed_pictures
from settings import SettingsError, read_settings


class ReadPicture(msgspec.Struct, frozen=True):
    """One line of ``dajia pictures read``."""

    file: str
    picture: dict[str, object]
    """As an element of ``pictures`` in ``POST /v1/posts``."""
    quality: int
    """Of the hash, 0 to 100; below 50 it is left out."""


@click.group()
def pictures() -> None:
    """Pictures of posts: read them, check a list of known ones, export confirmed ones."""


@pictures.command("read")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def pictures_read(files: tuple[Path, ...]) -> None:
    """Print what QR codes in FILES hold and their PDQ hashes, a line of JSON each, as the service takes them."""
    read_picture = picture_reader()
    failed = False
    for file in files:
        try:
            click.echo(_line(file, read_picture(file)))
        except PictureError as error:
            click.echo(f"{file}: {error}", err=True)
            failed = True
    sys.exit(1 if failed else 0)


def _line(file: Path, read: PictureFile) -> bytes:
    shown = {name: value for name, value in msgspec.to_builtins(read.picture).items() if value}
    return msgspec.json.encode(ReadPicture(str(file), shown, read.quality))


@pictures.command("check")
@click.argument("file", required=False, type=click.Path(path_type=Path))
def pictures_check(file: Path | None) -> None:
    """Check FILE (default: DAJIA_PICTURES), a list of PDQ hashes; each fault is told with its line."""
    path = file or read_settings().pictures
    if path is None:
        raise SettingsError("Name a file, or set DAJIA_PICTURES to the list that the service is to use.")
    listed, faults = check_picture_list(path)
    for fault in faults:
        click.echo(f"{path}:{fault.line}: {fault.problem}")
    if faults:
        click.echo(f"{path}: {len(faults):,} {'fault' if len(faults) == 1 else 'faults'}.", err=True)
        sys.exit(1)
    click.echo(f"{path}: sound, pictures: {len({pdq for pdq, _ in listed}):,}.")


@pictures.command("export")
def pictures_export() -> None:
    """Print a list of the pictures of confirmed targets, with the target as the label, for others to use."""
    click.echo("# PDQ hash, target; pictures that posts with other targets show are left out")
    found = confirmed_pictures(build_store(read_settings()))
    for pdq, target in sorted(found.items()):
        click.echo(f"{pdq},{target}")
    click.echo(f"{len(found):,} pictures.", err=True)
