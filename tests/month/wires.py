"""ZTO and Kuaidi100 as far as tracking goes, by the scripts: what they answer, and the pushes they send.

The pretend services of the sandbox speak for a few hundred parcels; these say the same words for many thousands, and
write down what was handed over when.
"""

import json
from base64 import b64encode
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import md5, sha256
from urllib.parse import parse_qs, urlencode

import httpx
from starlette.types import ASGIApp, Message

from bot.sandbox.clock import WorldClock, wall
from bot.sandbox.kuaidi100.service import KEY as KUAIDI100_KEY
from bot.sandbox.zto.service import APP as ZTO_APP
from tests.month.oracle import Heard
from tests.month.scripts import Scan, Script, Way

_SALT = sha256(f"miandan push {KUAIDI100_KEY}".encode()).hexdigest()[:32]
# Query code, push action ("": not pushed), Kuaidi100's sub state, and words.
_CODES: Mapping[str, tuple[str, str, str, str]] = {
    "created": ("", "", "101", "已下单"),
    "got": ("收件", "GOT", "103", "已揽收"),
    "sent": ("发件", "DEPARTURE", "1002", "已发往下一站"),
    "hub": ("到件", "ARRIVAL", "1003", "已到达中转"),
    "customs": ("", "", "10", "清关中"),
    "forwarded": ("", "", "7", "已转寄"),
    "arrived": ("到件", "ARRIVAL", "1001", "已到达"),
    "out": ("派件", "DISPATCH", "5", "正在派件"),
    "locker": ("第三方进站", "INBOUND", "501", "已放入快递柜"),
    "signed": ("签收", "SIGNED", "301", "已签收"),
    "proxy": ("", "", "303", "已由他人代收"),
    "problem": ("问题件", "", "206", "地址不详"),
    "held": ("问题件", "", "208", "快件滞留"),
    "failed": ("问题件", "", "204", "派送不成功"),
    "refused": ("问题件", "", "14", "收件人拒收"),
    "returning": ("退件", "", "6", "快件退回"),
    "returned": ("签收", "", "4", "退件已签收"),
    "remark": ("备注", "", "999", "客服备注"),
    "cancelled": ("", "", "401", "面单已回收"),
}


@dataclass
class Post:
    """Both services. `heard` by number, in the order in which it was handed over; `queries` counts questions.

    `wishes` counts how often ZTO was asked to push.
    """

    clock: WorldClock
    scripts: Mapping[str, Script]
    heard: defaultdict[str, list[Heard]] = field(default_factory=lambda: defaultdict(list))
    queries: Counter[str] = field(default_factory=Counter)
    wishes: Counter[str] = field(default_factory=Counter)

    def mounts(self) -> dict[str, httpx.AsyncBaseTransport]:
        return {"all://japi.zto.com": _Zto(self), "all://poll.kuaidi100.com": _Kuaidi100(self)}

    async def push(self, site: ASGIApp, script: Script, scan: Scan) -> None:
        """Push a scan (or, at a scan, the whole journey), as often as it is pushed; it must be kept at once."""
        told = (scan,) if script.way is not Way.TRACKER else self.journey(script)
        path, form = ("/push/zto", _zto_form(script, scan))
        if script.way is Way.TRACKER:
            path, form = "/push/kuaidi100", _kuaidi100_form(script.number, told)
        elif not _CODES[scan.what][1]:
            return
        self.heard[script.number].append(Heard(self.clock.now(), told))
        for _ in range(scan.copies):
            answer = await _posted(site, path, form)
            assert b'"success"' in answer or b'"returnCode":"200"' in answer, answer

    def journey(self, script: Script) -> tuple[Scan, ...]:
        """The scans that are told by now."""
        now = self.clock.now()
        return tuple(scan for scan in script.scans if scan.told_at <= now)

    def asked(self, number: str) -> list[dict[str, object]]:
        """ZTO's scans of a number, for whoever asks."""
        script = self.scripts[number]
        told = self.journey(script) if script.way in {Way.ASKED, Way.BOTH} else ()
        self.queries[number] += 1
        self.heard[number].append(Heard(self.clock.now(), told))
        return [_row(scan) for scan in told for _ in range(scan.copies)]


