"""IPP on the wire: the exact request, and what each status means."""

import httpx
import pytest

from core.errors import MerchantError, OutcomeUnknown, RateLimited, ServiceRefused, ServiceUnavailable
from core.http import Http
from core.printers import IppPrinter
from core.printers.base import PrintJob
from core.printers.ipp import media_keyword

_JOB = PrintJob("75300000000001/1", b"%PDF-1.7\n%%EOF\n", width=100, height=150)
_REQUEST = (
    b"\x02\x00"  # IPP/2.0
    b"\x00\x02"  # Print-Job
    b"\x00\x00\x00\x01"  # request id
    b"\x01"  # operation attributes
    b"\x47\x00\x12attributes-charset\x00\x05utf-8"
    b"\x48\x00\x1battributes-natural-language\x00\x02en"
    b"\x45\x00\x0bprinter-uri\x00\x1cipp://192.168.1.20/ipp/print"
    b"\x42\x00\x14requesting-user-name\x00\x07miandan"
    b"\x42\x00\x08job-name\x00\x1075300000000001/1"
    b"\x49\x00\x0fdocument-format\x00\x0fapplication/pdf"
    b"\x02"  # job attributes
    b"\x44\x00\x05media\x00\x1aom_label-100x150_100x150mm"
    b"\x03"  # end
    b"%PDF-1.7\n%%EOF\n"
)


def _answer(status: int, message: str = "") -> bytes:
    head = b"\x02\x00" + status.to_bytes(2, "big") + b"\x00\x00\x00\x01"
    attributes = b"\x01\x47\x00\x12attributes-charset\x00\x05utf-8\x48\x00\x1battributes-natural-language\x00\x02en"
    said = message.encode()
    told = b"\x41\x00\x0estatus-message" + len(said).to_bytes(2, "big") + said if said else b""
    return head + attributes + told + b"\x03"


class _Printer:
    """Answers one request and remembers it."""

    def __init__(self, answer: bytes | int | Exception) -> None:
        self.requests: list[httpx.Request] = []
        self._answer = answer

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if isinstance(self._answer, Exception):
            raise self._answer
        if isinstance(self._answer, int):
            return httpx.Response(self._answer)
        return httpx.Response(200, content=self._answer)


def _ipp(printer: _Printer, url: str = "ipp://192.168.1.20/ipp/print") -> IppPrinter:
    return IppPrinter(Http(httpx.AsyncClient(transport=httpx.MockTransport(printer))), url, "仓库打印机")


async def test_a_label_is_one_print_job_request_with_the_pdf_behind_it() -> None:
    printer = _Printer(_answer(0x0000))
    await _ipp(printer).print(_JOB)
    sent = printer.requests[0]
    assert (sent.method, sent.headers["content-type"]) == ("POST", "application/ipp")
    assert sent.content == _REQUEST


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("ipp://192.168.1.20/ipp/print", "http://192.168.1.20:631/ipp/print"),
        ("ipp://localhost:8631/ipp/print", "http://localhost:8631/ipp/print"),
        ("ipps://printer.local/ipp/print", "https://printer.local:631/ipp/print"),
        ("http://localhost:631/printers/labels", "http://localhost:631/printers/labels"),
    ],
)
async def test_ipp_addresses_are_http_on_port_631(url: str, address: str) -> None:
    printer = _Printer(_answer(0x0000))
    await _ipp(printer, url).print(_JOB)
    assert str(printer.requests[0].url) == address


@pytest.mark.parametrize(
    ("width", "height", "keyword"),
    [
        (100, 150, "om_label-100x150_100x150mm"),
        (76.0, 130.0, "om_label-76x130_76x130mm"),
        (76.2, 130, "om_label-76x130_76.2x130mm"),
    ],
)
def test_media_names_describe_the_size_in_millimetres(width: float, height: float, keyword: str) -> None:
    assert media_keyword(width, height) == keyword


@pytest.mark.parametrize("status", [0x0000, 0x0001, 0x0002, 0x00FF])
async def test_every_status_of_success_means_that_the_printer_took_the_job(status: int) -> None:
    printer = _Printer(_answer(status))
    await _ipp(printer).print(_JOB)
    assert len(printer.requests) == 1


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (0x0400, ServiceRefused),
        (0x0401, ServiceRefused),
        (0x0406, ServiceRefused),
        (0x040A, ServiceRefused),
        (0x040B, ServiceRefused),
        (0x0500, OutcomeUnknown),
        (0x0501, ServiceRefused),
        (0x0502, ServiceUnavailable),
        (0x0503, ServiceRefused),
        (0x0504, ServiceUnavailable),
        (0x0505, ServiceUnavailable),
        (0x0506, ServiceUnavailable),
        (0x0507, RateLimited),
        (0x0508, ServiceRefused),
        (0x050A, ServiceUnavailable),
        (0x0100, OutcomeUnknown),
        (0x05FF, OutcomeUnknown),
    ],
)
async def test_every_other_status_has_one_meaning_and_keeps_the_printers_words(
    status: int, meaning: type[MerchantError]
) -> None:
    with pytest.raises(MerchantError) as caught:
        await _ipp(_Printer(_answer(status, "media not loaded"))).print(_JOB)
    assert type(caught.value) is meaning
    assert caught.value.details == {
        "service": "仓库打印机",
        "raw": f"0x{status:04x}",
        "said": "media not loaded",
    }


@pytest.mark.parametrize("torn", [_answer(0x040B)[:-1], _answer(0x040B)[:-4], _answer(0x040B)[:8]])
async def test_a_refusal_stays_a_refusal_when_its_words_are_torn_off(torn: bytes) -> None:
    with pytest.raises(ServiceRefused) as caught:
        await _ipp(_Printer(torn)).print(_JOB)
    assert caught.value.details["said"] == ""


@pytest.mark.parametrize("answer", [b"", b"\x02\x00", httpx.ReadTimeout("lost"), 500])
async def test_without_a_readable_answer_nobody_knows_whether_it_printed(answer: bytes | int | Exception) -> None:
    with pytest.raises(OutcomeUnknown):
        await _ipp(_Printer(answer)).print(_JOB)


async def test_a_printer_that_is_switched_off_printed_nothing() -> None:
    with pytest.raises(ServiceUnavailable):
        await _ipp(_Printer(httpx.ConnectError("no route"))).print(_JOB)


@pytest.mark.parametrize("status", [401, 404, 426])
async def test_a_web_server_that_refuses_is_a_refusal(status: int) -> None:
    with pytest.raises(ServiceRefused) as caught:
        await _ipp(_Printer(status)).print(_JOB)
    assert caught.value.details["raw"] == str(status)
