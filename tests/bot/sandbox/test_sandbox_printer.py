"""The IPP printer: strict about bytes, honest about paper."""

import struct
from io import BytesIO

import httpx
import pytest
from reportlab.pdfgen.canvas import Canvas

from bot.sandbox.world import World

URL = "http://printer.sandbox:631/ipp/print"
CHARSET = (0x47, "attributes-charset", "utf-8")
LANGUAGE = (0x48, "attributes-natural-language", "en")
TARGET = (0x45, "printer-uri", "ipp://printer.sandbox/ipp/print")
NAME = (0x42, "job-name", "S1-1")
FORMAT = (0x49, "document-format", "application/pdf")
OPERATION = (CHARSET, LANGUAGE, TARGET, NAME, FORMAT)
MEDIA = (0x44, "media", "om_label-76x130_76x130mm")

Attribute = tuple[int, str, str]


def attributes(group: int, *rows: Attribute) -> bytes:
    packed = b"".join(
        struct.pack(">BH", tag, len(name)) + name.encode() + struct.pack(">H", len(value.encode())) + value.encode()
        for tag, name, value in rows
    )
    return bytes([group]) + packed


def request(
    *operation: Attribute, media: str = MEDIA[2], pdf: bytes = b"", code: int = 0x0002, version: bytes = b"\x02\x00"
) -> bytes:
    head = version + struct.pack(">HI", code, 77)
    return head + attributes(1, *operation) + attributes(2, (0x44, "media", media)) + b"\x03" + pdf


def labels(pages: int = 1) -> bytes:
    out = BytesIO()
    canvas = Canvas(out, pagesize=(216, 368))
    for _ in range(pages):
        canvas.showPage()
    canvas.save()
    return out.getvalue()


async def send(client: httpx.AsyncClient, body: bytes) -> int:
    response = await client.post(URL, content=body, headers={"content-type": "application/ipp"})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/ipp"
    return int(struct.unpack_from(">H", response.content, 2)[0])


async def test_a_label_is_printed_kept_and_in_the_ledger(client: httpx.AsyncClient, world: World) -> None:
    pdf = labels()
    assert await send(client, request(*OPERATION, pdf=pdf)) == 0x0000
    assert world.ledger()["prints"] == [{"key": "S1-1", "at": world.clock.now()}]
    (job,) = world.printer.jobs
    assert (job.key, job.media, job.pdf) == ("S1-1", "om_label-76x130_76x130mm", pdf)


async def test_the_answer_echoes_the_request_and_names_the_job(client: httpx.AsyncClient) -> None:
    headers = {"content-type": "application/ipp"}
    answer = (await client.post(URL, content=request(*OPERATION, pdf=labels()), headers=headers)).content
    assert struct.unpack_from(">BBHI", answer) == (2, 0, 0, 77)
    assert attributes(1, CHARSET, LANGUAGE, (0x41, "status-message", "ok")) in answer
    assert b"\x21\x00\x06job-id\x00\x04\x00\x00\x00\x01" in answer
    assert answer.endswith(b"\x23\x00\x09job-state\x00\x04\x00\x00\x00\x09\x03")


@pytest.mark.parametrize(
    ("operation", "status"),
    [
        ((LANGUAGE, CHARSET, TARGET, NAME, FORMAT), 0x0400),
        ((CHARSET, TARGET, LANGUAGE, NAME, FORMAT), 0x0400),
        (((0x44, "attributes-charset", "utf-8"), LANGUAGE, TARGET, NAME, FORMAT), 0x0400),
        (((0x47, "attributes-charset", "gbk"), LANGUAGE, TARGET, NAME, FORMAT), 0x040D),
        ((CHARSET, LANGUAGE, NAME, FORMAT), 0x0400),
        ((CHARSET, LANGUAGE, (0x45, "printer-uri", "ipp://printer.sandbox/else"), NAME, FORMAT), 0x0406),
        ((CHARSET, LANGUAGE, TARGET, FORMAT), 0x0400),
        ((CHARSET, LANGUAGE, TARGET, NAME, (0x49, "document-format", "image/png")), 0x040A),
        ((CHARSET, LANGUAGE, TARGET, NAME), 0x040A),
    ],
    ids=[
        "language first", "target second", "charset as a keyword", "another charset", "no target", "another target",
        "no name", "a picture", "no format",
    ],
)  # fmt: skip
async def test_a_request_that_breaks_a_rule_prints_nothing(
    client: httpx.AsyncClient, world: World, operation: tuple[Attribute, ...], status: int
) -> None:
    assert await send(client, request(*operation, pdf=labels())) == status
    assert world.ledger()["prints"] == []


