"""Outgoing calls to WeChat's APIs: an access token in the query, JSON both ways, errors as numbers.

The token is fetched once for all who want it, kept for all our processes, and fetched anew once when the service says
that it is wrong or old (official pages on access tokens: 7200 seconds).
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode

from bot.channels.base import File
from core.clock import SECOND, Clock
from core.errors import FileRefused, OutcomeUnknown, ServiceUnavailable
from core.http import Http, Reply, multipart
from core.storage.repositories import Repositories

Json = dict[str, Any]
T = TypeVar("T")
_TOKEN_IS_OVER = {40001, 40014, 42001}
_MARGIN = 300  # seconds before its end at which a token is no longer used
_WORDS = ("application/json", "text/")
_JSON = {"Content-Type": "application/json; charset=utf-8"}


class Refused(Exception):
    """The service understood and said no: its number for that, and its words."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(code)
        self.code = code
        self.said = said


class Tokens(Protocol):
    """Where a token is kept between calls; `until` is epoch milliseconds UTC."""

    async def get(self, service: str, now: int) -> str:
        """The token that is still good; empty when there is none."""
        ...

    async def keep(self, service: str, token: str, until: int) -> None:
        """A new token."""
        ...


@dataclass(frozen=True, slots=True)
class SharedTokens:
    """In the database, for all our processes."""

    kept: Repositories

    async def get(self, service: str, now: int) -> str:
        """See `Tokens`."""
        return await self.kept.access_tokens.get(service, now)

    async def keep(self, service: str, token: str, until: int) -> None:
        """See `Tokens`."""
        await self.kept.database.apply(self.kept.access_tokens.keep(service, token, until))


class PassingTokens:
    """Nowhere, for a look without a database."""

    async def get(self, _service: str, _now: int) -> str:
        """See `Tokens`."""
        return ""

    async def keep(self, _service: str, _token: str, _until: int) -> None:
        """See `Tokens`."""


class WeChatApi:
    """One account's or application's calls below `base`, where `token_query` gets it a token."""

    def __init__(
        self,
        service: str,
        account: str,
        base: str,
        token_path: str,
        token_query: Mapping[str, str],
        http: Http,
        tokens: Tokens,
        clock: Clock,
    ) -> None:
        """`service` and `account` name the account, among all accounts of this program."""
        self._service = service
        self._account = f"{service}/{account}"
        self._base = base
        self._token_url = f"{base}/{token_path}?{urlencode(token_query)}"
        self._http = http
        self._tokens = tokens
        self._clock = clock
        self._fetching = asyncio.Lock()

    async def post(self, path: str, body: Json) -> Json:
        """Call. Raises `Refused`, `ServiceUnavailable`, and `OutcomeUnknown` when it may have been done."""
        written = json.dumps(body, ensure_ascii=False).encode()
        return await self._with_token(path, {}, partial(self._call, written, _JSON))

    async def get(self, path: str, query: Mapping[str, str]) -> Json:
        """Ask for something that changes nothing. Raises `Refused` and `ServiceUnavailable`."""
        return await self._harmless(path, query, b"", {})

    async def upload(self, path: str, kind: str, file: File) -> str:
        """Lend a file to the service; returns its media id. Raises `Refused` and `ServiceUnavailable`."""
        body, headers = multipart("media", file.name, file.body)
        answer = await self._harmless(path, {"type": kind}, body, headers)
        return str(answer["media_id"])

    async def download(self, path: str, query: Mapping[str, str], most: int) -> bytes:
        """A file that the service keeps. Raises `FileRefused` ("too_big"), `Refused` and `ServiceUnavailable`."""
        try:
            body = await self._with_token(path, query, self._file)
        except OutcomeUnknown as error:
            raise ServiceUnavailable(service=self._service) from error
        if len(body) > most:
            raise FileRefused(why="too_big")
        return body

    async def has_token(self) -> None:
        """Whether we are known. Raises `Refused` and `ServiceUnavailable`."""
        await self._token("")

    async def _harmless(self, path: str, query: Mapping[str, str], body: bytes, headers: Mapping[str, str]) -> Json:
        """A call that nobody sees and that may be repeated, whatever became of it."""
        try:
            return await self._with_token(path, query, partial(self._call, body, headers))
        except OutcomeUnknown as error:
            raise ServiceUnavailable(service=self._service) from error

    async def _with_token(self, path: str, query: Mapping[str, str], call: Callable[[str], Awaitable[T]]) -> T:
        """What the call of this address comes to."""
        token = await self._token("")
        try:
            return await call(self._url(path, query, token))
        except Refused as refused:
            if refused.code not in _TOKEN_IS_OVER:
                raise
        return await call(self._url(path, query, await self._token(token)))

    def _url(self, path: str, query: Mapping[str, str], token: str) -> str:
        return f"{self._base}/{path}?{urlencode({'access_token': token, **query})}"

    async def _call(self, body: bytes, headers: Mapping[str, str], url: str) -> Json:
        if body:
            return self._read(await self._http.post(self._service, url, body, headers))
        return self._read(await self._http.get(self._service, url))

    async def _file(self, url: str) -> bytes:
        """A file comes as it is; what comes as text instead says why not."""
        reply = await self._http.get(self._service, url)
        if reply.status == HTTPStatus.OK and not reply.headers.get("content-type", "").startswith(_WORDS):
            return reply.body
        self._read(reply)
        raise OutcomeUnknown(service=self._service)

    async def _token(self, refused: str) -> str:
        """A token other than the one that was refused."""
        async with self._fetching:
            known = await self._tokens.get(self._account, self._clock.now())
            return known if known and known != refused else await self._fetched()

    async def _fetched(self) -> str:
        answer = self._read(await self._http.get(self._service, self._token_url))
        token = str(answer["access_token"])
        until = self._clock.now() + (int(answer["expires_in"]) - _MARGIN) * SECOND
        await self._tokens.keep(self._account, token, until)
        return token

    def _read(self, reply: Reply) -> Json:
        try:
            answer: Json = json.loads(reply.body)
            code = int(answer.get("errcode", 0))
        except (AttributeError, TypeError, ValueError) as error:
            raise OutcomeUnknown(service=self._service) from error
        if code:
            raise Refused(code, str(answer.get("errmsg", "")))
        return answer
