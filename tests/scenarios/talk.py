"""Talks written down as plain text: what the merchant does, what she must hear, what the world must say afterwards.

    given   orders=30
    says    绑定中通
    hears   绑定中通快递(1/4)。账号类型？
            [电子面单账号] [API 接口账号] [两个有什么区别？]
    taps    电子面单账号
    opens   打开授权页                      agrees on the page behind that button, and comes back
    world   zto.goes_down                   a verb of the sandbox, with arguments as name=value
    world   parcel.stalls nth=1             parcels by the order in which their numbers were issued
    waits   24                              so many hours pass, and the program does what is due meanwhile
    reads   🟢 已恢复…                       the last message, as it reads now
    restart                                 the program is stopped and started
    ledger  numbers=26 uploads=27           how many entries the world's books have
    pages   26                              how many label pages she was sent

A talk `given … edits=1` is for channels on which messages change in their place, however old they are; with edits=0
for the others.

Everything heard since the last thing done must be there, message by message. "…" stands for any text within a message,
and alone for any number of messages. Buttons are checked where they are written down. "#" begins a comment.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.sandbox.served import verbs
from tests.scenarios.seats import Heard, Seat

ANYTHING = "…"
_LOOKS = {"world", "ledger", "pages", "reads"}
_STEP = re.compile(r"(?P<verb>[a-z]+)(?: +(?P<text>.*))?")
_BUTTON = re.compile(r"\[(.+?)\](?= \[|$)")


@dataclass
class Step:
    """One line of a talk with the lines that belong to it; `place` is its line number."""

    place: int
    verb: str
    text: str
    buttons: tuple[str, ...] | None = None


def read(file: Path) -> list[Step]:
    """The steps of a talk. Raises `ValueError` for a line that is none."""
    steps: list[Step] = []
    for place, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line[0] == " ":
            _add(steps[-1], line.strip())
        elif found := _STEP.fullmatch(line.rstrip()):
            steps.append(Step(place, found["verb"], found["text"] or ""))
        else:
            raise ValueError(f"{file.name}:{place}: {line}")
    return steps


def _add(step: Step, line: str) -> None:
    if line.startswith("["):
        step.buttons = tuple(_BUTTON.findall(line))
    else:
        step.text += f"\n{line}"


def pairs(text: str) -> dict[str, int]:
    """name=value pairs; the values are numbers."""
    return {name: int(value) for name, value in (pair.split("=") for pair in text.split())}


async def play(steps: Sequence[Step], seat: Seat, *, restarts: bool = False) -> list[Heard]:
    """Play a talk in a seat, and return all that was heard; fails at the first thing that is not as written.

    `restarts`: the program is stopped and started before everything that the merchant does.
    """
    expected: list[Step] = []
    heard: list[Heard] = []
    for step in steps:
        if step.verb == "hears":
            expected.append(step)
        elif step.verb in _LOOKS:
            _look(step, seat)
        else:
            heard += _checked(expected, seat)
            expected = []
            if restarts:
                await seat.restart()
            await _act(step, seat)
    return heard + _checked(expected, seat)


def _checked(expected: Sequence[Step], seat: Seat) -> list[Heard]:
    news = seat.news()
    compare(expected, news)
    return news


async def _act(step: Step, seat: Seat) -> None:
    match step.verb:
        case "says":
            await seat.says(step.text)
        case "taps":
            await seat.taps(step.text)
        case "opens":
            await seat.opens(step.text)
        case "waits":
            await seat.waits(float(step.text))
        case "restart":
            await seat.restart()
        case _:
            raise ValueError(f"line {step.place}: {step.verb}?")


def _look(step: Step, seat: Seat) -> None:
    """What the merchant does not see: the world changes, or is looked at."""
    if step.verb == "world":
        verb, _, arguments = step.text.partition(" ")
        verbs(seat.world)[verb](**_known(seat, pairs(arguments)))
    elif step.verb == "reads":
        assert _fits(step, seat.stands()), f"line {step.place}: {seat.stands()} is not {step.text!r} {step.buttons}"
    elif step.verb == "pages":
        assert seat.pages() == int(step.text), f"line {step.place}"
    else:
        books: Any = seat.world.ledger()
        counted = {name: len(books[name]) for name in pairs(step.text)}
        assert counted == pairs(step.text), f"line {step.place}"


def _known(seat: Seat, arguments: dict[str, int]) -> dict[str, Any]:
    """The arguments, with a parcel's number for its place among the numbers."""
    if "nth" not in arguments:
        return arguments
    return {"number": seat.world.ledger()["numbers"][arguments["nth"] - 1]["number"]}


def compare(expected: Sequence[Step], heard: Sequence[Heard]) -> None:
    """What was heard since the last thing done, against what is written down."""
    rest, skips = list(heard), False
    for step in expected:
        if step.text == ANYTHING and step.buttons is None:
            skips = True
            continue
        while skips and rest and not _fits(step, rest[0]):
            del rest[0]
        assert rest, f"line {step.place}: not heard: {step.text!r} among {heard}"
        assert _fits(step, rest[0]), f"line {step.place}: {rest[0]} is not {step.text!r} {step.buttons}"
        del rest[0]
        skips = False
    assert skips or not rest, f"heard too: {rest}"


def _fits(step: Step, heard: Heard) -> bool:
    pattern = ".*".join(re.escape(part) for part in step.text.split(ANYTHING))
    return bool(re.fullmatch(pattern, heard.text, re.DOTALL)) and step.buttons in {None, heard.buttons}
