"""The authorisation pages a merchant sees: a consent form, and the way back to the app with a code.

Web shops use fuwu.pinduoduo.com, phones mai.pinduoduo.com with `view=h5` (URL table, third party).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.sandbox.pinduoduo.grants import Grants
from bot.sandbox.pinduoduo.shops import Shop

CALLBACK_PATH = "/oauth/pinduoduo"
_FORBIDDEN, _WRONG = 403, 400
_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>拼多多服务市场授权</title></head>
<body><h1>{title}</h1>{body}</body></html>"""
_FORM = """<p>应用申请访问以下店铺的订单、售后与物流数据：</p>
<form method="post">{choices}<button type="submit">同意授权</button></form>"""
_CHOICE = """<p><label><input type="radio" name="account" value="{account}"{checked}> {shop}（{account}）</label></p>"""


class PageRefused(Exception):
    """What the page says instead of going on; `status` is its HTTP status."""

    def __init__(self, words: str, status: int = _WRONG) -> None:
        super().__init__(words)
        self.words = words
        self.status = status


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the platform: whose shops may be authorised, for which apps, and the `view` its address needs."""

    shops: dict[int, Shop]
    grants: Grants
    is_ours: Callable[[str], bool]
    view: str

    def shown(self, query: Mapping[str, str]) -> Response:
        """The form on which the merchant picks an account and agrees."""
        try:
            self._check(query)
        except PageRefused as refusal:
            return _refusal(refusal)
        choices = "\n".join(_choice(shop, is_first=n == 0) for n, shop in enumerate(self.shops.values()))
        return HTMLResponse(_PAGE.format(title="店铺授权", body=_FORM.format(choices=choices)))

    def agreed(self, query: Mapping[str, str], form: bytes) -> Response:
        """The merchant pressed the button: back to the app with a code and its own state."""
        try:
            self._check(query)
            shop = _chosen(form, self.shops.values())
        except PageRefused as refusal:
            return _refusal(refusal)
        return RedirectResponse(_back(query, self.grants.consent(shop, query["client_id"])), status_code=302)

    def _check(self, query: Mapping[str, str]) -> None:
        callback = urlsplit(query.get("redirect_uri", ""))
        registered = callback.scheme in {"http", "https"} and callback.path == CALLBACK_PATH
        conditions = (
            (query.get("response_type") == "code", "response_type 必须为 code"),
            (self.is_ours(query.get("client_id", "")), "client_id 不存在"),
            (registered, "redirect_uri 与应用登记的回调不一致"),
            (query.get("view", "web") == self.view, "view 不正确"),
        )
        for holds, words in conditions:
            if not holds:
                raise PageRefused(words)


def _choice(shop: Shop, *, is_first: bool) -> str:
    checked = " checked" if is_first else ""
    return _CHOICE.format(account=escape(shop.account.name), shop=escape(shop.name), checked=checked)


def _back(query: Mapping[str, str], code: str) -> str:
    fields = {"code": code} | ({"state": query["state"]} if "state" in query else {})
    joint = "&" if urlsplit(query["redirect_uri"]).query else "?"
    return f"{query['redirect_uri']}{joint}{urlencode(fields)}"


def _chosen(form: bytes, shops: Iterable[Shop]) -> Shop:
    account = parse_qs(form.decode()).get("account", [""])[0]
    shop = next((shop for shop in shops if shop.account.name == account), None)
    if shop is None:
        raise PageRefused("账号不存在", _FORBIDDEN)
    if not shop.account.is_main:
        raise PageRefused("仅店铺主账号可以授权，请使用主账号登录", _FORBIDDEN)
    return shop


def _refusal(refusal: PageRefused) -> Response:
    return HTMLResponse(_PAGE.format(title="无法授权", body=f"<p>{escape(refusal.words)}</p>"), refusal.status)
