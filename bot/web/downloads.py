"""Documents behind a link, for chats that take none: drawn when they are fetched, good for an hour."""

from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.engine.composing import DOCUMENT, Composer, media_type
from bot.web import pages
from core.storage.database import Conflict
from core.storage.links import Download
from handlers import texts
from handlers.messages import Outgoing
from handlers.post import post

_EVERYBODY = ("zh", "en")


class DownloadPages:
    """What the internet sees of documents."""

    def __init__(self, composer: Composer) -> None:
        self._composer = composer
        self._kept = composer.kept

    def routes(self) -> Sequence[BaseRoute]:
        """The document, and the wish for a new link."""
        return [
            Route("/labels/{sealed}", self._fetch),
            Route("/labels/{sealed}/again", self._again, methods=["POST"]),
        ]

    async def _fetch(self, request: Request) -> Response:
        download = await self._find(request)
        if download is None:
            return pages.notice("labels_gone", *_EVERYBODY, status=HTTPStatus.GONE)
        if not download.is_open:
            language = await self._composer.language(download.to)
            again = f"{self._composer.links.base}/labels/{request.path_params['sealed']}/again"
            return pages.notice("labels_old", language, status=HTTPStatus.GONE, again=again)
        document = DOCUMENT.validate_json(download.body)
        if not await self._composer.may_have(download.to, document):
            return pages.notice("labels_gone", *_EVERYBODY, status=HTTPStatus.GONE)
        (file,) = await self._composer.files(document)
        shown = {"Content-Disposition": f"inline; filename*=UTF-8''{quote(file.name)}"}
        return Response(file.body, media_type=media_type(file), headers=shown)

    async def _again(self, request: Request) -> Response:
        """A new link, into the chat that the old one was for; the old one is gone then."""
        download = await self._find(request)
        if download is None or download.is_open:
            return pages.notice("labels_gone", *_EVERYBODY, status=HTTPStatus.GONE)
        language, now = await self._composer.language(download.to), self._composer.clock.now()
        document = DOCUMENT.validate_json(download.body)
        told = Outgoing(texts.text(language, "chat.new_download"), document=document)
        try:
            await self._kept.database.apply(
                self._kept.downloads.replaced(download.id), *post(self._kept.outbox, download.to, told, now)
            )
        except Conflict:
            return pages.notice("labels_gone", language, status=HTTPStatus.GONE)
        return pages.notice("again", language)

    async def _find(self, request: Request) -> Download | None:
        key = self._composer.links.opened(str(request.path_params["sealed"]))
        return await self._kept.downloads.find(key, self._composer.clock.now()) if key else None
