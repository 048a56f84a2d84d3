"""Couriers as merchants know them, whether or not this program can talk to their interface.

Hotlines and platform codes were gathered from public code and pages; `is_sure` is false where sources disagree or only
one was found, and the code of such a courier is tried as it is: the platform refuses a wrong one in its own words.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from core.couriers.base import Words


@dataclass(frozen=True, slots=True)
class Known:
    """One courier. `shop_codes`: shop platform's code → what that platform calls it; `forms`: of its numbers."""

    code: str
    name: Words
    aliases: tuple[str, ...]
    hotline: str
    shop_codes: Mapping[str, str]
    forms: tuple[str, ...]
    is_sure: bool = True


_ALL = (
    Known("ZTO", Words("中通", "ZTO"), ("中通", "zto"), "95311", {"pinduoduo": "ZTO"}, (r"7[3-68]\d{12}",)),
    Known("YTO", Words("圆通", "YTO"), ("圆通", "yto"), "95554", {"pinduoduo": "YTO"}, (r"YT\d{13}",)),
    Known("STO", Words("申通", "STO"), ("申通", "sto"), "95543", {"pinduoduo": "STO"}, (r"77\d{13}",)),
    Known(
        "YUNDA",
        Words("韵达", "Yunda"),
        ("韵达", "yunda"),
        "95546",
        {"pinduoduo": "YUNDA"},
        (r"[34]\d{14}", r"[345]\d{12}"),
    ),
    Known("JT", Words("极兔", "J&T"), ("极兔", "j&t", "jt"), "956025", {"pinduoduo": "JTSD"}, (r"JT\d{13}",), False),
    Known("SF", Words("顺丰", "SF"), ("顺丰", "sf"), "95338", {"pinduoduo": "SF"}, (r"SF[0-9A-Z]\d{12}", r"\d{12}")),
    Known("JD", Words("京东", "JD"), ("京东", "jd"), "950616", {"pinduoduo": "JD"}, (r"JD[0-9A-Z]{2}\d{11}",), False),
    Known("EMS", Words("EMS", "EMS"), ("ems",), "11183", {"pinduoduo": "EMS"}, (r"1[0-2]\d{11}", r"5\d{12}"), False),
    Known("POSTB", Words("邮政", "China Post"), ("邮政",), "11185", {"pinduoduo": "YZXB"}, (r"9[5-9]\d{11}",), False),
    Known("DBKD", Words("德邦", "Deppon"), ("德邦", "dbkd"), "95353", {"pinduoduo": "DB"}, (r"DPK\d{12,13}",), False),
)
KNOWN: Mapping[str, Known] = {known.code: known for known in _ALL}


def guesses(number: str) -> list[str]:
    """Our codes of the couriers whose numbers look like this; more than one where the form does not tell."""
    written = number.strip().upper()
    return [known.code for known in _ALL if any(re.fullmatch(form, written) for form in known.forms)]
