"""The couriers that this pretend Kuaidi100 knows: its own names, what their numbers look like, who needs a phone."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Company:
    """One courier; `com` is Kuaidi100's name of it. `needs_phone`: the last four digits of a party's phone."""

    com: str
    name: str
    shape: str
    needs_phone: bool = False

    def issues(self, number: str) -> bool:
        """Whether the number can be this courier's."""
        return re.fullmatch(self.shape, number) is not None


_ALL = (
    Company("shunfeng", "顺丰速运", r"SF[0-9A-Z]\d{12}", needs_phone=True),
    Company("zhongtong", "中通快递", r"7[3-68]\d{12}", needs_phone=True),
    Company("yuantong", "圆通速递", r"YT\d{13}"),
    Company("shentong", "申通快递", r"77\d{13}"),
    Company("yunda", "韵达快递", r"[34]\d{14}"),
    Company("jtexpress", "极兔速递", r"JT\d{13}"),
    Company("jd", "京东物流", r"JD[A-Z][A-Z0-9]?\d{11,12}"),
    Company("ems", "EMS", r"1[0-2]\d{11}"),
    Company("youzhengguonei", "邮政快递包裹", r"9\d{12}"),
    Company("debangkuaidi", "德邦快递", r"DPK\d{12,13}"),
)
COMPANIES = {company.com: company for company in _ALL}


def guesses(number: str) -> list[Company]:
    """Whose number it may be, the most likely first."""
    return [company for company in _ALL if company.issues(number)]
