"""The worker process: it draws, reports, previews, and is replaced when it dies."""

import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from multiprocessing.process import BaseProcess
from typing import TypeAlias

import pytest
from label_samples import LABEL, label, many
from PIL import Image

from core.errors import MissingGlyph
from core.labels import Party, Press
from core.labels.privacy import RecipientInPlainText
from core.labels.render import render
from core.labels.template import template

Workers: TypeAlias = Callable[[], list[BaseProcess]]


@pytest.fixture
async def press() -> AsyncIterator[Press]:
    press = Press()
    yield press
    await press.close()


async def test_a_press_prints_what_render_draws_and_shows_it_as_a_picture(press: Press, workers: Workers) -> None:
    labels = many(3)
    pdf = await press.pdf(labels, "76x130")
    assert pdf == render(labels, template("76x130"))
    picture = Image.open(BytesIO(await press.preview(pdf, page=2)))
    assert (picture.format, picture.size) == ("PNG", (608, 1040))
    coarse = Image.open(BytesIO(await press.preview(pdf, dpmm=4)))
    assert coarse.size == (304, 520)
    assert len(workers()) == 1


async def test_errors_for_merchants_and_programmers_arrive_as_they_were_raised(press: Press) -> None:
    with pytest.raises(MissingGlyph) as refusal:
        await press.pdf([label(remark="👍")])
    assert refusal.value.details == {"characters": "👍", "number": "YT1234567890123"}
    with pytest.raises(RecipientInPlainText):
        await press.pdf([label(recipient=Party("王小明", "138******78", "***"))])
    with pytest.raises(KeyError):
        await press.pdf([LABEL], "10x10")


async def test_a_press_whose_worker_died_replaces_it_and_prints(press: Press, workers: Workers) -> None:
    before = await press.pdf([LABEL])
    (worker,) = workers()
    worker.kill()
    worker.join()
    assert await press.pdf([LABEL]) == before
    (replacement,) = workers()
    assert replacement.pid != worker.pid


async def test_a_closed_press_leaves_no_process_and_an_unused_one_starts_none(workers: Workers) -> None:
    idle = Press()
    await idle.close()
    assert workers() == []
    press = Press()
    await press.pdf([LABEL])
    await press.close()
    assert workers() == []


_KILLED_PARENT = """
import asyncio, os, signal
from core.labels import Press

async def main():
    press = Press()
    await press.undrawable([])
    print(*press._pool._processes, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


def test_a_worker_whose_parent_was_killed_leaves() -> None:
    killed = subprocess.run([sys.executable, "-c", _KILLED_PARENT], capture_output=True, text=True, check=False)  # noqa: S603
    worker = int(killed.stdout)
    late = time.monotonic() + 20
    while _is_there(worker) and time.monotonic() < late:
        time.sleep(0.05)  # another process's end can only be looked at
    assert not _is_there(worker)


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
