"""ZTO Express (中通快递), open platform (official SDK and documents; "assumed" where those are silent).

A lost answer to `create` cannot be asked for: full-network orders are found by waybill number only, never by our own
key (official documents), and what a repeated key does is not documented. So there is no `Capability.RECOVER`.
Numbers that are never scanned fall back to the account after 30 to 60 days; there is no call that voids one.
"""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from core.clock import Clock, shanghai
from core.couriers.base import AccountFacts, AccountKind, Capability, Credentials, Waybill, WaybillRequest, Words
from core.couriers.zto.accounts import KINDS, OWN_APP
from core.couriers.zto.answers import Json, integer, opened, section, words
from core.couriers.zto.journey import nodes
from core.errors import CredentialsRejected, NotPermitted, OutcomeUnknown, ServiceRefused, ServiceUnavailable
from core.http import Http
from core.orders import Item, Recipient, Sender
from core.parcels import Node

_GATEWAY = "https://japi.zto.com/"
_NOT_A_GROUP_CUSTOMER = "2"
_FULL_NETWORK = "1"  # the answer carries the waybill number
_ORDINARY_ACCOUNT = 1
_EWAYBILLS = "1"
_BY_NUMBER = "1"  # full-network orders are found no other way
_NO_ACCOUNT = {"kind": "", "account": "", "password": ""}
_MOBILE = re.compile(r"1\d{10}(-\d{1,6})?")


@dataclass(frozen=True, slots=True)
class ZtoApp:
    """A developer app. `is_stamped`: the app has timestamp checking switched on in ZTO's console."""

    app_key: str
    app_secret: str = field(repr=False)
    is_stamped: bool = False


def digest(body: str, secret: str, stamp: str = "") -> str:
    """The value of x-dataDigest: Base64 of the raw MD5 of timestamp (if any), body and secret."""
    return base64.b64encode(hashlib.md5(f"{stamp}{body}{secret}".encode()).digest()).decode()


class Zto:
    """中通快递."""

    code = "ZTO"
    name = Words("中通快递", "ZTO Express")
    aliases: tuple[str, ...] = ("中通", "中通快递", "zto", "zhongtong")
    shop_codes: Mapping[str, str] = MappingProxyType({"pinduoduo": "ZTO"})
    hotline = "95311"
    kinds: tuple[AccountKind, ...] = KINDS
    capabilities = frozenset({Capability.QUERY, Capability.BALANCE, Capability.TRACK})

    def __init__(self, http: Http, app: ZtoApp, clock: Clock) -> None:
        self._http = http
        self._app = app
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
            await self._read(credentials, "zto.open.bindingEaccount", _binding(credentials))
        return AccountFacts(balance=await self.balance(credentials))

    async def create(self, credentials: Credentials, request: WaybillRequest) -> Waybill:
        """Get a number. Never tried twice: see above."""
        answer = await self._call(credentials, "zto.open.createOrder", _order(credentials, request))
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
            await self._read(credentials, "zto.open.getOrderInfo", {"type": _BY_NUMBER, "billCode": number})
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
        answer = await self._read(credentials, "zto.open.queryAvailableBalanceNew", asked)
        return integer(section(answer, "result"), "available")

    async def track(self, credentials: Credentials, number: str, phone_tail: str) -> tuple[Node, ...]:
        """The journey, oldest first. Only for parcels of a bound account."""
        asked = {"billCode": number, "mobilePhone": phone_tail}
        return nodes(await self._read(credentials, "zto.merchant.waybill.track.query", asked))

    async def _read(self, credentials: Credentials, api: str, asked: Json) -> Json:
        try:
            return await self._call(credentials, api, asked)
        except OutcomeUnknown as lost:
            raise ServiceUnavailable(**lost.details) from lost

    async def _call(self, credentials: Credentials, api: str, asked: Json) -> Json:
        body = json.dumps(asked, ensure_ascii=False, separators=(",", ":"))
        headers = self._headers(self._app_of(credentials), body)
        reply = await self._http.post(self.code, _GATEWAY + api, body.encode(), headers)
        return opened(reply.body, has_own_app=_has_own_app(credentials))

    def _app_of(self, credentials: Credentials) -> ZtoApp:
        if _has_own_app(credentials):
            return ZtoApp(credentials["app_key"], credentials["app_secret"])
        return self._app

    def _headers(self, app: ZtoApp, body: str) -> Mapping[str, str]:
        stamp = str(self._clock.now()) if app.is_stamped else ""
        headers = {
            "content-type": "application/json; charset=utf-8",
            "x-appKey": app.app_key,
            "x-dataDigest": digest(body, app.app_secret, stamp),
        }
        return headers | ({"x-timestamp": stamp} if stamp else {})


def _has_own_app(credentials: Credentials) -> bool:
    return credentials["kind"] == OWN_APP


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
