"""打印今天的订单: the plan in one message, one tap, and the batch is on its way."""

from collections.abc import Mapping
from typing import Any

from core.clock import DAY, HOUR, SECOND, Period, day_of, shanghai
from core.couriers.base import Courier
from core.fulfilment import batch as batches
from core.fulfilment import plan as planning
from core.fulfilment.gate import Hold, Note
from core.fulfilment.narrowing import Narrowing
from core.fulfilment.plan import Summary, Wish
from core.ids import new_id
from core.manual import book_of, is_manual
from core.storage.address import Address
from core.tracking.answers import alerts_on
from core.tracking.drawing import orders_of
from handlers.conversation import Chat, Option
from handlers.desk import Desk
from handlers.shown import full_name

_LOOK_BACK = 7 * DAY  # without a day: everything of the last week that still waits
_DETAILS = 40  # held orders listed in one message
_NOT_FOR_PRINTING = {"shipped", "printed", "refunding"}


async def print_orders(chat: Chat) -> None:
    """Shop and courier there? Plan, agree, start."""
    if not _book(chat) and not await chat.look("shops", has_shops, chat.member.merchant):
        await chat.say("no_shop", chat.button("bind_shop", "bind_shop"))
        return
    accounts = await chat.look("accounts", account_names, chat.member.merchant)
    if not accounts:
        await chat.say("no_courier", chat.button("bind_courier", "bind_courier"))
        return
    if set(chat.slots.get("status", ())) & _NOT_FOR_PRINTING:
        await chat.say("not_for_printing")
        return
    account = await _account(chat, accounts)
    due = await chat.look("due", due_on, chat.member.merchant, str(chat.slots.get("card", "")))
    if "card" in chat.slots and not due:
        await chat.say("nothing_due")
        return
    period = await chat.look("period", period_of, chat.slots.get("start"), chat.slots.get("end"), due)
    while account:
        await chat.say("planning", only="".join(f"\n{line}" for line in _understood(chat)))
        wish = _wish(chat, account, period, due)
        summary = await chat.do("plan", draft, wish, chat.member.to)
        account = await _agreed(chat, summary, account, accounts)


def _book(chat: Chat) -> str:
    """Where the orders are, when all that were named are manual ones."""
    orders = chat.slots.get("orders", ())
    return book_of(chat.member.merchant) if orders and all(map(is_manual, orders)) else ""


async def _account(chat: Chat, accounts: dict[str, str]) -> str:
    """The account to print with: of the courier named, else the default one."""
    named = [chat.slots["courier"]] if "courier" in chat.slots else chat.slots.get("couriers", [])
    left_out = chat.slots.get("courier_exclude", [])
    may = {account: courier for account, courier in accounts.items() if courier not in left_out}
    mine = {account: courier for account, courier in may.items() if not named or courier in named}
    if not mine:
        bind = chat.button("bind_courier", "bind_courier")
        said, meant = ("courier_not_bound", named) if named else ("only_left_out", sorted(set(accounts.values())))
        await chat.say(said, bind, courier=chat.text("or").join(_name(chat, courier) for courier in meant))
        return ""
    if len(named) > 1 and len(mine) > 1:
        options = [Option(account, _name(chat, courier)) for account, courier in mine.items()]
        return await chat.choose("which_of_them", options)
    return next(iter(mine))


async def _agreed(chat: Chat, summary: Summary, account: str, accounts: dict[str, str]) -> str:
    """Show the plan until the merchant agrees; returns another account to plan with, or "" when it is settled."""
    while True:
        options = _options(chat, summary, len(accounts) > 1)
        if not summary.parcels:
            await chat.say("nothing_may_ship", plan=_plan_text(chat, summary))
            await _tell_details(chat, summary)
            return ""
        chosen = await chat.choose("agree", options, plan=_plan_text(chat, summary))
        if chosen == "print":
            await chat.settle("start", start, summary.batch)
            await chat.say(
                "started", chat.button("stop", "stop_batch"), card=f"batch:{summary.batch}", parcels=summary.parcels
            )
            return ""
        if chosen == "other_courier":
            return await _other_account(chat, account, accounts)
        await _tell_details(chat, summary)


