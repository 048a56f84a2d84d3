"""The platform's couriers: `logistics_id`, code and name (companies table, third party); some are closed."""

import re
from dataclasses import dataclass

from bot.sandbox.pinduoduo.params import Json

_TABLE = """
1 STO 申通快递
3 HT 百世快递
44 SF 顺丰快递
85 YTO 圆通快递
115 ZTO 中通快递
116 QF 全峰快递 closed
117 YS 优速快递
118 EMS 邮政EMS
119 TT 天天快递
120 JD 京东快递
121 YUNDA 韵达快递
124 GTO 国通快递
129 ZJS 宅急送快递
130 RFD 如风达 closed
131 DB 德邦快递
132 YZXB 邮政快递包裹
180 SELF 其他
183 KYE 跨越速运
195 XLOBO 贝海国际
227 RRS 日日顺
229 BESTQJT 百世快运
343 ZTOKY 中通快运
344 YDKY 韵达快运
384 JTSD 极兔速递
415 SIJIAPP 商家自行配送
416 SFTC 顺丰同城
448 ZTOCC 中通冷链
458 YZDSBK 邮政电商标快
"""

# What a number of each courier looks like (several independent pattern lists); others only have to be plausible.
_SHAPES = {
    "SF": r"SF[0-9A-Z]\d{12}",
    "YTO": r"YT\d{13}",
    "JTSD": r"JT\d{13}",
    "STO": r"77\d{13}",
    "ZTO": r"7[3-68]\d{12}",
    "YUNDA": r"[34]\d{14}",
}
_PLAUSIBLE = r"[0-9A-Za-z-]{8,25}"


@dataclass(frozen=True, slots=True)
class Company:
    """One courier as the platform knows it."""

    id: int
    code: str
    name: str
    available: bool

    def issues(self, number: str) -> bool:
        """Whether the number can be this courier's."""
        return re.fullmatch(_SHAPES.get(self.code, _PLAUSIBLE), number) is not None

    def to_json(self) -> Json:
        """One row of `pdd.logistics.companies.get`."""
        return {
            "id": self.id,
            "code": self.code,
            "logistics_company": self.name,
            "available": int(self.available),
        }


def _company(number: str, code: str, name: str, closed: str = "") -> Company:
    return Company(int(number), code, name, available=not closed)


COMPANIES = {company.id: company for company in (_company(*line.split()) for line in _TABLE.split("\n") if line)}
BY_CODE = {company.code: company for company in COMPANIES.values()}
