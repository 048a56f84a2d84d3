"""What may be shown of a person: masks for paper, screens and chats.

The demands are those announced for GB/T 41833-2022 快递电子运单: of a name at least one character hidden, of a phone
at least six digits, of an address the unit, door and room. Every mask takes any text, never raises, and masking twice
changes nothing. In doubt it hides more.
"""

import re
import unicodedata

_PRIVACY_NUMBER = re.compile(r"1[0-9]{10}-[0-9]{4}")
_NO_PHONE = re.compile(r"[^0-9*\-+]+")
_COUNTRY_CODE = re.compile(r"^(?:\+|00)?86(?=1[0-9*]{10}$)")
_HIDDEN_DIGITS = 6
_SHOWN_DIGITS = 5
_SHOWN_AHEAD = 3

_MOBILE = re.compile(r"(?<![0-9A-Za-z-])(?:\+?86[- ]?)?1[3-9][0-9](?:[- ]?[0-9]{4}){2}(?![0-9])")

_NUMERAL = "[0-9０-９A-Za-zＡ-Ｚａ-ｚ一二三四五六七八九十百零〇甲乙丙丁]"
_DIGIT = "[0-9０-９A-Za-zＡ-Ｚａ-ｚ]"
_DASH = "[-－–—－_/／]"
_BUILDING = re.compile(rf"(?:{_NUMERAL}|[东南西北])+\s*#?(?:号楼|幢|栋|座)")
_HOUSE = re.compile(rf"{_NUMERAL}+(?:[-－–—之]{_NUMERAL}+)*\s*号(?:院|馆|仓库|仓|厂房)?")
_INDOORS = re.compile(
    rf"{_NUMERAL}+\s*(?:单元|室|层)"
    rf"|{_DIGIT}+\s*(?:房|户|楼|梯|铺)"
    r"|[一二三四五六七八九十]+楼(?![村镇乡路街])"
    rf"|{_DIGIT}++(?:{_DASH}{_DIGIT}++)++(?!\s*[号弄幢栋座#])"
    rf"|(?<!{_DIGIT}){_DIGIT}*[0-9０-９]{{3,}}(?=$|[\s，,。.；;、()（）*])"
)
_LOOSE_END = " ,，.。、;；:：(（*#-－–—_/／"


def mask_name(text: str) -> str:
    """王* for two characters, 王** for more, * for one or none; the length beyond three is hidden too."""
    name = "".join(text.split())
    return "*" if len(name) < 2 else name[0] + "*" * min(len(name) - 1, 2)  # noqa: PLR2004 - the shapes named above


def may_be(name: str, mask: str) -> bool:
    """Whether a mask of ours or of a platform's may hide this name: 张三 fits 张*, and 张三丰 does not."""
    return name[:1] == mask[:1] and len(mask_name(name)) == len(mask_name(mask))


def mask_phone(text: str) -> str:
    """138******78: at least six digits hidden and at most five shown. A privacy number 1xxxxxxxxxx-1234 is kept."""
    number = _NO_PHONE.sub("", unicodedata.normalize("NFKC", text))
    if _PRIVACY_NUMBER.fullmatch(number):
        return number
    digits = _COUNTRY_CODE.sub("", number.replace("-", "")).replace("+", "")
    shown = min(_SHOWN_DIGITS, max(0, len(digits) - _HIDDEN_DIGITS))
    ahead = min(_SHOWN_AHEAD, shown)
    hidden = max(_HIDDEN_DIGITS, len(digits) - shown)
    return digits[:ahead] + "*" * hidden + digits[len(digits) - (shown - ahead) :]


def mask_phones_in(text: str) -> str:
    """The text with every mobile number in it masked; order and waybill numbers stay."""
    return _MOBILE.sub(lambda found: mask_phone(found[0]), text)


def mask_address(text: str) -> str:
    """The address up to its building number and ***: unit, floor, door and room are dropped."""
    shown = " ".join(text.split()).rstrip(_LOOSE_END)
    while (outside := _outside(shown)) != shown:
        shown = outside
    return f"{shown}***"


def mask_number(text: str) -> str:
    """7612…9036: a waybill number as a chat shows it. Eight characters or fewer stay whole."""
    return text if len(text) <= 8 or "…" in text else f"{text[:4]}…{text[-4:]}"  # noqa: PLR2004 - four at either end


def _outside(address: str) -> str:
    indoors = _INDOORS.search(address)
    reach = address[: indoors.start()] if indoors else address
    end = _BUILDING.search(reach) or _HOUSE.search(reach)
    return (reach[: end.end()] if end else reach).rstrip(_LOOSE_END)
