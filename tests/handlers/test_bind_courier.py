"""绑定快递, through the chat and the courier's gateway."""

import asyncio

import pytest
from pydantic import SecretStr

from bot.sandbox.world import World
from core.clock import MINUTE
from handlers.messages import Incoming
from tests.handlers.binding import (
    ACCOUNT,
    BOUND,
    DOWN,
    HOME,
    PASSWORD,
    REJECTED,
    SENDER,
    SITE_CODE,
    TESTING,
    accounts,
    calls,
    has_shop,
    tells,
)
from tests.support.merchant import Interrupted, Merchant
from tests.support.stage import Stage

KIND = "绑定中通快递(1/4)。账号类型？"
USUAL = ("1", "1234567890", "zto123", "8866")
BINDING, BALANCE = "zto:zto.open.bindingEaccount", "zto:zto.open.queryAvailableBalanceNew"
NOT_OPENED = (
    f"{TESTING}\n❌ 账号密码是对的，但还不能取号（中通快递说：无权限，电子面单服务未开通）。"
    "请联系网点开通电子面单，一般当天能好。"
)

APP_REFUSED = (
    f"{TESTING}\n❌ 中通不接受接口应用：{{said}}。不是账号密码的问题，"
    "请管理员在开放平台核对应用的密钥和 IP 白名单，好了再试。"
)


@pytest.fixture
def world() -> World:
    """A small world."""
    return World(seed=7, orders=3)


async def test_four_answers_and_an_address_bind_zto(merchant: Merchant) -> None:
    await has_shop(merchant)
    assert await merchant.says("绑定中通") == KIND
    assert merchant.labels == ["电子面单账号", "API 接口账号", "两个有什么区别？"]
    assert await merchant.taps("电子面单账号") == ACCOUNT
    assert await merchant.says("1234567890") == PASSWORD
    assert await merchant.says("zto123") == SITE_CODE
    assert await merchant.says("8866") == f"{TESTING}\n{SENDER}"
    assert merchant.labels == [HOME, "换一个地址"]
    assert await merchant.taps(HOME) == BOUND
    assert merchant.labels == ["打印订单", "再绑一家"]
    (account,) = await accounts(merchant)
    assert account.credentials == {
        "kind": "account",
        "account": "1234567890",
        "password": "zto123",
        "site_code": "8866",
    }
    assert (account.courier, account.account, account.is_default) == ("ZTO", "1234567890", True)
    assert account.sender.address == "文三路1号A座"
    assert (calls(merchant, BINDING), calls(merchant, BALANCE)) == (1, 1)
    assert merchant.stage.world.ledger()["numbers"] == []


async def test_a_restart_before_every_message_changes_nothing(merchant: Merchant, stage: Stage) -> None:
    await has_shop(merchant)
    forgotten = Interrupted(stage, merchant.peer)
    assert await tells(forgotten, *USUAL, "1") == BOUND
    assert calls(merchant, BALANCE) == 1


async def test_without_a_courier_named_it_asks_which(merchant: Merchant) -> None:
    await has_shop(merchant)
    assert await merchant.taps("绑定快递") == "绑定哪家快递？"
    assert await merchant.taps("中通快递") == KIND


async def test_the_two_kinds_are_explained_on_request(merchant: Merchant) -> None:
    await has_shop(merchant)
    await merchant.says("绑定中通")
    assert await merchant.says("3") == ("• 网点给的账号和密码，最常用\n• 自己在中通开放平台注册过应用\n" + KIND)
    assert await merchant.says("1") == ACCOUNT


async def test_an_account_of_an_own_app_is_asked_for_its_keys_first(merchant: Merchant) -> None:
    await has_shop(merchant)
    assert await tells(merchant, "API 接口账号") == "(2/6) appKey是多少？中通开放平台控制台 → 应用管理。"
    assert await merchant.says("sandbox-zto-key") == "(3/6) appSecret？与 appKey 在同一页。收到后加密保存，不会再显示。"
    assert await merchant.says("sandbox-zto-secret", message="m1") == (
        "（已删除密码消息）\n(4/6) 电子面单账号是多少？网点开通时会给，不是手机号。"
    )
    for answer in ("1234567890", "zto123", "没有"):
        await merchant.says(answer)
    assert await merchant.says("1") == BOUND
    assert calls(merchant, BINDING) == 0


@pytest.mark.parametrize("nothing", ["没有", "无", "none", "-"])
async def test_the_site_code_may_be_missing(merchant: Merchant, nothing: str) -> None:
    await has_shop(merchant)
    assert await tells(merchant, "1", "1234567890", "zto123", nothing, "1") == BOUND
    assert (await accounts(merchant))[0].credentials["site_code"] == ""


