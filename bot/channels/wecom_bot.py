"""WeCom's intelligent bot (智能机器人) over its long connection: no public address, no list of trusted machines.

Whoever connects last has the bot; the one before is told, and must not come back at once, or two programs would throw
each other out for ever. Texts are markdown, and a pressed card is shown anew within five seconds of the press.
"""

import asyncio
import contextlib
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import structlog
from starlette.routing import BaseRoute

from bot.channels import wechat_files
from bot.channels.base import Abilities, ChannelBusy, ChannelRefused, Drawing, File, Keep, Receive, Reception, unkept
from bot.channels.template_card import Card, chosen, drawn, in_turn
from bot.channels.wecom_line import CHUNK, MOST_CHUNKS, NO_LINE, Bot, Broken, Frame, Line, Refused
from core.http import Http
from core.ids import new_id
from core.sockets import Dial, dialer
from handlers.messages import Incoming

log = structlog.get_logger()
NAME = "wecom_bot"
_TEXT = 4096  # bytes of markdown: what group robots take; the bot's own page names no limit
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0  # seconds between two tries to connect
_STANDBY = 600.0  # seconds for which whoever threw us out has the bot
_NOT_CONNECTED = 3.0  # seconds until there may be a connection again
_PAUSE = 60.0  # seconds after a refusal
_REMEMBERED = 500  # cards that can be shown anew after a press
_IMAGES = (".png", ".jpg", ".jpeg")
_WRONG = (
    "WeCom bot: error {code}, the bot id or its secret is wrong; copy both from the bot's page in the console and set "
    "MIANDAN_WECOM_BOT_ID and MIANDAN_WECOM_BOT_SECRET"
)
_MENTION = re.compile(r"(?<!\S)@\S+")
_WIDE = {"*": "＊", "`": "｀", "_": "＿", "#": "＃", ">": "＞"}


class WecomBot:
    """One bot."""

    name = NAME
    abilities = Abilities(edits=False, edits_once=False, erases=False, largest_file=CHUNK * MOST_CHUNKS, voice="words")

    def __init__(
        self,
        bot: Bot,
        http: Http,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        dial: Dial | None = None,
    ) -> None:
        """`http` fetches what people send; `pause` is awaited, with seconds, before the next try to connect."""
        self._bot = bot
        self._http = http
        self._dial = dial or dialer(pings=False)
        self._pause = pause
        self.trouble = ""  # what keeps news from us now
        self._line: Line | None = None
        self._cards: OrderedDict[str, Card] = OrderedDict()
        self._updates: set[asyncio.Task[None]] = set()

    async def open(self, _menu: Mapping[str, str]) -> str:
        """See `ServedChannel.open`."""
        try:
            self._line = await Line.open(self._bot, self._dial)
        except Refused as refused:
            raise ChannelRefused(_WRONG.format(code=refused.code)) from refused
        except NO_LINE as error:
            raise ChannelBusy(_NOT_CONNECTED) from error
        return f"WeCom bot {self._bot.id}"

    def routes(self, _reception: Reception) -> Sequence[BaseRoute]:
        """Nobody calls us."""
        return ()

    async def close(self) -> None:
        """See `ServedChannel.close`."""
        await asyncio.gather(*self._updates, return_exceptions=True)
        if self._line is not None:
            await self._line.close()

    async def listen(self, receive: Receive) -> None:
        """See `ServedChannel.listen`: connect again whenever the connection ends, with ever longer pauses."""
        failures = 0
        while True:
            try:
                self._line = self._line or await Line.open(self._bot, self._dial)
                failures, self.trouble = 0, ""
                await self._take_all(self._line, receive)
                is_evicted = True
            except Refused as refused:
                self._is_in_trouble("refused", "check the bot id and its secret", code=refused.code)
                await self._pause(_LONGEST_PAUSE)
                continue
            except NO_LINE as error:
                is_evicted, self.trouble = False, type(error).__name__
            self._line = None
            if is_evicted:
                self._is_in_trouble("taken over", "another program connects as this bot; stop one of the two")
            await self._pause(_STANDBY if is_evicted else min(_FIRST_PAUSE * 2**failures, _LONGEST_PAUSE))
            failures += 1

    def _is_in_trouble(self, what: str, hint: str, **details: int) -> None:
        log.warning("wecom bot in trouble", what=what, hint=hint, **details)
        self.trouble = f"{what}: {hint}"

    async def _take_all(self, line: Line, receive: Receive) -> None:
        """Bring in what comes until somebody else has the bot. Raises `ConnectionError` when the connection ends."""
        async with contextlib.aclosing(line.frames()) as frames:
            async for frame in frames:
                if _event(frame).get("eventtype") == "disconnected_event":
                    return
                incoming = read(frame)
                if incoming is not None:
                    await receive(incoming)
                    self._show_press(line, frame, incoming)

    async def download(self, file: str, most: int) -> bytes:
        """See `FileKeeper.download`."""
        return await wechat_files.download_sealed(self._http, "wecom_bot_files", file, most)

    # Out.

    async def send(self, peer: str, drawing: Drawing, keep: Keep = unkept) -> str:
        """See `Channel.send`."""
        if self._line is None:
            raise ChannelBusy(_NOT_CONNECTED)
        try:
            return await self._send(self._line, peer, drawing, keep)
        except Broken as error:
            raise ChannelBusy(_NOT_CONNECTED) from error
        except Refused as refused:
            log.warning("wecom bot refused", code=refused.code)
            raise ChannelBusy(_PAUSE) from refused

    async def _send(self, line: Line, peer: str, drawing: Drawing, keep: Keep) -> str:
        task = f"card-{new_id()}"
        text, card = drawn(drawing, task)
        if card:
            self._remember(task, card)
        turns = in_turn(drawing, plain(text), card, _TEXT)
        messages = [(await self._message(line, what), rest) for what, rest in turns]
        for n, (message, rest) in enumerate(messages, 1):
            await line.ask("aibot_send_msg", {"chatid": peer, **message})
            if n < len(messages):
                await keep(rest)
        return ""

    async def _message(self, line: Line, what: str | Card | File) -> Frame:
        if isinstance(what, File):
            return await self._uploaded(line, what)
        return _markdown(what) if isinstance(what, str) else {"msgtype": "template_card", "template_card": what}

    async def _uploaded(self, line: Line, file: File) -> Frame:
        kind = "image" if file.name.lower().endswith(_IMAGES) else "file"
        try:
            return {"msgtype": kind, kind: {"media_id": await line.upload(kind, file)}}
        except NO_LINE as error:  # nobody has seen anything of it
            raise ChannelBusy(_NOT_CONNECTED) from error

    def _remember(self, task: str, card: Card) -> None:
        self._cards[task] = card
        if len(self._cards) > _REMEMBERED:
            self._cards.popitem(last=False)

    def _show_press(self, line: Line, frame: Frame, incoming: Incoming) -> None:
        """The pressed button is all that is left on its card.

        Where the card is not remembered, or somebody else in the group may be meant, it stays as it was.
        """
        card = None if incoming.sender else self._cards.pop(str(_event(frame).get("task_id", "")), None)
        if card is None:
            return
        body = {"response_type": "update_template_card", "template_card": chosen(card, incoming.button)}
        task = asyncio.create_task(self._update(line, body, str(frame["headers"]["req_id"])))
        self._updates.add(task)
        task.add_done_callback(self._updates.discard)

    async def _update(self, line: Line, body: Frame, request: str) -> None:
        try:
            await line.ask("aibot_respond_update_msg", body, request)
        except (Refused, Broken, *NO_LINE):
            log.info("wecom bot card not updated")


