"""The message service (PMC): a WebSocket for the whole app, on which shops that permitted it are spoken of.

A message is kept until it is acknowledged, seven days at most; one that is not comes again after a minute, under
another id, on whichever connection is open. Who does not send a heartbeat for three real minutes is cut off.
"""

import asyncio
import hashlib
import json
import time
from base64 import b64encode
from dataclasses import dataclass, field
from random import Random

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.sandbox.clock import DAY, MINUTE, WorldClock

AGAIN_AFTER = 1 * MINUTE
KEPT = 7 * DAY
TOLERANCE = 10 * MINUTE  # assumed to be the gateway's
_FIRST_ID = 2**53 + 1  # ids pass what JavaScript can count
_GLANCE = 0.02  # real seconds between two looks at what is due
_NOT_ADMITTED, _CUT_OFF = 4403, 1001
TOPICS = (
    "pdd_trade_TradeConfirmed", "pdd_trade_TradeSellerShip", "pdd_trade_TradeSuccess",
    "pdd_trade_TradeLogisticsAddressChanged", "pdd_trade_TradeRiskChanged", "pdd_trade_TradeMemoModified",
    "pdd_trade_BuyerMemoModified", "pdd_refund_RefundCreated", "pdd_refund_RefundClosed",
    "pdd_refund_RefundAgreeAgreement",
)  # fmt: skip


@dataclass(slots=True)
class Message:
    """One message; `due_at` is when it is sent next. `ids`: every id under which it was sent."""

    topic: str
    mall_id: int
    content: str
    at: int
    due_at: int
    ids: set[int] = field(default_factory=set)


def digest(client_id: str, timestamp: str, secret: str) -> str:
    """Base64 of the lower-case hex MD5 over client id, milliseconds and secret."""
    hexed = hashlib.md5(f"{client_id}{timestamp}{secret}".encode()).hexdigest()
    return b64encode(hexed.encode()).decode()


class Messages:
    """Everything not yet acknowledged. `permitted`: mall id → topics. `patience`: real seconds without a heartbeat."""

    def __init__(self, clock: WorldClock, client_id: str, secret: str, seed: int) -> None:
        self.permitted: dict[int, frozenset[str]] = {}
        self.waiting: list[Message] = []
        self.acknowledged: list[str] = []  # topics, in the order of their acknowledgement
        self.patience = 180.0
        self.doubles = False
        self._clock = clock
        self._app = (client_id, secret)
        self._dice = Random(seed)
        self._deployed = 0
        self._is_down = False

    def tell(self, topic: str, mall_id: int, **content: object) -> None:
        """Something happened in a shop; nobody hears of a shop that has not permitted it."""
        if topic in self.permitted.get(mall_id, ()):
            now = self._clock.now()
            text = json.dumps({"mall_id": mall_id, **content}, separators=(",", ":"))
            for _ in range(2 if self.doubles else 1):
                self.waiting.append(Message(topic, mall_id, text, now, now))

    def cuts_off(self) -> None:
        """Every connection is closed, as happens when the service is deployed anew."""
        self._deployed += 1

    async def serve(self, socket: WebSocket) -> None:
        """One connection, from its admission to its end."""
        if self._is_down or not self._admits(socket):
            await socket.close(_NOT_ADMITTED)
            return
        await socket.accept()
        heard = _Heard(time.monotonic())
        sending = asyncio.create_task(self._send(socket, heard, self._deployed), name="pinduoduo messages")
        try:
            while True:
                self._take(await socket.receive_text(), heard)
        except (WebSocketDisconnect, ValueError, KeyError, TypeError):
            return
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    def goes_down(self) -> None:
        """Who is connected is cut off, and nobody is admitted any more."""
        self._is_down = True
        self.cuts_off()

    def comes_back(self) -> None:
        """Whoever knows the secret is admitted again."""
        self._is_down = False

    def _admits(self, socket: WebSocket) -> bool:
        given = socket.path_params
        client_id, timestamp = given["client_id"], given["timestamp"]
        is_fresh = timestamp.isdecimal() and abs(int(timestamp) - self._clock.now()) <= TOLERANCE
        return is_fresh and client_id == self._app[0] and given["digest"] == digest(client_id, timestamp, self._app[1])

    async def _send(self, socket: WebSocket, heard: "_Heard", deployed: int) -> None:
        while time.monotonic() - heard.at < self.patience and self._deployed == deployed:
            now = self._clock.now()
            self.waiting = [message for message in self.waiting if message.at > now - KEPT]
            for message in [one for one in self.waiting if one.due_at <= now]:
                message.due_at = now + AGAIN_AFTER
                await socket.send_text(self._frame(message, now))
            await asyncio.sleep(_GLANCE)
        await socket.close(_CUT_OFF)

    def _frame(self, message: Message, now: int) -> str:
        number = _FIRST_ID + self._dice.randrange(2**53)
        message.ids.add(number)
        told = {"type": message.topic, "mallID": message.mall_id, "content": message.content}
        frame = {"id": number, "commandType": "Common", "time": now, "sendTime": now, "message": told}
        return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))

    def _take(self, text: str, heard: "_Heard") -> None:
        """A heartbeat, an acknowledgement, or a refusal, after which it comes again. Raises for anything else."""
        frame = json.loads(text)
        command, number = frame["commandType"], frame.get("id")
        if command == "HeartBeat" and frame["time"]:
            heard.at = time.monotonic()
            return
        message = next((one for one in self.waiting if number in one.ids), None)
        if command not in {"Ack", "Fail"}:
            raise ValueError(command)
        if command == "Ack" and message and (frame["type"], frame["mallID"]) == (message.topic, message.mall_id):
            self.waiting.remove(message)
            self.acknowledged.append(message.topic)


@dataclass(slots=True)
class _Heard:
    at: float
