"""`make understand-score`: the figures of the sets in tests/data, or of files of the same form."""

import argparse
import json
from itertools import groupby
from pathlib import Path
from typing import Any

from tests.scoring import messages, numbers, recipients

DATA = Path(__file__).parents[1] / "data"


def rows(file: Path) -> list[dict[str, Any]]:
    """The JSON lines of a file."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def main() -> None:
    """Print figures, and with --why every row that is not right."""
    asked = argparse.ArgumentParser(prog="python -m tests.scoring", description=__doc__)
    asked.add_argument("--messages", type=Path, default=DATA / "messages.jsonl")
    asked.add_argument("--recipients", type=Path, default=DATA / "recipients.jsonl")
    asked.add_argument("--numbers", type=Path, default=DATA / "waybill_numbers.jsonl")
    asked.add_argument("--why", action="store_true", help="show what is not right")
    chosen = asked.parse_args()
    for name, group in _sets(chosen.messages):
        _tell_messages(name, messages.score(group), why=chosen.why)
    for name, group in _sets(chosen.recipients):
        _tell_recipients(name, recipients.score(group), why=chosen.why)
    _tell_numbers(numbers.score(rows(chosen.numbers)))


def _sets(file: Path) -> list[tuple[str, list[dict[str, Any]]]]:
    return [(name, list(group)) for name, group in groupby(rows(file), key=lambda row: str(row.get("id", ""))[:1])]


def _tell_messages(name: str, verdict: messages.Verdict, *, why: bool) -> None:
    intents = f"intents {verdict.intents:.1%} right, {verdict.right_or_asked:.1%} right or asked"
    slots = f"core slots {verdict.core_slots:.1%}; others {dict(verdict.others)}"
    print(f"messages {name}: {verdict.rows} rows, {intents}, {verdict.wrong_acts} wrong acts; {slots}")
    _complain(verdict.complaints, why=why)


def _tell_recipients(name: str, verdict: recipients.Verdict, *, why: bool) -> None:
    print(f"recipients {name}: {verdict.rows} rows, every part right {verdict.whole:.1%}; wrong {dict(verdict.wrong)}")
    _complain(verdict.complaints, why=why)


def _tell_numbers(verdict: numbers.Verdict) -> None:
    for form, count in verdict.all.items():
        print(f"waybill numbers, {form}: {verdict.right[form]} of {count} right")
    print(f"wrong and sure: {verdict.wrong_and_sure}")


def _complain(complaints: list[str], *, why: bool) -> None:
    if why:
        print("".join(f"    {line}\n" for line in complaints), end="")


if __name__ == "__main__":
    main()
