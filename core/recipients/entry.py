"""A recipient among several, as pasted or as a row of a sheet, with what goes to them."""

from dataclasses import dataclass, replace
from typing import Literal

from core.recipients.divisions import Place
from core.recipients.parse import Pasted

Flaw = Literal["", "no_name", "no_phone", "phone_rounded", "which_city", "no_city", "no_detail"]

LONGEST_NAME, LONGEST_DETAIL = 40, 200
"""Characters; couriers take fewer than people write into sheets."""

_UNNAMED = "物品"
_LACKING: dict[str, Flaw] = {"name": "no_name", "phone": "no_phone", "city": "no_city", "detail": "no_detail"}


@dataclass(frozen=True, slots=True)
class Entry:
    """`place`: its number in the paste, or its row in the sheet as spreadsheet programs count.

    `weight` in kilograms, 0 where none was told. `spoilt`: what reading saw and the parts do not tell.
    """

    place: int
    pasted: Pasted
    goods: str = ""
    count: int = 1
    remark: str = ""
    weight: float = 0
    spoilt: Flaw = ""

    @property
    def flaw(self) -> Flaw:
        """The first thing a person must look at; "" when it can be sent."""
        lacks = self.pasted.lacks
        if "phone" in lacks and self.spoilt:
            return self.spoilt
        if "city" in lacks and len(self.pasted.places) > 1:
            return "which_city" if lacks[0] == "city" else _LACKING[lacks[0]]
        return _LACKING[lacks[0]] if lacks else ""

    @property
    def contents(self) -> str:
        """What the label calls the goods: of several pieces that nobody named, that they are things."""
        return self.goods or (_UNNAMED if self.count > 1 else "")

    @property
    def note(self) -> str:
        """The remark, the weight ahead of it: it goes along in words, for no courier here is told it in figures."""
        return "，".join(filter(None, (f"{self.weight:g}公斤" if self.weight else "", self.remark)))

    @property
    def phone(self) -> str:
        """With the extension of a privacy number: 13800138000-1234."""
        return f"{self.pasted.phone}-{self.pasted.extension}" if self.pasted.extension else self.pasted.phone

    def at(self, place: Place) -> "Entry":
        """The same at this place."""
        parts = {"province": place.province, "city": place.city, "district": place.district}
        return replace(self, pasted=replace(self.pasted, places=(place,), **parts))
