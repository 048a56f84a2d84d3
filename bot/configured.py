"""The channels that the settings name: each one whole, or a word about what is missing."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.channels.base import ChannelRefused, ServedChannel
from bot.config import Settings
from core.clock import Clock
from core.http import Http
from core.storage.repositories import Repositories

if TYPE_CHECKING:
    from bot.channels.official_account import Account
    from bot.channels.wecom import Application

NONE = """No channel is configured. Set, in the environment or in .env, one or more of:
  Telegram:          MIANDAN_TELEGRAM_TOKEN (from @BotFather)
  WeCom bot:         MIANDAN_WECOM_BOT_ID, MIANDAN_WECOM_BOT_SECRET (企业微信 智能机器人; needs no public address)
  WeCom application: MIANDAN_WECOM_CORP_ID, _AGENT_ID, _SECRET, _TOKEN, _AES_KEY
  Official Account:  MIANDAN_OFFICIAL_ACCOUNT_APP_ID, _SECRET, _TOKEN (公众号)"""

_NEEDED: Mapping[str, tuple[str, ...]] = {
    "telegram": ("telegram_token",),
    "wecom": ("wecom_corp_id", "wecom_agent_id", "wecom_secret", "wecom_token", "wecom_aes_key"),
    "wecom_bot": ("wecom_bot_id", "wecom_bot_secret"),
    "official_account": ("official_account_app_id", "official_account_secret", "official_account_token"),
}


def named(settings: Settings) -> list[str]:
    """The channels to run. Raises `ChannelRefused` for none at all, and for one that is only half set up."""
    found = wanted(settings)
    if not found:
        raise ChannelRefused(NONE)
    if lacking := [setting for name in found for setting in missing(settings, name)]:
        raise ChannelRefused(f"Also needed: {', '.join(lacking)}")
    return found


def wanted(settings: Settings) -> list[str]:
    """The channels of which at least something is set."""
    return [name for name, needed in _NEEDED.items() if any(_value(settings, each) for each in needed)]


def missing(settings: Settings, channel: str) -> list[str]:
    """What else must be set for this channel."""
    return [f"MIANDAN_{each.upper()}" for each in _NEEDED[channel] if not _value(settings, each)]


def channels(settings: Settings, http: Http, clock: Clock, kept: Repositories) -> list[ServedChannel]:
    """Every channel that is configured. Raises `ChannelRefused`."""
    made = {
        "telegram": lambda: _telegram(settings),
        "wecom": lambda: _wecom(settings, http, clock, kept),
        "wecom_bot": lambda: _wecom_bot(settings, http),
        "official_account": lambda: _official_account(settings, http, clock, kept),
    }
    return [made[name]() for name in named(settings)]


def _telegram(settings: Settings) -> ServedChannel:
    from bot.channels.telegram import Telegram  # noqa: PLC0415 - a channel's library is loaded where it is used

    token = settings.telegram_token.get_secret_value()
    if not settings.telegram_webhook:
        return Telegram(token, world=settings.world)
    # The secret follows from the token, so that every process of an installation expects the same.
    secret = hmac.new(token.encode(), b"miandan webhook", hashlib.sha256).hexdigest()
    return Telegram(token, webhook=f"{settings.public_url}/telegram", secret=secret, world=settings.world)


def _wecom(settings: Settings, http: Http, clock: Clock, kept: Repositories) -> ServedChannel:
    from bot.channels.wecom import WeCom  # noqa: PLC0415 - see above

    return WeCom(application(settings), http, clock, kept)


def application(settings: Settings) -> "Application":
    """The WeCom application. Raises `ChannelRefused`."""
    from bot.channels.wecom import Application  # noqa: PLC0415 - see above

    return Application(
        settings.wecom_corp_id,
        settings.wecom_agent_id,
        settings.wecom_secret.get_secret_value(),
        settings.wecom_token.get_secret_value(),
        _aes_key("wecom_aes_key", settings.wecom_aes_key),
        is_markdown=settings.wecom_markdown,
    )


def _wecom_bot(settings: Settings, http: Http) -> ServedChannel:
    from bot.channels.wecom_bot import WecomBot  # noqa: PLC0415 - see above
    from bot.channels.wecom_line import Bot  # noqa: PLC0415 - see above
    from core.sockets import dialer  # noqa: PLC0415 - see above

    bot = Bot(settings.wecom_bot_id, settings.wecom_bot_secret.get_secret_value())
    return WecomBot(bot, http, dial=dialer(settings.world, pings=False))


def _official_account(settings: Settings, http: Http, clock: Clock, kept: Repositories) -> ServedChannel:
    from bot.channels.official_account import OfficialAccount  # noqa: PLC0415 - see above

    return OfficialAccount(account(settings), http, clock, kept)


def account(settings: Settings) -> "Account":
    """The Official Account. Raises `ChannelRefused`."""
    from bot.channels.official_account import Account  # noqa: PLC0415 - see above

    key = settings.official_account_aes_key
    return Account(
        settings.official_account_app_id,
        settings.official_account_secret.get_secret_value(),
        settings.official_account_token.get_secret_value(),
        _aes_key("official_account_aes_key", key) if key.get_secret_value() else "",
        may_push=settings.official_account_may_push,
        taps=settings.official_account_taps,
        has_menu=settings.official_account_menu,
        recognises=settings.official_account_recognises,
        template=settings.official_account_template,
        template_fields=_fields(settings.official_account_template_fields),
    )


def _fields(written: str) -> Mapping[str, str]:
    """A template's fields, in which only {what} and {when} are filled in."""
    try:
        fields = {str(name): str(told) for name, told in json.loads(written).items()}
        [told.format(what="", when="") for told in fields.values()]
    except (AttributeError, KeyError, IndexError, ValueError) as error:
        raise ChannelRefused(
            'MIANDAN_OFFICIAL_ACCOUNT_TEMPLATE_FIELDS must be JSON like {"thing1": "{what}", "time2": "{when}"}.'
        ) from error
    return fields


def _aes_key(name: str, key: SecretStr) -> str:
    """43 letters and digits, as the console makes them."""
    value = key.get_secret_value()
    if len(value) != 43 or not (value.isalnum() and value.isascii()):  # noqa: PLR2004 - see above
        raise ChannelRefused(f"MIANDAN_{name.upper()} must be the 43 letters and digits of EncodingAESKey.")
    return value


def _value(settings: Settings, name: str) -> object:
    value = getattr(settings, name)
    return value.get_secret_value() if isinstance(value, SecretStr) else value
