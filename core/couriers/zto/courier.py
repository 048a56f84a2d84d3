"""ZTO Express (中通快递), open platform (official SDK and documents; "assumed" where those are silent).

A lost answer to `create` cannot be asked for: full-network orders are found by waybill number only, never by our own
key (official documents), and what a repeated key does is not documented. So there is no `Capability.RECOVER`.
Numbers that are never scanned fall back to the account after 30 to 60 days; there is no call that voids one.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from core.clock import Clock, shanghai
from core.couriers.base import (
    AccountFacts,
    AccountKind,
    Capability,
    Credentials,
    Interception,
    InterceptionState,
    Urging,
    Waybill,
    WaybillRequest,
    Words,
    WorkOrder,
)
from core.couriers.zto import interceptions, work_orders
from core.couriers.zto.accounts import KINDS
from core.couriers.zto.answers import Json, integer, section, words
from core.couriers.zto.calls import Calls, ZtoApp, has_own_app
from core.couriers.zto.journey import nodes
from core.errors import CredentialsRejected, NotOffered, NotPermitted, OutcomeUnknown, ServiceRefused
from core.http import Http
from core.orders import Item, Recipient, Sender
from core.parcels import Node

_NOT_A_GROUP_CUSTOMER = "2"
_FULL_NETWORK = "1"  # the answer carries the waybill number
_ORDINARY_ACCOUNT = 1
_EWAYBILLS = "1"
_BY_NUMBER = "1"  # full-network orders are found no other way
_NO_ACCOUNT = {"kind": "", "account": "", "password": ""}
_MOBILE = re.compile(r"1\d{10}(-\d{1,6})?")


class Zto:
    """中通快递."""

    code = "ZTO"
    name = Words("中通快递", "ZTO Express")
    aliases: tuple[str, ...] = ("中通", "中通快递", "zto", "zhongtong")
    shop_codes: Mapping[str, str] = MappingProxyType({"pinduoduo": "ZTO"})
    hotline = "95311"
    kinds: tuple[AccountKind, ...] = KINDS
    capabilities = frozenset(
        {
            Capability.QUERY,
            Capability.BALANCE,
            Capability.TRACK,
            Capability.SUBSCRIBE,
            Capability.URGE,
            Capability.INTERCEPT,
            Capability.REDIRECT,
        }
    )

    def __init__(self, http: Http, app: ZtoApp, clock: Clock) -> None:
        self.has_app = bool(app.app_key and app.app_secret)
        self._calls = Calls(http, app, clock)
        self._clock = clock

    async def check_app(self) -> None:
        """Ask the balance of no account: the signature is checked before the account is missed (assumed)."""
        try:
            await self.balance(_NO_ACCOUNT)
        except NotPermitted:
            raise
        except ServiceRefused:
            return

    async def verify(self, credentials: Credentials) -> AccountFacts:
        """Bind the account where its branch is known, then ask its balance: the second also tries the password."""
        if credentials.get("site_code"):
            await self._calls.read(credentials, "zto.open.bindingEaccount", _binding(credentials))
        return AccountFacts(balance=await self.balance(credentials))

    async def create(self, credentials: Credentials, request: WaybillRequest) -> Waybill:
        """Get a number. Never tried twice: see above."""
        answer = await self._calls.do(credentials, "zto.open.createOrder", _order(credentials, request))
        result = section(answer, "result")
        if not words(result, "billCode"):
            raise OutcomeUnknown(service=self.code)
        mark = section(result, "bigMarkInfo")
        return Waybill(
            number=words(result, "billCode"),
            segment=words(mark, "mark"),
            hub=words(mark, "bagAddr"),
            pickup_code=words(result, "verifyCode"),
            branch=words(result, "siteName"),
        )

    async def recover(self, credentials: Credentials, key: str) -> Waybill | None:  # noqa: ARG002 - the port's shape
        """Refused always: ZTO finds full-network orders by waybill number only."""
        raise ServiceRefused(service=self.code, raw="", said="")

    async def knows(self, credentials: Credentials, number: str) -> bool:
        """Whether ZTO has an order with this number; its refusal means that it has none."""
        try:
            await self._calls.read(credentials, "zto.open.getOrderInfo", {"type": _BY_NUMBER, "billCode": number})
        except (NotPermitted, CredentialsRejected):
            raise
        except ServiceRefused:
            return False
        return True

    async def balance(self, credentials: Credentials) -> int | None:
        """Waybill numbers left; None when ZTO does not say."""
        asked = {
            "partner": credentials["account"],
            "verify": credentials["password"],
            "datetime": f"{shanghai(self._clock.now()):%Y-%m-%d %H:%M:%S}",
            "content": {"typeId": _EWAYBILLS},
        }
        answer = await self._calls.read(credentials, "zto.open.queryAvailableBalanceNew", asked)
        return integer(section(answer, "result"), "available")

    async def track(self, credentials: Credentials, number: str, phone_tail: str) -> tuple[Node, ...]:
        """The journey, oldest first. Only for parcels of a bound account."""
        asked = {"billCode": number, "mobilePhone": phone_tail}
        return nodes(await self._calls.read(credentials, "zto.merchant.waybill.track.query", asked))

    async def subscribe(self, credentials: Credentials, number: str, phone_tail: str) -> None:
        """Have ZTO push the parcel's scans to the address in the app's console, which is ours for our own app only."""
        if has_own_app(credentials):
            raise NotOffered(service=self.code, what=Capability.SUBSCRIBE, hotline=self.hotline)
        asked = {"billCode": number, "mobilePhone": phone_tail}
        await self._calls.read(credentials, "zto.merchant.waybill.track.subsrcibe", asked)  # the API's own spelling

    async def urge(self, credentials: Credentials, urging: Urging) -> str:
        """File a 催件 work order."""
        return await work_orders.urge(self._calls, credentials, urging)

    async def work_order(self, credentials: Credentials, number: str, work_order: str) -> WorkOrder:
        """A work order as it stands."""
        return await work_orders.find(self._calls, credentials, number, work_order)

    async def intercept(self, credentials: Credentials, interception: Interception) -> None:
        """Ask that a parcel be stopped; a repeated key is recognised by ZTO."""
        await interceptions.ask(self._calls, credentials, interception)

    async def cancel_interception(self, credentials: Credentials, interception: Interception) -> None:
        """Let the parcel go on."""
        await interceptions.cancel(self._calls, credentials, interception)

    async def interception(self, credentials: Credentials, number: str) -> InterceptionState:
        """What came of it."""
        return await interceptions.state(self._calls, credentials, number)


def _binding(credentials: Credentials) -> Json:
    return {
        "eaccount": credentials["account"],
        "eaccountPwd": credentials["password"],
        "siteCode": credentials["site_code"],
    }


def _order(credentials: Credentials, request: WaybillRequest) -> Json:
    order: dict[str, object] = {
        "partnerType": _NOT_A_GROUP_CUSTOMER,
        "orderType": _FULL_NETWORK,
        "partnerOrderCode": request.key,
        "accountInfo": {
            "accountId": credentials["account"],
            "accountPassword": credentials["password"],
            "type": _ORDINARY_ACCOUNT,
        },
        "senderInfo": _party("sender", request.sender),
        "receiveInfo": _party("receiver", request.recipient),
        "orderItems": [_goods(item) for item in request.items],
    }
    optional = {"siteCode": credentials.get("site_code", ""), "remark": request.remark}
    return order | {name: value for name, value in optional.items() if value}


def _party(role: str, party: Sender | Recipient) -> Json:
    phone = "Mobile" if _MOBILE.fullmatch(party.phone) else "Phone"
    return {
        f"{role}Name": party.name,
        f"{role}{phone}": party.phone,
        f"{role}Province": party.region.province,
        f"{role}City": party.region.city,
        f"{role}District": party.region.district,
        f"{role}Address": party.address,
    }


def _goods(item: Item) -> Json:
    return {"name": f"{item.name} {item.spec}".strip(), "quantity": item.count}
