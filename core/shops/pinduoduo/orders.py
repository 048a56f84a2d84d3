"""Pinduoduo's order object in our words (official field tables). Pure: JSON in, `Order` out."""

from collections.abc import Mapping

from core.orders import Item, Order, OrderStatus, Receiver, Region
from core.shops.pinduoduo.aftersales import after_sales
from core.shops.pinduoduo.reading import Json, fen, moment, number, rows, section, text

_STATUSES: Mapping[int, OrderStatus] = {1: OrderStatus.WAITING, 2: OrderStatus.SHIPPED, 3: OrderStatus.SIGNED}
_YES = 1
_BOTH_PARTS_PAID = 2
_STOCK_OUT_PENDING = 0
_GIFT_PENDING = 0
_GIFT_IN_THIS_PARCEL = 2  # no order of its own was made for it
_DELIVERED_WITHIN_THE_HOUR = 2
_UNWANTED_COURIER = 1
_CODES_MISSING = frozenset({0, 1, 2})
_CODES_COMPLETE = 3

_NO_COURIER_TAGS = frozenset({"self_contained", "same_city_distribution", "local_depot", "bought_from_vegetable"})
_SF_TAGS = frozenset({"free_sf", "has_sf_express_service", "has_ship_additional", "ship_additional_order"})
_CONSOLIDATED_TAGS = frozenset({"conso_order", "direct_mail_activity"})
_CODE_TAGS = frozenset(
    {
        "quality_check_order",
        "professional_appraisal",
        "oversea_tracing",
        "support_upload_identification",
        "trade_in_national_subsidy",
    }
)


def status_of(code: int) -> OrderStatus:
    """`order_status` of any answer; 0 is what the platform calls abnormal."""
    return _STATUSES.get(code, OrderStatus.UNKNOWN)


def order_from(shop: str, raw: Json) -> Order:
    """One entry of an order list, or `order_info` of the detail. A missing field takes the harmless value."""
    tags = _tags(raw)
    return Order(
        shop=shop,
        number=text(raw, "order_sn"),
        status=status_of(number(raw, "order_status")),
        receiver=_receiver(raw),
        items=_items(raw),
        confirmed_at=moment(raw, "confirm_time") or moment(raw, "pay_time") or moment(raw, "created_time") or 0,
        updated_at=moment(raw, "updated_at") or 0,
        ship_by=moment(raw, "last_ship_time"),
        after_sales=after_sales(number(raw, "refund_status"), number(raw, "after_sales_status")),
        is_confirmed=number(raw, "confirm_status", _YES) == _YES,
        is_grouped=number(raw, "group_status", _YES) == _YES,
        is_under_review=_flag(raw, "risk_control_status"),
        is_on_hold="ship_hold" in tags,
        is_deposit_open=_is_deposit_open(raw),
        is_out_of_stock=number(raw, "stock_out_handle_status", -1) == _STOCK_OUT_PENDING,
        needs_no_courier=_needs_no_courier(raw, tags),
        needs_sf=_flag(raw, "free_sf") or bool(tags & _SF_TAGS),
        is_consolidated=bool(tags & _CONSOLIDATED_TAGS or section(raw, "consolidate_info")),
        presale_until=moment(raw, "pre_sale_time") if _flag(raw, "is_pre_sale") else None,
        gift_pending=number(raw, "gift_order_status", -1) == _GIFT_PENDING,
        urged_at=moment(raw, "urge_shipping_time"),
        inspection_open=_inspection_open(raw, tags),
        merge_id=text(raw, "open_address_id") or text(raw, "open_address_id_2"),
        unwanted_couriers=_unwanted_couriers(raw),
        buyer_memo=text(raw, "buyer_memo"),
        remark=text(raw, "remark"),
        paid=fen(raw, "pay_amount"),
        tracking_number=text(raw, "tracking_number"),
    )


def _flag(raw: Json, key: str) -> bool:
    return number(raw, key) == _YES


def _tags(raw: Json) -> frozenset[str]:
    return frozenset(text(tag, "name") for tag in rows(raw, "order_tag_list") if _flag(tag, "value"))


def _receiver(raw: Json) -> Receiver:
    return Receiver(
        region=Region(text(raw, "province"), text(raw, "city"), text(raw, "town")),
        name=text(raw, "receiver_name"),
        phone=text(raw, "receiver_phone"),
        address=text(raw, "receiver_address"),
        name_mask=text(raw, "receiver_name_mask"),
        phone_mask=text(raw, "receiver_phone_mask"),
        address_mask=text(raw, "receiver_address_mask"),
    )


def _items(raw: Json) -> tuple[Item, ...]:
    gifts = rows(raw, "gift_list") if number(raw, "gift_order_status") == _GIFT_IN_THIS_PARCEL else []
    return tuple(_item(line) for line in rows(raw, "item_list") + gifts)


def _item(line: Json) -> Item:
    return Item(
        name=text(line, "goods_name"),
        spec=text(line, "goods_spec"),
        count=number(line, "goods_count", 1),
        price=fen(line, "goods_price"),
        sku_code=text(line, "outer_id"),
    )


def _is_deposit_open(raw: Json) -> bool:
    paid = number(section(raw, "step_order_info"), "step_trade_status")
    return _flag(raw, "trade_type") and paid != _BOTH_PARTS_PAID


def _needs_no_courier(raw: Json, tags: frozenset[str]) -> bool:
    by_hand = _flag(raw, "self_contained") or number(raw, "shipping_type") == _DELIVERED_WITHIN_THE_HOUR
    return by_hand or bool(tags & _NO_COURIER_TAGS)


def _inspection_open(raw: Json, tags: frozenset[str]) -> bool:
    identification = number(raw, "identification_status", -1)
    return identification in _CODES_MISSING or (bool(tags & _CODE_TAGS) and identification != _CODES_COMPLETE)


def _unwanted_couriers(raw: Json) -> tuple[str, ...]:
    memos = rows(raw, "express_memos")
    return tuple(text(memo, "tag") for memo in memos if number(memo, "scene") == _UNWANTED_COURIER)
