"""这个单号怎么没物流: when it was numbered, printed and uploaded, and what the courier says of it now.

Without a number: how many parcels nobody has told anything about, and whether anybody tells us anything at all.
"""

from dataclasses import dataclass

from core.clock import DAY
from core.errors import NotFound
from core.parcels import Node
from core.rights import Right, allows
from handlers.alerts.words import age
from handlers.conversation import Chat
from handlers.desk import Desk
from handlers.messages import Button
from handlers.parcels.steps import Missing, News, Steps, latest_news, steps_of, steps_of_parcel
from handlers.parcels.track import marks, mends
from handlers.parcels.which import which
from handlers.reasons import reason_text
from handlers.shown import full_name, moment, numbered, short_number, short_order
from handlers.troubles.asked import Answer, asked, fault_text

_SHOWN = 3  # parcels of which there is no news
_SOON = DAY  # couriers scan within a day; what is younger is nothing to worry about
_OLD = DAY  # news
_ON_THE_WAY = frozenset({Missing.NOTHING, Missing.NOT_COLLECTED})


@dataclass(frozen=True, slots=True)
class Silent:
    """A parcel without news; `age` in milliseconds."""

    parcel: str
    title: str
    age: int


@dataclass(frozen=True, slots=True)
class NewsRecords:
    """How many parcels are without news and the oldest of them; when there was any news last, epoch milliseconds."""

    count: int
    oldest: tuple[Silent, ...]
    last_at: int | None


async def trouble_news(chat: Chat) -> None:
    """About the parcels that were named, or about all."""
    if {"orders", "tracking", "parcel", "recipient", "phone_tail", "file"} & chat.slots.keys():
        await _about_some(chat)
        return
    known = await chat.look("news_records", news_records, chat.member.merchant, chat.language)
    if known.count:
        await _about_all(chat, known)
        return
    await chat.say("trouble.nobody_silent", last=_last(chat, known))
    await _about_some(chat)


async def _about_all(chat: Chat, known: NewsRecords) -> None:
    while True:
        answers = await chat.do("couriers_asked", ask_couriers, chat.member.merchant)
        silent = [answer for answer in answers if answer.is_silent]
        if not silent:
            break
        again = [chat.option("ask_again", "trouble.ask_again", is_yes=True), chat.cancel_option()]
        name = full_name(chat.language, silent[0].about, chat.desk.couriers)
        await chat.choose("trouble.courier_silent", again, service=name, known=_counted(chat, known))
    faults = [fault_text(chat.language, answer) for answer in answers if answer.code]
    lines = [_counted(chat, known), *faults, _advice(chat, known)]
    one = chat.button("trouble.one_parcel", "troubleshoot", about="news", parcel=known.oldest[0].parcel)
    more = chat.button("trouble.anomalies", "list_anomalies")
    await chat.say("trouble.told", one, more, text="\n".join(lines))


def _counted(chat: Chat, known: NewsRecords) -> str:
    ages = ((each.title, age(chat.language, each.age)) for each in known.oldest)
    told = [chat.text("trouble.silent_one", parcel=title, age=since) for title, since in ages]
    last = _last(chat, known) or chat.text("trouble.never_news")
    return "\n".join([chat.text("trouble.silent_count", count=known.count, last=last), *told])


def _last(chat: Chat, known: NewsRecords) -> str:
    return chat.text("trouble.last_news", at=moment(known.last_at)) if known.last_at else ""


def _advice(chat: Chat, known: NewsRecords) -> str:
    return chat.text("trouble.advice_late" if known.oldest[0].age >= _SOON else "trouble.advice_soon")


async def _about_some(chat: Chat) -> None:
    """Each parcel: its steps here, the courier's answer now, the verdict with the button that mends it."""
    merchant = chat.member.merchant
    if parcel := chat.slots.get("parcel"):
        found = await chat.look("steps", steps_of_parcel, merchant, str(parcel))
    else:
        orders, tracking = await which(chat)
        try:
            found = await chat.do("steps", steps_of, merchant, orders, tracking)
        except NotFound:
            await _unknown(chat, [*orders, *tracking])
            return
    for steps in found:
        await _about(chat, steps)


