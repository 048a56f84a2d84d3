"""A photo and a sheet sent on every channel: fetched from where the channel keeps it, and answered there."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.world import World
from core.labels import Press
from tests.scenarios.channels import SEATS
from tests.scenarios.seats import Seat
from tests.support.merchant import bind
from tests.support.photos import Shot, photo_of
from tests.support.sheets import HEADS, people, xlsx

WITH_DOCUMENTS = [name for name in sorted(SEATS) if not name.startswith("official")]


@pytest.fixture
async def seat(request: pytest.FixtureRequest, tmp_path: Path, press: Press) -> AsyncIterator[Seat]:
    """A seat in front of a channel, and a merchant who has said something."""
    seat = SEATS[request.param](World(seed=7, orders=1), tmp_path, press)
    await seat.sit()
    await seat.says("你好")
    yield seat
    await seat.leave()


@pytest.mark.parametrize("seat", sorted(SEATS), indirect=True)
async def test_a_photo_of_the_calibration_page_offers_the_offset_that_a_tap_sets(seat: Seat, press: Press) -> None:
    page = await press.calibration("100x150", ())
    await seat.sends("校准页.jpg", photo_of(page, Shot(right=2, down=-1)))
    (heard,) = seat.news()
    assert heard.text.startswith("这张比应在的位置偏了右 2、上 1 毫米。打印偏移改成左 2、下 1 毫米就能对准。")
    await seat.taps("改成左 2、下 1 毫米")
    assert "✅ 打印偏移改好了：没有偏移 → 左 2、下 1 毫米。" in seat.news()[0].text


@pytest.mark.parametrize("seat", WITH_DOCUMENTS, indirect=True)
async def test_a_sheet_of_recipients_is_read(seat: Seat) -> None:
    member = await seat.app.desk.kept.merchants.member(seat.to.channel, seat.to.peer)
    assert member
    await bind(seat.app.desk, seat.world, member.merchant)
    await seat.sends("收件人.xlsx", xlsx(HEADS[:3], *people(2)))
    heard = "\n".join(each.text for each in seat.news())
    assert "识别 2 行，都可以打。" in heard
