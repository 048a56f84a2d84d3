"""Kuaidi100 (快递100): official demos and interface pages.

Two queries of one number within half an hour, or 48 in a day, lock the number; we stay at half of that.
"""

import hashlib
import json
from collections.abc import Mapping
from urllib.parse import urlencode

from core.clock import MINUTE, Clock
from core.errors import OutcomeUnknown, ServiceUnavailable
from core.http import Http
from core.parcels import Node
from core.trackers.base import Wanted
from core.trackers.kuaidi100.answers import Json, nodes, opened, refusal, text
from core.trackers.kuaidi100.app import SERVICE, Kuaidi100App
from core.trackers.kuaidi100.codes import COMPANIES, COURIERS
from core.trackers.kuaidi100.pushes import Kuaidi100Pushes

_QUERY = "https://poll.kuaidi100.com/poll/query.do"
_SUBSCRIBE = "https://poll.kuaidi100.com/poll"
_DETECT = "https://www.kuaidi100.com/autonumber/auto"
_FORM = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
_WITH_SUB_STATES = "4"
_DONE, _DONE_BEFORE, _FAULT = "200", "501", "500"
_NOTHING_YET = "500"


def query_sign(param: str, key: str, customer: str) -> str:
    """Upper-case hex MD5 over param, key and customer."""
    return hashlib.md5(f"{param}{key}{customer}".encode()).hexdigest().upper()


class Kuaidi100:
    """快递100."""

    code = SERVICE
    patience = 30 * MINUTE
    most_a_day = 24
    couriers = frozenset(COMPANIES)

    def __init__(self, http: Http, app: Kuaidi100App, clock: Clock) -> None:
        self.price = app.price
        self.pushes = Kuaidi100Pushes(app)
        self._http = http
        self._app = app
        self._clock = clock

    async def query(self, wanted: Wanted) -> tuple[Node, ...]:
        """One number a call."""
        asked = {"com": COMPANIES[wanted.courier], "num": wanted.number}
        asked |= {"phone": wanted.phone_tail} if wanted.phone_tail else {}
        param = _json(asked | {"resultv2": _WITH_SUB_STATES})
        sign = query_sign(param, self._app.key, self._app.customer)
        answer = await self._post(_QUERY, {"customer": self._app.customer, "sign": sign, "param": param})
        if isinstance(answer.get("data"), list):
            return nodes(answer)
        if text(answer, "returnCode") == _NOTHING_YET:
            return ()
        raise refusal(answer)

    async def subscribe(self, wanted: Wanted) -> None:
        """No signature here: the key is the password. A repeated subscription is refused as such, which is fine."""
        parameters = {"callbackurl": self._app.callback, "salt": self._app.salt, "resultv2": _WITH_SUB_STATES}
        parameters |= {"phone": wanted.phone_tail} if wanted.phone_tail else {}
        asked = {
            "company": COMPANIES[wanted.courier],
            "number": wanted.number,
            "key": self._app.key,
            "parameters": parameters,
        }
        answer = await self._post(_SUBSCRIBE, {"schema": "json", "param": _json(asked)})
        code = text(answer, "returnCode")
        if code == _FAULT:
            raise ServiceUnavailable(service=SERVICE)
        if code not in {_DONE, _DONE_BEFORE}:
            raise refusal(answer)

    async def detect(self, number: str) -> tuple[str, ...]:
        """Companies that we have no code for are left out."""
        reply = await self._http.get(SERVICE, f"{_DETECT}?{urlencode({'num': number, 'key': self._app.key})}")
        try:
            guesses = json.loads(reply.body)
        except ValueError as error:
            raise ServiceUnavailable(service=SERVICE) from error
        if not isinstance(guesses, list):
            raise refusal(guesses if isinstance(guesses, dict) else {})
        told = (text(guess, "comCode") for guess in guesses if isinstance(guess, dict))
        return tuple(COURIERS[company] for company in told if company in COURIERS)

    async def _post(self, url: str, form: Mapping[str, str]) -> Json:
        """Asking changes nothing that matters here, so a lost answer is no answer."""
        try:
            reply = await self._http.post(SERVICE, url, urlencode(form).encode(), _FORM)
        except OutcomeUnknown as lost:
            raise ServiceUnavailable(**lost.details) from lost
        return opened(reply.body)


def _json(told: Json) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
