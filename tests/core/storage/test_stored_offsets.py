"""Offsets: straight until one is kept, one a merchant, exact."""

from core.offset import STRAIGHT, Offset
from core.storage.database import Database
from core.storage.offsets import Offsets


async def test_each_merchant_has_one_and_the_latest_counts(database: Database) -> None:
    offsets = Offsets(database)
    assert await offsets.of("m1") == STRAIGHT
    await database.apply(offsets.keep("m1", Offset(1.5, -2)), offsets.keep("m2", Offset(0.125, 0)))
    await database.apply(offsets.keep("m1", Offset(-0.625, 4.875)))
    assert await offsets.of("m1") == Offset(-0.625, 4.875)
    assert await offsets.of("m2") == Offset(0.125, 0)
