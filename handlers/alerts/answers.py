"""What is tapped on a card: 明天再说, 忽略, 处理好了. Each answers at once, whatever else is being talked about."""

from core.clock import HOUR
from core.storage.address import Address
from core.subscribers import at_minute
from core.tracking import answers
from handlers.conversation import Chat
from handlers.desk import Desk
from handlers.shown import moment

_TOMORROW = 9 * 60  # minutes after midnight


async def snooze(chat: Chat) -> None:
    """Later: in so many hours, else tomorrow at nine."""
    to = Address(chat.member.channel, chat.member.peer)
    hours = int(chat.slots.get("hours", 0))
    until = await chat.look("snooze", put_off, chat.member.merchant, _card(chat), to, hours)
    if until:
        await chat.say("snoozed", at=moment(until))
    else:
        await chat.say("card_is_old")


async def ignore(chat: Chat) -> None:
    """No more of this until there is news."""
    done = await chat.look("ignore", leave_alone, chat.member.merchant, _card(chat))
    await chat.say("ignored" if done else "card_is_old")


async def handled(chat: Chat) -> None:
    """It is settled."""
    to = Address(chat.member.channel, chat.member.peer)
    done = await chat.look("handled", is_settled, chat.member.merchant, _card(chat), to)
    if not done:
        await chat.say("card_is_old")


def _card(chat: Chat) -> str:
    return str(chat.slots.get("card", ""))


async def put_off(desk: Desk, merchant: str, card: str, to: Address, hours: int) -> int:
    """Until when; 0 when there is nothing to put off."""
    now = desk.clock.now()
    until = now + hours * HOUR if hours else at_minute(now, _TOMORROW, tomorrow=True)
    return until if await answers.snooze(desk.watch, merchant, card, to, until) else 0


async def leave_alone(desk: Desk, merchant: str, card: str) -> bool:
    """Ignore what the card shows."""
    return await answers.ignore(desk.watch, merchant, card)


async def is_settled(desk: Desk, merchant: str, card: str, to: Address) -> bool:
    """Close what the card shows."""
    return await answers.settle(desk.watch, merchant, card, to)
