"""Intents: what decides, what is asked, and what nothing is done about."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.writing import half_width, simplified
from handlers.understanding import Understood, decide, intents
from handlers.understanding.grams import grams_of
from handlers.understanding.intents import spelled_out
from handlers.understanding.nearest import nearest
from handlers.understanding.normalise import normalise, well_spelled, words

NOW = datetime(2026, 11, 18, 15, 30)  # noqa: DTZ001 - a wall clock
NUMBER = "78330092817465"
RECIPIENT = "王五 13800000001 广东省广州市天河区体育西路1号"
DESTRUCTIVE = {name for name, intent in intents().items() if intent.is_destructive}
EXAMPLES = [(name, example) for name, intent in intents().items() for example in intent.examples]
PIECES = (
    "打印 今天 昨天 取消 作废 拦截 中通 没发 余额 提醒 统计 导出 怎么 单号 面单 店铺 的 了 20单 print cancel".split()
)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def asked(said: str, context: Understood | None = None) -> tuple[str, list[dict[str, Any]]]:
    """The intent, and what would be asked back."""
    told = decide(said, NOW, context=context).record()
    return told["intent"], told["ask"]


class TestTheTable:
    @pytest.mark.parametrize(("name", "example"), EXAMPLES)
    def test_every_example_is_understood_as_its_intent(self, name: str, example: str) -> None:
        understood = decide(example, NOW)
        assert (understood.intent, understood.is_unsure) == (name, False)

    def test_every_intent_has_examples_in_both_languages(self) -> None:
        lacking = [name for name, intent in intents().items() if len({each.isascii() for each in intent.examples}) < 2]
        assert lacking == []

    def test_words_stand_for_their_meanings_and_marks_for_slots(self) -> None:
        assert spelled_out("{waybill}") == f"(?:{spelled_out('面单|快递单|运单|电子面单|单号|快递单号|运单号')})"
        assert len(spelled_out("<courier>")) == 1


class TestWhatCannotBeTakenBack:
    @pytest.mark.parametrize(
        "said",
        [
            f"作废 {NUMBER}",
            f"拦截 {NUMBER}",
            "解绑中通",
            f"void {NUMBER}",
            f"return {NUMBER}",
            "unbind ZTO",
            "把老李移除",
        ],
    )
    def test_is_always_confirmed(self, said: str) -> None:
        assert asked(said)[1] == [{"ask": "confirm"}]

    @settings(max_examples=300)
    @given(st.lists(st.sampled_from([*PIECES, NUMBER]), min_size=1, max_size=6))
    def test_is_asked_about_whatever_the_words(self, parts: list[str]) -> None:
        intent, ask = asked("".join(parts))
        assert intent not in DESTRUCTIVE or ask

    def test_is_not_guessed_when_two_intents_are_close(self) -> None:
        assert asked("打印机 打印 订单")[1] == [] or asked("打印机 打印 订单")[1][0]["ask"] == "which"


class TestMissing:
    @pytest.mark.parametrize(
        ("said", "slot"),
        [
            ("拦截", "number"),
            ("作废", "number"),
            ("补打", "number"),
            ("查快递", "number"),
            ("催件", "number"),
            ("绑定快递", "courier"),
            ("解绑", "target"),
            ("手工录单", "recipient"),
            ("改预警", "alert"),
        ],
    )
    def test_one_slot_is_asked_for_alone(self, said: str, slot: str) -> None:
        assert asked(said)[1] == [{"ask": "missing", "options": [slot]}]

    def test_of_a_pasted_recipient_it_is_the_part_that_is_not_there(self) -> None:
        assert asked("李四 浙江省杭州市西湖区文三路1号")[1] == [{"ask": "missing", "options": ["phone"]}]
        assert asked("李四 13800138000 鼓楼区中山北路30号")[1] == [{"ask": "missing", "options": ["city"]}]


class TestNothing:
    @pytest.mark.parametrize(
        "said", ["你好", "谢谢老板", "哈哈哈", "ok thanks", "good morning", "👍", "", "  ", "在吗？"]
    )
    def test_small_talk_asks_for_nothing_and_is_asked_nothing(self, said: str) -> None:
        assert asked(said) == ("none", [])

    def test_what_is_not_understood_gets_the_three_nearest_examples(self) -> None:
        intent, ask = asked("那个单的东西弄一下嘛")
        assert (intent, ask[0]["ask"], len(ask[0]["options"])) == ("none", "did_you_mean", 3)

    def test_the_nearest_are_of_different_intents_and_in_the_language_of_the_message(self) -> None:
        assert nearest("导出下发货记")[0] == "导出上个月的发货记录"
        assert all(each.isascii() for each in nearest("zzzz qqqq"))
        assert not any(each.isascii() for each in nearest("蓝色的大象"))


class TestSpelling:
    @pytest.mark.parametrize(
        ("slip", "right"),
        [
            ("大印今天的订单", "打印今天的订单"),
            ("帮定中同", "绑定中通"),
            ("做废 " + NUMBER, "作废 " + NUMBER),
            ("栏截" + NUMBER, "拦截" + NUMBER),
            ("列印昨天的訂單", "打印昨天的订单"),
            ("pritn todays ordres", "print todays orders"),
            ("查 ７８３３００９２８１７４６５", "查 " + NUMBER),
        ],
    )
    def test_slips_full_width_and_traditional_characters_change_nothing(self, slip: str, right: str) -> None:
        assert decide(slip, NOW).record() == decide(right, NOW).record()

    def test_no_right_word_counts_as_a_slip(self) -> None:
        wrong = [word for word in words()["spelling"] if well_spelled(word, grams_of(word)) != word]
        assert wrong == []

    @given(
        st.text(alphabet="大印打从帮定做废云单面但范本印表机到处订单今日邮费print oders".replace(" ", " "), max_size=12)
    )
    def test_spelling_twice_changes_nothing(self, said: str) -> None:
        once = well_spelled(said, grams_of(said))
        assert well_spelled(once, grams_of(once)) == once

    @given(st.text(max_size=60))
    def test_the_normal_form_of_a_message_is_its_own_normal_form(self, said: str) -> None:
        assert normalise(normalise(said)) == normalise(said)
        assert half_width(half_width(said)) == half_width(said)
        assert simplified(simplified(said)) == simplified(said)

    @given(st.lists(st.sampled_from([*PIECES, NUMBER, "11月3号", "昨天18点后", "前20单"]), max_size=5))
    def test_full_width_digits_mean_what_digits_mean(self, parts: list[str]) -> None:
        said = " ".join(parts)
        assert decide(said.translate(FULL_WIDTH), NOW).record() == decide(said, NOW).record()


class TestFollowUp:
    def test_another_thing_to_do_with_the_same_number(self) -> None:
        tracked = decide(f"{NUMBER} 到哪了", NOW)
        for said, intent in (
            ("催一下", "urge"),
            ("拦截吧", "intercept"),
            ("再打一次", "reprint"),
            ("作废它", "cancel_waybill"),
        ):
            understood = decide(said, NOW, context=tracked)
            assert (understood.intent, understood.slots["tracking_numbers"]) == (intent, [NUMBER])

    def test_the_same_bare_command_is_about_another_number(self) -> None:
        assert asked("补打", decide(f"补打 {NUMBER}", NOW))[1] == [{"ask": "missing", "options": ["number"]}]

    def test_one_slot_changes_and_the_wish_stays(self) -> None:
        listed = decide("看看没发的订单", NOW)
        of_zto = decide("那中通的呢", NOW, context=listed)
        assert (of_zto.intent, of_zto.slots["status"], of_zto.slots["courier"]) == (
            "list_orders",
            ["unshipped"],
            ["ZTO"],
        )
        yesterday = decide("what about yesterday", NOW, context=of_zto)
        assert (yesterday.slots["courier"], yesterday.slots["period_words"]) == (["ZTO"], "yesterday")

    def test_the_number_that_was_asked_for(self) -> None:
        understood = decide(NUMBER, NOW, context=decide("拦截", NOW))
        assert (understood.intent, understood.record()["ask"]) == ("intercept", [{"ask": "confirm"}])

    def test_small_talk_and_new_wishes_do_not_go_on(self) -> None:
        before = decide("打印今天的订单", NOW)
        assert decide("谢谢", NOW, context=before).intent == "none"
        assert decide("余额", NOW, context=before).intent == "balance"
        assert decide(NUMBER, NOW, context=before).intent == "track"


@given(st.text(max_size=200))
def test_no_text_raises(said: str) -> None:
    told = decide(said, NOW).record()
    assert told["intent"] in {*(intent.reported_as for intent in intents().values()), "none"}


@given(st.text(alphabet="今天打印单0123456789-：:, 张三浙江省杭州市西湖区文路号print orders的了到", max_size=120))
def test_no_mixture_of_its_own_characters_raises(said: str) -> None:
    assert isinstance(decide(said, NOW).record()["ask"], list)


@pytest.mark.parametrize("said", [f"{NUMBER} {RECIPIENT}", f"{RECIPIENT} {NUMBER}"])
def test_a_number_beside_a_recipient_may_be_a_redirect_or_a_new_waybill(said: str) -> None:
    understood = decide(said, NOW)
    assert understood.record()["ask"] == [{"ask": "which", "options": ["intercept", "create_waybill"]}]
    assert understood.slots["tracking_numbers"] == [NUMBER]
    assert understood.slots["address"] == RECIPIENT.rsplit(maxsplit=1)[1]


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("已经打了还没发的单子还有吗", "list_orders"),
        ("客户叫李雷的那个单在不在", "list_orders"),
        ("昨天买雨伞的有哪些人", "list_orders"),
        ("江苏的单子查一下", "list_orders"),
        ("各家时效排一下", "compare_couriers"),
        ("各家签收率", "report"),
        ("还够打几张", "balance"),
        ("账户里还有钱吗", "balance"),
        ("圆通还有单号没", "balance"),
        ("余额少过50话我知", "alert_settings"),
        (f"面单给我销了 {NUMBER}", "cancel_waybill"),
        (f"面单退回 {NUMBER}", "cancel_waybill"),
        (f"{NUMBER} 退回给我", "intercept"),
        (f"这个快递停了3天了 {NUMBER}", "track"),
        ("往左2毫米再往下1毫米", "printer_settings"),
        ("早上8点给我发一次昨天的汇总", "subscribe_alerts"),
        ("卡了两天的中通件", "list_anomalies"),
        ("the batch came out blank, run it again", "reprint"),
        ("不是解绑，我要绑新店", "bind_shop"),
        ("不绑店铺，是绑快递，韵达的", "bind_courier"),
        ("别打印，先查查余额", "balance"),
        (f"面单作废，不是拦截，还没寄出去 {NUMBER}", "cancel_waybill"),
        ("don't print, just list yesterday's orders", "list_orders"),
        ("别催了，取消吧", "cancel"),
        ("不打了，明天再说", "cancel"),
        ("中午12点前付款的订单", "list_orders"),
        ("🚚？78220019283746", "track"),
    ],
)
def test_other_ways_to_say_it(said: str, intent: str) -> None:
    assert decide(said, NOW).record()["intent"] == intent
