"""A made-up conversation: somebody orders tea. It takes the place of "查物流" on the menu, a snack that of "补打"."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from core.errors import ServiceUnavailable
from core.rights import Right
from handlers.conversation import Chat, Option, Unclear
from handlers.desk import Desk
from handlers.menu import COMMANDS, Command

SIZES = [Option("small", "小杯", ("s",)), Option("large", "大杯", is_yes=True)]
ORDER_TEA = "查"
ORDER_SNACK = "补打"


@dataclass(frozen=True)
class Cup:
    """One cup of tea."""

    name: str
    size: str
    number: int


@dataclass
class Kitchen:
    """Where the work is done; `closed` for so many orders, `broken` by a fault of ours."""

    brewed: list[tuple[str, str]] = field(default_factory=list)
    paid: list[int] = field(default_factory=list)
    closed: int = 0
    broken: Exception | None = None
    begun: asyncio.Event = field(default_factory=asyncio.Event)  # some work was begun
    at_work: asyncio.Event | None = None  # and waits for this

    async def brew(self, _desk: Desk, name: str, size: str) -> Cup:
        """Work that may be done again."""
        await self._is_busy()
        if self.broken:
            raise self.broken
        if self.closed:
            self.closed -= 1
            raise ServiceUnavailable(service="ZTO")
        self.brewed.append((name, size))
        return Cup(name, size, len(self.brewed))

    async def pay(self, _desk: Desk, cup: int) -> int:
        """Work that cannot be taken back."""
        await self._is_busy()
        self.paid.append(cup)
        return cup

    async def _is_busy(self) -> None:
        self.begun.set()
        if self.at_work:
            await self.at_work.wait()

    async def order_tea(self, chat: Chat) -> None:
        """Name, size, brew, pay, and a last question."""
        name = await chat.ask("name", read_name, prompt="parcel", text="给谁？")
        size = await chat.choose("size", SIZES, prompt="parcel", text="多大？")
        cup = await chat.do("brew", self.brew, name, size)
        await chat.say("parcel", text=f"泡好了 {cup.name} {cup.size} 第{cup.number}杯")
        if (
            await chat.choose("sugar", [Option("yes", "加糖"), Option("no", "不加")], prompt="parcel", text="糖？")
            == "yes"
        ):
            await chat.say("parcel", text="加了糖")
        await chat.settle("pay", self.pay, cup.number)
        await chat.ask("tip", prompt="parcel", text="付好了。还要什么？")
        await chat.say("parcel", text="再见")

    async def order_snack(self, chat: Chat) -> None:
        """One question."""
        snack: str = await chat.ask("snack", prompt="track.parcel", text="什么点心？")
        await chat.say("track.parcel", text=f"点心：{snack}")


def read_name(typed: str) -> str:
    """A name has no digits."""
    if any(sign.isdigit() for sign in typed):
        raise Unclear("parcel", text="名字里没有数字")
    return typed


def menu(tea: Callable[[Chat], Awaitable[None]], snack: Callable[[Chat], Awaitable[None]]) -> Mapping[str, Command]:
    """The program's menu with these two in it."""
    return {
        **COMMANDS,
        "track": Command("track", tea, Right.SEE, "track"),
        "reprint": Command("reprint", snack, Right.PRINT, "reprint"),
    }
