"""A label printer that speaks IPP, strict about what RFC 8011 demands. Port 631 or any other, path /ipp/print.

The same job twice is two labels; after a jam, only what came out before it is in the ledger.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count

import pypdfium2
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router

from bot.sandbox import ipp
from bot.sandbox.ipp import JOB, OPERATION, PRINTER, Attribute, Malformed, Message, Status
from bot.sandbox.ledger import Printed
from bot.sandbox.service import Countdown, Scene, Service

MEDIA = ("om_label-100x150_100x150mm", "om_label-76x130_76x130mm")
PDF = "application/pdf"
PATH = "/ipp/print"
_OPERATIONS = {ipp.PRINT_JOB: "Print-Job", ipp.GET_PRINTER_ATTRIBUTES: "Get-Printer-Attributes"}
_COMPLETED = 9
_IDLE, _STOPPED = 3, 5
_VERSIONS = (1, 2)


@dataclass(frozen=True, slots=True)
class Job:
    """A job that came out completely: its name, paper and document."""

    key: str
    media: str
    pdf: bytes


class Refused(Exception):
    """The printer's no."""

    def __init__(self, status: Status) -> None:
        super().__init__(status)
        self.status = status


class Printer(Service):
    """One printer with an endless roll. `jobs` are the documents that came out, oldest first."""

    def __init__(self, scene: Scene) -> None:
        super().__init__("printer", scene)
        self.jobs: list[Job] = []
        self.app = Router([Route(PATH, self._call, methods=["POST"])])
        self._labels_until_jam: int | None = None
        self._busy = Countdown()
        self._job_ids = count(1)

    def jams(self, after: int = 0) -> None:
        """That many more labels come out, then the paper is stuck until `fixed`."""
        self._labels_until_jam = after

    def fixed(self) -> None:
        """The paper runs again; what was lost is not printed by itself."""
        self._labels_until_jam = None

    def is_busy(self, times: int = 1) -> None:
        """The next jobs are refused: another one is being printed."""
        self._busy = Countdown(times)

    def throttled(self) -> Response:
        """Answer busy, as a printer does."""
        return _response(Status.BUSY, 0)

    async def _call(self, request: Request) -> Response:
        if request.headers.get("content-type") != "application/ipp":
            return Response("expected application/ipp", 415)
        try:
            message = ipp.parse(await request.body())
        except Malformed:
            return _response(Status.BAD_REQUEST, 0)
        operation = _OPERATIONS.get(message.operation, "unknown")
        return await self.serve(operation, partial(self._answer, message))

    def _answer(self, message: Message) -> Response:
        try:
            _check(message)
            attributes = self._print(message) if message.operation == ipp.PRINT_JOB else self._describe()
        except Refused as refusal:
            return _response(refusal.status, message.request_id)
        return _response(Status.OK, message.request_id, *attributes)

    def _print(self, message: Message) -> list[Attribute]:
        job = _job(message)
        if self._busy.takes(""):
            raise Refused(Status.BUSY)
        for _ in range(_pages(job.pdf)):
            self._come_out(job.key)
        self.jobs.append(job)
        return _accepted(next(self._job_ids))

    def _come_out(self, key: str) -> None:
        if self._labels_until_jam == 0:
            raise Refused(Status.DEVICE_ERROR)
        if self._labels_until_jam is not None:
            self._labels_until_jam -= 1
        self.scene.ledger.prints.append(Printed(key, self.scene.clock.now()))

    def _describe(self) -> list[Attribute]:
        stuck = self._labels_until_jam == 0
        return [
            ipp.text(PRINTER, ipp.NAME, "printer-name", "sandbox"),
            ipp.whole(PRINTER, ipp.ENUM, "printer-state", _STOPPED if stuck else _IDLE),
            ipp.text(PRINTER, ipp.KEYWORD, "printer-state-reasons", "media-jam" if stuck else "none"),
            ipp.truth(PRINTER, "printer-is-accepting-jobs", value=not stuck),
            ipp.text(PRINTER, ipp.MIME, "document-format-supported", PDF),
            *_set("media-supported", MEDIA),
        ]


def _check(message: Message) -> None:
    """The rules that hold for every operation (RFC 8011, 4.1)."""
    if message.version[0] not in _VERSIONS:
        raise Refused(Status.VERSION_NOT_SUPPORTED)
    if message.operation not in _OPERATIONS:
        raise Refused(Status.OPERATION_NOT_SUPPORTED)
    first = [(a.group, a.tag, a.name) for a in message.attributes[:2]]
    charset, language = (ipp.CHARSET, "attributes-charset"), (ipp.LANGUAGE, "attributes-natural-language")
    if first != [(OPERATION, *charset), (OPERATION, *language)]:
        raise Refused(Status.BAD_REQUEST)
    if message.attributes[0].value != b"utf-8":
        raise Refused(Status.CHARSET_NOT_SUPPORTED)
    _check_target(message.find("printer-uri", ipp.URI))


def _check_target(uri: str) -> None:
    if not uri:
        raise Refused(Status.BAD_REQUEST)
    if not uri.endswith(PATH):
        raise Refused(Status.NOT_FOUND)


def _job(message: Message) -> Job:
    """The job as asked for: named, on paper the printer has, a readable PDF. Without `media`, the first kind."""
    key, media = message.find("job-name", ipp.NAME), message.find("media", ipp.KEYWORD) or MEDIA[0]
    if not key:
        raise Refused(Status.BAD_REQUEST)
    if message.find("document-format", ipp.MIME) != PDF:
        raise Refused(Status.DOCUMENT_FORMAT_NOT_SUPPORTED)
    if media not in MEDIA:
        raise Refused(Status.VALUES_NOT_SUPPORTED)
    return Job(key, media, message.document)


def _pages(pdf: bytes) -> int:
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise Refused(Status.DOCUMENT_FORMAT_ERROR) from error
    pages = len(document)
    document.close()
    return pages


def _accepted(job_id: int) -> list[Attribute]:
    return [
        ipp.text(JOB, ipp.URI, "job-uri", f"ipp://printer.sandbox/jobs/{job_id}"),
        ipp.whole(JOB, ipp.INTEGER, "job-id", job_id),
        ipp.whole(JOB, ipp.ENUM, "job-state", _COMPLETED),
    ]


def _set(name: str, values: tuple[str, ...]) -> Iterator[Attribute]:
    for n, value in enumerate(values):
        yield ipp.text(PRINTER, ipp.KEYWORD, "" if n else name, value)


def _response(status: Status, request_id: int, *attributes: Attribute) -> Response:
    head = (
        ipp.text(OPERATION, ipp.CHARSET, "attributes-charset", "utf-8"),
        ipp.text(OPERATION, ipp.LANGUAGE, "attributes-natural-language", "en"),
        ipp.text(OPERATION, ipp.TEXT, "status-message", status.name.lower().replace("_", "-")),
    )
    return Response(ipp.encode(status, request_id, (*head, *attributes)), media_type="application/ipp")
