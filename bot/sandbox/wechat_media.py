"""Temporary media of WeCom and Official Accounts, good for three days: what programs upload, and what people send.

Uploads come in multipart field `media`, sizes are those of the official page on uploading. What is fetched comes as it
is, under the name in Content-Disposition (official pages on `media/get`).
"""

import mimetypes
from dataclasses import dataclass
from itertools import count
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from bot.sandbox.clock import DAY, WorldClock
from bot.sandbox.shown import File
from bot.sandbox.wechat_wire import BAD_MEDIA, BAD_MEDIA_TYPE, BAD_SIZE, Refusal

_MIB = 1024 * 1024
_LARGEST = {"image": 10 * _MIB, "voice": 2 * _MIB, "video": 10 * _MIB, "file": 20 * _MIB}
_SMALLEST = 5
_LIFE = 3 * DAY


@dataclass(frozen=True, slots=True)
class _Kept:
    kind: str
    file: File
    at: int


class Media:
    """What was uploaded, and what people sent."""

    def __init__(self, clock: WorldClock) -> None:
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._numbers = count(1)

    def keep(self, kind: str, file: File) -> str:
        """Keep a file; returns its media id. Raises `Refusal`."""
        if kind not in _LARGEST:
            raise Refusal(BAD_MEDIA_TYPE, "invalid media type")
        if not _SMALLEST < len(file.body) <= _LARGEST[kind]:
            raise Refusal(BAD_SIZE, "invalid media size")
        media = f"3MEDIA{next(self._numbers):08d}"
        self._kept[media] = _Kept(kind, file, self._clock.now())
        return media

    def get(self, kind: str, media: str) -> File:
        """A file of this kind that is still there. Raises `Refusal`."""
        kept = self._found(media)
        if kept.kind != kind:
            raise Refusal(BAD_MEDIA, "invalid media_id")
        return kept.file

    def fetched(self, media: str) -> Response:
        """A file that is still there, as `media/get` answers it. Raises `Refusal`."""
        file = self._found(media).file
        headers = {"Content-Disposition": f'attachment; filename="{quote(file.name)}"'}
        return Response(file.body, media_type=mimetypes.guess_type(file.name)[0], headers=headers)

    def _found(self, media: str) -> _Kept:
        kept = self._kept.get(media)
        if kept is None or self._clock.now() - kept.at >= _LIFE:
            raise Refusal(BAD_MEDIA, "invalid media_id")
        return kept


async def uploaded(request: Request) -> File:
    """The file of a multipart body. Raises `Refusal`."""
    form = await request.form()
    try:
        part = form.get("media")
        if not isinstance(part, UploadFile) or len(form) != 1:
            raise Refusal(BAD_MEDIA_TYPE, "empty media data")
        return File(part.filename or "", await part.read())
    finally:
        await form.close()
