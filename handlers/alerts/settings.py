"""多久算晚: the thresholds, shown and changed, for all parcels, a courier, a province or both."""

import re
from dataclasses import dataclass

from core.alerts import Limit, Rule, Step, Tier
from core.clock import DAY, HOUR
from core.storage.audit import Change
from core.tracking.limits import ADJUSTABLE, DEFAULTS, limits_of, short_province
from core.tracking.matters import FEWEST_NUMBERS
from handlers import texts
from handlers.alerts.rule_words import alerts_named
from handlers.conversation import Chat, Option, Unclear
from handlers.desk import Desk
from handlers.shown import courier_name

_SHOWN = (
    Rule.SHIP_DEADLINE,
    Rule.NOT_COLLECTED,
    Rule.NO_RECORD,
    Rule.NOT_DEPARTED,
    Rule.STALLED,
    Rule.NOT_OUT,
    Rule.NOT_SIGNED,
    Rule.NOT_FETCHED,
    Rule.LOST,
)
_TYPED = re.compile(r"(\d{1,4}(?:\.\d)?) ?(?:个)?(小时|h|hours?|天|日|d|days?|个?单|张)?", re.IGNORECASE)
_LONGEST, _MOST = 30 * DAY, 100_000
_WORDS = {Tier.WARN: "warn", Tier.LATE: "late", Tier.SERIOUS: "serious"}


@dataclass(frozen=True, slots=True)
class Own:
    """A merchant's thresholds as they hold. `steps` by rule; `special`: those for a courier or a province."""

    steps: dict[Rule, tuple[Step, ...]]
    special: list[Limit]
    fewest: int | None


async def alert_settings(chat: Chat) -> None:
    """Show them, or change one."""
    own = await chat.look("own", own_limits, chat.member.merchant)
    rule = await _rule(chat, own)
    if rule is None:
        return
    if chat.slots.get("action") == "default":
        await chat.settle("default", back_to_default, chat.member.merchant, rule)
        await chat.say("defaulted", rule=chat.text(f"rules.{rule}"), steps=_steps(chat, DEFAULTS.get(rule, ())))
        return
    first = await _first(chat, rule)
    courier, province = str(chat.slots.get("courier", "")), short_province(next(iter(chat.slots.get("region", ())), ""))
    limit = Limit(rule, first, courier, province)
    steps = await chat.settle("set", change, chat.member.merchant, limit)
    undo = chat.button("default", "alert_settings", alert=rule, action="default")
    told = _steps(chat, tuple(steps)) if rule is not Rule.LOW_BALANCE else chat.text("fewest", count=first)
    await chat.say("changed", undo, rule=chat.text(f"rules.{rule}"), where=_where(chat, courier, province), steps=told)


async def _rule(chat: Chat, own: Own) -> Rule | None:
    """The rule meant; the merchant picks one from the list where she named none."""
    said = str(chat.slots.get("alert", ""))
    if said == "anomaly_count":
        await chat.say("not_by_number")
        return None
    named = alerts_named(said) if chat.slots.get("action") != "show" else frozenset[Rule]()
    if len(named) == 1:
        return await _adjustable(chat, next(iter(named)))
    lines = [chat.text("line", rule=chat.text(f"rules.{each}"), steps=_steps(chat, own.steps[each])) for each in _SHOWN]
    lines.append(chat.text("line", rule=chat.text("rules.low_balance"), steps=_fewest(chat, own)))
    lines += [_special(chat, limit) for limit in own.special]
    options = [Option(rule, chat.text(f"rules.{rule}")) for rule in (*_SHOWN, Rule.LOW_BALANCE)]
    done = chat.option("done")
    chosen = await chat.choose("shown", [*options, done], lines="\n".join(lines))
    return None if chosen == "done" else Rule(chosen)


async def _adjustable(chat: Chat, rule: Rule) -> Rule | None:
    if rule in ADJUSTABLE or rule in {Rule.SHIP_DEADLINE, Rule.LOW_BALANCE}:
        return rule
    await chat.say("not_adjustable", rule=chat.text(f"rules.{rule}"))
    return None


