"""Work in a process of its own: what would keep the chat waiting, and what reads files that strangers made.

A file is read by a process made for it alone, with a limit on memory and on time: whatever is in it harms nobody else.
"""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar, cast

from core.errors import FileRefused, MerchantError, from_record

T = TypeVar("T")
_MEMORY = 1024**3  # bytes: a photo of 50 megapixels takes a fifth of it
_PATIENCE = 30.0  # seconds: the largest sheet we take is read in five on a slow machine


class Apart:
    """Does jobs with files, each in a process of its own, `at_once` of them side by side."""

    def __init__(self, *, patience: float = _PATIENCE, memory: int = _MEMORY, at_once: int = 1) -> None:
        self._patience = patience
        self._memory = memory
        self._places = asyncio.Semaphore(at_once)

    async def do(self, job: Callable[..., T], *args: object) -> T:
        """What the job returns. Raises its own `MerchantError`, and `FileRefused` ("too_much") beyond the limits."""
        async with self._places:
            pool = ProcessPoolExecutor(1, spawn(), initializer=_settle_in_limited, initargs=(self._memory,))
            try:
                async with asyncio.timeout(self._patience):
                    return await result(pool, job, *args)
            except (TimeoutError, BrokenProcessPool, MemoryError) as error:
                raise FileRefused(why="too_much") from error
            finally:
                _kill(pool)
                await asyncio.to_thread(pool.shutdown)


def spawn() -> multiprocessing.context.SpawnContext:
    """How processes are started: a fork would copy the event loop and its locks."""
    return multiprocessing.get_context("spawn")


async def result(pool: ProcessPoolExecutor, job: Callable[..., T], *args: object) -> T:
    """What the job returns in a pool's process. Raises its own `MerchantError`."""
    answer, failure = await asyncio.get_running_loop().run_in_executor(pool, _attempt, job, *args)
    if failure is not None:
        raise from_record(failure)
    return cast("T", answer)


def settle_in() -> None:
    """Ctrl-C reaches the whole process group, and only the parent decides what it means; without a parent, leave."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _attempt(job: Callable[..., T], *args: object) -> tuple[T | None, dict[str, Any] | None]:
    """Errors for merchants travel as records, because exceptions with keyword arguments cannot be unpickled."""
    try:
        return job(*args), None
    except MerchantError as error:
        return None, error.record()


def _settle_in_limited(memory: int) -> None:
    settle_in()
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # every thread would reserve memory that is never used
    with contextlib.suppress(ImportError, ValueError, OSError):  # not every system limits memory
        import resource  # noqa: PLC0415 - not everywhere

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _leave_with_parent() -> None:
    """A parent that was killed cannot end its worker, which would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


def _kill(pool: ProcessPoolExecutor) -> None:
    """End the process in the middle of whatever it does."""
    processes = pool._processes or {}  # noqa: SLF001 - kill_workers() comes with Python 3.14
    for process in list(processes.values()):
        process.kill()
