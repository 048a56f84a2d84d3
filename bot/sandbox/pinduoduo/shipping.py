"""Shipping: the couriers the platform knows, the upload of numbers, the printed report, return addresses and traces."""

from bot.sandbox.clock import wall
from bot.sandbox.ledger import Queried, Reported, Uploaded
from bot.sandbox.parcels import Event, Journey, Scan
from bot.sandbox.pinduoduo.companies import BY_CODE, COMPANIES, Company
from bot.sandbox.pinduoduo.desk import Desk, own
from bot.sandbox.pinduoduo.order import SHIPPED, WAITING, Order
from bot.sandbox.pinduoduo.params import Json, Params, refused
from bot.sandbox.pinduoduo.shops import Shop, settle

_FIRST, _AGAIN = 1, 2
_PRINTED = 1
ORIGIN = "杭州市"
# Native `action` and words for every scan (older official comments, SDK).
_ACTIONS = {
    Scan.PICKED: ("GOT", "已揽收"),
    Scan.DEPARTED: ("DEPARTURE", "已发出"),
    Scan.ARRIVED: ("ARRIVAL", "已到达"),
    Scan.DELIVERING: ("SEND", "派送中"),
    Scan.SIGNED: ("SIGN", "已签收"),
    Scan.LOCKER: ("IN_CABINET", "已放入快递柜"),
    Scan.TAKEN: ("OUT_CABINET", "已从快递柜取走"),
    Scan.FAILED: ("FAIL", "派送不成功，联系不上收件人"),
    Scan.HELD: ("STAY_IN_WAREHOUSE", "留仓"),
    Scan.REFUSED: ("REJECTION", "收件人拒收"),
    Scan.RETURNING: ("RETURN", "退回中"),
    Scan.RETURNED: ("SIGN", "退件已签收"),
    Scan.NOTE: ("OTHER", "客服备注"),
}


def companies(*_: object) -> Json:
    """`pdd.logistics.companies.get`; needs no token."""
    return {"logistics_companies": [company.to_json() for company in COMPANIES.values()]}


def send(desk: Desk, shop: Shop, params: Params) -> Json:
    """`pdd.logistics.online.send`: first shipment of a waiting order, or (type 2) a new number for a shipped one."""
    order, number = own(shop, params.text("order_sn")), params.text("tracking_number")
    company = _usable(params.whole("logistics_id"))
    again = params.maybe_whole("redelivery_type", _FIRST, _FIRST, _AGAIN) == _AGAIN
    settle((order,), desk.scene.parcels)
    _check_state(order, again=again)
    _check_number(desk, shop, order, company, number)
    ship(desk, shop, order, company, number)
    desk.scene.ledger.uploads.append(Uploaded(order.order_sn, number, desk.clock.now()))
    return {"is_success": True}


def _usable(logistics_id: int) -> Company:
    company = COMPANIES.get(logistics_id)
    if company is None or not company.available:
        raise refused("物流公司不存在或已停用")
    return company


def _check_state(order: Order, *, again: bool) -> None:
    """The numbers of these refusals are not documented; their words are assumed."""
    reasons = (
        (again and order.order_status != SHIPPED, "订单未发货，不能修改物流信息"),
        (not again and order.order_status != WAITING, "订单已发货，请勿重复发货"),
        (order.refunding, "订单正在退款或已退款，不能发货"),
        (order.risk_control_status, "订单审核中，不能发货"),
        (order.tags.get("ship_hold"), "订单已暂停发货"),
        (order.group_status != 1 or order.confirm_status != 1, "订单未成交，不能发货"),
    )
    for applies, words in reasons:
        if applies:
            raise refused(words)


def _check_number(desk: Desk, shop: Shop, order: Order, company: Company, number: str) -> None:
    if not company.issues(number):
        raise refused("运单号格式不正确，请检查快递公司与运单号是否匹配")
    door = desk.cipher.address_id(order.receiver)
    for other in shop.orders.carried_by(number):
        if desk.cipher.address_id(other.receiver) != door:
            raise refused("运单号已被其他订单使用")


def ship(desk: Desk, shop: Shop, order: Order, company: Company, number: str) -> None:
    """The order is under way with this number, whoever said so."""
    now, parcels = desk.clock.now(), desk.scene.parcels
    shop.orders.ship(order, company.id, number, now)
    desk.messages.tell("pdd_trade_TradeSellerShip", shop.mall_id, tid=order.order_sn)
    if number not in parcels:
        parcels.begins(Journey(number, (ORIGIN, order.receiver.place.city), now))


def report(desk: Desk, shop: Shop, params: Params) -> Json:
    """`pdd.erp.order.sync`: the label is printed. No wrapper around the answer."""
    order, number = own(shop, params.text("order_sn")), params.text("waybill_no")
    params.whole("order_state", _PRINTED)
    _usable(params.whole("logistics_id"))
    desk.scene.ledger.reports.append(Reported(order.order_sn, number, desk.clock.now()))
    return {"success": True, "result": True, "error_code": 0, "error_msg": ""}


def return_addresses(_: Desk, shop: Shop, __: Params) -> Json:
    """`pdd.refund.address.list.get`."""
    address = {
        "id": 1,
        "mall_id": shop.mall_id,
        "refund_address_id": f"{shop.mall_id}01",
        "refund_name": "售后部",
        "refund_phone": "13800000000",
        "refund_tel": "",
        "province_name": "浙江省",
        "city_name": "杭州市",
        "district_name": "西湖区",
        "refund_address": "文三路1号A座",
        "is_default": "Y",
        "is_legal": True,
        "is_validated": True,
    }
    return {"refund_address_list": [address]}


def trace(desk: Desk, shop: Shop, params: Params) -> Json:
    """`pdd.logistics.ordertrace.get`: refused before the first scan, and for numbers of no order here."""
    code, number = params.text("company_code"), params.text("mail_no")
    company, parcel = BY_CODE.get(code), desk.scene.parcels.find(number)
    events = parcel.told() if company and parcel and _carries(shop, company, number) else []
    desk.scene.ledger.queries.append(Queried("pinduoduo", number, desk.clock.now(), refused=not events))
    if not events:
        raise refused("暂无轨迹信息", "ISV_TRACK_ERROR")
    return {"trace_list": [_trace(event) for event in events]}


def _carries(shop: Shop, company: Company, number: str) -> bool:
    return any(order.logistics_id == company.id for order in shop.orders.carried_by(number))


def _trace(event: Event) -> Json:
    action, words = _ACTIONS[event.scan]
    at = wall(event.at)
    return {
        "action": action,
        "desc": f"【{event.city}】{words}",
        "node_description": "",
        "status_desc": words,
        "status_time": at,
        "time": at,
    }
