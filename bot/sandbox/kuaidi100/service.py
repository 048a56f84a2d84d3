"""Kuaidi100's interfaces.

Impatience is punished: a number asked about twice within half an hour, or more than 48 times in a day, is locked until
midnight. The wording and the code of that refusal are assumed.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router

from bot.sandbox.clock import DAY, MINUTE, midnight
from bot.sandbox.kuaidi100 import wire
from bot.sandbox.kuaidi100.companies import COMPANIES, Company, guesses
from bot.sandbox.kuaidi100.scans import result
from bot.sandbox.kuaidi100.subscriptions import Subscriptions
from bot.sandbox.kuaidi100.wire import (
    BAD_PARAM,
    BAD_PHONE,
    BAD_SIGN,
    BUSY,
    NO_BALANCE,
    NOTHING,
    OK,
    UNKNOWN_COMPANY,
    Json,
    Refusal,
    query_sign,
    word,
)
from bot.sandbox.ledger import Queried, Subscribed
from bot.sandbox.parcels import Parcel
from bot.sandbox.service import Scene, Service

CUSTOMER, KEY = "SANDBOXCUSTOMER0000000000000000AA", "sandboxKEY88"
_A_DAY = 48
_SHORTEST, _LONGEST = 6, 32
_TAIL = 4
_LEVELS = frozenset("01468")
Work = Callable[[dict[str, str]], Json]
Endpoint = Callable[[Request], Awaitable[Response]]


class Kuaidi100(Service):
    """The aggregator. `left`: queries that are paid for. `locked`: numbers that somebody was impatient about.

    `patience`: milliseconds that a caller must let pass between two queries of a number.
    """

    def __init__(self, scene: Scene) -> None:
        super().__init__("kuaidi100", scene)
        self.left = 1_000_000
        self.patience = 30 * MINUTE
        self.locked: dict[str, int] = {}
        self.subscriptions = Subscriptions(scene)
        self.poll = Router(
            [
                Route("/poll/query.do", self._endpoint("query", self._query), methods=["POST"]),
                Route("/poll", self._endpoint("subscribe", self._subscribe), methods=["POST"]),
            ]
        )
        self.www = Router([Route("/autonumber/auto", self._guess, methods=["GET"])])
        self._asked: defaultdict[str, list[int]] = defaultdict(list)

    def runs_out(self) -> None:
        """Nothing is paid for any more."""
        self.left = 0

    def tops_up(self, queries: int) -> None:
        """More queries are bought."""
        self.left += queries

    def throttled(self) -> Response:
        """Answer 502."""
        return wire.failed(Refusal(BUSY, "服务器繁忙"))

    def _endpoint(self, name: str, work: Work) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            body = await request.body()
            return await self.serve(name, partial(self._answer, work, body))

        return endpoint

    def _answer(self, work: Work, body: bytes) -> Response:
        try:
            return wire.answered(work(wire.form(body)))
        except Refusal as refusal:
            return wire.failed(refusal)

    def _query(self, form: dict[str, str]) -> Json:
        """`/poll/query.do`: one number; a wrong signature comes before everything else."""
        if form.get("customer") != CUSTOMER or form.get("sign") != query_sign(form.get("param", ""), KEY, CUSTOMER):
            raise Refusal(BAD_SIGN, "验证签名失败")
        param = wire.param(form)
        number = word(param, "num")
        try:
            parcel, company = self._asked_for(param, number)
        except Refusal:
            self._note(number, refused=True)
            raise
        self._note(number, refused=False)
        return result(company.com, number, parcel.told(), _level(param))

    def _asked_for(self, param: Json, number: str) -> tuple[Parcel, Company]:
        company = COMPANIES.get(word(param, "com"))
        if company is None or not _SHORTEST <= len(number) <= _LONGEST:
            raise Refusal(BAD_PARAM, "提交的数据不完整或快递公司编码不正确")
        self._spend(number)
        parcel = self.scene.parcels.find(number)
        if company.needs_phone:
            _check_phone(word(param, "phone"), parcel)
        if parcel is None or not company.issues(number) or not parcel.told():
            raise Refusal(NOTHING, "查询无结果，请隔段时间再查")
        return parcel, company

    def _spend(self, number: str) -> None:
        """One query is used up, unless the caller was impatient."""
        now = self.scene.clock.now()
        if self.left < 1:
            raise Refusal(NO_BALANCE, "KEY已过期或余额不足")
        recent = [at for at in self._asked[number] if at > now - DAY]
        if self.locked.get(number, 0) > now or self._is_impatient(recent, now):
            self.locked[number] = midnight(now) + DAY
            raise Refusal(BUSY, "单号查询过于频繁，已锁定")
        self._asked[number] = [*recent, now]
        self.left -= 1

    def _is_impatient(self, asked: list[int], now: int) -> bool:
        return len(asked) >= _A_DAY or (bool(asked) and now - asked[-1] < self.patience)

    def _note(self, number: str, *, refused: bool) -> None:
        self.scene.ledger.queries.append(Queried(self.name, number, self.scene.clock.now(), refused))

    def _subscribe(self, form: dict[str, str]) -> Json:
        """`/poll`: no signature; the key is the password."""
        param = wire.param(form)
        if form.get("schema") != "json" or word(param, "key") != KEY:
            raise Refusal(NO_BALANCE, "POLL:KEY已过期")
        company = COMPANIES.get(word(param, "company"))
        if company is None:
            raise Refusal(UNKNOWN_COMPANY, "拒绝订阅的快递公司")
        number, parameters = word(param, "number"), param.get("parameters")
        if not isinstance(parameters, dict) or not _SHORTEST <= len(number) <= _LONGEST:
            raise Refusal(BAD_PARAM, "订阅参数不完整")
        if company.needs_phone and not word(parameters, "phone"):
            raise Refusal(BAD_PHONE, "该快递公司需要提供收寄件人手机号")
        self.subscriptions.begin(company, number, parameters)
        self.scene.ledger.subscriptions.append(Subscribed(self.name, number, self.scene.clock.now()))
        return {"result": True, "returnCode": OK, "message": "提交成功"}

    async def _guess(self, request: Request) -> Response:
        """`/autonumber/auto`."""
        query = request.query_params
        return await self.serve("autonumber", partial(self._guessed, query.get("num", ""), query.get("key", "")))

    def _guessed(self, number: str, key: str) -> Response:
        if key != KEY:
            return wire.failed(Refusal(NO_BALANCE, "KEY已过期或余额不足"))
        return wire.answered(
            [
                {"comCode": company.com, "name": company.name, "lengthPre": len(number), "noCount": 0, "noPre": ""}
                for company in guesses(number)
            ]
        )


def _level(param: Json) -> str:
    level = word(param, "resultv2") or "0"
    if level not in _LEVELS:
        raise Refusal(BAD_PARAM, "resultv2不正确")
    return level


def _check_phone(phone: str, parcel: Parcel | None) -> None:
    tails = parcel.journey.tails if parcel else frozenset()
    if len(phone) < _TAIL or (tails and phone[-_TAIL:] not in tails):
        raise Refusal(BAD_PHONE, "请输入正确的收寄件人手机号后四位")
