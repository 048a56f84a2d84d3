"""WeChat's servers as an Official Account meets them, and the people who follow it.

world.official_account.says("xiaoman", "打印今天的订单")
await world.official_account.delivers()
world.official_account.heard("xiaoman")
"""

from collections.abc import Callable
from functools import partial
from itertools import count
from urllib.parse import urlencode

import xmltodict
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router

from bot.sandbox.callbacks import Call
from bot.sandbox.clock import SECOND
from bot.sandbox.official_account.followers import Follower
from bot.sandbox.official_account.menu import read_menu
from bot.sandbox.official_account.messages import TEMPLATE, Messages
from bot.sandbox.service import Scene
from bot.sandbox.shown import File, Json, find_button, find_link
from bot.sandbox.speech import words_in
from bot.sandbox.wechat_media import Media
from bot.sandbox.wechat_seal import Seal, signature
from bot.sandbox.wechat_service import WeChatService
from bot.sandbox.wechat_tokens import LIFE, AccessTokens
from bot.sandbox.wechat_wire import (
    BAD_APP_SECRET,
    BAD_GRANT,
    BAD_OWNER,
    NO_RIGHT,
    OUT_OF_FREQUENCY,
    Refusal,
    answered,
    read,
    refused,
)

APP_ID = "wx0123456789abcdef"
ACCOUNT = "gh_0123456789ab"
SECRET = "sandbox-official-account-secret"  # noqa: S105 - nobody's
SEAL = Seal("sandboxaccounttoken", "SandboxAccountEncodingAesKey000000000000000", APP_ID)
PICTURES = "mmbiz.qpic.cn"
"""Where WeChat shows pictures that people send."""

_ECHO = "1616140317555161061"
_SUFFIXES = {"image": "jpg", "voice": "amr", "video": "mp4"}
_TWO_SIDES = {"ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"}

__all__ = ["ACCOUNT", "APP_ID", "SEAL", "SECRET", "TEMPLATE", "OfficialAccount"]


