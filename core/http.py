"""The one HTTP client. It knows three endings: an answer, surely nothing done, and nobody knows.

The difference between the last two decides whether a call that costs money may be repeated, so it is made here, once.
"""

import asyncio
import ipaddress
import socket
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import httpx

from core.errors import OutcomeUnknown, ServiceError, ServiceRefused, ServiceUnavailable

Watch: TypeAlias = Callable[[str, str, float], None]
"""Is told each call's service, outcome (answered, unavailable, unknown) and seconds."""

Resolve: TypeAlias = Callable[[str], Awaitable[list[str]]]
"""Finds the addresses of a host."""

_IPV6 = ipaddress.ip_network("2000::/3")  # all that is given out to anybody

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

    def __init__(self, client: httpx.AsyncClient, watch: Watch | None = None, resolve: Resolve | None = None) -> None:
        """`resolve` finds the addresses of a host; the machine's own way unless given."""
        self._client = client
        self._resolve = resolve or _resolved
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

    async def fetch(self, service: str, url: str, most: int) -> bytes:
        """What lies at an address that somebody else named, at most `most` bytes.

        HTTPS to a public address alone, without redirects: what our own network holds is nobody's to name. The address
        that was checked is the one that is called, whatever the name means a moment later.
        Raises `ServiceRefused` with `raw` address, status, encoding or size; `ServiceUnavailable`.
        """
        asked = await self._checked(service, url)
        try:
            response = await self._client.send(asked, stream=True, follow_redirects=False)
            try:
                return await _body(service, response, most)
            finally:
                await response.aclose()
        except httpx.HTTPError as error:
            raise ServiceUnavailable(service=service) from error

    async def _checked(self, service: str, url: str) -> httpx.Request:
        """The request, made out to a public address of the host."""
        try:
            named = httpx.URL(url)
            addresses = [ipaddress.ip_address(each) for each in await self._resolve(named.host)]
        except (httpx.InvalidURL, OSError, UnicodeError, ValueError) as error:
            raise ServiceRefused(service=service, raw="address") from error
        is_plain = named.scheme == "https" and not named.userinfo and named.port in {None, 443}
        if not (is_plain and addresses and all(map(_is_public, addresses))):
            raise ServiceRefused(service=service, raw="address")
        headers = {"Host": named.host, "Accept-Encoding": "identity"}
        secured_as = {"sni_hostname": named.host}
        there = named.copy_with(host=str(addresses[0]))
        return self._client.build_request("GET", there, headers=headers, extensions=secured_as)

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


async def _body(service: str, response: httpx.Response, most: int) -> bytes:
    """The bytes as they come, and no more than asked for: what is packed is not unpacked here."""
    if response.status_code != httpx.codes.OK:
        raise ServiceRefused(service=service, raw="status")
    if response.headers.get("content-encoding", "identity") != "identity":
        raise ServiceRefused(service=service, raw="encoding")
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > most:
            raise ServiceRefused(service=service, raw="size")
    return bytes(body)


async def _in_the_world(_host: str) -> list[str]:
    """No address of a served sandbox's hosts is ever called, so any public one will do."""
    return ["1.1.1.1"]


async def _resolved(host: str) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether it lies in the open internet, also where it is an IPv4 address in disguise."""
    if isinstance(address, ipaddress.IPv6Address):
        is_disguise = address.sixtofour or address.teredo or address not in _IPV6
        return not is_disguise and address.is_global and not address.is_multicast
    return address.is_global and not address.is_multicast


def never_sent(error: BaseException | None) -> bool:
    """Whether the request behind a failure of some other library's client surely did not arrive."""
    return isinstance(error, _NEVER_SENT)


def outside(world: str | None, timeout: float) -> Http:
    """The program's way out; with a `world` every host is there, whatever it is called."""
    return Http(client(world=world, timeout=timeout), resolve=_in_the_world if world else None)


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
        host = request.extensions.get("sni_hostname", request.url.host)
        path = f"/{host}{request.url.raw_path.decode()}"
        request.url = self._world.join(path)
        request.headers["host"] = self._world.netloc.decode()
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()
