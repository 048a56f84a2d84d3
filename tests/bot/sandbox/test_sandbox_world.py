"""The seeded world: repeatable, mixed, and judged by its own books."""

import time
from collections import Counter

from bot.sandbox.clock import HOUR, OPENING, WorldClock, midnight
from bot.sandbox.world import World


def snapshot(world: World) -> list[tuple[object, ...]]:
    shop = world.pinduoduo.shops[123456789]
    return [(order.order_sn, order.receiver, order.items, order.confirmed_at, order.remark) for order in shop.orders]


def test_the_same_seed_makes_the_same_world_and_another_seed_another() -> None:
    assert snapshot(World(seed=7)) == snapshot(World(seed=7))
    assert World(seed=7).ledger() == World(seed=7).ledger()
    assert snapshot(World(seed=7)) != snapshot(World(seed=8))


def test_the_default_worlds_figures_are_known() -> None:
    assert World().summary() == {
        "now": "2026-11-22 15:30:00",
        "waiting": 126,
        "waiting_today": 120,
        "may_ship": 115,
        "may_ship_today": 109,
        "parcels": 111,
        "shared_parcels": {"2": 2, "3": 1},
        "held": {
            "under_review": 2,
            "after_sale": 4,
            "ship_hold": 1,
            "deposit_only": 1,
            "stock_out": 1,
            "pre_sale": 1,
            "no_courier": 1,
        },
        "beware": {
            "refuses_zto": 2,
            "must_sf": 1,
            "consolidation": 1,
            "gift_pending": 1,
            "buyer_memo": 7,
            "remark": 8,
            "urged": 2,
        },
        "shipped": 8,
    }


def test_the_hour_at_which_a_world_begins_changes_nothing_but_its_times() -> None:
    early, late = World(clock=WorldClock()), World(clock=WorldClock(lambda: OPENING + 8 * HOUR))
    assert {**early.summary(), "now": ""} == {**late.summary(), "now": ""}
    assert [order[:3] for order in snapshot(early)] == [order[:3] for order in snapshot(late)]


def test_asked_for_so_many_orders_so_many_were_confirmed_today_and_wait() -> None:
    for count in (0, 1, 3, 250):
        world = World(orders=count)
        today = midnight(world.clock.now())
        waiting = [row for row in world.ledger()["orders"] if row["status"] == 1 and row["confirmed_at"] >= today]
        assert len(waiting) == count


def test_every_held_order_says_why_and_every_other_may_ship() -> None:
    for row in World(orders=500).ledger()["orders"]:
        assert row["may_ship"] is (row["why_not"] == [])


def test_the_mix_covers_every_province_and_the_unusual() -> None:
    shop = World(orders=1000).pinduoduo.shops[123456789]
    receivers = [order.receiver for order in shop.orders]
    assert len({receiver.place.province for receiver in receivers}) == 31
    assert any("䶮" in receiver.name for receiver in receivers)
    assert any("·" in receiver.name for receiver in receivers)
    assert any(receiver.extension for receiver in receivers)
    assert max(len(receiver.address) for receiver in receivers) > 70
    assert any(len(order.items) > 1 for order in shop.orders)
    assert any(order.gifts for order in shop.orders)


def test_about_five_in_a_hundred_share_a_door_in_pairs_and_triples() -> None:
    doors = Counter(row["merge_id"] for row in World(orders=1000).ledger()["orders"])
    sizes = Counter(size for size in doors.values() if size > 1)
    assert set(sizes) == {2, 3}
    assert 40 <= sum(size * n for size, n in sizes.items()) <= 60


def test_ten_thousand_orders_are_made_quickly() -> None:
    begun = time.monotonic()
    World(orders=10_000)
    assert time.monotonic() - begun < 5


def test_a_new_order_takes_fields_of_the_order_and_of_its_receiver() -> None:
    order = World().new_order(refund_status=2, detail="停发区1号", remark="加急")
    assert (order.refund_status, order.receiver.detail, order.remark) == (2, "停发区1号", "加急")


def entry(world: World, order_sn: str) -> dict[str, object]:
    return next(row for row in world.ledger()["orders"] if row["order_sn"] == order_sn)


def test_what_happens_to_an_order_is_in_the_books_at_once() -> None:
    world = World(orders=0)
    order_sn = world.new_order().order_sn
    assert entry(world, order_sn)["why_not"] == []
    world.pinduoduo.holds(order_sn)
    world.pinduoduo.refunds(order_sn)
    world.pinduoduo.puts_under_review(order_sn)
    assert entry(world, order_sn)["why_not"] == ["under_review", "after_sale", "ship_hold"]
    world.pinduoduo.releases(order_sn)
    world.pinduoduo.withdraws_refund(order_sn)
    world.pinduoduo.passes_review(order_sn)
    assert entry(world, order_sn)["may_ship"] is True


def test_a_presale_may_ship_from_a_day_before_its_time() -> None:
    world = World(orders=0)
    day = 86_400_000
    order = world.new_order(is_pre_sale=1, pre_sale_at=world.clock.now() + 3 * day)
    assert entry(world, order.order_sn)["why_not"] == ["pre_sale"]
    world.clock.move(2 * day)
    assert entry(world, order.order_sn)["may_ship"] is True


def test_yesterdays_shipments_are_on_their_way_by_numbers_nobody_here_issued() -> None:
    world = World()
    shipped = [row for row in world.ledger()["orders"] if row["status"] == 2]
    assert len(shipped) == 8
    assert world.ledger()["numbers"] == []
    assert all(world.parcel(row["number"]).events() for row in shipped)
