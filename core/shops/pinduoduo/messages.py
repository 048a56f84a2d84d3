"""The message service (PMC): a WebSocket on which the platform tells what happens in all shops (official guide).

A message is acknowledged after it is kept, never before; one that is not comes again, up to seven days, perhaps under
another id. Pushes and answers of the gateway are not ordered: a message is a reason to read the order, not the order.
"""

import asyncio
import base64
import hashlib
import json
from collections.abc import Mapping
from urllib.parse import quote

import structlog

from core.clock import Clock
from core.shops.base import ShopEvent, ShopMessage, Take
from core.shops.pinduoduo.app import SERVICE, PinduoduoApp
from core.shops.pinduoduo.reading import Json, text
from core.sockets import Dial, Socket

log = structlog.get_logger()

_ADDRESS = "wss://message-api.pinduoduo.com/message"
_HEARTBEAT = 10.0  # seconds, as in the platform's own client
_AT_ONCE = 32  # messages being kept at the same time; they share commits

_EVENTS: Mapping[str, ShopEvent] = {
    "pdd_trade_TradeConfirmed": ShopEvent.ORDER_CONFIRMED,
    "pdd_trade_TradeSellerShip": ShopEvent.ORDER_CHANGED,
    "pdd_trade_TradeSuccess": ShopEvent.ORDER_CHANGED,
    "pdd_trade_TradeLogisticsAddressChanged": ShopEvent.ADDRESS_CHANGED,
    "pdd_trade_TradeRiskChanged": ShopEvent.REVIEW_CHANGED,
    "pdd_trade_TradeMemoModified": ShopEvent.NOTE_CHANGED,
    "pdd_trade_BuyerMemoModified": ShopEvent.NOTE_CHANGED,
    "pdd_refund_RefundCreated": ShopEvent.REFUND_OPENED,
    "pdd_refund_RefundClosed": ShopEvent.REFUND_CLOSED,
    "pdd_refund_RefundAgreeAgreement": ShopEvent.REFUND_CHANGED,
    "pdd_refund_RefundBuyerModifyAgreement": ShopEvent.REFUND_CHANGED,
    "pdd_refund_RefundBuyerReturnGoods": ShopEvent.REFUND_CHANGED,
    "pdd_refund_RefundCreateMessage": ShopEvent.REFUND_CHANGED,
}


def digest(client_id: str, timestamp: str, secret: str) -> str:
    """Base64 of the lower-case hex MD5, still to be percent-encoded."""
    hexed = hashlib.md5(f"{client_id}{timestamp}{secret}".encode()).hexdigest()
    return base64.b64encode(hexed.encode()).decode()


class Messages:
    """One connection at a time, for all shops of the app. Several processes may each have one."""

    platform = SERVICE

    def __init__(self, app: PinduoduoApp, clock: Clock, dial: Dial) -> None:
        self._app = app
        self._clock = clock
        self._dial = dial

    async def listen(self, take: Take) -> None:
        """Hand over every message until the connection ends. Raises `ConnectionError`, always in the end.

        What `take` raises is its own affair: that message is not acknowledged and comes again.
        """
        socket = await self._dial(self._url())
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._beat(socket))
                group.create_task(self._receive(socket, take, group))
        except* ConnectionError:
            log.info("message service hung up")
        finally:
            await socket.close()
        raise ConnectionError

    def _url(self) -> str:
        stamp = str(self._clock.now())
        code = digest(self._app.client_id, stamp, self._app.client_secret)
        return f"{_ADDRESS}/{self._app.client_id}/{stamp}/{quote(code, safe='')}"

    async def _beat(self, socket: Socket) -> None:
        while True:
            await socket.send(_frame(commandType="HeartBeat", time=self._clock.now()))
            await asyncio.sleep(_HEARTBEAT)

    async def _receive(self, socket: Socket, take: Take, group: asyncio.TaskGroup) -> None:
        room = asyncio.Semaphore(_AT_ONCE)
        while True:
            frame = _object(await socket.receive())
            if text(frame, "commandType") == "Common":
                await room.acquire()
                group.create_task(self._answer(socket, frame, take)).add_done_callback(lambda _: room.release())

    async def _answer(self, socket: Socket, frame: Json, take: Take) -> None:
        told = frame.get("message")
        message = told if isinstance(told, dict) else {}
        try:
            if read := _read(frame, message):
                await take(read)
        except Exception as error:  # noqa: BLE001 - not acknowledged, so it comes again; the line stays open for others
            log.warning("message not kept", topic=text(message, "type"), error=type(error).__name__)
            return
        about = {"type": message.get("type"), "mallID": message.get("mallID")}
        now = self._clock.now()
        await socket.send(
            _frame(commandType="Ack", time=now, id=frame.get("id"), sendTime=frame.get("sendTime"), **about)
        )


def _read(frame: Json, message: Json) -> ShopMessage | None:
    """What it says; None for topics that we have no use for, and for what cannot be read: both are acknowledged."""
    event, content = _EVENTS.get(text(message, "type")), _object(text(message, "content"))
    order, shop = text(content, "tid"), text(message, "mallID") or text(content, "mall_id")
    if event is None or not order or not shop:
        return None
    modified, fee = text(content, "modified"), text(content, "refund_fee")
    at = modified if modified.isdecimal() else text(frame, "time")
    return ShopMessage(
        shop=shop,
        order=order,
        event=event,
        at=int(at) if at.isdecimal() else 0,
        refund=text(content, "refund_id"),
        fee=int(fee) if fee.isdecimal() else 0,
    )


def _object(told: str) -> Json:
    try:
        read = json.loads(told)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _frame(**told: object) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
