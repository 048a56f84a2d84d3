"""What every courier, shop platform and printer owes its port, whoever it is."""

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

import pytest
from doors import GRANT, NOW, Line, couriers, dead, losing, printers, shops

from core.clock import Period
from core.couriers.base import (
    Capability,
    Courier,
    CredentialField,
    Interception,
    Urging,
    WaybillRequest,
    offered,
)
from core.errors import AuthorisationEnded, NotOffered, OutcomeUnknown, ServiceRefused, ServiceUnavailable
from core.orders import Item, Order, OrderStatus, Receiver, Recipient, Region, Sender
from core.printers.base import Printer, PrintJob
from core.shops.base import ShopPlatform

_REGION = Region("浙江省", "杭州市", "西湖区")
_REQUEST = WaybillRequest(
    key="1/A/1",
    sender=Sender("店", "13800000000", _REGION, "文三路1号"),
    recipient=Recipient("张三", "13800000001", _REGION, "文三路2号"),
    items=(Item("商品", "", 1),),
)
_ORDER = Order(
    "1", "A", OrderStatus.WAITING, Receiver(_REGION, "~n~", "$p$", "~a~"), (), confirmed_at=NOW, updated_at=NOW
)
_EXAMPLES: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("ZTO", "account"): {"account": "KDGJ190800001", "password": "ZTO123", "site_code": "57101"},
    ("ZTO", "app"): {
        "app_key": "8e1e1ff86f0ca3b0a5b5f",
        "app_secret": "0b9f4a1c7a7cce3b",
        "account": "KDGJ190800001",
        "password": "ZTO123",
        "site_code": "57101",
    },
}


_COURIERS = [courier.code for courier in couriers(dead())]
_SHOPS = [shop.code for shop in shops(dead())]
_PRINTERS = [type(printer).__name__ for printer in printers(dead())]


def _courier(code: str, line: Line) -> Courier:
    return next(courier for courier in couriers(line) if courier.code == code)


def _shop(code: str, line: Line) -> ShopPlatform:
    return next(shop for shop in shops(line) if shop.code == code)


def _printer(kind: str, line: Line) -> Printer:
    return next(printer for printer in printers(line) if type(printer).__name__ == kind)


def _credentials(courier: Courier) -> Mapping[str, str]:
    kind = courier.kinds[0].key
    return {"kind": kind, **_EXAMPLES[courier.code, kind]}


# Couriers


def test_courier_codes_and_aliases_belong_to_one_courier_each() -> None:
    aliases = [alias for courier in couriers(dead()) for alias in courier.aliases]
    assert len(set(_COURIERS)) == len(_COURIERS) > 0
    assert len(set(aliases)) == len(aliases) > 0


@pytest.mark.parametrize("code", _COURIERS)
def test_a_courier_says_who_it_is(code: str) -> None:
    courier = _courier(code, dead())
    assert re.fullmatch(r"[A-Z]{2,8}", courier.code)
    assert courier.name.zh
    assert courier.name.en
    assert courier.code.lower() in courier.aliases
    assert all(alias == alias.lower().strip() != "" for alias in courier.aliases)
    assert re.fullmatch(r"\d{5,12}", courier.hotline)


@pytest.mark.parametrize("code", _COURIERS)
def test_a_courier_is_known_on_every_shop_platform(code: str) -> None:
    courier = _courier(code, dead())
    assert set(courier.shop_codes) == set(_SHOPS)
    assert all(courier.shop_codes.values())


@pytest.mark.parametrize("code", _COURIERS)
def test_every_account_kind_asks_for_what_its_example_answers(code: str) -> None:
    courier = _courier(code, dead())
    assert len({kind.key for kind in courier.kinds}) == len(courier.kinds) > 0
    for kind in courier.kinds:
        assert kind.label.zh
        assert kind.label.en
        assert kind.explanation.zh
        assert kind.explanation.en
        example = _EXAMPLES[code, kind.key]
        assert [one.key for one in kind.fields] == list(example)
        assert all(one.accepts(example[one.key]) for one in kind.fields)


def _fields(code: str) -> list[CredentialField]:
    return [one for kind in _courier(code, dead()).kinds for one in kind.fields]


@pytest.mark.parametrize("code", _COURIERS)
def test_a_credential_field_tells_where_to_find_it_and_never_accepts_nothing(code: str) -> None:
    for one in _fields(code):
        assert one.label.zh
        assert one.label.en
        assert one.help.zh
        assert one.help.en
        assert not one.accepts("")
        assert not one.accepts("x\n")


