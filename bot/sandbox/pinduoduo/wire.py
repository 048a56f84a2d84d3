"""An order in the platform's own JSON (official order page): texts for times, doubles of yuan, masks always."""

from bot.sandbox.clock import wall
from bot.sandbox.pinduoduo.order import DEPOSIT_TRADE, Item, Order
from bot.sandbox.pinduoduo.params import Json
from bot.sandbox.pinduoduo.privacy import (
    DETAIL,
    FULL_ADDRESS,
    NAME,
    PHONE,
    Cipher,
    mask_address,
    mask_name,
    mask_phone,
)

_FEN = 100
_PLATFORM_DISCOUNT = 500  # 分, off every order


def order_json(order: Order, cipher: Cipher, *, detailed: bool = False) -> Json:
    """The order object. In the detailed form (`order.information.get`) goods and SKU ids are numbers, else texts."""
    return {
        **_state(order),
        **_times(order),
        **_receiver(order, cipher),
        **_money(order),
        **_notes(order),
        **_conditions(order),
        "item_list": [_item(item, detailed=detailed) for item in order.items],
        "gift_list": [_item(item, detailed=detailed) | {"order_sn": order.order_sn} for item in order.gifts],
        "logistics_id": order.logistics_id,
        "tracking_number": order.tracking_number,
    }


def _state(order: Order) -> Json:
    return {
        "order_sn": order.order_sn,
        "order_status": order.order_status,
        "refund_status": order.refund_status,
        "after_sales_status": order.after_sales_status,
        "confirm_status": order.confirm_status,
        "group_status": order.group_status,
        "risk_control_status": order.risk_control_status,
        "trade_type": order.trade_type,
        "is_pre_sale": order.is_pre_sale,
        "is_stock_out": order.is_stock_out,
        "stock_out_handle_status": order.stock_out_handle_status,
        "is_lucky_flag": 1,
        "mkt_biz_type": 0,
    }


def _times(order: Order) -> Json:
    confirmed = order.confirmed_at
    return {
        "created_time": wall(confirmed - 121_000),
        "pay_time": wall(confirmed - 113_000),
        "confirm_time": wall(confirmed),
        "last_ship_time": wall(confirmed + order.ship_within),
        "shipping_time": wall(order.shipped_at),
        "receive_time": wall(order.received_at),
        "updated_at": wall(order.updated_at),
        "urge_shipping_time": wall(order.urged_at),
        "pre_sale_time": wall(order.pre_sale_at),
        "promise_delivery_time": "",
    }


def _receiver(order: Order, cipher: Cipher) -> Json:
    who, where = order.receiver, order.receiver.place
    return {
        **_sealed(order, cipher),
        "contact_mobile": "",
        "receiver_name_mask": mask_name(who.name),
        "receiver_phone_mask": mask_phone(who.phone),
        "receiver_address_mask": mask_address(who.detail),
        "address_mask": f"{where.province}{where.city}{where.town}{mask_address(who.detail)}",
        "country": "中国",
        "country_id": 1,
        "province": where.province,
        "province_id": where.province_id,
        "city": where.city,
        "city_id": where.city_id,
        "town": where.town,
        "town_id": where.town_id,
    }


def _sealed(order: Order, cipher: Cipher) -> dict[str, str]:
    names = ("receiver_name", "receiver_phone", "receiver_address", "address", "open_address_id", "open_address_id_2")
    if not order.in_clear:
        return dict.fromkeys(names, "")
    who, address_id = order.receiver, cipher.address_id(order.receiver)
    kinds = ((NAME, who.name), (PHONE, who.phone), (DETAIL, who.detail), (FULL_ADDRESS, who.address))
    sealed = (cipher.seal(order.order_sn, kind, text) for kind, text in kinds)
    return dict(zip(names, (*sealed, address_id, f"{address_id}_2"), strict=True))


def _money(order: Order) -> Json:
    goods = sum(item.price * item.count for item in order.items)
    return {
        "goods_amount": goods / _FEN,
        "discount_amount": _PLATFORM_DISCOUNT / _FEN,
        "platform_discount": _PLATFORM_DISCOUNT / _FEN,
        "seller_discount": 0.0,
        "postage": 0.0,
        "pay_amount": (goods - _PLATFORM_DISCOUNT) / _FEN,
        "pay_type": "WEIXIN",
        "pay_no": "",
        "inner_transaction_id": "",
    }


def _notes(order: Order) -> Json:
    return {
        "remark": order.remark,
        "remark_tag": 0,
        "remark_tag_name": "",
        "buyer_memo": order.buyer_memo,
        "express_memos": [{"scene": 1, "tag": courier} for courier in order.express_refused],
    }


def _conditions(order: Order) -> Json:
    """Everything that changes how an order may travel; what does not apply is absent, as the platform leaves it out."""
    always: Json = {
        "free_sf": order.free_sf,
        "delivery_one_day": order.delivery_one_day,
        "self_contained": order.self_contained,
        "order_tag_list": [{"name": name, "value": value} for name, value in order.tags.items()],
    }
    sometimes = {
        "step_order_info": {"step_trade_status": order.step_trade_status}
        if order.trade_type == DEPOSIT_TRADE
        else None,
        "shipping_type": order.shipping_type or None,
        "gift_order_status": order.gift_order_status if order.gifts else None,
        "consolidate_info": _consolidation(order.consolidate_type),
    }
    return always | {name: value for name, value in sometimes.items() if value is not None}


def _consolidation(kind: int | None) -> Json | None:
    return None if kind is None else {"consolidate_type": kind}


def _item(item: Item, *, detailed: bool) -> Json:
    return {
        "goods_id": item.goods_id if detailed else str(item.goods_id),
        "sku_id": item.sku_id if detailed else str(item.sku_id),
        "goods_name": item.name,
        "goods_spec": item.spec,
        "goods_count": item.count,
        "goods_price": item.price / _FEN,
        "goods_img": f"https://img.pddpic.com/goods/{item.goods_id}.jpeg",
        "outer_id": item.outer_id,
        "outer_goods_id": f"G-{item.goods_id}",
    }
