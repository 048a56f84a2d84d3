"""The whole wiring on one page."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.channels.base import Channel
from bot.config import Settings
from bot.sender import Sender
from bot.turns import Turns
from bot.workers import Bells, Worker
from core.clock import Clock, SystemClock
from core.couriers import all_couriers
from core.fulfilment import batch
from core.fulfilment.tools import Tools
from core.http import Http, client
from core.ids import new_id
from core.labels import Press
from core.printers import IppPrinter
from core.shops import all_shops
from core.storage.accounts import Accounts
from core.storage.batches import Batches
from core.storage.conversations import Conversations, Effects, Visits
from core.storage.database import Database, connect
from core.storage.inbox import Inbox
from core.storage.merchants import Merchants
from core.storage.migrate import migrate
from core.storage.orders import Orders
from core.storage.outbox import Outbox
from core.storage.shipments import Shipments
from core.storage.shops import Shops
from core.vault import Vault
from handlers.batch_news import BatchNews
from handlers.desk import Desk
from handlers.menu import COMMANDS, Command


@dataclass(slots=True)
class App:
    """The program, wired and ready to run."""

    desk: Desk
    turns: Turns
    workers: tuple[Worker, ...]
    database: Database
    press: Press
    http: Http
    owns_press: bool

    def start(self) -> None:
        """Begin to answer."""
        for worker in self.workers:
            worker.start()

    async def quiet(self) -> None:
        """Wait until there is nothing left to do."""
        while not all(worker.is_resting for worker in self.workers):
            for worker in self.workers:
                await worker.rest()

    async def close(self) -> None:
        """Stop where we are; whatever is unfinished goes on at the next start."""
        for worker in self.workers:
            await worker.stop()
        await self.http.close()
        if self.owns_press:
            await self.press.close()
        await self.database.close()


async def build(
    settings: Settings,
    channels: Mapping[str, Channel],
    *,
    clock: Clock | None = None,
    http: Http | None = None,
    database: Database | None = None,
    press: Press | None = None,
    shipments_in: Callable[[Database, Vault], Shipments] = Shipments,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    commands: Mapping[str, Command] = COMMANDS,
    is_sample: bool = False,
) -> App:
    """Open the database, bring it to today's schema, and put everything together. Tests replace the named parts."""
    clock = clock or SystemClock()
    http = http or Http(client(world=settings.world or None, timeout=settings.timeout))
    opened = database or await connect(settings.database)
    await migrate(opened)
    bells, vault, owner = Bells(opened), settings.vault(), new_id()
    shipments, outbox, effects = shipments_in(bells, vault), Outbox(bells, vault), Effects(bells)
    shops, accounts = Shops(bells, vault, clock), Accounts(bells, vault)
    orders, batches = Orders(bells, vault), Batches(bells, vault)
    if not opened.is_shared:  # whoever held something in this file is gone
        await opened.apply(batches.let_all_go(), effects.let_all_go(), outbox.let_all_go())
    platforms = {each.code: each for each in all_shops(http, settings.shop_apps(), shops, clock, pause)}
    couriers = {each.code: each for each in all_couriers(http, settings.courier_apps(), clock)}
    press, owns_press = press or Press(), press is None
    tools = Tools(
        clock=clock,
        database=bells,
        shops=shops,
        accounts=accounts,
        orders=orders,
        shipments=shipments,
        batches=batches,
        platforms=platforms,
        couriers=couriers,
        press=press,
        herald=BatchNews(outbox, clock, couriers),
        owner=owner,
        printer=IppPrinter(http, settings.printer, "labels") if settings.printer else None,
        is_sample=is_sample,
        crowd=settings.crowd,
        pause=pause,
    )
    merchants = Merchants(bells)
    desk = Desk(clock, bells, merchants, shops, accounts, orders, outbox, platforms, couriers, tools)
    inbox, conversations, visits = Inbox(bells, vault), Conversations(bells, vault), Visits(bells)
    turns = Turns(desk, inbox, outbox, conversations, effects, visits, owner, commands)
    sender = Sender(bells, outbox, shipments, merchants, press, clock, channels, owner)
    by_table = {
        "inbox": Worker("turns", turns.take_waiting),
        "effects": Worker("effects", turns.do_next_effect, width=8),
        "batches": Worker("batches", lambda: batch.work_on_next(tools), width=4),
        "outbox": Worker("sender", sender.send_due),
    }
    bells.ring_for(by_table)
    return App(desk, turns, tuple(by_table.values()), opened, press, http, owns_press)
