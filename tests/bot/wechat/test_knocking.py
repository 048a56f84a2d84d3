"""An Official Account that may only answer: what there is to say waits, and a template tells, once, that it does."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import ClassVar

import pytest

from bot.sandbox.clock import HOUR, MINUTE
from bot.sandbox.official_account.service import TEMPLATE
from bot.sandbox.world import World
from core.labels import Press
from core.subscribers import Wishes
from handlers.messages import Incoming, Outgoing
from handlers.post import post
from tests.handlers.alerts.people import ONLY_PARCELS
from tests.scenarios.account_seats import PassiveAccountSeat
from tests.support.passing import time_passes
from tests.support.stage import Room

ARRIVED = "到收件城市 24 小时还没派送"
FIELDS = {"thing1": "{what}", "time2": "{when}"}


class KnockingSeat(PassiveAccountSeat):
    about: ClassVar = {"template": TEMPLATE, "template_fields": FIELDS}


class MistypedSeat(PassiveAccountSeat):
    about: ClassVar = {"template": "another", "template_fields": FIELDS}


@pytest.fixture
def world() -> World:
    return World(seed=7, orders=1)


@pytest.fixture
def room() -> Room:
    """Where a colleague sits, beside the account."""
    return Room()


@pytest.fixture
async def seat(
    request: pytest.FixtureRequest, world: World, room: Room, tmp_path: Path, press: Press
) -> AsyncIterator[PassiveAccountSeat]:
    """In front of the account that the test names, else of one with a template; only parcels are told of."""
    seat = getattr(request, "param", KnockingSeat)(world, tmp_path, press)
    seat.beside[room.name] = room
    await seat.sit()
    await seat.says("你好")
    subscribers = seat.app.desk.kept.subscribers
    await seat.app.database.apply(subscribers.wish(seat.to, Wishes(**ONLY_PARCELS)))  # type: ignore[arg-type]
    yield seat
    await seat.leave()


def knocks(seat: PassiveAccountSeat) -> list[str]:
    """What was ever told in the template's words."""
    return [each["text"] for each in seat.heard() if each["kind"] == "template"]


async def waits(seat: PassiveAccountSeat, *messages: Outgoing) -> None:
    """There is something to say."""
    outbox, now = seat.app.desk.kept.outbox, seat.world.clock.now()
    await seat.app.database.apply(*(part for each in messages for part in post(outbox, seat.to, each, now)))
    await seat.app.quiet()


async def passes(seat: PassiveAccountSeat, hours: float) -> None:
    """So many hours in which she writes nothing."""
    seat.seen = len(seat.heard())
    await time_passes(seat.world, seat.app, hours)


async def has_a_colleague(seat: PassiveAccountSeat) -> str:
    """The owner invites somebody into the same business, who comes in the room; returns her name there."""
    for said in ("邀请同事", "小李", "店主"):
        await seat.says(said)
    code = next(each["text"] for each in reversed(seat.heard()) if "邀请码 " in each["text"]).split("邀请码 ")[1][:9]
    await seat.app.turns.receive(Incoming("room", "小李", "1", text=f"加入 {code}"))
    await seat.app.quiet()
    return "小李"


async def has_a_parcel_that_stalls(seat: PassiveAccountSeat) -> None:
    """Bound, printed, and not delivered for a day after it came to the receiver's city."""
    await seat.says("绑定店铺")
    await seat.opens("打开授权页")
    for said in ("绑定中通", "电子面单账号", "1234567890", "zto123", "8866"):
        await seat.says(said)
    await seat.taps("浙江省 杭州市 西湖区 文三路1号A座")
    await seat.says("打印今天的订单")
    await seat.says("确认")
    await passes(seat, 27)
    seat.world.parcel(seat.world.ledger()["numbers"][0]["number"]).stalls()
    await passes(seat, 24)


