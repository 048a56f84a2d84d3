"""Raw callers of the pretend world. They sign by themselves: sharing a line with the sandbox would prove nothing."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from bot.sandbox.world import World

Json = dict[str, object]
CLIENT_ID = "c0ffee00c0ffee00c0ffee00c0ffee00"


class PinduoduoCaller:
    """Signs flat parameters and posts them."""

    def __init__(self, world: World, client: httpx.AsyncClient) -> None:
        self.world = world
        self.client = client
        self.token = ""

    def signed(self, params: Mapping[str, str], secret: str = "sandbox-pdd-secret") -> dict[str, str]:
        joined = "".join(f"{name}{value}" for name, value in sorted(params.items()))
        return {**params, "sign": hashlib.md5(f"{secret}{joined}{secret}".encode()).hexdigest().upper()}  # noqa: S324 - the platform signs with MD5

    def params(self, interface: str, **business: object) -> dict[str, str]:
        common = {"type": interface, "client_id": CLIENT_ID, "timestamp": str(self.world.clock.now() // 1000)}
        common |= {"access_token": self.token} if self.token else {}
        return common | {name: _text(value) for name, value in business.items()}

    async def post(self, params: Mapping[str, str]) -> Json:
        response = await self.client.post("https://gw-api.pinduoduo.com/api/router", json=params)
        assert response.status_code == 200
        answer: Json = response.json()
        return answer

    async def __call__(self, interface: str, **business: object) -> Json:
        return await self.post(self.signed(self.params(interface, **business)))

    async def error(self, interface: str, **business: object) -> tuple[int, str]:
        answer = await self(interface, **business)
        return (answer["error_response"]["error_code"], answer["error_response"]["sub_msg"])

    def page_url(self, **changes: str) -> str:
        query = {"response_type": "code", "client_id": CLIENT_ID, "redirect_uri": "https://bot.example/oauth/pinduoduo"}
        return f"https://fuwu.pinduoduo.com/service-market/auth?{urlencode(query | {'state': 's-1'} | changes)}"

    async def code(self, account: str = "pdd12345678901") -> str:
        landed = await self.world.browser.authorise(self.page_url(), account)
        return parse_qs(urlsplit(landed).query)["code"][0]

    async def binds(self, account: str = "pdd12345678901") -> Json:
        answer = await self("pdd.pop.auth.token.create", code=await self.code(account))
        grant = answer["pop_auth_token_create_response"]
        self.token = grant["access_token"]
        return grant


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class ZtoCaller:
    """Digests the exact bytes and posts them."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def post(self, interface: str, body: bytes, headers: Mapping[str, str]) -> Json:
        response = await self.client.post(f"https://japi.zto.com/{interface}", content=body, headers=dict(headers))
        assert response.status_code == 200
        answer: Json = response.json()
        return answer

    async def __call__(self, interface: str, **fields: object) -> Json:
        body = json.dumps(fields, ensure_ascii=False).encode()
        digest = b64encode(hashlib.md5(body + b"sandbox-zto-secret").digest()).decode()  # noqa: S324 - so does ZTO
        return await self.post(interface, body, {"x-appKey": "sandbox-zto-key", "x-dataDigest": digest})

    def order(self, key: str = "S1-1", **changes: object) -> Json:
        account = {"accountId": "1234567890", "accountPassword": "zto123", "type": "1"}
        return {
            "partnerType": "2",
            "orderType": "1",
            "partnerOrderCode": key,
            "accountInfo": account,
            "senderInfo": _party("sender", "13900001111", "文三路1号A座"),
            "receiveInfo": _party("receiver", "13800002222", "体育西路9号1幢201室"),
        } | changes

    async def creates(self, key: str = "S1-1", **changes: object) -> Json:
        return await self("zto.open.createOrder", **self.order(key, **changes))


def _party(prefix: str, mobile: str, address: str) -> Json:
    where = {"Province": "浙江省", "City": "杭州市", "District": "西湖区", "Address": address}
    return {f"{prefix}{name}": value for name, value in {"Name": "张三", "Mobile": mobile, **where}.items()}
