"""Pushes of Kuaidi100: a form with `param` and its signature over our salt (official demos)."""

import hashlib
import hmac
import json
from collections.abc import Mapping

from core.pushes import BadPush, Push, checked_number
from core.trackers.kuaidi100.answers import Json, nodes, text
from core.trackers.kuaidi100.app import SERVICE, Kuaidi100App

_GAVE_UP = "abort"


class Kuaidi100Pushes:
    """See `PushDoor`."""

    source = SERVICE
    accepted = '{"result":true,"returnCode":"200","message":"成功"}'.encode()
    refused = '{"result":false,"returnCode":"500","message":"失败"}'.encode()

    def __init__(self, app: Kuaidi100App) -> None:
        self._app = app

    def read(self, form: Mapping[str, str]) -> Push:
        """The whole journey that a push tells. Raises `BadPush`."""
        param = form.get("param", "")
        signed = hashlib.md5(f"{param}{self._app.salt}".encode(errors="replace")).hexdigest().upper()
        if not hmac.compare_digest(signed.encode(), form.get("sign", "").encode(errors="replace")):
            raise BadPush("signature")
        told = _object(param)
        result = told.get("lastResult")
        if not isinstance(result, dict):
            raise BadPush("no lastResult")
        number = checked_number(text(result, "nu"))
        return Push(number, nodes(result), gave_up=text(told, "status") == _GAVE_UP)


def _object(param: str) -> Json:
    try:
        told = json.loads(param)
    except (ValueError, RecursionError) as error:
        raise BadPush("no JSON") from error
    if not isinstance(told, dict):
        raise BadPush("no object")
    return told