async def test_paper_the_printer_does_not_have_is_refused(client: httpx.AsyncClient, world: World) -> None:
    assert await send(client, request(*OPERATION, media="iso_a4_210x297mm", pdf=labels())) == 0x040B
    assert world.ledger()["prints"] == []


async def test_bytes_that_are_no_pdf_or_no_request_are_refused(client: httpx.AsyncClient) -> None:
    assert await send(client, request(*OPERATION, pdf=b"hello")) == 0x0411
    assert await send(client, b"\x02\x00\x00\x02") == 0x0400
    assert await send(client, request(*OPERATION)[:30]) == 0x0400


async def test_unknown_operations_and_versions_are_refused(client: httpx.AsyncClient) -> None:
    assert await send(client, request(*OPERATION, code=0x0008)) == 0x0501
    assert await send(client, request(*OPERATION, version=b"\x03\x00")) == 0x0503


async def test_another_content_type_is_not_ipp(client: httpx.AsyncClient) -> None:
    assert (await client.post(URL, content=request(*OPERATION))).status_code == 415


async def test_the_printer_describes_its_paper_and_its_state(client: httpx.AsyncClient, world: World) -> None:
    ask = request(CHARSET, LANGUAGE, TARGET, code=0x000B)
    headers = {"content-type": "application/ipp"}
    well = (await client.post(URL, content=ask, headers=headers)).content
    assert b"om_label-100x150_100x150mm" in well
    assert b"om_label-76x130_76x130mm" in well
    assert b"printer-state\x00\x04\x00\x00\x00\x03" in well
    world.printer.jams()
    stuck = (await client.post(URL, content=ask, headers=headers)).content
    assert b"printer-state\x00\x04\x00\x00\x00\x05" in stuck
    assert b"media-jam" in stuck


async def test_after_a_jam_only_what_came_out_is_printed_until_it_is_fixed(
    client: httpx.AsyncClient, world: World
) -> None:
    world.printer.jams(after=2)
    job = request(*OPERATION, pdf=labels())
    assert [await send(client, job) for _ in range(4)] == [0, 0, 0x0504, 0x0504]
    assert len(world.ledger()["prints"]) == 2
    world.printer.fixed()
    assert await send(client, job) == 0
    assert len(world.ledger()["prints"]) == 3


async def test_a_jam_in_the_middle_of_a_document_leaves_its_first_pages(
    client: httpx.AsyncClient, world: World
) -> None:
    world.printer.jams(after=2)
    assert await send(client, request(*OPERATION, pdf=labels(3))) == 0x0504
    assert len(world.ledger()["prints"]) == 2
    assert world.printer.jobs == []


async def test_a_busy_printer_says_so_and_prints_the_next_time(client: httpx.AsyncClient, world: World) -> None:
    world.printer.is_busy()
    job = request(*OPERATION, pdf=labels())
    assert [await send(client, job) for _ in range(2)] == [0x0507, 0]
    assert len(world.ledger()["prints"]) == 1


async def test_a_lost_answer_still_is_a_printed_label(client: httpx.AsyncClient, world: World) -> None:
    world.printer.loses_answers()
    with pytest.raises(httpx.ReadTimeout):
        await send(client, request(*OPERATION, pdf=labels()))
    assert len(world.ledger()["prints"]) == 1
