"""The WeChat channels in front of the pretend services, called at the address in their console."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from wechat_rig import XIAOMAN, meet, working

from bot.channels.official_account import OfficialAccount
from bot.channels.wecom import WeCom
from bot.sandbox.official_account.service import TEMPLATE
from bot.sandbox.world import World
from tests.scenarios.account_seats import account
from tests.scenarios.wechat_seats import application
from tests.support.desk import Connected, connected


@pytest.fixture
def world() -> World:
    """Somebody has written to the WeCom application."""
    world = World(seed=7, orders=0)
    world.wecom.says(XIAOMAN, "你好")
    return world


@pytest.fixture
async def wecom(world: World, tmp_path: Path) -> AsyncIterator[Connected[WeCom]]:
    """A WeCom application."""
    async with connected(world, tmp_path, lambda http, kept: WeCom(application(), http, world.clock, kept)) as wecom:
        world.wecom.call_with(wecom.called, "https://bot.example/wecom")
        yield wecom


@pytest.fixture
async def pushing(world: World, tmp_path: Path) -> AsyncIterator[Connected[OfficialAccount]]:
    """An Official Account with the right to customer messages, to which somebody has written."""
    fields = {"thing1": "{what}", "time2": "{when}"}
    known = account(may_push=True, template=TEMPLATE, template_fields=fields)
    async with working(world, tmp_path, known) as connected_account:
        await meet(world, connected_account)
        yield connected_account


@pytest.fixture
async def answering(world: World, tmp_path: Path) -> AsyncIterator[Connected[OfficialAccount]]:
    """An Official Account without it."""
    world.official_account.loses_right()
    async with working(world, tmp_path, account(patience=0.2)) as connected_account:
        world.official_account.callback.patience = 0.3
        await meet(world, connected_account)
        yield connected_account
