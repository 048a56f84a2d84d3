"""Opening ciphertext: first the report, then at most 100, so many a day."""

from sandbox_callers import Json, PinduoduoCaller

from bot.sandbox.pinduoduo.order import Order
from bot.sandbox.world import World

FIELDS = ("receiver_name", "receiver_phone", "receiver_address", "address")


async def sealed(pdd: PinduoduoCaller, order: Order) -> list[Json]:
    answer = await pdd("pdd.order.information.get", order_sn=order.order_sn)
    info = answer["order_info_get_response"]["order_info"]
    return [{"data_tag": order.order_sn, "encrypted_data": info[field]} for field in FIELDS]


async def report(pdd: PinduoduoCaller, *order_sns: str) -> list[Json]:
    answer = await pdd("pdd.open.waybill.type.report", order_sn_list=list(order_sns), waybill_type=2)
    return answer["open_waybill_type_report_response"]["result_list"]


async def decrypt(pdd: PinduoduoCaller, rows: list[Json]) -> list[Json]:
    answer = await pdd("pdd.open.decrypt.batch", data_list=rows)
    return answer["open_decrypt_batch_response"]["data_decrypt_list"]


async def test_after_the_report_a_receiver_can_be_read(bound: PinduoduoCaller, world: World) -> None:
    order = world.new_order(name="张䶮丰", phone="13812345678", extension="", detail="文三路1号")
    place = order.receiver.place
    assert await report(bound, order.order_sn) == [{"order_sn": order.order_sn, "success": True}]
    opened = await decrypt(bound, await sealed(bound, order))
    assert [row["decrypted_data"] for row in opened] == [
        "张䶮丰",
        "13812345678",
        "文三路1号",
        f"{place.province}{place.city}{place.town}文三路1号",
    ]
    assert [row["data_type"] for row in opened] == [5, 6, 8, 7]
    assert {row["error_code"] for row in opened} == {0}


async def test_a_privacy_number_comes_with_its_extension(bound: PinduoduoCaller, world: World) -> None:
    order = world.new_order(phone="13812345678", extension="0042")
    await report(bound, order.order_sn)
    name, phone, *_ = await decrypt(bound, await sealed(bound, order))
    assert (phone["virtual_number_type"], phone["virtual_identify_number"]) == (1, "0042")
    assert (name["virtual_number_type"], name["virtual_identify_number"]) == (0, "")


async def test_without_the_report_nothing_is_opened(bound: PinduoduoCaller, world: World) -> None:
    opened = await decrypt(bound, await sealed(bound, world.new_order()))
    assert {row["error_code"] for row in opened} == {30001}
    assert {row["decrypted_data"] for row in opened} == {""}


async def test_one_bad_ciphertext_does_not_spoil_the_others(bound: PinduoduoCaller, world: World) -> None:
    order, other = world.new_order(), world.new_order()
    await report(bound, order.order_sn, other.order_sn)
    mine, theirs = await sealed(bound, order), await sealed(bound, other)
    swapped = {"data_tag": order.order_sn, "encrypted_data": theirs[0]["encrypted_data"]}
    cut = {"data_tag": order.order_sn, "encrypted_data": mine[0]["encrypted_data"][:-10]}
    opened = await decrypt(bound, [mine[0], swapped, cut, {"data_tag": order.order_sn, "encrypted_data": "x"}])
    assert [row["error_code"] for row in opened] == [0, 30002, 30002, 30002]


async def test_a_report_about_an_unknown_order_fails_by_itself(bound: PinduoduoCaller, world: World) -> None:
    order_sn = world.new_order().order_sn
    assert [row["success"] for row in await report(bound, order_sn, "261122-1")] == [True, False]


async def test_at_most_100_are_opened_at_once(bound: PinduoduoCaller, world: World) -> None:
    rows = (await sealed(bound, world.new_order()))[:1] * 101
    assert (await bound.error("pdd.open.decrypt.batch", data_list=rows))[0] == 21001
    assert len(await decrypt(bound, rows[:100])) == 100


async def test_the_daily_limit_refuses_until_tomorrow(bound: PinduoduoCaller, world: World) -> None:
    world.pinduoduo.desk.decrypts_a_day = 5
    rows = await sealed(bound, world.new_order())
    await decrypt(bound, rows)
    assert await bound.error("pdd.open.decrypt.batch", data_list=rows) == (50001, "当日解密次数已达上限")
    world.clock.move(9 * 3_600_000)
    assert len(await decrypt(bound, rows)) == 4


async def test_outside_the_platforms_cloud_one_call_in_ten_seconds_is_allowed(
    bound: PinduoduoCaller, world: World
) -> None:
    world.pinduoduo.limits_decryption()
    rows = await sealed(bound, world.new_order())
    await decrypt(bound, rows)
    assert (await bound.error("pdd.open.decrypt.batch", data_list=rows))[0] == 52101
    world.clock.move(10_000)
    assert len(await decrypt(bound, rows)) == 4
