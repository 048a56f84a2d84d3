"""Waybill numbers: whose they are."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.tracking_numbers import courier_of


@dataclass
class Verdict:
    """Right and all, by form: today, former, no number, of no courier here."""

    right: Counter[str] = field(default_factory=Counter)
    all: Counter[str] = field(default_factory=Counter)
    wrong_and_sure: list[str] = field(default_factory=list)

    def share(self, form: str) -> float:
        """Share of the numbers of this form that are right."""
        return self.right[form] / max(1, self.all[form])


def score(rows: Iterable[Mapping[str, Any]]) -> Verdict:
    """Judge every row."""
    verdict = Verdict()
    for row in rows:
        guess, form = courier_of(_number(row)), row.get("form", "all")
        is_right = (guess.courier if guess else None) == row["courier"]
        verdict.all[form] += 1
        verdict.right[form] += is_right
        if guess and guess.sure and not is_right:
            verdict.wrong_and_sure.append(f"{_number(row)}: {row['courier']} → {guess.courier}")
    return verdict


def _number(row: Mapping[str, Any]) -> str:
    return str(row.get("text", row.get("number", "")))
