"""The merchant's browser: opens a page, reads its form, presses the button, and says where it was sent."""

from collections.abc import Mapping
from html.parser import HTMLParser

import httpx


class ConsentRefused(Exception):
    """The page did not let the merchant through."""


class _Form(HTMLParser):
    """The radio buttons and the visible text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.accounts: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        fields = dict(attrs)
        if tag == "input" and fields.get("name") == "account":
            self.accounts.append(fields.get("value") or "")

    def handle_data(self, data: str) -> None:
        self.text += data


class Browser:
    """Logged in to every account of the pretend platform; chooses the first one unless told otherwise."""

    def __init__(self, mounts: Mapping[str, httpx.AsyncBaseTransport]) -> None:
        self._mounts = mounts

    async def authorise(self, url: str, account: str = "") -> str:
        """Open an authorisation page, agree as `account`, and return the redirect's URL with code and state.

        The app's own site is not visited. Raises `ConsentRefused` with what the page said instead.
        """
        async with httpx.AsyncClient(mounts=dict(self._mounts), trust_env=False) as client:
            form = _Form((await client.get(url)).text)
            chosen = account or next(iter(form.accounts), "")
            answer = await client.post(url, data={"account": chosen})
        if not answer.has_redirect_location:
            raise ConsentRefused(" ".join(_Form(answer.text).text.split()))
        return answer.headers["location"]
