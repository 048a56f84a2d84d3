"""Signatures, against the official vector (T1) and four computed by independent clients."""

import pytest

from core.shops.pinduoduo.signing import sign, wire_fields

_COMMON: dict[str, object] = {
    "access_token": "tok_0123456789",
    "client_id": "c0ffee00c0ffee00c0ffee00c0ffee00",
    "data_type": "JSON",
    "timestamp": 1700000000,
    "version": "V1",
}
_ORDERS = [{"order_sn": "231115-000000000000001"}, {"order_sn": "231115-000000000000002"}]


def test_the_official_example_is_signed_as_the_official_guide_says() -> None:
    fields = {
        "access_token": "asd78172s8ds9a921j9qqwda12312w1w21211",
        "client_id": "1",
        "data_type": "XML",
        "order_status": "1",
        "page": "1",
        "page_size": "10",
        "timestamp": "1480411125",
        "type": "pdd.order.number.list.get",
    }
    assert sign(fields, "testSecret") == "E4DE3ED21002510DED352819E7AE6775"


@pytest.mark.parametrize(
    ("params", "signature"),
    [
        pytest.param(
            {"type": "pdd.waybill.cancel", "waybill_code": "773000000000001", "wp_code": "STO"},
            "CCF46B9FB5696A4A2A458588C7060899",
            id="plain",
        ),
        pytest.param(
            {"type": "pdd.order.merge.ship.order.group", "order_list": _ORDERS},
            "660F68749A96BC110A521BF4D10C68BA",
            id="nested",
        ),
        pytest.param(
            {
                "type": "pdd.order.note.update",
                "order_sn": "231115-000000000000001",
                "note": "加急 发顺丰",
                "tag": 1,
            },
            "00DB9770160B6C6169156A9333459FD1",
            id="Chinese",
        ),
        pytest.param(
            {
                "type": "pdd.order.list.get",
                "start_confirm_at": 1699913600,
                "end_confirm_at": 1700000000,
                "order_status": 1,
                "refund_status": 1,
                "page": 1,
                "page_size": 100,
                "use_has_next": True,
            },
            "80754A2BC72FB7B7E04ACB3C4CF12043",
            id="boolean and numbers",
        ),
    ],
)
def test_parameters_are_signed_in_the_very_form_in_which_they_are_sent(
    params: dict[str, object], signature: str
) -> None:
    assert sign(wire_fields(_COMMON | params), "s3cr3t") == signature


def test_nested_values_are_sent_as_compact_json_and_empty_ones_not_at_all() -> None:
    fields = wire_fields({"order_list": _ORDERS[:1], "remark": "", "codes": ["甲"], "flag": False, "page": 2})
    assert fields == {
        "order_list": '[{"order_sn":"231115-000000000000001"}]',
        "codes": '["甲"]',
        "flag": "false",
        "page": "2",
    }
