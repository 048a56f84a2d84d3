"""Pastes, and what the world's ledger and our tables say of them."""

from collections import Counter
from typing import Any

from bot.sandbox.world import World
from tests.support.merchant import Merchant

ZHANG = "张三 13800138000 浙江省杭州市余杭区文一西路969号"
LI = "李四 13900139000 江苏省南京市鼓楼区中山路1号"
HOW = "要改就直接说，例如「电话改成 13900000000」「地址改成 …」「货品 茶叶 2」「备注 易碎」。"


def keys(world: World) -> Counter[str]:
    """How many numbers each of our keys was given, without the merchant's part."""
    return Counter(entry["key"].split("-", 1)[1] for entry in world.ledger()["numbers"])


async def states(merchant: Merchant) -> list[str]:
    """The states of all parcels, in their order."""
    rows = await merchant.stage.app.database.all("SELECT state FROM shipments ORDER BY batch, position")
    return [state for (state,) in rows]


async def tables(merchant: Merchant) -> str:
    """Everything that the database holds, as text."""
    database = merchant.stage.app.database
    names = await database.all("SELECT name FROM sqlite_schema WHERE type = 'table'")
    rows: list[Any] = [await database.all(f"SELECT * FROM {name}") for (name,) in names]
    return repr(rows)