def _options(chat: Chat, summary: Summary, has_choice: bool) -> list[Option]:  # noqa: FBT001 - one flag of one list
    options = [chat.option("print", "print_button", is_yes=True, parcels=summary.parcels)]
    if summary.held:
        options.append(chat.option("details", "details_button"))
    if has_choice:
        options.append(chat.option("other_courier", "other_courier_button"))
    return options


async def _other_account(chat: Chat, account: str, accounts: dict[str, str]) -> str:
    options = [Option(each, _name(chat, courier)) for each, courier in accounts.items() if each != account]
    return await chat.choose("which_courier", options)


async def _tell_details(chat: Chat, summary: Summary) -> None:
    held = await chat.look("held", held_orders, summary.batch)
    if held:
        lines = [f"• {number}　{chat.text(f'holds.{reason}')}" for number, reason in held[:_DETAILS]]
        more = chat.text("more", count=len(held) - _DETAILS) if len(held) > _DETAILS else ""
        await chat.say("details", count=len(held), lines="\n".join(lines), more=more)


async def stop_batch(chat: Chat) -> None:
    """[停止]: the parcels in hand are finished, the rest keeps its place."""
    stopped = await chat.look("stop", stop, chat.member.merchant)
    await chat.say("stopping" if stopped else "nothing_to_stop")


def _wish(chat: Chat, account: str, period: Period, due: dict[str, int]) -> Wish:
    return Wish(
        merchant=chat.member.merchant,
        period=period,
        account=account,
        language=chat.language,
        count=chat.slots.get("count"),
        takes_latest=chat.slots.get("pick") == "latest",
        only=_narrowing(chat.slots, tuple(due)),
        book=_book(chat),
    )


def _narrowing(slots: Mapping[str, Any], due: tuple[str, ...]) -> Narrowing:
    return Narrowing(
        orders=due or tuple(slots.get("orders", ())),
        shop=slots.get("shop", ""),
        regions=tuple(slots.get("region", ())),
        regions_left_out=tuple(slots.get("region_exclude", ())),
        has_remark=slots.get("has_remark"),
        goods=slots.get("product", ""),
        recipient=slots.get("recipient", ""),
    )


def _plan_text(chat: Chat, summary: Summary) -> str:
    courier = chat.desk.courier(summary.courier)
    lines = [chat.text("plan_head", day=_day(chat), orders=summary.orders), *_understood(chat)]
    if summary.parcels:
        key = "plan_merged" if summary.merged else "plan_parcels"
        lines.append(chat.text(key, orders=summary.printable, parcels=summary.parcels, merged=summary.merged))
    if summary.held:
        held = _counted(chat, "holds", summary.held)
        lines.append(chat.text("plan_held", count=sum(summary.held.values()), reasons=held))
    if summary.carried:
        lines.append(chat.text("plan_carried", count=summary.carried))
    if summary.notes:
        lines.append(chat.text("plan_notes", notes=_counted(chat, "notes", summary.notes)))
    lines.append(_means(chat, summary, courier))
    return "\n".join(lines)


def _understood(chat: Chat) -> list[str]:
    """By what else the orders were chosen, in one line, so that a misunderstanding shows before anything is printed."""
    slots, comma = chat.slots, chat.text("chat.list_comma")
    told = [
        chat.text(f"only_{key}", names=comma.join(slots[key])) for key in ("region", "region_exclude") if slots.get(key)
    ]
    if slots.get("shop"):
        told.append(chat.text("only_shop", name=slots["shop"]))
    told += [chat.text(f"only_{key}", name=slots[key]) for key in ("product", "recipient") if slots.get(key)]
    if "has_remark" in slots:
        told.append(chat.text("only_with_remark" if slots["has_remark"] else "only_without_remark"))
    if slots.get("count"):
        told.append(
            chat.text("only_latest" if slots.get("pick") == "latest" else "only_earliest", count=slots["count"])
        )
    lines = [chat.text("plan_only", told=chat.text("plan_comma").join(told))] if told else []
    return [*lines, chat.text("plan_not_by_deadline")] if "due_soon" in slots.get("status", ()) else lines


