"""Fetching what somebody else named: only from the open internet, only what was asked for, only so much."""

from collections.abc import AsyncIterator

import httpx
import pytest

from bot.sandbox.shown import File
from bot.sandbox.world import World
from core.errors import ServiceRefused, ServiceUnavailable
from core.http import Http, client, outside
from tests.support.sockets import served

PUBLIC, OTHER = "93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"
WORLD = {"pictures.example": [PUBLIC], "v6.example": [OTHER], "nobody.example": []}


class Site:
    """A server at the public addresses; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[httpx.Request] = []
        door = httpx.MockTransport(self._answer)
        self.mounts = {f"https://{PUBLIC}": door, f"https://[{OTHER}]": door}

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        match request.url.path:
            case "/logo.png":
                return httpx.Response(200, content=_stream(1_000))
            case "/away":
                return httpx.Response(302, headers={"Location": "https://127.0.0.1/secret"})
            case "/endless":
                return httpx.Response(200, content=_stream(2**60))
            case "/packed":
                return httpx.Response(200, content=_stream(1_000), headers={"Content-Encoding": "br"})
        return httpx.Response(404)


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def http(site: Site) -> Http:
    return Http(client(mounts=site.mounts), resolve=_resolve)


async def _stream(length: int) -> AsyncIterator[bytes]:
    for _ in range(length // 1_000):
        yield b"x" * 1_000


async def _resolve(host: str) -> list[str]:
    if host not in WORLD and not host.replace(".", "").replace(":", "").isalnum():
        raise OSError(host)
    return WORLD.get(host, [host])


@pytest.mark.parametrize("host", ["pictures.example", "v6.example"])
async def test_the_checked_address_is_called_under_the_hosts_own_name(http: Http, site: Site, host: str) -> None:
    assert await http.fetch("picture", f"https://{host}/logo.png", 1000) == b"x" * 1000
    (asked,) = site.asked
    assert asked.headers["host"] == host
    assert asked.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    "url",
    [
        "http://pictures.example/logo.png",
        "https://pictures.example:8443/logo.png",
        "https://me:secret@pictures.example/logo.png",
        "file:///etc/passwd",
        "ftp://pictures.example/x",
        "https:///logo.png",
        "https://nobody.example/logo.png",
        "https://[::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://[64:ff9b::a00:1]/x",
        "https://[2002:a00:1::]/x",
        "https://[fd00::1]/x",
        "https://127.0.0.1/x",
        "https://10.1.2.3/x",
        "https://192.168.0.1/x",
        "https://172.16.0.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/x",
        "https://0.0.0.0/x",
        "https://224.0.0.1/x",
        "https://255.255.255.255/x",
        "not an address",
        "https://\u0000/x",
    ],
)
async def test_nothing_of_our_own_network_is_fetched(http: Http, site: Site, url: str) -> None:
    with pytest.raises(ServiceRefused) as refused:
        await http.fetch("picture", url, 1000)
    assert refused.value.details["raw"] == "address"
    assert site.asked == []


async def test_a_name_with_one_private_address_among_its_public_ones_is_refused(site: Site) -> None:
    async def both(_host: str) -> list[str]:
        return [PUBLIC, "10.0.0.1"]

    http = Http(client(mounts=site.mounts), resolve=both)
    with pytest.raises(ServiceRefused):
        await http.fetch("picture", "https://pictures.example/logo.png", 1000)
    assert site.asked == []


@pytest.mark.parametrize(
    ("path", "why"), [("/away", "status"), ("/missing", "status"), ("/endless", "size"), ("/packed", "encoding")]
)
async def test_no_redirect_is_followed_and_nothing_large_or_packed_is_taken(http: Http, path: str, why: str) -> None:
    with pytest.raises(ServiceRefused) as refused:
        await http.fetch("picture", f"https://pictures.example{path}", 50_000)
    assert refused.value.details["raw"] == why


async def test_one_byte_more_than_asked_for_is_too_much(http: Http) -> None:
    with pytest.raises(ServiceRefused) as refused:
        await http.fetch("picture", "https://pictures.example/logo.png", 999)
    assert refused.value.details["raw"] == "size"


async def test_a_host_that_does_not_answer_is_unavailable(http: Http) -> None:
    with pytest.raises(ServiceUnavailable):
        await http.fetch("picture", "https://8.8.8.8/x", 10)


async def test_in_a_served_world_every_host_is_found_under_its_own_name() -> None:
    world = World(orders=0)
    sealed = world.wecom_bot.files.lend(File("a.jpg", b"a picture"))
    async with served(world.app) as address:
        http = outside(f"http://{address}", 5.0)
        body = await http.fetch("picture", str(sealed["url"]), 1000)
        await http.close()
    assert len(body) == 32
