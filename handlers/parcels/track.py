"""查 …, … 到哪了: what was done with an order here, which step is missing with the button that does it, the journey."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from core.errors import NotFound
from core.manual import is_manual
from core.parcels import Node, current_state, journey
from core.rights import Right, allows
from handlers.conversation import Chat
from handlers.messages import Button
from handlers.parcels.steps import Missing, News, Steps, latest_news, news_of_stranger, steps_of, steps_of_parcel
from handlers.parcels.which import which
from handlers.parcels.whose import tell_couriers
from handlers.reasons import reason_text
from handlers.shown import full_name, moment, short_number, short_order

_SHOWN = 4  # latest nodes


async def track(chat: Chat) -> None:
    """Every parcel asked for, one message each; or whose its number is, where that is the question."""
    parcel = str(chat.slots.get("parcel", ""))
    orders, tracking = ([], []) if parcel else await which(chat)
    if tracking and chat.slots.get("whose"):
        await tell_couriers(chat, tracking)
        return
    try:
        found = await _asked_for(chat, parcel, orders, tracking)
    except NotFound:
        if not await _is_told_of_stranger(chat, tracking):
            raise
    else:
        for steps in found:
            await tell(chat, steps)


async def tell(chat: Chat, steps: Steps) -> None:
    """Everything about one parcel, with the buttons that go on with it."""
    news = await chat.do("news", latest_news, chat.member.merchant, steps) if _has_journey(steps) else None
    await chat.say("parcel", *_buttons(chat, steps), text=_told(chat, steps, news))


async def _asked_for(chat: Chat, parcel: str, orders: list[str], tracking: list[str]) -> list[Steps]:
    merchant = chat.member.merchant
    if parcel:
        return await chat.look("steps", steps_of_parcel, merchant, parcel)
    return await chat.do("steps", steps_of, merchant, orders, tracking)


async def _is_told_of_stranger(chat: Chat, tracking: list[str]) -> bool:
    """A number that is not the merchant's is asked about once its courier is known; nothing is kept of it."""
    courier = str(chat.slots.get("courier", ""))
    if not courier or len(tracking) != 1:
        return False
    steps = Steps((), Missing.NOTHING, courier, tracking[0], is_by_hand=True)
    news = await chat.do("strange_news", news_of_stranger, chat.member.merchant, courier, tracking[0])
    watch = chat.button("watch_it", "enter_number", tracking=tracking[0], courier=courier)
    buttons = [watch] if allows(chat.member.role, Right.PRINT) and not news.unfollowed else []
    await chat.say("parcel", *buttons, text=_told(chat, steps, news))
    return True


def _has_journey(steps: Steps) -> bool:
    return bool(steps.number) and bool(steps.parcel or steps.shipment)


def _told(chat: Chat, steps: Steps, news: News | None) -> str:
    courier = full_name(chat.language, steps.courier, chat.desk.couriers) if steps.courier else ""
    orders = "、".join(short_order(number) for number in steps.orders) or chat.text("no_order")
    number = short_number(steps.number) if steps.number else chat.text("no_number")
    head = chat.text("head", orders=orders, region=steps.region, courier=courier, number=number)
    lines = [" · ".join(part.strip() for part in head.split("·") if part.strip()), marks(chat, steps)]
    if steps.missing is not Missing.NOTHING:
        reason = reason_text(chat.language, dict(steps.reason)) if steps.reason else ""
        lines.append(chat.text(f"missing.{steps.missing}", reason=reason, number=number, courier=courier))
    elif steps.reason:
        lines.append(chat.text("because", reason=reason_text(chat.language, dict(steps.reason))))
    return "\n".join([*(line for line in lines if line), *_journey(chat, news, courier)])


def marks(chat: Chat, steps: Steps) -> str:
    """Which steps are taken, and when."""
    told = (("" if at else "missing_", key, at) for key, at in _taken(steps))
    return "　".join(chat.text(f"track.{missing}{key}", at=moment(at) if at else "") for missing, key, at in told)


