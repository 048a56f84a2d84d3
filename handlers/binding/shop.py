"""绑定店铺: the shop's main account agrees on the platform's page, and the shop is ours to work for."""

from dataclasses import dataclass

from core.clock import DAY, Period, shanghai
from core.errors import AuthorisationEnded, MerchantError, ShopNotAllowed
from core.fulfilment import sync
from core.shops.base import ShopStanding
from core.storage.audit import Change
from core.storage.shops import BoundShop
from handlers.conversation import Chat
from handlers.desk import Desk
from handlers.messages import Button
from handlers.troubles.failures import keep_failure, write_failure

_RECENT = 7 * DAY  # how far back waiting orders are counted for the greeting


@dataclass(frozen=True, slots=True)
class Bound:
    """What the merchant is told of a shop just bound."""

    shop: str
    name: str
    until: int
    was_ours: bool
    belongs_elsewhere: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """Orders waiting to ship, and how many of them are refunding."""

    orders: int
    refunding: int


async def bind_shop(chat: Chat) -> None:
    """Link, return, profile, greeting; a code that came too late gets a new link. Without an app there is no page."""
    platform = next(iter(chat.desk.platforms.values()))
    if not platform.has_app:
        await chat.say("no_app", service=platform.name, settings=chat.text(f"app_settings.{platform.code}"))
        return

    def links(state: str) -> list[Button]:
        return [
            Button(chat.text("open_page"), url=platform.authorisation_url(state)),
            Button(chat.text("open_on_phone"), url=platform.authorisation_url(state, on_phone=True)),
        ]

    while True:
        code = await chat.visit("authorise", links)
        try:
            bound = await chat.settle("bind", bind, platform.code, chat.member.merchant, code)
            break
        except AuthorisationEnded as error:
            await keep_failure(chat, "", error)
            await chat.say("code_too_old")
        except MerchantError as error:
            await keep_failure(chat, str(error.details.get("shop", "")), error)
            raise
    if bound.belongs_elsewhere:
        await write_failure(chat, bound.shop, "belongs_elsewhere")
        await chat.say("belongs_elsewhere", name=bound.name)
        return
    waiting = await chat.do("count", count_waiting, bound.shop)
    await chat.say(
        "bound_again" if bound.was_ours else "bound",
        chat.button("then_bind_courier", "bind_courier"),
        chat.button("then_print", "print_orders"),
        name=bound.name,
        until=f"{shanghai(bound.until):%Y-%m-%d}",
        orders=waiting.orders,
        refunding=waiting.refunding,
    )


async def bind(desk: Desk, platform_code: str, merchant: str, code: str) -> Bound:
    """Exchange the code, read the profile, keep the shop. Raises `ShopNotAllowed`, `AuthorisationEnded`.

    A code is good once. When a crash falls between its use and the commit, the exchange fails and the merchant is
    given a new link; the shop's earlier grant, if any, is dead by then in any case.
    """
    platform = desk.platforms[platform_code]
    grant = await platform.exchange(code)
    profile = await platform.profile(grant)
    if profile.standing is not ShopStanding.OPEN:
        raise ShopNotAllowed(shop=profile.shop, name=profile.name, said=profile.said)
    before = await desk.kept.shops.get(profile.shop)
    owner = before.merchant if before else merchant
    shop = BoundShop(profile.shop, owner, platform_code, profile.name, grant.expires_at, synced_until=0)
    change = Change(shop.id, before="bound" if before else "", after="bound")
    await desk.kept.change(change, desk.kept.shops.bind(shop, grant, desk.clock.now()))
    return Bound(
        shop=shop.id,
        name=shop.name,
        until=grant.refresh_expires_at,
        was_ours=before is not None,
        belongs_elsewhere=owner != merchant,
    )


async def count_waiting(desk: Desk, shop_id: str) -> Waiting:
    """Read the shop's recent orders and count them."""
    shop = await desk.kept.shops.get(shop_id)
    if shop is None:
        return Waiting(0, 0)
    now = desk.clock.now()
    recent = Period(now - _RECENT, now)
    await sync.backfill(desk.tools, shop, recent)
    orders = await desk.kept.orders.waiting(shop_id, recent)
    standings = await desk.platforms[shop.platform].standings(shop_id, [order.number for order in orders])
    refunding = sum(standing.after_sales != "none" for standing in standings.values())
    return Waiting(len(orders), refunding)
