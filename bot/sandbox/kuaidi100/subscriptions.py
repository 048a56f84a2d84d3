"""Subscriptions: what is pushed when a parcel moves, and when Kuaidi100 gives up on one."""

import json
from dataclasses import dataclass, field

from bot.sandbox.clock import DAY
from bot.sandbox.kuaidi100.companies import Company
from bot.sandbox.kuaidi100.scans import result
from bot.sandbox.kuaidi100.wire import AGAIN, BAD_PARAM, Json, Refusal, push_sign, word
from bot.sandbox.parcels import DELIVERED, Event, Scan
from bot.sandbox.pushes import Push
from bot.sandbox.service import Scene

_NO_RECORD, _NO_CHANGE = 3 * DAY, 60 * DAY
_ENDS = DELIVERED | {Scan.RETURNED}


@dataclass(slots=True)
class _Subscription:
    company: Company
    url: str
    salt: str
    level: str
    since: int
    seen: list[Event] = field(default_factory=list)


class Subscriptions:
    """By number; one that has ended, or was given up, may be asked for again."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._running: dict[str, _Subscription] = {}

    def begin(self, company: Company, number: str, parameters: Json) -> None:
        """Raises `Refusal` for one that runs already, and for one without an address to push to."""
        if number in self._running:
            raise Refusal(AGAIN, "重复订阅")
        url = word(parameters, "callbackurl")
        if not url.startswith(("http://", "https://")):
            raise Refusal(BAD_PARAM, "callbackurl不正确")
        self._running[number] = _Subscription(
            company, url, word(parameters, "salt"), word(parameters, "resultv2") or "0", self._scene.clock.now()
        )

    def news(self) -> list[Push]:
        """Everything there is to push at this moment."""
        return [push for number, one in list(self._running.items()) if (push := self._next(number, one))]

    def _next(self, number: str, one: _Subscription) -> Push | None:
        parcel = self._scene.parcels.find(number)
        told = parcel.told() if parcel and one.company.issues(number) else []
        now, quiet_since = self._scene.clock.now(), max((event.at for event in one.seen), default=one.since)
        if told != one.seen:
            one.seen = told
            is_over = max(told, key=lambda event: event.at).scan in _ENDS
            return self._push(number, one, "shutdown" if is_over else "polling", "")
        if not told and now - one.since >= _NO_RECORD:
            return self._push(number, one, "abort", "3天查询无记录")
        if told and now - quiet_since >= _NO_CHANGE:
            return self._push(number, one, "abort", "60天无变化时")
        return None

    def _push(self, number: str, one: _Subscription, status: str, message: str) -> Push:
        if status != "polling":
            del self._running[number]
        told = result(one.company.com, number, one.seen, one.level) if one.seen else {}
        param = {
            "status": status,
            "message": message,
            "autoCheck": "0",
            "comOld": "",
            "comNew": "",
            "lastResult": told or {"nu": number, "com": one.company.com, "state": "0", "ischeck": "0", "data": []},
        }
        text = json.dumps(param, ensure_ascii=False, separators=(",", ":"))
        form = {"param": text} | ({"sign": push_sign(text, one.salt)} if one.salt else {})
        scans = tuple(event.at for event in one.seen)
        return Push("kuaidi100", number, one.url, form, _pleases, self._scene.clock.now(), scans)


def _pleases(answer: bytes) -> bool:
    """The answer must be JSON with result true and returnCode "200"; anything else is pushed again."""
    try:
        told = json.loads(answer)
    except ValueError:
        return False
    return isinstance(told, dict) and told.get("result") is True and told.get("returnCode") == "200"
