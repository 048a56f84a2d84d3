"""Synthetic receivers: names common and rare, phones, addresses short and very long. Nobody here exists."""

from dataclasses import dataclass
from random import Random

from bot.sandbox.places import PLACES, Place

_FAMILY = tuple("王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹")
_GIVEN = tuple("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英子涵梓萱浩宇欣怡诗雨晨思琪")
_UNUSUAL = (
    "䶮晓东", "龚䶮", "李犇", "周㛃", "张赟喆", "欧阳娜娜", "司马翀", "诸葛子翯", "上官婉婷",
    "古丽娜尔·买买提", "阿卜杜热合曼·艾力", "次仁卓玛", "巴特尔", "丹增罗布", "布仁巴雅尔", "恩和其其格",
)  # fmt: skip
_ESTATES = ("阳光花园", "万科城市花园", "碧桂园凤凰城", "翡翠湾", "幸福里小区", "锦绣江南", "和谐家园", "金色年华公寓")
_DIRECTIONS = (
    "（靠近中学北门，请放丰巢柜）", "（送货前请电话联系，不要放驿站）", "二单元电梯左转第三户，门口有鞋柜",
    "菜鸟驿站旁边的五金店代收，营业时间早八点到晚八点，周日休息",
)  # fmt: skip
_PREFIXES = ("130", "133", "135", "138", "139", "150", "152", "158", "177", "180", "186", "188", "189", "199")

# Shares of all receivers.
_PRIVACY_NUMBERS = 0.25
_UNUSUAL_NAMES = 0.08
_LONG_DIRECTIONS = 0.12


@dataclass(frozen=True, slots=True)
class Receiver:
    """A person at a place. With an `extension` the phone is a privacy number, dialled as phone plus extension."""

    name: str
    phone: str
    extension: str
    place: Place
    detail: str

    @property
    def address(self) -> str:
        """Region and street in one line."""
        return f"{self.place.province}{self.place.city}{self.place.town}{self.detail}"


def somebody(dice: Random) -> Receiver:
    """Somebody, somewhere; some behind a privacy number."""
    place = dice.choice(PLACES)
    extension = f"{dice.randrange(10_000):04d}" if dice.random() < _PRIVACY_NUMBERS else ""
    return Receiver(_name(dice), phone(dice), extension, place, _detail(place, dice))


def phone(dice: Random) -> str:
    """A mobile number of eleven digits."""
    return f"{dice.choice(_PREFIXES)}{dice.randrange(10**8):08d}"


def _name(dice: Random) -> str:
    if dice.random() < _UNUSUAL_NAMES:
        return dice.choice(_UNUSUAL)
    return dice.choice(_FAMILY) + "".join(dice.choices(_GIVEN, k=dice.choice((1, 2, 2))))


def _detail(place: Place, dice: Random) -> str:
    house = f"{place.street}{dice.randrange(1, 900)}号{dice.choice(_ESTATES)}"
    flat = f"{dice.randrange(1, 30)}幢{dice.randrange(1, 5)}单元{dice.randrange(1, 33)}0{dice.randrange(1, 5)}室"
    directions = dice.choice(_DIRECTIONS) if dice.random() < _LONG_DIRECTIONS else ""
    return house + flat + directions
