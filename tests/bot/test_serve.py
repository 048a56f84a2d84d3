"""`miandan serve` as a process: asked to stop, it is gone in good order."""

import asyncio
from pathlib import Path

from tests.torture.processes import Served, free_port
from tests.torture.world import World


async def test_asked_to_stop_it_is_gone_within_ten_seconds(tmp_path: Path) -> None:
    world_port, port = free_port(), free_port()
    url = f"http://127.0.0.1:{world_port}"
    sandbox = Served(tmp_path / "world.log", "sandbox", "--port", str(world_port), "--orders", "3", environment={})
    environment = {"MIANDAN_DATABASE": f"sqlite:{tmp_path}/m.db", "MIANDAN_KEY_FILE": f"{tmp_path}/key"}
    program = Served(tmp_path / "log", "serve", "--world", url, "--port", str(port), environment=environment)
    world = World(url)
    try:
        await sandbox.start()
        await world.is_up()
        await program.start()
        await program.is_up()
        await world.say(1, "帮助")
        async with asyncio.timeout(15):
            while not await world.heard(1):  # noqa: ASYNC110 - another process's chat can only be looked at
                await asyncio.sleep(0.1)
        async with asyncio.timeout(10):
            await program.stop()
    finally:
        await program.kill()
        await sandbox.kill()
        await world.close()
    assert "error" not in (tmp_path / "log").read_text()