@pytest.mark.parametrize("garbage", ["号" * 65, "😀" * 70, "两\n行"])
async def test_what_cannot_be_an_account_is_asked_again(merchant: Merchant, garbage: str) -> None:
    await has_shop(merchant)
    await tells(merchant, "1")
    assert await merchant.says(garbage) == f"这不像电子面单账号，请核对后再发一次。\n{ACCOUNT}"
    assert await merchant.says("1234567890") == PASSWORD


async def test_what_cannot_be_a_site_code_is_asked_again(merchant: Merchant) -> None:
    await has_shop(merchant)
    heard = await tells(merchant, "1", "1234567890", "zto123", "杭州那个")
    assert heard == f"这不像网点编码，请核对后再发一次。\n{SITE_CODE}"
    assert await merchant.says("8866") == f"{TESTING}\n{SENDER}"


class TestWhatTheCourierSays:
    async def test_a_wrong_password_is_typed_again_and_nothing_else(self, merchant: Merchant) -> None:
        await has_shop(merchant)
        assert await tells(merchant, "1", "1234567890", "zto12", "8866") == REJECTED
        assert merchant.labels == ["重新输入电子面单密码", "重新输入电子面单账号", "重新输入网点编码", "取消"]
        assert await merchant.taps("重新输入电子面单密码") == PASSWORD
        assert await merchant.says("zto123", message="m2") == f"（已删除密码消息）\n{TESTING}\n{SENDER}"
        assert await merchant.says("1") == BOUND
        assert (await accounts(merchant))[0].credentials["password"] == "zto123"

    async def test_a_wrong_account_is_typed_again_and_nothing_else(self, merchant: Merchant) -> None:
        await has_shop(merchant)
        assert await tells(merchant, "1", "1234567809", "zto123", "8866") == REJECTED
        assert await merchant.says("2") == ACCOUNT
        assert await merchant.says("1234567890") == f"{TESTING}\n{SENDER}"
        assert await merchant.says("1") == BOUND
        assert (await accounts(merchant))[0].account == "1234567890"

    async def test_wrong_twice_asks_twice(self, merchant: Merchant) -> None:
        await has_shop(merchant)
        await tells(merchant, "1", "1234567890", "zto12", "8866", "重新输入电子面单密码")
        assert await merchant.says("zto1234") == REJECTED
        await merchant.says("1")
        assert await merchant.says("zto123") == f"{TESTING}\n{SENDER}"

    async def test_an_account_without_the_right_waits_until_it_is_opened(self, merchant: Merchant) -> None:
        await has_shop(merchant)
        assert await tells(merchant, "1", "5555500000", "zto123", "没有") == NOT_OPENED
        assert merchant.labels == ["开通后再测", "问网点怎么说", "取消"]
        assert await merchant.taps("问网点怎么说") == (
            "可以直接发给网点：「你好，我的中通快递电子面单账号要接打单软件，请帮我开通电子面单服务，"
            f"并核对账号、密码和网点编码。」\n{NOT_OPENED.removeprefix(TESTING).strip()}"
        )
        assert await merchant.taps("开通后再测") == NOT_OPENED
        merchant.stage.world.zto.accounts["5555500000"].allowed = True
        assert await merchant.says("好了") == f"没看懂，请点下面的按钮，或回复序号。\n{NOT_OPENED.split(chr(10))[1]}"
        assert await merchant.taps("开通后再测") == f"{TESTING}\n{SENDER}"

    async def test_an_address_that_is_not_welcome_is_not_the_accounts_fault(self, merchant: Merchant) -> None:
        await has_shop(merchant)
        merchant.stage.world.zto.forgets_our_address()
        refused = APP_REFUSED.format(said="IP不在白名单内")
        assert await tells(merchant, *USUAL) == refused
        assert merchant.labels == ["再试一次", "取消"]
        assert await merchant.taps("再试一次") == refused
        assert await merchant.taps("取消") == "已取消「绑定快递」。"
        assert await accounts(merchant) == []

    async def test_a_wrong_secret_of_our_app_is_not_the_accounts_fault(self, merchant: Merchant, stage: Stage) -> None:
        await has_shop(merchant)
        await stage.dark()
        await stage.light(zto_app_secret=SecretStr("wrong"))
        assert await tells(merchant, *USUAL) == APP_REFUSED.format(said="签名错误")
        await stage.restart()
        assert await merchant.taps("再试一次") == f"{TESTING}\n{SENDER}"

    async def test_being_down_keeps_what_was_typed(self, merchant: Merchant) -> None:
        await has_shop(merchant)
        merchant.stage.world.zto.goes_down()
        assert await tells(merchant, *USUAL) == DOWN
        assert merchant.labels == ["再试一次", "取消"]
        assert await merchant.says("好") == DOWN
        merchant.stage.world.zto.comes_back()
        assert await merchant.taps("再试一次") == f"{TESTING}\n{SENDER}"
        assert await merchant.says("1") == BOUND

    @pytest.mark.parametrize("fault", ["loses_answers", "answers_garbage", "throttles"])
    async def test_a_lost_garbled_or_throttled_answer_may_be_asked_for_again(
        self, merchant: Merchant, fault: str
    ) -> None:
        await has_shop(merchant)
        getattr(merchant.stage.world.zto, fault)(times=1)
        assert await tells(merchant, *USUAL) == DOWN
        assert await merchant.taps("再试一次") == f"{TESTING}\n{SENDER}"

    async def test_giving_up_after_a_refusal_keeps_nothing(self, merchant: Merchant) -> None:
        await has_shop(merchant)
        await tells(merchant, "1", "1234567890", "zto12", "8866")
        assert await merchant.taps("取消") == "已取消「绑定快递」。"
        assert await accounts(merchant) == []


