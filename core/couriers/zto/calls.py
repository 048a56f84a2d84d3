"""Calling ZTO's gateway: headers, the digest over the exact bytes, and whether a lost answer matters."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.clock import Clock
from core.couriers.base import Credentials
from core.couriers.zto.accounts import OWN_APP
from core.couriers.zto.answers import Json, opened
from core.errors import OutcomeUnknown, ServiceUnavailable
from core.http import Http

SERVICE = "ZTO"
_GATEWAY = "https://japi.zto.com/"


@dataclass(frozen=True, slots=True)
class ZtoApp:
    """A developer app. `is_stamped`: the app has timestamp checking switched on in ZTO's console."""

    app_key: str
    app_secret: str = field(repr=False)
    is_stamped: bool = False


def digest(body: str, secret: str, stamp: str = "") -> str:
    """The value of x-dataDigest: Base64 of the raw MD5 of timestamp (if any), body and secret."""
    return base64.b64encode(hashlib.md5(f"{stamp}{body}{secret}".encode()).digest()).decode()


def has_own_app(credentials: Credentials) -> bool:
    """Whether the merchant brought a developer app of their own."""
    return credentials["kind"] == OWN_APP


class Calls:
    """The gateway."""

    def __init__(self, http: Http, app: ZtoApp, clock: Clock) -> None:
        self.app = app
        self.clock = clock
        self._http = http

    async def read(self, credentials: Credentials, api: str, asked: Json) -> Json:
        """A question: without a clear answer nothing was done, and it may be asked again."""
        try:
            return await self.do(credentials, api, asked)
        except OutcomeUnknown as lost:
            raise ServiceUnavailable(**lost.details) from lost

    async def do(self, credentials: Credentials, api: str, asked: Json) -> Json:
        """A request that changes something."""
        body = json.dumps(asked, ensure_ascii=False, separators=(",", ":"))
        headers = self._headers(self._app_of(credentials), body)
        reply = await self._http.post(SERVICE, _GATEWAY + api, body.encode(), headers)
        return opened(reply.body, has_own_app=has_own_app(credentials))

    def _app_of(self, credentials: Credentials) -> ZtoApp:
        if has_own_app(credentials):
            return ZtoApp(credentials["app_key"], credentials["app_secret"])
        return self.app

    def _headers(self, app: ZtoApp, body: str) -> Mapping[str, str]:
        stamp = str(self.clock.now()) if app.is_stamped else ""
        headers = {
            "content-type": "application/json; charset=utf-8",
            "x-appKey": app.app_key,
            "x-dataDigest": digest(body, app.app_secret, stamp),
        }
        return headers | ({"x-timestamp": stamp} if stamp else {})
