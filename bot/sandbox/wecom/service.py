"""WeCom's servers as one application meets them, and the members behind them.

world.wecom.says("xiaoman", "打印今天的订单")
await world.wecom.delivers()
world.wecom.presses("xiaoman", "打印 26 张")
world.wecom.heard("xiaoman")
"""

from collections.abc import Callable
from functools import partial
from itertools import count
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router

from bot.sandbox.callbacks import Call
from bot.sandbox.clock import SECOND
from bot.sandbox.service import Scene
from bot.sandbox.shown import File, Json, Message, find_button, find_file, find_link
from bot.sandbox.wechat_media import Media, uploaded
from bot.sandbox.wechat_seal import Seal
from bot.sandbox.wechat_service import WeChatService
from bot.sandbox.wechat_tokens import LIFE, AccessTokens
from bot.sandbox.wechat_wire import (
    BAD_AGENT,
    BAD_OWNER,
    BAD_SECRET,
    OUT_OF_FREQUENCY,
    UNTRUSTED_ADDRESS,
    Refusal,
    answered,
    read,
    refused,
)
from bot.sandbox.wecom.members import Member, Members
from bot.sandbox.wecom.messages import AGENT, Messages

CORP = "ww0123456789abcdef"
SECRET = "sandbox-wecom-secret-of-application-1000002"  # noqa: S105 - nobody's
SEAL = Seal("sandboxwecomtoken", "SandboxWecomEncodingAesKey00000000000000000", CORP)
OUR_ADDRESS = "203.0.113.7"
_NOT_ALLOWED = (
    "not allow to access from your ip, hint: [1700000000000000000000], from ip: {ip}, "
    "more info at https://open.work.weixin.qq.com/devtool/query?e=60020"
)
_ECHO = "1616140317555161061"
_SOMETHING = b"something"
_SUFFIXES = {"image": "jpg", "voice": "amr"}


