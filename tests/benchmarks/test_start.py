"""From nothing to a bot that listens, beside the import of python-telegram-bot; and what it keeps in memory then."""

import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.torture.processes import Served, free_port
from tests.torture.world import World

pytestmark = pytest.mark.benchmark

ROUNDS = 5
MB = 1024 * 1024


async def test_the_program_is_ready_within_four_times_the_import_of_the_library(tmp_path: Path) -> None:
    imports, starts, memory = [], [], []
    async with world(tmp_path) as url:
        for round_ in range(ROUNDS):
            imports.append(await _import_seconds())
            program = _program(tmp_path, url, round_)
            began = time.perf_counter()
            await program.start()
            await program.is_up()
            starts.append(time.perf_counter() - began)
            memory.append(_resident(program.pid))
            await program.stop()
    library, ours = statistics.median(imports), statistics.median(starts)
    print(
        f"\nstart to ready {ours:.2f} s, new database and command menu included; import telegram.ext {library:.2f} s,"
        f" x{ours / library:.2f}; idle {statistics.median(memory) / MB:.0f} MB"
    )
    assert ours / library <= 4


@asynccontextmanager
async def world(folder: Path) -> AsyncIterator[str]:
    """The address of a served sandbox."""
    port = free_port()
    sandbox = Served(folder / "world.log", "sandbox", "--port", str(port), "--orders", "0", environment={})
    await sandbox.start()
    served = World(f"http://127.0.0.1:{port}")
    try:
        await served.is_up()
        yield served.url
    finally:
        await served.close()
        await sandbox.kill()


def _program(folder: Path, url: str, round_: int) -> Served:
    place = folder / str(round_)
    environment = {"MIANDAN_DATABASE": f"sqlite:{place}/miandan.db", "MIANDAN_KEY_FILE": f"{place}/miandan.key"}
    return Served(
        folder / f"{round_}.log", "serve", "--world", url, "--port", str(free_port()), environment=environment
    )


async def _import_seconds() -> float:
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "import telegram.ext")
    assert await process.wait() == 0
    return time.perf_counter() - began


def _resident(pid: int) -> int:
    """Bytes of memory that the process holds, its children left out."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096
