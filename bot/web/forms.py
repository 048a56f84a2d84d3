"""The form for a secret: opened by the link in the chat, filled once within five minutes, for that question only."""

from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.engine.composing import Composer
from bot.engine.turns import Turns
from bot.web import pages
from core.ids import is_token
from core.storage.links import Form

_LONGEST = 200  # characters of a secret
_LONGEST_BODY = 4 * 1024  # bytes
_EVERYBODY = ("zh", "en")


class FormPages:
    """What the internet sees of forms."""

    def __init__(self, turns: Turns, composer: Composer) -> None:
        self._turns = turns
        self._composer = composer

    def routes(self) -> Sequence[BaseRoute]:
        """The form, what it sends, and the wish for a new one."""
        return [
            Route("/form/{token}", self._show),
            Route("/form/{token}", self._fill, methods=["POST"]),
            Route("/form/{token}/again", self._again, methods=["POST"]),
        ]

    async def _show(self, request: Request) -> Response:
        """Opening it changes nothing: chats open links by themselves to see what is there."""
        form = await self._find(request)
        if form is None:
            return pages.notice("form_used", *_EVERYBODY, status=HTTPStatus.GONE)
        language = await self._composer.language(form.to)
        if not form.is_open:
            return self._too_old(form, language)
        return pages.form(request, language, form.prompt)

    async def _fill(self, request: Request) -> Response:
        body = await request.body()
        sent = dict(parse_qsl(body[:_LONGEST_BODY].decode(errors="replace")))
        form = await self._find(request)
        if form is None:
            return pages.notice("form_used", *_EVERYBODY, status=HTTPStatus.GONE)
        language, typed = await self._composer.language(form.to), sent.get("typed", "").strip()[:_LONGEST]
        if not pages.is_ours(request, self._composer.links.base, sent.get("mark", "")):
            return pages.notice("foreign", language, status=HTTPStatus.FORBIDDEN)
        if not form.is_open:
            return self._too_old(form, language)
        if not typed:
            return pages.form(request, language, form.prompt, is_empty=True)
        if not await self._turns.fill_in(form.token, typed):
            return pages.notice("form_used", language, status=HTTPStatus.GONE)
        return pages.notice("filled", language)

    async def _again(self, request: Request) -> Response:
        """Sends nothing to the browser that asked; the new link goes into the chat."""
        form = await self._find(request)
        if form is None or not await self._turns.ask_again(form.token):
            return pages.notice("form_used", *_EVERYBODY, status=HTTPStatus.GONE)
        return pages.notice("again", await self._composer.language(form.to))

    def _too_old(self, form: Form, language: str) -> Response:
        again = self._composer.links.form(form.token) + "/again"
        return pages.notice("form_old", language, status=HTTPStatus.GONE, again=again)

    async def _find(self, request: Request) -> Form | None:
        token = str(request.path_params["token"])
        return await self._composer.kept.forms.find(token, self._composer.clock.now()) if is_token(token) else None
