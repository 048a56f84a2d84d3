"""WeCom (企业微信), one application: callbacks come sealed, everything said goes through the API.

Limits are those of the official pages: 2048 bytes of text, 30 messages a minute and 1000 an hour to one member (what is
beyond is silently dropped, so it is counted here), files of 20 MB, six buttons a card, a card updated once a code.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import structlog
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels import wechat_files
from bot.channels.base import (
    Abilities,
    ChannelBusy,
    ChannelRefused,
    Drawing,
    File,
    Keep,
    PeerAway,
    Receive,
    Reception,
    unkept,
)
from bot.channels.template_card import Card, drawn, in_turn, shown
from bot.channels.wechat_api import Json, Refused, SharedTokens, Tokens, WeChatApi
from bot.channels.wechat_callbacks import Callbacks, Fields, Unwelcome, unsealing
from core.clock import HOUR, MINUTE, SECOND, Clock
from core.errors import ServiceUnavailable
from core.http import Http
from core.ids import new_id
from core.storage.address import Address
from core.storage.repositories import Repositories
from handlers import texts
from handlers.messages import Incoming

log = structlog.get_logger()
NAME = "wecom"
_BASE = "https://qyapi.weixin.qq.com/cgi-bin"
_TEXT = 2048  # bytes
_A_MINUTE, _AN_HOUR = 30, 1000  # messages to one member
_LARGEST_FILE = 20 * 1024 * 1024
_LARGEST_IMAGE = 10 * 1024 * 1024
_IMAGES = (".png", ".jpg", ".jpeg")
_AFTER_FAILURE = 3.0  # seconds until a failed call is tried again
_PAUSES = {-1: 2.0, 45033: 2.0, 45009: 60.0, 60020: 600.0}  # seconds, by the service's number
_PAUSE = 300.0
_NOT_A_RECEIVER, _UNTIL_CONTACT = 81013, 3600.0  # seconds; whoever writes before is told at once
_LIVE, _ONCE = "live", "once"  # how a task id begins: the code for an update is kept, or used at once
_HINTS = {
    40001: "the secret is wrong: copy it again from the application's page and set MIANDAN_WECOM_SECRET",
    40013: "the corp id is wrong: copy it from 我的企业 and set MIANDAN_WECOM_CORP_ID",
    40056: "the agent id is wrong: copy it from the application's page and set MIANDAN_WECOM_AGENT_ID",
    60020: "this machine's address {ip} is not trusted: add {ip} to 企业可信IP, on the application's page",
    81013: "the receiver may not see the application: add them to its 可见范围",
}


@dataclass(frozen=True, slots=True)
class Application:
    """What the console shows of the application. `largest_file` in bytes; smaller ones are for tests."""

    corp_id: str
    agent_id: int
    secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    is_markdown: bool = False  # texts as markdown, which the WeChat plug-in does not show
    largest_file: int = _LARGEST_FILE


class WeCom:
    """One application."""

    name = NAME

    def __init__(self, application: Application, http: Http, clock: Clock, kept: Repositories) -> None:
        unseal = unsealing(application.aes_key, application.corp_id)
        self.abilities = Abilities(edits=False, erases=False, largest_file=application.largest_file)
        self.trouble = ""  # what keeps our messages from arriving now
        self._application = application
        self._api = api_of(application, http, SharedTokens(kept), clock)
        self._callbacks = Callbacks(application.token, clock, unseal)
        self._clock = clock
        self._kept = kept

    async def open(self, _menu: Mapping[str, str]) -> str:
        """See `ServedChannel.open`."""
        try:
            name = await name_of(self._application, self._api)
        except Refused as refused:
            raise ChannelRefused(f"WeCom: {hint(refused)}") from refused
        except ServiceUnavailable as error:
            raise ChannelBusy(_AFTER_FAILURE) from error
        return f"WeCom application {name}"

    async def listen(self, _receive: Receive) -> None:
        """WeCom calls us."""

    async def close(self) -> None:
        """Nothing is held."""

    # Out.

    async def send(self, peer: str, drawing: Drawing, keep: Keep = unkept) -> str:
        """See `Channel.send`."""
        try:
            message = await self._send(peer, drawing, keep)
        except ServiceUnavailable as error:
            raise ChannelBusy(_AFTER_FAILURE) from error
        except Refused as refused:
            raise self._refusal(refused) from refused
        self.trouble = ""
        return message

    def _refusal(self, refused: Refused) -> ChannelBusy:
        """When to try again; what concerns every message is told to whoever watches."""
        log.warning("wecom refused", code=refused.code, hint=hint(refused))
        if refused.code == _NOT_A_RECEIVER:
            return PeerAway(_UNTIL_CONTACT)
        self.trouble = hint(refused)
        return ChannelBusy(_PAUSES.get(refused.code, _PAUSE))

    async def _send(self, peer: str, drawing: Drawing, keep: Keep) -> str:
        task = f"{_LIVE if drawing.is_live else _ONCE}-{new_id()}"
        text, card = drawn(drawing, task)
        if known := await self._updated(peer, drawing, text, card):
            return known
        if drawing.only_edits:
            return drawing.replaces
        turns = in_turn(drawing, text, card, _TEXT)
        messages = [(await self._message(what), rest) for what, rest in turns]
        await self._check_pace(peer, min(len(messages), _A_MINUTE))  # what a minute holds is not torn apart
        return await self._sent_in_turn(peer, task, messages, keep)

    async def _sent_in_turn(self, peer: str, task: str, messages: Sequence[tuple[Json, Drawing]], keep: Keep) -> str:
        known = last = ""
        for n, (message, rest) in enumerate(messages, 1):
            if n > 1:
                await self._check_pace(peer, 1)
            sent = await self._sent(peer, message)
            last = str(sent["msgid"])
            known = f"{task}:{sent['response_code']}" if "response_code" in sent else known
            if n < len(messages):
                await keep(rest)
        return known or last

    async def _message(self, what: str | Card | File) -> Json:
        if isinstance(what, File):
            return await self._uploaded(what)
        return self._text(what) if isinstance(what, str) else {"msgtype": "template_card", "template_card": what}

    def _text(self, text: str) -> Json:
        kind = "markdown" if self._application.is_markdown else "text"
        return {"msgtype": kind, kind: {"content": text}}

    async def _uploaded(self, file: File) -> Json:
        is_image = file.name.lower().endswith(_IMAGES) and len(file.body) <= _LARGEST_IMAGE
        kind = "image" if is_image else "file"
        return {"msgtype": kind, kind: {"media_id": await self._api.upload("media/upload", kind, file)}}

    async def _sent(self, peer: str, message: Json) -> Json:
        """One message on its way, counted whatever became of it."""
        to, agent = Address(NAME, peer), self._application.agent_id
        await self._kept.database.apply(*self._kept.contacts.pushed(to, self._clock.now()))
        return await self._api.post("message/send", {"touser": peer, "agentid": agent, **message})

    async def _check_pace(self, peer: str, count: int) -> None:
        """Raises `ChannelBusy` where so many messages more would be too many."""
        now = self._clock.now()
        pushed = await self._kept.contacts.pushes(Address(NAME, peer), now - HOUR)
        for most, span in ((_A_MINUTE, MINUTE), (_AN_HOUR, HOUR)):
            lately = [at for at in pushed if now - at < span]
            if len(lately) + count > most:
                freed = lately[len(lately) + count - most - 1]
                raise ChannelBusy((freed + span - now) / SECOND)

    async def _updated(self, peer: str, drawing: Drawing, text: str, card: Json | None) -> str:
        """The card's id, where it could be shown anew; it takes a code for that, which is good once.

        Where nothing is left to choose, the text stands in the button's place.
        """
        task, _, code = drawing.replaces.partition(":")
        if not code or not (drawing.only_edits if card is None else not text):
            return ""
        change = {"template_card": {**card, "task_id": task}} if card else {"button": {"replace_name": shown(text)}}
        return f"{task}:" if await self._change(peer, code, change) else ""

    async def _change(self, peer: str, code: str, change: Json) -> bool:
        """Whether the card now looks so; one that is too old, or whose code was used, does not."""
        body = {"userids": [peer], "agentid": self._application.agent_id, "response_code": code, **change}
        try:
            await self._api.post("message/update_template_card", body)
        except Refused as refused:
            log.info("wecom card not updated", code=refused.code)
            return False
        return True

    # In.

    async def download(self, file: str, most: int) -> bytes:
        """See `FileKeeper.download`."""
        try:
            return await wechat_files.download(self._api, "wecom_api", file, most)
        except Refused as refused:
            raise ServiceUnavailable(service="wecom_api", raw=str(refused.code)) from refused

    def routes(self, reception: Reception) -> Sequence[BaseRoute]:
        """See `ServedChannel.routes`."""

        async def checked(request: Request) -> Response:
            """The console asks whether we hold the key."""
            try:
                return PlainTextResponse(self._callbacks.echo(request.query_params))
            except Unwelcome as unwelcome:
                return Response(status_code=unwelcome.status)

        async def called(request: Request) -> Response:
            """Kept before WeCom is told that it arrived; the answer goes its own way."""
            try:
                fields, incoming = self._callbacks.message(request.query_params, await request.body(), read)
            except Unwelcome as unwelcome:
                return Response(status_code=unwelcome.status)
            if incoming is None:
                return Response()
            await reception.receive(incoming)
            if not fields.get("ResponseCode"):
                return Response()
            return Response(background=BackgroundTask(self._acknowledge, incoming.peer, fields))

        return [Route("/wecom", checked), Route("/wecom", called, methods=["POST"])]

    async def _acknowledge(self, peer: str, fields: Fields) -> None:
        """A pressed card: keep its new code for the next version, or show at once that the press arrived."""
        task, code = str(fields.get("TaskId") or ""), str(fields.get("ResponseCode") or "")
        if task.startswith(_LIVE):
            rename = self._kept.outbox.rename_card(Address(NAME, peer), f"{task}:", f"{task}:{code}")
            await self._kept.database.apply(rename)
            return
        try:
            await self._change(peer, code, {"button": {"replace_name": texts.text("zh", "chat.chosen")}})
        except Exception as error:  # noqa: BLE001 - the press counts, whether or not the card shows it
            log.info("wecom card not updated", error=type(error).__name__)


def api_of(application: Application, http: Http, tokens: Tokens, clock: Clock) -> WeChatApi:
    """The application's calls."""
    credentials = {"corpid": application.corp_id, "corpsecret": application.secret}
    account = f"{application.corp_id}/{application.agent_id}"
    return WeChatApi("wecom_api", account, _BASE, "gettoken", credentials, http, tokens, clock)


