"""ZTO's scans in the common states, and a journey as a whole."""

from typing import Any

import pytest
from zto_gateway import ACCOUNT, NOW, Gateway, zto

from core.parcels import Node, ParcelState, current_state


def _scan(code: str | None, told: str = "", at: object = NOW, **more: object) -> dict[str, Any]:
    return {"billCode": "73100196611386", "scanType": code, "scanDate": at, "desc": told} | more


async def test_a_journey_is_told_oldest_first_with_place_and_raw_code() -> None:
    scans = [
        _scan("发件", "离开【杭州】", NOW + 1, scanSite={"code": "57100", "name": "杭州中转部"}),
        _scan("收件", "【杭州西湖】已揽收", str(NOW), scanSite=None),
    ]
    assert await zto(Gateway({"result": scans, "status": True})).track(ACCOUNT, "73100196611386", "1234") == (
        Node(NOW, ParcelState.PICKED_UP, "【杭州西湖】已揽收", "", "收件"),
        Node(NOW + 1, ParcelState.IN_TRANSIT, "离开【杭州】", "杭州中转部", "发件"),
    )


@pytest.mark.parametrize(
    ("scan", "state"),
    [
        (_scan("收件"), ParcelState.PICKED_UP),
        (_scan("1"), ParcelState.PICKED_UP),
        (_scan("GOT"), ParcelState.PICKED_UP),
        (_scan("发件"), ParcelState.IN_TRANSIT),
        (_scan("2"), ParcelState.IN_TRANSIT),
        (_scan("到件"), ParcelState.IN_TRANSIT),
        (_scan("3"), ParcelState.IN_TRANSIT),
        (_scan("转单"), ParcelState.IN_TRANSIT),
        (_scan("9"), ParcelState.IN_TRANSIT),
        (_scan("安检"), ParcelState.IN_TRANSIT),
        (_scan("派件"), ParcelState.OUT_FOR_DELIVERY),
        (_scan("4"), ParcelState.OUT_FOR_DELIVERY),
        (_scan("DISPATCH"), ParcelState.OUT_FOR_DELIVERY),
        (_scan("DELIVERY"), ParcelState.OUT_FOR_DELIVERY),
        (_scan("ARRIVAL"), ParcelState.AT_PICKUP_POINT),
        (_scan("INBOUND"), ParcelState.AT_PICKUP_POINT),
        (_scan("44"), ParcelState.AT_PICKUP_POINT),
        (_scan("HANDOVERSCAN_SIGNED"), ParcelState.AT_PICKUP_POINT),
        (_scan("签收"), ParcelState.DELIVERED),
        (_scan("5"), ParcelState.DELIVERED),
        (_scan("SIGNED"), ParcelState.DELIVERED),
        (_scan("7"), ParcelState.DELIVERED),
        (_scan("DEPARTURE_SIGNED"), ParcelState.DELIVERED),
        (_scan("45", "客户已取走"), ParcelState.DELIVERED),
        (_scan("45", signMan="本人"), ParcelState.DELIVERED),
        (_scan("45", "第三方出站"), ParcelState.OUT_FOR_DELIVERY),
        (_scan("DEPARTURE"), ParcelState.PROBLEM),
        (_scan("问题件"), ParcelState.PROBLEM),
        (_scan("问题件", "收件人拒收，快件滞留"), ParcelState.REFUSED),
        (_scan("问题件", "快件滞留"), ParcelState.HELD),
        (_scan("DEPARTURE", "派送不成功：联系不上收件人"), ParcelState.ATTEMPT_FAILED),
        (_scan("派件", "正在派件，请勿拒收"), ParcelState.OUT_FOR_DELIVERY),
        (_scan("事件"), ParcelState.PROBLEM),
        (_scan("退件"), ParcelState.RETURNING),
        (_scan("8"), ParcelState.RETURNING),
        (_scan("未知"), ParcelState.OTHER),
        (_scan(None), ParcelState.OTHER),
    ],
)
async def test_each_scan_says_where_the_parcel_is(scan: dict[str, Any], state: ParcelState) -> None:
    (node,) = await zto(Gateway({"result": [scan], "status": True})).track(ACCOUNT, "73100196611386", "1234")
    assert node.state is state


async def test_a_signature_after_a_return_is_the_senders() -> None:
    scans = [_scan("签收", at=3_000), _scan("退件", at=2_000), _scan("签收", at=1_000)]
    nodes = await zto(Gateway({"result": scans, "status": True})).track(ACCOUNT, "73100196611386", "1234")
    assert [node.state for node in nodes] == [ParcelState.DELIVERED, ParcelState.RETURNING, ParcelState.DELIVERED]
    assert current_state(nodes) is ParcelState.RETURNED


@pytest.mark.parametrize("result", [[], None])
async def test_a_parcel_that_was_never_scanned_has_an_empty_journey(result: object) -> None:
    assert await zto(Gateway({"result": result, "status": True})).track(ACCOUNT, "73100196611386", "1234") == ()
