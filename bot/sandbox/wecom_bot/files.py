"""What people send to a bot: sealed behind an address that is good for five minutes, each under a key of its own.

The cipher is AES-256-CBC with the key's first 16 bytes as IV and PKCS#7 padding to 32; the key stands in the message,
in base64. Source: the official page on the long connection, and the official SDK's `decryptFile`.
"""

import base64
import os
from dataclasses import dataclass
from itertools import count
from urllib.parse import quote

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router

from bot.sandbox.clock import MINUTE, WorldClock
from bot.sandbox.shown import File, Json

HOST = "ww-aibot-img-1258476243.cos.ap-guangzhou.myqcloud.com"
"""Where the addresses lead, as in the official SDK's examples."""

_LIFE = 5 * MINUTE
_BLOCK, _KEY = 32, 32  # bytes


@dataclass(frozen=True, slots=True)
class _Lent:
    name: str
    sealed: bytes
    at: int


class SealedFiles:
    """The files; `app` serves them."""

    def __init__(self, clock: WorldClock) -> None:
        self._clock = clock
        self._lent: dict[str, _Lent] = {}
        self._numbers = count(1)
        self.app = Router([Route("/{number}", self._fetch)])

    def lend(self, file: File) -> Json:
        """The address of a file and the key to it, as they stand in a message."""
        number, key = str(next(self._numbers)), os.urandom(_KEY)
        self._lent[number] = _Lent(file.name, _seal(file.body, key), self._clock.now())
        return {"url": f"https://{HOST}/{number}?sign=sandbox", "aeskey": base64.b64encode(key).decode()}

    async def _fetch(self, request: Request) -> Response:
        lent = self._lent.get(str(request.path_params["number"]))
        if lent is None or self._clock.now() - lent.at > _LIFE:
            return Response(status_code=403)
        shown = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(lent.name)}"}
        return Response(lent.sealed, media_type="application/octet-stream", headers=shown)


def _seal(body: bytes, key: bytes) -> bytes:
    padding = _BLOCK - len(body) % _BLOCK
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return encryptor.update(body + bytes([padding]) * padding) + encryptor.finalize()
