"""Pasted recipients: right only when every part is."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.recipients.parse import parse

PARTS = "name phone extension province city district detail".split()


@dataclass
class Verdict:
    """Figures of one set; `wrong` counts by part."""

    rows: int = 0
    right: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)

    @property
    def whole(self) -> float:
        """Share of the rows with every part right."""
        return self.right / max(1, self.rows)


def score(rows: Iterable[Mapping[str, Any]]) -> Verdict:
    """Judge every row."""
    verdict = Verdict()
    for row in rows:
        told = parse(row["text"])
        wrong = [part for part in PARTS if _bare(getattr(told, part)) not in _accepted(row, part)]
        verdict.rows += 1
        verdict.right += not wrong
        verdict.wrong.update(wrong)
        for part in wrong:
            verdict.complaints.append(f"{part:<10} {row['text']!r}: {row.get(part, '')} → {getattr(told, part)}")
    return verdict


def _accepted(row: Mapping[str, Any], part: str) -> set[str]:
    others = row.get("or", {}).get(part, row.get(f"{part}_alt", ()))
    return {_bare(value) for value in (row.get(part, ""), *others)}


def _bare(text: str) -> str:
    return "".join(text.split())
