"""Pushes of a served world, over real sockets, to an address that answers as it likes."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.sandbox.kuaidi100.companies import COMPANIES
from bot.sandbox.parcels import Journey
from bot.sandbox.world import World
from tests.support.passing import until

NUMBER = "YT8962646785389"
HOUR = 3_600_000


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[str]:
    """An app on a free port of loopback."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        await until(lambda: server.started)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await serving


@pytest.mark.parametrize("answer", [{"result": True, "returnCode": "200"}, {"result": False, "returnCode": "500"}])
async def test_a_served_world_pushes_by_itself_as_its_clock_moves(world: World, answer: dict[str, object]) -> None:
    async def take(_request: Request) -> Response:
        return JSONResponse(answer)

    world._scene.parcels.begins(Journey(NUMBER, ("杭州市", "广州市"), world.clock.now()))
    async with served(Starlette(routes=[Route("/push", take, methods=["POST"])])) as ours, served(world.app) as there:
        parameters = {"callbackurl": f"{ours}/push", "salt": "s", "resultv2": "4"}
        world.kuaidi100.subscriptions.begin(COMPANIES["yuantong"], NUMBER, parameters)
        async with httpx.AsyncClient(base_url=there) as controls:
            moved = await controls.post("/world/do", json={"verb": "clock.moves", "ms": 5 * HOUR})
            assert moved.status_code == 200
        await until(lambda: world.ledger()["pushes"])
    assert {(row["number"], row["answered"]) for row in world.ledger()["pushes"]} == {(NUMBER, answer["result"])}


async def test_how_a_parcel_is_told_can_be_said_over_the_socket(world: World) -> None:
    world._scene.parcels.begins(Journey(NUMBER, ("杭州市", "广州市"), world.clock.now()))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(world.app), base_url="http://world") as controls:
        asked = {"verb": "parcel.tells", "number": NUMBER}
        assert (await controls.post("/world/do", json=asked | {"how": "backwards"})).status_code == 200
        assert (await controls.post("/world/do", json=asked | {"how": "sideways"})).status_code == 422
        assert (await controls.post("/world/do", json=asked)).status_code == 422
    assert world.parcel(NUMBER).telling == "backwards"
