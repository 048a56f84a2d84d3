"""补录单号, 手动录入: a number from elsewhere, its courier seen from its form and confirmed, uploaded and watched."""

import re
from dataclasses import dataclass

from core.couriers.directory import KNOWN
from core.errors import AlreadyShipped, NotFound, OutcomeUnknown, RateLimited, ServiceRefused, ServiceUnavailable
from core.fulfilment import batch as batches
from core.fulfilment import decisions, gate
from core.orders import OrderStatus
from core.recipients.mask import mask_number
from core.storage.address import Address
from core.storage.audit import Change
from core.storage.database import Statement
from core.tracking.watching import entered
from core.tracking_numbers import courier_of
from handlers.conversation import Chat, Option, Unclear
from handlers.desk import Desk
from handlers.parcels.steps import is_followed
from handlers.reasons import reason_text
from handlers.shown import courier_name, moment, short_number, short_order
from handlers.understanding import is_nothing, numbers_in

_NUMBER = re.compile(r"[0-9A-Z][0-9A-Z-]{7,29}")
_SHAPE = re.compile(r"[\s\u3000]+")


@dataclass(frozen=True, slots=True)
class Target:
    """The order that the number is for, as it stands. `carries`: the number that it has; `hold`: a gate's word."""

    order: str
    shop: str
    platform: str
    label: str  # …0001 张*，浙江杭州
    is_waiting: bool
    carries: str = ""
    is_ours: bool = False  # `carries` was given here
    hold: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """Where a number is used already."""

    orders: tuple[str, ...]
    courier: str
    at: int


async def enter_number(chat: Chat) -> None:
    """Which order, which number, which courier; uploaded, watched."""
    order = await _order(chat)
    target = await chat.do("target", target_of, chat.member.merchant, order) if order else None
    if target and await _is_settled(chat, target):
        return
    number = await _number(chat, target)
    courier = await _courier(chat, number, target)
    if target is None or not target.is_waiting:
        await chat.settle("watch", watch, chat.member.merchant, target, number, courier)
        await _tell_watched(chat, number, courier)
        return
    if await _uploaded(chat, target, number, courier):
        see = chat.button("see", "track", tracking=number)
        await chat.say("uploaded", see, number=short_number(number), order=target.label)


async def upload_again(chat: Chat) -> None:
    """[重新上传]: the number is there, the shop did not take it."""
    tracking = list(chat.slots.get("tracking", ())) or [await chat.ask("which_number", _one_number)]
    key, batch = await chat.look("stuck", stuck_upload, chat.member.merchant, tracking[0])
    if not key:
        await chat.say("nothing_to_upload", number=short_number(tracking[0]))
        return
    await chat.settle("again", again, key, batch, chat.member.merchant, chat.member.to)
    await chat.say("uploading", chat.button("see", "track", tracking=tracking[0]), number=short_number(tracking[0]))


async def _order(chat: Chat) -> str:
    """The order's number; "" when the parcel belongs to none."""
    if orders := list(chat.slots.get("orders", ())):
        return str(orders[0])
    return await chat.ask("order", _read_order)


async def _tell_watched(chat: Chat, number: str, courier: str) -> None:
    """Nothing is promised about a parcel of which nobody will tell."""
    see = chat.button("see", "track", tracking=number)
    if await chat.look("followed", is_followed, chat.member.merchant, number):
        await chat.say("watched", see, number=short_number(number))
        return
    why = chat.text("track.unfollowed", courier=courier_name(chat.language, courier))
    await chat.say("written_down", see, number=short_number(number), why=why)


def _read_order(typed: str) -> str:
    if is_nothing(typed):
        return ""
    orders, _ = numbers_in(typed)
    if len(orders) != 1:
        raise Unclear("order_unclear")
    return orders[0]


async def _is_settled(chat: Chat, target: Target) -> bool:
    """Whether there is nothing to enter: it has a number of ours, or must not ship."""
    if target.carries and target.is_ours:
        told = chat.text("has_number", order=target.label, number=short_number(target.carries))
        await chat.say("told", chat.button("see", "track", tracking=target.carries), text=told)
        return True
    if target.hold:
        reason = reason_text(chat.language, {"hold": target.hold})
        await chat.say("must_wait", order=target.label, reason=reason)
        return True
    return False


async def _number(chat: Chat, target: Target | None) -> str:
    """A number that is used nowhere else."""
    said = list(chat.slots.get("tracking", ()))
    if target and target.carries:
        return target.carries  # shipped in the shop's own console: it is only watched
    while True:
        number = str(said.pop()) if said else await chat.ask("number", _one_number)
        use = await chat.look("use", use_of, chat.member.merchant, number)
        if use is None:
            return number
        orders = "、".join(short_order(order) for order in use.orders) or chat.text("no_order")
        await chat.say(
            "used",
            number=short_number(number),
            orders=orders,
            courier=courier_name(chat.language, use.courier),
            at=moment(use.at),
        )


def _one_number(typed: str) -> str:
    number = _SHAPE.sub("", typed).upper()
    if not _NUMBER.fullmatch(number) or numbers_in(typed)[0]:
        raise Unclear("number_unclear")
    return number


