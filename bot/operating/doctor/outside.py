"""What can be seen of the services that this installation needs: clock, Telegram, platform, couriers, printer."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from bot import configured
from bot.channels import official_account as account_channel
from bot.channels import wecom as wecom_channel
from bot.channels.base import ChannelBusy
from bot.channels.telegram import Telegram, TokenRefused
from bot.channels.wechat_api import PassingTokens, Refused
from bot.config import Settings
from bot.operating.doctor.findings import Finding, unused, well, wrong
from core.clock import MINUTE, SECOND, Clock, moment_of
from core.couriers import all_couriers
from core.errors import ClockWrong, NotPermitted, OutcomeUnknown, RateLimited, ServiceError, ServiceUnavailable
from core.grants import Grant
from core.http import Http
from core.printers import IppPrinter
from core.shops import all_shops
from core.shops.pinduoduo.gateway import ROUTER

_TELEGRAM = "https://api.telegram.org/"
_TOO_FAR = 2 * MINUTE  # Pinduoduo refuses from 10 minutes on; a clock that is kept is within a second
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_JSON = {"content-type": "application/json"}
_CHECK_NETWORK = "check this machine's network and firewall; if those are fine, wait and try again"


@dataclass(frozen=True, slots=True)
class Services:
    """What the checks look through."""

    settings: Settings
    http: Http
    clock: Clock
    pause: Callable[[float], Awaitable[None]]


class _NoGrants:
    """The checks speak for the app alone."""

    async def grant(self, shop: str) -> Grant:
        raise LookupError(shop)

    async def renew(self, stale: Grant, refresh: Callable[[Grant], Awaitable[Grant]]) -> Grant:  # noqa: ARG002
        raise LookupError(stale.shop)


async def clock(services: Services) -> Finding:
    """This machine's clock against the Date header of whichever service answers first."""
    for address in (ROUTER, _TELEGRAM):
        try:
            reply = await services.http.post("clock", address, b"{}", _JSON)
        except (ServiceUnavailable, OutcomeUnknown):
            continue
        if date := reply.headers.get("date"):
            return _compared(services.clock.now() - moment_of(parsedate_to_datetime(date)))
    return wrong("clock", "nobody outside could be asked for the time", _CHECK_NETWORK)


def _compared(ahead: int) -> Finding:
    if abs(ahead) > _TOO_FAR:
        told = f"{round(abs(ahead) / MINUTE)} minutes {'ahead' if ahead > 0 else 'behind'}"
        return wrong("clock", told, "switch time synchronisation on (timedatectl set-ntp true)")
    return well("clock", f"within {max(1, abs(ahead) // SECOND)} s of the world's")


async def telegram(services: Services) -> Finding:
    """Telegram knows the token."""
    token = services.settings.telegram_token.get_secret_value()
    if not token and configured.wanted(services.settings):
        return unused("telegram", "no token is set; merchants come by another channel")
    if not token:
        told = "get one from @BotFather and set MIANDAN_TELEGRAM_TOKEN, or set up another channel"
        return wrong("telegram", "no token is set, nor any other channel", told)
    channel = Telegram(token, world=services.settings.world)
    try:
        name = await channel.introduce()
        trouble = await channel.webhook_trouble() if services.settings.telegram_webhook else ""
    except TokenRefused:
        return wrong("telegram", "it does not know this token", "copy it from @BotFather again, whole")
    except ChannelBusy:
        return wrong("telegram", "it cannot be reached", _CHECK_NETWORK)
    finally:
        await channel.close()
    if trouble:
        return wrong("telegram", f"the token is @{name}'s, but about the webhook it says: {trouble}", "see public url")
    return well("telegram", f"the token is @{name}'s")


async def wecom(services: Services) -> Finding:
    """WeCom knows the application and trusts this machine."""
    if not_whole := _not_whole("wecom", services.settings):
        return not_whole
    known = configured.application(services.settings)
    api = wecom_channel.api_of(known, services.http, PassingTokens(), services.clock)
    try:
        name = await wecom_channel.name_of(known, api)
    except Refused as refused:
        return wrong("wecom", "it refuses us", wecom_channel.hint(refused))
    except (ServiceUnavailable, OutcomeUnknown):
        return wrong("wecom", "it cannot be reached", _CHECK_NETWORK)
    return well("wecom", f"the application is called {name}, and this machine is trusted")


async def wecom_bot(services: Services) -> Finding:
    """The bot's credentials are there; asking WeCom would take the bot away from the program that has it."""
    told = "its id and secret are set; only miandan serve can try them, for the last to connect has the bot"
    return _not_whole("wecom_bot", services.settings) or well("wecom bot", told)


