"""Opening ciphertext: only after the label's kind was reported, at most 100 at once, and so many a day."""

from bot.sandbox.clock import midnight
from bot.sandbox.pinduoduo.desk import Desk
from bot.sandbox.pinduoduo.order import Order
from bot.sandbox.pinduoduo.params import Json, Params, refused
from bot.sandbox.pinduoduo.privacy import PHONE, Opened, Unreadable
from bot.sandbox.pinduoduo.shops import Shop

MOST = 100
_WAYBILL_TYPES = (0, 1, 2, 99)
# Assumed numbers: the documents only say that 0 is success.
_UNREPORTED, _UNREADABLE = (30001, "订单未上报面单类型"), (30002, "密文错误")


def report(_: Desk, shop: Shop, params: Params) -> Json:
    """`pdd.open.waybill.type.report`: which kind of label these orders will get."""
    params.whole("waybill_type", *_WAYBILL_TYPES)
    order_sns = params.listed("order_sn_list", MOST)
    return {"result_list": [_reported(order_sn, shop.orders.find(str(order_sn))) for order_sn in order_sns]}


def _reported(order_sn: object, order: Order | None) -> Json:
    if order is not None:
        order.declared = True
    return {"order_sn": order_sn, "success": order is not None}


def decrypt(desk: Desk, shop: Shop, params: Params) -> Json:
    """`pdd.open.decrypt.batch`: each ciphertext succeeds or fails by itself; the daily limit refuses the whole call."""
    rows = params.rows("data_list", MOST, "data_tag", "encrypted_data")
    today = (shop.mall_id, midnight(desk.clock.now()))
    if desk.decrypted[today] + len(rows) > desk.decrypts_a_day:
        raise refused("当日解密次数已达上限")
    desk.decrypted[today] += len(rows)
    return {"data_decrypt_list": [_decrypted(desk, shop, **row) for row in rows]}


def _decrypted(desk: Desk, shop: Shop, data_tag: str, encrypted_data: str) -> Json:
    asked: Json = {"data_tag": data_tag, "encrypted_data": encrypted_data}
    order = shop.orders.find(data_tag)
    if order is None or not order.declared:
        return asked | _failed(*_UNREPORTED)
    try:
        return asked | _disclosed(order, desk.cipher.open(data_tag, encrypted_data))
    except Unreadable:
        return asked | _failed(*_UNREADABLE)


def _failed(code: int, words: str) -> Json:
    return {"data_type": 0, "decrypted_data": "", "error_code": code, "error_msg": words, **_number("")}


def _disclosed(order: Order, opened: Opened) -> Json:
    extension = order.receiver.extension if opened.kind == PHONE else ""
    return {
        "data_type": opened.kind,
        "decrypted_data": opened.text,
        "error_code": 0,
        "error_msg": "",
        **_number(extension),
    }


def _number(extension: str) -> Json:
    return {"virtual_number_type": int(bool(extension)), "virtual_identify_number": extension}
