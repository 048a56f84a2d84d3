"""The shop itself: its name and its addresses (SDK)."""

from core.errors import ServiceRefused
from core.orders import Region, Sender
from core.shops.base import Grant, ShopProfile, ShopStanding
from core.shops.pinduoduo.answers import is_business_refusal
from core.shops.pinduoduo.calls import ShopCalls
from core.shops.pinduoduo.gateway import Call, Gateway
from core.shops.pinduoduo.reading import Json, rows, text

_TRUE = frozenset({"1", "true"})


async def profile(gateway: Gateway, grant: Grant) -> ShopProfile:
    """The shop behind a grant. That a business refusal means a closed or banned shop is assumed: no source says."""
    try:
        answer = await gateway.read(Call("pdd.mall.info.get", {}, grant.access_token, grant.shop))
    except ServiceRefused as refusal:
        if not is_business_refusal(refusal):
            raise
        return ShopProfile(grant.shop, grant.owner, ShopStanding.NOT_ALLOWED, str(refusal.details["said"]))
    return ShopProfile(grant.shop, text(answer, "mall_name") or grant.owner)


async def return_addresses(calls: ShopCalls, shop: str) -> tuple[Sender, ...]:
    """The shop's addresses, the default one first."""
    answer = await calls.read(shop, "pdd.refund.address.list.get")
    found = sorted(rows(answer, "refund_address_list"), key=_is_secondary)
    return tuple(map(_sender, found))


def _is_secondary(row: Json) -> bool:
    return text(row, "is_default").lower() not in _TRUE


def _sender(row: Json) -> Sender:
    return Sender(
        name=text(row, "refund_name"),
        phone=text(row, "refund_phone") or text(row, "refund_tel"),
        region=Region(text(row, "province_name"), text(row, "city_name"), text(row, "district_name")),
        address=text(row, "refund_address"),
    )