async def official_account(services: Services) -> Finding:
    """WeChat knows the account."""
    if not_whole := _not_whole("official_account", services.settings):
        return not_whole
    api = account_channel.api_of(configured.account(services.settings), services.http, PassingTokens(), services.clock)
    try:
        await api.has_token()
    except Refused as refused:
        return wrong("official account", "it refuses us", account_channel.hint(refused))
    except (ServiceUnavailable, OutcomeUnknown):
        return wrong("official account", "it cannot be reached", _CHECK_NETWORK)
    return well("official account", "WeChat knows it")


def _not_whole(channel: str, settings: Settings) -> Finding | None:
    """The finding for a channel that is not in use, or half set up."""
    name = channel.replace("_", " ")
    if channel not in configured.wanted(settings):
        return unused(name, "not in use")
    if lacking := configured.missing(settings, channel):
        return wrong(name, "it is half set up", f"also set {', '.join(lacking)}")
    return None


async def public_url(services: Services) -> Finding:
    """Whether others can reach us, where that is needed: for the way back from an authorisation page, and webhooks."""
    url, settings = services.settings.public_url, services.settings
    if settings.world:
        return unused("public url", "a sandbox on this machine stands for the outside")
    if urlsplit(url).hostname in _LOOPBACK:
        return wrong(
            "public url",
            f"{url} can be opened on this machine only, so no merchant comes back from the authorisation page",
            "set MIANDAN_PUBLIC_URL to the https:// address of your reverse proxy",
        )
    try:
        await services.http.post("public url", f"{url}/healthz", b"", {})
    except (ServiceUnavailable, OutcomeUnknown):
        return wrong("public url", f"nobody answers at {url}", "start miandan serve, then check DNS and reverse proxy")
    return well("public url", f"{url} answers")


async def pinduoduo(services: Services) -> Finding:
    """The platform can be reached and knows the app."""
    if not services.settings.pinduoduo_client_id or not services.settings.pinduoduo_client_secret.get_secret_value():
        return _not_set("pinduoduo", "MIANDAN_PINDUODUO_CLIENT_ID and MIANDAN_PINDUODUO_CLIENT_SECRET")
    apps = services.settings.shop_apps()
    platforms = all_shops(services.http, apps, _NoGrants(), services.clock, services.pause)
    return await _asked("pinduoduo", next(each for each in platforms if each.code == "pinduoduo").check_app)


async def zto(services: Services) -> Finding:
    """The courier can be reached and knows the app."""
    if not services.settings.zto_app_key or not services.settings.zto_app_secret.get_secret_value():
        return _not_set("zto", "MIANDAN_ZTO_APP_KEY and MIANDAN_ZTO_APP_SECRET")
    couriers = all_couriers(services.http, services.settings.courier_apps(), services.clock)
    return await _asked("zto", next(each for each in couriers if each.code == "ZTO").check_app)


async def printer(services: Services) -> Finding:
    """The label printer answers and is ready."""
    if not services.settings.printer:
        return unused("printer", "labels go into the chat")
    try:
        reason = await IppPrinter(services.http, services.settings.printer, "printer").look()
    except ServiceError as error:
        return wrong("printer", f"it does not take questions ({error.code})", "switch it on, check MIANDAN_PRINTER")
    if reason:
        return wrong("printer", f"it is not ready: {reason}", "look after the printer")
    return well("printer", "it answers and is ready")


async def _asked(name: str, ask: Callable[[], Awaitable[None]]) -> Finding:
    try:
        await ask()
    except (ServiceUnavailable, OutcomeUnknown):
        return wrong(name, "it cannot be reached", _CHECK_NETWORK)
    except ClockWrong:
        return wrong(name, "it refuses us because this machine's clock is wrong", "see clock")
    except RateLimited:
        return wrong(name, "it says we ask too often", "wait some minutes and try again")
    except NotPermitted as error:
        told = f"it does not accept our app: {error.details.get('said') or error.details.get('raw')}"
        return wrong(name, told, "check the app's key and secret, its rights and its list of allowed addresses")
    except ServiceError as error:
        return wrong(name, f"it says: {error.details.get('said') or error.code}", "check the app in its console")
    return well(name, "it can be reached and knows our app")


def _not_set(name: str, settings: str) -> Finding:
    return wrong(name, "no credentials of an app are set", f"register an app on its open platform, set {settings}")


OUTSIDE: Mapping[str, Callable[[Services], Awaitable[Finding]]] = {
    "clock": clock,
    "telegram": telegram,
    "wecom": wecom,
    "wecom bot": wecom_bot,
    "official account": official_account,
    "public url": public_url,
    "pinduoduo": pinduoduo,
    "zto": zto,
    "printer": printer,
}
