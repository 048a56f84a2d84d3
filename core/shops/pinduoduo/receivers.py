"""Plain receivers, for labels that are not Pinduoduo's own (SDK; works only for an app with the right to decrypt)."""

from collections.abc import Mapping, Sequence

from core.errors import ServiceRefused
from core.orders import Order, Recipient
from core.shops.pinduoduo.app import SERVICE
from core.shops.pinduoduo.calls import ShopCalls
from core.shops.pinduoduo.checks import batches
from core.shops.pinduoduo.pace import Pace
from core.shops.pinduoduo.reading import Json, number, rows, text

_REPORT_BATCH = 100
_ENTRIES_A_CALL = 100
_FIELDS_AN_ORDER = 3
_COURIERS_OWN_LABEL = 2
_PRIVACY_NUMBER = 1


async def declare(calls: ShopCalls, shop: str, numbers: Sequence[str]) -> None:
    """Declare couriers' own labels. Raises `ServiceRefused` with `numbers`, the orders it was refused for."""
    for batch in batches(numbers, _REPORT_BATCH):
        answer = await calls.read(
            shop, "pdd.open.waybill.type.report", order_sn_list=list(batch), waybill_type=_COURIERS_OWN_LABEL
        )
        _check_all_taken(answer)


async def reveal(calls: ShopCalls, pace: Pace, shop: str, orders: Sequence[Order]) -> Mapping[str, Recipient]:
    """Receivers by order number; an order of which one field stays closed is left out."""
    readable = [order for order in orders if order.receiver.is_readable]
    found: dict[str, Recipient] = {}
    for batch in batches(readable, _ENTRIES_A_CALL // _FIELDS_AN_ORDER):
        await pace.turn()
        entries = [entry for order in batch for entry in _entries(order)]
        answer = await calls.read(shop, "pdd.open.decrypt.batch", data_list=entries)
        found |= _recipients(batch, _plain_texts(answer))
    return found


def _check_all_taken(answer: Json) -> None:
    refused = [text(row, "order_sn") for row in rows(answer, "result_list") if not number(row, "success")]
    if refused:
        raise ServiceRefused(service=SERVICE, raw="", said="", numbers=refused)


def _entries(order: Order) -> list[dict[str, str]]:
    receiver = order.receiver
    return [
        {"data_tag": order.number, "encrypted_data": closed}
        for closed in (receiver.name, receiver.phone, receiver.address)
    ]


def _plain_texts(answer: Json) -> Mapping[tuple[str, str], str]:
    return {
        (text(row, "data_tag"), text(row, "encrypted_data")): _plain(row)
        for row in rows(answer, "data_decrypt_list")
        if number(row, "error_code") == 0
    }


def _plain(row: Json) -> str:
    opened = text(row, "decrypted_data")
    if number(row, "virtual_number_type") != _PRIVACY_NUMBER:
        return opened
    return f"{opened}-{text(row, 'virtual_identify_number')}"


def _recipients(orders: Sequence[Order], plain: Mapping[tuple[str, str], str]) -> Mapping[str, Recipient]:
    found: dict[str, Recipient] = {}
    for order in orders:
        receiver = order.receiver
        name, phone, address = (
            plain.get((order.number, closed), "") for closed in (receiver.name, receiver.phone, receiver.address)
        )
        if name and phone and address:
            found[order.number] = Recipient(name, phone, receiver.region, address)
    return found
