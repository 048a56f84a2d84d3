"""The program and the pretend world as processes of their own, on free loopback ports, killed without warning."""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from pathlib import Path

_PROJECT = Path(__file__).parents[2]
_PATIENCE = 30.0  # seconds a process may take to say that it listens


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


class Served:
    """One `miandan …` process, the leader of a process group; what it says goes to `log`."""

    def __init__(self, log: Path, *arguments: str, environment: Mapping[str, str]) -> None:
        self._log = log
        self._arguments = arguments
        self._environment = {**_without_ours(), **environment, "PYTHONPATH": str(_PROJECT)}
        self._process: Process | None = None
        self._listening = asyncio.Event()
        self._listener: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start it; returns at once."""
        self._listening.clear()
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                *self._arguments,
                stdout=PIPE,
                stderr=log,
                cwd=self._log.parent,
                env=self._environment,
                start_new_session=True,
            )
        self._listener = asyncio.create_task(self._listen(self._process))

    @property
    def is_running(self) -> bool:
        """Whether it was started and neither killed nor stopped since."""
        return self._process is not None

    @property
    def pid(self) -> int:
        """Of the running process."""
        assert self._process is not None
        return self._process.pid

    async def is_up(self) -> None:
        """Wait until it says that it listens. Raises `TimeoutError`."""
        async with asyncio.timeout(_PATIENCE):
            await self._listening.wait()

    async def kill(self) -> None:
        """End it and its own children now, as a power cut does."""
        if self._process is None or self._listener is None:
            return
        os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        await self._listener
        self._process = self._listener = None

    async def stop(self) -> None:
        """Ask it to stop, and wait until it and whatever it started are gone."""
        assert self._process is not None
        assert self._listener is not None
        self._process.terminate()
        await self._process.wait()
        await self._listener
        self._process = self._listener = None

    async def _listen(self, process: Process) -> None:
        """The one line of its start, then whatever else it may print, to its end."""
        assert process.stdout is not None
        while line := await process.stdout.readline():
            if b"listening" in line:
                self._listening.set()


def _without_ours() -> dict[str, str]:
    """The environment without settings of an installation that happens to be here."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MIANDAN_")}
