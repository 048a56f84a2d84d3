"""Answering WeChat's call with what there is to say, for an account that may not speak otherwise.

WeChat waits five seconds and then calls again, three times in all (official page on passive replies). So work that
takes longer is waited for by letting the first calls run out; at the last one the merchant is told how to ask. A call
that was answered and comes again is one whose answer did not get through: it is answered the same.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from starlette.background import BackgroundTask
from starlette.responses import PlainTextResponse, Response
from wechatpy.replies import TextReply

from bot.channels.base import Drawing, Reception, Told
from bot.channels.wechat_callbacks import Fields
from bot.channels.writing import BETWEEN, in_bytes, in_words, pieces
from core.clock import SECOND, Clock
from core.ids import token
from core.storage.address import Address
from handlers import texts
from handlers.messages import Incoming

PATIENCE = 4.5  # seconds a call may be kept waiting, of the five that WeChat waits
_TEXT = 2048  # bytes
_CALLS = 3  # how often WeChat calls with the same message
_PAST = 1.3  # times our patience is longer than WeChat's
_REMEMBERED = 1_000  # messages that may come again


@dataclass(slots=True)
class _Message:
    """How often WeChat has called with a message, and what it was told."""

    calls: int = 0
    told: str = ""


class AtOnce:
    """Counts the calls and writes the answers; `crypto` seals them, if messages are sealed."""

    def __init__(self, channel: str, crypto: Any, clock: Clock, patience: float) -> None:  # noqa: ANN401
        self._channel = channel
        self._crypto = crypto  # wechatpy's, which has no types
        self._clock = clock
        self._patience = patience
        self._messages: OrderedDict[str, _Message] = OrderedDict()

    async def answered(self, reception: Reception, fields: Fields, incoming: Incoming) -> Response:
        """Bring the message in, and answer the call."""
        to, began = Address(self._channel, incoming.peer), asyncio.get_running_loop().time()
        known = self._called_again(incoming.uid)
        if known.told:
            return self._reply(fields, known.told)
        await reception.receive(incoming)
        rests = await reception.rests(to, self._patience)
        if not rests and known.calls < _CALLS:
            spent = asyncio.get_running_loop().time() - began
            await asyncio.sleep(max(0.0, self._patience * _PAST - spent))
            return Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE)  # nobody listens any more
        known.told, after = self._said(await reception.answer(to), rests=rests)
        return self._reply(fields, known.told, after) if known.told else PlainTextResponse("success")

    def _called_again(self, uid: str) -> _Message:
        known = self._messages.setdefault(uid, _Message())
        known.calls += 1
        if len(self._messages) > _REMEMBERED:
            self._messages.popitem(last=False)
        return known

    def _said(self, told: Told | None, *, rests: bool) -> tuple[str, BackgroundTask | None]:
        """What to answer, if anything, and what to do once it is said."""
        language = told.drawing.language if told else "zh"
        working = [] if rests else [texts.text(language, "chat.still_working")]
        if told is None:
            return "".join(working), None
        said, rest = self._cut(BETWEEN.join([in_words(told.drawing), *working]), language)
        return said, BackgroundTask(told.keep, Drawing(rest, language=language) if rest else None)

    def _cut(self, text: str, language: str) -> tuple[str, str]:
        """As much as one answer holds, and what is left for the next one."""
        if in_bytes(text) <= _TEXT:
            return text, ""
        more = texts.text(language, "chat.more_waits")
        first, *_ = pieces(text, _TEXT - in_bytes(f"\n{more}"), in_bytes)
        return f"{first}\n{more}", text[len(first) :].removeprefix("\n")

    def _reply(self, fields: Fields, text: str, after: BackgroundTask | None = None) -> Response:
        reply = TextReply(content=text, source=fields.get("ToUserName"), target=fields.get("FromUserName"))
        plain = str(reply.render())
        if self._crypto is not None:
            plain = str(self._crypto.encrypt_message(plain, token(), str(self._clock.now() // SECOND)))
        return Response(plain, media_type="application/xml", background=after)
