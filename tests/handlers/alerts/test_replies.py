"""这个催一下: what names no parcel is about the card it replies to, or about the only card just told, asked first."""

import pytest

from bot.sandbox.world import World
from core.rights import Role
from tests.handlers.alerts.cards import card, intercepts, numbers, short, stalls, work_orders
from tests.handlers.alerts.people import colleague
from tests.support.merchant import Interrupted, Merchant
from tests.support.passing import HOUR, MINUTE, passes
from tests.support.stage import Stage

WHICH = "要处理哪一单"


async def two_stall(stage: Stage, world: World) -> tuple[str, str]:
    """Two of the parcels stand still, and she was told of each on a card of its own."""
    first, second, _ = numbers(world)
    await passes(stage, 8)
    for number in (first, second):
        world.parcel(number).stalls()
    await passes(stage, 34)
    return first, second


def filed(world: World) -> list[str]:
    return [str(each["number"]) for each in work_orders(world)]


class TestAReply:
    @pytest.mark.parametrize("said", ["催一下", "这个催一下", "催件", "urge it"])
    async def test_is_about_the_parcel_of_its_card(
        self, stage: Stage, printed: Merchant, world: World, said: str
    ) -> None:
        for number in reversed(await two_stall(stage, world)):
            await printed.says(said, to=card(printed, number))
            assert filed(world)[-1] == number
        assert len(filed(world)) == 2

    async def test_asks_where_it_is(self, stage: Stage, printed: Merchant, world: World) -> None:
        for number in await two_stall(stage, world):
            heard = await printed.says("它到哪了", to=card(printed, number))
            assert short(number) in heard
            assert WHICH not in heard

    async def test_stops_it_once_that_is_agreed_to(self, stage: Stage, printed: Merchant, world: World) -> None:
        first, _ = await two_stall(stage, world)
        assert short(first) in await printed.says("拦截退回", to=card(printed, first))
        assert intercepts(world) == []
        await printed.says("确认")
        assert [each["number"] for each in intercepts(world)] == [first]

    async def test_goes_before_the_parcel_spoken_of_before(self, stage: Stage, printed: Merchant, world: World) -> None:
        first, second = await two_stall(stage, world)
        await printed.says(f"{first} 到哪了")
        await printed.says("催一下", to=card(printed, second))
        assert filed(world) == [second]

    async def test_is_gone_on_from(self, stage: Stage, printed: Merchant, world: World) -> None:
        first, second = await two_stall(stage, world)
        await printed.says("到哪了", to=card(printed, second))
        await printed.says("催一下")
        assert filed(world) == [second]
        assert first not in filed(world)

    async def test_goes_after_a_number_that_was_said(self, stage: Stage, printed: Merchant, world: World) -> None:
        first, second = await two_stall(stage, world)
        await printed.says(f"催一下 {first}", to=card(printed, second))
        assert filed(world) == [first]

    async def test_answers_the_question_which_one(self, stage: Stage, printed: Merchant, world: World) -> None:
        first, second = await two_stall(stage, world)
        assert WHICH in await printed.says("催一下")
        await printed.says("这个", to=card(printed, first))
        assert WHICH in await printed.says("催一下")
        await printed.says("催一下", to=card(printed, second))
        assert filed(world) == [first, second]

    async def test_to_something_else_is_a_message_like_any_other(
        self, stage: Stage, printed: Merchant, world: World
    ) -> None:
        await two_stall(stage, world)
        assert WHICH in await printed.says("催一下", to=printed.messages[0])
        assert work_orders(world) == []

    async def test_survives_a_restart(self, stage: Stage, printed: Merchant, world: World) -> None:
        first, _ = await two_stall(stage, world)
        await Interrupted(stage, printed.peer).says("催一下", to=card(printed, first))
        assert filed(world) == [first]

    async def test_of_who_may_not_is_refused(self, stage: Stage, printed: Merchant, world: World) -> None:
        packer = await colleague(stage, printed, Role.PACKER)
        first, _ = await two_stall(stage, world)
        assert "不能做这件事" in await packer.says("催一下", to=card(printed, first))
        assert work_orders(world) == []

    async def test_to_a_card_of_many_is_about_all_of_them(self, told_of_eight: Merchant, world: World) -> None:
        heard = await told_of_eight.says("催一下", to=told_of_eight.messages[-1])
        assert "给 8 个包裹提交催件工单" in heard
        assert work_orders(world) == []


class TestTheOnlyCardToldOfLate:
    async def test_is_asked_about_before_anything_is_done(self, stage: Stage, printed: Merchant, world: World) -> None:
        number = numbers(world)[0]
        await stalls(stage, world, number)
        assert f"是 中通 {short(number)} 这一单吗" in await printed.says("催一下")
        assert printed.labels == ["是这单", "不是这单", "取消"]
        assert work_orders(world) == []
        await printed.says("是的")
        assert filed(world) == [number]

    async def test_is_not_the_one_then_the_right_one(self, stage: Stage, printed: Merchant, world: World) -> None:
        first, second, _ = numbers(world)
        await stalls(stage, world, first)
        await printed.says("催一下")
        assert WHICH in await printed.says("不是")
        await printed.says(second)
        assert filed(world) == [second]

    async def test_is_left_alone_when_she_cancels(self, stage: Stage, printed: Merchant, world: World) -> None:
        await stalls(stage, world, numbers(world)[0])
        await printed.says("催一下")
        assert "已取消" in await printed.says("取消")
        assert work_orders(world) == []

    async def test_is_shown_where_it_is_only_asked_where_it_is(
        self, stage: Stage, printed: Merchant, world: World
    ) -> None:
        number = numbers(world)[0]
        await stalls(stage, world, number)
        assert short(number) in await printed.says("它到哪了")

    async def test_is_stopped_after_the_question_that_is_asked_anyway(
        self, stage: Stage, printed: Merchant, world: World
    ) -> None:
        number = numbers(world)[0]
        await stalls(stage, world, number)
        heard = await printed.says("拦截退回")
        assert "这一单吗" not in heard
        assert short(number) in heard
        assert intercepts(world) == []

    async def test_is_not_guessed_among_two(self, stage: Stage, printed: Merchant, world: World) -> None:
        await two_stall(stage, world)
        assert WHICH in await printed.says("催一下")

    async def test_is_not_guessed_hours_later(self, stage: Stage, printed: Merchant, world: World) -> None:
        await stalls(stage, world, numbers(world)[0])
        world.clock.move(2 * HOUR)
        assert WHICH in await printed.says("催一下")

    async def test_is_not_guessed_once_something_else_was_told(
        self, stage: Stage, printed: Merchant, world: World
    ) -> None:
        first, second, _ = numbers(world)
        await stalls(stage, world, first)
        await printed.says(f"{second} 到哪了")
        world.clock.move(20 * MINUTE)
        assert WHICH in await printed.says("催一下")
        assert work_orders(world) == []
