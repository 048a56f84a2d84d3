"""The world's ledger as the printing tests read it, and what happens to an order in the middle of a batch."""

from collections import Counter
from typing import Any

import pypdfium2

from bot.sandbox.world import World
from handlers.messages import Incoming
from tests.support.merchant import Merchant


def numbers(world: World) -> Counter[str]:
    return Counter(entry["key"] for entry in world.ledger()["numbers"])


def uploads(world: World) -> Counter[str]:
    return Counter(entry["order_sn"] for entry in world.ledger()["uploads"])


def orders(world: World) -> dict[str, Any]:
    return {entry["order_sn"]: entry for entry in world.ledger()["orders"]}


def pages(merchant: Merchant) -> int:
    return sum(len(pypdfium2.PdfDocument(pdf)) for pdf in merchant.pages)


def single(world: World) -> str:
    """An order of today that goes alone and without a remark."""
    entries = [entry for entry in orders(world).values() if entry["may_ship"] and entry["order_sn"][:6] == "261122"]
    doors = Counter(entry["merge_id"] for entry in entries)
    return str(next(e["order_sn"] for e in entries if doors[e["merge_id"]] == 1 and not e["beware"]))


def text_of(merchant: Merchant, text: str) -> Any:
    return Incoming("room", merchant.peer, f"extra-{text}", text=text)


def uploaded_numbers(world: World) -> set[str]:
    return {entry["number"] for entry in world.ledger()["uploads"]}


def refund_once_numbered(world: World, victim: str) -> None:
    """The buyer wants the money back right after the order has got its number."""

    async def refund(point: str) -> None:
        if point == "zto:zto.open.createOrder:done" and any(victim in key for key in numbers(world)):
            world.before_answer = None
            world.pinduoduo.refunds(victim)

    world.before_answer = refund
