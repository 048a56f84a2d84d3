"""Steps that the binding talks share."""

from core.storage.accounts import CourierAccount
from core.storage.shops import BoundShop
from tests.support.merchant import Merchant

WELCOME = "你好，我是面单。绑定店铺和快递以后，一句「打印今天的订单」就把取号、打印、回传单号都做完。"
LINK = "请用店铺主账号打开下面的链接授权（10 分钟内有效），子账号授权不了。授权内容：订单、物流、电子面单。"
ACCOUNT = "(2/4) 电子面单账号是多少？网点开通时会给，不是手机号。"
PASSWORD = "(3/4) 电子面单密码？和账号一起由网点提供。收到后加密保存，不会再显示。"
SITE_CODE = "(4/4) 网点编码？签约网点的编码，有的网点叫它取件码或月结编码，可向网点询问。没有就发「没有」。"
TESTING = "正在连接中通快递测试…"
SENDER = "从哪里寄出？"
REJECTED = f"{TESTING}\n❌ 中通快递说账号或密码不对。改哪一项？"
DOWN = f"{TESTING}\n中通快递现在连不上，不是账号的问题。已填的都保存着，过几分钟再试？"
HOME = "浙江省 杭州市 西湖区 文三路1号A座"
BOUND = f"✅ 中通快递绑定成功，单号余额 812。发件地址「{HOME}」。下一步：打印订单。"


async def has_shop(merchant: Merchant) -> str:
    """The shop bound already, no courier; returns the merchant's id."""
    await merchant.says("绑定店铺")
    await merchant.opens("打开授权页")
    return await whose(merchant)


async def whose(merchant: Merchant) -> str:
    """The id of the merchant for whom this chat speaks."""
    member = await merchant.stage.app.desk.kept.merchants.member("room", merchant.peer)
    assert member is not None
    return member.merchant


async def tells(merchant: Merchant, *answers: str) -> str:
    """Begin to bind ZTO and answer question after question; returns what was heard last."""
    heard = await merchant.says("绑定中通")
    for answer in answers:
        heard = await merchant.says(answer)
    return heard


async def accounts(merchant: Merchant) -> list[CourierAccount]:
    """The courier accounts that the database keeps."""
    return await merchant.stage.app.desk.kept.accounts.of(await whose(merchant))


async def shops(merchant: Merchant) -> list[BoundShop]:
    """The shops that the database keeps."""
    return await merchant.stage.app.desk.kept.shops.of(await whose(merchant))


def calls(merchant: Merchant, operation: str) -> int:
    """How often the outside world was asked."""
    books = merchant.stage.world.ledger()["calls"]
    assert isinstance(books, dict)
    return int(books.get(operation, 0))
