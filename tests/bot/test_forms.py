"""The form for a secret: its link in the chat, filled once, in time, by whoever opened it, for that question alone."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.sandbox.clock import MINUTE
from bot.sandbox.world import World
from core.labels import Press
from tests.scenarios.seats import TelegramSeat
from tests.scenarios.wechat_seats import WecomSeat
from tests.support.forms import SITE, fill, filled

PASSWORD_WANTED = "(3/4) 电子面单密码？和账号一起由网点提供。收到后加密保存，不会再显示。"
NEXT = "(4/4) 网点编码？"
USED = "它已经用过，或者这一步已经过去了"


@pytest.fixture
def world() -> World:
    return World(seed=7, orders=3)


@pytest.fixture
async def seat(world: World, tmp_path: Path, press: Press) -> AsyncIterator[WecomSeat]:
    """Somebody in WeCom who is asked for a password."""
    seat = WecomSeat(world, tmp_path, press)
    await seat.sit()
    for said in ("绑定中通", "电子面单账号", "1234567890"):
        await seat.says(said)
    yield seat
    await seat.leave()


@pytest.fixture
async def browser(seat: WecomSeat) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=seat.site, base_url=SITE) as browser:
        yield browser


def link(world: World) -> str:
    """The newest form's address."""
    return world.wecom.presses("xiaoman", "用网页填")


def last(world: World) -> str:
    return str(world.wecom.heard("xiaoman")[-1]["text"])


async def settled(seat: WecomSeat) -> None:
    await seat.app.quiet()


async def test_the_question_comes_with_a_link_and_the_advice_to_use_it(seat: WecomSeat, world: World) -> None:
    told, advice, link_ = last(world).split("\n")
    assert told == PASSWORD_WANTED
    assert advice == "这里的消息我删不掉，请点「用网页填」，5 分钟内有效。"
    assert link_.startswith(f"用网页填：{SITE}/form/")


async def test_what_is_filled_in_answers_the_question(
    seat: WecomSeat, browser: httpx.AsyncClient, world: World
) -> None:
    page = await browser.get(link(world))
    assert PASSWORD_WANTED in page.text
    done = await browser.post(link(world), data=filled(page, " zto123 "))
    await settled(seat)
    assert (done.status_code, "收到了" in done.text) == (200, True)
    assert last(world).startswith(NEXT)
    await seat.says("8866")
    assert "从哪里寄出" in last(world) or "寄件人是谁" in last(world), "the password was right"


async def test_opening_it_uses_nothing_up(seat: WecomSeat, browser: httpx.AsyncClient, world: World) -> None:
    for _ in range(3):
        assert (await browser.get(link(world))).status_code == 200
    assert (await browser.head(link(world))).status_code == 200
    assert (await fill(seat.site, link(world), "zto123")).status_code == 200


async def test_it_is_good_once(seat: WecomSeat, browser: httpx.AsyncClient, world: World) -> None:
    url, page = link(world), await browser.get(link(world))
    first, second = [await browser.post(url, data=filled(page, typed)) for typed in ("zto123", "another")]
    await settled(seat)
    assert (first.status_code, second.status_code) == (200, 410)
    assert USED in second.text
    assert USED in (await browser.get(url)).text
    assert last(world).startswith(NEXT)


