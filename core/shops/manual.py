"""The book of manual orders as an `OrderSource`: nobody but us knows these orders, so whatever is asked is in the book.

A written order waits until a parcel carries it, and no platform wants to hear of its number.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from core.clock import Clock, Period
from core.errors import NotFound, ServiceRefused
from core.manual import BOOK, ManualOrder, book_of, owner_of
from core.orders import AfterSales, Order, OrderStatus, Receiver, Recipient, Standing
from core.parcels import Node
from core.recipients.mask import mask_address, mask_name, mask_phone
from core.shops.base import OrderPage

_IN_THE_BOOK = "book"  # stands where a platform would give a ciphertext
_WAITING = Standing(OrderStatus.WAITING, AfterSales.NONE)


class Book(Protocol):
    """Where manual orders are kept; doors have no storage of their own."""

    async def of_period(self, merchant: str, period: Period) -> list[ManualOrder]:
        """What was written down in a period, earliest first."""
        ...

    async def find(self, merchant: str, numbers: Sequence[str]) -> dict[str, ManualOrder]:
        """Orders by number; unknown ones are missing."""
        ...


class ManualOrders:
    """Every merchant's book; a "shop" here is a book's name."""

    code = BOOK
    reveals_receivers = True

    def __init__(self, book: Book, clock: Clock) -> None:
        self._book = book
        self._clock = clock

    async def orders_confirmed(self, shop: str, period: Period) -> tuple[Order, ...]:
        """What was written down in the period."""
        return tuple(map(_order, await self._book.of_period(owner_of(shop), period)))

    async def orders_changed(self, shop: str, period: Period) -> OrderPage:
        """What was written down in the period: nothing changes later on."""
        return OrderPage(await self.orders_confirmed(shop, period), period.end)

    async def order(self, shop: str, number: str) -> Order:
        """One order. Raises `NotFound`."""
        found = await self._book.find(owner_of(shop), [number])
        if number not in found:
            raise NotFound(what=number)
        return _order(found[number])

    async def reply_by(self, shop: str, number: str, refund: str = "") -> int | None:  # noqa: ARG002 - the port's shape
        """Nobody waits for an answer."""
        return None

    async def standings(self, shop: str, numbers: Sequence[str]) -> Mapping[str, Standing]:  # noqa: ARG002 - the port's
        """All wait."""
        return dict.fromkeys(numbers, _WAITING)

    async def merge_groups(self, shop: str, numbers: Sequence[str]) -> tuple[tuple[str, ...], ...]:  # noqa: ARG002
        """None: two parcels to one person were asked for as two."""
        return ()

    async def declare_courier_labels(self, shop: str, numbers: Sequence[str]) -> None:
        """Nobody to tell."""

    async def reveal(self, shop: str, orders: Sequence[Order]) -> Mapping[str, Recipient]:
        """The recipients; one that was erased since is missing."""
        found = await self._book.find(owner_of(shop), [order.number for order in orders])
        return {number: order.wanted.recipient for number, order in found.items()}

    async def report_printed(self, shop: str, number: str, courier: str, tracking_number: str) -> None:
        """Nobody to tell."""

    async def ship(self, shop: str, number: str, courier: str, tracking_number: str) -> None:
        """Nobody to tell."""

    async def permit_messages(self, shop: str) -> None:
        """Nobody to hear from."""

    async def trace(self, shop: str, courier: str, tracking_number: str) -> tuple[Node, ...]:  # noqa: ARG002 - the port's
        """Refused: the book knows no journeys."""
        raise ServiceRefused(service=BOOK, raw="", said="")


def _order(written: ManualOrder) -> Order:
    wanted = written.wanted
    return Order(
        shop=book_of(written.merchant),
        number=written.number,
        status=OrderStatus.WAITING,
        receiver=_receiver(wanted.recipient),
        items=wanted.items,
        confirmed_at=written.written_at,
        updated_at=written.written_at,
        remark=wanted.remark,
    )


def _receiver(person: Recipient) -> Receiver:
    return Receiver(
        person.region,
        *(_IN_THE_BOOK,) * 3,
        name_mask=mask_name(person.name),
        phone_mask=mask_phone(person.phone),
        address_mask=mask_address(person.address),
    )
