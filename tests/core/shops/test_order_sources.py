"""What every source of orders owes its port: Pinduoduo's platform, and the merchant's own book."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.sandbox.world import World
from core.clock import DAY, HOUR, MINUTE, Period
from core.errors import NotFound, NoTrace, ServiceRefused
from core.fulfilment.manual import Consignment, write_down
from core.labels import Press
from core.manual import BOOK, Wanted, book_of
from core.orders import AfterSales, OrderStatus, Recipient, Region
from core.shops.base import OrderSource
from tests.support.merchant import Merchant
from tests.support.stage import Stage

RECIPIENTS = tuple(
    Recipient(name, phone, Region("浙江省", "杭州市", "余杭区"), "文一西路969号")
    for name, phone in (("张三", "13800138000"), ("李四四", "13900139000"))
)


@dataclass
class Sold:
    """A source, a shop of it, and two orders that were confirmed there some minutes ago."""

    source: OrderSource
    shop: str
    numbers: list[str]
    now: int

    @property
    def lately(self) -> Period:
        return Period(self.now - HOUR, self.now + HOUR)


@pytest.fixture
async def stage(tmp_path: Path, press: Press) -> AsyncIterator[Stage]:
    """A world in which nothing has been sold yet."""
    stage = Stage(World(seed=7, orders=0), tmp_path, press)
    await stage.light()
    yield stage
    await stage.dark()


@pytest.fixture(params=["pinduoduo", BOOK])
async def sold(request: pytest.FixtureRequest, stage: Stage) -> Sold:
    merchant, world, desk = await Merchant(stage).has_bound(), stage.world, stage.app.desk
    world.clock.move(DAY)
    if request.param == BOOK:
        consignment = Consignment("draft", merchant, "", "zh", tuple(Wanted(each) for each in RECIPIENTS))
        numbers = [order.number for order in await write_down(desk.tools, consignment)]
        shop = book_of(merchant)
    else:
        numbers = [world.new_order().order_sn for _ in RECIPIENTS]
        (bound,) = await desk.kept.shops.of(merchant)
        shop = bound.id
    world.clock.move(10 * MINUTE)  # a platform may list late
    return Sold(desk.tools.platforms[request.param], shop, numbers, world.clock.now())


async def test_what_was_confirmed_in_a_period_waits_to_ship(sold: Sold) -> None:
    orders = await sold.source.orders_confirmed(sold.shop, sold.lately)
    assert sorted(order.number for order in orders) == sorted(sold.numbers)
    assert {order.status for order in orders} == {OrderStatus.WAITING}
    assert {order.shop for order in orders} == {sold.shop}
    assert all(order.confirmed_at is not None and sold.lately.start <= order.confirmed_at for order in orders)
    before = Period(sold.lately.start - DAY, sold.lately.start)
    assert await sold.source.orders_confirmed(sold.shop, before) == ()


async def test_what_changed_in_a_period_is_told_up_to_a_moment_from_which_to_go_on(sold: Sold) -> None:
    period = Period(sold.now - HOUR, sold.now)
    page = await sold.source.orders_changed(sold.shop, period)
    assert sorted(order.number for order in page.orders) == sorted(sold.numbers)
    assert max(order.updated_at for order in page.orders) < page.until <= period.end


async def test_one_order_is_told_afresh_and_a_strange_one_is_not_found(sold: Sold) -> None:
    order = await sold.source.order(sold.shop, sold.numbers[0])
    assert (order.number, order.status) == (sold.numbers[0], OrderStatus.WAITING)
    strange = f"{sold.numbers[0][:-4]}9999"
    with pytest.raises(NotFound):
        await sold.source.order(sold.shop, strange)


async def test_nobody_can_be_read_in_an_order_but_is_revealed_when_asked_for(sold: Sold) -> None:
    orders = [await sold.source.order(sold.shop, number) for number in sold.numbers]
    await sold.source.declare_courier_labels(sold.shop, sold.numbers)
    assert sold.source.reveals_receivers
    revealed = await sold.source.reveal(sold.shop, orders)
    assert sorted(revealed) == sorted(sold.numbers)
    for order in orders:
        person = revealed[order.number]
        assert person.name
        assert len(person.phone) >= len("13800138000")
        assert person.name not in repr(order)
        assert person.phone not in repr(order)
        assert "*" in order.receiver.name_mask
        assert person.region == order.receiver.region


async def test_every_order_asked_for_has_a_standing_and_nobody_waits_for_an_answer(sold: Sold) -> None:
    standings = await sold.source.standings(sold.shop, sold.numbers)
    assert sorted(standings) == sorted(sold.numbers)
    assert {(each.status, each.after_sales) for each in standings.values()} == {(OrderStatus.WAITING, AfterSales.NONE)}
    assert await sold.source.reply_by(sold.shop, sold.numbers[0]) is None


async def test_groups_are_made_of_the_orders_asked_for(sold: Sold) -> None:
    groups = await sold.source.merge_groups(sold.shop, sold.numbers)
    assert {number for group in groups for number in group} <= set(sold.numbers)


async def test_the_same_number_may_be_told_twice(sold: Sold) -> None:
    number = sold.numbers[0]
    await sold.source.report_printed(sold.shop, number, "ZTO", "73100000000001")
    await sold.source.ship(sold.shop, number, "ZTO", "73100000000001")
    told_once = await sold.source.standings(sold.shop, sold.numbers)
    await sold.source.ship(sold.shop, number, "ZTO", "73100000000001")
    await sold.source.permit_messages(sold.shop)
    assert await sold.source.standings(sold.shop, sold.numbers) == told_once


async def test_a_journey_that_nobody_knows_is_no_empty_one(sold: Sold) -> None:
    with pytest.raises((NoTrace, ServiceRefused)):
        await sold.source.trace(sold.shop, "ZTO", "73100000000009")
