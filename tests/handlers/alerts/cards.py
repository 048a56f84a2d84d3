"""What a merchant has been told on cards, and ways to get a parcel into trouble."""

from typing import Any

from bot.sandbox.world import World
from core.alerts import Alert
from core.parcels import Parcel
from tests.support.merchant import Merchant
from tests.support.passing import passes
from tests.support.stage import Message, Stage

LIGHTS = ("🟡", "🔴", "🟠", "🟢")
MOVED = "这条有更新，请看下面新的一条。"


def numbers(world: World) -> list[str]:
    """The numbers that were given, the first first."""
    return [entry["number"] for entry in world.ledger()["numbers"]]


def short(number: str) -> str:
    return f"{number[:4]}…{number[-4:]}"


def cards(merchant: Merchant, number: str = "") -> list[Message]:
    """Messages about a parcel that were not replaced."""
    wanted = short(number) if number else "中通 7"
    return [each for each in merchant.messages if each.text.startswith(LIGHTS) and wanted in each.text]


def card(merchant: Merchant, number: str = "") -> Message:
    """The newest of them."""
    return cards(merchant, number)[-1]


def labels(message: Message) -> list[str]:
    return [button.label for button in message.buttons]


async def parcel_of(stage: Stage, number: str) -> Parcel:
    (found,) = await stage.app.desk.kept.parcels.watched(number)
    return found


async def alerts_of(stage: Stage, number: str) -> list[Alert]:
    parcel = await parcel_of(stage, number)
    subject = f"parcel/{parcel.id}"
    return (await stage.app.desk.kept.alerts.of_subjects([subject]))[subject]


async def stalls(stage: Stage, world: World, number: str) -> None:
    """The parcel stands still after it was sent on, and the merchant has been told the morning after."""
    await passes(stage, 8)
    world.parcel(number).stalls()
    await passes(stage, 34)


def work_orders(world: World) -> list[Any]:
    books = world.ledger()["work_orders"]
    assert isinstance(books, list)
    return books


def intercepts(world: World) -> list[Any]:
    books = world.ledger()["intercepts"]
    assert isinstance(books, list)
    return books
