"""成员: the list, another role, out, and what that ends at once."""

import asyncio

import pytest

from core.clock import MINUTE
from core.rights import Role
from core.storage import chain_check
from core.storage.database import Statement
from core.storage.merchants import Member
from handlers.messages import Button, Incoming
from handlers.people import staffing
from tests.handlers.people.crowd import Crowd
from tests.support.stage import Stage

LIST = """成员：
• 店主（店主，你自己）
• 小王（打单员）
点一位来改身份或移出："""
WHAT = "小王（打单员）要怎么改？"
SURE = "移出小王（打单员）？马上生效：不能再用，正在打的会停下，留给你继续。"
OUT = "✅ 已移出小王（打单员）。"
YOU_ARE_OUT = "你已经不在「还没绑定店铺的商家」的成员里。"
LAST = "至少要留一位店主。先把别人设为店主，再改这一位。"


async def picks_packer(crowd: Crowd) -> str:
    await crowd.owner.says("成员")
    return await crowd.owner.taps("小王（打单员）")


async def removes_packer(crowd: Crowd) -> str:
    await picks_packer(crowd)
    await crowd.owner.taps("移出")
    return await crowd.owner.taps("移出")


class TestTheList:
    async def test_tells_who_there_is_and_who_may_come(self, crowd: Crowd) -> None:
        assert await crowd.owner.says("成员") == LIST
        assert crowd.owner.labels == ["店主（店主，你自己）", "小王（打单员）", "邀请同事"]
        await crowd.owner.says("取消")
        await crowd.invites("小李", "客服")
        heard = await crowd.owner.says("成员")
        assert "\n• 等待加入：小李（客服），还有 24 小时\n" in heard
        assert "收回给小李的邀请" in crowd.owner.labels

    async def test_leads_to_an_invitation(self, crowd: Crowd) -> None:
        await crowd.owner.says("成员")
        assert (await crowd.owner.taps("邀请同事")).startswith("邀请谁？")
        await crowd.owner.says("小李")
        assert "给小李（打单员）" in await crowd.owner.taps("打单员")

    async def test_takes_an_invitation_back_once(self, crowd: Crowd) -> None:
        await crowd.invites("小李")
        await crowd.owner.says("成员")
        assert await crowd.owner.taps("收回给小李的邀请") == "邀请已收回，那个邀请码不能用了。"
        assert await crowd.stage.app.desk.kept.invitations.of(crowd.merchant, 0) == []
        assert [entry.action for entry in await crowd.log()] == ["member/invite", "member/withdraw"]

    async def test_shows_who_never_got_a_name_by_her_channel(self, crowd: Crowd, stage: Stage) -> None:
        await stage.app.database.apply(*unnamed(crowd))
        assert "• Telegram …4321（只读）\n" in await crowd.owner.says("成员")


class TestAnotherRole:
    async def test_is_given_told_and_noted(self, crowd: Crowd) -> None:
        assert await picks_packer(crowd) == WHAT
        assert crowd.owner.labels == ["改为店主", "改为主管", "改为客服", "改为只读", "移出"]
        assert await crowd.owner.taps("改为主管") == "✅ 小王（打单员）现在的身份是主管。"
        assert crowd.packer.messages[-1].text == "你在「还没绑定店铺的商家」的身份改为主管。"
        assert await crowd.roles() == {"店主": Role.OWNER, "小王": Role.MANAGER}
        (entry,) = await crowd.log("member/change")
        assert (entry.before, entry.after, entry.subject.split()[1]) == ("packer", "manager", "小*")

    async def test_of_an_owner_is_agreed_to_explicitly(self, crowd: Crowd) -> None:
        await picks_packer(crowd)
        sure = "把小王（打单员）设为店主？店主能绑定账号、管理成员，也能移出你。"
        assert await crowd.owner.taps("改为店主") == sure
        assert await crowd.owner.says("好") == "没有改动。", "a mere yes is not enough"
        await picks_packer(crowd)
        await crowd.owner.taps("改为店主")
        await crowd.owner.taps("设为店主")
        assert (await crowd.roles())["小王"] is Role.OWNER

    async def test_is_refused_to_the_last_owner_and_given_to_one_of_two(self, crowd: Crowd) -> None:
        await crowd.owner.says("成员")
        await crowd.owner.taps("店主（店主，你自己）")
        assert await crowd.owner.taps("改为只读") == LAST
        await crowd.settles("老板娘", Role.OWNER)
        await crowd.owner.says("成员")
        await crowd.owner.taps("店主（店主，你自己）")
        assert (await crowd.owner.taps("改为只读")).startswith("✅ 店主（店主，你自己）现在的身份是只读。")
        assert await crowd.owner.says("成员") == "你的身份是只读，不能做这件事。需要的话请店主操作。"

    async def test_may_be_said_at_once(self, crowd: Crowd) -> None:
        said = Button("", "c:member:action=set_role:name=小王:role=manager")
        assert await crowd.owner.presses(said) == "✅ 小王（打单员）现在的身份是主管。"

    @pytest.mark.parametrize("data", ["c:member:name=谁", "c:member:action=set_role:role=manager"])
    async def test_of_somebody_not_known_or_not_named_is_asked_for(self, crowd: Crowd, data: str) -> None:
        assert await crowd.owner.presses(Button("", data)) == LIST