class _Zto(httpx.AsyncBaseTransport):
    def __init__(self, post: Post) -> None:
        self._post = post

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)
        if request.url.path.endswith("waybill.track.query"):
            return _answer(self._post.asked(asked["billCode"]))
        if request.url.path.endswith("queryAvailableBalanceNew"):
            return _answer({"available": 9_000})
        self._post.wishes[asked["billCode"]] += 1
        is_pushed = self._post.scripts[asked["billCode"]].way in {Way.PUSHED, Way.BOTH}
        return _answer(None) if is_pushed else _refused()


class _Kuaidi100(httpx.AsyncBaseTransport):
    """Subscriptions alone; whoever asked a question would be told that the money is spent."""

    def __init__(self, post: Post) -> None:
        self._post = post

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        form = parse_qs(request.content.decode())
        number = json.loads(form["param"][0]).get("number", "")
        is_pushed = number and self._post.scripts[number].way is Way.TRACKER
        code = "200" if is_pushed else "601"
        return httpx.Response(200, json={"result": code == "200", "returnCode": code, "message": ""})


def _answer(result: object) -> httpx.Response:
    return httpx.Response(200, json={"result": result, "message": "", "status": True, "statusCode": "SYS000"})


def _refused() -> httpx.Response:
    return httpx.Response(200, json={"result": None, "message": "不支持", "status": False, "statusCode": "E999"})


def _row(scan: Scan) -> dict[str, object]:
    site = {"name": _outlet(scan), "city": scan.city}
    return {"scanDate": scan.at, "scanType": _CODES[scan.what][0], "desc": _text(scan), "scanSite": site}


def _text(scan: Scan) -> str:
    return f"【{_outlet(scan)}】{_CODES[scan.what][3]}"


def _outlet(scan: Scan) -> str:
    return f"{scan.city}{'中转' if scan.what == 'hub' else '网点'}"


def _zto_form(script: Script, scan: Scan) -> dict[str, str]:
    told = {
        "billCode": script.number,
        "action": _CODES[scan.what][1],
        "actionTime": wall(scan.at),
        "desc": _text(scan),
        "facilityName": _outlet(scan),
        "city": scan.city,
    }
    data = json.dumps(told, ensure_ascii=False)
    digest = b64encode(md5(f"{data}{ZTO_APP.secret}".encode()).digest()).decode()
    return {"data": data, "data_digest": digest, "company_id": ZTO_APP.key, "msg_type": "Traces"}


def _kuaidi100_form(number: str, told: Sequence[Scan]) -> dict[str, str]:
    rows = [_tracked(scan) for scan in reversed(told)]
    param = json.dumps(
        {"status": "polling", "message": "", "lastResult": {"nu": number, "com": "zhongtong", "data": rows}},
        ensure_ascii=False,
    )
    return {"param": param, "sign": md5(f"{param}{_SALT}".encode()).hexdigest().upper()}


def _tracked(scan: Scan) -> dict[str, str]:
    at = wall(scan.at)
    _, _, code, _ = _CODES[scan.what]
    return {"time": at, "ftime": at, "context": _text(scan), "statusCode": code, "areaName": f"中国,{scan.city}"}


async def _posted(site: ASGIApp, path: str, form: Mapping[str, str]) -> bytes:
    """One request to the program's public address, without a client's own work beside it."""
    body, told = urlencode(form).encode(), list[bytes]()

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        told.append(message.get("body", b""))

    await site({"type": "http", "method": "POST", "path": path, "headers": [], "query_string": b""}, receive, send)
    return b"".join(told)
