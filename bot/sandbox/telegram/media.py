"""Files that Telegram keeps: documents as they were sent, photos in several sizes, voice messages.

A photo is never what was taken: it is stored as JPEG, at most 1280 dots long (official clients; sizes s, m, x and y).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from pathlib import PurePath
from typing import ClassVar, Protocol

from PIL import Image

from bot.sandbox.telegram.wire import Json

_SIZES = (90, 320, 800, 1280)  # dots on the longer side
_QUALITY = 87  # as official clients compress (field practice)
_FORMATS = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes with the ids by which a bot names them. `serial` tells files apart; `kind`: (letters of the id, folder)."""

    serial: int
    kind: tuple[str, str]
    suffix: str
    body: bytes

    @property
    def file_id(self) -> str:
        """What the bot names it by."""
        return f"{self.kind[0]}AgUAAx{self.serial:08d}"

    @property
    def path(self) -> str:
        """Where it can be fetched, behind `/file/bot<token>/`."""
        return f"{self.kind[1]}/file_{self.serial}{self.suffix}"

    def ids(self) -> Json:
        """What every kind of file tells of itself."""
        unique = f"AgAD{self.serial:08d}"
        return {"file_id": self.file_id, "file_unique_id": unique, "file_size": len(self.body)}

    def to_file(self) -> Json:
        """As a File, ready to be fetched."""
        return self.ids() | {"file_path": self.path}


class Media(Protocol):
    """What a message may carry."""

    key: ClassVar[str]  # the message's field

    @property
    def files(self) -> tuple[Stored, ...]:
        """What can be fetched of it."""
        ...

    def to_json(self) -> object:
        """As the message's field shows it."""
        ...


@dataclass(frozen=True, slots=True)
class Document:
    """A file under its own name, untouched."""

    key: ClassVar[str] = "document"
    stored: Stored
    name: str
    media: str

    @property
    def body(self) -> bytes:
        """Its bytes."""
        return self.stored.body

    @property
    def files(self) -> tuple[Stored, ...]:
        """Itself."""
        return (self.stored,)

    def to_json(self) -> Json:
        """As a Document."""
        return self.stored.ids() | {"file_name": self.name, "mime_type": self.media}


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture in its sizes, the smallest first."""

    key: ClassVar[str] = "photo"
    sizes: tuple[tuple[Stored, int, int], ...]

    @property
    def files(self) -> tuple[Stored, ...]:
        """Every size."""
        return tuple(stored for stored, _, _ in self.sizes)

    def to_json(self) -> list[Json]:
        """As PhotoSizes."""
        return [stored.ids() | {"width": width, "height": height} for stored, width, height in self.sizes]


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody speaking."""

    key: ClassVar[str] = "voice"
    stored: Stored
    seconds: int

    @property
    def files(self) -> tuple[Stored, ...]:
        """Itself."""
        return (self.stored,)

    def to_json(self) -> Json:
        """As a Voice."""
        return self.stored.ids() | {"duration": self.seconds, "mime_type": "audio/ogg"}


class Darkroom:
    """Makes what people send into what Telegram keeps."""

    def __init__(self) -> None:
        self._serials = count(1)

    def document(self, name: str, media: str, body: bytes) -> Document:
        """A file, whatever is in it."""
        return Document(Stored(next(self._serials), ("BQAC", "documents"), PurePath(name).suffix, body), name, media)

    def photo(self, body: bytes) -> Photo:
        """A picture, made smaller. Raises `ValueError` for what is none."""
        try:
            taken = Image.open(BytesIO(body), formats=_FORMATS).convert("RGB")
        except OSError as error:
            raise ValueError("not a picture") from error
        return Photo(tuple(self._sized(taken)))

    def voice(self, body: bytes, seconds: int) -> Voice:
        """A recording. Raises `ValueError` for anything but Ogg: that is what clients record (official page)."""
        if not body.startswith(b"OggS") or seconds < 0:
            raise ValueError("not a recording")
        return Voice(Stored(next(self._serials), ("AwAC", "voice"), ".oga", body), seconds)

    def _sized(self, taken: Image.Image) -> Iterator[tuple[Stored, int, int]]:
        for longest in _SIZES:
            smaller = taken.copy()
            smaller.thumbnail((longest, longest))
            file = BytesIO()
            smaller.save(file, "JPEG", quality=_QUALITY)
            yield Stored(next(self._serials), ("AgAC", "photos"), ".jpg", file.getvalue()), *smaller.size
            if max(taken.size) <= longest:
                return
