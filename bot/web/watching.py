"""Two pages for those who watch the program: /healthz for a supervisor, /metrics for Prometheus."""

import hmac

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.operating.metrics import CONTENT_TYPE

_THIS_MACHINE = {"127.0.0.1", "::1"}
_PROXY_MARKS = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")
_FRESH = {"Cache-Control": "no-store"}


def watching(app: App, token: str = "") -> list[Route]:
    """The routes. Figures are given to whoever brings the token; without one, to this machine only."""

    async def health(_request: Request) -> Response:
        report = await app.health.report()
        told = {
            "ok": report.is_well,
            "problems": report.problems,
            "channel_trouble": report.outside,
            "left_lying_seconds": report.seconds,
        }
        return JSONResponse(told, 200 if report.is_well else 503, headers=_FRESH)

    async def metrics(request: Request) -> Response:
        if not _may_see_figures(request, token):
            return Response(status_code=404)
        page = await app.metrics.page(app.desk.kept, app.desk.clock)
        return Response(page, headers={"Content-Type": CONTENT_TYPE, **_FRESH})

    return [Route("/healthz", health), Route("/metrics", metrics)]


def _may_see_figures(request: Request, token: str) -> bool:
    """Whoever comes through a proxy on this machine comes from elsewhere."""
    if token:
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    is_forwarded = any(name in request.headers for name in _PROXY_MARKS)
    return not is_forwarded and request.client is not None and request.client.host in _THIS_MACHINE
