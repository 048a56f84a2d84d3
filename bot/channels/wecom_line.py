"""The long connection of a WeCom intelligent bot: frames there and back, answers found by their request's id.

Frames are those of the official page and SDK: `{cmd, headers: {req_id}, body}`, answered by `{headers, errcode, errmsg,
body}`; a ping every 30 seconds; an upload in chunks of 512 KB, at most a hundred, counted from 0.
"""

import asyncio
import base64
import contextlib
import hashlib
import json
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from bot.channels.base import File
from core.ids import token
from core.sockets import Dial, Socket

URL = "wss://openws.work.weixin.qq.com/"
CHUNK, MOST_CHUNKS = 512 * 1024, 100
NO_LINE = (ConnectionError, TimeoutError)
"""What a connection that does not come about, or breaks, raises."""

Frame = dict[str, Any]


class Broken(Exception):
    """The connection had ended before; nothing was sent."""


class Refused(Exception):
    """The servers understood and said no: their number for that."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Bot:
    """What the console shows of the bot, and where its servers are.

    `ping`: seconds between two signs of life; `patience`: seconds until an answer is no longer expected.
    """

    id: str
    secret: str = field(repr=False)
    url: str = URL
    ping: float = 30.0
    patience: float = 10.0


class Line:
    """One connection. Somebody must read `frames` for `ask` to be answered."""

    def __init__(self, socket: Socket, bot: Bot) -> None:
        self._socket = socket
        self._bot = bot
        self._asked: dict[str, asyncio.Future[Frame]] = {}

    @classmethod
    async def open(cls, bot: Bot, dial: Dial) -> Self:
        """Connect and subscribe. Raises `Refused`, and what `NO_LINE` names."""
        socket = await dial(bot.url)
        try:
            await socket.send(_frame("aibot_subscribe", token(), {"bot_id": bot.id, "secret": bot.secret}))
            async with asyncio.timeout(bot.patience):
                _checked(_read(await socket.receive()))
        except BaseException:
            await socket.close()
            raise
        return cls(socket, bot)

    async def frames(self) -> AsyncGenerator[Frame, None]:
        """What the servers send unasked; the line is pinged meanwhile, and hung up when nobody reads any more.

        Raises `ConnectionError` when it ends.
        """
        pinging = asyncio.create_task(self._keep_alive(), name="wecom bot ping")
        try:
            while True:
                frame = _read(await self._socket.receive())
                if "cmd" in frame:
                    yield frame
                else:
                    self._answered(frame)
        finally:
            pinging.cancel()
            await asyncio.gather(pinging, return_exceptions=True)
            self._give_up()
            await self._socket.close()

    async def ask(self, command: str, body: Mapping[str, Any], request: str = "") -> Frame:
        """The body of the answer. Raises `Refused`, `Broken`, and what `NO_LINE` names where it may have been done."""
        request = request or token()
        answer = self._asked[request] = asyncio.get_running_loop().create_future()
        try:
            await self._send(_frame(command, request, body))
            async with asyncio.timeout(self._bot.patience):
                frame = _checked(await answer)
        finally:
            self._asked.pop(request, None)
        return frame.get("body") or {}

    async def upload(self, kind: str, file: File) -> str:
        """Lend a file to the servers; returns its media id. Raises like `ask`, and nobody has seen anything."""
        chunks = [file.body[start : start + CHUNK] for start in range(0, len(file.body), CHUNK)]
        begun = {"type": kind, "filename": file.name, "total_size": len(file.body), "total_chunks": len(chunks)}
        md5 = hashlib.md5(file.body, usedforsecurity=False).hexdigest()
        upload = (await self.ask("aibot_upload_media_init", {**begun, "md5": md5}))["upload_id"]
        for place, chunk in enumerate(chunks):
            data = {"upload_id": upload, "chunk_index": place, "base64_data": base64.b64encode(chunk).decode()}
            await self.ask("aibot_upload_media_chunk", data)
        return str((await self.ask("aibot_upload_media_finish", {"upload_id": upload}))["media_id"])

    async def close(self) -> None:
        """Hang up."""
        await self._socket.close()

    async def _send(self, frame: str) -> None:
        try:
            await self._socket.send(frame)
        except ConnectionError as error:
            raise Broken from error

    async def _keep_alive(self) -> None:
        """A line on which a ping is not answered is hung up, so that a new one is made."""
        while True:
            await asyncio.sleep(self._bot.ping)
            try:
                await self.ask("ping", {})
            except (Refused, Broken, *NO_LINE):
                await self._socket.close()
                return

    def _answered(self, frame: Frame) -> None:
        asked = self._asked.get(str(frame.get("headers", {}).get("req_id", "")))
        if asked is not None and not asked.done():
            asked.set_result(frame)

    def _give_up(self) -> None:
        """Whoever waits for an answer will not get it."""
        for asked in self._asked.values():
            if not asked.done():
                asked.set_exception(ConnectionResetError("the connection ended"))


def _frame(command: str, request: str, body: Mapping[str, Any]) -> str:
    return json.dumps({"cmd": command, "headers": {"req_id": request}, "body": body}, ensure_ascii=False)


def _checked(frame: Frame) -> Frame:
    if frame.get("errcode"):
        raise Refused(int(frame["errcode"]))
    return frame


def _read(text: str) -> Frame:
    """The frame; an empty one for what makes no sense."""
    with contextlib.suppress(ValueError):
        frame = json.loads(text)
        if isinstance(frame, dict):
            return frame
    return {}