class TestOut:
    async def test_after_a_yes_that_says_so(self, crowd: Crowd) -> None:
        await picks_packer(crowd)
        assert await crowd.owner.taps("移出") == SURE
        assert await crowd.owner.taps("移出") == OUT
        assert crowd.packer.messages[-1].text == YOU_ARE_OUT
        assert await crowd.roles() == {"店主": Role.OWNER}
        (entry,) = await crowd.log("member/remove")
        assert (entry.before, entry.after) == ("packer", "out")
        assert await chain_check.flaws(crowd.stage.app.desk.kept.audit) == []

    async def test_not_after_a_no(self, crowd: Crowd) -> None:
        await picks_packer(crowd)
        await crowd.owner.taps("移出")
        assert await crowd.owner.taps("不改") == "没有改动。"
        assert len(await crowd.roles()) == 2

    async def test_of_the_last_owner_is_refused(self, crowd: Crowd) -> None:
        await crowd.owner.says("成员")
        await crowd.owner.taps("店主（店主，你自己）")
        await crowd.owner.taps("移出")
        assert await crowd.owner.taps("移出") == LAST
        assert (await crowd.roles())["店主"] is Role.OWNER

    async def test_of_who_is_gone_already_is_no_mistake(self, crowd: Crowd) -> None:
        await crowd.settles("老板娘", Role.OWNER)
        other = crowd.person("老板娘")
        await other.says("成员")
        await other.taps("小王（打单员）")
        await other.taps("移出")
        assert await removes_packer(crowd) == OUT
        assert await other.taps("移出") == OUT
        assert len(await crowd.log("member/remove")) == 1

    async def test_back_cancel_and_expiry_remove_nobody(self, crowd: Crowd) -> None:
        await picks_packer(crowd)
        await crowd.owner.taps("移出")
        assert await crowd.owner.says("返回") == WHAT
        assert await crowd.owner.says("返回") == LIST
        assert await crowd.owner.says("取消") == "已取消「成员」。"
        await picks_packer(crowd)
        await crowd.owner.taps("移出")
        crowd.stage.world.clock.move(15 * MINUTE)
        assert await crowd.owner.taps("移出") == "「成员」等了 15 分钟没有回复，已经结束。"
        assert len(await crowd.roles()) == 2

    async def test_with_a_restart_before_every_message(self, crowd: Crowd) -> None:
        owner = crowd.forgotten("店主")
        assert await owner.says("成员") == LIST
        assert await owner.taps("小王（打单员）") == WHAT
        assert await owner.taps("移出") == SURE
        assert await owner.taps("移出") == OUT
        assert len(await crowd.log("member/remove")) == 1

    async def test_by_two_taps_at_once_happens_once(self, crowd: Crowd, stage: Stage) -> None:
        await picks_packer(crowd)
        await crowd.owner.taps("移出")
        data = crowd.owner.button("移出").data
        taps = [Incoming("room", crowd.owner.peer, f"tap{n}", button=data) for n in range(2)]
        await asyncio.gather(*(stage.app.turns.receive(tap) for tap in taps))
        await stage.app.quiet()
        assert [message.text for message in crowd.owner.messages].count(OUT) == 1
        assert len(await crowd.log("member/remove")) == 1

    async def test_of_oneself_is_possible_while_another_owner_stays(self, crowd: Crowd) -> None:
        await crowd.settles("老板娘", Role.OWNER)
        await crowd.owner.says("成员")
        await crowd.owner.taps("店主（店主，你自己）")
        await crowd.owner.taps("移出")
        assert (await crowd.owner.taps("移出")).startswith("✅ 已移出店主")
        assert await crowd.roles() == {"老板娘": Role.OWNER, "小王": Role.PACKER}

    async def test_may_be_said_at_once_and_is_asked_once_more(self, crowd: Crowd) -> None:
        assert await crowd.owner.presses(Button("", "c:member:action=remove:name=小王")) == SURE
        assert await crowd.owner.taps("移出") == OUT

    async def test_of_another_merchants_member_is_not_possible(self, crowd: Crowd) -> None:
        stranger = await crowd.settles("外人", Role.PACKER, merchant="M-other")
        by = await crowd.stage.app.desk.kept.merchants.member("room", "店主")
        assert by is not None
        assert not await staffing.remove(crowd.stage.app.desk, stranger, by)
        assert not await staffing.change_role(crowd.stage.app.desk, stranger, Role.OWNER, by)


def unnamed(crowd: Crowd) -> list[Statement]:
    """Somebody on Telegram who began by herself and joined before anybody named her."""
    member = Member("telegram", "987654321", crowd.merchant, Role.VIEWER, "", id="p-unnamed")
    return crowd.stage.app.desk.kept.staff.welcome(member, "", 1)
