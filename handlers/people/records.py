"""操作记录: who did what, as a spreadsheet for the owner."""

from core.clock import DAY, shanghai
from handlers.conversation import Chat
from handlers.desk import Desk
from handlers.messages import Sheet

_PERIODS = {"week": 7, "month": 30, "all": 0}  # days; 0 is everything


async def records(chat: Chat) -> None:
    """How far back, and the file."""
    options = [chat.option(period, is_yes=period == "month") for period in _PERIODS]
    period = await chat.choose("since", options)
    sheet = await chat.look("sheet", sheet_of, chat.member.merchant, _PERIODS[period], chat.language)
    await chat.say("records", document=sheet)


async def sheet_of(desk: Desk, merchant: str, days: int, language: str) -> Sheet:
    """The log of so many days; 0 means all of it."""
    now = desk.clock.now()
    name = f"miandan-log-{shanghai(now):%Y%m%d-%H%M%S}.xlsx"
    return Sheet(name, merchant, now - days * DAY if days else 0, language)