@pytest.mark.parametrize("code", _COURIERS)
def test_passwords_and_secrets_are_marked_as_such(code: str) -> None:
    named = {one.key for one in _fields(code) if re.search("password|secret", one.key)}
    assert {one.key for one in _fields(code) if one.secret} == named


_Question: TypeAlias = Callable[[Courier, Mapping[str, str]], Awaitable[object]]
_QUESTIONS: Mapping[str, _Question] = {
    "verify": lambda courier, told: courier.verify(told),
    "balance": lambda courier, told: courier.balance(told),
    "track": lambda courier, told: courier.track(told, "73100196611386", "1234"),
    "subscribe": lambda courier, told: courier.subscribe(told, "73100196611386", "1234"),
    "work_order": lambda courier, told: courier.work_order(told, "73100196611386", "GD1"),
    "interception": lambda courier, told: courier.interception(told, "73100196611386"),
}
_WISH = Interception("wish-1", "73100196611386")
_WISHES: Mapping[str, tuple[Capability, _Question]] = {
    "urge": (
        Capability.URGE,
        lambda courier, told: courier.urge(told, Urging("urge-1", "73100196611386", "两天没有更新", _REQUEST.sender)),
    ),
    "intercept": (Capability.INTERCEPT, lambda courier, told: courier.intercept(told, _WISH)),
    "redirect": (
        Capability.REDIRECT,
        lambda courier, told: courier.intercept(told, replace(_WISH, recipient=_REQUEST.recipient)),
    ),
    "cancel": (Capability.INTERCEPT, lambda courier, told: courier.cancel_interception(told, _WISH)),
}


@pytest.mark.parametrize("code", _COURIERS)
@pytest.mark.parametrize("question", _QUESTIONS)
@pytest.mark.parametrize("line", [dead(), losing()], ids=["never sent", "answer lost"])
async def test_a_question_to_a_courier_without_an_answer_is_unavailable(code: str, question: str, line: Line) -> None:
    courier = _courier(code, line)
    with pytest.raises(ServiceUnavailable):
        await _QUESTIONS[question](courier, _credentials(courier))


@pytest.mark.parametrize("code", _COURIERS)
async def test_a_waybill_whose_answer_was_lost_is_asked_for_once_and_stays_unknown(code: str) -> None:
    line = losing()
    courier = _courier(code, line)
    with pytest.raises(OutcomeUnknown):
        await courier.create(_credentials(courier), _REQUEST)
    assert line.requests == 1


@pytest.mark.parametrize("code", _COURIERS)
async def test_a_waybill_request_that_never_left_is_unavailable(code: str) -> None:
    courier = _courier(code, dead())
    with pytest.raises(ServiceUnavailable):
        await courier.create(_credentials(courier), _REQUEST)


@pytest.mark.parametrize("code", _COURIERS)
async def test_a_courier_looks_for_a_lost_number_exactly_when_it_says_that_it_can(code: str) -> None:
    line = dead()
    courier = _courier(code, line)
    can = Capability.RECOVER in courier.capabilities
    with pytest.raises(ServiceUnavailable if can else ServiceRefused):
        await courier.recover(_credentials(courier), "1/A/1")
    assert (line.requests > 0) is can


@pytest.mark.parametrize("code", _COURIERS)
@pytest.mark.parametrize("wish", _WISHES)
async def test_a_wish_whose_answer_was_lost_is_sent_once_and_stays_unknown(code: str, wish: str) -> None:
    line, (capability, question) = losing(), _WISHES[wish]
    courier = _courier(code, line)
    can = capability in courier.capabilities
    with pytest.raises(OutcomeUnknown if can else NotOffered):
        await question(courier, _credentials(courier))
    assert line.requests == can


@pytest.mark.parametrize("code", _COURIERS)
@pytest.mark.parametrize("capability", Capability)
def test_what_a_courier_does_not_offer_is_said_with_its_hotline(code: str, capability: Capability) -> None:
    courier = _courier(code, dead())
    if capability in courier.capabilities:
        offered(courier, capability)
        return
    with pytest.raises(NotOffered) as refused:
        offered(courier, capability)
    assert refused.value.details == {"service": code, "what": capability, "hotline": courier.hotline}


# Shops


