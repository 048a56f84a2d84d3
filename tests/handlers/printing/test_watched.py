"""Every uploaded number is a parcel that is watched."""

from bot.sandbox.world import World
from core.parcels import ParcelState
from tests.handlers.printing.books import uploads
from tests.support.merchant import Merchant


async def test_a_parcel_begins_with_the_upload_of_its_number_and_knows_where_it_goes(merchant: Merchant) -> None:
    owner, world = await merchant.has_bound(), merchant.stage.world
    await merchant.says("打印今天最早的 12 单")
    await merchant.says("确认")
    kept = merchant.stage.app.desk.kept
    uploaded = {entry["order_sn"]: entry["number"] for entry in world.ledger()["uploads"]}
    assert len(uploaded) >= 12
    for order, number in uploaded.items():
        (parcel,) = await kept.parcels.of_order(owner, order)
        assert (parcel.number, parcel.courier, parcel.is_pinned) == (number, "ZTO", True)
        assert (parcel.state, parcel.shipped_at) == (ParcelState.NO_RECORD, world.clock.now())
        shipment = await kept.shipments.get(parcel.shipment)
        assert shipment is not None
        assert (shipment.number, shipment.orders, shipment.account) == (number, parcel.orders, parcel.account)
        known = await kept.orders.find(parcel.shop, [order])
        assert parcel.region == known[order].receiver.region
        assert parcel.region.city.endswith(("市", "州", "盟", "区"))


async def test_orders_in_one_parcel_are_one_parcel(bound: Merchant, world: World) -> None:
    await bound.says("打印今天的订单")
    await bound.taps("打印 70 张")
    rows = await bound.stage.app.desk.kept.database.all("SELECT count(*), count(DISTINCT number) FROM parcels")
    assert tuple(rows[0]) == (70, 70)
    rows = await bound.stage.app.desk.kept.database.all("SELECT number FROM parcel_orders")
    assert {number for (number,) in rows} == set(uploads(world))
