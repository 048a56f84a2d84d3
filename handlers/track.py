"""… 到哪了: an order or waybill number, what was done with it here, and the courier's journey."""

from dataclasses import dataclass

from core.clock import shanghai
from core.errors import NotFound
from core.fulfilment import decisions
from core.manual import is_manual
from core.parcels import Node, current_state, journey
from core.shipments import Shipment
from core.tracking import poll, sources
from core.tracking.watching import unwatched
from handlers.conversation import Chat
from handlers.desk import Desk
from handlers.messages import Button
from handlers.reasons import reason_text
from handlers.shown import short_number, short_order
from handlers.which import which

_SHOWN = 4  # latest nodes


@dataclass(frozen=True, slots=True)
class Steps:
    """What we know of a parcel ourselves. Times in epoch milliseconds UTC."""

    key: str
    orders: tuple[str, ...]
    courier: str
    number: str | None
    region: str
    confirmed_at: int | None
    numbered_at: int | None
    printed_at: int | None
    done_at: int | None
    reason: dict[str, object] | None


@dataclass(frozen=True, slots=True)
class News:
    """What is known of the journey; `failed` when nobody could be asked now, and it may be old."""

    nodes: tuple[Node, ...] = ()
    failed: bool = False


async def track(chat: Chat) -> None:
    """Every parcel asked for, one message each."""
    orders, tracking = await which(chat)
    parcels = await chat.look("parcels", known_parcels, chat.member.merchant, orders, tracking)
    if not parcels:
        waiting = await chat.look("waiting", is_waiting, chat.member.merchant, orders)
        if not waiting:
            raise NotFound(what="、".join([*orders, *tracking]))
        await chat.say("not_printed", chat.button("print_it", "print_orders"), orders="、".join(orders))
    for steps in parcels:
        news = await chat.do("news", latest_news, steps.key) if steps.number else News()
        await chat.say("parcel", *_buttons(chat, steps), text=_told(chat, steps, news))


def _told(chat: Chat, steps: Steps, news: News) -> str:
    courier = chat.desk.courier(steps.courier).name.in_language(chat.language)
    orders = "、".join(short_order(number) for number in steps.orders)
    number = short_number(steps.number) if steps.number else chat.text("no_number")
    lines = [chat.text("head", orders=orders, region=steps.region, courier=courier, number=number)]
    lines.append(
        "　".join(chat.text(key, at=_at(at)) if at else chat.text(f"missing_{key}") for key, at in _marks(steps))
    )
    if steps.reason:
        lines.append(chat.text("because", reason=reason_text(chat.language, dict(steps.reason))))
    if news.failed:
        lines.append(chat.text("courier_silent", courier=courier))
    elif steps.number and not news.nodes:
        lines.append(chat.text("no_news"))
    if news.nodes:
        lines.append(chat.text("state", state=chat.text(f"states.{current_state(news.nodes)}")))
        latest = reversed(journey(news.nodes)[-_SHOWN:])
        lines += [chat.text("node", at=_at(node.at), text=_words(chat, node)) for node in latest]
    return "\n".join(lines)


def _marks(steps: Steps) -> list[tuple[str, int | None]]:
    """The steps that are taken with an order; nobody is told the number of a manual one."""
    if is_manual(steps.orders[0]):
        return [("written", steps.confirmed_at), ("printed", steps.printed_at)]
    return [("confirmed", steps.confirmed_at), ("printed", steps.printed_at), ("uploaded", steps.done_at)]


def _words(chat: Chat, node: Node) -> str:
    """The courier's own words name people and phones, which is nothing for a group."""
    return chat.text(f"states.{node.state}") if chat.member.group else node.text


def _buttons(chat: Chat, steps: Steps) -> list[Button]:
    if not steps.number:
        return []
    return [
        chat.button("refresh", "track", tracking=steps.number),
        chat.button("reprint_it", "reprint", tracking=steps.number),
    ]


def _at(moment: int) -> str:
    return f"{shanghai(moment):%m-%d %H:%M}"


async def known_parcels(desk: Desk, merchant: str, orders: list[str], tracking: list[str]) -> list[Steps]:
    """The merchant's parcels with these numbers."""
    return [await _steps(desk, each) for each in await decisions.find(desk.tools, merchant, orders, tracking)]


async def is_waiting(desk: Desk, merchant: str, orders: list[str]) -> bool:
    """Whether these orders are the merchant's, though nothing was made of them yet."""
    for shop in await desk.kept.shops.of(merchant):
        if orders and await desk.kept.orders.find(shop.id, orders):
            return True
    return False


async def latest_news(desk: Desk, key: str) -> News:
    """What is known of a parcel that is watched, asked for anew when it is old; else what its courier says."""
    shipment = await desk.kept.shipments.get(key)
    if shipment is None or shipment.number is None:
        return News()
    if parcel := await desk.kept.parcels.with_number(shipment.merchant, shipment.number):
        nodes, is_fresh = await poll.latest(desk.lookout, parcel)
        return News(tuple(nodes), failed=not is_fresh)
    heard = await sources.ask(desk.lookout, unwatched(shipment))
    return News(heard.nodes) if heard else News(failed=True)


async def _steps(desk: Desk, shipment: Shipment) -> Steps:
    known = await desk.kept.orders.find(shipment.shop, list(shipment.orders))
    first = known.get(shipment.orders[0])
    return Steps(
        key=shipment.key,
        orders=shipment.orders,
        courier=shipment.courier,
        number=shipment.number,
        region=f"{first.receiver.region.province}{first.receiver.region.city}" if first else "",
        confirmed_at=first.confirmed_at if first else None,
        numbered_at=shipment.numbered_at,
        printed_at=shipment.printed_at,
        done_at=shipment.done_at,
        reason=shipment.reason,
    )
