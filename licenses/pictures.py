"""The text of a QR code in a photo or screenshot that somebody uploads.

What comes in is anybody's bytes: only few formats are opened at all, and no picture is
unpacked that says it is larger than a telephone makes.
"""

from __future__ import annotations

import io
import warnings

import zxingcpp
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
MOST_PIXELS = 50_000_000
# Enough for the finest code; a larger photo only takes longer to read.
LONGEST_SIDE = 3000


class UnreadablePictureError(ValueError):
    """There is no QR code to read; the words are for the person who sent it."""


def is_picture(raw: bytes) -> bool:
    """By its first bytes; whatever else is uploaded is taken for text."""
    is_webp = raw[:4] == b"RIFF" and raw[8:12] == b"WEBP"
    return is_webp or raw.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8"))


def text_in(raw: bytes) -> str:
    """What the one QR code in a picture says."""
    codes = zxingcpp.read_barcodes(_opened(raw), formats=zxingcpp.BarcodeFormat.QRCode)
    texts = {code.text for code in codes if code.text}
    if not texts:
        raise UnreadablePictureError(
            _("No QR code was found in this picture. Take it closer and straight on.")
        )
    if len(texts) > 1:
        raise UnreadablePictureError(
            _("There are several QR codes in this picture. Cut out the right one.")
        )
    return texts.pop()


def _opened(raw: bytes) -> Image.Image:
    """In grey; a picture that claims to be huge is never unpacked."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(raw), formats=FORMATS)
            if picture.width * picture.height > MOST_PIXELS:
                raise UnreadablePictureError(
                    _("This picture is too large. Make a smaller one.")
                )
            picture.draft("L", (LONGEST_SIDE, LONGEST_SIDE))
            grey = picture.convert("L")
    except UnreadablePictureError:
        raise
    except (
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
    ):
        raise UnreadablePictureError(
            _("This picture cannot be opened. Send a PNG or a JPEG.")
        ) from None
    grey.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return grey
