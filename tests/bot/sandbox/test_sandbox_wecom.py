"""The pretend WeCom: strict about tokens, fields, sizes, rates, codes and addresses, as the real one is."""

import httpx
import pytest
import xmltodict
from wechat_callers import Program, WecomCaller, card
from wechatpy.enterprise import WeChatClient
from wechatpy.exceptions import WeChatClientException

from bot.sandbox.clock import DAY, HOUR, MINUTE
from bot.sandbox.wecom import service
from bot.sandbox.wecom.messages import AGENT
from bot.sandbox.world import World
from tests.support.sockets import served

MIB = 1024 * 1024


@pytest.fixture
def world() -> World:
    world = World(orders=0)
    world.wecom.says("xiaoman", "你好")
    return world


@pytest.fixture
async def caller(client: httpx.AsyncClient) -> WecomCaller:
    caller = WecomCaller(client)
    await caller.logs_in()
    return caller


# Tokens and addresses.


async def test_a_token_is_shared_while_it_lives_and_refused_afterwards(caller: WecomCaller, world: World) -> None:
    first = caller.token
    await caller.logs_in()
    assert caller.token == first
    world.wecom.expires_tokens()
    assert (await caller.sends("xiaoman", content="一"))["errcode"] == 42001
    await caller.logs_in()
    assert caller.token != first
    assert (await caller.sends("xiaoman", content="一"))["errcode"] == 0
    world.wecom.forgets_tokens()
    assert (await caller.sends("xiaoman", content="一"))["errcode"] == 40014
    caller.token = ""
    assert (await caller.sends("xiaoman", content="一"))["errcode"] == 41001


@pytest.mark.parametrize(
    ("credentials", "code"),
    [
        ({"corpid": "ww", "corpsecret": service.SECRET}, 40013),
        ({"corpid": service.CORP, "corpsecret": "wrong"}, 40001),
        ({"corpid": service.CORP}, 40001),
    ],
)
async def test_wrong_credentials_get_no_token(caller: WecomCaller, credentials: dict[str, str], code: int) -> None:
    assert (await caller.gets("gettoken", **credentials))["errcode"] == code


async def test_a_machine_that_is_not_trusted_is_told_its_address(caller: WecomCaller, world: World) -> None:
    world.wecom.distrusts_our_address()
    answer = await caller.sends("xiaoman", content="一")
    assert answer["errcode"] == 60020
    assert f"from ip: {service.OUR_ADDRESS}," in answer["errmsg"]


# Messages.


async def test_a_text_arrives_and_one_that_is_too_long_is_cut(caller: WecomCaller, world: World) -> None:
    await caller.sends("xiaoman", content="字" * 700)
    (heard,) = world.wecom.heard("xiaoman")
    assert heard["text"].startswith("字" * 682)
    assert len(heard["text"]) == 683, "2048 bytes end in the middle of a character"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"touser": "nobody"}, 81013),
        ({"agentid": 7}, 40056),
        ({"msgtype": "poem"}, 40008),
        ({"tousers": "xiaoman"}, 40058),
        ({"text": {"contents": "一"}}, 40058),
        ({"text": "一"}, 40058),
    ],
)
async def test_what_does_not_fit_is_refused(caller: WecomCaller, change: dict[str, object], code: int) -> None:
    body = {"touser": "xiaoman", "msgtype": "text", "agentid": AGENT, "text": {"content": "一"}}
    assert (await caller.posts("message/send", body | change))["errcode"] == code


async def test_more_than_thirty_a_minute_vanish_without_a_word(caller: WecomCaller, world: World) -> None:
    codes = {(await caller.sends("xiaoman", content=str(n)))["errcode"] for n in range(32)}
    assert codes == {0}
    assert (len(world.wecom.heard("xiaoman")), world.wecom.members["xiaoman"].swallowed) == (30, 2)
    world.clock.move(MINUTE)
    await caller.sends("xiaoman", content="later")
    assert world.wecom.heard("xiaoman")[-1]["text"] == "later"


@pytest.mark.parametrize(
    ("kind", "size", "code"),
    [
        ("file", 5, 40006),
        ("file", 6, 0),
        ("file", 20 * MIB + 1, 40006),
        ("image", 10 * MIB + 1, 40006),
        ("poem", 9, 40004),
    ],
)
async def test_media_has_its_sizes(caller: WecomCaller, kind: str, size: int, code: int) -> None:
    assert (await caller.uploads("面单.pdf", b"x" * size, kind))["errcode"] == code


