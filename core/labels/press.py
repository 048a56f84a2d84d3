"""Draws labels and sheets in a process of its own, so that a thousand of them never keep the chat waiting."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from core.apart import result, settle_in, spawn
from core.labels.label import Label
from core.offset import STRAIGHT, Offset
from core.sheets import Table, workbook

T = TypeVar("T")


class Press:
    """One worker process, started with the first job and replaced once if it dies under a job."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    async def pdf(self, labels: Sequence[Label], template: str = "100x150", offset: Offset = STRAIGHT) -> bytes:
        """The labels as a PDF, a page each. Raises what `core.labels.render.render` raises."""
        return await self._do(draw_labels, tuple(labels), template, offset)

    async def calibration(self, template: str, lines: Sequence[str], offset: Offset = STRAIGHT) -> bytes:
        """The page with rulers for a template's paper, as a PDF."""
        return await self._do(draw_calibration, template, tuple(lines), offset)

    async def undrawable(self, labels: Sequence[Label]) -> list[str]:
        """For each label the characters that no embedded font can draw; "" where all is well."""
        return await self._do(find_undrawable, tuple(labels))

    async def preview(self, pdf: bytes, page: int = 0, dpmm: float = 8.0) -> bytes:
        """A page of a PDF, counted from 0, as a PNG of `dpmm` dots a millimetre."""
        return await self._do(draw_preview, pdf, page, dpmm)

    async def workbook(self, tables: Sequence[Table]) -> bytes:
        """The tables as an .xlsx file."""
        return await self._do(workbook, tuple(tables))

    async def close(self) -> None:
        """End the worker after the job in hand; jobs still waiting are cancelled."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(pool.shutdown, cancel_futures=True)

    async def _do(self, job: Callable[..., T], *args: object) -> T:
        pool = self._running()
        try:
            return await result(pool, job, *args)
        except BrokenProcessPool:
            self._discard(pool)
            return await result(self._running(), job, *args)

    def _running(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(max_workers=1, mp_context=spawn(), initializer=settle_in)
        return self._pool

    def _discard(self, pool: ProcessPoolExecutor) -> None:
        if self._pool is pool:  # another job may have replaced it already
            self._pool = None
        pool.shutdown(wait=False)


def draw_labels(labels: Sequence[Label], template_name: str, offset: Offset) -> bytes:
    """The worker's side of `Press.pdf`."""
    from core.labels.render import render  # noqa: PLC0415 - fonts and drawing libraries are loaded in the worker alone
    from core.labels.template import template  # noqa: PLC0415 - the same

    return render(labels, template(template_name), offset)


def draw_calibration(template_name: str, lines: Sequence[str], offset: Offset) -> bytes:
    """The worker's side of `Press.calibration`."""
    from core.labels.calibration import page, page_label  # noqa: PLC0415 - see draw_labels
    from core.labels.render import render  # noqa: PLC0415 - see draw_labels

    return render([page_label(template_name, offset)], page(template_name, lines), offset)


def find_undrawable(labels: Sequence[Label]) -> list[str]:
    """The worker's side of `Press.undrawable`."""
    from core.labels.content import visible, words  # noqa: PLC0415 - see draw_labels
    from core.labels.typeface import undrawable  # noqa: PLC0415 - see draw_labels

    return [undrawable(words(visible(label))) for label in labels]


def draw_preview(pdf: bytes, page: int, dpmm: float) -> bytes:
    """The worker's side of `Press.preview`."""
    from core.labels.preview import png  # noqa: PLC0415 - see draw_labels

    return png(pdf, page, dpmm)
