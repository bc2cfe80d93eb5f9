"""Reading pictures: what their QR codes hold, and their PDQ hashes. Needs the extra ``pictures``.

A picture is hostile input: its bytes, its format and its pixels are limited before anything is unpacked.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pdqhash
import zxingcpp
from PIL import Image, UnidentifiedImageError

from detector.pictures import PictureError, PictureFile
from detector.types import Picture

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 25_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
LEAST_QUALITY = 50
"""Of 100. Below it a picture has too little in it to tell it from others, say PDQ's authors."""
HASHED, READ = 512, 2_048
"""Longer side, in pixels, of what is hashed and of what is searched for codes."""
MAX_CODES, MAX_CODE = 8, 4_096
MAX_INLINE, INLINE_PIXELS = 4, 4_000_000
"""Of one page: a hostile one must not keep the worker for more than a second."""
_INLINE = re.compile(r"data:image/(?:png|jpe?g|webp|gif);base64,([A-Za-z0-9+/=]{100,2000000})", re.IGNORECASE)


def read_picture_file(file: Path) -> PictureFile:
    """The picture of a file; :class:`PictureError` where it is none, or too large."""
    try:
        with file.open("rb") as opened:
            body = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise PictureError(f"It cannot be read: {error.strerror}.") from None
    return read_picture(body)


def read_picture(body: bytes, max_pixels: int = MAX_PIXELS) -> PictureFile:
    """The picture that these bytes are; :class:`PictureError` as above."""
    if len(body) > MAX_BYTES:
        raise PictureError(f"It has more than {MAX_BYTES:,} bytes.")
    try:
        return _read(_opened(body, max_pixels))
    except PictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureError(f"It has more than {max_pixels:,} pixels.") from None
    except UnidentifiedImageError:
        raise PictureError("It is no picture in one of the formats JPEG, PNG, WebP and GIF.") from None
    except (OSError, SyntaxError, ValueError, EOFError):
        raise PictureError("It is damaged.") from None


def _opened(body: bytes, max_pixels: int) -> Image.Image:
    with Image.open(BytesIO(body), formats=FORMATS) as image:
        if image.width * image.height > max_pixels:
            raise PictureError(f"It has more than {max_pixels:,} pixels.")
        return image.convert("RGB")


def _read(image: Image.Image) -> PictureFile:
    image.thumbnail((READ, READ))
    found = zxingcpp.read_barcodes(np.asarray(image), formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]))
    codes = tuple(dict.fromkeys(code.text[:MAX_CODE] for code in found if code.text.strip()))[:MAX_CODES]
    image.thumbnail((HASHED, HASHED))
    bits, quality = pdqhash.compute(np.asarray(image))
    pdq = np.packbits(bits).tobytes().hex() if quality >= LEAST_QUALITY else None
    return PictureFile(Picture("", codes, pdq), int(quality))


def inline_pictures(html: str) -> list[Picture]:
    """Pictures that a page carries within itself, the first four; what cannot be read is passed over."""
    found: list[Picture] = []
    for place, match in enumerate(_INLINE.finditer(html)):
        if place == MAX_INLINE:
            break
        found += _inline(match.group(1))
    return found


def _inline(encoded: str) -> Iterator[Picture]:
    try:
        yield read_picture(base64.b64decode(encoded, validate=True), INLINE_PIXELS).picture
    except (binascii.Error, PictureError):
        return
