"""Scans, alerts, cards and work orders compared when all is over: couriers, database and chat must say the same."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.torture.books import rows
from tests.torture.keeper import NEVER_MIND, Keeper
from tests.torture.road import ENDED, HOUR
from tests.torture.world import Heard, World

STANDS = 72 * HOUR
"""What has been wrong for so long must have been told: the slowest first step, a night, and whom nobody could ask."""

_HEARD = 48 * HOUR  # a scan that is older was asked for since
_CARDS = ("🟡", "🔴", "🟠", "🟢", "⏰", "这条有更新")  # how a card begins, as nothing else does
_SHORT = re.compile(r"\d{4}…\d{4}")
_HOMEWARD, _WAY_HOME = {"refused", "returning"}, "returning"
_TIMED = {"no_record", "not_collected", "not_departed", "stalled", "not_out", "not_signed", "not_fetched", "trouble"}
_STUCK: Mapping[str, Collection[str]] = {
    "": {"no_record", "not_collected"},
    "picked": {"not_departed"},
    "departed": {"stalled"},
    "arrived": {"stalled", "not_out"},
    "delivering": {"not_signed"},
    "locker": {"not_fetched"},
    "failed": {"trouble"},
    "held": {"trouble"},
    "refused": {"returning"},
    "returning": {"returning"},
}
"""What must have been told of a parcel whose last scan this was."""


@dataclass(frozen=True)
class ParcelOutcome:
    """One run in figures. From `lost_news` to `unwatched` nothing may be above 0.

    `repeated_cards` were in doubt when a process died: a channel cannot be asked whether a message arrived.
    """

    kills: int
    parcels: int
    scans: int
    pushed: int
    alerts: int
    cards: int
    taps: int
    work_orders: int
    lost_news: int
    doubled_news: int
    lost_alerts: int
    told_twice: int
    two_cards: int
    left_open: int
    wrong_work_orders: int
    lost_messages: int
    unwatched: int
    repeated_cards: int

    @property
    def broken(self) -> int:
        """How many promises were broken."""
        return (
            self.lost_news
            + self.doubled_news
            + self.lost_alerts
            + self.told_twice
            + self.two_cards
            + self.left_open
            + self.wrong_work_orders
            + self.lost_messages
            + self.unwatched
            + max(0, self.repeated_cards - self.kills)
        )


@dataclass(frozen=True)
class Books:
    """The database's rows, the world's ledger and scans by number, and the chat, all from the same moment."""

    parcels: Sequence[Sequence[Any]]  # id, number
    nodes: Sequence[Sequence[Any]]  # parcel, moment
    alerts: Sequence[Sequence[Any]]  # id, parcel, rule, moment of its last step, its end and why, or None
    told: Sequence[Sequence[Any]]  # alert, card
    cards: Sequence[Sequence[Any]]  # id, kind, what it is about, moment of its end or None
    messages: Mapping[str, int]  # by card
    urged: Sequence[Sequence[Any]]  # parcel, state
    ledger: Mapping[str, Any]
    scans: Mapping[str, Sequence[Mapping[str, Any]]]
    chat: Sequence[Heard]
    now: int

    @property
    def ids(self) -> dict[str, str]:
        """Parcels by number."""
        return {number: parcel for parcel, number in self.parcels}


async def parcel_outcome(
    books: Books, database: str, world: World, keeper: Keeper, *, kills: int, in_doubt: Collection[int], unanswered: int
) -> ParcelOutcome:
    """The final comparison. `in_doubt`: the messages that were the last ones when a process died."""
    answered = await rows(database, "SELECT uid FROM inbox WHERE uid NOT LIKE '%:%' AND done_at IS NOT NULL")
    orphans = orphaned(books)
    uploaded = {entry["number"] for entry in books.ledger["uploads"]}
    return ParcelOutcome(
        kills=kills,
        parcels=len(books.parcels),
        scans=sum(len(scans) for scans in books.scans.values()),
        pushed=len(acknowledged(books)),
        alerts=len(books.alerts),
        cards=len(books.messages),
        taps=keeper.taps,
        work_orders=len(books.ledger["work_orders"]),
        lost_news=lost_news(books),
        doubled_news=doubled_news(books),
        lost_alerts=len(lost_alerts(books)),
        told_twice=len(orphans - set(in_doubt)),
        two_cards=two_cards(books, orphans),
        left_open=left_open(books),
        wrong_work_orders=wrong_work_orders(books),
        lost_messages=unanswered + abs(world.posted - len(answered)),
        unwatched=len(uploaded - books.ids.keys()),
        repeated_cards=len(orphans & set(in_doubt)),
    )


async def read_books(database: str, world: World, chat: int) -> Books:
    """Everything at this moment."""
    parcels = await rows(database, "SELECT id, number FROM parcels")
    messages = await rows(database, "SELECT card, message FROM cards WHERE card LIKE 'alert:%' AND message <> ''")
    return Books(
        parcels=parcels,
        nodes=await rows(database, "SELECT parcel, at FROM nodes"),
        alerts=await rows(
            database,
            "SELECT id, substr(subject, 8), rule, raised_at, closed_at, closing FROM alerts"
            " WHERE subject LIKE 'parcel/%'",
        ),
        told=await rows(database, "SELECT alert, card FROM alert_tellings"),
        cards=await rows(database, "SELECT id, kind, about, ended_at FROM alert_cards"),
        messages={card.removeprefix("alert:"): int(message) for card, message in messages},
        urged=await rows(database, "SELECT parcel, state FROM errands WHERE kind = 'urge'"),
        ledger=await world.ledger(),
        scans={number: await world.do("parcel.scans", number=number) for _, number in parcels},
        chat=await world.heard(chat),
        now=await world.now(),
    )


# News.


def acknowledged(books: Books) -> set[tuple[str, int]]:
    """Parcel and second of every scan that a courier told us and was thanked for."""
    answered = (each for each in books.ledger["pushes"] if each["answered"] and each["number"] in books.ids)
    return {(books.ids[each["number"]], at // 1000) for each in answered for at in each["scans"]}


def lost_news(books: Books) -> int:
    """Scans that were acknowledged, or asked for long since, and are not kept."""
    kept = {(parcel, at // 1000) for parcel, at in books.nodes}
    old = {
        (books.ids[number], scan["at"] // 1000)
        for number, scans in books.scans.items()
        if not ENDED & {scan["scan"] for scan in scans}
        for scan in scans
        if scan["at"] < books.now - _HEARD
    }
    return len((acknowledged(books) | old) - kept)


def doubled_news(books: Books) -> int:
    """Scans that are kept more often than they happened."""
    kept = Counter((parcel, at // 1000) for parcel, at in books.nodes)
    happened = Counter(
        (books.ids[number], scan["at"] // 1000) for number, scans in books.scans.items() for scan in scans
    )
    return (kept - happened).total()


# Alerts.


def lost_alerts(books: Books) -> list[str]:
    """Numbers of parcels with which something has been wrong for long, and nobody was told."""
    heard = {message.message for message in books.chat}
    shown = {card for card, message in books.messages.items() if message in heard}
    told = {alert for alert, card in books.told if card in shown}
    by_parcel: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for alert, parcel, rule, _, closed_at, closing in books.alerts:
        is_dealt_with = rule == _WAY_HOME and closing == "hand"  # for all of the way home, whatever is scanned on it
        if alert in told:
            by_parcel[parcel].append((rule, closed_at if closed_at and not is_dealt_with else float("inf")))
    return [
        number
        for number, scans in books.scans.items()
        if (wanted := _wanted(scans, books.now))
        and not any(rule in wanted and until > _last(scans) for rule, until in by_parcel[books.ids[number]])
    ]


def _last(scans: Sequence[Mapping[str, Any]]) -> int:
    return max((scan["at"] for scan in scans), default=0)


def _wanted(scans: Sequence[Mapping[str, Any]], now: int) -> Collection[str]:
    """Any of these rules must have spoken and been heard after the last scan; none of a journey that has ended."""
    kinds = [scan["scan"] for scan in scans]
    if _last(scans) > now - STANDS or ENDED & set(kinds):
        return ()
    return {*_STUCK[kinds[-1] if kinds else ""], *([_WAY_HOME] if _HOMEWARD & set(kinds) else [])}


# Cards.


def orphaned(books: Books) -> set[int]:
    """Messages that look like cards, and that the database does not know: nobody will edit them."""
    known = set(books.messages.values())
    return {each.message for each in books.chat if each.text.startswith(_CARDS) and each.message not in known}


def two_cards(books: Books, orphans: Collection[int]) -> int:
    """Parcels that more than one card asks about."""
    asking = (each for each in books.chat if NEVER_MIND in each.buttons and each.message not in orphans)
    heads = Counter(found[0] for each in asking if (found := _SHORT.search(each.text.partition("\n")[0])))
    live = Counter(about for _, kind, about, ended_at in books.cards if kind == "parcel" and ended_at is None)
    return sum(count - 1 for count in heads.values()) + sum(count - 1 for count in live.values())


def left_open(books: Books) -> int:
    """Cards that still ask for something though they are over, and alerts about parcels that have arrived."""
    messages = {each.message: each for each in books.chat}
    over = [books.messages[card] for card, _, _, ended_at in books.cards if ended_at and card in books.messages]
    asking = sum(NEVER_MIND in messages[message].buttons for message in over if message in messages)
    ended = {
        books.ids[number]
        for number, scans in books.scans.items()
        if scans and scans[-1]["scan"] in ENDED and scans[-1]["at"] < books.now - _HEARD
    }
    open_alerts = [parcel for _, parcel, rule, _, closed_at, _ in books.alerts if rule in _TIMED and closed_at is None]
    return asking + sum(parcel in ended for parcel in open_alerts)


def wrong_work_orders(books: Books) -> int:
    """Work orders that nobody asked for, and those that we believe in and the courier does not know."""
    filed = Counter(books.ids.get(entry["number"], "") for entry in books.ledger["work_orders"])
    asked = Counter(parcel for parcel, state in books.urged if state != "refused")
    sure = Counter(parcel for parcel, state in books.urged if state in {"open", "done"})
    return (filed - asked).total() + (sure - filed).total()
