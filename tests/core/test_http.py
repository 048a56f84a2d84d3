"""The client of all services: what it sends, and what it makes of an answer that does not come."""

from collections.abc import Callable
from email import message_from_bytes
from email.policy import HTTP

import httpx
import pytest

from core.errors import OutcomeUnknown, ServiceError, ServiceUnavailable
from core.http import Http, multipart


def _http(answer: Callable[[httpx.Request], httpx.Response]) -> Http:
    return Http(httpx.AsyncClient(transport=httpx.MockTransport(answer)))


def _failing(failure: Exception) -> Http:
    def fails(_request: httpx.Request) -> httpx.Response:
        raise failure

    return _http(fails)


async def test_get_asks_without_a_body() -> None:
    http = _http(lambda request: httpx.Response(200, text=f"{request.method} {request.url} {request.content!r}"))
    reply = await http.get("service", "https://service.example/token?id=1")
    assert (reply.status, reply.body.decode()) == (200, "GET https://service.example/token?id=1 b''")


@pytest.mark.parametrize("failure", [httpx.ConnectError("no route"), httpx.ReadTimeout("lost")])
async def test_get_changes_nothing_so_its_failures_are_alike(failure: Exception) -> None:
    with pytest.raises(ServiceUnavailable):
        await _failing(failure).get("service", "https://service.example/")


@pytest.mark.parametrize(
    ("failure", "told"),
    [(httpx.ConnectError("no route"), ServiceUnavailable), (httpx.ReadTimeout("lost"), OutcomeUnknown)],
)
async def test_post_may_have_been_done(failure: Exception, told: type[ServiceError]) -> None:
    with pytest.raises(told):
        await _failing(failure).post("service", "https://service.example/", b"{}", {})


def test_a_file_keeps_its_name_in_any_script() -> None:
    body, headers = multipart("media", "面单 1.pdf", b"%PDF-1.7\r\n")
    form = message_from_bytes(f"Content-Type: {headers['Content-Type']}\r\n\r\n".encode() + body, policy=HTTP)
    (part,) = form.iter_parts()
    assert part.get_content() == b"%PDF-1.7\r\n"
    assert part["Content-Type"] == "application/octet-stream"
    assert 'name="media"; filename="面单 1.pdf"' in body.decode()
