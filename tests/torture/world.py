"""The pretend world as people and their browsers meet it, over its socket."""

import asyncio
import io
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import pypdfium2

Json = dict[str, Any]
_NUMBER = re.compile(r"\b\d{4} \d{4} \d{4} \d{2}\b")  # a ZTO number as a label shows it
_GLANCE = 0.1  # seconds between two tries of a browser whose page does not come up
_TRIES = 600
_ACCOUNT = "pdd12345678901"  # the main account of the world's usual shop


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of the program in a chat; `place` counts them from 0. `document`: a file's name, or ""."""

    place: int
    message: int
    text: str
    buttons: tuple[str, ...]
    document: str


class World:
    """Controls of a served sandbox."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.posted = 0  # what people said and pressed so far, each one an update of Telegram's
        fresh = httpx.Limits(max_keepalive_connections=0)  # a server may close an idle one just as it is used again
        self._client = httpx.AsyncClient(base_url=url, timeout=30, limits=fresh, trust_env=False)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def is_up(self) -> None:
        """Wait until it answers. Raises `TimeoutError`."""
        for _ in range(_TRIES):
            try:
                await self._client.get("/world/summary")
            except httpx.TransportError:
                await asyncio.sleep(_GLANCE)
            else:
                return
        raise TimeoutError

    async def do(self, verb: str, **arguments: Any) -> Any:
        """One verb of the world's."""
        return _read(await self._client.post("/world/do", json={"verb": verb, **arguments}))["done"]

    async def now(self) -> int:
        """The world's moment, epoch milliseconds UTC."""
        return int(_read(await self._client.get("/world/clock"))["now"])

    async def ledger(self) -> Json:
        """What really happened."""
        return _read(await self._client.get("/world/ledger"))

    async def say(self, chat: int, text: str) -> None:
        """Somebody writes to the bot."""
        _read(await self._client.post("/world/telegram/say", json={"chat": chat, "text": text}))
        self.posted += 1

    async def press(self, chat: int, label: str, message: int = 0) -> str:
        """Somebody presses the newest button with this label, or that of a message; returns the address it opens."""
        tap = {"chat": chat, "label": label, "message_id": message}
        url = str(_read(await self._client.post("/world/telegram/press", json=tap))["url"])
        self.posted += not url
        return url

    async def heard(self, chat: int) -> list[Heard]:
        """What the bot said there, oldest first, as it stands now."""
        rows = (await self._client.get("/world/telegram/heard", params={"chat": chat})).json()
        return [_heard(place, row) for place, row in enumerate(rows)]

    async def numbers_on(self, chat: int, message: int) -> list[str]:
        """The waybill number on each page of a document."""
        parameters = {"chat": chat, "message": message}
        answer = await self._client.get("/world/telegram/document", params=parameters)
        return _numbers(answer.content)

    async def authorise(self, url: str) -> None:
        """Agree on the authorisation page, and follow the way back for as long as the program does not answer."""
        page = urlsplit(url)
        answer = await self._client.post(f"/{page.netloc}{page.path}?{page.query}", data={"account": _ACCOUNT})
        back = answer.headers["location"]
        for _ in range(_TRIES):
            try:
                await self._client.get(back)
            except httpx.TransportError:
                await asyncio.sleep(_GLANCE)
            else:
                return
        raise TimeoutError(back.partition("?")[0])


def _read(answer: httpx.Response) -> Json:
    answer.raise_for_status()
    read: Json = answer.json()
    return read


def _heard(place: int, row: Json) -> Heard:
    document = row.get("document", {}).get("file_name", "")
    return Heard(place, row["message_id"], row["text"], tuple(row["buttons"]), document)


def _numbers(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    try:
        return [_number(page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()


def _number(page: str) -> str:
    """Raises `ValueError` for a page without one."""
    found = _NUMBER.search(page)
    if found is None:
        raise ValueError("a label without a number")
    return found[0].replace(" ", "")