def _taken(steps: Steps) -> list[tuple[str, int | None]]:
    """The steps that are taken with such a parcel, and when; no shop is told the number of a manual order."""
    if steps.orders and is_manual(steps.orders[0]):
        return [("written", steps.confirmed_at), ("printed", steps.printed_at)]
    begun = [("confirmed", steps.confirmed_at)] if steps.orders else []
    if steps.missing is Missing.ELSEWHERE:
        return begun
    printed = [] if steps.is_by_hand else [("printed", steps.printed_at)]
    return [*begun, *printed, *([("uploaded", steps.uploaded_at)] if steps.orders else [])]


def _journey(chat: Chat, news: News | None, courier: str) -> list[str]:
    """The state, and the latest scans, the newest first."""
    if news is None:
        return []
    lines = [chat.text("courier_silent")] if news.failed else []
    lines += [chat.text("unfollowed", courier=courier)] if news.unfollowed else []
    if not news.nodes:
        return lines or [chat.text("no_news")]
    lines.append(chat.text("state", state=chat.text(f"states.{current_state(news.nodes)}")))
    shown = reversed(journey(news.nodes)[-_SHOWN:])
    return [*lines, *(chat.text("node", at=moment(node.at), text=_words(chat, node)) for node in shown)]


def _words(chat: Chat, node: Node) -> str:
    """The courier's own words name people and phones, which is nothing for a group."""
    return chat.text(f"states.{node.state}") if chat.member.group else node.text


def _buttons(chat: Chat, steps: Steps) -> list[Button]:
    """The missing step first, then what is always possible."""
    buttons, role = mends(chat, steps), chat.member.role
    if steps.parcel:
        buttons.append(chat.button("refresh", "track", parcel=steps.parcel))
    if steps.parcel and not steps.has_ended and allows(role, Right.CARE):
        buttons.append(chat.button("urge_it", "urge", tracking=steps.number))
    if steps.can_be_stopped and allows(role, Right.INTERCEPT):
        buttons.append(chat.button("stop_it", "intercept", parcel=steps.parcel))
    if steps.shipment and steps.number and allows(role, Right.PRINT):
        buttons.append(chat.button("reprint_it", "reprint", tracking=steps.number))
    return buttons


def mends(chat: Chat, steps: Steps) -> list[Button]:
    """What does the step that is missing, as far as the member may."""
    return [button for make in _MENDS.get(steps.missing, ()) if (button := make(chat, steps))]


Mend: TypeAlias = Callable[[Chat, Steps], Button | None]


def _printing(key: str, intent: str, slot: str, value: Callable[[Steps], str]) -> Mend:
    """A button for who may print."""

    def make(chat: Chat, steps: Steps) -> Button | None:
        return chat.button(key, intent, **{slot: value(steps)}) if allows(chat.member.role, Right.PRINT) else None

    return make


_PRINT = _printing("track.print_it", "print_orders", "orders", lambda steps: steps.orders[0])
_ENTER = _printing("track.enter_it", "enter_number", "orders", lambda steps: steps.orders[0])
_GO_ON = _printing("track.go_on_with_it", "go_on", "batch", lambda steps: steps.batch)
_VOID = _printing("track.void_it", "cancel_waybill", "tracking", lambda steps: steps.number)
_UPLOAD = _printing("track.upload_it", "upload_again", "tracking", lambda steps: steps.number)
_MENDS: Mapping[Missing, tuple[Mend, ...]] = {
    Missing.NOT_PRINTED: (_PRINT, _ENTER),
    Missing.MUST_WAIT: (_ENTER,),
    Missing.NOT_ON_PAPER: (_GO_ON, _VOID),
    Missing.PAPER_UNSURE: (_printing("track.look_at_paper", "paper", "batch", lambda steps: steps.batch),),
    Missing.NUMBER_UNSURE: (_printing("track.look_at_number", "unsure", "batch", lambda steps: steps.batch),),
    Missing.NOT_NUMBERED: (_PRINT, _ENTER),
    Missing.NOT_UPLOADED: (_GO_ON,),
    Missing.HELD: (_UPLOAD, _VOID),
    Missing.REFUSED: (_UPLOAD, _VOID),
    Missing.ELSEWHERE: (_printing("track.watch_it", "enter_number", "orders", lambda steps: steps.orders[0]),),
}
