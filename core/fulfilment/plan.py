"""From a wish ("today's orders, with ZTO") to a plan the merchant can agree to: what prints, what is held and why."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from pydantic import TypeAdapter

from core.clock import Period
from core.couriers.base import Courier
from core.errors import NothingToPrint, ReceiversSealed
from core.fulfilment import gate, sync
from core.fulfilment.gate import Hold, Note
from core.fulfilment.merging import parcels
from core.fulfilment.narrowing import Narrowing
from core.fulfilment.steps import hold_reason
from core.fulfilment.tools import Tools
from core.orders import Order
from core.shipments import Shipment, ShipmentState, shipment_key
from core.storage.address import Address
from core.storage.batches import Batch, BatchState
from core.storage.shops import BoundShop


@dataclass(frozen=True, slots=True)
class Wish:
    """What the merchant asked for. `account` is the courier account's id.

    `count` takes the earliest orders, or the latest with `takes_latest`.
    `book`: the merchant's book of manual orders instead of her shops.
    """

    merchant: str
    period: Period
    account: str
    language: str
    template: str = "100x150"
    count: int | None = None
    takes_latest: bool = False
    only: Narrowing = field(default_factory=Narrowing)
    book: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """Orders that share a box. `continues`: a shipment that has a number already and is gone on with."""

    shop: str
    orders: tuple[str, ...]
    continues: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """An order that must not ship now."""

    shop: str
    order: str
    reason: Hold


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be printed. Kept with the batch; `balance` is None where the courier bills monthly."""

    wish: Wish
    courier: str
    parcels: tuple[Parcel, ...]
    held: tuple[Held, ...]
    carried: int  # orders that an earlier batch carries already
    balance: int | None
    notes: dict[Note, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Summary:
    """A plan in figures."""

    batch: str
    courier: str
    account: str
    template: str
    orders: int
    parcels: int
    printable: int  # orders in those parcels
    merged: int  # orders that share a parcel with an earlier one
    held: dict[Hold, int]
    carried: int
    balance: int | None
    notes: dict[Note, int]


Reason = TypeVar("Reason", bound=StrEnum)
PLAN: TypeAdapter[Plan] = TypeAdapter(Plan)


async def draft(tools: Tools, to: Address, batch: str, wish: Wish) -> Summary:
    """Read the shops, sort the orders, keep the plan as a draft batch. Raises `NothingToPrint`, `ReceiversSealed`.

    `batch` is the draft's id, new for every draft.
    """
    account, courier = await tools.account(wish.account)
    waiting = await _waiting(tools, wish)
    going, kept_back = await _stranded(tools, wish, courier)
    taken = {number for parcel in going for number in parcel.orders} | {held.order for held in kept_back}
    free, carried = await _free(tools, waiting, taken)
    held, ready = _sorted(free, courier, tools.clock.now())
    held += kept_back
    chosen = ready if wish.count is None else ready[-wish.count :] if wish.takes_latest else ready[: wish.count]
    made = [*going, *await _merged(tools, chosen)]
    if not made and not held:
        raise NothingToPrint(carried=carried)
    noted = _counted(note for order in chosen for note in gate.notes(order))
    balance = await courier.balance(account.credentials)
    plan = Plan(wish, courier.code, tuple(made), tuple(held), carried, balance, noted)
    await tools.kept.database.apply(tools.kept.batches.draft(_batch(to, batch, plan, tools.clock.now())))
    return summary(batch, plan, account.account)


def summary(batch: str, plan: Plan, account: str) -> Summary:
    """The plan in figures."""
    printable = sum(len(parcel.orders) for parcel in plan.parcels)
    return Summary(
        batch=batch,
        courier=plan.courier,
        account=account,
        template=plan.wish.template,
        orders=printable + len(plan.held),
        parcels=len(plan.parcels),
        printable=printable,
        merged=printable - len(plan.parcels),
        held=_counted(held.reason for held in plan.held),
        carried=plan.carried,
        balance=plan.balance,
        notes=plan.notes,
    )


def _counted(reasons: Iterable[Reason]) -> dict[Reason, int]:
    """The most frequent first, equals in alphabetical order."""
    return dict(sorted(Counter(reasons).items(), key=lambda item: (-item[1], item[0])))


def read_plan(batch: Batch) -> Plan:
    """The plan that a batch was made from."""
    return PLAN.validate_json(batch.ticket)


def _batch(to: Address, batch: str, plan: Plan, now: int) -> Batch:
    ticket = PLAN.dump_json(plan).decode()
    return Batch(
        batch, plan.wish.merchant, to.channel, to.peer, BatchState.DRAFT, ticket, len(plan.parcels), created_at=now
    )


async def _waiting(tools: Tools, wish: Wish) -> list[Order]:
    """The orders the wish is about, in all shops of the merchant or in her book, earliest first."""
    found: list[Order] = []
    shops = [(await tools.shop(wish.book))[0]] if wish.book else await tools.kept.shops.of(wish.merchant)
    for shop in shops:
        if not wish.only.takes_shop(shop.name):
            continue
        if not tools.platforms[shop.platform].reveals_receivers:
            raise ReceiversSealed(service=shop.platform)
        await sync.backfill(tools, shop, wish.period)
        found += await _of_shop(tools, shop, wish)
    return sorted(found, key=lambda order: (order.confirmed_at, order.number))


async def _of_shop(tools: Tools, shop: BoundShop, wish: Wish) -> list[Order]:
    orders = await tools.kept.orders.waiting(shop.id, wish.period)
    known = {order.number: order for order in orders}
    standings = await tools.platforms[shop.platform].standings(shop.id, list(known))
    return [
        gate.with_standing(order, standings.get(number)) for number, order in known.items() if wish.only.takes(order)
    ]


async def _stranded(tools: Tools, wish: Wish, courier: Courier) -> tuple[list[Parcel], list[Held]]:
    """Shipments of the wish that were held after they got a number: those that may go on now, and the others."""
    going: list[Parcel] = []
    held: list[Held] = []
    names = {shop.id: shop.name for shop in await tools.kept.shops.of(wish.merchant)}
    for shipment in await tools.kept.shipments.stranded(wish.merchant):
        if not wish.only.takes_shop(names.get(shipment.shop, "")):
            continue
        orders = await sync.fresh(tools, shipment.shop, list(shipment.orders))
        if (shipment.courier, shipment.account) != (courier.code, wish.account) or not _is_meant(wish, orders):
            continue
        if reason := hold_reason(tools, shipment, orders, courier):
            held += [Held(shipment.shop, number, reason) for number in shipment.orders]
        else:
            going.append(Parcel(shipment.shop, shipment.orders, shipment.key))
    return going, held


def _is_meant(wish: Wish, orders: Mapping[str, Order]) -> bool:
    """Whether the wish is about any of these orders."""
    return any(
        wish.period.start <= order.confirmed_at < wish.period.end and wish.only.takes(order)
        for order in orders.values()
    )


async def _free(tools: Tools, orders: Sequence[Order], taken: set[str]) -> tuple[list[Order], int]:
    """The orders that no shipment carries yet, and how many are carried."""
    claimed: set[str] = set()
    for shop in {order.shop for order in orders}:
        claimed |= await tools.kept.shipments.claimed(shop, [order.number for order in orders if order.shop == shop])
    free = [order for order in orders if order.number not in claimed]
    return free, len(claimed - taken)


def _sorted(orders: Sequence[Order], courier: Courier, now: int) -> tuple[list[Held], list[Order]]:
    held: list[Held] = []
    ready: list[Order] = []
    for order in orders:
        reason = gate.hold_reason(order, now) or gate.courier_reason(order, courier)
        if reason:
            held.append(Held(order.shop, order.number, reason))
        else:
            ready.append(order)
    return held, ready


async def _merged(tools: Tools, orders: Sequence[Order]) -> list[Parcel]:
    groups: list[Sequence[str]] = []
    for shop_id in {order.shop for order in orders}:
        consolidated = [order.number for order in orders if order.shop == shop_id and order.is_consolidated]
        if len(consolidated) > 1:
            _, platform = await tools.shop(shop_id)
            groups += await platform.merge_groups(shop_id, consolidated)
    return [Parcel(group[0].shop, tuple(sorted(order.number for order in group))) for group in parcels(orders, groups)]


def new_shipments(
    batch: Batch, plan: Plan, attempts: Mapping[tuple[str, tuple[str, ...]], int], now: int
) -> list[Shipment]:
    """The plan's parcels as shipments, those that continue an older one left out."""
    made: list[Shipment] = []
    for position, parcel in enumerate(plan.parcels, 1):
        if parcel.continues:
            continue
        attempt = attempts.get((parcel.shop, parcel.orders), 0) + 1
        made.append(
            Shipment(
                key=shipment_key(parcel.shop, parcel.orders, 1, attempt),
                batch=batch.id,
                merchant=batch.merchant,
                shop=parcel.shop,
                position=position,
                orders=parcel.orders,
                package=1,
                attempt=attempt,
                courier=plan.courier,
                account=plan.wish.account,
                state=ShipmentState.NEW,
                updated_at=now,
            )
        )
    return made


def without(plan: Plan, numbers: set[str]) -> Plan:
    """The plan without the parcels that hold any of these orders."""
    kept = tuple(parcel for parcel in plan.parcels if parcel.continues or not numbers & set(parcel.orders))
    return replace(plan, parcels=kept)
