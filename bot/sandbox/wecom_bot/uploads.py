"""Uploads in three steps: init, chunks of at most 512 KB, finish; good for three days (official page and SDK)."""

import base64
import hashlib
from binascii import Error as NotBase64
from dataclasses import dataclass, field
from itertools import count

from bot.sandbox.clock import DAY, SECOND, WorldClock
from bot.sandbox.shown import File
from bot.sandbox.wechat_wire import BAD_MEDIA, BAD_SIZE, Json, Refusal, check_fields, text, whole

_CHUNK = 512 * 1024
_MOST_CHUNKS = 100
_KINDS = {"file", "image", "voice", "video"}
_LIFE = 3 * DAY


@dataclass(slots=True)
class _Upload:
    kind: str
    name: str
    size: int
    total: int
    md5: str
    chunks: dict[int, bytes] = field(default_factory=dict)

    def body(self) -> bytes:
        """The whole. Raises `Refusal`."""
        whole = b"".join(self.chunks[n] for n in sorted(self.chunks))
        if len(self.chunks) != self.total or len(whole) != self.size:
            raise Refusal(BAD_SIZE, "chunks are missing")
        if self.md5 and hashlib.md5(whole).hexdigest() != self.md5:
            raise Refusal(BAD_SIZE, "md5 differs")
        return whole


class Uploads:
    """Each method takes a body and returns the answer's, and raises `Refusal`. Chunks count from 0, as in the SDK."""

    def __init__(self, clock: WorldClock) -> None:
        self._clock = clock
        self._open: dict[str, _Upload] = {}
        self._kept: dict[str, tuple[str, File, int]] = {}
        self._numbers = count(1)

    def begin(self, body: Json) -> Json:
        """`aibot_upload_media_init`."""
        check_fields(body, {"md5"}, {"type", "filename", "total_size", "total_chunks"})
        upload = _Upload(
            text(body, "type"),
            text(body, "filename"),
            whole(body, "total_size"),
            whole(body, "total_chunks"),
            text(body, "md5"),
        )
        if upload.kind not in _KINDS or not upload.name or not 0 < upload.total <= _MOST_CHUNKS:
            raise Refusal(BAD_SIZE, "invalid upload")
        number = f"upload-{next(self._numbers)}"
        self._open[number] = upload
        return {"upload_id": number}

    def add(self, body: Json) -> Json:
        """`aibot_upload_media_chunk`; the same chunk again changes nothing."""
        check_fields(body, (), {"upload_id", "chunk_index", "base64_data"})
        upload, index = self._of(body), whole(body, "chunk_index")
        try:
            chunk = base64.b64decode(text(body, "base64_data"), validate=True)
        except NotBase64 as error:
            raise Refusal(BAD_SIZE, "invalid base64") from error
        if not 0 <= index < upload.total or not 0 < len(chunk) <= _CHUNK:
            raise Refusal(BAD_SIZE, "invalid chunk")
        upload.chunks[index] = chunk
        return {}

    def finish(self, body: Json) -> Json:
        """`aibot_upload_media_finish`."""
        check_fields(body, (), {"upload_id"})
        upload = self._of(body)
        media, now = f"BOTMEDIA{next(self._numbers):06d}", self._clock.now()
        self._kept[media] = (upload.kind, File(upload.name, upload.body()), now)
        del self._open[text(body, "upload_id")]
        return {"type": upload.kind, "media_id": media, "created_at": str(now // SECOND)}

    def get(self, kind: str, media: str) -> File:
        """A file that is still there. Raises `Refusal`."""
        kept_kind, file, at = self._kept.get(media, ("", File("", b""), 0))
        if kept_kind != kind or self._clock.now() - at >= _LIFE:
            raise Refusal(BAD_MEDIA, "invalid media_id")
        return file

    def _of(self, body: Json) -> _Upload:
        upload = self._open.get(text(body, "upload_id"))
        if upload is None:
            raise Refusal(BAD_SIZE, "invalid upload_id")
        return upload
