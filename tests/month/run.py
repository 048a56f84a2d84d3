"""One month: the program runs, the clock goes from moment to moment, and every parcel meets its fate."""

import asyncio
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.app import App
from bot.channels.base import Drawing, Keep, unkept
from bot.demo import settings
from bot.sandbox.clock import DAY, HOUR, MINUTE, OPENING, WorldClock, midnight
from bot.sandbox.world import World
from bot.web.site import web
from core.grants import Grant
from core.http import Http, client
from core.labels import Press
from core.manual import BOOK
from core.orders import Order, OrderStatus, Receiver, Region, Sender
from core.shipments import Shipment, ShipmentState
from core.shops.base import ShopEvent, ShopMessage
from core.storage.accounts import CourierAccount
from core.storage.address import Address
from core.storage.database import Database, Statement, connect, run
from core.storage.shops import BoundShop
from core.storage.sqlite import SqliteDatabase
from core.subscribers import Wishes
from core.tracking import messages
from core.tracking.watching import watched
from tests.month.casting import scripts
from tests.month.cues import Cues
from tests.month.oracle import Heard
from tests.month.scripts import GRID, HOME, Script, has_quiet_hours
from tests.month.thresholds import Holidays
from tests.month.wires import Post
from tests.support.merchant import ZTO_ACCOUNT, Merchant
from tests.support.stage import Room, Stage

HOLIDAY = "2026-11-26/2026-11-27"
HOLIDAYS: Holidays = ((midnight(OPENING + 4 * DAY), midnight(OPENING + 6 * DAY)),)
_ASKING = 7 * MINUTE  # of each half hour: polls that are due wait for this moment, so that they come together
_OPEN_FOR = 64 * DAY  # after the last upload: whoever is lost is forgotten by then
_FOREVER = 1 << 60
_LOG = (
    "CREATE TABLE month_clock (at BIGINT)",
    "INSERT INTO month_clock VALUES (0)",
    (
        "CREATE TABLE month_told (alert TEXT, peer TEXT, step BIGINT, subject TEXT, rule TEXT, arm BIGINT, tier BIGINT,"
        " raised_at BIGINT, told_at BIGINT)"
    ),
    *(
        f"CREATE TRIGGER month_{name} AFTER {event} ON alert_tellings BEGIN INSERT INTO month_told"
        " SELECT NEW.alert, NEW.peer, NEW.step, a.subject, a.rule, a.arm, a.tier, a.raised_at,"
        " (SELECT at FROM month_clock) FROM alerts a WHERE a.id = NEW.alert; END"
        for name, event in (("inserted", "INSERT"), ("updated", "UPDATE OF step"))
    ),
)
"""What a chat was told, written down beside the program by the database itself."""


@dataclass(frozen=True, slots=True)
class Plot:
    """How large a month."""

    parcels: int
    merchants: int = 4
    days: int = 30
    seed: int = 7
    patience: int = GRID  # milliseconds between two moments at which is asked


