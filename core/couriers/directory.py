"""Couriers as merchants know them, whether or not this program can talk to their interface.

Hotlines and platform codes were gathered from public code and pages; `is_sure` is false where sources disagree or only
one was found. Of such a courier merchants are told that the label's own hotline goes before ours; its code is tried as
it is, and the platform refuses a wrong one in its own words.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from core.couriers.base import Words


@dataclass(frozen=True, slots=True)
class Known:
    """One courier. `shop_codes`: shop platform's code → what that platform calls it."""

    code: str
    name: Words
    aliases: tuple[str, ...]
    hotline: str
    shop_codes: Mapping[str, str]
    is_sure: bool = True


_ALL = (
    Known("ZTO", Words("中通", "ZTO"), ("中通", "zto"), "95311", {"pinduoduo": "ZTO"}),
    Known("YTO", Words("圆通", "YTO"), ("圆通", "yto"), "95554", {"pinduoduo": "YTO"}),
    Known("STO", Words("申通", "STO"), ("申通", "sto"), "95543", {"pinduoduo": "STO"}),
    Known("YUNDA", Words("韵达", "Yunda"), ("韵达", "yunda"), "95546", {"pinduoduo": "YUNDA"}),
    Known("JT", Words("极兔", "J&T"), ("极兔", "j&t", "jt"), "956025", {"pinduoduo": "JTSD"}, is_sure=False),
    Known("SF", Words("顺丰", "SF"), ("顺丰", "sf"), "95338", {"pinduoduo": "SF"}),
    Known("JD", Words("京东", "JD"), ("京东", "jd"), "950616", {"pinduoduo": "JD"}, is_sure=False),
    Known("EMS", Words("EMS", "EMS"), ("ems",), "11183", {"pinduoduo": "EMS"}, is_sure=False),
    Known("POSTB", Words("邮政", "China Post"), ("邮政",), "11185", {"pinduoduo": "YZXB"}, is_sure=False),
    Known("DBKD", Words("德邦", "Deppon"), ("德邦", "dbkd"), "95353", {"pinduoduo": "DB"}, is_sure=False),
)
KNOWN: Mapping[str, Known] = {known.code: known for known in _ALL}
