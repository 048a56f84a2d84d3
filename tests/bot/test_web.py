"""What the internet sees: the way back from an authorisation page, and health."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx
import pytest

from bot.sandbox.world import World
from bot.web.site import web
from tests.support.merchant import Merchant
from tests.support.stage import Stage

GO_BACK = "可以回到聊天了"
TOO_LATE = "这个链接用不了"


@pytest.fixture
def world() -> World:
    """A small world."""
    return World(seed=7, orders=3)


@pytest.fixture
async def browser(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that reaches our own site only."""
    site = httpx.ASGITransport(web(stage.app))
    async with httpx.AsyncClient(transport=site, base_url="http://miandan") as browser:
        yield browser


async def test_the_way_back_tells_the_chat(stage: Stage, merchant: Merchant, browser: httpx.AsyncClient) -> None:
    answer = await browser.get(await agreed(merchant))
    merchant.marks()
    await stage.app.quiet()
    assert answer.status_code == 200
    assert GO_BACK in answer.text
    assert "✅ 已绑定「小满家居旗舰店」。" in "\n".join(message.text for message in merchant.messages)


async def test_a_link_is_good_once(stage: Stage, merchant: Merchant, browser: httpx.AsyncClient) -> None:
    way_back = await agreed(merchant)
    await browser.get(way_back)
    await stage.app.quiet()
    again = await browser.get(way_back)
    assert again.status_code == 410
    assert TOO_LATE in again.text
    assert stage.world.ledger()["calls"]["pinduoduo:pdd.pop.auth.token.create"] == 1  # type: ignore[index]


async def test_a_state_that_nobody_was_given_is_refused(stage: Stage, browser: httpx.AsyncClient) -> None:
    for query in ("", "?code=abc", "?state=nobody&code=abc", "?state=&code=", "?state=a&state=b"):
        answer = await browser.get(f"/oauth/pinduoduo{query}")
        assert (query, answer.status_code) == (query, 410)
        assert TOO_LATE in answer.text
    assert await stage.app.database.all("SELECT * FROM inbox") == []


async def test_coming_back_without_a_code_offers_a_new_link(
    stage: Stage, merchant: Merchant, browser: httpx.AsyncClient
) -> None:
    state = httpx.URL(await agreed(merchant)).params["state"]
    merchant.marks()
    answer = await browser.get(f"/oauth/pinduoduo?state={state}&error=access_denied")
    await stage.app.quiet()
    assert answer.status_code == 200
    assert merchant.heard.startswith("页面上没有同意授权，店铺没有绑定。\n请用店铺主账号打开下面的链接授权")
    assert state not in merchant.button("打开授权页").url


@pytest.mark.parametrize("path", ["/oauth/pinduoduo?state=x&code=y", "good"])
async def test_the_pages_are_kept_nowhere_and_tell_nobody_where_they_were(
    merchant: Merchant, browser: httpx.AsyncClient, path: str
) -> None:
    answer = await browser.get(await agreed(merchant) if path == "good" else path)
    assert {name: answer.headers[name] for name in ("cache-control", "referrer-policy", "x-content-type-options")} == {
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


async def test_what_the_query_holds_is_not_shown(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/oauth/pinduoduo", params={"state": "<script>alert(1)</script>", "code": "secretcode"})
    assert "script" not in answer.text
    assert "secretcode" not in answer.text


async def test_only_reading_is_allowed(browser: httpx.AsyncClient) -> None:
    assert (await browser.post("/oauth/pinduoduo")).status_code == 405
    assert (await browser.get("/")).status_code == 404


async def test_health_is_told(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/healthz")
    assert (answer.status_code, answer.json()["ok"], answer.json()["problems"]) == (200, True, [])


async def agreed(merchant: Merchant) -> str:
    """The path and query that the platform's page sends the merchant back to."""
    await merchant.says("绑定店铺")
    back = urlsplit(await merchant.stage.world.browser.authorise(merchant.button("打开授权页").url))
    return f"{back.path}?{back.query}"
