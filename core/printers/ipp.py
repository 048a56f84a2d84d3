"""Printing over IPP/2.0 (RFC 8010, RFC 8011): one Print-Job request with the PDF behind it."""

import struct
from collections.abc import Iterator, Mapping
from contextlib import suppress
from urllib.parse import urlsplit, urlunsplit

from core.errors import OutcomeUnknown, RateLimited, ServiceError, ServiceRefused, ServiceUnavailable
from core.http import Http
from core.printers.base import PrintJob

_VERSION = b"\x02\x00"
_PRINT_JOB = 0x0002
_GET_PRINTER_ATTRIBUTES = 0x000B
_REQUEST_ID = 1  # one request a connection, so it tells nothing apart
_PORT = 631
_WEB_SCHEMES = {"ipp": "http", "ipps": "https"}

_OPERATION_ATTRIBUTES = b"\x01"
_JOB_ATTRIBUTES = b"\x02"
_END = b"\x03"
_LAST_DELIMITER = 0x0F

_NAME = 0x42
_KEYWORD = 0x44
_URI = 0x45
_CHARSET = 0x47
_LANGUAGE = 0x48
_MIME_TYPE = 0x49

_HEADER = struct.Struct(">2sHI")
_LENGTH = struct.Struct(">H")

_LAST_OK = 0x00FF
_CLIENT_ERRORS = range(0x0400, 0x0500)
# RFC 8011, B.1.5. A device error is told only by a printer that did not take the job.
_SERVER_ERRORS: Mapping[int, type[ServiceError]] = {
    0x0500: OutcomeUnknown,  # internal error
    0x0501: ServiceRefused,  # operation not supported
    0x0502: ServiceUnavailable,
    0x0503: ServiceRefused,  # version not supported
    0x0504: ServiceUnavailable,  # device error
    0x0505: ServiceUnavailable,  # temporary error
    0x0506: ServiceUnavailable,  # not accepting jobs
    0x0507: RateLimited,  # busy
    0x0508: ServiceRefused,  # job cancelled
    0x0509: ServiceRefused,  # multiple documents not supported
    0x050A: ServiceUnavailable,  # deactivated
}
_BAD_REQUEST = 400
_REASONS, _NO_REASON = "printer-state-reasons", "none"


class IppPrinter:
    """A printer that takes PDF over IPP, directly or through CUPS."""

    def __init__(self, http: Http, url: str, name: str) -> None:
        """`url` as printers show it: ipp://host/ipp/print, also ipps, http and https. `name` is told in errors."""
        self._http = http
        self._uri = url
        self._address = web_address(url)
        self._name = name

    async def look(self) -> str:
        """The printer's first reason not to be ready, as RFC 8011, 5.4.12 names it."""
        answer = await self._ask(question(self._uri))
        with suppress(struct.error, IndexError):
            told = dict(_attributes(answer))
            return "" if told.get(_REASONS, _NO_REASON) == _NO_REASON else told[_REASONS]
        raise OutcomeUnknown(service=self._name)

    async def print(self, job: PrintJob) -> None:
        """Put one label on paper."""
        await self._ask(print_request(self._uri, job))

    async def _ask(self, request: bytes) -> bytes:
        reply = await self._http.post(self._name, self._address, request, {"content-type": "application/ipp"})
        if reply.status >= _BAD_REQUEST:
            raise ServiceRefused(service=self._name, raw=str(reply.status), said="")
        self._check(reply.body)
        return reply.body

    def _check(self, answer: bytes) -> None:
        if len(answer) < _HEADER.size:
            raise OutcomeUnknown(service=self._name)
        status = _HEADER.unpack_from(answer)[1]
        if status > _LAST_OK:
            raise _meaning(status)(service=self._name, raw=f"0x{status:04x}", said=status_message(answer))


def web_address(url: str) -> str:
    """Where to POST: IPP is HTTP on port 631."""
    parts = urlsplit(url)
    if parts.scheme not in _WEB_SCHEMES:
        return url
    host = parts.netloc if parts.port else f"{parts.netloc}:{_PORT}"
    return urlunsplit(parts._replace(scheme=_WEB_SCHEMES[parts.scheme], netloc=host))


def print_request(uri: str, job: PrintJob) -> bytes:
    """The Print-Job request, attributes in the order that the standard prescribes."""
    operation = (
        _attribute(_CHARSET, "attributes-charset", "utf-8"),
        _attribute(_LANGUAGE, "attributes-natural-language", "en"),
        _attribute(_URI, "printer-uri", uri),
        _attribute(_NAME, "requesting-user-name", "miandan"),
        _attribute(_NAME, "job-name", job.key),
        _attribute(_MIME_TYPE, "document-format", "application/pdf"),
    )
    head = _HEADER.pack(_VERSION, _PRINT_JOB, _REQUEST_ID)
    media = _attribute(_KEYWORD, "media", media_keyword(job.width, job.height))
    return head + _OPERATION_ATTRIBUTES + b"".join(operation) + _JOB_ATTRIBUTES + media + _END + job.pdf


def question(uri: str) -> bytes:
    """The Get-Printer-Attributes request."""
    operation = (
        _attribute(_CHARSET, "attributes-charset", "utf-8"),
        _attribute(_LANGUAGE, "attributes-natural-language", "en"),
        _attribute(_URI, "printer-uri", uri),
        _attribute(_KEYWORD, "requested-attributes", _REASONS),
    )
    head = _HEADER.pack(_VERSION, _GET_PRINTER_ATTRIBUTES, _REQUEST_ID)
    return head + _OPERATION_ATTRIBUTES + b"".join(operation) + _END


def media_keyword(width: float, height: float) -> str:
    """The self-describing name of a size in mm (PWG 5101.1)."""
    return f"om_label-{width:.0f}x{height:.0f}_{width:g}x{height:g}mm"


def status_message(answer: bytes) -> str:
    """The printer's own words, "" where it has none or its answer is torn."""
    with suppress(struct.error, IndexError):
        return next((value for name, value in _attributes(answer) if name == "status-message"), "")
    return ""


def _attribute(tag: int, name: str, value: str) -> bytes:
    return bytes([tag]) + _sized(name) + _sized(value)


def _sized(text: str) -> bytes:
    encoded = text.encode()
    return _LENGTH.pack(len(encoded)) + encoded


def _attributes(answer: bytes) -> Iterator[tuple[str, str]]:
    at = _HEADER.size
    while answer[at : at + 1] != _END:
        if answer[at] <= _LAST_DELIMITER:
            at += 1
            continue
        name, at = _text_at(answer, at + 1)
        value, at = _text_at(answer, at)
        yield name, value


def _text_at(answer: bytes, at: int) -> tuple[str, int]:
    (length,) = _LENGTH.unpack_from(answer, at)
    start = at + _LENGTH.size
    return answer[start : start + length].decode(errors="replace"), start + length


def _meaning(status: int) -> type[ServiceError]:
    if status in _CLIENT_ERRORS:
        return ServiceRefused
    return _SERVER_ERRORS.get(status, OutcomeUnknown)
