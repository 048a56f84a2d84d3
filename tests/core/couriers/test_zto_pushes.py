"""ZTO's pushes: the digest, the actions, and what is refused."""

import json
from typing import Any

import pytest

from core.couriers.zto import ZtoApp, ZtoPushes
from core.parcels import Node, ParcelState
from core.pushes import BadPush, Push

PUSHES = ZtoPushes(ZtoApp("operator-key", "testsecret"))
EVENING = 1_763_548_200_000  # 2025-11-19 18:30:00 in Shanghai
SCAN = {
    "billCode": "73100196611386",
    "action": "GOT",
    "actionTime": "2025-11-19 18:30:00",
    "desc": "【杭州西湖】已揽收",
    "city": "杭州市",
    "facilityName": "杭州西湖网点",
}


def _signed(data: str, secret: str = "testsecret") -> dict[str, str]:
    import hashlib  # noqa: PLC0415 - the rule once more, by itself
    from base64 import b64encode  # noqa: PLC0415

    digest = b64encode(hashlib.md5(f"{data}{secret}".encode()).digest()).decode()  # noqa: S324
    return {"data": data, "data_digest": digest, "company_id": "operator-key", "msg_type": "Traces"}


def _pushed(**changes: Any) -> dict[str, str]:
    return _signed(json.dumps(SCAN | changes, ensure_ascii=False))


def test_the_digest_is_that_of_the_published_vector() -> None:
    form = _signed('{"orderNo":"T1","name":"张三"}')
    assert form["data_digest"] == "BiuoEMeWMtfmBXw/A+y1VA=="
    with pytest.raises(BadPush, match="no number"):
        PUSHES.read(form)


def test_a_push_is_one_scan_with_its_place() -> None:
    node = Node(EVENING, ParcelState.PICKED_UP, "【杭州西湖】已揽收", "杭州西湖网点", "GOT", "杭州市")
    assert PUSHES.read(_pushed()) == Push("73100196611386", (node,))
    assert PUSHES.read(_pushed(actionTime=str(EVENING))) == Push("73100196611386", (node,))


@pytest.mark.parametrize(
    ("action", "state"),
    [
        ("GOT", ParcelState.PICKED_UP),
        ("DEPARTURE", ParcelState.IN_TRANSIT),
        ("ARRIVAL", ParcelState.IN_TRANSIT),
        ("DISPATCH", ParcelState.OUT_FOR_DELIVERY),
        ("INBOUND", ParcelState.AT_PICKUP_POINT),
        ("HANDOVERSCAN_SIGNED", ParcelState.AT_PICKUP_POINT),
        ("SIGNED", ParcelState.DELIVERED),
        ("DEPARTURE_SIGNED", ParcelState.DELIVERED),
        ("SOMETHING", ParcelState.OTHER),
        (None, ParcelState.OTHER),
    ],
)
def test_hubs_are_hubs_here_unlike_in_the_query(action: str | None, state: ParcelState) -> None:
    assert PUSHES.read(_pushed(action=action)).nodes[0].state is state


@pytest.mark.parametrize(
    "form",
    [
        {},
        _pushed() | {"data_digest": ""},
        _pushed() | {"data_digest": "摘要"},
        _pushed() | {"company_id": "somebody"},
        _pushed() | {"data": "{}"},
        _pushed() | {"msg_type": "Orders"},
        _signed(json.dumps(SCAN), "another secret"),
        _signed(""),
        _signed("["),
        _signed("5"),
        _signed('{"a":' * 50_000),
        _pushed(billCode=""),
        _pushed(billCode="7" * 41),
        _pushed(actionTime="昨天"),
        _pushed(actionTime=None),
        _pushed(actionTime="9" * 5_000),
    ],
)
def test_what_is_not_signed_or_says_nothing_is_refused(form: dict[str, str]) -> None:
    with pytest.raises(BadPush):
        PUSHES.read(form)