async def test_a_file_is_lent_for_three_days(caller: WecomCaller, world: World) -> None:
    media = (await caller.uploads("面单 1.pdf", b"%PDF-1.4"))["media_id"]
    await caller.sends("xiaoman", "file", media_id=media)
    (heard,) = world.wecom.heard("xiaoman")
    assert heard["document"] == {"file_name": "面单 1.pdf", "size": 8}
    assert world.wecom.document("xiaoman", heard["message_id"]) == b"%PDF-1.4"
    world.clock.move(3 * DAY)
    await caller.logs_in()
    assert (await caller.sends("xiaoman", "file", media_id=media))["errcode"] == 40007


async def test_a_message_is_recalled_within_a_day(caller: WecomCaller, world: World) -> None:
    number = (await caller.sends("xiaoman", content="一"))["msgid"]
    assert (await caller.posts("message/recall", {"msgid": number}))["errcode"] == 0
    assert world.wecom.heard("xiaoman")[0]["deleted"] is True
    world.clock.move(DAY)
    await caller.logs_in()
    assert (await caller.posts("message/recall", {"msgid": number}))["errcode"] != 0


# Cards.


@pytest.mark.parametrize(
    "change",
    [
        {"task_id": "面单"},
        {"task_id": ""},
        {"button_list": []},
        {"button_list": [{"text": str(n), "key": str(n)} for n in range(7)]},
        {"button_list": [{"text": "一", "key": "same"}, {"text": "二", "key": "same"}]},
        {"button_list": [{"text": "", "key": "k"}]},
        {"button_list": [{"text": "一", "key": "k" * 1025}]},
        {"main_title": {}},
        {"sub_title": "?"},
        {"card_type": "text_notice"},
        {"horizontal_content_list": [{"type": 1, "keyname": "", "url": "https://a.example"}]},
        {"horizontal_content_list": [{"type": 1, "keyname": "链接", "url": "weixin://"}]},
    ],
)
async def test_a_card_is_read_strictly(caller: WecomCaller, change: dict[str, object]) -> None:
    assert 42014 <= (await caller.sends("xiaoman", "template_card", **card(**change)))["errcode"] <= 42039


async def test_a_task_id_is_good_for_one_card(caller: WecomCaller) -> None:
    assert (await caller.sends("xiaoman", "template_card", **card()))["errcode"] == 0
    assert (await caller.sends("xiaoman", "template_card", **card()))["errcode"] == 42014


async def test_a_card_is_cut_to_what_a_phone_shows(caller: WecomCaller, world: World) -> None:
    await caller.sends("xiaoman", "template_card", **card(main_title={"title": "字" * 30}, sub_title_text="a" * 300))
    (heard,) = world.wecom.heard("xiaoman")
    assert heard["text"] == f"{'字' * 26}\n{'a' * 224}"


async def test_a_pressed_button_brings_a_code_that_updates_the_card_once(caller: WecomCaller, world: World) -> None:
    program = Program()
    world.wecom.call_with(program, "https://bot.example/wecom")
    await caller.sends("xiaoman", "template_card", **card())
    world.wecom.presses("xiaoman", "打印")
    assert await world.wecom.delivers() == 2
    event = opened(program)
    assert {name: event[name] for name in ("Event", "EventKey", "TaskId", "CardType", "AgentID")} == {
        "Event": "template_card_event",
        "EventKey": "q:x:0",
        "TaskId": "task-1",
        "CardType": "button_interaction",
        "AgentID": str(AGENT),
    }
    assert "MsgId" not in event
    again = {"button": {"replace_name": "已收到"}}
    assert (await caller.updates("xiaoman", event["ResponseCode"], **again))["errcode"] == 0
    assert world.wecom.heard("xiaoman")[0]["buttons"] == ["已收到"]
    assert (await caller.updates("xiaoman", event["ResponseCode"], **again))["errcode"] != 0


async def test_a_code_ends_after_seventy_two_hours(caller: WecomCaller, world: World) -> None:
    code = (await caller.sends("xiaoman", "template_card", **card()))["response_code"]
    world.clock.move(72 * HOUR)
    await caller.logs_in()
    assert (await caller.updates("xiaoman", code, template_card=card()))["errcode"] != 0


