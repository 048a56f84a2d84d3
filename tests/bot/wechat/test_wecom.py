"""What comes in from WeCom: seals, signatures, age, duplicates, taps; and what tells the operator what is wrong."""

import dataclasses
import json
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import structlog
from wechat_rig import XIAOMAN

from bot.channels.base import ChannelBusy, ChannelRefused, Drawing
from bot.channels.wecom import Application, WeCom
from bot.sandbox.clock import SECOND
from bot.sandbox.wechat_seal import Seal
from bot.sandbox.wecom.service import OUR_ADDRESS, SEAL
from bot.sandbox.world import World
from handlers.messages import Incoming
from tests.scenarios.wechat_seats import application
from tests.support.desk import Connected, connected

VECTORS = json.loads((Path(__file__).parents[1] / "sandbox" / "wechat_vectors.json").read_text("utf-8"))


async def test_the_console_is_shown_that_we_hold_the_key(wecom: Connected[WeCom], world: World) -> None:
    assert await world.wecom.checks_address()


@pytest.mark.parametrize("vector", [each for each in VECTORS if "url_check" in each], ids=lambda each: each["name"])
async def test_the_published_address_checks_are_answered(vector: dict[str, Any], tmp_path: Path) -> None:
    check = vector["url_check"]
    query = {name: check[name] for name in ("msg_signature", "timestamp", "nonce", "echostr")}
    async with published(vector, int(check["timestamp"]), tmp_path) as wecom:
        assert await wecom.called("GET", f"https://bot.example/wecom?{urlencode(query)}", b"") == (
            200,
            check["plain"].encode(),
        )


async def test_the_published_message_is_read(tmp_path: Path) -> None:
    (vector,) = [each for each in VECTORS if each["name"] == "WeCom classic"]
    message = vector["message"]
    query = {name: message[name] for name in ("msg_signature", "timestamp", "nonce")}
    url = f"https://bot.example/wecom?{urlencode(query)}"
    async with published(vector, int(message["timestamp"]), tmp_path) as wecom:
        assert await wecom.called("POST", url, message["body"].encode()) == (200, b"")
        number = message["msg_id"]
        assert wecom.desk.came == [Incoming("wecom", message["from"], number, text="hello", message=number)]
        forged = message["body"].replace("RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo", "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvp")
        assert (await wecom.called("POST", url, forged.encode()))[0] == HTTPStatus.FORBIDDEN


def published(vector: dict[str, Any], moment: int, folder: Path) -> Any:
    """The channel with a published key, at the time of the example."""
    world = World(orders=0)
    world.clock.move(moment * SECOND - world.clock.now())
    known = Application(vector["receive_id"], 218, "secret", vector["token"], vector["encoding_aes_key"])
    return connected(world, folder, lambda http, kept: WeCom(known, http, world.clock, kept))


async def test_a_message_is_kept_before_it_is_answered_and_the_answer_is_empty(
    wecom: Connected[WeCom], world: World
) -> None:
    assert await world.wecom.delivers() == 1
    (came,) = wecom.desk.came
    assert (came.channel, came.peer, came.text, came.message) == ("wecom", XIAOMAN, "你好", came.uid)


async def test_a_message_that_comes_again_is_the_same_message(wecom: Connected[WeCom], world: World) -> None:
    world.wecom.says(XIAOMAN, "再说")
    await world.wecom.delivers()
    world.wecom.repeats_calls(2)
    assert await world.wecom.delivers() == 2
    assert [each.text for each in wecom.desk.came] == ["你好", "再说"]


async def test_what_is_no_text_is_answered_with_what_is_understood(wecom: Connected[WeCom], world: World) -> None:
    world.wecom.sends(XIAOMAN, "video")
    await world.wecom.delivers()
    assert [(each.text, each.notice) for each in wecom.desk.came] == [("你好", ""), ("", "chat.only_text")]


async def test_an_event_that_needs_no_answer_is_passed_over(wecom: Connected[WeCom], world: World) -> None:
    world.wecom.enters(XIAOMAN)
    assert await world.wecom.delivers() == 2
    assert [each.text for each in wecom.desk.came] == ["你好"]


