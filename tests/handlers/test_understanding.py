"""What is understood of a message: plain rules, both languages."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import SHANGHAI, moment_of
from handlers.journal import Option
from handlers.menu import COMMANDS, NOT_YET
from handlers.messages import Button
from handlers.understanding import (
    in_full,
    intents,
    is_back,
    is_cancel,
    is_nothing,
    is_yes,
    match_button,
    match_option,
    understand,
)

ORDER, OTHER_ORDER = "261120-300000000000001", "261120-300000000000002"
NOON = moment_of(datetime(2026, 11, 22, 12, 0, tzinfo=SHANGHAI))
TODAY = {"day": "today", "start": 1_795_276_800_000, "end": 1_795_363_200_000}
YESTERDAY = {"day": "yesterday", "start": 1_795_190_400_000, "end": 1_795_276_800_000}


class _Zto:
    """As much of a courier as understanding needs."""

    code = "ZTO"
    aliases = ("中通", "中通快递", "zto", "zhongtong")


class _Yto:
    code = "YTO"
    aliases = ("圆通", "yto")


COURIERS: Any = (_Zto(), _Yto())


def heard(said: str, now: int = NOON) -> tuple[str, dict[str, Any]]:
    """Intent and slots."""
    understood = understand(said, now, COURIERS)
    return understood.intent, understood.slots


@pytest.mark.parametrize(
    ("said", "intent", "slots"),
    [
        ("打印今天的订单", "print_orders", TODAY),
        ("打印今日订单。", "print_orders", TODAY),
        ("print today's orders", "print_orders", TODAY),
        ("Print Today’s Orders!", "print_orders", TODAY),
        ("ＰＲＩＮＴ　ｔｏｄａｙ", "print_orders", TODAY),
        ("打昨天的", "print_orders", YESTERDAY),
        ("print yesterday's orders", "print_orders", YESTERDAY),
        ("打印订单", "print_orders", {}),
        ("发货", "print_orders", {}),
        ("打最早的 20 单", "print_orders", {"count": 20, "pick": "earliest"}),
        ("打前３０张", "print_orders", {"count": 30, "pick": "earliest"}),
        ("print the first 20 orders", "print_orders", {"count": 20, "pick": "earliest"}),
        ("print 5 labels", "print_orders", {"count": 5}),
        ("用中通打今天的", "print_orders", TODAY | {"courier": "ZTO"}),
        ("print today with ZTO", "print_orders", TODAY | {"courier": "ZTO"}),
        ("用中通或圆通打今天的", "print_orders", TODAY | {"couriers": ["ZTO", "YTO"]}),
        (f"打印 {ORDER}", "print_orders", {"orders": [ORDER]}),
        ("绑定店铺", "bind_shop", {}),
        ("授权拼多多", "bind_shop", {}),
        ("重新授权店铺", "bind_shop", {}),
        ("bind shop", "bind_shop", {}),
        ("connect my Pinduoduo shop", "bind_shop", {}),
        ("绑定中通", "bind_courier", {"courier": "ZTO"}),
        ("绑中通快递", "bind_courier", {"courier": "ZTO"}),
        ("bind zto", "bind_courier", {"courier": "ZTO"}),
        ("绑定快递", "bind_courier", {}),
        ("绑定顺丰", "bind_courier", {"courier": "SF"}),
        ("停止", "stop_batch", {}),
        ("stop", "stop_batch", {}),
        (f"重新取号 {ORDER}", "reissue", {"orders": [ORDER]}),
        (f"new number {ORDER}", "reissue", {"orders": [ORDER]}),
        ("作废 78900000000001", "cancel_waybill", {"tracking": ["78900000000001"]}),
        ("补打 78900000000001", "reprint", {"tracking": ["78900000000001"]}),
        ("reprint YT1234567890123", "reprint", {"tracking": ["YT1234567890123"]}),
        (f"{ORDER} 到哪了", "track", {"orders": [ORDER]}),
        (f"{ORDER}、{OTHER_ORDER}到哪了", "track", {"orders": [ORDER, OTHER_ORDER]}),
        (f"where is {ORDER}", "track", {"orders": [ORDER]}),
        ("where is 78900000000001?", "track", {"tracking": ["78900000000001"]}),
        ("查物流", "track", {}),
        ("帮助", "help", {}),
        ("怎么绑定店铺", "help", {"topic": "bind_shop"}),
        ("/start", "help", {}),
        ("what can you do", "help", {}),
        ("English", "language", {"language": "en"}),
        ("英文", "language", {"language": "en"}),
        ("中文", "language", {"language": "zh"}),
    ],
)
def test_a_command_is_understood_with_what_it_says(said: str, intent: str, slots: dict[str, Any]) -> None:
    assert heard(said) == (intent, slots)


@pytest.mark.parametrize("said", ["你好", "hello", "谢谢", "", "   ", "12", "1234567890", "？？", "13800138000"])
def test_what_asks_for_nothing_is_no_command(said: str) -> None:
    assert heard(said) == ("none", {})


@pytest.mark.parametrize("number", [ORDER, "78900000000001", "ＹＴ１２３４５６７８９０１２３"])
def test_a_bare_number_is_looked_up_but_is_no_verb(number: str) -> None:
    understood = understand(number, NOON, COURIERS)
    assert (understood.intent, understood.has_verb) == ("track", False)


def test_a_number_said_twice_is_one_number() -> None:
    assert heard(f"查 {ORDER} {ORDER}") == ("track", {"orders": [ORDER]})


def test_digits_inside_a_longer_number_are_no_number() -> None:
    assert heard(f"查 1{ORDER}9 1234567890123456") == ("track", {})


class TestDays:
    def test_today_begins_at_midnight_in_shanghai(self) -> None:
        midnight = datetime(2026, 11, 22, tzinfo=SHANGHAI)
        for moment in (midnight, midnight + timedelta(hours=23, minutes=59, seconds=59)):
            assert heard("打印今天的订单", moment_of(moment)) == ("print_orders", TODAY)
        before = moment_of(midnight) - 1
        assert heard("打印今天的订单", before) == ("print_orders", YESTERDAY | {"day": "today"})

    def test_yesterday_is_the_whole_day_before(self) -> None:
        assert heard("打昨天的", moment_of(datetime(2026, 11, 22, tzinfo=SHANGHAI))) == ("print_orders", YESTERDAY)

    def test_a_day_without_its_period_gets_todays(self) -> None:
        assert in_full({"day": "today", "courier": "ZTO"}, NOON) == TODAY | {"courier": "ZTO"}
        assert in_full({"day": "yesterday"}, NOON) == YESTERDAY

    def test_a_day_with_its_period_keeps_it(self) -> None:
        assert in_full(YESTERDAY, NOON + 10**9) == YESTERDAY
        assert in_full({"courier": "ZTO"}, NOON) == {"courier": "ZTO"}


class TestAnswers:
    OPTIONS = (Option("a", "电子面单账号"), Option("b", "API 接口账号", ("api",), is_yes=True), Option("c", "⏸ 停止"))

    @pytest.mark.parametrize(
        ("said", "value"),
        [
            ("1", "a"),
            ("２", "b"),
            (" 3 ", "c"),
            ("3.", "c"),
            ("电子面单账号", "a"),
            ("电子面单", "a"),
            ("api 接口账号", "b"),
            ("API", "b"),
            ("好的", "b"),
            ("停止", "c"),
            ("停止。", "c"),
            ("Yes", "b"),
            ("Ｃ", "c"),
        ],
    )
    def test_an_option_is_meant(self, said: str, value: str) -> None:
        option = match_option(said, self.OPTIONS)
        assert option is not None
        assert option.value == value

    @pytest.mark.parametrize("said", ["0", "4", "账号", "面", "不", "", "-1", "1.5", "①①"])
    def test_no_option_is_meant(self, said: str) -> None:
        assert match_option(said, self.OPTIONS) is None

    def test_yes_means_nothing_where_no_option_is_yes(self) -> None:
        assert match_option("好", self.OPTIONS[:1]) is None

    def test_a_button_is_meant_by_number_or_label(self) -> None:
        buttons = (Button("打印 26 张", "x"), Button("看明细", "y"))
        assert match_button("2", buttons) is buttons[1]
        assert match_button("打印26张", buttons) is None
        assert match_button("打印 26 张", buttons) is buttons[0]
        assert match_button("明细", buttons) is buttons[1]
        assert match_button("3", buttons) is None

    def test_words_for_yes_cancel_back_and_nothing(self) -> None:
        assert all(map(is_yes, ["好", "确认", "OK", "yes", "行。", "可以"]))
        assert all(map(is_cancel, ["取消", "算了", "Cancel", "/cancel"]))
        assert all(map(is_back, ["返回", "上一步", "BACK", "０"]))
        assert all(map(is_nothing, ["没有", "无", "None", "-"]))

    def test_no_word_means_two_of_them(self) -> None:
        words = "好 确认 打 取消 算了 退出 返回 上一步 0 没有 无 none no skip yes ok cancel back".split()
        assert [
            word for word in words if sum((is_yes(word), is_cancel(word), is_back(word), is_nothing(word))) != 1
        ] == []


def test_every_intent_has_a_conversation_or_is_known_to_have_none_yet() -> None:
    understood = set(intents()) - {"cancel"}
    assert understood == {*COMMANDS, *NOT_YET} & understood
    assert set(NOT_YET) <= understood
    assert not set(NOT_YET) & set(COMMANDS)


@given(st.text(max_size=80))
def test_no_text_ever_breaks_it(said: str) -> None:
    understood = understand(said, NOON, COURIERS)
    assert understood.intent in {*intents(), *COMMANDS, "none"}
    assert match_option(said, TestAnswers.OPTIONS) in (None, *TestAnswers.OPTIONS)


@given(
    st.lists(
        st.sampled_from(["打印", "绑定", "今天", "昨天", "中通", "20 单", ORDER, "YT1234567890123", "²", "٣", " "]),
        max_size=8,
    )
)
def test_no_mixture_of_its_words_breaks_it(parts: list[str]) -> None:
    understood = understand("".join(parts), NOON, COURIERS)
    assert understood.intent in {*intents(), *COMMANDS, "none"}
