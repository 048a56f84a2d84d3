"""The world on a socket: paths by host name, controls, and cut connections."""

from collections.abc import AsyncIterator

import httpx
import pytest
from sandbox_callers import ZtoCaller
from starlette.types import Message

from bot.sandbox.world import World

HEADERS = {"content-type": "application/json"}


@pytest.fixture
async def socket(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(world.app), base_url="http://127.0.0.1:8700") as client:
        yield client


async def do(socket: httpx.AsyncClient, verb: str, **args: object) -> httpx.Response:
    return await socket.post("/world/do", json={"verb": verb, **args})


async def time_of(socket: httpx.AsyncClient) -> httpx.Response:
    return await socket.post("/gw-api.pinduoduo.com/api/router", json={"type": "pdd.time.get"})


async def test_every_service_stands_under_its_host_name(socket: httpx.AsyncClient) -> None:
    assert (await time_of(socket)).json()["error_response"]["error_msg"] == "公共参数错误:client_id"
    zto = await socket.post("/japi.zto.com/zto.open.createOrder", json={})
    assert zto.json()["statusCode"] == "S211"
    assert (await socket.get("/fuwu.pinduoduo.com/service-market/auth")).status_code == 400
    assert (await socket.get("/mai.pinduoduo.com/h5-login.html")).status_code == 400
    assert (await socket.post("/printer.sandbox/ipp/print")).status_code == 415
    assert (await socket.get("/example.com/")).status_code == 404


async def test_the_ledger_and_the_summary_can_be_read(socket: httpx.AsyncClient, world: World) -> None:
    assert (await socket.get("/world/ledger")).json() == world.ledger()
    assert (await socket.get("/world/summary")).json() == world.summary()
    books = (await socket.get("/world/ledger")).json()
    assert {"numbers", "uploads", "voids", "prints", "orders", "calls"} <= books.keys()


async def test_a_service_that_is_down_answers_503(socket: httpx.AsyncClient) -> None:
    assert (await do(socket, "pinduoduo.goes_down")).json() == {"done": None}
    assert (await time_of(socket)).status_code == 503
    await do(socket, "pinduoduo.comes_back")
    assert (await time_of(socket)).status_code == 200


async def test_a_lost_answer_begins_and_never_ends(world: World) -> None:
    world.pinduoduo.loses_answers()
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b'{"type": "pdd.time.get"}', "more_body": False}

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/gw-api.pinduoduo.com/api/router",
        "headers": [(b"content-type", b"application/json")],
        "query_string": b"",
    }
    await world.app(scope, receive, send)
    assert [message["type"] for message in sent] == ["http.response.start"]
    assert sent[0]["headers"] == [(b"content-length", b"1")]


async def test_verbs_take_arguments(socket: httpx.AsyncClient, zto: ZtoCaller, world: World) -> None:
    order_sn = (await do(socket, "new_order", remark="加急", detail="新街1号")).json()["done"]
    assert (await do(socket, "pinduoduo.refunds", order_sn=order_sn)).status_code == 200
    entry = next(row for row in world.ledger()["orders"] if row["order_sn"] == order_sn)
    assert entry["why_not"] == ["after_sale"]
    assert entry["beware"] == ["remark"]
    beside = (await do(socket, "another_order", order_sn=order_sn)).json()["done"]
    assert world.pinduoduo.find(beside).receiver.detail == "新街1号"
    number = (await zto.creates())["result"]["billCode"]
    await do(socket, "parcel.scanned", number=number)
    assert len(world.parcel(number).events()) == 1
    await do(socket, "clock.moves", ms=60_000)
    assert world.clock.now() == 1_795_332_660_000


@pytest.mark.parametrize("verb", ["zto.explodes", "zto.__init__", "zto.serve", "pinduoduo.desk", ""])
async def test_only_verbs_on_the_list_exist(socket: httpx.AsyncClient, verb: str) -> None:
    answer = await do(socket, verb)
    assert answer.status_code == 404
    assert "zto.goes_down" in answer.json()["verbs"]


async def test_what_is_no_request_at_all_is_refused(socket: httpx.AsyncClient) -> None:
    for body in (b"", b"[]", b"{}"):
        assert (await socket.post("/world/do", content=body, headers=HEADERS)).status_code == 404


@pytest.mark.parametrize(
    ("verb", "args"),
    [
        ("zto.goes_down", {"now": True}),
        ("pinduoduo.refunds", {}),
        ("pinduoduo.refunds", {"order_sn": "261122-1"}),
        ("parcel.signed", {"number": "73000000000000"}),
        ("new_order", {"colour": "red"}),
    ],
)
async def test_wrong_arguments_are_refused(socket: httpx.AsyncClient, verb: str, args: dict[str, object]) -> None:
    assert (await do(socket, verb, **args)).status_code == 422


async def test_the_consent_form_works_under_the_host_path(socket: httpx.AsyncClient) -> None:
    url = (
        "/fuwu.pinduoduo.com/service-market/auth?response_type=code&client_id=c0ffee00c0ffee00c0ffee00c0ffee00"
        "&redirect_uri=http%3A%2F%2F127.0.0.1%3A8600%2Foauth%2Fpinduoduo&state=s"
    )
    assert "同意授权" in (await socket.get(url)).text
    agreed = await socket.post(url, data={"account": "pdd12345678901"})
    assert agreed.status_code == 302
    assert agreed.headers["location"].startswith("http://127.0.0.1:8600/oauth/pinduoduo?code=")
