"""Raw callers of the pretend WeChat services, and programs that are called by them. They sign by themselves."""

import json
from collections.abc import Mapping
from typing import Any

import httpx

from bot.sandbox.official_account import service as account
from bot.sandbox.wecom import service as wecom
from bot.sandbox.wecom.messages import AGENT

Json = dict[str, Any]
WECOM = "https://qyapi.weixin.qq.com/cgi-bin"
ACCOUNT = "https://api.weixin.qq.com/cgi-bin"


class WecomCaller:
    """Calls the API of a WeCom application."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.token = ""

    async def logs_in(self) -> None:
        self.token = (await self.gets("gettoken", corpid=wecom.CORP, corpsecret=wecom.SECRET))["access_token"]

    async def gets(self, path: str, **query: str) -> Json:
        answer = await self.client.get(f"{WECOM}/{path}", params=query)
        return dict(answer.json())

    async def posts(self, path: str, body: Json) -> Json:
        answer = await self.client.post(f"{WECOM}/{path}", params={"access_token": self.token}, json=body)
        return dict(answer.json())

    async def sends(self, member: str, kind: str = "text", **content: Any) -> Json:
        body = {"touser": member, "msgtype": kind, "agentid": AGENT, kind: content}
        return await self.posts("message/send", body)

    async def uploads(self, name: str, body: bytes, kind: str = "file", field: str = "media") -> Json:
        query = {"access_token": self.token, "type": kind}
        answer = await self.client.post(f"{WECOM}/media/upload", params=query, files={field: (name, body)})
        return dict(answer.json())

    async def updates(self, member: str, code: str, **change: Any) -> Json:
        body = {"userids": [member], "agentid": AGENT, "response_code": code, **change}
        return await self.posts("message/update_template_card", body)


class AccountCaller:
    """Calls the API of an Official Account."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.token = ""

    async def logs_in(self) -> None:
        query = {"grant_type": "client_credential", "appid": account.APP_ID, "secret": account.SECRET}
        self.token = (await self.client.get(f"{ACCOUNT}/token", params=query)).json()["access_token"]

    async def posts(self, path: str, body: Json) -> Json:
        written = json.dumps(body, ensure_ascii=False).encode()
        answer = await self.client.post(f"{ACCOUNT}/{path}", params={"access_token": self.token}, content=written)
        return dict(answer.json())

    async def sends(self, person: str, kind: str = "text", **content: Any) -> Json:
        return await self.posts("message/custom/send", {"touser": person, "msgtype": kind, kind: content})


class Program:
    """Whoever is called: remembers the calls, and answers them as it was told to."""

    def __init__(self, *answers: tuple[int, bytes]) -> None:
        self.calls: list[tuple[str, httpx.URL, bytes]] = []
        self._answers = list(answers)

    async def __call__(self, method: str, url: str, body: bytes) -> tuple[int, bytes]:
        self.calls.append((method, httpx.URL(url), body))
        return self._answers.pop(0) if self._answers else (200, b"")

    @property
    def query(self) -> Mapping[str, str]:
        """Of the last call."""
        return self.calls[-1][1].params


def card(task: str = "task-1", **others: Any) -> Json:
    """A card that WeCom takes."""
    return {
        "card_type": "button_interaction",
        "main_title": {"title": "打印 26 张？"},
        "task_id": task,
        "button_list": [{"text": "打印", "key": "q:x:0", "style": 1}, {"text": "看明细", "key": "q:x:1", "style": 1}],
        **others,
    }
