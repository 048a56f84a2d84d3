"""`miandan serve` as a process: on every channel at once, and gone in good order when it is asked to stop."""

import asyncio
from pathlib import Path

import httpx
import pytest

from tests.torture.processes import Served, free_port
from tests.torture.world import World

CHATS = {"telegram": "1", "wecom": "xiaoman", "wecom_bot": "xiaoman", "official_account": "xiaoman"}


async def heard(client: httpx.AsyncClient, channel: str, chat: str) -> str:
    """The first thing said there."""
    async with asyncio.timeout(15):
        while not (told := (await client.get(f"/world/{channel}/heard", params={"chat": chat})).json()):
            await asyncio.sleep(0.1)
    return str(told[0]["text"])


@pytest.fixture
def ports() -> tuple[int, int]:
    return free_port(), free_port()


async def test_it_answers_on_every_channel_and_is_gone_within_ten_seconds(
    tmp_path: Path, ports: tuple[int, int]
) -> None:
    world_port, port = ports
    url, program_url = f"http://127.0.0.1:{world_port}", f"http://127.0.0.1:{port}"
    arguments = ("sandbox", "--port", str(world_port), "--orders", "3", "--program", program_url)
    sandbox = Served(tmp_path / "world.log", *arguments, environment={})
    environment = {"MIANDAN_DATABASE": f"sqlite:{tmp_path}/m.db", "MIANDAN_KEY_FILE": f"{tmp_path}/key"}
    program = Served(tmp_path / "log", "serve", "--world", url, "--port", str(port), environment=environment)
    world = World(url)
    try:
        await sandbox.start()
        await world.is_up()
        await program.start()
        await program.is_up()
        async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
            for channel, chat in CHATS.items():
                said = {"chat": chat, "text": "帮助"}
                assert (await client.post(f"/world/{channel}/say", json=said)).status_code == 200
            told = {channel: await heard(client, channel, chat) for channel, chat in CHATS.items()}
        async with asyncio.timeout(10):
            await program.stop()
    finally:
        await program.kill()
        await sandbox.kill()
        await world.close()
    assert [channel for channel, text in told.items() if not text.startswith("你好，我是面单")] == []
    assert "error" not in (tmp_path / "log").read_text()
