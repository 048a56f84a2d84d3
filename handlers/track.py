"""查 …, … 到哪了: what was done with an order here, which step is missing with the button that does it, the journey."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from core.parcels import current_state, journey
from core.rights import Right, allows
from handlers.alert_words import courier_name, moment
from handlers.conversation import Chat, Option
from handlers.find_orders import orders_for
from handlers.messages import Button
from handlers.reasons import reason_text
from handlers.shown import short_number, short_order
from handlers.steps import Missing, News, Steps, latest_news, steps_of, steps_of_parcel
from handlers.which import which

_SHOWN = 4  # latest nodes


async def track(chat: Chat) -> None:
    """Every parcel asked for, one message each."""
    for steps in await _asked_for(chat):
        news = await chat.do("news", latest_news, chat.member.merchant, steps) if _has_journey(steps) else None
        await chat.say("parcel", *_buttons(chat, steps), text=_told(chat, steps, news))


async def _asked_for(chat: Chat) -> list[Steps]:
    merchant = chat.member.merchant
    if parcel := chat.slots.get("parcel"):
        return await chat.look("steps", steps_of_parcel, merchant, str(parcel))
    orders, tracking = await _by_receiver(chat) or await which(chat)
    return await chat.do("steps", steps_of, merchant, orders, tracking)


async def _by_receiver(chat: Chat) -> tuple[list[str], list[str]] | None:
    """The order of somebody whose name or phone was said."""
    recipient, tail = str(chat.slots.get("recipient", "")), str(chat.slots.get("phone_tail", ""))
    if not recipient and not tail:
        return None
    found = await chat.do("matches", orders_for, chat.member.merchant, recipient, tail)
    if not found:
        await chat.say("nobody", who=recipient or tail)
        return None
    if len(found) == 1:
        return [found[0].order], []
    options = [Option(match.order, match.label) for match in found]
    return [await chat.choose("which_of_them", [*options, chat.cancel_option()], count=len(found))], []


def _has_journey(steps: Steps) -> bool:
    return bool(steps.number) and bool(steps.parcel or steps.shipment)


def _told(chat: Chat, steps: Steps, news: News | None) -> str:
    courier = courier_name(chat.language, steps.courier) if steps.courier else ""
    orders = "、".join(short_order(number) for number in steps.orders) or chat.text("no_order")
    number = short_number(steps.number) if steps.number else chat.text("no_number")
    head = chat.text("head", orders=orders, region=steps.region, courier=courier, number=number)
    lines = [" · ".join(part.strip() for part in head.split("·") if part.strip()), _marks(chat, steps)]
    if steps.missing is not Missing.NOTHING:
        reason = reason_text(chat.language, dict(steps.reason)) if steps.reason else ""
        lines.append(chat.text(f"missing.{steps.missing}", reason=reason, number=number, courier=courier))
    elif steps.reason:
        lines.append(chat.text("because", reason=reason_text(chat.language, dict(steps.reason))))
    return "\n".join([*(line for line in lines if line), *_journey(chat, news, courier)])


def _marks(chat: Chat, steps: Steps) -> str:
    marks = [("confirmed", steps.confirmed_at)] if steps.orders else []
    marks += [] if steps.is_by_hand else [("printed", steps.printed_at)]
    marks += [("uploaded", steps.uploaded_at)] if steps.orders else []
    if steps.missing is Missing.ELSEWHERE:
        marks = marks[:1]
    return "　".join(chat.text(key, at=moment(at)) if at else chat.text(f"missing_{key}") for key, at in marks)


def _journey(chat: Chat, news: News | None, courier: str) -> list[str]:
    """The state, and the latest scans, the newest first."""
    if news is None:
        return []
    lines = [chat.text("courier_silent", courier=courier)] if news.failed else []
    if not news.nodes:
        return lines or [chat.text("no_news")]
    lines.append(chat.text("state", state=chat.text(f"states.{current_state(news.nodes)}")))
    shown = reversed(journey(news.nodes)[-_SHOWN:])
    return [*lines, *(chat.text("node", at=moment(node.at), text=node.text) for node in shown)]


def _buttons(chat: Chat, steps: Steps) -> list[Button]:
    """The missing step first, then what is always possible."""
    buttons = [button for make in _MENDS.get(steps.missing, ()) if (button := make(chat, steps))]
    role = chat.member.role
    if steps.parcel:
        buttons.append(chat.button("refresh", "track", parcel=steps.parcel))
    if steps.parcel and not steps.has_ended and allows(role, Right.CARE):
        buttons.append(chat.button("urge_it", "urge", parcel=steps.parcel))
    if steps.can_be_stopped and allows(role, Right.INTERCEPT):
        buttons.append(chat.button("stop_it", "intercept", parcel=steps.parcel))
    if steps.shipment and steps.number and allows(role, Right.PRINT):
        buttons.append(chat.button("reprint_it", "reprint", tracking=steps.number))
    return buttons


Mend: TypeAlias = Callable[[Chat, Steps], Button | None]


def _printing(key: str, intent: str, slot: str, value: Callable[[Steps], str]) -> Mend:
    """A button for who may print."""

    def make(chat: Chat, steps: Steps) -> Button | None:
        return chat.button(key, intent, **{slot: value(steps)}) if allows(chat.member.role, Right.PRINT) else None

    return make


_PRINT = _printing("print_it", "print_orders", "orders", lambda steps: steps.orders[0])
_ENTER = _printing("enter_it", "enter_number", "orders", lambda steps: steps.orders[0])
_GO_ON = _printing("go_on_with_it", "go_on", "batch", lambda steps: steps.batch)
_VOID = _printing("void_it", "void", "tracking", lambda steps: steps.number)
_UPLOAD = _printing("upload_it", "upload_again", "tracking", lambda steps: steps.number)
_MENDS: Mapping[Missing, tuple[Mend, ...]] = {
    Missing.NOT_PRINTED: (_PRINT, _ENTER),
    Missing.MUST_WAIT: (_ENTER,),
    Missing.NOT_ON_PAPER: (_GO_ON, _VOID),
    Missing.PAPER_UNSURE: (_printing("look_at_paper", "paper", "batch", lambda steps: steps.batch),),
    Missing.NUMBER_UNSURE: (_printing("look_at_number", "unsure", "batch", lambda steps: steps.batch),),
    Missing.NOT_NUMBERED: (_PRINT, _ENTER),
    Missing.NOT_UPLOADED: (_GO_ON,),
    Missing.HELD: (_UPLOAD, _VOID),
    Missing.REFUSED: (_UPLOAD, _VOID),
    Missing.ELSEWHERE: (_printing("watch_it", "enter_number", "orders", lambda steps: steps.orders[0]),),
}