async def _first(chat: Chat, rule: Rule) -> int:
    """The first step, in milliseconds or numbers; asked for where it was not said."""
    value, unit = chat.slots.get("value"), str(chat.slots.get("unit", "h"))
    if value is not None and (first := _as_first(rule, float(value), unit)) is not None:
        return first
    prompt = "how_many" if rule is Rule.LOW_BALANCE else "how_long_before" if rule is Rule.SHIP_DEADLINE else "how_long"
    return await chat.ask("value", lambda typed: _read(rule, typed), prompt=prompt, rule=chat.text(f"rules.{rule}"))


def _read(rule: Rule, typed: str) -> int:
    found = _TYPED.fullmatch(typed.strip())
    unit = "d" if found and (found[2] or "").lower()[:1] in {"天", "日", "d"} else "h"
    first = _as_first(rule, float(found[1]), unit) if found else None
    if first is None:
        raise Unclear("value_unclear")
    return first


def _as_first(rule: Rule, value: float, unit: str) -> int | None:
    """None for what makes no sense."""
    if rule is Rule.LOW_BALANCE:
        return int(value) if 0 < value <= _MOST else None
    elapsed = round(value * (DAY if unit == "d" else HOUR))
    if unit == "count" or not 0 < elapsed <= _LONGEST:
        return None
    if rule is Rule.SHIP_DEADLINE:
        return -elapsed if elapsed <= 3 * DAY else None
    return elapsed


def _steps(chat: Chat, steps: tuple[Step, ...]) -> str:
    """18 小时提醒，24 小时变红，48 小时严重."""
    told = [chat.text(_WORDS[step.tier], age=_span(chat, step.after)) for step in steps]
    return chat.text("comma").join(dict.fromkeys(told))


def _span(chat: Chat, after: int) -> str:
    """24 小时, 5 天, 提前 12 小时, 到点."""
    hours = abs(after) // HOUR
    exact = hours * HOUR == abs(after)
    if after == 0:
        return chat.text("at_once")
    unit, n = ("days", hours // 24) if hours >= 5 * 24 and hours % 24 == 0 else ("hours", hours)
    told = texts.text(chat.language, f"alert_card.{unit}", n=n if exact or n else 1)
    return chat.text("before", span=told) if after < 0 else told


def _fewest(chat: Chat, own: Own) -> str:
    return chat.text("fewest", count=own.fewest) if own.fewest else chat.text("fewest_default", count=FEWEST_NUMBERS)


def _special(chat: Chat, limit: Limit) -> str:
    where = _where(chat, limit.courier, limit.province)
    return chat.text("special", rule=chat.text(f"rules.{limit.rule}"), where=where, span=_span(chat, limit.first))


def _where(chat: Chat, courier: str, province: str) -> str:
    """（中通，新疆）."""
    parts = [courier_name(chat.language, courier)] if courier else []
    parts += [province] if province else []
    return chat.text("where", parts=chat.text("comma").join(parts)) if parts else ""


async def own_limits(desk: Desk, merchant: str) -> Own:
    """As they hold."""
    kept = await desk.kept.alert_limits.of(merchant)
    limits = limits_of(kept)
    return Own(
        steps={rule: limits.steps(rule) for rule in _SHOWN},
        special=[limit for limit in kept if limit.courier or limit.province],
        fewest=limits.own.get((Rule.LOW_BALANCE, "", "")),
    )


async def change(desk: Desk, merchant: str, limit: Limit) -> list[Step]:
    """Keep it, and have the rules look at everything again; the steps that it comes to."""
    kept = desk.kept
    again = kept.parcels.check_all(merchant, desk.clock.now())
    where = "/".join(part for part in (limit.rule, limit.courier, limit.province) if part)
    await kept.change(Change(where, after=str(limit.first)), kept.alert_limits.set(merchant, limit), again)
    if limit.rule not in DEFAULTS:
        return []
    limits = limits_of(await kept.alert_limits.of(merchant))
    return list(limits.steps(limit.rule, limit.courier, limit.province))


async def back_to_default(desk: Desk, merchant: str, rule: Rule) -> None:
    """Forget what the merchant said about a rule."""
    kept = desk.kept
    again = kept.parcels.check_all(merchant, desk.clock.now())
    await kept.change(Change(rule, after="default"), kept.alert_limits.forget(merchant, rule), again)