async def name_of(application: Application, api: WeChatApi) -> str:
    """What the application is called in WeCom. Raises `Refused` and `ServiceUnavailable`."""
    about = await api.get("agent/get", {"agentid": str(application.agent_id)})
    return str(about.get("name", application.agent_id))


def read(fields: Fields) -> Incoming | None:
    """A message of WeCom's as ours; None for what needs no answer."""
    peer, kind = str(fields["FromUserName"]), str(fields["MsgType"])
    if kind == "event":
        return _read_event(peer, fields)
    uid = str(fields["MsgId"])
    if kind == "text":
        return Incoming(NAME, peer, uid, text=str(fields.get("Content") or ""), message=uid)
    if attached := wechat_files.attachment(fields):
        return Incoming(NAME, peer, uid, attachment=attached, message=uid)
    return Incoming(NAME, peer, uid, notice="chat.only_text")


def _read_event(peer: str, fields: Fields) -> Incoming | None:
    """Events have no number; who, when, which card and which button tell two of them apart."""
    key = str(fields.get("EventKey") or "")
    if fields.get("Event") != "template_card_event" or not key:
        return None
    uid = f"{peer}/{fields['CreateTime']}/{fields.get('TaskId')}/{key}"
    return Incoming(NAME, peer, uid, button=key)


def hint(refused: Refused) -> str:
    """What the operator can do about it."""
    found = re.search(r"from ip: ([0-9a-fA-F.:]+)", refused.said)
    told = _HINTS.get(refused.code, "see the official list of errors")
    return f"error {refused.code}, {told.format(ip=found[1].rstrip('.:') if found else 'of this machine')}"
