"""WeChat Official Account (公众号): messages are rationed, and documents go as links.

Without the right to customer messages everything is said in answer to what came in, or at the next contact. With it,
five messages may follow a merchant's message within 48 hours, and three a menu click or a follow within a minute
(official pages on customer messages); when none is left, what there is to say waits, and a template may tell so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from wechatpy.crypto import WeChatCrypto

from bot.channels import wechat_files
from bot.channels.at_once import PATIENCE, AtOnce
from bot.channels.base import (
    Abilities,
    ChannelBusy,
    ChannelRefused,
    Drawing,
    Keep,
    PeerAway,
    Receive,
    Reception,
    unkept,
)
from bot.channels.customer_messages import in_turn
from bot.channels.template_message import Template
from bot.channels.wechat_api import Json, Refused, SharedTokens, Tokens, WeChatApi
from bot.channels.wechat_callbacks import Callbacks, Fields, Unwelcome, unsealing
from core.clock import HOUR, MINUTE, Clock
from core.errors import OutcomeUnknown, ServiceUnavailable
from core.http import Http
from core.storage.address import Address
from core.storage.contacts import Contact
from core.storage.repositories import Repositories
from handlers import texts
from handlers.buttons import command_data
from handlers.messages import Incoming

log = structlog.get_logger()
NAME = "official_account"
_BASE = "https://api.weixin.qq.com/cgi-bin"
_AFTER_MESSAGE, _AFTER_ACT = (5, 48 * HOUR), (3, MINUTE)
_AFTER_FAILURE = 3.0  # seconds until a failed call is tried again
_UNTIL_CONTACT = 6 * 3600.0  # seconds; whoever writes before is told at once
_PAUSES = {-1: 2.0, 45009: 3600.0}  # seconds, by the service's number
_PAUSE = 300.0
_QUOTA_IS_OVER = {45015, 45047}
_HINTS = {
    40013: "the app id is wrong: set MIANDAN_OFFICIAL_ACCOUNT_APP_ID",
    40125: "the secret is wrong: reset it in the console and set MIANDAN_OFFICIAL_ACCOUNT_SECRET",
    40164: "this machine's address is not trusted: add it to IP 白名单 in the console",
    48001: "the account lacks this right: set MIANDAN_OFFICIAL_ACCOUNT_MAY_PUSH=false",
}


@dataclass(frozen=True, slots=True)
class Account:
    """What the console shows of the account, and what it may do. Without `aes_key` messages come in plain text.

    `may_push`: it holds the right to customer messages. `taps`: choices are drawn as lines to tap.
    `has_menu`: the main commands stand in the account's menu.
    `recognises`: 接收语音识别结果 is on, so that voice messages come with their words.
    `template` tells that something waits, where nothing else may be pushed; `template_fields` are its fields, in which
    {what} and {when} are filled in.
    """

    app_id: str
    secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(default="", repr=False)
    may_push: bool = False
    taps: bool = True
    has_menu: bool = True
    recognises: bool = False
    template: str = ""
    template_fields: Mapping[str, str] = field(default_factory=dict)
    patience: float = PATIENCE

    @property
    def voice(self) -> Literal["words", "recordings", ""]:
        """What reaches us of voice messages; that media take the right to customer messages is assumed."""
        if self.recognises:
            return "words"
        return "recordings" if self.may_push else ""


class OfficialAccount:
    """One account."""

    name = NAME

    def __init__(self, account: Account, http: Http, clock: Clock, kept: Repositories) -> None:
        self.abilities = Abilities(
            edits=False,
            edits_once=False,
            erases=False,
            gathers=True,
            pushes=account.may_push,
            knocks=bool(account.template),
            largest_file=0,
            voice=account.voice,
        )
        self.trouble = ""  # what keeps our messages from arriving now
        self._account = account
        self._http = http
        self._api = api_of(account, http, SharedTokens(kept), clock)
        self._template = Template(account.template, account.template_fields, self._api, kept, clock)
        unseal = unsealing(account.aes_key, account.app_id) if account.aes_key else None
        crypto = WeChatCrypto(account.token, account.aes_key, account.app_id) if account.aes_key else None
        self._callbacks = Callbacks(account.token, clock, unseal)
        self._clock = clock
        self._kept = kept
        self._at_once = AtOnce(NAME, crypto, clock, account.patience)

    async def open(self, menu: Mapping[str, str]) -> str:
        """See `ServedChannel.open`; an account without the right to a menu has none."""
        if self._account.has_menu:
            await self._set_menu(menu)
        return f"Official Account {self._account.app_id}"

    async def _set_menu(self, menu: Mapping[str, str]) -> None:
        buttons = [{"type": "click", "name": label, "key": command_data(intent, {})} for intent, label in menu.items()]
        try:
            await self._api.post("menu/create", {"button": _in_columns(buttons)})
        except Refused as refused:
            if refused.code != 48001:  # noqa: PLR2004 - no right
                raise ChannelRefused(f"Official Account: {hint(refused)}") from refused
        except (ServiceUnavailable, OutcomeUnknown) as error:
            raise ChannelBusy(_AFTER_FAILURE) from error

    async def listen(self, _receive: Receive) -> None:
        """WeChat calls us."""

    async def close(self) -> None:
        """Nothing is held."""

    async def download(self, file: str, most: int) -> bytes:
        """See `FileKeeper.download`; without the right to media, a picture is taken from where WeChat shows it."""
        try:
            return await wechat_files.download(self._api, "official_account_api", file, most)
        except Refused:
            return await wechat_files.download_shown(self._http, "official_account_files", file, most)

    # Out: pushed.

    async def send(self, peer: str, drawing: Drawing, keep: Keep = unkept) -> str:
        """See `Channel.send`."""
        to = Address(NAME, peer)
        messages = in_turn(drawing, taps=self._account.taps)
        try:
            most = _AFTER_MESSAGE[0]  # what one contact allows is not torn apart
            await self._check_ration(to, min(len(messages), most), drawing)
            for n, (message, rest) in enumerate(messages, 1):
                if n > 1:
                    await self._check_ration(to, 1, drawing)
                await self._kept.database.apply(*self._kept.contacts.pushed(to, self._clock.now()))
                await self._api.post("message/custom/send", {"touser": peer, **message})
                if n < len(messages):
                    await keep(rest)
        except ServiceUnavailable as error:
            raise ChannelBusy(_AFTER_FAILURE) from error
        except Refused as refused:
            raise await self._refusal(to, refused) from refused
        self.trouble = ""
        return ""

    async def knock(self, peer: str, text: str) -> None:
        """See `Knocker.knock`."""
        try:
            await self._template.knock(Address(NAME, peer), text)
        except ServiceUnavailable as error:
            raise ChannelBusy(_AFTER_FAILURE) from error

    async def _check_ration(self, to: Address, count: int, drawing: Drawing) -> None:
        """Raises `ChannelBusy` where there are not so many messages left; then the merchant is asked to write."""
        contact = await self._kept.contacts.of(to)
        if count > await self._left(to, contact):
            await self._template.knock(to, drawing.text)
            raise PeerAway(_UNTIL_CONTACT)

    async def _left(self, to: Address, contact: Contact) -> int:
        now, left = self._clock.now(), 0
        rations = (
            (*_AFTER_MESSAGE, contact.spoke_at, contact.spoke_mark),
            (*_AFTER_ACT, contact.acted_at, contact.acted_mark),
        )
        for most, span, since, mark in rations:
            if since and now - since < span:
                left = max(left, most - await self._kept.contacts.pushed_since(to, mark))
        return left

    async def _refusal(self, to: Address, refused: Refused) -> ChannelBusy:
        """When to try again; a ration that is used up by WeChat's count is by ours too."""
        if refused.code in _QUOTA_IS_OVER:
            await self._kept.database.apply(self._kept.contacts.cannot_be_reached(to))
            return PeerAway(_UNTIL_CONTACT)
        log.warning("official account refused", code=refused.code, hint=hint(refused))
        self.trouble = hint(refused)
        return ChannelBusy(_PAUSES.get(refused.code, _PAUSE))

    # In, and out in answer.

    def routes(self, reception: Reception) -> Sequence[BaseRoute]:
        """See `ServedChannel.routes`."""

        async def checked(request: Request) -> Response:
            """The console asks whether we know the token."""
            try:
                self._callbacks.check(request.query_params, "signature")
            except Unwelcome as unwelcome:
                return Response(status_code=unwelcome.status)
            return PlainTextResponse(request.query_params.get("echostr", ""))

        async def called(request: Request) -> Response:
            """Kept before WeChat is told that it arrived."""
            try:
                fields, incoming = self._callbacks.message(request.query_params, await request.body(), read)
            except Unwelcome as unwelcome:
                return Response(status_code=unwelcome.status)
            if incoming is None:
                return PlainTextResponse("success")
            return await self._answered(reception, fields, incoming)

        return [Route("/official_account", checked), Route("/official_account", called, methods=["POST"])]

    async def _answered(self, reception: Reception, fields: Fields, incoming: Incoming) -> Response:
        to, now = Address(NAME, incoming.peer), self._clock.now()
        contacts = self._kept.contacts
        is_event = fields["MsgType"] == "event"
        await self._kept.database.apply(contacts.acted(to, now) if is_event else contacts.spoke(to, now))
        if self._account.may_push:
            await reception.receive(incoming)
            return PlainTextResponse("success")
        return await self._at_once.answered(reception, fields, incoming)


