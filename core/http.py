"""The one HTTP client. It knows three endings: an answer, surely nothing done, and nobody knows.

The difference between the last two decides whether a call that costs money may be repeated, so it is made here, once.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import httpx

from core.errors import OutcomeUnknown, ServiceError, ServiceUnavailable

Watch: TypeAlias = Callable[[str, str, float], None]
"""Is told each call's service, outcome (answered, unavailable, unknown) and seconds."""

# Raised before a request can have reached the service.
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: status, headers and the exact bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Http:
    """Sends bytes and returns bytes. Never follows redirects, never retries: both are the adapter's to decide."""

    def __init__(self, client: httpx.AsyncClient, watch: Watch | None = None) -> None:
        self._client = client
        self.watch = watch

    async def post(self, service: str, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """POST the exact bytes.

        Raises `ServiceUnavailable` when the request surely did not arrive, `OutcomeUnknown` when it may have.
        A 5xx is `OutcomeUnknown` too: the service may have failed after the work was done.
        """
        return await self._told(service, self._client.build_request("POST", url, content=body, headers=dict(headers)))

    async def get(self, service: str, url: str, headers: Mapping[str, str] | None = None) -> Reply:
        """GET, which changes nothing: `ServiceUnavailable` however it fails."""
        try:
            return await self._told(service, self._client.build_request("GET", url, headers=dict(headers or {})))
        except OutcomeUnknown as lost:
            raise ServiceUnavailable(**lost.details) from lost

    async def _told(self, service: str, request: httpx.Request) -> Reply:
        begun = time.perf_counter()
        try:
            reply = await self._send(service, request)
        except ServiceError as error:
            self._tell(service, "unavailable" if isinstance(error, ServiceUnavailable) else "unknown", begun)
            raise
        self._tell(service, "answered", begun)
        return reply

    def _tell(self, service: str, outcome: str, begun: float) -> None:
        if self.watch is not None:
            self.watch(service, outcome, time.perf_counter() - begun)

    async def _send(self, service: str, request: httpx.Request) -> Reply:
        try:
            response = await self._client.send(request)
        except _NEVER_SENT as error:
            raise ServiceUnavailable(service=service) from error
        except httpx.HTTPError as error:
            raise OutcomeUnknown(service=service) from error
        if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise OutcomeUnknown(service=service, raw=str(response.status_code))
        return Reply(response.status_code, response.headers, response.content)

    async def close(self) -> None:
        """Let go of all connections."""
        await self._client.aclose()


def multipart(
    field: str, name: str, body: bytes, others: Mapping[str, str] | None = None
) -> tuple[bytes, dict[str, str]]:
    """A form with one file, and perhaps `others`: the body and its headers. The name may be in any script."""
    file = (name, body, "application/octet-stream")
    request = httpx.Request("POST", "http://nowhere", data=dict(others or {}), files={field: file})
    return request.read(), {"Content-Type": request.headers["Content-Type"]}


def never_sent(error: BaseException | None) -> bool:
    """Whether the request behind a failure of some other library's client surely did not arrive."""
    return isinstance(error, _NEVER_SENT)


def client(
    *,
    mounts: Mapping[str, httpx.AsyncBaseTransport] | None = None,
    world: str | None = None,
    timeout: float = 15.0,
) -> httpx.AsyncClient:
    """The program's client.

    `mounts` maps "https://host" to an in-process service; with mounts given, every other host is refused.
    `world` sends every request to a served sandbox instead, with the host name as the first path segment.
    `timeout` in seconds, for each phase of a call.
    """
    limits = httpx.Timeout(timeout, connect=min(timeout, 5.0))
    if mounts is not None:
        return httpx.AsyncClient(mounts=dict(mounts), transport=_NoNetwork(), timeout=limits, trust_env=False)
    if world is not None:
        return httpx.AsyncClient(transport=_Elsewhere(httpx.URL(world)), timeout=limits, trust_env=False)
    return httpx.AsyncClient(timeout=limits)


class _NoNetwork(httpx.AsyncBaseTransport):
    """Refuses: with an in-process world, nothing may leave the process."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"{request.url.host} is not part of this world", request=request)


class _Elsewhere(httpx.AsyncBaseTransport):
    """Sends `https://host/path` to `http://world/host/path`."""

    def __init__(self, world: httpx.URL) -> None:
        self._world = world
        self._inner = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = f"/{request.url.host}{request.url.raw_path.decode()}"
        request.url = self._world.join(path)
        request.headers["host"] = self._world.netloc.decode()
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()
