"""A fresh pretend world for every test, and raw callers of it."""

from collections.abc import AsyncIterator

import httpx
import pytest
from sandbox_callers import PinduoduoCaller, ZtoCaller

from bot.sandbox.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(mounts=world.mounts()) as client:
        yield client


@pytest.fixture
def pdd(world: World, client: httpx.AsyncClient) -> PinduoduoCaller:
    return PinduoduoCaller(world, client)


@pytest.fixture
async def bound(pdd: PinduoduoCaller) -> PinduoduoCaller:
    await pdd.binds()
    return pdd


@pytest.fixture
def zto(client: httpx.AsyncClient) -> ZtoCaller:
    return ZtoCaller(client)
