"""What the internet sees: the channels' callbacks, news pushed, pages for merchants, and whether we are well."""

from collections.abc import Iterable
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.app import App
from bot.channels.base import ServedChannel
from bot.web import pages
from bot.web.downloads import DownloadPages
from bot.web.forms import FormPages
from bot.web.guard import Guard
from bot.web.pushes import pushes
from bot.web.watching import watching

_EVERYBODY = ("zh", "en")
_LONGEST = 512  # characters of what an authorisation page brings back


def web(app: App, channels: Iterable[ServedChannel] = (), metrics_token: str = "") -> Starlette:
    """The app to serve: each channel offers its own routes; figures are given to whoever brings the token.

    Without `metrics_token` that is whoever asks from this machine, and not through a proxy.
    """

    async def returned(request: Request) -> Response:
        came = {key: request.query_params.get(key, "")[:_LONGEST] for key in ("state", "code")}
        if await app.turns.come_back({key: value for key, value in came.items() if value}):
            return pages.notice("back", *_EVERYBODY)
        return pages.notice("late", *_EVERYBODY, status=HTTPStatus.GONE)

    return Starlette(
        routes=[  # in the order of how often they are asked for
            *(route for channel in channels for route in channel.routes(app.front_desk)),
            *pushes(app.desk.lookout, app.push_doors),
            Route("/oauth/pinduoduo", returned),
            *watching(app, metrics_token),
            *FormPages(app.turns, app.composer).routes(),
            *DownloadPages(app.composer).routes(),
        ],
        middleware=[Middleware(Guard)],
    )
