"""The form that a language model fills: what is never sent, and what is never taken."""

import json
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.form import instructions, masked, read_form
from tests.support.language_model import form

NOW = datetime(2026, 11, 26, 10)  # noqa: DTZ001 - the wall clock of Shanghai


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("看看 78330092817465 咋整", "看看 [waybill] 怎么弄"),
        ("张三的件到哪了", "[name]的件到哪了"),
        ("李女士那单咋回事", "[name]女士那单怎么回事"),
        ("帮我把王小明踢了", "帮我把[name]踢了"),
        ("138 0013 8000 那个弄一下", "[phone] 那个弄一下"),
        ("张三 13800138000 浙江省杭州市西湖区文三路1号 整一下", "[recipient]"),
        ("文三路12号3单元那个货弄一弄", "[address]那个货弄一弄"),
        ("今天的快递整起来", "今天的快递弄起来"),
        ("张伟那个包裹弄一下", "[name]那个包裹弄一下"),
        ("给欧阳娜娜弄一下", "给[name]弄一下"),
        ("收件人张三丰那家伙", "收件人[name]那家伙"),
        ("小李那单弄弄", "[name]那单弄弄"),
        ("Tom Smith wants it sorted", "[name] wants it sorted"),
        ("她的微信 wx_abc123 弄一下", "她的[id] 弄一下"),
        ("发到 a.b@example.com 弄一下", "发到 [mail] 弄一下"),
        ("幺三八零零幺三八零零零弄一下", "[number]弄一下"),
        ("把单子弄起来", "把单子弄起来"),
    ],
)
def test_what_names_somebody_stays_here(said: str, sent: str) -> None:
    assert masked(said, NOW) == sent


@given(st.text(max_size=8), st.integers(13_000_000_000, 19_999_999_999), st.text(max_size=8))
def test_no_phone_leaves(before: str, phone: int, after: str) -> None:
    assert str(phone) not in masked(f"{before} {phone} {after}", NOW)


@given(st.text())
def test_any_text_may_be_masked(said: str) -> None:
    assert len(masked(said, NOW)) < 4 * len(said) + 20


def test_the_instructions_hold_every_intent_and_ask_for_json() -> None:
    told = instructions()
    assert "print_orders: " in told
    assert "cancel_waybill: " in told
    assert "JSON" in told


def test_a_filled_form_is_taken() -> None:
    said = "下午到现在中通的弄 20 个"
    told = form("print_orders", courier=["ZTO"], count=20, pick="earliest", period="下午到现在")
    found = read_form(told, said, NOW)
    assert found
    assert (found.intent, found.slots["count"], found.slots["period"]) == ("print_orders", 20, "下午到现在")


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "好的",
        "```json\n{}\n```",
        "[" * 10_000,
        "null",
        "[]",
        json.dumps({"intent": "print_orders"}),
        json.dumps({"intent": "print_orders", "slots": [], "extra": 1}),
        json.dumps({"intent": "print_orders", "slots": {}, "sure": True}),
        json.dumps({"intent": ["print_orders"], "slots": {}}),
        form("none"),
        form("delete_everything"),
        form("print_orders", tracking_numbers=["78330092817465"]),
        form("print_orders", phone="13800138000"),
        form("track", count=3),
        form("print_orders", courier="ZTO"),
        form("print_orders", courier=["UPS"]),
        form("print_orders", courier=[]),
        form("print_orders", courier=[["ZTO"]]),
        form("print_orders", status=["all"]),
        form("print_orders", count="20"),
        form("print_orders", count=True),
        form("print_orders", count=-1),
        form("print_orders", count=10**9),
        form("print_orders", pick="all"),
        form("print_orders", period="昨天"),
        form("print_orders", period="随便"),
        form("print_orders", period={"start": 0}),
    ],
)
def test_anything_else_is_no_form(answer: str) -> None:
    assert read_form(answer, "随便弄一下今天的", NOW) is None


@given(st.text())
def test_no_answer_breaks_it(answer: str) -> None:
    found = read_form(answer, "今天", NOW)
    assert found is None or found.intent
