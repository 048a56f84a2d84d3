"""What the default shop sells; prices in 分."""

from random import Random

from bot.sandbox.pinduoduo.order import Item

_TABLE = """
600001 纯棉四件套床上用品 9980 白底碎花,1.5米床 浅灰,1.8米床 藏青,2.0米床
600002 厨房沥水置物架 3590 双层,黑色 三层,白色
600003 北欧风陶瓷马克杯 1990 红色 墨绿色 奶油白
600004 加厚珊瑚绒毛毯 5900 100×150cm,驼色 150×200cm,酒红
600005 免打孔浴室收纳盒 1280 单个 三个装
600006 LED护眼台灯（USB充电款） 4550 白色,三档调光 粉色,三档调光
600007 儿童防摔学饮杯 2690 300ml,小黄鸭 450ml,小恐龙
600008 竹纤维抹布10片装 990 10片 20片
600009 可折叠脏衣篮大号布艺收纳篮家用卫生间防水洗衣篮 2180 灰色条纹,大号 米色,中号
600010 香薰蜡烛礼盒 3880 白茶 橙花 雪松
"""
_GIFT = Item(690001, 790001, "小满定制帆布袋", "随机", 1, 0, "GIFT-1")
_SECOND_LINES = 0.1
_COUNTS = (1, 1, 1, 1, 2, 2, 3, 5)


def _sku(line: str) -> list[Item]:
    goods_id, name, price, *specs = line.split()
    base = 700_000 + int(goods_id) % 1000 * 10
    return [
        Item(int(goods_id), base + n, name, spec, 1, int(price), f"XM-{goods_id[-2:]}-{n}")
        for n, spec in enumerate(specs)
    ]


CATALOGUE = tuple(item for line in _TABLE.split("\n") if line for item in _sku(line))


def basket(dice: Random) -> tuple[Item, ...]:
    """What one order is for: usually one line."""
    lines = 2 if dice.random() < _SECOND_LINES else 1
    return tuple(_some(item, dice) for item in dice.sample(CATALOGUE, k=lines))


def _some(item: Item, dice: Random) -> Item:
    return Item(item.goods_id, item.sku_id, item.name, item.spec, dice.choice(_COUNTS), item.price, item.outer_id)


def gift() -> Item:
    """What the shop gives away."""
    return _GIFT