class OfficialAccount(WeChatService):
    """The service, its one account, and everybody who follows it; `followers` by open id.

    `apologies` counts how often somebody was told that the account is out of order: no answer in time, or nonsense.
    """

    def __init__(self, scene: Scene) -> None:
        super().__init__("official_account", scene, AccessTokens(scene.clock, "account-token", is_shared=False))
        self.followers: dict[str, Follower] = {}
        self.menu: dict[str, str] = {}
        self.is_sealed = True
        self.recognises = False  # 接收语音识别结果
        self._nonsense = 0
        self._told: set[int] = set()
        self._messages = Messages(scene.clock, self.followers)
        self._media = Media(scene.clock)
        self._ids = count(23456789012345601)
        self.app = Router(
            [
                Route("/cgi-bin/token", self._get_token),
                Route("/cgi-bin/media/get", self._fetch),
                self._route("menu/create", self._set_menu),
                self._route("message/custom/send", self._messages.send),
                self._route("message/template/send", self._messages.template),
            ]
        )
        self.pictures = Router([Route("/mmbiz_jpg/{media}/0", self._show)])

    def _route(self, name: str, act: Callable[[Json], Json]) -> Route:
        return Route(f"/cgi-bin/{name}", partial(self._call, name, act), methods=["POST"])

    # What people do

    def says(self, person: str, text: str) -> int:
        """A follower writes."""
        number = next(self._ids)
        self._spoken(person, {"MsgType": "text", "Content": text, "MsgId": str(number)})
        return number

    def sends(self, person: str, kind: str, body: bytes = b"something") -> None:
        """A follower sends a picture ("image"), a voice message ("voice") or a film ("video").

        Documents cannot be sent to an account.
        """
        media = self._media.keep(kind, File(f"{kind}.{_SUFFIXES[kind]}", body))
        about = {"PicUrl": f"http://{PICTURES}/mmbiz_jpg/{media}/0"} if kind == "image" else {}
        about |= self._recorded(body) if kind == "voice" else {}
        self._spoken(person, {"MsgType": kind, "MediaId": media, "MsgId": str(next(self._ids)), **about})

    def _recorded(self, body: bytes) -> dict[str, str]:
        """What comes with a recording: its format, and its words where they are recognised, empty if there are none."""
        return {"Format": "amr"} | ({"Recognition": words_in(body)} if self.recognises else {})

    def follows(self, person: str) -> None:
        """Somebody begins to follow."""
        self._acted(person, {"MsgType": "event", "Event": "subscribe", "EventKey": ""})

    def unfollows(self, person: str) -> None:
        """Somebody has enough."""
        self._tell(self._known(person), {"MsgType": "event", "Event": "unsubscribe", "EventKey": ""})
        del self.followers[person]

    def presses(self, person: str, label: str, message_id: int = 0) -> str:
        """A follower opens a link, taps a line of a message, or a button of the menu; returns the address it opens.

        Raises `KeyError` for a button that is not there.
        """
        messages = self._known(person).messages
        if url := find_link(messages, label, message_id):
            return url
        try:
            _, key = find_button(messages, label, message_id)
        except KeyError:
            self._acted(person, {"MsgType": "event", "Event": "CLICK", "EventKey": self.menu[label]})
        else:
            tapped = {"MsgType": "text", "Content": label, "MsgId": str(next(self._ids)), "bizmsgmenuid": key}
            self._spoken(person, tapped)
        return ""

    def heard(self, person: str) -> list[Json]:
        """What the account sent this follower, oldest first."""
        follower = self.followers.get(person)
        return [message.to_heard() for message in follower.messages] if follower else []

    def document(self, _person: str, number: int) -> bytes:
        """There is none: an account cannot send files. Raises `KeyError`."""
        raise KeyError(number)

    @property
    def apologies(self) -> int:
        """How often a follower was told that the account is out of order."""
        return self._nonsense + self.callback.lost

    # What the servers do

    async def checks_address(self) -> bool:
        """What the console does when the address is saved: the program must send a text back."""
        if self.callback.caller is None:
            return False
        query = urlencode(self._signed() | {"echostr": _ECHO})
        status, body = await self.callback.caller("GET", f"{self.callback.url}?{query}", b"")
        return (status, body) == (200, _ECHO.encode())

    def loses_right(self) -> None:
        """The account may no longer send customer messages, as one that was never certified."""
        self._messages.may_push = False

    def gains_right(self) -> None:
        """The account may send customer messages."""
        self._messages.may_push = True

    def is_plain(self) -> None:
        """Callbacks come unsealed from now on."""
        self.is_sealed = False

    def throttled(self) -> Response:
        """Answer 45009."""
        return refused(Refusal(OUT_OF_FREQUENCY, "reach max api daily quota limit"))

    def _known(self, person: str) -> Follower:
        return self.followers.setdefault(person, Follower(person))

    def _spoken(self, person: str, fields: dict[str, str]) -> None:
        follower = self._known(person)
        follower.spoke(self.scene.clock.now())
        self._tell(follower, fields)

    def _acted(self, person: str, fields: dict[str, str]) -> None:
        follower = self._known(person)
        follower.acted(self.scene.clock.now())
        self._tell(follower, fields)

    def _tell(self, follower: Follower, fields: dict[str, str]) -> None:
        now = str(self.scene.clock.now() // SECOND)
        whole = {"ToUserName": ACCOUNT, "FromUserName": follower.id, "CreateTime": now, **fields}
        query, body = self._signed() | {"openid": follower.id}, _xml(whole)
        if self.is_sealed:
            sealed = SEAL.close(body)
            signed = SEAL.signed(query["timestamp"], query["nonce"], sealed)
            query, body = query | {"encrypt_type": "aes", "msg_signature": signed}, _xml({"Encrypt": sealed})
        self.callback.add(
            Call(f"?{urlencode(query)}", body.encode(), partial(self._answered, follower, next(self._ids)))
        )

    def _signed(self) -> dict[str, str]:
        timestamp, nonce = str(self.scene.clock.now() // SECOND), str(next(self._ids))[-9:]
        return {"signature": signature(SEAL.token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}

    def _answered(self, follower: Follower, call: int, body: bytes) -> None:
        """Nothing, "success", or a text, which is shown once a call; anything else makes WeChat apologise."""
        if body in {b"", b"success"}:
            return
        try:
            told = self._read_answer(follower, body.decode())
            if call not in self._told:
                self._messages.passive(follower, told)
            self._told.add(call)
        except (KeyError, TypeError, ValueError, Refusal, xmltodict.expat.ExpatError):
            self._nonsense += 1

    def _read_answer(self, follower: Follower, body: str) -> str:
        fields = xmltodict.parse(body)["xml"]
        if self.is_sealed:
            if fields["MsgSignature"] != SEAL.signed(fields["TimeStamp"], fields["Nonce"], fields["Encrypt"]):
                raise ValueError("signature")
            fields = xmltodict.parse(SEAL.open(fields["Encrypt"]))["xml"]
        if set(fields) != _TWO_SIDES or fields["MsgType"] != "text":
            raise ValueError("fields")
        if (fields["ToUserName"], fields["FromUserName"]) != (follower.id, ACCOUNT):
            raise ValueError("sides")
        return str(fields["Content"])

    # What the program does

    async def _get_token(self, request: Request) -> Response:
        return await self.serve("token", partial(self._token, dict(request.query_params)))

    def _token(self, query: dict[str, str]) -> Response:
        """Unlike all others, a success has no errcode."""
        if query.pop("grant_type", "") != "client_credential":
            return refused(Refusal(BAD_GRANT, "invalid grant_type"))
        if query.pop("appid", "") != APP_ID:
            return refused(Refusal(BAD_OWNER, "invalid appid"))
        if query.pop("secret", "") != SECRET or query:
            return refused(Refusal(BAD_APP_SECRET, "invalid appsecret"))
        return JSONResponse({"access_token": self._tokens.issue(), "expires_in": LIFE})

    async def _fetch(self, request: Request) -> Response:
        return await self.serve("media/get", partial(self._fetched, request))

    def _fetched(self, request: Request) -> Response:
        """Like customer messages, for certified accounts alone."""
        if fault := self._tokens.fault(request.query_params.get("access_token", "")):
            return refused(Refusal(fault, "invalid credential, access_token is invalid or not latest"))
        if not self._messages.may_push:
            return refused(Refusal(NO_RIGHT, "api unauthorized"))
        try:
            return self._media.fetched(request.query_params.get("media_id", ""))
        except Refusal as refusal:
            return refused(refusal)

    async def _show(self, request: Request) -> Response:
        """A picture at its PicUrl, which asks for no token."""
        try:
            return self._media.fetched(str(request.path_params["media"]))
        except Refusal:
            return Response(status_code=404)

    def _set_menu(self, body: Json) -> Json:
        self.menu = read_menu(body)
        return {}

    async def _call(self, name: str, act: Callable[[Json], Json], request: Request) -> Response:
        body, token = await request.body(), request.query_params.get("access_token", "")
        return await self.serve(name, partial(self._answer, token, act, body))

    def _answer(self, token: str, act: Callable[[Json], Json], body: bytes) -> Response:
        if fault := self._tokens.fault(token):
            return refused(Refusal(fault, "invalid credential, access_token is invalid or not latest"))
        try:
            return answered(**act(read(body)))
        except Refusal as refusal:
            return refused(refusal)


def _xml(fields: dict[str, str]) -> str:
    return str(xmltodict.unparse({"xml": fields}, full_document=False))