class TestSender:
    async def test_without_a_shop_the_address_is_typed(self, merchant: Merchant) -> None:
        heard = await tells(merchant, *USUAL)
        assert heard == (
            f"{TESTING}\n寄件人是谁、从哪里寄？按这个样子发：小满家居 13800000000 浙江省 杭州市 西湖区 文三路1号A座"
        )
        assert await merchant.says("小满 13800000000 浙江省 杭州市 余杭区 查家村物流园 3号 打印店旁") == (
            "✅ 中通快递绑定成功，单号余额 812。"
            "发件地址「浙江省 杭州市 余杭区 查家村物流园 3号 打印店旁」。下一步：打印订单。"
        )
        sender = (await accounts(merchant))[0].sender
        assert (sender.name, sender.phone) == ("小满", "13800000000")

    @pytest.mark.parametrize(
        "typed",
        ["文三路1号", "小满 138 浙江省 杭州市 西湖区 文三路", "小满 13800000000 浙江省 杭州市", "打印今天的订单"],
    )
    async def test_half_an_address_is_explained(self, merchant: Merchant, typed: str) -> None:
        await has_shop(merchant)
        await tells(merchant, *USUAL, "换一个地址")
        heard = await merchant.says(typed)
        assert heard.startswith("没看懂。请用空格隔开：姓名 电话 省 市 区 街道门牌。不想继续就发「取消」。\n")
        assert await merchant.says("取消") == "已取消「绑定快递」。"

    async def test_another_address_than_the_shops_may_be_typed(self, merchant: Merchant) -> None:
        await has_shop(merchant)
        await tells(merchant, *USUAL, "2", "小满 0571-88880000 江苏省 苏州市 吴中区 东方大道1号")
        assert (await accounts(merchant))[0].sender.region.city == "苏州市"


class TestBindingAgain:
    async def test_replaces_the_account_of_the_same_name(self, merchant: Merchant) -> None:
        await has_shop(merchant)
        await tells(merchant, *USUAL, "1")
        (before,) = await accounts(merchant)
        await tells(merchant, "1", "1234567890", "zto123", "没有", "换一个地址")
        await merchant.says("小满 13800000000 江苏省 苏州市 吴中区 东方大道1号")
        (after,) = await accounts(merchant)
        assert after.id == before.id
        assert after.is_default
        assert (after.credentials["site_code"], after.sender.region.city) == ("", "苏州市")

    async def test_adds_an_account_of_another_name_behind_the_default_one(self, merchant: Merchant) -> None:
        await has_shop(merchant)
        await tells(merchant, *USUAL, "1")
        await tells(merchant, "1", "6666600000", "zto123", "没有", "1")
        assert [(each.account, each.is_default) for each in await accounts(merchant)] == [
            ("1234567890", True),
            ("6666600000", False),
        ]


class TestSteppingBack:
    async def test_goes_back_question_by_question(self, merchant: Merchant) -> None:
        await has_shop(merchant)
        await tells(merchant, *USUAL)
        assert await merchant.says("返回") == SITE_CODE
        assert await merchant.says("上一步") == PASSWORD
        assert await merchant.says("back") == ACCOUNT
        assert await merchant.says("返回") == KIND
        assert await merchant.says("返回") == f"前面没有可以改的了。\n{KIND}"

    async def test_a_changed_answer_is_tested_anew(self, merchant: Merchant) -> None:
        await has_shop(merchant)
        await tells(merchant, *USUAL)
        for _ in range(3):
            await merchant.says("返回")
        for answer in ("6666600000", "zto123", "没有"):
            heard = await merchant.says(answer)
        assert heard == f"{TESTING}\n{SENDER}"
        assert await merchant.says("1") == BOUND.replace("812", "3")

    async def test_cancel_forgets_everything(self, merchant: Merchant) -> None:
        await has_shop(merchant)
        await tells(merchant, "1", "1234567890", "zto123")
        assert await merchant.says("取消") == "已取消「绑定快递」。"
        assert await merchant.says("绑定中通") == KIND
        assert await accounts(merchant) == []

    async def test_fifteen_minutes_of_silence_end_it_and_starting_again_remembers_the_courier(
        self, merchant: Merchant
    ) -> None:
        await has_shop(merchant)
        await tells(merchant, "1", "1234567890")
        merchant.stage.world.clock.move(15 * MINUTE)
        assert await merchant.says("zto123", message="m3") == (
            "「绑定快递」等了 15 分钟没有回复，已经结束。\n（已删除密码消息）"
        )
        assert await merchant.taps("重新开始") == KIND


