"""合单: which orders share a parcel.

Same shop and same merge id (open_address_id) may share one; different ids never do. Orders that travel through a
transit warehouse (集运) follow other rules, so the platform itself is asked about those (official order FAQ).
"""

from collections.abc import Iterable, Sequence

from core.orders import Order

_MOST = 100  # orders in one parcel, as the platform's waybill interface limits it


def parcels(orders: Sequence[Order], allowed: Iterable[Sequence[str]] = ()) -> list[tuple[Order, ...]]:
    """The orders as parcels, in the order of their first member.

    `allowed`: groups of consolidated order numbers that the platform lets share a parcel.
    """
    group_of = {number: f"platform:{group[0]}" for group in allowed for number in group}
    groups: dict[tuple[str, str], list[Order]] = {}
    for order in orders:
        groups.setdefault((order.shop, _group(order, group_of)), []).append(order)
    return [tuple(group[start : start + _MOST]) for group in groups.values() for start in range(0, len(group), _MOST)]


def _group(order: Order, group_of: dict[str, str]) -> str:
    alone = f"order:{order.number}"
    if order.is_consolidated:
        return group_of.get(order.number, alone)
    return f"address:{order.merge_id}" if order.merge_id else alone
