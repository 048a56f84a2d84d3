"""Where the rules are unsure, a language model may be asked; what it says is offered, and the merchant decides."""

import pytest
from pydantic import SecretStr

from bot.sandbox.world import World
from core.http import Http, client
from core.rights import Role
from tests.support.language_model import KEY, SETTINGS, FakeModel, form
from tests.support.merchant import Merchant
from tests.support.stage import Stage

UNCLEAR = "把今天那堆货给我处理掉"


@pytest.fixture
def model() -> FakeModel:
    return FakeModel(lambda _said: form("print_orders", courier=["ZTO"], period="今天"))


async def _shop_of(stage: Stage, merchant: Merchant) -> str:
    member = await stage.app.desk.kept.merchants.member("room", merchant.peer)
    assert member
    return member.merchant


@pytest.fixture
async def merchant(stage: Stage, world: World, model: FakeModel) -> Merchant:
    await stage.dark()
    http = Http(client(mounts={**world.mounts(), **model.mounts}))
    await stage.light(http=http, **SETTINGS, model_key=SecretStr(KEY))
    merchant = Merchant(stage)
    await merchant.has_bound()
    return merchant


async def test_what_it_makes_of_a_message_is_offered_and_done_only_when_tapped(
    merchant: Merchant, world: World, model: FakeModel
) -> None:
    heard = await merchant.says(UNCLEAR)
    assert "是不是这个意思" in heard
    assert merchant.labels == ["打印订单", "能做什么"]
    assert "打印" not in heard
    assert "今天" in await merchant.taps("打印订单")
    assert model.asked == [UNCLEAR]


async def test_what_is_clear_is_not_sent(merchant: Merchant, model: FakeModel) -> None:
    await merchant.says("今天有多少单")
    await merchant.says("谢谢")
    await merchant.says("帮助")
    assert model.asked == []


async def test_names_and_numbers_stay_here(merchant: Merchant, model: FakeModel) -> None:
    await merchant.says("李女士那个 78330092817465 咋整啊兄弟")
    assert model.asked == ["[name]女士那个 [waybill] 怎么整啊兄弟"]


async def test_an_act_that_cannot_be_taken_back_is_still_asked_about(
    merchant: Merchant, world: World, model: FakeModel
) -> None:
    model.answers = lambda _said: form("cancel_waybill")
    await merchant.says(UNCLEAR)
    assert merchant.labels == ["作废单号", "能做什么"]
    assert "要处理哪一单" in await merchant.taps("作废单号")


@pytest.mark.parametrize(
    "answer", ["好的，我来帮您作废", form("none"), form("cancel"), form("print_orders", count="all"), "", "{}"]
)
async def test_an_answer_that_is_no_form_is_dropped(merchant: Merchant, model: FakeModel, answer: str) -> None:
    model.answers = lambda _said: answer
    assert "没看懂这句。可以这样说：" in await merchant.says(UNCLEAR)
    assert merchant.labels[-1] == "能做什么"
    assert len(merchant.labels) == 4


@pytest.mark.parametrize("status", [401, 429, 500])
async def test_a_service_that_does_not_answer_costs_nothing(merchant: Merchant, model: FakeModel, status: int) -> None:
    model.status = status
    assert "没看懂这句。可以这样说：" in await merchant.says(UNCLEAR)
    assert len(merchant.labels) == 4
    assert "可打" in await merchant.says("打印今天的订单"), "and the next message is heard"


async def test_between_two_likely_wishes_both_are_offered_when_it_is_down(merchant: Merchant, model: FakeModel) -> None:
    model.status = 500
    heard = await merchant.says("昨天中通的作废还是补打")
    assert "这句可以有几种意思" in heard
    assert "能做什么" in merchant.labels


async def test_a_wish_with_a_restart_at_every_message_comes_to_the_same(
    stage: Stage, merchant: Merchant, world: World, model: FakeModel
) -> None:
    await merchant.says(UNCLEAR)
    await stage.dark()
    await stage.light(http=Http(client(mounts={**world.mounts(), **model.mounts})))
    assert "今天" in await merchant.taps("打印订单"), "an offer stands when the model was taken away meanwhile"


async def test_who_may_not_do_it_is_told_so(stage: Stage, merchant: Merchant) -> None:
    viewer = Merchant(stage, "看店")
    await viewer.joins(Role.VIEWER, merchant=await _shop_of(stage, merchant))
    await viewer.says(UNCLEAR)
    assert "只读" in await viewer.taps("打印订单")


async def test_it_is_off_by_default(stage: Stage, model: FakeModel) -> None:
    await stage.dark()
    await stage.light()
    merchant = Merchant(stage)
    await merchant.has_bound()
    assert "没看懂这句。可以这样说：" in await merchant.says(UNCLEAR)
    assert model.asked == []
