"""The message service on the wire: literal frames, and an acknowledgement only for what is kept."""

import asyncio
import json
from typing import Any
from urllib.parse import unquote

import pytest

from core.shops.base import ShopEvent, ShopMessage
from core.shops.pinduoduo import PinduoduoApp, PinduoduoMessages
from core.shops.pinduoduo.messages import digest

NOW = 1_700_000_000_000
APP = PinduoduoApp("app", "secret", "https://bot.example/back")
REFUND = (
    '{"mall_id":100000001,"refund_fee":1990,"bill_type":1,"modified":1625637425016,"refund_id":7000000001,'
    '"operation":1000,"tid":"210707-300000000000001"}'
)
BIG = 9_007_199_254_740_993  # beyond what JavaScript counts


class Clock:
    def now(self) -> int:
        return NOW


class Line:
    """A connection on which certain frames arrive; then it ends."""

    def __init__(self, *frames: str) -> None:
        self.url = ""
        self.sent: list[dict[str, Any]] = []
        self.is_closed = False
        self._frames = list(frames)

    async def dial(self, url: str) -> "Line":
        self.url = url
        return self

    async def send(self, text: str) -> None:
        self.sent.append(json.loads(text))

    async def receive(self) -> str:
        for _ in range(5):
            await asyncio.sleep(0)  # whoever keeps a message gets a turn
        if not self._frames:
            raise ConnectionError
        return self._frames.pop(0)

    async def close(self) -> None:
        self.is_closed = True

    @property
    def acknowledged(self) -> list[int]:
        return [frame["id"] for frame in self.sent if frame["commandType"] == "Ack"]


def _frame(topic: str, content: str, number: int = BIG, **changes: Any) -> str:
    message = {"type": topic, "mallID": 123456789, "content": content}
    told = {"id": number, "commandType": "Common", "time": NOW + 123, "sendTime": NOW + 100, "message": message}
    return json.dumps(told | changes)


async def _heard(line: Line, fails: int = 0) -> list[ShopMessage]:
    heard: list[ShopMessage] = []

    async def take(message: ShopMessage) -> None:
        heard.append(message)
        if len(heard) <= fails:
            raise OSError("the disk is full")

    with pytest.raises(ConnectionError):
        await PinduoduoMessages(APP, Clock(), line.dial).listen(take)
    assert line.is_closed
    return heard


async def test_the_address_holds_the_published_digest() -> None:
    assert digest("app", "1700000000000", "secret") == "OTgxODMwNDI2NWZiN2NiNzA2NzIxOTI0ZjJlMDMxMjE="
    line = Line()
    await _heard(line)
    *_, client_id, stamp, code = line.url.split("/")
    assert line.url.startswith("wss://message-api.pinduoduo.com/message/app/1700000000000/")
    assert (client_id, stamp, unquote(code)) == ("app", "1700000000000", digest("app", "1700000000000", "secret"))
    assert code.endswith("%3D")


async def test_a_heartbeat_is_sent_at_once() -> None:
    line = Line()
    await _heard(line)
    assert line.sent[:1] == [{"commandType": "HeartBeat", "time": NOW}]


async def test_a_message_is_handed_over_and_acknowledged_with_its_own_marks() -> None:
    line = Line(_frame("pdd_trade_TradeConfirmed", '{"mall_id":123456789,"tid":"261120-300000000000001"}'))
    assert await _heard(line) == [
        ShopMessage("123456789", "261120-300000000000001", ShopEvent.ORDER_CONFIRMED, NOW + 123)
    ]
    assert line.sent[-1] == {
        "commandType": "Ack",
        "time": NOW,
        "id": BIG,
        "sendTime": NOW + 100,
        "type": "pdd_trade_TradeConfirmed",
        "mallID": 123456789,
    }


async def test_a_refund_comes_with_its_number_its_money_and_its_own_time() -> None:
    (message,) = await _heard(Line(_frame("pdd_refund_RefundCreated", REFUND)))
    assert message == ShopMessage(
        "123456789", "210707-300000000000001", ShopEvent.REFUND_OPENED, 1_625_637_425_016, "7000000001", 1990
    )


@pytest.mark.parametrize(
    ("topic", "event"),
    [
        ("pdd_trade_TradeSellerShip", ShopEvent.ORDER_CHANGED),
        ("pdd_trade_TradeSuccess", ShopEvent.ORDER_CHANGED),
        ("pdd_trade_TradeLogisticsAddressChanged", ShopEvent.ADDRESS_CHANGED),
        ("pdd_trade_TradeRiskChanged", ShopEvent.REVIEW_CHANGED),
        ("pdd_trade_TradeMemoModified", ShopEvent.NOTE_CHANGED),
        ("pdd_trade_BuyerMemoModified", ShopEvent.NOTE_CHANGED),
        ("pdd_refund_RefundClosed", ShopEvent.REFUND_CLOSED),
        ("pdd_refund_RefundAgreeAgreement", ShopEvent.REFUND_CHANGED),
        ("pdd_refund_RefundBuyerReturnGoods", ShopEvent.REFUND_CHANGED),
    ],
)
async def test_each_topic_has_its_meaning(topic: str, event: ShopEvent) -> None:
    (message,) = await _heard(Line(_frame(topic, '{"tid":"1"}')))
    assert message.event is event


@pytest.mark.parametrize(
    "frame",
    [
        _frame("pdd_goods_GoodsOnSale", '{"goods_id":1}'),
        _frame("pdd_trade_TradeConfirmed", "{}"),
        _frame("pdd_trade_TradeConfirmed", "not JSON"),
        _frame("pdd_trade_TradeConfirmed", "[" * 50_000),
        _frame("pdd_trade_TradeConfirmed", "{}", message=None),
    ],
)
async def test_what_says_nothing_to_us_is_acknowledged_so_that_it_comes_no_more(frame: str) -> None:
    line = Line(frame)
    assert await _heard(line) == []
    assert line.acknowledged == [BIG]


@pytest.mark.parametrize("frame", ["", "nonsense", "[]", "{}", '{"commandType":"HeartBeat"}', "[" * 50_000])
async def test_frames_that_are_no_messages_are_passed_over(frame: str) -> None:
    line = Line(frame, _frame("pdd_trade_TradeConfirmed", '{"tid":"1"}'))
    assert len(await _heard(line)) == 1
    assert line.acknowledged == [BIG]


async def test_what_could_not_be_kept_is_not_acknowledged_and_holds_up_nothing_else() -> None:
    line = Line(*(_frame("pdd_trade_TradeConfirmed", '{"tid":"1"}', number) for number in (1, 2, 3)))
    assert len(await _heard(line, fails=1)) == 3
    assert sorted(line.acknowledged) == [2, 3]


async def test_whoever_is_not_admitted_is_told_so() -> None:
    async def refuses(_url: str) -> Line:
        raise ConnectionError("not admitted")

    async def take(_message: ShopMessage) -> None:
        raise AssertionError

    with pytest.raises(ConnectionError):
        await PinduoduoMessages(APP, Clock(), refuses).listen(take)


async def test_hanging_up_leaves_no_task_behind() -> None:
    class Silent(Line):
        async def receive(self) -> str:
            await asyncio.sleep(3_600)
            return ""

    line = Silent()
    before = asyncio.all_tasks()

    async def take(_message: ShopMessage) -> None:
        raise AssertionError

    listening = asyncio.create_task(PinduoduoMessages(APP, Clock(), line.dial).listen(take))
    await asyncio.sleep(0.01)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    assert line.is_closed
    assert asyncio.all_tasks() == before
