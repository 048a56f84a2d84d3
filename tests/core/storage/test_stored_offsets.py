"""Offsets: straight until one is kept, one a merchant, exact; whoever changes one knows what it was."""

import pytest

from core.offset import STRAIGHT, Offset
from core.storage.database import Conflict, Database
from core.storage.offsets import KeptOffset, Offsets


async def test_each_merchant_has_one_and_the_latest_counts(database: Database) -> None:
    offsets = Offsets(database)
    assert await offsets.of("m1") == STRAIGHT
    assert await offsets.kept("m1") == KeptOffset(STRAIGHT, 0)
    first = Offset(1.5, -2)
    await database.apply(
        offsets.change("m1", first, STRAIGHT, 10), offsets.change("m2", Offset(0.125, 0), STRAIGHT, 11)
    )
    await database.apply(offsets.change("m1", Offset(-0.625, 4.875), first, 12))
    assert await offsets.kept("m1") == KeptOffset(Offset(-0.625, 4.875), 12)
    assert await offsets.kept("m2") == KeptOffset(Offset(0.125, 0), 11)


async def test_a_change_from_what_it_is_no_longer_is_a_conflict(database: Database) -> None:
    offsets = Offsets(database)
    await database.apply(offsets.change("m1", Offset(1, 0), STRAIGHT, 10))
    with pytest.raises(Conflict):
        await database.apply(offsets.change("m1", Offset(2, 0), STRAIGHT, 11))
    assert await offsets.kept("m1") == KeptOffset(Offset(1, 0), 10)
