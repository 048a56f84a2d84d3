"""What the internet sees: the return from an authorisation page, and whether we are well."""

import hmac
import json
from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from bot.channels.telegram import Telegram
from bot.turns import Turns

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


def web(
    turns: Turns, telegram: Telegram | None = None, telegram_secret: str = "", more: Sequence[Route] = ()
) -> Starlette:
    """The app to serve. Telegram's updates are taken only with a secret; `more` are routes made elsewhere."""

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
        return Response()

    async def health(_request: Request) -> Response:
        return JSONResponse({"ok": True})

    return Starlette(
        routes=[
            Route("/oauth/pinduoduo", returned),
            Route("/healthz", health),
            Route("/telegram", update, methods=["POST"]),
            *more,
        ]
    )
