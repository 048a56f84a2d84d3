"""The digests judged: each figure of each morning's and evening's message beside what the scripts come to."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.sandbox.clock import DAY
from tests.month.oracle import Heard, Span
from tests.month.scripts import Script
from tests.month.thresholds import INFO, SERIOUS

MARKS = ("☀️", "🌙")
_ORDERS_REACH = 30 * DAY
_ORDERS, _TO_DO = re.compile(r"成交 (\d+) 单：(.*)"), re.compile(r"要处理 (\d+) 件：(.*)")
_DAY, _SETTLED = re.compile(r"发出 (\d+) 件，签收 (\d+) 件"), re.compile(r"解决 (\d+) 件，其中 (\d+) 件")


@dataclass(frozen=True, slots=True)
class Figures:
    """What one digest says."""

    orders: int
    to_do: int
    shipped: int
    signed: int
    settled: int
    in_time: int


def said(text: str) -> Figures | None:
    """The figures of a message; None where its parts do not add up to the whole."""
    whole_of = [_whole(pattern, text) for pattern in (_ORDERS, _TO_DO)]
    day, settled = _DAY.search(text), _SETTLED.search(text)
    if None in whole_of or day is None:
        return None
    orders, to_do = (whole or 0 for whole in whole_of)
    over = (int(settled[1]), int(settled[2])) if settled else (0, 0)
    return Figures(orders, to_do, int(day[1]), int(day[2]), *over)


def _whole(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    if found is None:
        return 0
    return int(found[1]) if sum(map(int, re.findall(r"\d+", found[2]))) == int(found[1]) else None


@dataclass(frozen=True)
class Ledger:
    """One merchant's parcels, when each was known to be signed for, and her alerts, as the scripts have them."""

    shipped: Sequence[int]
    signed: Sequence[tuple[int, int]]  # when, and since when that is known
    spans: Sequence[Span]

    def figures(self, now: int) -> Figures:
        """What a digest of this moment says when all news of this moment is in."""
        over = [
            span for span in self.spans if now - DAY <= span.closed_at < now and span.why == "news" and span.tier > INFO
        ]
        return Figures(
            orders=sum(now - _ORDERS_REACH <= at <= now for at in self.shipped),
            to_do=sum(span.raised_at <= now < span.closed_at for span in self.spans),
            shipped=sum(now - DAY <= at < now for at in self.shipped),
            signed=sum(now - DAY <= at < now and known_at <= now for at, known_at in self.signed),
            settled=len(over),
            in_time=sum(span.tier < SERIOUS for span in over),
        )

    def agrees(self, told: Figures | None, now: int) -> bool:
        """Whether a digest of this moment may say so: what is heard in this very millisecond may stand in it or not."""
        if told is None:
            return False
        due = self.figures(now)
        ending = sum(span.raised_at < span.closed_at == now for span in self.spans)
        beginning = sum(span.raised_at == now < span.closed_at for span in self.spans)
        signed = sum(now - DAY <= at < now == known_at for at, known_at in self.signed)
        return (
            replace(told, to_do=due.to_do, signed=due.signed) == due
            and due.to_do - beginning <= told.to_do <= due.to_do + ending
            and due.signed - signed <= told.signed <= due.signed
        )


def ledger(scripts: Iterable[Script], heard: Mapping[str, Sequence[Heard]], spans: Sequence[Span]) -> Ledger:
    """Of one merchant's scripts."""
    mine = list(scripts)
    numbers = {script.number for script in mine}
    signed = [each for script in mine if (each := _signed(script, heard.get(script.number, ())))]
    return Ledger([script.shipped_at for script in mine], signed, [span for span in spans if span.number in numbers])


def _signed(script: Script, heard: Sequence[Heard]) -> tuple[int, int] | None:
    """The first signature of the receiver's side, and when it was handed over."""
    scan = next((scan for scan in script.scans if scan.what in {"signed", "proxy"}), None)
    known = [news.at for news in heard if scan in news.scans]
    return (scan.at, min(known)) if scan and known else None
