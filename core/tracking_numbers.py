"""Which courier does a waybill number belong to? By its form alone, so some forms are only a guess.

The forms were gathered from public code and samples (2012 to 2026); no courier publishes its own. Where an older form
of one courier looks like today's form of another, `sure` is false.
"""

import re
from dataclasses import dataclass

from core.patterns import pattern
from core.writing import half_width_throughout

_BLANKS = pattern(r"\s+")
_PACKAGES = pattern(r"-\d{1,3}-\d{1,3}-?\d*$")  # JD: package 1 of 3


@dataclass(frozen=True, slots=True)
class Guess:
    """A courier's code, and whether the form belongs to this courier alone."""

    courier: str
    sure: bool


_FORMS: tuple[tuple[re.Pattern[str], Guess], ...] = tuple(
    (pattern(form), Guess(courier, sure))
    for form, courier, sure in (
        (r"SF[0-9A-Z]\d{12}", "SF", True),
        (r"JT\d{13}", "JT", True),
        (r"YT\d{13}", "YTO", True),
        (r"JD[0-9A-Z]{2}\d{11}", "JD", True),
        (r"DPK\d{12}", "DBKD", True),
        (r"77\d{13}", "STO", True),
        (r"7\d{13}", "ZTO", True),
        (r"[34]\d{14}", "YUNDA", True),
        (r"[A-Z]{2}\d{9}CN", "EMS", True),
        (r"1[01]\d{11}", "EMS", True),
        (r"5\d{12}", "EMS", True),
        (r"97[89]\d{10}", "POSTB", False),  # books carry such numbers too (ISBN)
        (r"9[5-9]\d{11}", "POSTB", True),
        (r"12\d{11}", "POSTB", False),  # Yunda's until about 2021
        (r"[34]\d{12}", "YUNDA", False),  # until about 2021; others used such numbers as well
        (r"[1-9]\d{11}", "SF", False),  # SF without its prefix; ZTO and STO until about 2018
    )
)


def courier_of(number: str) -> Guess | None:
    """The courier whose form this is; None where it is no waybill number of a courier we know."""
    written = half_width_throughout(number).upper().strip()
    bare = _BLANKS.sub("", _PACKAGES.sub("", written))
    return next((guess for form, guess in _FORMS if form.fullmatch(bare)), None)
