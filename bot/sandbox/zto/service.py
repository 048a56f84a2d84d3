"""ZTO's interfaces.

A repeated `partnerOrderCode` gets a second number, and nothing can be found by that code: both make a lost answer
dangerous. What the real service does with a repetition is not documented; this is the worst of the possible answers.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from random import Random

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router

from bot.sandbox.clock import SHANGHAI
from bot.sandbox.ledger import Issued, Queried
from bot.sandbox.parcels import Journey, Parcel
from bot.sandbox.service import Scene, Service
from bot.sandbox.zto import gateway
from bot.sandbox.zto.accounts import Account, login, opened
from bot.sandbox.zto.fields import Fields, Party
from bot.sandbox.zto.gateway import (
    BAD_ADDRESS,
    EMPTY,
    NO_ACCOUNT,
    NO_ORDER,
    NO_ORDER_HERE,
    NO_SUCH_INTERFACE,
    NOT_CANCELLABLE,
    PHONE_MISMATCH,
    PHONE_NEEDED,
    TOO_OFTEN,
    App,
    Json,
    Refusal,
)
from bot.sandbox.zto.incidents import Incidents
from bot.sandbox.zto.intercepts import Intercepts
from bot.sandbox.zto.scans import scan
from bot.sandbox.zto.subscriptions import Subscriptions

APP = App("sandbox-zto-key", "sandbox-zto-secret")
CODE = "ZTO"
Work = Callable[[Fields], object]
_TAIL = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class Order:
    """A number that was given, and for what."""

    bill_code: str
    order_code: str
    partner_order_code: str
    account: Account


class Zto(Service):
    """The courier. `accounts` by account id; `apps` by app key."""

    def __init__(self, scene: Scene, seed: int) -> None:
        super().__init__("zto", scene)
        self.accounts = opened()
        self.apps = {APP.key: APP}
        self.app = Router([Route("/{interface}", self._call, methods=["POST"])])
        self._dice = Random(seed)
        self._orders: dict[str, Order] = {}
        self._knows_our_address = True
        self.incidents = Incidents(scene, self._known)
        self.intercepts = Intercepts(scene, self._known)
        self.subscriptions = Subscriptions(scene, APP)
        self._interfaces: dict[str, Work] = {
            "zto.open.bindingEaccount": self._bind,
            "zto.open.createOrder": self._create,
            "zto.open.getOrderInfo": self._info,
            "zto.open.cancelPreOrder": self._cancel,
            "zto.open.queryAvailableBalanceNew": self._balance,
            "zto.merchant.waybill.track.query": self._track,
            "zto.merchant.waybill.track.subsrcibe": self._subscribe,
            "zto.open.merchant.incident.create": self.incidents.create,
            "zto.open.merchant.incident.query": self.incidents.query,
            "thirdcenter.createIntercept": self.intercepts.create,
            "thirdcenter.cancelIntercept": self.intercepts.cancel,
            "thirdcenter.queryInterceptAndReturnStatus": self.intercepts.query,
        }

    def runs_out(self, account: str = "1234567890") -> None:
        """The account has no numbers left."""
        self.accounts[account].available = 0

    def tops_up(self, numbers: int, account: str = "1234567890") -> None:
        """The branch sells the account more numbers."""
        self.accounts[account].available += numbers

    def forgets_our_address(self) -> None:
        """The caller's IP address is off the app's white list."""
        self._knows_our_address = False

    def pushes_to(self, url: str) -> None:
        """In the app's console, this is where scans are pushed."""
        self.subscriptions.url = url

    def answers_work_order(self, id: str, reply: str) -> None:  # noqa: A002 - what everybody calls it
        """A branch answers a work order now."""
        self.incidents.answers(id, reply)

    def misses_intercepts(self) -> None:
        """From now on interceptions are agreed to, and the parcel goes on."""
        self.intercepts.misses()

    def throttled(self) -> Response:
        """Answer S206."""
        return gateway.failed(Refusal(TOO_OFTEN, "调用次数超过限制"))

    async def _call(self, request: Request) -> Response:
        interface, body = str(request.path_params["interface"]), await request.body()
        headers = {name.lower(): value for name, value in request.headers.items()}
        return await self.serve(interface, partial(self._answer, interface, headers, body))

    def _answer(self, interface: str, headers: dict[str, str], body: bytes) -> Response:
        try:
            return gateway.done(self._admitted(interface, headers, body))
        except Refusal as refusal:
            return gateway.failed(refusal)

    def _admitted(self, interface: str, headers: dict[str, str], body: bytes) -> object:
        if interface not in self._interfaces:
            raise Refusal(NO_SUCH_INTERFACE, "接口不存在")
        gateway.check(self.apps, headers, body, self.scene.clock.now())
        if not self._knows_our_address:
            raise Refusal(BAD_ADDRESS, "IP不在白名单内")
        return self._interfaces[interface](Fields(gateway.read(body)))

    def _bind(self, fields: Fields) -> object:
        account = login(self.accounts, fields.text("eaccount"), fields.text("eaccountPwd"))
        if fields.text("siteCode") != account.site_code:
            raise Refusal(NO_ACCOUNT, "网点编码与电子面单账号不匹配")
        return True

    def _create(self, fields: Fields) -> Json:
        """A number at once (full-network order of a customer outside a group): the only kind this sandbox knows."""
        fields.one_of("partnerType", "2")
        fields.one_of("orderType", "1")
        key, credentials = fields.text("partnerOrderCode"), fields.inner("accountInfo")
        credentials.one_of("type", "1")
        account = login(self.accounts, credentials.text("accountId"), credentials.text("accountPassword"))
        sender, receiver = Party(fields.inner("senderInfo"), "sender"), Party(fields.inner("receiveInfo"), "receiver")
        account.spend()
        return self._issued(self._numbered(key, account, sender, receiver), receiver)

    def _numbered(self, key: str, account: Account, sender: Party, receiver: Party) -> Order:
        now = self.scene.clock.now()
        number, order_code = f"73{self._fresh():012d}", f"{self._dice.randrange(10**17, 10**18)}"
        self._orders[number] = Order(number, order_code, key, account)
        self.scene.ledger.numbers.append(Issued(CODE, key, number, now))
        tails = frozenset(sender.tails | receiver.tails)
        self.scene.parcels.begins(Journey(number, (sender.city, receiver.city), now, tails))
        return self._orders[number]

    def _fresh(self) -> int:
        while f"73{(serial := self._dice.randrange(10**12)):012d}" in self._orders:
            pass
        return serial

    def _issued(self, order: Order, receiver: Party) -> Json:
        mark, bag = _routing(receiver)
        return {
            "billCode": order.bill_code,
            "orderCode": order.order_code,
            "partnerOrderCode": order.partner_order_code,
            "siteCode": order.account.site_code,
            "siteName": order.account.site_name,
            "verifyCode": f"{int(order.bill_code) % 1_000_000:06d}",
            "bigMarkInfo": {"mark": mark, "bagAddr": bag},
            "signBillInfo": None,
        }

    def _info(self, fields: Fields) -> list[Json]:
        """Full-network orders (type 1) are found by their number only."""
        if fields.one_of("type", "0", "1") == "0":
            raise Refusal(NO_ORDER, "预约单不存在")
        order = self._orders.get(fields.text("billCode"))
        if order is None:
            raise Refusal(NO_ORDER, "订单不存在")
        return [
            {
                "billCode": order.bill_code,
                "orderCode": order.order_code,
                "partnerOrderCode": order.partner_order_code,
                "siteCode": order.account.site_code,
                "siteName": order.account.site_name,
            }
        ]

    def _cancel(self, fields: Fields) -> object:
        """Nothing here can be cancelled: unused numbers of full-network orders are recycled by themselves."""
        fields.one_of("cancelType", *"1234567")
        if fields.maybe("orderCode") or fields.maybe("billCode") in self._orders:
            raise Refusal(NOT_CANCELLABLE, "全网件订单不支持取消")
        raise Refusal(NO_ORDER, "订单不存在")

    def _balance(self, fields: Fields) -> Json:
        account = login(self.accounts, fields.text("partner"), fields.text("verify"))
        _check_wall_time(fields.text("datetime"))
        fields.inner("content").one_of("typeId", "1")
        bought = account.available + account.used
        return {"recharge": bought, "available": account.available, "back": 0, "recovery": 0}

    def _track(self, fields: Fields) -> list[Json]:
        """Only numbers of accounts of this app, and only with a party's last four digits."""
        number = fields.text("billCode")
        try:
            parcel = self._reachable(number, fields.maybe("mobilePhone"))
        except Refusal:
            self._asked(number, refused=True)
            raise
        self._asked(number, refused=False)
        return [scan(number, event) for event in parcel.told()]

    def _subscribe(self, fields: Fields) -> object:
        """The interface's name is misspelled in the documents too. Guarded like the query."""
        self.subscriptions.begin(self._reachable(fields.text("billCode"), fields.maybe("mobilePhone")))
        return True

    def _asked(self, number: str, *, refused: bool) -> None:
        self.scene.ledger.queries.append(Queried(CODE, number, self.scene.clock.now(), refused))

    def _known(self, number: str) -> Parcel:
        parcel = self.scene.parcels.find(number) if number in self._orders else None
        if parcel is None:
            raise Refusal(NO_ORDER_HERE, "订单不存在")
        return parcel

    def _reachable(self, number: str, tail: str) -> Parcel:
        parcel = self.scene.parcels.find(number) if number in self._orders else None
        if parcel is None:
            raise Refusal(NO_ACCOUNT, "该运单未绑定电子面单账号")
        if not _TAIL.fullmatch(tail):
            raise Refusal(PHONE_NEEDED, "请提供收寄件人手机号后四位")
        if tail not in parcel.journey.tails:
            raise Refusal(PHONE_MISMATCH, "手机号后四位不匹配")
        return parcel


def _check_wall_time(text: str) -> None:
    try:
        datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI)
    except ValueError as error:
        raise Refusal(EMPTY, "参数不正确：datetime") from error


def _routing(receiver: Party) -> tuple[str, str]:
    """大头笔 and 集包地: the same for the same district, as sorting wants it."""
    spread = hashlib.md5(f"{receiver.city}{receiver.district}".encode()).digest()
    mark = f"{200 + spread[0] * 3}- {chr(65 + spread[1] % 26)}{spread[2] % 100:02d} {spread[3] % 100:02d}"
    return mark, f"{receiver.city.removesuffix('市')}中心"
