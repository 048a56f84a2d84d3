"""Labels as a day's orders make them, all of them invented."""

import random
from dataclasses import replace
from typing import Any

from core.labels import Label, LabelItem, Party

LABEL = Label(
    number="YT1234567890123",
    courier="圆通速递",
    segment="400-W00 000",
    hub="杭州转运中心",
    recipient=Party("王**", "138******78", "浙江省 杭州市 余杭区 文一西路998号5幢***"),
    sender=Party("某某旗舰店", "400******1", "浙江省金华市义乌市北苑街道春风大道***"),
    orders=("261122-123456789012345",),
    items=(LabelItem("纯棉短袖T恤", "藏青 XL", 2), LabelItem("女士防晒衣", "杏 均码", 1)),
    pickup_code="8866",
    remark="易碎，请轻拿轻放",
    position=12,
    printed_at="2026-11-22 22:15",
)

CROWDED = replace(
    LABEL,
    number="78912345678901",
    segment="B003-356-01-02AOF3-11 000",
    recipient=Party(
        "欧**",
        "17812345678-1234",
        "新疆维吾尔自治区 伊犁哈萨克自治州 察布查尔锡伯自治县 "
        + "依拉齐牛录村幸福大道与建设二路交叉口向东三百米" * 8
        + "12幢***",
    ),
    sender=Party("某某食品旗舰店义乌二仓" * 4, "0571****88", "浙江省金华市义乌市北苑街道春风大道" * 6 + "***"),
    orders=tuple(f"2611{day:02}-123456789012345" for day in range(20)),
    items=tuple(LabelItem(f"儿童积木玩具大颗粒益智拼装礼盒第{n}款", "樱花粉 升级加厚版 200粒", 2) for n in range(30)),
    remark="尽快发货，不要放快递柜，送货上门前先打电话；" * 6,
    hub="伊犁哈萨克自治州转运中心集散甲乙丙丁",
    courier="中国邮政速递物流特快专递",
    pickup_code="8866-7755-6644-3322",
    position=12345,
    is_sample=True,
    is_reprint=True,
)

BARE = Label(
    number="SF1234567890123",
    courier="顺丰速运",
    segment="",
    hub="",
    recipient=Party("*", "******", "***"),
    sender=Party("", "", ""),
    orders=(),
    items=(),
)


def label(**changes: Any) -> Label:
    """The usual label with some fields changed."""
    return replace(LABEL, **changes)


def many(count: int) -> list[Label]:
    """Distinct labels: other numbers, addresses and goods, the same sender."""
    chance = random.Random(11)  # noqa: S311 - a repeatable pile
    return [_one(chance, position) for position in range(1, count + 1)]


def _one(chance: random.Random, position: int) -> Label:
    prefix, length = chance.choice((("YT", 13), ("JT", 13), ("SF", 13), ("78", 12), ("4", 14), ("7", 11)))
    road = chance.choice(("文一西路", "中山北路", "解放大道", "人民东路", "学府街", "望江路"))
    estate = chance.choice(("凤凰山庄", "梧桐苑", "紫荆花园", "翡翠城", "云锦社区"))
    goods = ("纯棉短袖T恤", "儿童积木玩具", "无糖黑芝麻丸", "不锈钢保温杯", "猫粮冻干", "羊毛袜", "充电宝")
    return label(
        number=prefix + _digits(chance, length),
        segment=f"{_digits(chance, 3)}-{chance.choice('ABCDEFGH')}{_digits(chance, 2)} {_digits(chance, 3)}",
        recipient=Party(
            chance.choice("王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高梁郑谢宋唐许韩冯邓曹") + "**",
            f"1{_digits(chance, 2)}******{_digits(chance, 2)}",
            f"浙江省 杭州市 余杭区 {road}{chance.randint(1, 1999)}号{estate}{chance.randint(1, 40)}幢***",
        ),
        orders=(f"261122-{_digits(chance, 15)}",),
        items=tuple(LabelItem(name, chance.choice(("红 M", "墨绿 XL", "均码")), chance.randint(1, 5))
                    for name in chance.sample(goods, chance.randint(1, 4))),
        position=position,
    )  # fmt: skip


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choices("0123456789", k=count))
