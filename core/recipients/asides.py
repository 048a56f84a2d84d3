"""What stands around a recipient and is said to the shop: greetings, thanks, haste, which courier to take."""

from core.patterns import pattern
from core.writing import consists_of

_COURTESY = frozenset(
    (
        "你好 您好 亲亲 老板 老板娘 老板好 掌柜 店家 在吗 哈喽 早上好 下午好 晚上好 你 您 啊 哈"
        " 呀 吧 好 的 噢 嗯 麻烦 麻烦了 请 辛苦 辛苦了 拜托 尽快 尽早 快点 早点 赶紧 今天"
        " 急用 加急 急 发 发货 寄 寄出 安排 送 一下 谢谢 多谢 感谢 亲 哦 啦 了 ! ！ ~ 。"
        " ."
    ).split()
)
_COURIERS = "顺丰|中通|圆通|申通|韵达|极兔|京东|邮政|(?i:ems)|德邦|百世|天天"
_BY_COURIER = pattern(  # 发顺丰, 用中通发
    r"(?:请|帮我?|麻烦|尽量|都|要|给我|可以|能|最好|我要|[\s,，])*"
    rf"(?:(?:[发用走寄选]|使用|指定)\s?(?:{_COURIERS})|(?:{_COURIERS})(?:发|寄|包邮|就行|就好)?)"
    r"(?:快递|速运|速递|特快|标快|物流)?(?:[发寄走邮]?出?|发货|包邮|就[行好]|哦|吧|哈|啊|谢谢|了|[\s.。~!！])*$"
)
_THANKS = pattern(r"[\s,，。;；]*(?:多谢|谢谢|感谢|麻烦|辛苦|拜托)(?:你|您|老板|亲|店家|啦|了|哦|[!！~。.])*$")
_BEHIND_A_HOUSE = pattern(r"[\d号栋幢座楼室层户店院厂村组)）](?=[发用走寄请麻])")
_POSTCODE = pattern(r"[(（]?\d{6}[)）]?")


def says_nothing(text: str) -> bool:
    """A postcode, 尽快发货谢谢, or 发顺丰."""
    return bool(_POSTCODE.fullmatch(text) or _BY_COURIER.match(text)) or consists_of(text, _COURTESY)


def without_wishes(detail: str) -> str:
    """Without what is said to the shop behind a house: …4号谢谢老板, …4号发顺丰."""
    bare = _THANKS.sub("", detail)
    wish = next((match for match in _BEHIND_A_HOUSE.finditer(bare) if _BY_COURIER.match(bare, match.end())), None)
    return bare[: wish.end()] if wish else bare