def read(frame: Mapping[str, Any]) -> Incoming | None:
    """A frame as our message; None for what needs no answer."""
    body = frame.get("body") or {}
    person, uid = str((body.get("from") or {}).get("userid", "")), str(body.get("msgid", ""))
    group = str(body.get("chatid") or "") if body.get("chattype") == "group" else ""
    if not person or not uid:
        return None
    peer, sender = (group, person) if group else (person, "")
    if frame.get("cmd") == "aibot_event_callback":
        button = str(_event(frame).get("event_key") or "")
        return Incoming(NAME, peer, uid, sender=sender, button=button) if button else None
    is_spoken = body.get("msgtype") == "voice"  # which WeCom writes down by itself
    said = str((body.get("voice" if is_spoken else "text") or {}).get("content") or "")
    if not said and not group and (attached := wechat_files.sealed_attachment(body)):
        return Incoming(NAME, peer, uid, attachment=attached, message=uid)
    if group and _is_file_for_us(body):
        return Incoming(NAME, peer, uid, sender=sender, message=uid, notice="chat.file_in_private")
    if not said:
        notice = "chat.voice_empty" if is_spoken else "chat.only_text"
        return None if group else Incoming(NAME, peer, uid, notice=notice)
    if group:  # assumed, as on the official page: only what mentions the bot is sent to it, mention included
        said = _MENTION.sub("", said, count=1).strip()
    return Incoming(NAME, peer, uid, sender=sender, text=said, is_spoken=is_spoken, message=uid)


def _is_file_for_us(body: Mapping[str, Any]) -> bool:
    """Whether it is a picture or document with words that mention somebody: in a group, the bot."""
    attached = wechat_files.sealed_attachment(body)
    return attached is not None and _MENTION.search(attached.caption) is not None


def _event(frame: Mapping[str, Any]) -> Mapping[str, Any]:
    return (frame.get("body") or {}).get("event") or {}


def _markdown(text: str) -> Frame:
    return {"msgtype": "markdown", "markdown": {"content": text}}


def plain(text: str) -> str:
    """A text that reads the same as markdown: a name masked with asterisks is not set in italics."""
    return re.sub(r"https?://\S+|(?m:^[#>])|[*`_]", lambda found: _WIDE.get(found[0], found[0]), text)
