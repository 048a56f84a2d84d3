"""What the tests of WeChat channels do and see."""

from pathlib import Path
from typing import Any

from bot.channels.official_account import Account, OfficialAccount
from bot.sandbox.world import World
from handlers.messages import Button
from tests.support.desk import Connected, connected

XIAOMAN = "xiaoman"
CHOICE = (Button("打印 1 张", "q:token:0"), Button("看明细", "q:token:1"))
Shown = list[tuple[str, str, list[str]]]


def working(world: World, folder: Path, known: Account) -> Any:
    """An Official Account's channel."""

    def make(http: Any, kept: Any) -> OfficialAccount:
        return OfficialAccount(known, http, world.clock, kept)

    return connected(world, folder, make)


async def meet(world: World, account: Connected[OfficialAccount]) -> None:
    """Somebody writes to it for the first time."""
    world.official_account.call_with(account.called, "https://bot.example/official_account")
    await says(world, "你好")


async def says(world: World, text: str) -> None:
    """Somebody writes to the Official Account."""
    world.official_account.says(XIAOMAN, text)
    await world.official_account.delivers()


def shown(service: Any, chat: str = XIAOMAN) -> Shown:
    """Kind, text and buttons of everything that was sent there."""
    return [(each["kind"], each["text"], each["buttons"]) for each in service.heard(chat)]
