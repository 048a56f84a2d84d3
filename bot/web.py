"""What the internet sees: the return from an authorisation page, updates and news pushed, and whether we are well."""

import hmac
import json

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.channels.telegram import Telegram
from bot.pushes import pushes
from bot.watching import watching
from handlers.errors import unforeseen

_LONGEST_UPDATE = 256 * 1024  # bytes; a message is at most 4096 characters
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # the page's address holds the code
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}
_PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>面单</title>
<style>body {{ font: 18px/1.6 system-ui, sans-serif; margin: 20vh auto; max-width: 22em; padding: 0 1em }}</style>
<h1>{head}</h1><p>{text}</p></html>"""
_WELCOME_BACK = _PAGE.format(
    head="可以回到聊天了", text="授权结果会在聊天里告诉你。<br>You can go back to the chat; the result is told there."
)
_TOO_LATE = _PAGE.format(
    head="这个链接用不了",
    text="它已经用过或过期。请在聊天里重新发「绑定店铺」。<br>This link was used or is too old. Say “bind shop” again.",
)


def web(app: App, telegram: Telegram | None = None, telegram_secret: str = "", metrics_token: str = "") -> Starlette:
    """The app to serve. Telegram's updates are taken only with a secret, figures are given only to whom they concern.

    Without `metrics_token` that is whoever asks from this machine, and not through a proxy.
    """
    turns = app.turns

    async def returned(request: Request) -> Response:
        came = {key: request.query_params.get(key, "")[:512] for key in ("state", "code")}
        if await turns.come_back({key: value for key, value in came.items() if value}):
            return HTMLResponse(_WELCOME_BACK, headers=_HEADERS)
        return HTMLResponse(_TOO_LATE, 410, headers=_HEADERS)

    async def update(request: Request) -> Response:
        """Kept before Telegram is told that it arrived."""
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if telegram is None or not telegram_secret or not hmac.compare_digest(given.encode(), telegram_secret.encode()):
            return Response(status_code=404)
        body = await request.body()
        if len(body) > _LONGEST_UPDATE:
            return Response(status_code=413)
        try:
            sent = json.loads(body)
            await telegram.take(sent, turns.receive)
        except (ValueError, KeyError, TypeError, AttributeError):
            return Response(status_code=400)
        except Exception as error:  # noqa: BLE001 - not kept, so Telegram must send it again
            unforeseen("message not kept", error, channel=telegram.name)
            return Response(status_code=503)
        return Response()

    return Starlette(
        routes=[
            Route("/oauth/pinduoduo", returned),
            *watching(app, metrics_token),
            Route("/telegram", update, methods=["POST"]),
            *pushes(app.desk.lookout, app.push_doors),
        ]
    )
