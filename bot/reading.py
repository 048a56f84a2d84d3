"""`miandan understand`, `recipient` and `courier`: what the rules make of a text, as JSON lines.

Each answers one text from the command line, or every JSON line of standard input, {"id", "text", …}, with a line of the
same id. A line that cannot be read is answered with {"id", "line", "error"}, and the rest goes on.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeAlias

from core.clock import SHANGHAI, SystemClock, shanghai

Row: TypeAlias = Mapping[str, Any]
Reader: TypeAlias = Callable[[Row], dict[str, Any]]


class BadRow(Exception):
    """A line that cannot be read; the message says what is wrong with it."""


def understood(row: Row) -> dict[str, Any]:
    """{"intent", "slots", "ask"} of a message; `now` in the row is an ISO time, Shanghai where it has no zone."""
    from handlers.understanding import decide  # noqa: PLC0415 - the other commands need no rules for messages

    return decide(_text(row), _now(row.get("now"))).record()


def recipient(row: Row) -> dict[str, Any]:
    """The parts of the first recipient in a text, `ask` for what is missing or fits several, and `more` recipients."""
    from core.recipients.several import parse_all  # noqa: PLC0415 - loads the table of divisions

    first, *more = [_parts(pasted) for pasted in parse_all(_text(row))]
    return {**first, "more": more} if more else first


def courier(row: Row) -> dict[str, Any]:
    """{"courier", "sure"} of a number; the courier is null where it is no waybill number."""
    from core.tracking_numbers import courier_of  # noqa: PLC0415 - see above

    guess = courier_of(_text(row))
    return asdict(guess) if guess else {"courier": None, "sure": False}


def answer(read: Reader, text: str | None, **more: str) -> int:
    """Write what `read` makes of the text, or of standard input where there is none. The exit status."""
    if text is None:
        return _all_lines(read, sys.stdin.buffer)
    try:
        told = read({"text": text, **more})
    except BadRow as error:
        sys.stderr.write(f"{error}\n")
        return 2
    _write(told)
    return 0


def _all_lines(read: Reader, lines: Iterable[bytes]) -> int:
    status = 0
    for number, line in enumerate(lines, 1):
        if line.strip():
            told = _line(read, number, line)
            status = 1 if "error" in told else status
            _write(told)
    return status


def _line(read: Reader, number: int, line: bytes) -> dict[str, Any]:
    row: dict[str, Any] = {}
    try:
        row = _row(line)
        return {"id": row.get("id"), **read(row)}
    except BadRow as error:
        return {"id": row.get("id"), "line": number, "error": str(error)}


def _row(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line.decode())
    except UnicodeDecodeError as error:
        raise BadRow("not UTF-8") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise BadRow("not JSON") from error
    if not isinstance(row, dict):
        raise BadRow('not an object like {"id": 1, "text": "…"}')
    return row


def _write(told: Mapping[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(told, ensure_ascii=False).encode(errors="replace") + b"\n")
    sys.stdout.buffer.flush()


def _text(row: Row) -> str:
    text = row.get("text")
    if not isinstance(text, str):
        raise BadRow('"text" is missing, or no text')
    return text


def _now(said: object) -> datetime:
    if not said:
        return shanghai(SystemClock().now()).replace(tzinfo=None)
    try:
        moment = datetime.fromisoformat(str(said))
    except ValueError as error:
        raise BadRow(f'"now" is no ISO time like 2026-11-18T15:30:00: {said}') from error
    return moment.astimezone(SHANGHAI).replace(tzinfo=None) if moment.tzinfo else moment


def _parts(pasted: Any) -> dict[str, Any]:  # noqa: ANN401 - its type is in a module loaded later
    parts = ("name", "phone", "extension", "province", "city", "district", "detail")
    return {**{part: getattr(pasted, part) for part in parts}, "ask": list(_asks(pasted))}


def _asks(pasted: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - the same
    for lack in pasted.lacks:
        if lack == "city" and len(pasted.places) > 1:
            options = [" ".join(filter(None, (each.province, each.city, each.district))) for each in pasted.places]
            yield {"ask": "which", "options": options}
        else:
            yield {"ask": "missing", "options": [lack]}