@pytest.mark.parametrize("age", [-601, 601])
async def test_a_call_that_is_old_or_from_the_future_is_refused(
    wecom: Connected[WeCom], age: int, world: World
) -> None:
    world.clock.move(-age * SECOND)
    world.wecom.says(XIAOMAN, "迟到")
    world.clock.move(age * SECOND)
    assert await world.wecom.delivers() == 1, "only the one of now"
    assert [each.text for each in wecom.desk.came] == ["你好"]


@pytest.mark.parametrize(
    ("seal", "change", "status"),
    [
        (dataclasses.replace(SEAL, token="another"), {}, 403),
        (dataclasses.replace(SEAL, receiver="ww9999999999999999"), {}, 403),
        (Seal(SEAL.token, "x" * 43, SEAL.receiver), {}, 403),
        (SEAL, {"msg_signature": "0" * 40}, 403),
        (SEAL, {"msg_signature": ""}, 403),
        (SEAL, {"timestamp": "now"}, 403),
        (SEAL, {"nonce": "another"}, 403),
        (SEAL, {}, 200),
    ],
)
async def test_only_what_wecom_has_signed_and_sealed_is_read(
    wecom: Connected[WeCom], world: World, seal: Seal, change: dict[str, str], status: int
) -> None:
    fields = f"<FromUserName>{XIAOMAN}</FromUserName><MsgType>text</MsgType><Content>好</Content><MsgId>1</MsgId>"
    sealed, now = seal.close(f"<xml>{fields}</xml>"), str(world.clock.now() // SECOND)
    query = {"msg_signature": seal.signed(now, "nonce", sealed), "timestamp": now, "nonce": "nonce"} | change
    url = f"https://bot.example/wecom?{urlencode(query)}"
    assert (await wecom.called("POST", url, f"<xml><Encrypt>{sealed}</Encrypt></xml>".encode()))[0] == status
    assert len(wecom.desk.came) == (status == HTTPStatus.OK)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"nonsense", 400),
        (b"<xml/>", 400),
        (b"<xml><Encrypt><a/></Encrypt></xml>", 400),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>', 400),
        (b"<xml><Encrypt>c2hvcnQ=</Encrypt></xml>", 403),
        (b"<xml>" + b"x" * 300_000 + b"</xml>", 413),
    ],
)
async def test_a_body_that_makes_no_sense_is_refused_and_does_no_harm(
    wecom: Connected[WeCom], body: bytes, status: int
) -> None:
    assert (await wecom.called("POST", "https://bot.example/wecom?timestamp=1&nonce=2", body))[0] == status
    assert wecom.desk.came == []


async def test_an_untrusted_machine_is_told_which_address_to_trust(wecom: Connected[WeCom], world: World) -> None:
    world.wecom.distrusts_our_address()
    with pytest.raises(ChannelRefused, match=f"add {OUR_ADDRESS} to 企业可信IP"):
        await wecom.channel.open({})
    with structlog.testing.capture_logs() as logs, pytest.raises(ChannelBusy):
        await wecom.channel.send(XIAOMAN, Drawing("给小满的话"))
    assert OUR_ADDRESS in logs[0]["hint"]
    assert "小满" not in str(logs)
    assert OUR_ADDRESS in wecom.channel.trouble
    world.wecom.trusts_our_address()
    await wecom.channel.send(XIAOMAN, Drawing("好"))
    assert wecom.channel.trouble == ""


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"secret": "wrong"}, "MIANDAN_WECOM_SECRET"),
        ({"corp_id": "ww"}, "MIANDAN_WECOM_CORP_ID"),
        ({"agent_id": 7}, "MIANDAN_WECOM_AGENT_ID"),
    ],
)
async def test_wrong_credentials_are_told_by_the_setting_that_is_wrong(
    world: World, tmp_path: Path, change: dict[str, Any], told: str
) -> None:
    known = dataclasses.replace(application(), **change)
    async with connected(world, tmp_path, lambda http, kept: WeCom(known, http, world.clock, kept)) as wecom:
        with pytest.raises(ChannelRefused, match=told):
            await wecom.channel.open({})


async def test_it_says_who_it_is_or_that_nobody_answers(wecom: Connected[WeCom], world: World) -> None:
    assert await wecom.channel.open({}) == "WeCom application 面单"
    world.wecom.goes_down()
    with pytest.raises(ChannelBusy):
        await wecom.channel.open({})


def test_nothing_secret_shows_in_its_settings() -> None:
    shown = repr(application())
    assert not [secret for secret in (SEAL.token, SEAL.aes_key, application().secret) if secret in shown]
