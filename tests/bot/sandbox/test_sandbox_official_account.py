"""The pretend Official Account: rations, lengths, rights, menus and templates, and five seconds to answer in."""

import asyncio
from typing import Any

import httpx
import pytest
import xmltodict
from wechat_callers import AccountCaller, Program
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException

from bot.sandbox.clock import HOUR, MINUTE
from bot.sandbox.official_account import service
from bot.sandbox.world import World
from tests.support.sockets import served

MENU = {
    "button": [
        {"type": "click", "name": "打印订单", "key": "c:print_orders"},
        {"name": "更多", "sub_button": [{"type": "click", "name": "看帮助", "key": "c:help"}]},
    ]
}
LINES = {"head_content": "打印吗？", "list": [{"id": "q:x:0", "content": "打印"}, {"id": "q:x:1", "content": "看明细"}]}


@pytest.fixture
def world() -> World:
    world = World(orders=0)
    world.official_account.says("xiaoman", "你好")
    return world


@pytest.fixture
async def caller(client: httpx.AsyncClient) -> AccountCaller:
    caller = AccountCaller(client)
    await caller.logs_in()
    return caller


async def test_a_new_token_ends_the_old_one(caller: AccountCaller, world: World) -> None:
    old = caller.token
    await caller.logs_in()
    new, caller.token = caller.token, old
    assert (await caller.sends("xiaoman", content="一"))["errcode"] == 40001
    caller.token = new
    assert (await caller.sends("xiaoman", content="一"))["errcode"] == 0
    world.official_account.expires_tokens()
    assert (await caller.sends("xiaoman", content="一"))["errcode"] == 42001


@pytest.mark.parametrize(
    ("change", "code"), [({"grant_type": "x"}, 40002), ({"appid": "wx"}, 40013), ({"secret": "wrong"}, 40125)]
)
async def test_wrong_credentials_get_no_token(client: httpx.AsyncClient, change: dict[str, str], code: int) -> None:
    query = {"grant_type": "client_credential", "appid": service.APP_ID, "secret": service.SECRET}
    answer = await client.get("https://api.weixin.qq.com/cgi-bin/token", params=query | change)
    assert answer.json()["errcode"] == code


async def test_five_messages_may_follow_one_of_a_follower_for_forty_eight_hours(
    caller: AccountCaller, world: World
) -> None:
    codes = [(await caller.sends("xiaoman", content=str(n)))["errcode"] for n in range(6)]
    assert codes == [0, 0, 0, 0, 0, 45047]
    world.official_account.says("xiaoman", "再说")
    assert (await caller.sends("xiaoman", content="一"))["errcode"] == 0
    world.clock.move(48 * HOUR)
    await caller.logs_in()
    assert (await caller.sends("xiaoman", content="一"))["errcode"] == 45015


async def test_three_messages_may_follow_a_click_for_a_minute(caller: AccountCaller, world: World) -> None:
    await caller.posts("menu/create", MENU)
    for person in ("afu", "ahua"):
        world.official_account.follows(person)
    world.clock.move(MINUTE)
    world.official_account.presses("afu", "打印订单")
    codes = [(await caller.sends("afu", content=str(n)))["errcode"] for n in range(4)]
    assert codes == [0, 0, 0, 45015]
    assert (await caller.sends("ahua", content="一"))["errcode"] == 45015


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        ("text", {"content": "字" * 683}, 45002),
        ("text", {"content": ""}, 40058),
        ("text", {"contents": "一"}, 40058),
        ("file", {"media_id": "x"}, 40008),
        ("msgmenu", {"head_content": "？", "list": []}, 40058),
        ("msgmenu", {"head_content": "？", "list": [{"id": "1"}]}, 40058),
        ("msgmenu", {"head_content": "？", "list": [{"id": "", "content": "一"}]}, 40058),
    ],
)
async def test_what_does_not_fit_is_refused(
    caller: AccountCaller, kind: str, content: dict[str, object], code: int
) -> None:
    assert (await caller.sends("xiaoman", kind, **content))["errcode"] == code


async def test_a_stranger_and_an_account_without_the_right_are_refused(caller: AccountCaller, world: World) -> None:
    assert (await caller.sends("nobody", content="一"))["errcode"] == 40003
    world.official_account.loses_right()
    assert (await caller.sends("xiaoman", content="一"))["errcode"] == 48001


@pytest.mark.parametrize(
    "menu",
    [
        {"button": []},
        {"button": [{"type": "click", "name": f"第{n}个", "key": "k"} for n in range(4)]},
        {"button": [{"type": "click", "name": "六个字的名字", "key": "k"}]},
        {"button": [{"type": "click", "name": "打印", "key": "k" * 129}]},
        {"button": [{"type": "view", "name": "打印", "key": "k"}]},
        {"button": [{"name": "更多", "sub_button": [MENU["button"][0]] * 6}]},
        {"buttons": []},
    ],
)
async def test_a_menu_is_read_strictly(caller: AccountCaller, menu: dict[str, object], world: World) -> None:
    assert (await caller.posts("menu/create", menu))["errcode"] != 0
    assert world.official_account.menu == {}


