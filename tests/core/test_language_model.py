"""The call to a language model: what is sent, and what is made of every ending."""

import httpx
import pytest

from core.errors import OutcomeUnknown, ServiceRefused, ServiceUnavailable
from core.http import Http, client
from core.language_model import LanguageModel
from tests.support.language_model import KEY, NAME, URL, FakeModel


def _model(server: FakeModel, *, key: str = KEY, name: str = NAME) -> LanguageModel:
    return LanguageModel(Http(client(mounts=server.mounts)), URL, name, key)


async def test_the_question_arrives_and_the_answer_comes_back() -> None:
    server = FakeModel(lambda said: f"heard {said}")
    assert await _model(server).complete("Answer in JSON.", "随便说说") == "heard 随便说说"
    assert server.asked == ["随便说说"]


@pytest.mark.parametrize(("key", "name"), [("wrong", NAME), (KEY, "another"), ("", NAME)])
async def test_a_refusal_is_one(key: str, name: str) -> None:
    server = FakeModel(str)
    with pytest.raises(ServiceRefused):
        await _model(server, key=key, name=name).complete("JSON", "说")
    assert server.asked == []


@pytest.mark.parametrize(
    "body", [b"", b"not json", b"[]", b"{}", b'{"choices": []}', b'{"choices": [{"message": {"content": null}}]}']
)
async def test_a_reply_without_an_answer_is_a_refusal(body: bytes) -> None:
    server = FakeModel(str)
    server.body = body or b" "
    with pytest.raises(ServiceRefused):
        await _model(server).complete("JSON", "说")


async def test_a_server_that_fails_or_is_not_there() -> None:
    server = FakeModel(str)
    server.status = 503
    with pytest.raises(OutcomeUnknown):
        await _model(server).complete("JSON", "说")
    nowhere = LanguageModel(Http(client(mounts=dict[str, httpx.AsyncBaseTransport]())), URL, NAME)
    with pytest.raises(ServiceUnavailable):
        await nowhere.complete("JSON", "说")
