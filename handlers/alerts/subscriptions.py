"""开关提醒, 安静时段, 日报时间: what this person hears, and when."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from core.alerts import ABOUT_OTHERS, Rule, Tier
from core.clock import HOUR, moment_of
from core.rights import Role
from core.storage.address import Address
from core.subscribers import Subscriber, Wishes
from handlers.alerts.rule_words import alerts_named
from handlers.conversation import Chat, Unclear
from handlers.desk import Desk
from handlers.shown import moment
from handlers.understanding import is_nothing

_MUTE_HOURS = 8
_DAY = 24 * 60
_TIME = re.compile(r"([01]?\d|2[0-4])(?::|：|点|时)?([0-5]\d)?分?")
_SPAN = re.compile(r"(\S+?) ?(?:到|至|-|—|~|to) ?(\S+)")


async def subscribe_alerts(chat: Chat) -> None:
    """What was said, else a choice of what can be changed."""
    to = Address(chat.member.channel, chat.member.peer)
    me = await chat.look("me", subscriber, to, chat.member.merchant)
    wishes = await _said(chat, me.wishes) or await _chosen(chat, me)
    if wishes is None:
        return
    await chat.look("keep", keep, to, wishes)
    await chat.say("kept", text=_state(chat, replace(me, wishes=wishes)))


async def _said(chat: Chat, wishes: Wishes) -> Wishes | None:
    """What the command says by itself; None where it says nothing."""
    action, rules = chat.slots.get("action"), alerts_named(chat.slots.get("alert"))
    if action == "off":
        return replace(wishes, off=wishes.off | rules) if rules else replace(wishes, is_on=False)
    if action == "on":
        at = chat.slots.get("at")
        heard = replace(wishes, is_on=True, silent_until=0)
        if rules:
            return replace(heard, off=wishes.off - rules, also=wishes.also | rules)
        return _at(heard, str(at)) if at else heard
    return replace(wishes, silent_until=await _end_of_silence(chat)) if action == "mute" else None


async def _end_of_silence(chat: Chat) -> int:
    """到明天早上8点, 今晚, 2 小时; a night's sleep where nothing was said."""
    if "until" in chat.slots:
        return moment_of(datetime.fromisoformat(str(chat.slots["until"])))
    if "end" in chat.slots:
        return int(chat.slots["end"])
    return await chat.look("until", later, float(chat.slots.get("duration_h", _MUTE_HOURS)))


def _at(wishes: Wishes, told: str) -> Wishes:
    """A digest at this time: the morning's before noon, the evening's after."""
    minute = _minute(told)
    return replace(wishes, morning=minute) if minute < _DAY // 2 else replace(wishes, evening=minute)


async def _chosen(chat: Chat, me: Subscriber) -> Wishes | None:
    """One thing to change, from a list."""
    wishes = me.wishes
    first = chat.option("turn_off") if wishes.is_on else chat.option("turn_on")
    red = chat.option("all_colours") if wishes.least > Tier.WARN else chat.option("only_red")
    options = [first, chat.option("mute"), red, chat.option("quiet"), chat.option("digests"), chat.option("done")]
    chosen = await chat.choose("shown", options, state=_state(chat, me))
    if chosen in _SWITCHES:
        return replace(wishes, **_SWITCHES[chosen])
    if chosen == "mute":
        return replace(wishes, silent_until=await chat.look("until", later, _MUTE_HOURS))
    if chosen == "quiet":
        return replace(wishes, quiet=await chat.ask("quiet_hours", _read_quiet))
    return await _digests(chat, wishes) if chosen == "digests" else None


_SWITCHES: Mapping[str, dict[str, Any]] = {
    "turn_off": {"is_on": False},
    "turn_on": {"is_on": True, "silent_until": 0},
    "only_red": {"least": Tier.LATE},
    "all_colours": {"least": Tier.WARN},
}


async def _digests(chat: Chat, wishes: Wishes) -> Wishes:
    which = await chat.choose("which_digest", [chat.option("morning"), chat.option("evening")])
    minute = await chat.ask("digest_at", _read_minute, digest=chat.text(which))
    return replace(wishes, morning=minute) if which == "morning" else replace(wishes, evening=minute)


def _read_quiet(typed: str) -> tuple[int, int] | None:
    if is_nothing(typed):
        return None
    span = _SPAN.fullmatch(typed.strip())
    if not span:
        raise Unclear("time_unclear")
    return _minute(span[1]), _minute(span[2])


def _read_minute(typed: str) -> int | None:
    return None if is_nothing(typed) else _minute(typed)


def _minute(typed: str) -> int:
    """Minutes after midnight of 8点, 08:30, 晚上10点, 20."""
    bare = re.sub(r"^(早上|上午|凌晨|早)", "", typed.strip())
    is_late = bool(re.match(r"(下午|晚上|夜里|晚)", bare))
    found = _TIME.fullmatch(re.sub(r"^(下午|晚上|夜里|晚)", "", bare))
    if not found:
        raise Unclear("time_unclear")
    hour = int(found[1]) + (12 if is_late and int(found[1]) < 12 else 0)  # noqa: PLR2004 - noon
    return (hour * 60 + int(found[2] or 0)) % _DAY


def _state(chat: Chat, me: Subscriber) -> str:
    """Everything in a few lines."""
    wishes = me.wishes
    if not wishes.is_on:
        return chat.text("is_off")
    lines = [chat.text("is_on")]
    if wishes.silent_until:
        lines.append(chat.text("is_silent", at=moment(wishes.silent_until)))
    lines.append(chat.text("hears_red" if wishes.least > Tier.WARN else "hears_all"))
    quiet = wishes.quiet
    told = chat.text("quiet_from", start=_clock(quiet[0]), end=_clock(quiet[1])) if quiet else chat.text("no_quiet")
    lines.append(told)
    if wishes.off:
        lines.append(chat.text("without", rules=chat.text("comma").join(_names(chat, wishes.off))))
    if me.reads_digests:
        times = [_clock(each) if each is not None else chat.text("never") for each in (wishes.morning, wishes.evening)]
        lines.append(chat.text("digests_at", morning=times[0], evening=times[1]))
    return "\n".join(lines)


def _names(chat: Chat, rules: frozenset[Rule]) -> list[str]:
    """Those about parcels by one word where it is all of them."""
    parcels = frozenset(Rule) - ABOUT_OTHERS
    together = [chat.text("parcels")] if parcels <= rules else []
    each = rules - parcels if together else rules
    return [*together, *(chat.text(f"rules.{rule}") for rule in sorted(each))]


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


async def subscriber(desk: Desk, to: Address, merchant: str) -> Subscriber:
    """Who speaks, with what she wants to hear."""
    return await desk.kept.subscribers.get(to, merchant) or Subscriber(to.channel, to.peer, Role.VIEWER, "zh")


async def later(desk: Desk, hours: float) -> int:
    """The moment so many hours from now."""
    return desk.clock.now() + round(hours * HOUR)


async def keep(desk: Desk, to: Address, wishes: Wishes) -> None:
    """Keep what she wants to hear."""
    await desk.kept.database.apply(desk.kept.subscribers.wish(to, wishes))