class Wecom(WeChatService):
    """The service, its one application, and everybody who writes to it; `members` by user id."""

    def __init__(self, scene: Scene) -> None:
        super().__init__("wecom", scene, AccessTokens(scene.clock, "wecom-token", is_shared=True))
        self._members = Members(scene.clock)
        self._media = Media(scene.clock)
        self._messages = Messages(scene.clock, self._members, self._media)
        self._is_trusted = True
        self._ids = count(4561255354251345929)
        calls = [
            Route("/cgi-bin/gettoken", self._get_token),
            Route("/cgi-bin/agent/get", self._agent),
            Route("/cgi-bin/media/upload", self._upload, methods=["POST"]),
            Route("/cgi-bin/media/get", self._fetch),
            *(
                Route(f"/cgi-bin/message/{name}", partial(self._message, name, act), methods=["POST"])
                for name, act in (
                    ("send", self._messages.send),
                    ("update_template_card", self._messages.update),
                    ("recall", self._messages.recall),
                )
            ),
        ]
        self.app = Router(calls)

    # What people do

    def says(self, member: str, text: str) -> int:
        """A member writes to the application."""
        number = next(self._ids)
        self._tell(member, "text", {"Content": text, "MsgId": str(number)})
        return number

    def sends(self, member: str, kind: str, body: bytes = _SOMETHING, name: str = "") -> None:
        """A member sends a picture ("image"), a voice message ("voice"), a film ("video") or a document ("file").

        That documents come, and with their name in FileName, is assumed: the official page lists no such message.
        """
        media = self._media.keep(kind, File(name or f"MEDIA.{_SUFFIXES.get(kind, 'bin')}", body))
        about = {"PicUrl": f"http://wework.qpic.cn/{media}"} if kind == "image" else {}
        about |= {"FileName": name} if kind == "file" else {}
        about |= {"Format": "amr"} if kind == "voice" else {}
        self._tell(member, kind, {"MediaId": media, "MsgId": str(next(self._ids)), **about})

    def enters(self, member: str) -> None:
        """A member opens the application."""
        self._tell(member, "event", {"Event": "enter_agent", "EventKey": ""})

    def presses(self, member: str, label: str, message_id: int = 0) -> str:
        """A member presses the newest button with this label, or opens a link; returns the address it opens.

        Raises `KeyError` for a button that is not there.
        """
        messages = self._messages_of(member)
        if url := find_link(messages, label, message_id):
            return url
        message, key = find_button(messages, label, message_id)
        event = {"Event": "template_card_event", "EventKey": key, "TaskId": message.card}
        event |= {"CardType": "button_interaction", "ResponseCode": self._messages.code(member, message)}
        self._tell(member, "event", event)
        return ""

    def heard(self, member: str) -> list[Json]:
        """What the application sent this member, oldest first, as it now stands."""
        return [message.to_heard() for message in self._messages_of(member)]

    def document(self, member: str, number: int) -> bytes:
        """The file that came with a message. Raises `KeyError`."""
        return find_file(self._messages_of(member), number)

    def _messages_of(self, member: str) -> list[Message]:
        return self._members.known[member].messages if member in self._members.known else []

    @property
    def members(self) -> dict[str, Member]:
        """Everybody who has opened the application."""
        return self._members.known

    # What the servers do

    async def checks_address(self) -> bool:
        """What the console does when the address is saved: the program must decrypt a text."""
        if self.callback.caller is None:
            return False
        echo = SEAL.close(_ECHO)
        query = self._query(echo) | {"echostr": echo}
        status, body = await self.callback.caller("GET", f"{self.callback.url}?{urlencode(query)}", b"")
        return (status, body) == (200, _ECHO.encode())

    def distrusts_our_address(self) -> None:
        """The program's address is not on the application's list."""
        self._is_trusted = False

    def trusts_our_address(self) -> None:
        """The program's address is on the list."""
        self._is_trusted = True

    def throttled(self) -> Response:
        """Answer 45009."""
        return refused(Refusal(OUT_OF_FREQUENCY, "api freq out of limit"))

    def _tell(self, member: str, kind: str, fields: dict[str, str]) -> None:
        self._members.opened(member)
        now = str(self.scene.clock.now() // SECOND)
        whole = {"ToUserName": CORP, "FromUserName": member, "CreateTime": now, "MsgType": kind, **fields}
        sealed = SEAL.close(_xml(whole | {"AgentID": str(AGENT)}))
        body = _xml({"ToUserName": CORP, "Encrypt": sealed, "AgentID": str(AGENT)})
        self.callback.add(Call(f"?{urlencode(self._query(sealed))}", body.encode(), lambda _: None))

    def _query(self, sealed: str) -> dict[str, str]:
        timestamp, nonce = str(self.scene.clock.now() // SECOND), str(next(self._ids))[-9:]
        return {"msg_signature": SEAL.signed(timestamp, nonce, sealed), "timestamp": timestamp, "nonce": nonce}

    # What the program does

    async def _get_token(self, request: Request) -> Response:
        return await self.serve("gettoken", partial(self._token, dict(request.query_params)))

    def _token(self, query: dict[str, str]) -> Response:
        if query.get("corpid") != CORP:
            return refused(Refusal(BAD_OWNER, "invalid corpid"))
        if query.get("corpsecret") != SECRET or len(query) > len(("corpid", "corpsecret")):
            return refused(Refusal(BAD_SECRET, "invalid credential"))
        return answered(access_token=self._tokens.issue(), expires_in=LIFE)

    async def _agent(self, request: Request) -> Response:
        return await self.serve("agent/get", partial(self._answer, request, self._about))

    def _about(self, request: Request) -> Json:
        if request.query_params.get("agentid") != str(AGENT):
            raise Refusal(BAD_AGENT, "invalid agentid")
        return {"agentid": AGENT, "name": "面单"}

    async def _message(self, name: str, act: Callable[[Json], Json], request: Request) -> Response:
        body = await request.body()
        work = partial(self._answer, request, lambda _: act(read(body)))
        return await self.serve(f"message/{name}", work)

    async def _upload(self, request: Request) -> Response:
        try:
            file = await uploaded(request)
        except Refusal as refusal:
            return await self.serve("media/upload", partial(refused, refusal))
        kind = request.query_params.get("type", "")
        work = partial(self._answer, request, lambda _: self._kept(kind, self._media.keep(kind, file)))
        return await self.serve("media/upload", work)

    async def _fetch(self, request: Request) -> Response:
        return await self.serve("media/get", partial(self._fetched, request))

    def _fetched(self, request: Request) -> Response:
        try:
            self._check(request.query_params.get("access_token", ""))
            return self._media.fetched(request.query_params.get("media_id", ""))
        except Refusal as refusal:
            return refused(refusal)

    def _kept(self, kind: str, media: str) -> Json:
        return {"type": kind, "media_id": media, "created_at": str(self.scene.clock.now() // SECOND)}

    def _answer(self, request: Request, act: Callable[[Request], Json]) -> Response:
        try:
            self._check(request.query_params.get("access_token", ""))
            return answered(**act(request))
        except Refusal as refusal:
            return refused(refusal)

    def _check(self, token: str) -> None:
        if fault := self._tokens.fault(token):
            raise Refusal(fault, "invalid access_token")
        if not self._is_trusted:
            raise Refusal(UNTRUSTED_ADDRESS, _NOT_ALLOWED.format(ip=OUR_ADDRESS))


def _xml(fields: dict[str, str]) -> str:
    """Numbers plain, texts in CDATA, as the servers write them."""
    rows = "".join(f"<{name}>{_written(value)}</{name}>" for name, value in fields.items())
    return f"<xml>{rows}</xml>"


def _written(value: str) -> str:
    return value if value.isdecimal() and value.isascii() else _cdata(value)


def _cdata(value: str) -> str:
    return escape(value) if "]]>" in value else f"<![CDATA[{value}]]>"
