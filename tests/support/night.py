"""One batch with a power cut in it: planned, agreed to, stopped at a moment, started again, its questions answered."""

import asyncio
import shutil
from collections import Counter
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pypdfium2

from bot.demo import settings
from bot.sandbox.world import World
from core.clock import Clock
from core.labels import Press
from core.shipments import Shipment, ShipmentState
from core.storage.database import Database, Statement, connect, run
from core.storage.repositories import Repositories
from core.storage.shipments import Shipments
from core.vault import Vault
from tests.support.doom import Doom, DoomedChannel, DoomedDatabase, Killed
from tests.support.judging import SHIPMENTS, judge
from tests.support.merchant import Merchant
from tests.support.stage import Stage

PRINTER = "ipp://printer.sandbox:631/ipp/print"


@dataclass(frozen=True)
class Outcome:
    """What the world's ledger, our database and the chat say in the end."""

    moment: str  # where the program was stopped; "" when it was not
    moments: int  # how many there were until then
    double_numbers: int = 0
    lost_orders: int = 0
    printed_twice: int = 0
    disagreements: int = 0
    unsure: int = 0  # parcels left to a person, as the design says


class Careless(Shipments):
    """The control: the commit of `asking` before the courier's call is taken out."""

    def move(self, shipment: Shipment, to: ShipmentState, **facts: Any) -> Statement:
        if to is ShipmentState.ASKING:
            return run("SELECT 1")
        seen = ShipmentState.NEW if shipment.state is ShipmentState.ASKING else shipment.state
        return super().move(replace(shipment, state=seen), to, **facts)


class CarelessRepositories(Repositories):
    """All as usual, but for the shipments."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        super().__init__(database, vault, clock)
        self.shipments = Careless(database, vault)


@dataclass(frozen=True)
class Plot:
    """What kind of batch it is."""

    orders: int
    printer: str = ""
    careless: bool = False


def nights(plot: Plot, folder: Path, places: Sequence[int]) -> list[Outcome]:
    """A night for each place; a place beyond the last moment ends undisturbed. Runs in a process of its own."""

    async def all_nights() -> list[Outcome]:
        press = Press()
        try:
            return [await _night(plot, folder / str(place), press, place) for place in places]
        finally:
            await press.close()

    return asyncio.run(all_nights())


async def _night(plot: Plot, folder: Path, press: Press, place: int) -> Outcome:
    stage = Stage(World(seed=7, orders=plot.orders), folder, press)
    merchant = Merchant(stage)
    try:
        await stage.light()
        await merchant.has_bound()
        await merchant.says("打印今天的订单")
        await stage.dark()
        doom = await _until_struck(plot, stage, merchant, place)
        await stage.light(printer=plot.printer)
        await merchant.says("确认", uid="yes")  # a channel delivers again what was not confirmed
        await _answers(stage, merchant)
        return await _outcome(plot, stage, merchant, doom)
    finally:
        await stage.dark()
        shutil.rmtree(folder)


async def _until_struck(plot: Plot, stage: Stage, merchant: Merchant, place: int) -> Doom:
    doom = Doom(place)
    repositories = CarelessRepositories if plot.careless else Repositories
    database = DoomedDatabase(await connect(settings(stage.folder).database), doom)
    try:
        await stage.light(
            database, printer=plot.printer, repositories=repositories, wrap=lambda channel: DoomedChannel(channel, doom)
        )
    except Killed:  # while it was starting
        await database.close()
        return doom
    stage.world.before_answer = doom.moment
    await _first_of(merchant.says("确认", uid="yes"), doom.struck.wait())
    stage.world.before_answer = None
    await stage.dark()
    return doom


async def _first_of(*works: Awaitable[object]) -> None:
    tasks = [asyncio.ensure_future(work) for work in works]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _answers(stage: Stage, merchant: Merchant) -> None:
    """The merchant looks at the printer and into the chat, and answers what she is asked."""
    if "没收到，再发一次" in _offered(merchant) and not merchant.pages:
        await merchant.taps("没收到，再发一次")
    if "核对出纸" not in _offered(merchant):
        return
    await merchant.taps("核对出纸")
    on_paper = {entry["key"].split("/")[0] for entry in stage.world.ledger()["prints"]}
    in_question = "SELECT key FROM shipments WHERE state = 'printing' ORDER BY position"
    while keys := await stage.app.database.all(in_question):
        key = keys[0][0]
        await merchant.taps("打出来了" if key in on_paper else "没有，补打")


def _offered(merchant: Merchant) -> set[str]:
    return {button.label for message in merchant.messages for button in message.buttons}


async def _outcome(plot: Plot, stage: Stage, merchant: Merchant, doom: Doom) -> Outcome:
    ledger = stage.world.ledger()
    midnight = stage.world.clock.now() - (15 * 60 + 30) * 60_000  # the world's clock stands at 15:30
    verdict = judge(await stage.app.database.all(SHIPMENTS), ledger, midnight)
    return Outcome(
        moment=doom.moments[-1] if doom.struck.is_set() else "",
        moments=len(doom.moments),
        double_numbers=verdict.double_numbers,
        lost_orders=verdict.lost_orders,
        printed_twice=_twice(plot, ledger, merchant),
        disagreements=verdict.disagreements,
        unsure=verdict.unsure,
    )


def _twice(plot: Plot, ledger: dict[str, Any], merchant: Merchant) -> int:
    """Labels that came out more often than once."""
    if plot.printer:
        return sum(count - 1 for count in Counter(entry["key"] for entry in ledger["prints"]).values())
    pages = sum(len(pypdfium2.PdfDocument(pdf)) for pdf in merchant.pages)
    return max(0, pages - len(ledger["numbers"]))
