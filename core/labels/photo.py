"""What a photo shows: bar codes and QR codes, and where they stand in it. Runs where files of strangers are read."""

from dataclasses import dataclass
from io import BytesIO

import zxingcpp
from PIL import Image, ImageOps

from core.errors import FileRefused

_FORMATS = ("JPEG", "PNG", "WEBP")
_MOST_DOTS = 50_000_000
_LONGEST = 2400  # dots of the longer side that are looked at; more cost time and tell nothing more
_ENLARGED = 2


@dataclass(frozen=True, slots=True)
class Code:
    """A code and its corners in dots of the picture: top left, top right, bottom right, bottom left as it is read."""

    kind: str  # "Code128", "QRCode" … as zxing names them
    text: str
    corners: tuple[tuple[float, float], ...]


def opened(photo: bytes) -> Image.Image:
    """The picture in grey, upright, not larger than needed. Raises `FileRefused` for what is none, or far too large."""
    try:
        picture = Image.open(BytesIO(photo), formats=_FORMATS)
        if picture.width * picture.height > _MOST_DOTS:
            raise FileRefused(why="too_big")
        grey = ImageOps.exif_transpose(picture).convert("L")
    except Image.DecompressionBombError as error:
        raise FileRefused(why="too_big") from error
    except (OSError, SyntaxError, ValueError) as error:  # what Pillow raises for broken files
        raise FileRefused(why="no_picture") from error
    grey.thumbnail((_LONGEST, _LONGEST))
    return grey


def read_codes(photo: bytes) -> tuple[Code, ...]:
    """The codes in a photo, each text once, the surest first."""
    found = codes(opened(photo))
    return tuple({code.text: code for code in reversed(found)}.values())[::-1]


def codes(picture: Image.Image) -> list[Code]:
    """Every code in a picture; a small one is looked at enlarged where nothing is found else."""
    found = [_code(each, 1) for each in zxingcpp.read_barcodes(picture)]
    if found:
        return found
    larger = picture.resize((picture.width * _ENLARGED, picture.height * _ENLARGED), Image.Resampling.BICUBIC)
    return [_code(each, _ENLARGED) for each in zxingcpp.read_barcodes(larger)]


def _code(read: zxingcpp.Barcode, scale: int) -> Code:
    place = read.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    return Code(read.format.name, read.text, tuple((each.x / scale, each.y / scale) for each in corners))
