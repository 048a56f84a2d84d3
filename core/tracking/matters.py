"""Matters that are no parcel's: numbers running out, authorisations ending, after-sales to be answered."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from core.alerts import Alert, Rule, Tier
from core.clock import DAY, HOUR
from core.couriers.base import Capability, Courier
from core.errors import AuthorisationEnded, MerchantError
from core.orders import open_refunds
from core.storage.accounts import CourierAccount
from core.storage.after_sales import AfterSale
from core.storage.database import Conflict
from core.storage.shops import BoundShop
from core.tracking.changes import Look, changed
from core.tracking.limits import Limits, limits_of
from core.tracking.rules import Clock
from core.tracking.watch import Watch

FEWEST_NUMBERS = 50
_WEEK = 7
_ASK_AGAIN = 1 * HOUR  # about an after-sale


async def watch_balances(watch: Watch) -> None:
    """Ask every account with a balance; one that cannot be asked is asked at the next tick."""
    for merchant in await watch.kept.subscribers.merchants():
        limits = limits_of(await watch.kept.alert_limits.of(merchant))
        for account in await watch.kept.accounts.of(merchant):
            courier = watch.tools.couriers.get(account.courier)
            if courier and Capability.BALANCE in courier.capabilities:
                with suppress(MerchantError):
                    await _balance(watch, account, courier, limits)


async def look_at_balance(watch: Watch, account: CourierAccount) -> int | None:
    """Ask now; the cards about the account follow. None where the courier bills monthly. Raises what it raises."""
    limits = limits_of(await watch.kept.alert_limits.of(account.merchant))
    return await _balance(watch, account, watch.tools.couriers[account.courier], limits)


async def _balance(watch: Watch, account: CourierAccount, courier: Courier, limits: Limits) -> int | None:
    left = await courier.balance(account.credentials)
    if left is not None:
        await _weigh(watch, account, left, limits)
    return left


async def _weigh(watch: Watch, account: CourierAccount, left: int, limits: Limits) -> None:
    """Whether so many numbers are few."""
    now = watch.clock.now()
    used = await watch.kept.shipments.numbered(account.id, now - _WEEK * DAY)
    fewest = limits.own.get((Rule.LOW_BALANCE, "", ""), max(FEWEST_NUMBERS, used // _WEEK))
    days = left * _WEEK // used if used else 0
    facts = {"courier": account.courier, "account": account.account, "balance": left, "days": days}
    subject = f"account/{account.id}"
    known = (await watch.kept.alerts.of_subjects([subject]))[subject]
    since = next((alert.arm for alert in known if not alert.is_over), now)
    steps = ((since, Tier.LATE), (since, Tier.SERIOUS)) if left == 0 else ((since, Tier.LATE),)
    counting = [Clock(Rule.LOW_BALANCE, since, steps)] if left < fewest else []
    await _keep(watch, Look(account.merchant, subject, now, now, facts), counting, known)


async def watch_authorisations(watch: Watch) -> None:
    """Look at every shop's grant."""
    for merchant in await watch.kept.subscribers.merchants():
        limits = limits_of(await watch.kept.alert_limits.of(merchant))
        for shop in await watch.kept.shops.of(merchant):
            await _authorisation(watch, shop, limits)


async def _authorisation(watch: Watch, shop: BoundShop, limits: Limits) -> None:
    try:
        ends = (await watch.kept.shops.grant(shop.id)).refresh_expires_at
    except AuthorisationEnded:
        return  # unbound meanwhile
    now, subject = watch.clock.now(), f"shop/{shop.id}"
    steps = tuple((ends + step.after, step.tier) for step in limits.steps(Rule.AUTHORISATION))
    known = (await watch.kept.alerts.of_subjects([subject]))[subject]
    counting = [Clock(Rule.AUTHORISATION, ends, (*steps, (ends, Tier.SERIOUS)))]
    await _keep(watch, Look(shop.merchant, subject, now, now, {"shop": shop.name}), counting, known)


async def watch_after_sales(watch: Watch) -> None:
    """Ask until when open after-sales must be answered, and warn before."""
    now = watch.clock.now()
    for sale in await watch.kept.after_sales.open():
        if now - sale.asked_at >= _ASK_AGAIN or sale.reply_by is None:
            sale = await _asked(watch, sale)  # noqa: PLW2901 - the same one, as it stands
        subject = f"after_sale/{sale.shop}/{sale.order}"
        known = (await watch.kept.alerts.of_subjects([subject]))[subject]
        limits = limits_of(await watch.kept.alert_limits.of(sale.merchant))
        await _keep(watch, Look(sale.merchant, subject, now, now, {"order": sale.order}), _reply(sale, limits), known)


def _reply(sale: AfterSale, limits: Limits) -> list[Clock]:
    if sale.reply_by is None:
        return []
    steps = tuple((sale.reply_by + step.after, step.tier) for step in limits.steps(Rule.AFTER_SALE))
    return [Clock(Rule.AFTER_SALE, sale.reply_by, steps)]


async def _asked(watch: Watch, sale: AfterSale) -> AfterSale:
    """As the platform tells it now; one that waits for nobody's answer is not asked about again."""
    try:
        _, platform = await watch.tools.shop(sale.shop)
        refunds = open_refunds(await watch.kept.order_events.of_order(sale.shop, sale.order)) or ("",)
        told = [await platform.reply_by(sale.shop, sale.order, refund) for refund in refunds]
    except MerchantError:
        return sale
    now, reply_by = watch.clock.now(), min((at for at in told if at), default=None)
    kept = watch.kept.after_sales
    heard = replace(sale, reply_by=reply_by, asked_at=now)
    await watch.kept.database.apply(kept.keep(heard) if reply_by else kept.forget(sale.shop, sale.order))
    return heard


async def _keep(watch: Watch, look: Look, counting: Sequence[Clock], known: Sequence[Alert]) -> None:
    """What changed, and the facts of what is open, as they are now."""
    changes = changed(look, counting, known)
    moved = {alert.id for alert in changes}
    told = [_with_facts(alert, look.facts) for alert in changes]
    stale = [each for each in known if not each.is_over and each.id not in moved and each.facts != dict(look.facts)]
    saved = [statement for alert in told for statement in watch.kept.alerts.save(alert)]
    for alert in stale:
        saved += [watch.kept.alerts.update(_with_facts(alert, look.facts)), *watch.kept.alerts.mark(alert, look.now)]
    if saved:
        try:
            await watch.kept.database.apply(*saved)
        except Conflict:
            return  # somebody acted on it meanwhile: the next tick does it


def _with_facts(alert: Alert, facts: Mapping[str, Any]) -> Alert:
    return replace(alert, facts=dict(facts))
