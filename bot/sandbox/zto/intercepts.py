"""ZTO's interception (拦截): agreed to at once, done at the parcel's next scan, or missed there."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.ledger import Intercepted
from bot.sandbox.parcels import DELIVERED, Event, Parcel, Scan
from bot.sandbox.service import Scene
from bot.sandbox.zto.fields import Fields
from bot.sandbox.zto.gateway import Refusal

TO_BRANCH, TO_SENDER, NEW_ADDRESS, GIVEN_ADDRESS = "1", "2", "3", "4"
_WHERE = ("receiveUsername", "receiveAddress", "receiveDistrict", "receiveCity", "receiveProvince")
_PHONE = re.compile(r"1\d{10}|0\d{2,3}-?\d{7,8}")
SIGNED, NO_SUCH_ORDER, BAD_WAY, AT_STATION, NO_TRACE = "E23101", "E23102", "E23108", "E23112", "E23119"
DELIVERING, ALREADY, TURNED_ALREADY, CANNOT_CANCEL, BAD_PHONE = "E23120", "E23121", "E23123", "E23130", "E23148"
# The last scan that forbids it.
_TOO_LATE = {
    **dict.fromkeys(DELIVERED | {Scan.RETURNED}, (SIGNED, "运单已签收")),
    Scan.LOCKER: (AT_STATION, "快件已进入第三方站点"),
    Scan.DELIVERING: (DELIVERING, "已有派件扫描"),
    Scan.RETURNING: (TURNED_ALREADY, "已存在退改件"),
}


@dataclass(slots=True)
class _Wish:
    request: str
    third: str
    due_at: int  # the scan at which it is decided, 0 while none is planned
    before: list[Event]  # the parcel's way without it
    status: str = "INTERCEPTING"


class Intercepts:
    """`create`, `cancel` and `query`; a repeated `requestId` is recognised, as the documents promise."""

    def __init__(self, scene: Scene, known: Callable[[str], Parcel]) -> None:
        """`known` finds a parcel of this app. Raises `Refusal` for any other."""
        self._scene = scene
        self._known = known
        self._wishes: dict[str, _Wish] = {}
        self._missing = False

    def misses(self) -> None:
        """From now on interceptions are agreed to and missed."""
        self._missing = True

    def create(self, fields: Fields) -> object:
        """`thirdcenter.createIntercept`."""
        number, request = fields.text("billCode"), fields.text("requestId")
        third, to = fields.text("thirdBizNo"), fields.text("destinationType")
        if to not in {TO_BRANCH, TO_SENDER, NEW_ADDRESS, GIVEN_ADDRESS}:
            raise Refusal(BAD_WAY, "拦截方式无效")
        city = self._city(fields) if to in {NEW_ADDRESS, GIVEN_ADDRESS} else ""
        parcel = self._known(number)
        wish = self._wishes.get(number)
        if wish and wish.request == request:
            return True
        if wish and wish.status == "INTERCEPTING":
            raise Refusal(ALREADY, "该运单已有拦截")
        self._check(parcel)
        self._agree(parcel, _Wish(request, third, parcel.next_at(), parcel.plan()), to, city)
        return True

    def cancel(self, fields: Fields) -> object:
        """`thirdcenter.cancelIntercept`: only while it is not decided."""
        number, third = fields.text("billCode"), fields.text("thirdBizNo")
        parcel, wish = self._known(number), self._wishes.get(number)
        if wish is None or wish.third != third or self._now(wish) != "INTERCEPTING":
            raise Refusal(CANNOT_CANCEL, "该拦截不能取消")
        wish.status = "INTERCEPT_CANCEL"
        parcel.goes_by(wish.before)
        return True

    def query(self, fields: Fields) -> str:
        """`thirdcenter.queryInterceptAndReturnStatus`."""
        number = fields.text("billCode")
        self._known(number)
        wish = self._wishes.get(number)
        if wish is None:
            raise Refusal(NO_SUCH_ORDER, "拦截单不存在")
        return self._now(wish)

    def _city(self, fields: Fields) -> str:
        for name in _WHERE:
            fields.text(name)
        if not _PHONE.fullmatch(fields.text("receivePhone")):
            raise Refusal(BAD_PHONE, "收件人电话格式不正确")
        return fields.text("receiveCity")

    def _check(self, parcel: Parcel) -> None:
        scans = parcel.events()
        if not scans:
            raise Refusal(NO_TRACE, "运单无轨迹")
        if late := _TOO_LATE.get(scans[-1].scan):
            raise Refusal(*late)

    def _agree(self, parcel: Parcel, wish: _Wish, to: str, city: str) -> None:
        number = parcel.journey.number
        self._wishes[number] = wish
        self._scene.ledger.intercepts.append(Intercepted("ZTO", number, to, wish.request, self._scene.clock.now()))
        if self._missing:
            wish.status = "INTERCEPT_FAIL"
        elif wish.due_at and to == NEW_ADDRESS:
            parcel.goes_elsewhere(city)
        elif wish.due_at:
            parcel.turns_back(wish.due_at)

    def _now(self, wish: _Wish) -> str:
        decided = wish.due_at and wish.due_at <= self._scene.clock.now()
        if wish.status == "INTERCEPT_FAIL":
            return wish.status if decided else "INTERCEPTING"
        return "INTERCEPT_SUCCESS" if decided and wish.status == "INTERCEPTING" else wish.status
