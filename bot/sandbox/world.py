"""The pretend outside world as one object: a seed, a clock, services that misbehave on request, and a ledger.

world = World(seed=7, orders=120)
client = httpx.AsyncClient(mounts=world.mounts())
world.zto.goes_down()
"""

from functools import cached_property
from random import Random
from urllib.parse import urlsplit

import httpx
from starlette.types import ASGIApp

from bot.sandbox.books import entry, summary
from bot.sandbox.browser import Browser
from bot.sandbox.clock import WorldClock
from bot.sandbox.kuaidi100.service import Kuaidi100
from bot.sandbox.ledger import Json, Ledger
from bot.sandbox.mounts import InProcess, InProcessSocket
from bot.sandbox.official_account.service import PICTURES, OfficialAccount
from bot.sandbox.parcels import Parcel, Parcels
from bot.sandbox.pinduoduo.order import Order
from bot.sandbox.pinduoduo.seeding import Seeder
from bot.sandbox.pinduoduo.service import Pinduoduo
from bot.sandbox.pinduoduo.shops import settle
from bot.sandbox.printers import Printer
from bot.sandbox.pushes import Pushes
from bot.sandbox.served import served
from bot.sandbox.service import Hook, Scene
from bot.sandbox.speech import Speech
from bot.sandbox.telegram.service import Telegram
from bot.sandbox.wecom.service import Wecom
from bot.sandbox.wecom_bot.files import HOST as WECOM_BOT_FILES
from bot.sandbox.wecom_bot.service import WecomBot
from bot.sandbox.zto.service import Zto

DEFAULT_SHOP = 123456789
ADDRESSES = {WECOM_BOT_FILES: "9.9.9.9", PICTURES: "8.8.8.8"}
"""Hosts that are called by their address in this world; the addresses are public ones, and nobody is asked there."""


class World:
    """Everything outside the program. The same seed makes the same world."""

    def __init__(self, seed: int = 7, orders: int = 120, clock: WorldClock | None = None) -> None:
        self.clock = clock or WorldClock()
        self._scene = Scene(self.clock, Ledger(), Parcels(self.clock))
        self.pinduoduo = Pinduoduo(self._scene, seed)
        self.zto = Zto(self._scene, seed)
        self.printer = Printer(self._scene)
        self.telegram = Telegram(self._scene)
        self.speech = Speech(self._scene)
        self.kuaidi100 = Kuaidi100(self._scene)
        self.pushes = Pushes(self._scene, seed)
        self.pushes.sources += [self.kuaidi100.subscriptions.news, self.zto.subscriptions.news]
        self.wecom = Wecom(self._scene)
        self.wecom_bot = WecomBot(self._scene)
        self.official_account = OfficialAccount(self._scene)
        self._seeder = Seeder(self.pinduoduo.shops[DEFAULT_SHOP], self.clock, Random(seed))
        self.program = "http://127.0.0.1:8600"  # where the program is called back, when this world is served
        self._seeder.fill(orders, self._scene.parcels)

    @property
    def before_answer(self) -> Hook | None:
        """Awaited with "service:operation" before the work and "service:operation:done" before its answer goes out."""
        return self._scene.before_answer

    @before_answer.setter
    def before_answer(self, hook: Hook | None) -> None:
        self._scene.before_answer = hook

    @cached_property
    def services(self) -> dict[str, ASGIApp]:
        """Every service by its host name."""
        return {
            "gw-api.pinduoduo.com": self.pinduoduo.gateway,
            "fuwu.pinduoduo.com": self.pinduoduo.web_pages,
            "mai.pinduoduo.com": self.pinduoduo.phone_pages,
            "message-api.pinduoduo.com": self.pinduoduo.message_service,
            "japi.zto.com": self.zto.app,
            "printer.sandbox": self.printer.app,
            "api.telegram.org": self.telegram.app,
            "speech.sandbox": self.speech.app,
            "poll.kuaidi100.com": self.kuaidi100.poll,
            "www.kuaidi100.com": self.kuaidi100.www,
            "qyapi.weixin.qq.com": self.wecom.app,
            "openws.work.weixin.qq.com": self.wecom_bot.app,
            WECOM_BOT_FILES: self.wecom_bot.files.app,
            "api.weixin.qq.com": self.official_account.app,
            PICTURES: self.official_account.pictures,
        }

    @cached_property
    def app(self) -> ASGIApp:
        """Every service under /<host>/…, and the world's controls under /world/…."""
        return served(self)

    @cached_property
    def browser(self) -> Browser:
        """The merchant's browser, in this process."""
        return Browser(self.mounts())

    async def dial(self, url: str) -> InProcessSocket:
        """A WebSocket to one of the services, without any network. Raises `ConnectionError` when it is not admitted."""
        parts = urlsplit(url)
        return await InProcessSocket.open(self.services[parts.hostname or ""], parts.path)

    def mounts(self) -> dict[str, httpx.AsyncBaseTransport]:
        """Every service as a transport for `httpx.AsyncClient(mounts=…)`, whatever scheme and port are asked for."""
        at_home = {ADDRESSES.get(host, host): service for host, service in self.services.items()}
        return {f"all://{host}": InProcess(service) for host, service in {**self.services, **at_home}.items()}

    async def resolve(self, host: str) -> list[str]:
        """The addresses of a host. Raises `OSError` for one that is not part of this world."""
        if host not in ADDRESSES:
            raise OSError(host)
        return [ADDRESSES[host]]

    def parcel(self, number: str) -> Parcel:
        """The parcel with this waybill number. Raises `KeyError`."""
        return self._scene.parcels[number]

    def new_order(self, **overrides: object) -> Order:
        """An order of the default shop, confirmed now.

        `overrides` are fields of the order (`refund_status=2`) or of its receiver (`detail="…"`).
        Raises `TypeError` for anything else.
        """
        order = self._seeder.order(self.clock.now(), **overrides)
        self.pinduoduo.announces(order.order_sn)
        return order

    def another_order(self, order_sn: str) -> Order:
        """One more order by the same buyer to the same door, confirmed now. Raises `KeyError`."""
        return self.new_order(receiver=self.pinduoduo.find(order_sn).receiver)

    def ledger(self) -> Json:
        """What really happened, as plain JSON values: the books of `ledger.py`, and every order as it stands now."""
        desk, shops = self.pinduoduo.desk, self.pinduoduo.shops.values()
        for shop in shops:
            settle(shop.orders, self._scene.parcels)
        orders = [entry(desk, shop, order) for shop in shops for order in shop.orders]
        return {**self._scene.ledger.to_json(), "orders": orders}

    def summary(self) -> Json:
        """The default shop's waiting orders in figures."""
        return summary(self.pinduoduo.desk, self.pinduoduo.shops[DEFAULT_SHOP])