def _counted(chat: Chat, section: str, counts: Mapping[Hold, int] | Mapping[Note, int]) -> str:
    """退款中 3，审核中 2."""
    told = (chat.text("plan_reason", reason=chat.text(f"{section}.{key}"), count=n) for key, n in counts.items())
    return chat.text("plan_comma").join(told)


def _means(chat: Chat, summary: Summary, courier: Courier) -> str:
    if summary.balance is None:
        key = "means_monthly"
    elif summary.balance < summary.parcels:
        key = "means_short"
    else:
        key = "means_enough"
    return chat.text(
        key,
        courier=courier.name.in_language(chat.language),
        balance=summary.balance,
        short=summary.parcels - (summary.balance or 0),
        template=summary.template.replace("x", "×"),
        where=chat.text("labels_in_private" if chat.member.group else "labels_here"),
    )


def _day(chat: Chat) -> str:
    """The period as dates, whatever words it was said in."""
    if "card" in chat.slots:
        return chat.text("those_due")
    start, end = chat.slots.get("start"), chat.slots.get("end")
    if start is None or end is None:
        return chat.text("last_week")
    if chat.slots["day"] in {"today", "yesterday"}:
        return chat.text(chat.slots["day"], date=f"{shanghai(start):%m-%d}")
    first, last = shanghai(start), shanghai(end)
    if first.hour == first.minute == last.hour == last.minute == 0:
        last_day = shanghai(end - HOUR)
        key = "one_day" if first.date() == last_day.date() else "days"
        return chat.text(key, first=f"{first:%m-%d}", last=f"{last_day:%m-%d}")
    return chat.text("moments", first=f"{first:%m-%d %H:%M}", last=f"{last:%m-%d %H:%M}")


def _name(chat: Chat, courier: str) -> str:
    return full_name(chat.language, courier, chat.desk.couriers)


async def due_on(desk: Desk, merchant: str, card_id: str) -> dict[str, int]:
    """The orders of a card of deadlines, with the moments at which they were confirmed."""
    card = await desk.kept.alerts.card(card_id) if card_id else None
    if card is None or card.merchant != merchant:
        return {}
    orders = await orders_of(desk.watch, await alerts_on(desk.watch, card))
    return {order.number: order.confirmed_at for order in orders}


async def period_of(desk: Desk, start: int | None, end: int | None, due: dict[str, int]) -> Period:
    """What was said, else around the orders that are due, else the last week."""
    if start is not None and end is not None:
        return Period(start, end)
    if due:
        return Period(min(due.values()), max(due.values()) + SECOND)
    today = day_of(desk.clock.now())
    return Period(today.start - _LOOK_BACK, today.end)


async def has_shops(desk: Desk, merchant: str) -> bool:
    """Whether a shop is bound."""
    return bool(await desk.kept.shops.of(merchant))


async def account_names(desk: Desk, merchant: str) -> dict[str, str]:
    """The merchant's accounts → their courier, the default one first."""
    return {account.id: account.courier for account in await desk.kept.accounts.of(merchant)}


async def draft(desk: Desk, wish: Wish, to: Address) -> Summary:
    """Read the shops and plan."""
    return await planning.draft(desk.tools, to, new_id(), wish)


async def held_orders(desk: Desk, batch: str) -> list[tuple[str, str]]:
    """The held orders of a plan with their reasons."""
    kept = await desk.kept.batches.get(batch)
    return [(held.order, held.reason) for held in planning.read_plan(kept).held] if kept else []


async def start(desk: Desk, batch: str) -> int:
    """Let the batch run; how many parcels it has."""
    return await batches.start(desk.tools, batch)


async def stop(desk: Desk, merchant: str) -> bool:
    """Ask the running batch to stop."""
    return await batches.stop(desk.tools, merchant)