_Errand: TypeAlias = Callable[[ShopPlatform, str], Awaitable[object]]
_DAY = Period(NOW - 3_600_000, NOW)
_ERRANDS: Mapping[str, _Errand] = {
    "orders_confirmed": lambda shop, whose: shop.orders_confirmed(whose, _DAY),
    "orders_changed": lambda shop, whose: shop.orders_changed(whose, _DAY),
    "order": lambda shop, whose: shop.order(whose, "A"),
    "standings": lambda shop, whose: shop.standings(whose, ["A"]),
    "merge_groups": lambda shop, whose: shop.merge_groups(whose, ["A"]),
    "declare_courier_labels": lambda shop, whose: shop.declare_courier_labels(whose, ["A"]),
    "reveal": lambda shop, whose: shop.reveal(whose, [_ORDER]),
    "return_addresses": lambda shop, whose: shop.return_addresses(whose),
    "permit_messages": lambda shop, whose: shop.permit_messages(whose),
    "trace": lambda shop, whose: shop.trace(whose, "ZTO", "73100196611386"),
    "reply_by": lambda shop, whose: shop.reply_by(whose, "A"),
    "report_printed": lambda shop, whose: shop.report_printed(whose, "A", "ZTO", "73100196611386"),
    "ship": lambda shop, whose: shop.ship(whose, "A", "ZTO", "73100196611386"),
}
_NEEDS_A_COURIERS_ID_FIRST = {"report_printed", "ship"}


def test_the_errands_are_all_that_a_shop_platform_does_for_a_bound_shop() -> None:
    methods = inspect.getmembers(ShopPlatform, inspect.iscoroutinefunction)
    assert {name for name, _ in methods} - {"check_app", "exchange", "profile"} == set(_ERRANDS)


@pytest.mark.parametrize("code", _SHOPS)
def test_a_shop_platform_says_who_it_is_and_where_to_agree(code: str) -> None:
    shop = _shop(code, dead())
    assert re.fullmatch(r"[a-z]{2,16}", shop.code)
    assert shop.name
    assert shop.reveals_receivers is True
    assert "state-1" in shop.authorisation_url("state-1")
    assert shop.authorisation_url("state-1").startswith("https://")
    assert shop.authorisation_url("state-1", on_phone=True).startswith("https://")


@pytest.mark.parametrize("code", _SHOPS)
@pytest.mark.parametrize("errand", _ERRANDS)
async def test_a_shop_platform_that_cannot_be_reached_is_unavailable(code: str, errand: str) -> None:
    with pytest.raises(ServiceUnavailable):
        await _ERRANDS[errand](_shop(code, dead()), "1")


@pytest.mark.parametrize("code", _SHOPS)
@pytest.mark.parametrize("errand", _ERRANDS)
async def test_a_question_to_a_shop_platform_whose_answer_is_lost_is_unavailable(code: str, errand: str) -> None:
    with pytest.raises(ServiceUnavailable):
        await _ERRANDS[errand](_shop(code, losing()), "1")


@pytest.mark.parametrize("code", _SHOPS)
@pytest.mark.parametrize("errand", sorted(set(_ERRANDS) - _NEEDS_A_COURIERS_ID_FIRST))
async def test_a_shop_that_was_never_bound_must_be_authorised_before_anything_is_sent(code: str, errand: str) -> None:
    line = dead()
    with pytest.raises(AuthorisationEnded):
        await _ERRANDS[errand](_shop(code, line), "2")
    assert line.requests == 0


@pytest.mark.parametrize("code", _SHOPS)
@pytest.mark.parametrize("line", [dead(), losing()], ids=["never sent", "answer lost"])
async def test_binding_a_shop_without_an_answer_is_unavailable(code: str, line: Line) -> None:
    with pytest.raises(ServiceUnavailable):
        await _shop(code, line).exchange("code")
    with pytest.raises(ServiceUnavailable):
        await _shop(code, line).profile(GRANT)


# Printers


@pytest.mark.parametrize("kind", _PRINTERS)
@pytest.mark.parametrize(
    ("line", "meaning"),
    [(dead(), ServiceUnavailable), (losing(), OutcomeUnknown)],
    ids=["never sent", "answer lost"],
)
async def test_a_printer_tells_nothing_came_out_from_nobody_knows(
    kind: str, line: Line, meaning: type[Exception]
) -> None:
    with pytest.raises(meaning):
        await _printer(kind, line).print(PrintJob("1/A/1/1", b"%PDF-1.7", 100, 150))