async def _courier(chat: Chat, number: str, target: Target | None) -> str:
    """The courier, as its form shows and the merchant confirms; her word counts from then on."""
    if said := chat.slots.get("courier"):
        return str(said)
    if likely := courier_of(number):
        name = courier_name(chat.language, likely.courier)
        options = [Option(likely.courier, name, is_yes=True), chat.option("other_courier"), chat.cancel_option()]
        told = {"number": number, "courier": name}
        key = "confirm" if target and target.is_waiting else "confirm_watch"
        chosen = await chat.choose(key, options, order=target.label if target else "", **told)
        if chosen != "other_courier":
            return chosen
    options = [Option(known.code, known.name.in_language(chat.language), known.aliases) for known in KNOWN.values()]
    return await chat.choose("which_courier", [*options, chat.cancel_option()], number=number)


async def _uploaded(chat: Chat, target: Target, number: str, courier: str) -> bool:
    """Give it to the shop; asked again only when she says so, and never twice for one order."""
    while True:
        try:
            await chat.settle("upload", upload, chat.member.merchant, target, number, courier)
        except AlreadyShipped as shipped:
            await chat.say("shipped_already", order=target.label, number=str(shipped.details.get("number", "")))
            return False
        except (ServiceUnavailable, RateLimited, OutcomeUnknown):
            again = [chat.option("try_again", is_yes=True), chat.cancel_option()]
            await chat.choose("unreachable", again, order=target.label)
        except ServiceRefused as refusal:
            await chat.say("refused", order=target.label, said=refusal.details.get("said", ""))
            return False
        else:
            return True


async def target_of(desk: Desk, merchant: str, order_number: str) -> Target:
    """The order as the shop tells it now. Raises `NotFound`."""
    for shop in await desk.kept.shops.of(merchant):
        try:
            order = await desk.platforms[shop.platform].order(shop.id, order_number)
        except NotFound:
            continue
        await desk.kept.database.apply(*desk.kept.orders.keep([order]))
        mine = [each for each in await desk.kept.shipments.of_order(merchant, order_number) if each.number]
        parcels = await desk.kept.parcels.of_order(merchant, order_number)
        carries = [each.number for each in mine] + [each.number for each in parcels]
        is_waiting = order.status is OrderStatus.WAITING
        hold = gate.hold_reason(order, desk.clock.now()) if is_waiting else None
        return Target(
            order=order.number,
            shop=shop.id,
            platform=shop.platform,
            label=" ".join(part for part in (short_order(order.number), order.receiver.name_mask) if part),
            is_waiting=is_waiting,
            carries=(carries[0] if carries else "") or ("" if is_waiting else order.tracking_number) or "",
            is_ours=bool(carries),
            hold=hold or "",
        )
    raise NotFound(what=order_number)


async def use_of(desk: Desk, merchant: str, number: str) -> Use | None:
    """Where the merchant uses this number already."""
    if shipment := await desk.kept.shipments.with_number(merchant, number):
        return Use(shipment.orders, shipment.courier, shipment.numbered_at or shipment.updated_at)
    if parcel := await desk.kept.parcels.with_number(merchant, number):
        return Use(parcel.orders, parcel.courier, parcel.shipped_at)
    return None


async def upload(desk: Desk, merchant: str, target: Target, number: str, courier: str) -> None:
    """Upload it and watch it, in one commit; done before, it is done again without harm."""
    _, platform = await desk.tools.shop(target.shop)
    code = KNOWN[courier].shop_codes[target.platform]
    await platform.ship(target.shop, target.order, code, number)
    await desk.kept.change(
        Change(mask_number(number), after=target.order),
        desk.kept.orders.left(target.shop, target.order, OrderStatus.SHIPPED),
        *await _begun(desk, merchant, target, number, courier),
    )


async def watch(desk: Desk, merchant: str, target: Target | None, number: str, courier: str) -> None:
    """Watch a number that is uploaded already, or belongs to no order."""
    begun = await _begun(desk, merchant, target, number, courier)
    await desk.kept.change(Change(mask_number(number), after=target.order if target else ""), *begun)


async def _begun(desk: Desk, merchant: str, target: Target | None, number: str, courier: str) -> list[Statement]:
    shop, orders = (target.shop, [target.order]) if target else ("", [])
    return await entered(
        desk.kept, desk.clock, merchant, number, shop=shop, orders=orders, courier=courier, is_pinned=True
    )


async def stuck_upload(desk: Desk, merchant: str, number: str) -> tuple[str, str]:
    """The shipment whose upload failed or was held, and its batch; empty words where there is none."""
    shipment = await desk.kept.shipments.with_number(merchant, number)
    is_stuck = shipment is not None and shipment.printed_at is not None and shipment.state in {"held", "failed"}
    return (shipment.key, shipment.batch) if shipment and is_stuck else ("", "")


async def again(desk: Desk, key: str, batch: str, merchant: str, to: Address) -> bool:
    """Offer the number once more."""
    await decisions.upload_again(desk.tools, key)
    return await batches.resume(desk.tools, batch, merchant, to)
