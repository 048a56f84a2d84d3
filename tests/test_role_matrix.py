"""Every role at every command, on every channel: what the table of rights forbids is refused and noted.

The cells come from the menu and the table, so that a new command or role is in them by itself; a new channel needs
its seat (`tests/scenarios/seats.py`) and is in them too.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.world import World
from core.ids import new_id
from core.labels import Press
from core.rights import MEMBERSHIPS, Role, allows
from core.storage import chain_check
from core.storage.database import Database
from core.storage.merchants import Member
from handlers.buttons import command_data
from handlers.menu import COMMANDS, Command
from handlers.messages import Button, Outgoing
from handlers.post import post
from handlers.texts import LANGUAGES, text
from tests.scenarios.channels import SEATS
from tests.scenarios.seats import Seat
from tests.support.merchant import Merchant
from tests.support.stage import Stage

TRY = "试试"
_OWN_BOOKS = """audit audit_heads inbox outbox offers cards conversations effects visits guests slots
    sqlite_sequence contacts pushes forms downloads slots access_tokens digests""".split()
"""What the program carries about, whoever asked for it."""
WORDS = (
    ("help", "帮助"),
    ("language", "English"),
    ("bind_shop", "绑定店铺"),
    ("bind_courier", "绑定中通"),
    ("print_orders", "打印今天的订单"),
    ("create_waybill", "手工录单"),
    ("stop_batch", "停止打印"),
    ("reprint", "补打 78900000000001"),
    ("reissue", "重新取号 78900000000001"),
    ("cancel_waybill", "作废 78900000000001"),
    ("track", "78900000000001 到哪了"),
    ("urge", "催一下 78900000000001"),
    ("intercept", "拦截 78900000000001"),
    ("join", "加入 7K3P-9QXM"),
    ("switch", "切换店铺"),
    ("member", "邀请同事"),
    ("member", "成员"),
    ("audit", "操作记录"),
)
"""How commands are said; the others are begun by buttons alone."""


@pytest.fixture(params=sorted(SEATS))
async def seat(request: pytest.FixtureRequest, tmp_path: Path, press: Press) -> AsyncIterator[Seat]:
    """A seat in front of each channel."""
    seat = SEATS[request.param](World(seed=7, orders=0), tmp_path, press)
    await seat.sit()
    yield seat
    await seat.leave()


@pytest.mark.parametrize("role", MEMBERSHIPS)
async def test_buttons_of_forbidden_commands_are_refused_and_noted_and_all_others_are_not(
    seat: Seat, role: Role
) -> None:
    """A button may have been shown before the role was changed, or be made up: its data is anybody's to send."""
    merchant = await sits_as(seat, role)
    await seat.says("取消")  # a chat begins with a word of hers
    for command in COMMANDS.values():
        before = await facts(seat.app.database), await refusals(seat, merchant)
        heard = await taps(seat, command)
        is_refused = any(
            text(each, "errors.forbidden", role=text(each, f"roles.{role}")) in heard for each in LANGUAGES
        )
        assert (command.intent, is_refused) == (command.intent, not allows(role, command.right))
        if is_refused:
            after = await facts(seat.app.database), await refusals(seat, merchant)
            assert after == (before[0], [*before[1], (command.intent, role)])
    assert await chain_check.flaws(seat.app.desk.kept.audit) == []


@pytest.mark.parametrize("role", MEMBERSHIPS)
async def test_words_of_forbidden_commands_are_refused_and_noted(stage: Stage, role: Role) -> None:
    somebody = Merchant(stage)
    await somebody.joins(role)
    for intent, words in WORDS:
        heard = await somebody.says(words)
        is_refused = "不能做这件事" in heard
        assert (words, is_refused) == (words, not allows(role, COMMANDS[intent].right))
        await somebody.says("取消")
        await somebody.says("中文")


@pytest.mark.parametrize("intent", sorted(COMMANDS))
async def test_a_stranger_is_refused_everything_but_to_come_in(stage: Stage, intent: str) -> None:
    await stage.dark()
    await stage.light(open_to="invited")
    stranger, before = Merchant(stage, "stranger"), await facts(stage.app.database)
    first = await stranger.presses(Button("", command_data(intent, {})))
    again = await stranger.presses(Button("", command_data(intent, {})))
    if intent == "join":
        assert first == "邀请码是多少？8 位，店主发给你的。"
    else:
        assert (first, again) == (text("zh", "chat.by_invitation"), "")
    assert await facts(stage.app.database) == before


async def test_the_search_for_changes_finds_one(stage: Stage) -> None:
    before = await facts(stage.app.database)
    await Merchant(stage).joins()
    assert await facts(stage.app.database) != before


async def sits_as(seat: Seat, role: Role) -> str:
    """Whoever sits there is this to a merchant that has an owner elsewhere; returns the merchant's id."""
    kept, merchant = seat.app.desk.kept, new_id()
    member = Member(seat.to.channel, seat.to.peer, merchant, role, "", id=new_id())
    owner = Member("elsewhere", "owner", merchant, Role.OWNER, "", id=new_id())
    await kept.database.apply(
        kept.merchants.add(merchant, "zh", 1), *kept.staff.welcome(owner, "", 1), *kept.staff.welcome(member, "", 2)
    )
    return merchant


async def taps(seat: Seat, command: Command) -> str:
    """Have a button of this command in the chat, tap it, and be told."""
    kept, button = seat.app.desk.kept, Button(TRY, command_data(command.intent, {}))
    await kept.database.apply(*post(kept.outbox, seat.to, Outgoing(TRY, (button,)), seat.world.clock.now()))
    await seat.app.quiet()
    await seat.says("取消")  # which also fetches the button where nothing can be pushed
    await seat.taps(TRY)
    return "\n".join(heard.text for heard in seat.news())


async def refusals(seat: Seat, merchant: str) -> list[tuple[str, str]]:
    """What was refused to whom, so far."""
    entries = await seat.app.desk.kept.audit.entries(merchant)
    return [(entry.action, entry.role) for entry, _ in entries if entry.outcome == "refused"]


async def facts(database: Database) -> dict[str, list[Any]]:
    """Everything in the database but what the program carries about."""
    tables = await database.all("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    return {name: await database.all(f"SELECT * FROM {name}") for (name,) in tables if name not in _OWN_BOOKS}
