"""Authorisation: the merchant's page, codes and tokens."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sandbox_callers import PinduoduoCaller

from bot.sandbox.browser import ConsentRefused
from bot.sandbox.world import World

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


async def test_the_page_shows_the_shop_and_a_button_to_agree(pdd: PinduoduoCaller) -> None:
    page = await pdd.client.get(pdd.page_url())
    assert page.status_code == 200
    assert "小满家居旗舰店" in page.text
    assert '<button type="submit">同意授权</button>' in page.text


async def test_agreeing_leads_back_with_a_code_and_the_callers_state(pdd: PinduoduoCaller, world: World) -> None:
    landed = urlsplit(await world.browser.authorise(pdd.page_url(state="a b&c")))
    query = parse_qs(landed.query)
    assert (landed.netloc, landed.path) == ("bot.example", "/oauth/pinduoduo")
    assert query["state"] == ["a b&c"]
    assert len(query["code"][0]) == 40


async def test_the_phone_page_wants_the_phone_view(pdd: PinduoduoCaller, world: World) -> None:
    phone = pdd.page_url(view="h5").replace(
        "https://fuwu.pinduoduo.com/service-market/auth", "https://mai.pinduoduo.com/h5-login.html"
    )
    assert "code=" in await world.browser.authorise(phone)
    with pytest.raises(ConsentRefused):
        await world.browser.authorise(phone.replace("view=h5", "view=web"))


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "0" * 32},
        {"redirect_uri": "https://bot.example/elsewhere"},
        {"redirect_uri": "javascript:/oauth/pinduoduo"},
        {"response_type": "token"},
    ],
)
async def test_a_wrong_app_callback_or_type_gets_no_form(pdd: PinduoduoCaller, changes: dict[str, str]) -> None:
    page = await pdd.client.get(pdd.page_url(**changes))
    assert page.status_code == 400
    assert "<button" not in page.text


async def test_a_sub_account_is_sent_away_by_the_page(pdd: PinduoduoCaller, world: World) -> None:
    with pytest.raises(ConsentRefused, match="主账号"):
        await world.browser.authorise(pdd.page_url(), "pdd32345678901:客服01")


async def test_a_code_buys_tokens_for_a_day_and_thirty_days(pdd: PinduoduoCaller, world: World) -> None:
    grant = await pdd.binds()
    now = world.clock.now() // 1000
    assert (grant["expires_at"], grant["expires_in"]) == (now + 86_400, 86_400)
    assert (grant["refresh_token_expires_at"], grant["refresh_token_expires_in"]) == (now + 2_592_000, 2_592_000)
    assert (grant["owner_id"], grant["owner_name"]) == ("123456789", "pdd12345678901")
    assert "pdd.order.list.get" in grant["scope"]


async def test_a_code_works_once(pdd: PinduoduoCaller) -> None:
    code = await pdd.code()
    assert "pop_auth_token_create_response" in await pdd("pdd.pop.auth.token.create", code=code)
    assert (await pdd.error("pdd.pop.auth.token.create", code=code))[0] == 50001


async def test_a_code_lives_ten_minutes(pdd: PinduoduoCaller, world: World) -> None:
    code = await pdd.code()
    world.clock.move(10 * MINUTE + 1)
    assert (await pdd.error("pdd.pop.auth.token.create", code=code))[0] == 50001


async def test_authorising_again_kills_the_old_code_and_both_old_tokens_at_once(pdd: PinduoduoCaller) -> None:
    grant = await pdd.binds()
    unused = await pdd.code()
    assert await pdd.error("pdd.mall.info.get") == (20032, "")
    await pdd.code()
    assert (await pdd.error("pdd.pop.auth.token.create", code=unused))[0] == 50001
    assert (await pdd.error("pdd.pop.auth.token.refresh", refresh_token=grant["refresh_token"]))[0] == 50001


async def test_renewing_replaces_both_tokens_and_does_not_extend_the_authorisation(
    pdd: PinduoduoCaller, world: World
) -> None:
    grant = await pdd.binds()
    world.clock.move(DAY)
    answer = await pdd("pdd.pop.auth.token.refresh", refresh_token=grant["refresh_token"])
    renewed = answer["pop_auth_token_refresh_response"]
    assert renewed["refresh_token_expires_at"] == grant["refresh_token_expires_at"]
    assert await pdd.error("pdd.mall.info.get") == (20032, "")
    assert (await pdd.error("pdd.pop.auth.token.refresh", refresh_token=grant["refresh_token"]))[0] == 50001
    pdd.token = renewed["access_token"]
    assert "mall_info_get_response" in await pdd("pdd.mall.info.get")


async def test_after_thirty_days_nothing_can_be_renewed(pdd: PinduoduoCaller, world: World) -> None:
    grant = await pdd.binds()
    world.clock.move(30 * DAY)
    assert (await pdd.error("pdd.pop.auth.token.refresh", refresh_token=grant["refresh_token"]))[0] == 50001


async def test_tokens_expire_on_request_and_can_be_renewed(bound: PinduoduoCaller, world: World) -> None:
    grant = await bound.binds()
    world.pinduoduo.expires_tokens()
    assert await bound.error("pdd.mall.info.get") == (10019, "")
    assert "pop_auth_token_refresh_response" in await bound(
        "pdd.pop.auth.token.refresh", refresh_token=grant["refresh_token"]
    )


async def test_a_revoked_shop_can_neither_call_nor_renew(bound: PinduoduoCaller, world: World) -> None:
    grant = await bound.binds()
    world.pinduoduo.revokes(123456789)
    assert await bound.error("pdd.mall.info.get") == (20032, "")
    assert (await bound.error("pdd.pop.auth.token.refresh", refresh_token=grant["refresh_token"]))[0] == 50001


async def test_a_closed_shop_can_authorise_and_then_is_told_that_it_is_closed(
    pdd: PinduoduoCaller, world: World
) -> None:
    world.pinduoduo.desk.closed_says = "店铺已关店"
    await pdd.binds("pdd22345678901")
    assert await pdd.error("pdd.mall.info.get") == (50001, "店铺已关店")


async def test_a_shop_that_closes_later_is_told_so_too(bound: PinduoduoCaller, world: World) -> None:
    world.pinduoduo.closes(123456789)
    assert await bound.error("pdd.mall.info.get") == (50001, "店铺已下线，无法调用")


async def test_the_browser_cannot_open_a_page_of_a_platform_that_is_down(pdd: PinduoduoCaller, world: World) -> None:
    world.pinduoduo.goes_down()
    with pytest.raises(httpx.ConnectError):
        await world.browser.authorise(pdd.page_url())