class TestAnAlert:
    async def test_waits_and_is_knocked_for_once_and_told_at_the_next_contact_and_to_others_at_once(
        self, seat: PassiveAccountSeat, room: Room
    ) -> None:
        colleague = await has_a_colleague(seat)
        await has_a_parcel_that_stalls(seat)
        (knock,) = knocks(seat)
        assert knock.startswith(f"🔴 {ARRIVED}")
        assert [each.text for each in room.chats[colleague] if ARRIVED in each.text], (
            "others are told by their channels"
        )
        assert seat.news()[-1].text == knock, "the alert itself waits"
        await passes(seat, 3)
        assert knocks(seat) == [knock]
        await seat.says("帮助")
        first, *others = seat.news()
        assert first.text.startswith(f"🔴 {ARRIVED}")
        assert "催件" in first.buttons
        assert others[-1].text.startswith("直接说要做的事就行")

    @pytest.mark.parametrize("seat", [PassiveAccountSeat], indirect=True)
    async def test_without_a_template_it_waits_all_the_same(self, seat: PassiveAccountSeat, room: Room) -> None:
        colleague = await has_a_colleague(seat)
        await has_a_parcel_that_stalls(seat)
        assert seat.news() == []
        assert [each.text for each in room.chats[colleague] if ARRIVED in each.text]
        await seat.says("结果")
        assert [each.text.partition(" · ")[0] for each in seat.news()] == [f"🔴 {ARRIVED}"]


class TestKnocking:
    async def test_once_between_two_words_of_hers(self, seat: PassiveAccountSeat) -> None:
        await passes(seat, 49)
        for text in ("🔴 一", "🔴 二"):
            await waits(seat, Outgoing(text))
        assert [each.partition("\n")[0] for each in knocks(seat)] == ["🔴 一"]
        await seat.says("结果")
        await passes(seat, 49)
        await waits(seat, Outgoing("🔴 三"))
        assert [each.partition("\n")[0] for each in knocks(seat)] == ["🔴 一", "🔴 三"]

    async def test_not_while_she_is_in_the_middle_of_a_talk(self, seat: PassiveAccountSeat) -> None:
        await waits(seat, Outgoing("✅ 打完了"))
        await passes(seat, 9 * MINUTE / HOUR)
        assert knocks(seat) == []
        await passes(seat, 2 * MINUTE / HOUR)
        assert [each.partition("\n")[0] for each in knocks(seat)] == ["✅ 打完了"]

    async def test_not_for_her_own_question(self, seat: PassiveAccountSeat) -> None:
        await passes(seat, 49)
        await seat.says("帮助")
        assert [each["kind"] for each in seat.heard()[-1:]] == ["text"]
        assert knocks(seat) == []

    async def test_not_for_what_is_over_by_now(self, seat: PassiveAccountSeat) -> None:
        await passes(seat, 49)
        over = Outgoing("🟢 已恢复", card="alert:1", only_edits=True, is_last=True)
        await waits(seat, Outgoing("🔴 停滞", card="alert:1"), over)
        assert knocks(seat) == []
        await seat.says("结果")
        assert [each.text for each in seat.news()] == ["没有别的新消息。"]

    async def test_as_soon_as_the_service_is_back(self, seat: PassiveAccountSeat, world: World) -> None:
        await passes(seat, 49)
        world.official_account.goes_down()
        await waits(seat, Outgoing("🔴 一"))
        assert knocks(seat) == []
        world.official_account.comes_back()
        await passes(seat, 1)
        assert len(knocks(seat)) == 1

    async def test_not_again_where_the_answer_was_lost(self, seat: PassiveAccountSeat, world: World) -> None:
        await passes(seat, 49)
        world.official_account.loses_answers(1, on="message/template/send")
        await waits(seat, Outgoing("🔴 一"))
        await passes(seat, 1)
        assert len(knocks(seat)) == 1

    @pytest.mark.parametrize("seat", [MistypedSeat], indirect=True)
    async def test_a_template_that_is_refused_is_tried_once(self, seat: PassiveAccountSeat, world: World) -> None:
        await passes(seat, 49)
        await waits(seat, Outgoing("🔴 一"))
        await passes(seat, 1)
        assert knocks(seat) == []
        assert world.ledger()["calls"]["official_account:message/template/send"] == 1
        await seat.says("结果")
        assert [each.text for each in seat.news()] == ["🔴 一"]
