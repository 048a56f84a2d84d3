"""Every channel that talks are played on."""

from collections.abc import Callable, Mapping
from pathlib import Path

from bot.sandbox.world import World
from core.labels import Press
from tests.scenarios.account_seats import AccountSeat, PassiveAccountSeat
from tests.scenarios.seats import ConsoleSeat, RoomSeat, Seat, TelegramSeat, TelegramWebhookSeat
from tests.scenarios.wechat_seats import WecomBotSeat, WecomSeat

SEATS: Mapping[str, Callable[[World, Path, Press], Seat]] = {
    "room": RoomSeat,
    "console": ConsoleSeat,
    "telegram": TelegramSeat,
    "telegram webhook": TelegramWebhookSeat,
    "wecom": WecomSeat,
    "wecom bot": WecomBotSeat,
    "official account": AccountSeat,
    "official account that may only answer": PassiveAccountSeat,
}
