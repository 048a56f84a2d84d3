"""操作记录: the log as a spreadsheet, for owners, in private."""

import asyncio
import re
import zipfile
from io import BytesIO

from core.clock import DAY, MINUTE
from core.rights import Role
from handlers.messages import Incoming
from tests.handlers.people.crowd import Crowd
from tests.support.stage import Stage

SINCE = "要多久的操作记录？"


def rows(file: bytes) -> list[list[str]]:
    """The sheet's cells, row by row."""
    with zipfile.ZipFile(BytesIO(file)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    return [re.findall(r"<(?:t|v)[^>]*>(.*?)</", row, re.DOTALL) for row in re.findall("<row.*?</row>", sheet)]


async def test_tells_who_did_what_and_what_was_refused(crowd: Crowd) -> None:
    await crowd.packer.says("绑定店铺")
    await crowd.makes("小王", Role.MANAGER)
    assert await crowd.owner.says("操作记录") == SINCE
    assert crowd.owner.labels == ["最近 7 天", "最近 30 天", "全部"]
    assert await crowd.owner.taps("最近 30 天") == "📎 操作记录"
    file = crowd.owner.messages[-1].file
    assert file is not None
    assert re.fullmatch(r"miandan-log-\d{8}-\d{6}\.xlsx", file.name)
    head, refused, changed, _ = rows(file.body)
    assert head == "序号 时间 谁 身份 在哪里 做了什么 结果 对象 之前 之后 核对码".split()
    assert refused[0] == "1"
    assert refused[2].startswith("小* ")
    assert [refused[3], refused[4], refused[5], refused[6]] == ["打单员", "room", "绑定店铺", "被拒绝"]
    assert changed[5:7] == ["成员", "完成"]
    assert "打单员" in changed
    assert "主管" in changed
    assert "小王" not in str(rows(file.body))


async def test_that_it_is_handed_out_stands_in_it_too(crowd: Crowd) -> None:
    for _ in range(2):
        await crowd.owner.says("操作记录")
        await crowd.owner.taps("全部")
    file = crowd.owner.messages[-1].file
    assert file is not None
    assert [row[5] for row in rows(file.body)[1:]] == ["操作记录", "操作记录"]


async def test_goes_back_as_far_as_asked(crowd: Crowd) -> None:
    await crowd.packer.says("绑定店铺")
    crowd.stage.world.clock.move(8 * DAY)
    await crowd.packer.says("绑定中通")
    counts = {}
    for period in ("最近 7 天", "最近 30 天"):
        await crowd.owner.says("操作记录")
        await crowd.owner.taps(period)
        file = crowd.owner.messages[-1].file
        assert file is not None
        counts[period] = sum(row[5].startswith("绑定") for row in rows(file.body)[1:])
    assert counts == {"最近 7 天": 1, "最近 30 天": 2}


async def test_a_name_that_is_a_formula_is_none_there(crowd: Crowd) -> None:
    await crowd.invites("=1+1")
    await crowd.owner.says("操作记录")
    await crowd.owner.taps("全部")
    file = crowd.owner.messages[-1].file
    assert file is not None
    assert "'=**" in str(rows(file.body))


async def test_something_else_is_asked_again_cancel_and_expiry_end_it(crowd: Crowd) -> None:
    await crowd.owner.says("操作记录")
    assert await crowd.owner.says("昨天") == f"没看懂，请点下面的按钮，或回复序号。\n{SINCE}"
    assert await crowd.owner.says("取消") == "已取消「操作记录」。"
    await crowd.owner.says("操作记录")
    crowd.stage.world.clock.move(15 * MINUTE)
    assert await crowd.owner.taps("全部") == "「操作记录」等了 15 分钟没有回复，已经结束。"
    assert not any(message.file for message in crowd.owner.messages)


async def test_a_restart_in_the_middle_and_two_taps_at_once(crowd: Crowd, stage: Stage) -> None:
    await crowd.owner.says("操作记录")
    await stage.restart()
    data = crowd.owner.button("全部").data
    taps = [Incoming("room", crowd.owner.peer, f"tap{n}", button=data) for n in range(2)]
    await asyncio.gather(*(stage.app.turns.receive(tap) for tap in taps))
    await stage.app.quiet()
    assert len([message for message in crowd.owner.messages if message.file]) == 1


async def test_on_its_way_to_who_is_no_owner_any_more_it_is_dropped(crowd: Crowd, stage: Stage) -> None:
    """The letter waits while the channel is busy; meanwhile she steps down."""
    await crowd.settles("老板娘", Role.OWNER)
    other = crowd.person("老板娘")
    stage.room.closed.add("老板娘")
    for said in ("操作记录", "全部"):
        await other.says(said)
    await crowd.makes("老板娘", Role.VIEWER)
    stage.room.closed.clear()
    stage.world.clock.move(10 * MINUTE)
    await other.says("取消")
    assert not any(message.file for message in other.messages)
    assert other.messages[-1].text.startswith("现在没有进行中的事")


async def test_in_a_group_it_is_asked_for_in_private(crowd: Crowd) -> None:
    owner = crowd.in_group("店主")
    await owner.says("启用本群")
    await owner.taps("启用")
    assert await owner.says("操作记录") == "「操作记录」不适合在群里说，我在私聊里接着问你。"
    assert crowd.owner.messages[-1].text == SINCE