class TestWithoutAnAppOfTheOperators:
    NO_APP = (
        "这台面单还没有接入中通开放平台的应用，网点给的账号绑不了，不是账号的问题。"
        "要请安装它的人设置 MIANDAN_ZTO_APP_KEY 和 MIANDAN_ZTO_APP_SECRET，重启后再绑。"
        "自己在中通开放平台有应用的，现在就能绑。"
    )

    @pytest.fixture(params=["zto_app_key", "zto_app_secret"])
    async def bare(self, request: pytest.FixtureRequest, stage: Stage, merchant: Merchant) -> Merchant:
        """Her shop is bound, and one of the settings of ZTO's app is gone."""
        await has_shop(merchant)
        await stage.dark()
        await stage.light(**{request.param: SecretStr("") if request.param.endswith("secret") else ""})
        return merchant

    async def test_it_is_said_before_the_first_question(self, bare: Merchant, stage: Stage) -> None:
        assert await bare.says("绑定中通") == self.NO_APP
        assert bare.labels == ["API 接口账号", "取消"]
        assert await bare.says("1234567890") == f"没看懂，请点下面的按钮，或回复序号。\n{self.NO_APP}"
        assert await bare.taps("取消") == "已取消「绑定快递」。"
        await stage.restart()
        assert await bare.says("绑定中通") == KIND

    async def test_an_app_of_the_merchants_own_is_all_it_takes(self, bare: Merchant) -> None:
        answers = ("API 接口账号", "sandbox-zto-key", "sandbox-zto-secret", "1234567890", "zto123", "没有", "1")
        assert await tells(bare, *answers) == BOUND
        (account,) = await accounts(bare)
        assert account.credentials["kind"] == "app"


async def test_two_taps_at_once_keep_one_account(merchant: Merchant) -> None:
    await has_shop(merchant)
    await tells(merchant, *USUAL)
    data = merchant.button(HOME).data
    merchant.marks()
    taps = [Incoming("room", merchant.peer, f"tap-{n}", button=data) for n in range(2)]
    await asyncio.gather(*(merchant.stage.app.turns.receive(tap) for tap in taps))
    await merchant.stage.app.quiet()
    assert merchant.heard == BOUND
    assert len(await accounts(merchant)) == 1


async def test_the_password_is_erased_sealed_and_never_said_again(merchant: Merchant, stage: Stage) -> None:
    await has_shop(merchant)
    await tells(merchant, "1", "1234567890")
    assert await merchant.says("zto123", message="m7") == f"（已删除密码消息）\n{SITE_CODE}"
    await merchant.says("8866")
    await merchant.says("1")
    assert stage.room.erased == ["m7"]
    assert all("zto123" not in message.text for message in merchant.messages)
    files = b"".join(file.read_bytes() for file in stage.folder.glob("demo.db*"))
    assert b"SQLite" in files
    assert b"zto123" not in files


async def test_in_english(merchant: Merchant) -> None:
    await merchant.joins(language="en")
    assert await merchant.says("bind ZTO") == "Binding ZTO Express (1/4). Which kind of account?"
    assert await merchant.taps("e-waybill account") == (
        "(2/4) e-waybill account? Your branch issues it; it is not a phone number."
    )
    assert await merchant.says("1234567890") == (
        "(3/4) e-waybill password? Your branch issues it with the account. It is kept encrypted and shown nowhere."
    )
    await merchant.says("zto12")
    assert await merchant.says("none") == (
        "Testing the connection to ZTO Express…\n"
        "❌ ZTO Express says the account or password is wrong. What shall we change?"
    )
    assert merchant.labels == [
        "Change the e-waybill password",
        "Change the e-waybill account",
        "Change the branch code",
        "Cancel",
    ]
    await merchant.says("1")
    await merchant.says("zto123")
    assert await merchant.says("Xiaoman 13800000000 浙江省 杭州市 西湖区 文三路1号A座") == (
        f"✅ ZTO Express is bound, 812 numbers left. Sending from “{HOME}”. Next: print orders."
    )