def api_of(account: Account, http: Http, tokens: Tokens, clock: Clock) -> WeChatApi:
    """The account's calls."""
    credentials = {"grant_type": "client_credential", "appid": account.app_id, "secret": account.secret}
    return WeChatApi("official_account_api", account.app_id, _BASE, "token", credentials, http, tokens, clock)


def read(fields: Fields) -> Incoming | None:
    """A message of WeChat's as ours; None for what needs no answer."""
    peer, kind = str(fields["FromUserName"]), str(fields["MsgType"])
    if kind == "event":
        return _read_event(peer, fields)
    uid, tapped = str(fields["MsgId"]), str(fields.get("bizmsgmenuid") or "")
    if kind == "text" and tapped.startswith(("q:", "c:")):
        return Incoming(NAME, peer, uid, button=tapped)
    if kind == "text":
        return Incoming(NAME, peer, uid, text=str(fields.get("Content") or ""), message=uid)
    if words := str(fields.get("Recognition") or ""):
        return Incoming(NAME, peer, uid, text=words, is_spoken=True, message=uid)
    if attached := wechat_files.attachment(fields):
        return Incoming(NAME, peer, uid, attachment=attached, message=uid)
    return Incoming(NAME, peer, uid, notice="chat.only_text")


def _read_event(peer: str, fields: Fields) -> Incoming | None:
    """A menu click is a button's tap, and whoever begins to follow is greeted."""
    kind, key = str(fields.get("Event") or "").upper(), str(fields.get("EventKey") or "")
    uid = f"{peer}/{fields['CreateTime']}/{kind}/{key}"
    if kind == "CLICK" and key:
        return Incoming(NAME, peer, uid, button=key)
    if kind in {"SUBSCRIBE", "SCAN"}:
        return Incoming(NAME, peer, uid, text="/start")
    return None


def hint(refused: Refused) -> str:
    """What the operator can do about it."""
    return f"error {refused.code}, {_HINTS.get(refused.code, 'see the official list of errors')}"


def _in_columns(buttons: Sequence[Json]) -> Sequence[Json]:
    """Three buttons below the chat; what does not fit stands in the last one's list."""
    if len(buttons) <= 3:  # noqa: PLR2004 - as many as the menu has places
        return buttons
    more: Json = {"name": texts.text("zh", "chat.more"), "sub_button": list(buttons[2:7])}
    return [*buttons[:2], more]
