"""The Bot API's methods about the bot itself: who it is, its commands, its updates and where they go."""

import re

from bot.sandbox.clock import SECOND
from bot.sandbox.telegram.chats import BOT
from bot.sandbox.telegram.switchboard import Switchboard
from bot.sandbox.telegram.updates import Updates
from bot.sandbox.telegram.webhook import Address, Webhook
from bot.sandbox.telegram.wire import Arguments, Json, Method, Refusal, bad

_LONGEST_POLL = 50
_MOST_UPDATES = 100
_MOST_CONNECTIONS, _CONNECTIONS = 100, 40
_MOST_COMMANDS = 100
_LONGEST_DESCRIPTION = 512
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")  # ISO 639-1
_COMMAND_TEXT = re.compile(r".{1,256}", re.DOTALL)
_WEBHOOK_IS_SET = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
_NEW_WEBHOOK = "Conflict: terminated by setWebhook request"
_ABILITIES = """can_join_groups can_read_all_group_messages supports_inline_queries can_connect_to_business
    has_main_web_app has_topics_enabled allows_users_to_create_topics can_manage_bots""".split()
_CAN = {"can_join_groups", "can_read_all_group_messages"}
_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
PARAMETERS = {
    "getMe": "",
    "getUpdates": "offset limit timeout allowed_updates",
    "setWebhook": "url ip_address max_connections allowed_updates drop_pending_updates secret_token",
    "deleteWebhook": "drop_pending_updates",
    "getWebhookInfo": "",
    "setMyCommands": "commands scope language_code",
    "getMyCommands": "scope language_code",
    "setMyDescription": "description language_code",
    "getChat": "chat_id",
}


class Account:
    """Each method takes its arguments and returns its result, and raises `Refusal`."""

    def __init__(self, board: Switchboard, updates: Updates, webhook: Webhook) -> None:
        self._board = board
        self._updates = updates
        self._webhook = webhook
        self._commands: dict[tuple[str, str], object] = {}
        self.methods: dict[str, Method] = {
            "getMe": lambda _: BOT | {name: name in _CAN for name in _ABILITIES},
            "getUpdates": self._take,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": lambda _: self._webhook.to_json(),
            "setMyCommands": self._set_commands,
            "getMyCommands": lambda said: self._commands.get(_audience(said), []),
            "setMyDescription": _describe,
            "getChat": self._chat,
        }

    async def hold(self, said: Arguments) -> None:
        """The wait of `getUpdates`, before it is answered. Raises `Refusal`."""
        self._check_no_webhook()
        self._updates.allow(said.parsed("allowed_updates"))
        self._updates.confirm(said.whole("offset"))
        await self._updates.hold(_clamped(said.whole("timeout"), 0, _LONGEST_POLL) * SECOND)

    def _take(self, said: Arguments) -> list[Json]:
        self._check_no_webhook()
        return self._updates.take(_clamped(said.whole("limit", _MOST_UPDATES), 1, _MOST_UPDATES))

    def _check_no_webhook(self) -> None:
        if self._webhook.address is not None:
            raise Refusal(409, _WEBHOOK_IS_SET)

    def _set_webhook(self, said: Arguments) -> bool:
        """Without an address, the same as deleting."""
        if not said.text("url"):
            return self._delete_webhook(said)
        connections = _clamped(said.whole("max_connections", _CONNECTIONS), 1, _MOST_CONNECTIONS)
        address = Address(said.text("url"), said.text("secret_token"), connections, said.text("ip_address"))
        self._updates.allow(said.parsed("allowed_updates"))
        self._updates.end_poll(_NEW_WEBHOOK)
        return self._directed(address, said)

    def _delete_webhook(self, said: Arguments) -> bool:
        return self._directed(None, said)

    def _directed(self, address: Address | None, said: Arguments) -> bool:
        if said.truth("drop_pending_updates"):
            self._updates.drop()
        self._webhook.set(address)
        return True

    def _set_commands(self, said: Arguments) -> bool:
        commands = said.parsed("commands")
        if not isinstance(commands, list) or len(commands) > _MOST_COMMANDS:
            raise bad("expected an Array of BotCommand")
        for command in commands:
            _check_command(command)
        self._commands[_audience(said)] = commands
        return True

    def _chat(self, said: Arguments) -> Json:
        """As a ChatFullInfo, with what it must have."""
        full: Json = {
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(_GIFTS, False),
        }
        return self._board.chat(said.text("chat_id")).to_json() | full


def _clamped(number: int, least: int, most: int) -> int:
    """The official server does this silently."""
    return max(least, min(number, most))


def _audience(said: Arguments) -> tuple[str, str]:
    language = said.text("language_code")
    if language and not _LANGUAGE.fullmatch(language):
        raise bad("invalid language code specified")  # assumed wording
    return str(said.parsed("scope")), language


def _check_command(command: object) -> None:
    if not isinstance(command, dict) or set(command) != {"command", "description"}:
        raise bad("can't parse BotCommand")
    if not _COMMAND.fullmatch(str(command["command"])):
        raise bad("BOT_COMMAND_INVALID")
    if not _COMMAND_TEXT.fullmatch(str(command["description"])):
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")


def _describe(said: Arguments) -> bool:
    if len(said.text("description")) > _LONGEST_DESCRIPTION:
        raise bad("BOT_DESCRIPTION_TOO_LONG")  # assumed wording
    return True