async def test_two_at_once_are_one(seat: WecomSeat, browser: httpx.AsyncClient, world: World) -> None:
    import asyncio  # noqa: PLC0415 - only here

    url, page = link(world), await browser.get(link(world))
    answers = await asyncio.gather(*(browser.post(url, data=filled(page, "zto123")) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 410, 410, 410, 410]
    rows = await seat.app.database.all("SELECT uid FROM inbox WHERE uid LIKE 'form:%'")
    assert len(rows) == 1


async def test_it_ends_after_five_minutes_and_a_new_one_comes_into_the_chat(
    seat: WecomSeat, browser: httpx.AsyncClient, world: World
) -> None:
    old, page = link(world), await browser.get(link(world))
    world.clock.move(5 * MINUTE)
    late = await browser.post(old, data=filled(page, "zto123"))
    assert (late.status_code, "链接过期了" in late.text) == (410, True)
    assert "发一个新链接到聊天" in (await browser.get(old)).text
    assert "发出去了" in (await browser.post(f"{old}/again")).text
    await settled(seat)
    assert link(world) != old
    assert (await browser.post(f"{old}/again")).status_code == 410, "asked for once"
    await fill(seat.site, link(world), "zto123")
    await settled(seat)
    assert last(world).startswith(NEXT)


async def test_a_link_that_is_still_good_cannot_be_replaced(
    seat: WecomSeat, browser: httpx.AsyncClient, world: World
) -> None:
    assert (await browser.post(f"{link(world)}/again")).status_code == 410
    assert (await browser.get(link(world))).status_code == 200


async def test_a_link_of_a_question_that_is_over_changes_nothing(seat: WecomSeat, world: World) -> None:
    old = link(world)
    await seat.says("返回")
    await fill(seat.site, old, "zto123")
    await settled(seat)
    assert last(world) == "这一步已经过去了，不用再填。"
    await seat.says("1234567890")
    assert last(world).startswith(PASSWORD_WANTED)


async def test_a_link_of_a_cancelled_conversation_changes_nothing(seat: WecomSeat, world: World) -> None:
    old = link(world)
    await seat.says("取消")
    await fill(seat.site, old, "zto123")
    await settled(seat)
    assert last(world) == "这一步已经过去了，不用再填。"


async def test_a_secret_that_cannot_be_one_is_asked_for_again_with_another_link(seat: WecomSeat, world: World) -> None:
    old = link(world)
    await fill(seat.site, old, "x" * 65)
    await settled(seat)
    unclear, again = [each["text"] for each in world.wecom.heard("xiaoman")[-2:]]
    assert unclear == "这不像电子面单密码，请核对后再发一次。"
    assert again.startswith(PASSWORD_WANTED)
    assert link(world) != old
    await fill(seat.site, link(world), "zto123")
    await settled(seat)
    assert last(world).startswith(NEXT)


async def test_a_form_outlives_a_restart(seat: WecomSeat, world: World) -> None:
    url = link(world)
    await seat.restart()
    await fill(seat.site, url, "zto123")
    await settled(seat)
    assert last(world).startswith(NEXT)


async def test_nothing_filled_in_is_said_on_the_page(seat: WecomSeat, browser: httpx.AsyncClient, world: World) -> None:
    page = await browser.get(link(world))
    again = await browser.post(link(world), data=filled(page, "  "))
    assert "还没有填" in again.text
    assert (await browser.post(link(world), data=filled(again, "zto123"))).status_code == 200


class TestOtherSites:
    """Only the page itself, in the browser that opened it, hands anything in."""

    @pytest.mark.parametrize(
        "headers",
        [
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "https://evil.example"},
            {"Sec-Fetch-Site": "none"},
        ],
    )
    async def test_another_sites_page_hands_nothing_in(
        self, browser: httpx.AsyncClient, world: World, headers: dict[str, str]
    ) -> None:
        page = await browser.get(link(world))
        assert (await browser.post(link(world), data=filled(page, "zto123"), headers=headers)).status_code == 403
        assert (await browser.post(link(world), data=filled(page, "zto123"))).status_code == 200

    @pytest.mark.parametrize("headers", [{"Origin": SITE, "Sec-Fetch-Site": "same-origin"}, {"Origin": "null"}])
    async def test_the_page_itself_does(
        self, browser: httpx.AsyncClient, world: World, headers: dict[str, str]
    ) -> None:
        page = await browser.get(link(world))
        assert (await browser.post(link(world), data=filled(page, "zto123"), headers=headers)).status_code == 200

    async def test_without_the_pages_cookie_or_mark_nothing_is_taken(
        self, seat: WecomSeat, browser: httpx.AsyncClient, world: World
    ) -> None:
        page = await browser.get(link(world))
        assert (await browser.post(link(world), data={"typed": "zto123", "mark": "another"})).status_code == 403
        assert (await browser.post(link(world), data={"typed": "zto123"})).status_code == 403
        async with httpx.AsyncClient(transport=seat.site) as other:
            assert (await other.post(link(world), data=filled(page, "zto123"))).status_code == 403
        assert await seat.app.database.all("SELECT uid FROM inbox WHERE uid LIKE 'form:%'") == []

    async def test_the_cookie_is_for_this_host_over_https_alone(self, browser: httpx.AsyncClient, world: World) -> None:
        cookie = (await browser.get(link(world))).headers["set-cookie"]
        assert cookie.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=strict"} <= set(cookie.split("; "))

    async def test_an_address_that_nobody_was_given_tells_nothing(self, browser: httpx.AsyncClient) -> None:
        for path in ("/form/guess", "/form/%3Cscript%3E", "/form/" + "x" * 300):
            answer = await browser.get(path)
            assert answer.status_code == 410
            assert "script" not in answer.text
            assert (await browser.post(f"{path}/again")).status_code == 410


async def test_a_secret_is_neither_on_the_page_nor_in_the_database(
    seat: WecomSeat, browser: httpx.AsyncClient, world: World, tmp_path: Path
) -> None:
    page = await browser.get(link(world))
    done = await browser.post(link(world), data=filled(page, "hunter2hunter2"))
    await settled(seat)
    assert "hunter2" not in done.text
    assert holding(tmp_path, b"hunter2hunter2") == []


def holding(folder: Path, text: bytes) -> list[str]:
    """The files of the database that hold a text."""
    return [file.name for file in folder.rglob("demo.db*") if text in file.read_bytes()]


async def test_whoever_types_it_all_the_same_is_told_to_delete_it_herself(seat: WecomSeat, world: World) -> None:
    world.wecom.says("xiaoman", "zto123")
    await world.wecom.delivers()
    await settled(seat)
    told = [each["text"] for each in world.wecom.heard("xiaoman")]
    assert told[-2] == "（这里的消息我删不掉，请长按刚才的密码消息自己删除）"
    assert told[-1].startswith(NEXT)


class SecureSeat(TelegramSeat):
    """In front of Telegram, the program being reached over HTTPS."""

    public_url = SITE


async def test_on_telegram_the_form_is_offered_beside_the_question_and_typing_is_as_good(
    world: World, tmp_path: Path, press: Press
) -> None:
    seat = SecureSeat(world, tmp_path, press)
    await seat.sit()
    for said in ("绑定中通", "电子面单账号", "1234567890"):
        await seat.says(said)
    (asked,) = seat.news()
    assert (asked.text, asked.buttons) == (PASSWORD_WANTED, ("用网页填",))
    assert world.telegram.presses(1, "用网页填").startswith(f"{SITE}/form/")
    await seat.says("zto123")
    assert seat.news()[-1].text.startswith(NEXT)
    await seat.leave()


async def test_without_https_there_is_no_form(world: World, tmp_path: Path, press: Press) -> None:
    seat = TelegramSeat(world, tmp_path, press)
    await seat.sit()
    for said in ("绑定中通", "电子面单账号", "1234567890"):
        await seat.says(said)
    assert seat.news()[-1].buttons == ()
    await seat.leave()
