"""What the speech service is sent, byte for byte, and what its answers mean."""

import json

import httpx
import pytest

from bot.sandbox.speech import KEY, recording
from bot.sandbox.world import World
from core.errors import MerchantError, NotPermitted, RateLimited, ServiceRefused, ServiceUnavailable
from core.http import Http, client
from core.speech import OpenAiSpeech, SpeechService

WORDS = "打印今天的订单"


def hearing(world: World, **others: str) -> OpenAiSpeech:
    service = {"url": "https://speech.sandbox/v1", "model": "whisper-1", "key": KEY, **others}
    return OpenAiSpeech(Http(client(mounts=world.mounts())), SpeechService(**service))


def answering(status: int, body: bytes, asked: list[httpx.Request] | None = None, key: str = "") -> OpenAiSpeech:
    def answer(request: httpx.Request) -> httpx.Response:
        if asked is not None:
            asked.append(request)
        return httpx.Response(status, content=body)

    line = Http(httpx.AsyncClient(transport=httpx.MockTransport(answer)))
    return OpenAiSpeech(line, SpeechService("http://127.0.0.1:9000/v1/", "small", key))


async def test_the_form_holds_the_recording_under_a_name_that_tells_its_format() -> None:
    asked: list[httpx.Request] = []
    service = answering(200, b'{"text": " hello \\n"}', asked, key="secret")
    assert await service.transcribe(b"OggS\x00bytes", "ogg") == "hello"
    (request,) = asked
    assert str(request.url) == "http://127.0.0.1:9000/v1/audio/transcriptions"
    assert request.headers["authorization"] == "Bearer secret"
    boundary = request.headers["content-type"].removeprefix("multipart/form-data; boundary=")
    parts = request.content.split(f"--{boundary}".encode())
    assert parts[1].endswith(b'name="model"\r\n\r\nsmall\r\n')
    assert parts[2].endswith(b'name="response_format"\r\n\r\njson\r\n')
    assert b'name="file"; filename="voice.ogg"' in parts[3]
    assert parts[3].endswith(b"\r\n\r\nOggS\x00bytes\r\n")


async def test_without_a_key_none_is_sent() -> None:
    asked: list[httpx.Request] = []
    await answering(200, b'{"text": ""}', asked).transcribe(b"OggS", "ogg")
    assert "authorization" not in asked[0].headers


async def test_the_pretend_service_hears_what_was_said(world: World) -> None:
    assert await hearing(world).transcribe(recording(WORDS), "ogg") == WORDS


async def test_a_format_that_the_service_does_not_take_is_refused_and_another_service_may_take_it(world: World) -> None:
    with pytest.raises(ServiceRefused):
        await hearing(world).transcribe(recording(WORDS, "amr"), "amr")
    world.speech.takes_amr()
    assert await hearing(world).transcribe(recording(WORDS, "amr"), "amr") == WORDS
    with pytest.raises(ServiceRefused):
        await hearing(world).transcribe(recording(WORDS, "amr"), "ogg")


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, b"{}", NotPermitted),
        (403, b"{}", NotPermitted),
        (429, b"{}", RateLimited),
        (400, json.dumps({"error": {"message": "bad audio"}}).encode(), ServiceRefused),
        (500, b"{}", ServiceUnavailable),
        (200, b"<html>", ServiceUnavailable),
        (200, b"[]", ServiceUnavailable),
        (200, b'{"text": null}', ServiceUnavailable),
    ],
)
async def test_an_answer_without_words_is_an_error(status: int, body: bytes, error: type[MerchantError]) -> None:
    with pytest.raises(error) as refusal:
        await answering(status, body).transcribe(b"OggS", "ogg")
    assert refusal.value.details["service"] == "speech"


@pytest.mark.parametrize(
    ("others", "error"),
    [({"key": "wrong"}, NotPermitted), ({"model": "whisper-9"}, ServiceRefused)],
)
async def test_the_pretend_service_is_strict(world: World, others: dict[str, str], error: type[MerchantError]) -> None:
    with pytest.raises(error):
        await hearing(world, **others).transcribe(recording(WORDS), "ogg")
    with pytest.raises(ServiceRefused):
        await hearing(world).transcribe(b"ID3 no ogg", "ogg")


async def test_a_service_that_is_down_or_busy_says_so(world: World) -> None:
    world.speech.throttles()
    with pytest.raises(RateLimited):
        await hearing(world).transcribe(recording(WORDS), "ogg")
    world.speech.goes_down()
    with pytest.raises(ServiceUnavailable):
        await hearing(world).transcribe(recording(WORDS), "ogg")


def test_the_key_does_not_show() -> None:
    assert "secret" not in repr(SpeechService("http://127.0.0.1", "small", "secret"))
