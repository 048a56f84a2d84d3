"""Messages that something does not work are told from those that want it done."""

import pytest

from handlers.understanding import understand

NOW = 1_795_622_400_000
SHOP, COURIER, LABEL, NEWS = "shop", "courier", "label", "news"


@pytest.mark.parametrize(
    ("said", "about"),
    [
        ("为什么绑不上店铺", SHOP),
        ("店铺绑不上了", SHOP),
        ("添加不了店铺", SHOP),
        ("授权失败", SHOP),
        ("拼多多授权不成功怎么办", SHOP),
        ("why can't I bind my shop", SHOP),
        ("authorisation failed", SHOP),
        ("中通绑定失败怎么办", COURIER),
        ("为什么绑定不了中通", COURIER),
        ("圆通绑不上", COURIER),
        ("绑定快递老是报错", COURIER),
        ("电子面单账号绑定不了", COURIER),
        ("zto binding failed", COURIER),
        ("面单打歪了", LABEL),
        ("标签打偏了", LABEL),
        ("打印出来是歪的，偏移了", LABEL),
        ("快递单打偏了怎么调", LABEL),
        ("my label prints crooked", LABEL),
        ("labels are misaligned", LABEL),
        ("这个单号怎么没物流", NEWS),
        ("没有物流信息", NEWS),
        ("查不到物流", NEWS),
        ("物流一直不更新", NEWS),
        ("78123456789012 没有物流", NEWS),
        ("no tracking info", NEWS),
        ("tracking doesn't update for 78123456789012", NEWS),
    ],
)
def test_what_is_in_the_way_is_heard(said: str, about: str) -> None:
    understood = understand(said, NOW)
    assert (understood.intent, understood.slots["about"], understood.asks) == ("troubleshoot", about, ())


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("绑定店铺", "bind_shop"),
        ("怎么绑定店铺", "help"),
        ("绑定中通", "bind_courier"),
        ("how do I bind my shop", "help"),
        ("往左偏移2毫米", "printer_settings"),
        ("校准打印机", "printer_settings"),
        ("打印偏移", "printer_settings"),
        ("打印机不出纸", "printer_settings"),
        ("打歪了再打一张", "reprint"),
        ("78123456789012 到哪了", "track"),
        ("哪些单没有物流", "list_anomalies"),
        ("没有物流的单", "list_anomalies"),
        ("打印今天没有物流的单", "print_orders"),
        ("解绑中通", "unbind"),
    ],
)
def test_what_is_to_be_done_stays_what_it_was(said: str, intent: str) -> None:
    assert understand(said, NOW).intent == intent


def test_only_numbers_and_names_are_kept_of_the_other_wish() -> None:
    slots = understand("78123456789012 没有物流信息", NOW).slots
    assert slots == {"about": "news", "tracking": ["78123456789012"], "said": "78123456789012 没有物流信息"}
