"""Database, ledger and chats compared when all is over."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import asyncpg

from tests.support.judging import SHIPMENTS, judge
from tests.torture.people import Merchant
from tests.torture.world import Heard, World

_CARD, _END, _DOUBT = ("开始取号", "取号 "), ("✅ 打完了", "⏸ 已停", "⚠️ 停在半路"), ("刚才中断了一下",)
_ONCE_EACH = (*_CARD, *_END, *_DOUBT)  # how messages begin of which there is one for each row that follows
_ROWS = (
    "SELECT card FROM cards UNION ALL SELECT id FROM batches WHERE finished_at IS NOT NULL"
    " UNION ALL SELECT id FROM doubtful"
)
_BUSY = (
    "SELECT id FROM inbox WHERE done_at IS NULL UNION ALL SELECT id FROM effects UNION ALL SELECT id FROM outbox"
    " UNION ALL SELECT id FROM batches WHERE state IN ('running', 'stopping')"
)
_TELEGRAMS = "SELECT uid FROM inbox WHERE uid NOT LIKE '%:%' AND done_at IS NOT NULL"
_BOUND = "SELECT members.peer FROM members JOIN courier_accounts ON courier_accounts.merchant = members.merchant"


@dataclass(frozen=True)
class Chats:
    """What the chats show: `labels` are the waybill numbers on the pages of all documents, copies left out.

    `copies` are pages of documents that came more often than the merchant asked: she asks only for what is not there,
    so every copy needs its own question. `bound` are the chats that were told that their courier is bound.
    """

    labels: Counter[str]
    copies: int
    repeated: int
    bound: set[str]


@dataclass(frozen=True)
class Outcome:
    """One run in figures. From `double_numbers` to `unwatched` nothing may be above 0.

    A text that was on its way when a process died is said once more: no channel can be asked whether it arrived.
    """

    kills: int
    orders: int
    parcels: int
    messages: int
    double_numbers: int
    lost_orders: int
    printed_twice: int
    missing_labels: int
    lost_messages: int
    disagreements: int
    unwatched: int
    repeated_messages: int
    unsure: int

    @property
    def broken(self) -> int:
        """How many promises were broken."""
        return (
            self.double_numbers
            + self.lost_orders
            + self.printed_twice
            + self.missing_labels
            + self.lost_messages
            + self.disagreements
            + self.unwatched
            + max(0, self.repeated_messages - self.kills)  # one text may have been on its way when a process died
        )


async def rows(database: str, sql: str) -> list[Sequence[Any]]:
    """The rows of a query on the program's database, from beside it."""
    if database.startswith("sqlite:"):
        return await asyncio.to_thread(_sqlite_rows, database.removeprefix("sqlite:"), sql)
    connection = await asyncpg.connect(database)
    try:
        return [tuple(row) for row in await connection.fetch(sql)]
    finally:
        await connection.close()


def _sqlite_rows(file: str, sql: str) -> list[Sequence[Any]]:
    with closing(sqlite3.connect(file, timeout=10)) as connection:
        return list(connection.execute(sql))


async def is_busy(database: str) -> bool:
    """Whether the program has anything left to do or to tell."""
    return bool(await rows(database, _BUSY))


async def outcome(database: str, world: World, merchants: Sequence[Merchant], kills: int, unanswered: int) -> Outcome:
    """The final comparison; `unanswered` are messages whose answer a merchant waited for in vain."""
    ledger, shipments = await world.ledger(), await rows(database, SHIPMENTS)
    chats = await _chats(database, world, merchants)
    answered = len(await rows(database, _TELEGRAMS))
    bound = {peer for (peer,) in await rows(database, _BOUND)}
    members = await rows(database, "SELECT id FROM merchants")
    watched = {number for (number,) in await rows(database, "SELECT number FROM parcels")}
    verdict = judge(shipments, ledger)
    return Outcome(
        kills=kills,
        orders=len(ledger["uploads"]),
        parcels=len(shipments),
        messages=world.posted,
        double_numbers=verdict.double_numbers,
        lost_orders=verdict.lost_orders,
        printed_twice=chats.copies + chats.labels.total() - len(chats.labels),
        missing_labels=sum(state == "done" and number not in chats.labels for _, _, state, number in shipments),
        lost_messages=unanswered + abs(world.posted - answered),
        disagreements=verdict.disagreements + len(bound ^ chats.bound) + abs(len(members) - len(merchants)),
        unwatched=len(watched ^ {entry["number"] for entry in ledger["uploads"]}),
        repeated_messages=chats.repeated,
        unsure=verdict.unsure,
    )


async def _chats(database: str, world: World, merchants: Sequence[Merchant]) -> Chats:
    labels: Counter[str] = Counter()
    bound: set[str] = set()
    copies, repeated = 0, -len(await rows(database, _ROWS)) - sum(merchant.went_on for merchant in merchants)
    for merchant in merchants:
        heard = await world.heard(merchant.chat)
        repeated += said_again(heard)
        if any("绑定成功" in each.text for each in heard):
            bound.add(str(merchant.chat))
        for (name, numbers), came in (await _documents(world, merchant.chat, heard)).items():
            labels.update(numbers)
            copies += len(numbers) * max(0, came - max(1, merchant.asked_again.count(name)))
    return Chats(labels, copies, repeated, bound)


async def _documents(world: World, chat: int, heard: Iterable[Heard]) -> Counter[tuple[str, tuple[str, ...]]]:
    """Name and waybill numbers of every document, and how often it came."""
    return Counter(
        [(each.document, tuple(await world.numbers_on(chat, each.message))) for each in heard if each.document]
    )


def said_again(heard: Iterable[Heard]) -> int:
    """Messages that say the same as the one before, and all those that the database has a row for."""
    said = [each for each in heard if not each.document]
    counted = sum(each.text.startswith(_ONCE_EACH) for each in said)
    others = [each for each in said if not each.text.startswith(_ONCE_EACH)]
    return counted + sum((one.text, one.buttons) == (two.text, two.buttons) for one, two in pairwise(others))