async def test_an_update_shows_another_card_with_the_same_task(caller: WecomCaller, world: World) -> None:
    code = (await caller.sends("xiaoman", "template_card", **card()))["response_code"]
    assert (await caller.updates("xiaoman", code, template_card=card("another")))["errcode"] != 0
    assert (await caller.updates("xiaoman", code, template_card=card(sub_title_text="好了")))["errcode"] == 0
    assert world.wecom.heard("xiaoman")[0]["text"] == "打印 26 张？\n好了"


# Callbacks.


async def test_the_console_checks_the_address(world: World) -> None:
    program = Program((200, b"1616140317555161061"), (200, b'"1616140317555161061"'), (500, b""))
    world.wecom.call_with(program, "https://bot.example/wecom")
    assert [await world.wecom.checks_address() for _ in range(3)] == [True, False, False]
    method, url, _ = program.calls[0]
    sealed = url.params["echostr"]
    assert (method, service.SEAL.open(sealed)) == ("GET", "1616140317555161061")
    assert url.params["msg_signature"] == service.SEAL.signed(url.params["timestamp"], url.params["nonce"], sealed)


async def test_a_callback_is_tried_three_times_and_then_lost(world: World) -> None:
    program = Program((500, b""), (0, b""), (200, b""))
    world.wecom.call_with(program, "https://bot.example/wecom")
    assert await world.wecom.delivers() == 1
    assert len({body for _, _, body in program.calls}) == 1
    assert opened(program)["Content"] == "你好"
    world.wecom.says("xiaoman", "<再说>]]>")
    world.wecom.call_with(Program(*[(500, b"")] * 3))
    assert await world.wecom.delivers() == 0
    assert world.wecom.callback.lost == 1


async def test_what_is_no_text_is_told_with_its_kind(world: World) -> None:
    program = Program()
    world.wecom.call_with(program, "https://bot.example/wecom")
    world.wecom.sends("xiaoman", "file")
    world.wecom.says("xiaoman", "<再说>]]>")
    await world.wecom.delivers()
    assert [opened(program, n)["MsgType"] for n in range(3)] == ["text", "file", "text"]
    assert opened(program)["Content"] == "<再说>]]>"


# Third parties.


async def test_wechatpys_own_client_finds_what_it_expects(world: World) -> None:
    import asyncio  # noqa: PLC0415 - the client blocks, so it works beside the server

    async with served(world.app) as address:
        client = Client(f"http://{address}/qyapi.weixin.qq.com/cgi-bin/")
        await asyncio.to_thread(_talk, client)
        world.wecom.forgets_tokens()
        await asyncio.to_thread(client.message.send_text, AGENT, "xiaoman", "又一条")
        with pytest.raises(WeChatClientException) as refused:
            await asyncio.to_thread(client.message.send_text, AGENT, "nobody", "没有这个人")
    assert refused.value.errcode == 81013
    assert [each["kind"] for each in world.wecom.heard("xiaoman")] == ["text", "file", "template_card", "text"]


class Client(WeChatClient):  # type: ignore[misc] # wechatpy has no types
    """wechatpy's client for WeCom, at another address."""

    def __init__(self, base: str) -> None:
        super().__init__(service.CORP, service.SECRET, timeout=5)
        self.API_BASE_URL = base

    def fetch_access_token(self) -> dict[str, object]:
        query = {"corpid": service.CORP, "corpsecret": service.SECRET}
        return dict(self._fetch_access_token(f"{self.API_BASE_URL}gettoken", query))


def _talk(client: Client) -> None:
    client.message.send_text(AGENT, "xiaoman", "你好")
    media = client.media.upload("file", ("面单.pdf", b"%PDF-1.4", "application/pdf"))["media_id"]
    client.message.send_file(AGENT, "xiaoman", media)
    client.message.send(AGENT, "xiaoman", msg={"msgtype": "template_card", "template_card": card()})


def opened(program: Program, place: int = -1) -> dict[str, str]:
    """The fields of a call's message, its signature checked."""
    _, url, body = program.calls[place]
    sealed = xmltodict.parse(body)["xml"]["Encrypt"]
    assert url.params["msg_signature"] == service.SEAL.signed(url.params["timestamp"], url.params["nonce"], sealed)
    return dict(xmltodict.parse(service.SEAL.open(sealed))["xml"])
