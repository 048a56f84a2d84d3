"""A group of one merchant's people: opened by an owner, each member by her own rights, nothing that is not for all."""

import asyncio

import pytest

from core.clock import MINUTE
from core.rights import Role
from core.storage.address import Address
from handlers.messages import Button, Incoming, Outgoing
from handlers.post import post
from tests.handlers.people.crowd import Crowd
from tests.support.merchant import Merchant
from tests.support.stage import Stage

CLOSED = "这个群还没有启用。请店主在群里 @我 说「启用本群」。"
REALLY = """让这个群用「小满家居旗舰店」吗？
只有成员能 @我 做事，按各自的身份；群里看得到订单号和进度，面单和地址只发到私聊。"""
OPENED = "✅ 这个群可以用了。@我 说要做的事，例如「打印今天的订单」。"
FORBIDDEN = "你的身份是客服，不能做这件事。需要的话请店主操作。"


@pytest.fixture
async def crowd(stage: Stage) -> Crowd:
    """A bound shop, its owner, a packer, somebody of the service, and a stranger."""
    crowd = Crowd(stage)
    crowd.merchant = await crowd.owner.has_bound()
    await crowd.settles("小王", Role.PACKER)
    await crowd.settles("小美", Role.SERVICE)
    return crowd


async def opens(crowd: Crowd) -> None:
    owner = crowd.in_group("店主")
    await owner.says("启用本群")
    await owner.taps("启用")


class TestOpening:
    async def test_an_owner_agrees_to_what_others_will_see(self, crowd: Crowd) -> None:
        owner = crowd.in_group("店主")
        assert await owner.says("启用本群") == REALLY
        assert owner.labels == ["启用", "不用"]
        assert await owner.taps("启用") == OPENED
        (entry,) = await crowd.log()
        assert (entry.action, entry.place, entry.after) == ("use_group/open", "room group 群", "open")

    async def test_or_does_not(self, crowd: Crowd) -> None:
        owner = crowd.in_group("店主")
        await owner.says("启用本群")
        assert await owner.taps("不用") == "没有启用。"
        assert await crowd.in_group("小王").says("打印今天的订单") == CLOSED

    async def test_until_then_a_member_is_told_once_a_day_and_a_stranger_nothing(self, crowd: Crowd) -> None:
        packer, stranger = crowd.in_group("小王"), crowd.in_group("路人")
        assert await packer.says("打印今天的订单") == CLOSED
        assert await packer.says("打印今天的订单") == ""
        assert await stranger.says("打印今天的订单") == ""
        assert await stranger.says("启用本群") == ""

    async def test_is_not_for_other_roles(self, crowd: Crowd) -> None:
        assert await crowd.in_group("小王").says("启用本群") == CLOSED
        assert await crowd.stage.app.database.all("SELECT * FROM staff_groups") == []

    async def test_twice_is_no_mistake_and_another_merchants_group_stays_theirs(self, crowd: Crowd) -> None:
        await opens(crowd)
        owner = crowd.in_group("店主")
        assert await owner.says("启用本群") == REALLY
        assert await owner.taps("启用") == OPENED
        await crowd.settles("外人", Role.OWNER, merchant="M-other")
        assert await crowd.in_group("外人").says("启用本群") == ""
        assert len(await crowd.stage.app.database.all("SELECT * FROM staff_groups")) == 1

    async def test_that_two_owners_try_at_once_goes_to_one(self, crowd: Crowd) -> None:
        await crowd.settles("外人", Role.OWNER, merchant="M-other")
        mine, theirs = crowd.in_group("店主"), crowd.in_group("外人")
        await mine.says("启用本群")
        await theirs.says("启用本群")
        taps = [
            Incoming("room", "群", f"tap-{each.peer}", sender=each.peer, button=button.data)
            for each, button in ((mine, button_of(mine, 0)), (theirs, button_of(mine, 1)))
        ]
        await asyncio.gather(*(crowd.stage.app.turns.receive(tap) for tap in taps))
        await crowd.stage.app.quiet()
        assert len(await crowd.stage.app.database.all("SELECT * FROM staff_groups")) == 1

    async def test_cancel_expiry_and_a_restart(self, crowd: Crowd) -> None:
        owner = crowd.in_group("店主")
        await owner.says("启用本群")
        assert await owner.says("取消") == "已取消「启用本群」。"
        await owner.says("启用本群")
        crowd.stage.world.clock.move(15 * MINUTE)
        assert await owner.taps("启用") == "「启用本群」等了 15 分钟没有回复，已经结束。"
        await owner.says("启用本群")
        await crowd.stage.restart()
        assert await owner.taps("启用") == OPENED

    async def test_two_taps_at_once_open_once(self, crowd: Crowd) -> None:
        owner = crowd.in_group("店主")
        await owner.says("启用本群")
        data = owner.button("启用").data
        taps = [Incoming("room", "群", f"tap{n}", sender="店主", button=data) for n in range(2)]
        await asyncio.gather(*(crowd.stage.app.turns.receive(tap) for tap in taps))
        await crowd.stage.app.quiet()
        assert [each.text for each in owner.messages].count(OPENED) == 1

    async def test_in_a_private_chat_is_said_to_be_for_the_group(self, crowd: Crowd) -> None:
        assert await crowd.owner.says("启用本群") == "这句话要在群里 @我 说。"
        assert await crowd.owner.says("停用本群") == "这句话要在群里 @我 说。"

    async def test_is_taken_back_at_once(self, crowd: Crowd) -> None:
        await opens(crowd)
        assert await crowd.in_group("店主").says("停用本群") == "这个群已停用，在这里不再回答。"
        assert await crowd.in_group("小王").says("打印今天的订单") == CLOSED
        assert [entry.action for entry in await crowd.log()] == ["use_group/open", "leave_group/close"]


