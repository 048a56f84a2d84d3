"""Pinduoduo: the gateway, the authorisation pages, and what can happen to a shop from outside the program."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count
from random import Random

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router, WebSocketRoute

from bot.sandbox.clock import wall
from bot.sandbox.pinduoduo import aftersales, disclosure, gateway, permissions, reading, shipping
from bot.sandbox.pinduoduo.desk import Desk
from bot.sandbox.pinduoduo.events import OrderEvents
from bot.sandbox.pinduoduo.grants import Grants
from bot.sandbox.pinduoduo.limits import DECRYPT_OUTSIDE, Limits
from bot.sandbox.pinduoduo.messages import Messages
from bot.sandbox.pinduoduo.pages import Page
from bot.sandbox.pinduoduo.params import (
    BAD_ADDRESS,
    LIMITED,
    NOT_GRANTED,
    UNKNOWN_TYPE,
    Json,
    Params,
    Refusal,
    refused,
)
from bot.sandbox.pinduoduo.privacy import Cipher
from bot.sandbox.pinduoduo.shops import Shop, founded
from bot.sandbox.service import Scene, Service

CLIENT_ID = "c0ffee00c0ffee00c0ffee00c0ffee00"
CLIENT_SECRET = "sandbox-pdd-secret"  # noqa: S105 - the pretend world's published credential

Answers = Callable[[Desk, Shop, Params], Json]


@dataclass(frozen=True, slots=True)
class Interface:
    """One shop interface of the gateway: its irregular wrapper key ("" for none) and what answers it."""

    wrapper: str
    answers: Answers


def mall(_: Desk, shop: Shop, __: Params) -> Json:
    """`pdd.mall.info.get`; merchant_type 3 is a flagship shop."""
    return {
        "mall_id": shop.mall_id,
        "mall_name": shop.name,
        "mall_desc": "",
        "logo": f"https://img.pddpic.com/mall/{shop.mall_id}.jpeg",
        "merchant_type": 3,
        "mall_character": 0,
    }


INTERFACES = {
    "pdd.mall.info.get": Interface("mall_info_get_response", mall),
    "pdd.order.list.get": Interface("order_list_get_response", reading.confirmed),
    "pdd.order.number.list.increment.get": Interface("order_sn_increment_get_response", reading.changed),
    "pdd.order.information.get": Interface("order_info_get_response", reading.one),
    "pdd.order.status.get": Interface("order_status_get_response", reading.statuses),
    "pdd.order.merge.ship.order.group": Interface("order_merge_ship_order_group_response", reading.mergeable),
    "pdd.refund.status.check": Interface("refund_status_check_response", aftersales.checked),
    "pdd.refund.list.increment.get": Interface("refund_increment_get_response", aftersales.changed),
    "pdd.refund.information.get": Interface("", aftersales.one),
    "pdd.refund.address.list.get": Interface("refund_address_list_get_response", shipping.return_addresses),
    "pdd.open.waybill.type.report": Interface("open_waybill_type_report_response", disclosure.report),
    "pdd.open.decrypt.batch": Interface("open_decrypt_batch_response", disclosure.decrypt),
    "pdd.logistics.online.send": Interface("logistics_online_send_response", shipping.send),
    "pdd.logistics.ordertrace.get": Interface("logistics_ordertrace_get_resposne", shipping.trace),
    "pdd.erp.order.sync": Interface("", shipping.report),
    "pdd.pmc.user.permit": Interface("pmc_user_permit_response", permissions.permit),
    "pdd.pmc.user.get": Interface("pmc_user_get_response", permissions.permitted),
    "pdd.pmc.user.cancel": Interface("tmc_user_cancel_response", permissions.cancel),
}


class Pinduoduo(OrderEvents, Service):
    """The platform. `desk`, `grants` and `limits` hold the rules that can be adjusted."""

    def __init__(self, scene: Scene, seed: int) -> None:
        super().__init__("pinduoduo", scene)
        self.messages = Messages(scene.clock, CLIENT_ID, CLIENT_SECRET, seed)
        self.desk = Desk(scene, Cipher(seed), self.messages)
        self.grants = Grants(scene.clock, Random(seed), sorted(INTERFACES))
        self.limits = Limits(scene.clock)
        self.shops = founded()
        self.gateway = Router([Route("/api/router", self._call, methods=["POST"])])
        self.web_pages = Router([self._page("/service-market/auth", "web")])
        self.phone_pages = Router([self._page("/h5-login.html", "h5")])
        self.message_service = Router(
            [WebSocketRoute("/message/{client_id}/{timestamp}/{digest:path}", self.messages.serve)]
        )
        self._knows_our_address = True
        self._request_ids = count(17_000_000_000_001)
        self._open = {
            "pdd.time.get": ("time_get_response", self._time),
            "pdd.pop.auth.token.create": ("pop_auth_token_create_response", self._redeem),
            "pdd.pop.auth.token.refresh": ("pop_auth_token_refresh_response", self._renew),
            "pdd.logistics.companies.get": ("logistics_companies_get_response", shipping.companies),
        }

    def expires_tokens(self) -> None:
        """Every access token is over; refresh tokens still work."""
        self.grants.expire()

    def revokes(self, mall_id: int) -> None:
        """The shop's authorisation is withdrawn: its tokens are worth nothing."""
        self.grants.revoke(mall_id)

    def closes(self, mall_id: int) -> None:
        """The shop goes offline (已下线)."""
        self.shops[mall_id].closed = True

    def forbids(self, interface: str) -> None:
        """Authorised shops no longer cover this interface."""
        self.grants.scope.remove(interface)

    def forgets_our_address(self) -> None:
        """The caller's IP address is off the app's white list."""
        self._knows_our_address = False

    def limits_decryption(self) -> None:
        """The app is treated as one outside the platform's cloud: one decryption call in ten seconds."""
        self.limits.table["pdd.open.decrypt.batch"] = DECRYPT_OUTSIDE

    def goes_down(self) -> None:
        """Gateway, pages and messages."""
        super().goes_down()
        self.messages.goes_down()

    def comes_back(self) -> None:
        """All of them."""
        super().comes_back()
        self.messages.comes_back()

    def cuts_off_messages(self) -> None:
        """Every connection to the message service is closed."""
        self.messages.cuts_off()

    def doubles_messages(self) -> None:
        """From now on every message is sent twice, under two ids."""
        self.messages.doubles = True

    def throttled(self) -> Response:
        """Answer 52101."""
        return gateway.failed(Refusal(LIMITED), self._request_id())

    async def _call(self, request: Request) -> Response:
        body = await request.body()
        try:
            values = gateway.read(body, request.headers.get("content-type", ""))
        except Refusal as refusal:
            return gateway.failed(refusal, self._request_id())
        return await self.serve(values.get("type", ""), partial(self._answer, values))

    def _answer(self, values: dict[str, str]) -> Response:
        try:
            wrapper, body = self._admitted(values)
        except Refusal as refusal:
            return gateway.failed(refusal, self._request_id())
        return gateway.answered(wrapper, body, self._request_id())

    def _admitted(self, values: dict[str, str]) -> tuple[str, Json]:
        """Check everything the gateway checks, in its order, and do the work."""
        name, params = values.get("type", ""), Params(values)
        if name and name not in self._open and name not in INTERFACES:
            raise Refusal(UNKNOWN_TYPE)
        gateway.check(values, {CLIENT_ID: CLIENT_SECRET}, self.scene.clock.now())
        if not self._knows_our_address:
            raise Refusal(BAD_ADDRESS)
        if name in self._open:
            return self._answer_openly(name, params)
        return self._answer_shop(name, self._shop(name, params), params)

    def _answer_openly(self, name: str, params: Params) -> tuple[str, Json]:
        self._count(name, 0)
        wrapper, answers = self._open[name]
        return wrapper, answers(params)

    def _answer_shop(self, name: str, shop: Shop, params: Params) -> tuple[str, Json]:
        self._count(name, shop.mall_id)
        interface = INTERFACES[name]
        if shop.closed:
            raise refused(self.desk.closed_says)
        return interface.wrapper, interface.answers(self.desk, shop, params)

    def _shop(self, name: str, params: Params) -> Shop:
        shop = self.grants.holder(params.maybe("access_token"), params.text("client_id"))
        if name not in self.grants.scope:
            raise Refusal(NOT_GRANTED)
        return shop

    def _count(self, name: str, mall_id: int) -> None:
        if not self.limits.allows(name, mall_id):
            raise Refusal(LIMITED)

    def _time(self, _: Params) -> Json:
        return {"time": wall(self.scene.clock.now())}

    def _redeem(self, params: Params) -> Json:
        return self.grants.to_json(self.grants.redeem(params.text("code"), params.text("client_id")))

    def _renew(self, params: Params) -> Json:
        return self.grants.to_json(self.grants.renew(params.text("refresh_token"), params.text("client_id")))

    def _request_id(self) -> str:
        return str(next(self._request_ids))

    def _page(self, path: str, view: str) -> Route:
        page = Page(self.shops, self.grants, self._is_ours, view)

        async def endpoint(request: Request) -> Response:
            query, form = dict(request.query_params), await request.body()
            pressed = request.method == "POST"
            work = partial(page.agreed, query, form) if pressed else partial(page.shown, query)
            return await self.serve("authorise", work)

        return Route(path, endpoint, methods=["GET", "POST"])

    def _is_ours(self, client_id: str) -> bool:
        return client_id == CLIENT_ID
