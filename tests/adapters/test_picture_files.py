"""Picture files: codes and hashes are read, and whatever is no picture, or too large a one, is told."""

from __future__ import annotations

import base64
import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from adapters.picture_files import MAX_BYTES, inline_pictures, read_picture, read_picture_file
from detector.picture_list import NEAR
from detector.pictures import PictureError

CODE = "https://weidian.com/item.html?itemID=4371293"


def drawing(*, code: str = CODE) -> Image.Image:
    """A picture with a lot in it, and a QR code in its corner."""
    image = Image.effect_mandelbrot((900, 700), (-2, -1.5, 1, 1.5), 100).convert("RGB")
    if code:
        drawn = zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.QRCode), scale=5)
        image.paste(Image.fromarray(np.array(drawn)).convert("RGB"), (40, 40))
    return image


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_code_is_read_and_the_hash_is_nearly_that_of_any_copy(kind: str) -> None:
    read = read_picture(saved(drawing(), kind))
    assert read.picture.qr == (CODE,)
    smaller = read_picture(saved(drawing().resize((450, 350)), "JPEG", quality=70)).picture.pdq
    assert read.picture.pdq is not None
    assert smaller is not None
    assert (int(read.picture.pdq, 16) ^ int(smaller, 16)).bit_count() <= NEAR
    other = read_picture(saved(drawing(code="").rotate(90), kind)).picture.pdq
    assert other is not None
    assert (int(read.picture.pdq, 16) ^ int(other, 16)).bit_count() > NEAR


def test_a_picture_with_nothing_in_it_has_no_hash() -> None:
    read = read_picture(saved(Image.new("RGB", (300, 300), "pink"), "PNG"))
    assert (read.picture.pdq, read.picture.qr, read.quality) == (None, (), 0)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "I;16"])
def test_any_kind_of_pixels_is_read(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert read_picture(saved(drawing(code="").convert("L").convert(mode), kind)).quality >= 0


def _bomb(width: int, height: int) -> bytes:
    """A PNG that says it is huge."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    body = b"".join(struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "no picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture"),
        (b"%PDF-1.7", "no picture"),
        (saved(drawing(), "BMP"), "no picture"),
        (saved(drawing(), "TIFF"), "no picture"),
        (_bomb(30_000, 2_000), "pixels"),
        (_bomb(2**31 - 1, 2**31 - 1), "pixels"),
        (_bomb(500, 500), "damaged"),
        (saved(drawing(), "JPEG")[:2_000], "damaged"),
        (b"\0" * (MAX_BYTES + 1), "bytes"),
    ],
    ids=["empty", "svg", "pdf", "bmp", "tiff", "pixels", "bomb", "short", "cut", "large"],
)
def test_what_cannot_be_taken_says_why(body: bytes, problem: str) -> None:
    with pytest.raises(PictureError, match=problem):
        read_picture(body)


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="cannot be read"):
        read_picture_file(tmp_path / "none.png")


@given(st.binary(max_size=300), st.sampled_from(["PNG", "JPEG", "GIF", "WEBP"]), st.integers(0, 2_000))
def test_damage_of_any_kind_is_told(noise: bytes, kind: str, place: int) -> None:
    body = bytearray(SMALL[kind])
    place %= len(body)
    body[place : place + len(noise)] = noise
    try:
        read_picture(bytes(body))
    except PictureError as error:
        assert str(error)  # noqa: PT017 - either is right, anything else is not


SMALL = {kind: saved(drawing().resize((90, 70)), kind) for kind in ("PNG", "JPEG", "GIF", "WEBP")}


def test_pictures_within_a_page_are_read() -> None:
    body = base64.b64encode(saved(drawing(code="wxp://f2f0abc"), "PNG")).decode()
    broken = base64.b64encode(b"no picture at all" * 10).decode()
    html = f'<img src="data:image/png;base64,{broken}"><img src="data:image/png;base64,{body}">'
    (found,) = inline_pictures(html)
    assert found.qr == ("wxp://f2f0abc",)
    assert len(inline_pictures(html * 30)) == 2, "four are looked at, and every other is broken"
    large = base64.b64encode(_bomb(4_000, 2_000)).decode()
    assert inline_pictures(f'<img src="data:image/png;base64,{large}">') == []
    assert inline_pictures("<img src=a.png>") == []