class Diary(Room):
    """A room that remembers when each message first came."""

    def __init__(self, clock: WorldClock) -> None:
        super().__init__()
        self.clock = clock
        self.came: dict[tuple[str, str], int] = {}

    async def send(self, peer: str, drawing: Drawing, keep: Keep = unkept) -> str:
        message = await super().send(peer, drawing, keep)
        self.came.setdefault((peer, message), self.clock.now())
        return message


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that is left of a month, for the judge: rows of the database, the chats, what was handed over and asked."""

    scripts: dict[str, Script]
    heard: dict[str, list[Heard]]
    queries: dict[str, int]  # by number
    wishes: dict[str, int]
    told: list[Any]
    alerts: list[Any]
    cards: list[Any]
    parcels: dict[str, str]  # number by id
    peers: tuple[str, ...]  # by merchant
    room: Diary
    ended_at: int
    instants: int


class Month:
    """The stage, the post and the cues."""

    def __init__(self, plot: Plot, folder: Path, press: Press) -> None:
        self._plot = plot
        self._world = World(seed=plot.seed, orders=0)
        self._stage = Stage(self._world, folder, press)
        self._stage.room = self._room = Diary(self._world.clock)
        drawn = scripts(plot.parcels, plot.merchants, OPENING, plot.days, HOLIDAYS, plot.seed)
        self._post = Post(self._world.clock, {script.number: script for script in drawn})
        self._merchants: list[str] = []
        self._cues = Cues(drawn, OPENING, _OPEN_FOR)
        self._instants = 0

    @property
    def _app(self) -> App:
        return self._stage.app

    async def lives(self) -> Outcome:
        """From the first upload until nobody cares any more."""
        http = Http(client(mounts={**self._world.mounts(), **self._post.mounts()}))
        await self._stage.light(
            await _forgetful(settings(self._stage.folder).database),
            http=http,
            crowd=32,
            track_pushes=True,
            public_url="https://bot.example",
            holidays=HOLIDAY,
            look_minutes=720,
        )
        try:
            await self._app.database.apply(*map(run, _LOG))
            for number in range(self._plot.merchants):
                self._merchants.append(await self._moves_in(number))
            while (now := await self._next()) < self._cues.until:
                await self._at(now)
            return await self._outcome()
        finally:
            await self._stage.dark()

    async def _moves_in(self, number: int) -> str:
        """A merchant with a shop, a courier's account, and her own wishes."""
        peer, now, kept = _peer(number), self._world.clock.now(), self._app.desk.kept
        merchant = await Merchant(self._stage, peer).joins()
        shop = BoundShop(_shop(number), merchant, BOOK, f"{number}号店", _FOREVER, 0)
        sender = Sender("小满", "13800001234", Region("浙江省", HOME, "西湖区"), "文三路1号")
        credentials = {"kind": "account", **ZTO_ACCOUNT}
        account = CourierAccount(_account(number), merchant, "ZTO", "1234567890", credentials, sender, is_default=True)
        wishes = Wishes() if has_quiet_hours(number) else Wishes(quiet=None)
        await kept.database.apply(
            kept.shops.bind(shop, Grant(_shop(number), "", "", "", _FOREVER, _FOREVER), now),
            *kept.accounts.bind(account, now),
            kept.subscribers.wish(Address("room", peer), wishes),
        )
        return merchant

    # The clock.

    async def _next(self) -> int:
        """The next moment at which anything may happen: a cue, a rule, a telling; or a question, at its minute."""
        sql = "SELECT " + ", ".join(f"(SELECT min({at}) FROM {table} WHERE {at} IS NOT NULL)" for table, at in _MOMENTS)
        ((check, tell, poll),) = await self._app.database.all(sql)
        asking = None if poll is None else -(-(poll - _ASKING) // self._patience) * self._patience + _ASKING
        moments = [at for at in (check, tell, asking, self._cues.next_at) if at is not None]
        return max(self._world.clock.now() + 1, min(moments))

    @property
    def _patience(self) -> int:
        """Between two moments at which is asked: when only those who are lost are left, half a day will do."""
        return 12 * HOUR if self._cues.is_waiting_only else self._plot.patience

    async def _at(self, now: int) -> None:
        self._world.clock.move(now - self._world.clock.now())
        self._instants += 1
        await self._app.database.apply(run("UPDATE month_clock SET at = ?", now))
        cues = list(self._cues.due(now))
        uploads = [await self._uploaded(cue.script) for cue in cues if cue.script and cue.what == "upload"]
        if uploads:
            await self._app.database.apply(*(each for some in uploads for each in some))
        site = web(self._app)
        for cue in cues:
            if cue.script and cue.what == "push":
                await self._post.push(site, cue.script, cue.detail)
            elif cue.script and cue.what == "refund":
                await self._refunds(cue.script, is_open=cue.detail)
        await self._is_done(with_ticks=any(cue.what == "digest" for cue in cues))

    async def _is_done(self, *, with_ticks: bool) -> None:
        """Everything that is due; what is not named here is rung for by commits. Of the ticks only digests matter."""
        for worker in self._app.workers:
            if worker.name in _BY_THE_CLOCK or (with_ticks and worker.name == "ticks"):
                worker.wake()
        await self._app.quiet()

    # What happens.

    async def _uploaded(self, script: Script) -> list[Statement]:
        """Order and parcel, as the upload of a number leaves them."""
        kept, now, shop = self._app.desk.kept, self._world.clock.now(), _shop(script.merchant)
        region = Region(*script.region)
        order = Order(
            shop=shop,
            number=_order(script),
            status=OrderStatus.SHIPPED,
            receiver=Receiver(region, name_mask="张*"),
            items=(),
            confirmed_at=now,
            updated_at=now,
            presale_until=script.promised_at,
        )
        shipment = Shipment(
            key=f"{shop}-{_order(script)}",
            batch="",
            merchant=self._merchants[script.merchant],
            shop=shop,
            position=1,
            orders=(order.number,),
            package=1,
            attempt=1,
            courier="ZTO",
            account=_account(script.merchant),
            state=ShipmentState.DONE,
            number=script.number,
        )
        await kept.database.apply(*kept.orders.keep([order]))
        return await watched(kept, self._world.clock, shipment)

    async def _refunds(self, script: Script, *, is_open: bool) -> None:
        now, shop = self._world.clock.now(), _shop(script.merchant)
        event = ShopEvent.REFUND_OPENED if is_open else ShopEvent.REFUND_CLOSED
        self._post.heard[script.number].append(Heard(now, refund=now if is_open else 0))
        await messages.take(self._app.desk.lookout, ShopMessage(shop, _order(script), event, now, refund="1"))

    async def _outcome(self) -> Outcome:
        rows = self._app.database.all
        return Outcome(
            scripts=dict(self._post.scripts),
            heard=dict(self._post.heard),
            queries=dict(self._post.queries),
            wishes=dict(self._post.wishes),
            told=await rows("SELECT alert, peer, step, subject, rule, arm, tier, raised_at, told_at FROM month_told"),
            alerts=await rows("SELECT subject, rule, arm, tier, raised_at, closed_at, closing FROM alerts"),
            cards=await rows("SELECT peer, kind, about, made_at, ended_at, redraw_at FROM alert_cards"),
            parcels=dict([tuple(row) for row in await rows("SELECT id, number FROM parcels")]),
            peers=tuple(map(_peer, range(self._plot.merchants))),
            room=self._room,
            ended_at=self._world.clock.now(),
            instants=self._instants,
        )


_MOMENTS = (("parcels", "check_at"), ("alerts", "tell_at"), ("parcels", "next_poll_at"))
_BY_THE_CLOCK = frozenset({"polls", "rules", "alerts", "cards"})


async def _forgetful(url: str) -> Database:
    """A database that does not wait for the disk: nobody pulls the plug in this month."""
    database = await connect(url)
    assert isinstance(database, SqliteDatabase)
    await asyncio.wrap_future(database._writer.work(sqlite3.Connection.execute, "PRAGMA synchronous=OFF"))
    return database


def _peer(merchant: int) -> str:
    return f"商家{merchant}"


def _shop(merchant: int) -> str:
    return f"{900_000 + merchant}"


def _account(merchant: int) -> str:
    return f"account-{merchant}"


def _order(script: Script) -> str:
    return f"261123-{script.number}"
