"""The merchant's browser on our own pages: opens a form, fills it, hands it in."""

import re
from collections.abc import Mapping

import httpx

SITE = "https://miandan.example"
_MARK = re.compile(r'name="mark" type="hidden" value="([^"]+)"')


async def fill(site: httpx.AsyncBaseTransport, url: str, typed: str) -> httpx.Response:
    """Open the form behind this address and hand in what is typed."""
    async with httpx.AsyncClient(transport=site) as browser:
        page = await browser.get(url)
        return await browser.post(url, data=filled(page, typed))


def filled(page: httpx.Response, typed: str) -> Mapping[str, str]:
    """What the page's form sends."""
    mark = _MARK.search(page.text)
    assert mark, page.text
    return {"typed": typed, "mark": mark[1]}