async def _unknown(chat: Chat, numbers: list[str]) -> None:
    buttons = [chat.button("trouble.enter_number", "enter_number")] if allows(chat.member.role, Right.PRINT) else []
    await chat.say("trouble.unknown_number", *buttons, number="、".join(map(short_number, numbers)))


async def _about(chat: Chat, steps: Steps) -> None:
    courier = full_name(chat.language, steps.courier, chat.desk.couriers) if steps.courier else ""
    orders = "、".join(short_order(number) for number in steps.orders)
    number = short_number(steps.number) if steps.number else ""
    head = " · ".join(part for part in (orders, courier, number) if part)
    known = "\n".join(line for line in (head, marks(chat, steps)) if line)
    news = await _news(chat, steps, courier, known) if steps.missing in _ON_THE_WAY and steps.number else None
    now = await chat.look("now", moment_now)
    verdict, buttons = _verdict(chat, steps, news, courier, now)
    await chat.say("trouble.told", *buttons, text=f"{known}\n{verdict}")


async def _news(chat: Chat, steps: Steps, courier: str, known: str) -> News:
    """Asked again for as long as she wants."""
    while True:
        news = await chat.do("news", latest_news, chat.member.merchant, steps)
        if not news.failed:
            return news
        again = [chat.option("ask_again", "trouble.ask_again", is_yes=True), chat.cancel_option()]
        await chat.choose("trouble.courier_silent", again, service=courier, known=known)


def _verdict(chat: Chat, steps: Steps, news: News | None, courier: str, now: int) -> tuple[str, list[Button]]:
    if news is None:
        reason = reason_text(chat.language, dict(steps.reason)) if steps.reason else ""
        missing = chat.text(f"missing.{steps.missing}", reason=reason, number=short_number(steps.number))
        told = missing if steps.missing is Missing.ELSEWHERE else f"{missing}\n{chat.text('trouble.no_news_before')}"
        return told, mends(chat, steps)
    if news.unfollowed:
        return chat.text("track.unfollowed", courier=courier), []
    if news.nodes:
        return _scanned(chat, steps, news.nodes, courier, now)
    since = now - (steps.uploaded_at or steps.printed_at or now)
    is_late = since >= _SOON
    key = "trouble.not_scanned" if is_late else "trouble.not_scanned_yet"
    return chat.text(key, courier=courier, age=age(chat.language, since)), _cares(chat, steps, is_late=is_late)


def _scanned(chat: Chat, steps: Steps, nodes: tuple[Node, ...], courier: str, now: int) -> tuple[str, list[Button]]:
    last = nodes[-1]
    is_old = not steps.has_ended and now - last.at >= _OLD
    key = "trouble.scanned_long_ago" if is_old else "trouble.scanned"
    told = chat.text(key, courier=courier, at=moment(last.at), text=last.text, age=age(chat.language, now - last.at))
    return told, _cares(chat, steps, is_late=is_old)


def _cares(chat: Chat, steps: Steps, *, is_late: bool) -> list[Button]:
    """The whole journey, and having the courier look where it is late."""
    if not steps.parcel:
        return []
    track = chat.button("trouble.track", "track", parcel=steps.parcel)
    if not is_late or not allows(chat.member.role, Right.CARE):
        return [track]
    return [chat.button("trouble.urge", "urge", tracking=steps.number), track]


async def moment_now(desk: Desk) -> int:
    """Epoch milliseconds."""
    return desk.clock.now()


async def news_records(desk: Desk, merchant: str, language: str) -> NewsRecords:
    """From our own books."""
    now = desk.clock.now()
    silent = await desk.kept.parcels.without_news(merchant)
    oldest = [Silent(each.id, numbered(language, each), now - each.shipped_at) for each in silent[:_SHOWN]]
    return NewsRecords(len(silent), tuple(oldest), await desk.kept.parcels.last_heard(merchant))


async def ask_couriers(desk: Desk, merchant: str) -> tuple[Answer, ...]:
    """Whether the couriers of the merchant's accounts answer us now."""
    codes = dict.fromkeys(each.courier for each in await desk.kept.accounts.of(merchant))
    return tuple([await asked(code, _greets(desk, code)) for code in codes])


async def _greets(desk: Desk, code: str) -> None:
    await desk.courier(code).check_app()
