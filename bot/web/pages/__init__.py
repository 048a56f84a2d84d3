"""The few pages a merchant opens: no scripts, nothing from elsewhere, kept nowhere."""

import hmac
from http import HTTPStatus
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from core.ids import token
from handlers import texts

_COOKIE = "__Host-miandan-form"  # the prefix makes browsers take it over HTTPS from this very host only
_TEMPLATES = Environment(loader=PackageLoader("bot.web.pages", "."), autoescape=True, undefined=StrictUndefined)


def notice(key: str, *languages: str, status: HTTPStatus = HTTPStatus.OK, again: str = "") -> Response:
    """A page with the sentences pages.<key>_head and _text; `again`: where a button asks for a new link."""
    first = languages[0]
    told = [(texts.text(each, f"pages.{key}_head"), texts.text(each, f"pages.{key}_text")) for each in languages]
    return _page("notice.html", first, status, told=told, again=again, again_label=texts.text(first, "pages.again"))


def form(request: Request, language: str, prompt: str, *, is_empty: bool = False) -> Response:
    """A page with one field for a secret; the same browser must send it back."""
    mark = _mark(request)
    words = {name: texts.text(language, f"pages.form_{name}") for name in ("head", "label", "note", "send", "empty")}
    page = _page("form.html", language, HTTPStatus.OK, prompt=prompt, words=words, mark=mark, is_empty=is_empty)
    page.set_cookie(_COOKIE, mark, max_age=600, secure=True, httponly=True, samesite="strict")
    return page


def is_ours(request: Request, public_url: str, mark: str) -> bool:
    """Whether a page of ours, opened in this browser, sends this: by its cookie, and by what the browser says of it."""
    site, origin = request.headers.get("sec-fetch-site", "same-origin"), request.headers.get("origin", "null")
    parts = urlsplit(public_url)
    is_same = site == "same-origin" and origin in {"null", f"{parts.scheme}://{parts.netloc}"}
    cookie = request.cookies.get(_COOKIE, "")
    return is_same and bool(cookie) and hmac.compare_digest(cookie.encode(), mark.encode())


def _mark(request: Request) -> str:
    return request.cookies.get(_COOKIE) or token()


def _page(template: str, language: str, status: HTTPStatus, **values: object) -> Response:
    shown = _TEMPLATES.get_template(template)
    return HTMLResponse(shown.render(language=language, title=texts.text(language, "pages.title"), **values), status)