class TestTalking:
    async def test_each_by_her_own_rights_and_each_in_a_conversation_of_her_own(self, crowd: Crowd) -> None:
        await opens(crowd)
        packer, service = crowd.in_group("小王"), crowd.in_group("小美")
        assert await service.says("打印今天的订单") == FORBIDDEN
        assert "可打 3 单 → 3 个包裹" in await packer.says("打印今天的订单")
        assert (await service.says("补打")) == FORBIDDEN
        assert await service.says("查物流") == "要处理哪一单？发订单号、运单号，或面单的照片。"
        assert "✅ 打完了：3 张面单" in await packer.says("确认"), "the other's question does not stand in between"
        assert (await service.says("取消")) == "已取消「查物流」。"

    async def test_somebody_elses_button_is_not_an_answer(self, crowd: Crowd) -> None:
        await opens(crowd)
        packer, service = crowd.in_group("小王"), crowd.in_group("小美")
        await packer.says("打印今天的订单")
        assert await service.taps("打印 3 张") == "这个按钮已经过期。"
        assert crowd.stage.world.ledger()["numbers"] == []

    async def test_a_command_on_a_button_is_anybodys_with_the_right(self, crowd: Crowd) -> None:
        await opens(crowd)
        await crowd.in_group("小王").says("打印今天的订单")
        await crowd.in_group("小王").says("确认")
        stop = Button("停止", "c:stop_batch")
        assert await crowd.in_group("小美").presses(stop) == FORBIDDEN
        assert await crowd.in_group("店主").presses(stop) == "现在没有在打印。"

    async def test_labels_go_to_the_private_chat_and_a_line_says_so(self, crowd: Crowd) -> None:
        await opens(crowd)
        packer = crowd.in_group("小王")
        assert "面单发到你的私聊" in await packer.says("打印今天的订单")
        assert "📎 3 张面单（已发到你的私聊，群里不放面单。）" in await packer.says("确认")
        assert packer.pages == []
        assert len(crowd.packer.pages) == 1
        assert crowd.packer.messages[-1].text == "📎 3 张面单"

    async def test_secrets_and_addresses_are_asked_for_in_private(self, crowd: Crowd) -> None:
        await opens(crowd)
        owner = crowd.in_group("店主")
        assert await owner.says("绑定中通") == "「绑定快递」不适合在群里说，我在私聊里接着问你。"
        assert crowd.owner.messages[-1].text == "绑定中通快递(1/4)。账号类型？"
        assert await crowd.owner.says("电子面单账号") == "(2/4) 电子面单账号是多少？网点开通时会给，不是手机号。"

    async def test_a_forbidden_command_is_refused_in_the_group_and_goes_nowhere(self, crowd: Crowd) -> None:
        await opens(crowd)
        before = len(crowd.packer.messages)
        assert await crowd.in_group("小王").says("绑定中通") == "你的身份是打单员，不能做这件事。需要的话请店主操作。"
        assert len(crowd.packer.messages) == before

    async def test_a_couriers_own_words_stay_out_of_the_group(self, crowd: Crowd, stage: Stage) -> None:
        await opens(crowd)
        for said in ("打印今天的订单", "确认"):
            await crowd.in_group("小王").says(said)
        number = stage.world.ledger()["numbers"][0]["number"]  # type: ignore[index]
        stage.world.parcel(str(number)).scanned()
        private, public = (
            await crowd.packer.says(f"{number} 到哪了"),
            await crowd.in_group("小王").says(f"{number} 到哪了"),
        )
        assert "【" in private
        assert "【" not in public
        assert "已揽收" in public

    async def test_phones_in_what_is_told_are_masked_there_alone(self, crowd: Crowd) -> None:
        await opens(crowd)
        kept, told = (
            crowd.stage.app.desk.kept,
            Outgoing("王五 13800138000，单号 78900000000001，订单 261120-300000000000001"),
        )
        for to in (Address.of("room", "群", "小王"), Address("room", "小王")):
            await kept.database.apply(*post(kept.outbox, to, told, 1))
        await crowd.stage.app.quiet()
        masked = told.text.replace("13800138000", "138******00")
        assert crowd.in_group("小王").messages[-1].text == masked
        assert crowd.packer.messages[-1].text == told.text

    async def test_who_is_no_member_gets_no_answer(self, crowd: Crowd) -> None:
        await opens(crowd)
        stranger = crowd.in_group("路人")
        for said in ("打印今天的订单", "帮助", "加入 7K3P-9QXM", "启用本群"):
            assert await stranger.says(said) == ""
        assert await stranger.presses(crowd.in_group("店主").button("启用")) == ""

    async def test_a_removed_member_gets_none_either_and_her_conversation_there_is_over(self, crowd: Crowd) -> None:
        await opens(crowd)
        packer = crowd.in_group("小王")
        await packer.says("打印今天的订单")
        await crowd.removes("小王")
        assert await packer.says("确认") == ""
        assert crowd.stage.world.ledger()["numbers"] == []

    async def test_a_person_of_several_merchants_speaks_for_the_groups(self, crowd: Crowd) -> None:
        await opens(crowd)
        await crowd.settles("小王", Role.VIEWER, merchant="M-other")
        assert (await crowd.packer.says("打印今天的订单")).startswith("你的身份是只读")
        assert "可打 3 单" in await crowd.in_group("小王").says("打印今天的订单")

    async def test_a_restart_before_every_message_changes_nothing(self, crowd: Crowd) -> None:
        await opens(crowd)
        packer = crowd.in_group("小王")
        await crowd.stage.restart()
        await packer.says("打印今天的订单")
        await crowd.stage.restart()
        assert "✅ 打完了：3 张面单" in await packer.says("确认")


def button_of(group: Merchant, place: int) -> Button:
    """The first button of the last question but one, or of the last: two askers' are told apart by their place."""
    messages = [message for message in group.messages if message.buttons]
    return messages[-2 + place].buttons[0]
