"""What befalls parcels, written down before anything happens: every scan with its moment, and from when it is told.

Scans and shipping keep to a grid of half hours and one minute, and are told three minutes later, so that by themselves
news and thresholds never meet at one moment. Where a boundary is tried, the next scan is put a second beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from bot.sandbox.clock import HOUR, MINUTE
from tests.month.thresholds import Holidays

GRID, OFF_GRID = 30 * MINUTE, 1 * MINUTE
LATE = 3 * MINUTE  # from a scan until the courier tells it
HOME = "杭州市"
REGIONS = (
    ("广东省", "深圳市", "南山区"),
    ("浙江省", "宁波市", "鄞州区"),
    ("四川省", "成都市", "武侯区"),
    ("北京市", "北京市", "朝阳区"),
    ("湖北省", "武汉市", "洪山区"),
)
REMOTE = (
    ("新疆维吾尔自治区", "喀什地区", "疏附县"),
    ("西藏自治区", "拉萨市", "城关区"),
    ("青海省", "西宁市", "城中区"),
    ("内蒙古自治区", "呼伦贝尔市", "海拉尔区"),
    ("甘肃省", "兰州市", "城关区"),
    ("海南省", "海口市", "龙华区"),
)


class Way(StrEnum):
    """How news of a parcel comes."""

    PUSHED = "pushed"  # ZTO pushes each scan, and knows nothing when it is asked
    ASKED = "asked"  # ZTO answers, and pushes nothing
    BOTH = "both"
    TRACKER = "tracker"  # Kuaidi100 pushes the whole journey at each scan


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan. `told_at`: from when it is told to whoever asks; pushed so much later, and so many times."""

    at: int
    what: str
    city: str
    told_at: int
    push_delay: int = 0
    copies: int = 1

    @property
    def pushed_at(self) -> int:
        return self.told_at + self.push_delay


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund that is asked for, and perhaps taken back."""

    opened_at: int
    closed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """One parcel's fate. `promised_at`: a presale's promise; times in epoch milliseconds UTC."""

    number: str
    merchant: int
    fate: str
    way: Way
    region: tuple[str, str, str]
    shipped_at: int
    promised_at: int | None
    refund: Refund | None
    scans: tuple[Scan, ...]


@dataclass
class Draft:
    """A script while it is being written; `at` is the moment of its last scan."""

    shipped_at: int
    dice: Random
    holidays: Holidays
    has_quiet_hours: bool
    region: tuple[str, str, str] = REGIONS[0]
    way: Way = Way.BOTH
    promised_at: int | None = None
    refund: Refund | None = None
    scans: list[Scan] = field(default_factory=list)

    @property
    def at(self) -> int:
        return self.scans[-1].at if self.scans else self.shipped_at

    def scan(self, what: str, least: float, most: float, city: str = "") -> None:
        """The next scan so many hours later."""
        self.scan_at(what, on_grid(self.at + round(self.dice.uniform(least, most) * HOUR)), city)

    def scan_at(self, what: str, at: int, city: str = "", late: int = LATE) -> None:
        far = city or (self.region[1] if what in _FAR else HOME)
        self.scans.append(Scan(at, what, far, at + late))

    def travels(self, *stations: str) -> None:
        """The usual way, at the usual pace."""
        for station in stations:
            self.scan(station, *PACE[station])


_FAR = frozenset("arrived out locker signed proxy problem held failed refused returning".split())
PACE: Mapping[str, tuple[float, float]] = {
    "created": (0.5, 2),
    "got": (2, 9),
    "sent": (1, 5),
    "hub": (5, 14),
    "arrived": (5, 14),
    "out": (2, 12),
    "signed": (1, 7),
    "proxy": (1, 7),
    "locker": (1, 5),
    "problem": (1, 5),
    "held": (1, 5),
    "failed": (1, 5),
    "refused": (1, 5),
    "returning": (2, 20),
    "returned": (30, 90),
    "customs": (3, 10),
    "forwarded": (3, 10),
    "remark": (3, 9),
    "cancelled": (2, 12),
}
THERE = ("got", "sent", "hub", "arrived", "out")


def on_grid(at: int) -> int:
    """The moment of the grid that is next."""
    return -(-(at - OFF_GRID) // GRID) * GRID + OFF_GRID


def has_quiet_hours(merchant: int) -> bool:
    """Every other merchant wants to be told at night, too."""
    return merchant % 2 == 1