async def test_a_template_reaches_a_follower_at_any_time_in_its_own_words_only(
    caller: AccountCaller, world: World
) -> None:
    world.clock.move(72 * HOUR)
    await caller.logs_in()
    told = {"touser": "xiaoman", "template_id": service.TEMPLATE, "data": {"thing1": {"value": "有新消息"}}}
    assert (await caller.posts("message/template/send", told))["errcode"] == 47003
    told["data"] = {"thing1": {"value": "字" * 21}, "time2": {"value": "2026-11-22 15:30"}}
    assert (await caller.posts("message/template/send", told))["errcode"] == 47003
    told["data"] = {"thing1": {"value": "有新消息"}, "time2": {"value": "2026-11-22 15:30"}}
    assert (await caller.posts("message/template/send", told))["errcode"] == 0
    assert (await caller.posts("message/template/send", told | {"template_id": "x"}))["errcode"] == 40037
    assert [each["text"] for each in world.official_account.heard("xiaoman")] == ["有新消息\n2026-11-22 15:30"]


async def test_a_tapped_line_comes_as_a_text_with_its_id(caller: AccountCaller, world: World) -> None:
    program = Program()
    world.official_account.call_with(program, "https://bot.example/oa")
    await caller.sends("xiaoman", "msgmenu", **LINES)
    world.official_account.presses("xiaoman", "看明细")
    await world.official_account.delivers()
    fields = opened(program)
    assert (fields["MsgType"], fields["Content"], fields["bizmsgmenuid"]) == ("text", "看明细", "q:x:1")


async def test_the_console_checks_the_address(world: World) -> None:
    program = Program((200, b"1616140317555161061"), (200, b""))
    world.official_account.call_with(program, "https://bot.example/oa")
    assert [await world.official_account.checks_address() for _ in range(2)] == [True, False]
    query = program.query
    assert query["signature"] == service.signature(service.SEAL.token, query["timestamp"], query["nonce"])


async def test_messages_come_sealed_or_in_plain_text(world: World) -> None:
    program = Program()
    world.official_account.call_with(program, "https://bot.example/oa")
    await world.official_account.delivers()
    assert opened(program)["Content"] == "你好"
    world.official_account.is_plain()
    world.official_account.says("xiaoman", "明文")
    await world.official_account.delivers()
    assert xmltodict.parse(program.calls[-1][2])["xml"]["Content"] == "明文"
    assert "msg_signature" not in program.query


async def test_an_answer_in_time_is_shown_and_nonsense_makes_wechat_apologise(world: World) -> None:
    def reply(**change: str) -> bytes:
        fields = {"ToUserName": "xiaoman", "FromUserName": service.ACCOUNT, "CreateTime": "1", "MsgType": "text"}
        return str(xmltodict.unparse({"xml": fields | {"Content": "好"} | change}, full_document=False)).encode()

    answers = [reply(), b"success", b"ok", reply(ToUserName="afu"), reply(MsgType="file")]
    world.official_account.call_with(Program(*[(200, each) for each in answers]), "https://bot.example/oa")
    world.official_account.is_plain()
    for _ in range(4):
        world.official_account.says("xiaoman", "你好")
    await world.official_account.delivers()
    assert [each["text"] for each in world.official_account.heard("xiaoman")] == ["好"]
    assert world.official_account.apologies == 3


async def test_a_program_that_is_too_slow_is_called_again(world: World) -> None:
    waits = [1.0, 0.0]

    async def slow(_method: str, _url: str, _body: bytes) -> tuple[int, bytes]:
        await asyncio.sleep(waits.pop(0))
        return 200, b""

    world.official_account.callback.patience = 0.01
    world.official_account.call_with(slow, "https://bot.example/oa")
    assert await world.official_account.delivers() == 1
    assert waits == []


async def test_wechatpys_own_client_finds_what_it_expects(world: World) -> None:
    async with served(world.app) as address:
        client = Client(f"http://{address}/api.weixin.qq.com/cgi-bin/")
        await asyncio.to_thread(client.message.send_text, "xiaoman", "你好")
        await asyncio.to_thread(client.message.send_msg_menu, "xiaoman", LINES)
        await asyncio.to_thread(client.menu.create, MENU)
        with pytest.raises(WeChatClientException) as refused:
            await asyncio.to_thread(client.message.send_text, "nobody", "没有这个人")
    assert refused.value.errcode == 40003
    assert [each["text"] for each in world.official_account.heard("xiaoman")] == ["你好", "打印吗？"]
    assert world.official_account.menu == {"打印订单": "c:print_orders", "看帮助": "c:help"}


class Client(WeChatClient):  # type: ignore[misc] # wechatpy has no types
    """wechatpy's client for Official Accounts, at another address."""

    def __init__(self, base: str) -> None:
        super().__init__(service.APP_ID, service.SECRET, timeout=5)
        self.API_BASE_URL = base

    def fetch_access_token(self) -> Any:
        query = {"grant_type": "client_credential", "appid": service.APP_ID, "secret": service.SECRET}
        return self._fetch_access_token(f"{self.API_BASE_URL}token", query)


def opened(program: Program) -> dict[str, str]:
    """The fields of the last call's message, its signature checked."""
    query = program.query
    sealed = xmltodict.parse(program.calls[-1][2])["xml"]["Encrypt"]
    assert query["msg_signature"] == service.SEAL.signed(query["timestamp"], query["nonce"], sealed)
    return dict(xmltodict.parse(service.SEAL.open(sealed))["xml"])
