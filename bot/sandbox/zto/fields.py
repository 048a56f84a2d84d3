"""Reading ZTO's nested JSON strictly: what must be there, and what a phone or an address must look like."""

import re

from bot.sandbox.zto.gateway import EMPTY, OUT_OF_RANGE, Json, Refusal

_MOBILE = re.compile(r"1\d{10}(-\d{4})?")  # with the extension of a privacy number
_LANDLINE = re.compile(r"0\d{2,3}-?\d{7,8}")
_STOPPED = "停发区"
_MASK = "*"


class Fields:
    """An object of the request; `path` names it in refusals, as in `receiveInfo.receiverName`."""

    def __init__(self, values: Json, path: str = "") -> None:
        self._values = values
        self._path = path

    def text(self, name: str) -> str:
        """A required text; numbers count as their digits. Raises `Refusal`."""
        value = self._values.get(name)
        if not isinstance(value, str | int) or isinstance(value, bool) or not str(value).strip():
            raise Refusal(EMPTY, f"参数不能为空：{self._path}{name}")
        return str(value)

    def one_of(self, name: str, *allowed: str) -> str:
        """A required text out of a few. Raises `Refusal`."""
        value = self.text(name)
        if value not in allowed:
            raise Refusal(EMPTY, f"参数不正确：{self._path}{name}")
        return value

    def maybe(self, name: str) -> str:
        """A text that may be missing."""
        return self.text(name) if self._values.get(name) else ""

    def inner(self, name: str) -> "Fields":
        """A required nested object. Raises `Refusal`."""
        value = self._values.get(name)
        if not isinstance(value, dict) or not value:
            raise Refusal(EMPTY, f"参数不能为空：{self._path}{name}")
        return Fields(value, f"{self._path}{name}.")


class Party:
    """Sender or receiver of a parcel. Raises `Refusal` for anything missing, malformed, masked or out of range."""

    def __init__(self, fields: Fields, prefix: str) -> None:
        self.name = _unmasked(fields, f"{prefix}Name")
        self.phone = _phone(fields, prefix)
        self.province = fields.text(f"{prefix}Province")
        self.city = fields.text(f"{prefix}City")
        self.district = fields.text(f"{prefix}District")
        self.address = _unmasked(fields, f"{prefix}Address")
        if _STOPPED in self.address:
            raise Refusal(OUT_OF_RANGE, "该地址属于停发区域，超出服务范围")

    @property
    def tails(self) -> set[str]:
        """The last four digits by which the party may be named: of the number, and of its extension."""
        return {part[-4:] for part in self.phone.split("-")} | {self.phone[-4:]}


def _unmasked(fields: Fields, name: str) -> str:
    value = fields.text(name)
    if _MASK in value:
        raise Refusal(EMPTY, f"参数不正确：{name}含有非法字符")
    return value


def _phone(fields: Fields, prefix: str) -> str:
    mobile, landline = fields.maybe(f"{prefix}Mobile"), fields.maybe(f"{prefix}Phone")
    number = mobile or landline
    if not number:
        raise Refusal(EMPTY, f"参数不能为空：{prefix}Mobile")
    if not (_MOBILE.fullmatch(number) or (landline and _LANDLINE.fullmatch(landline))):
        raise Refusal(EMPTY, f"参数不正确：{prefix}Mobile")
    return number
