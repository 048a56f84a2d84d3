"""Every written talk, on every channel."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.world import World
from core.labels import Press
from tests.scenarios.channels import SEATS
from tests.scenarios.seats import Heard, Seat
from tests.scenarios.talk import Step, compare, pairs, play, read

TALKS = {file.stem: read(file) for file in sorted((Path(__file__).parent / "scenarios").glob("*.talk"))}

PASSING = re.compile(
    r"开始取号|取号 \d|Getting \d|Numbers \d|[🟡🟠🔴🟢] "
)  # what changes in its place, on some channels

STOP = {"停止", "Stop"}


def goes_on(talk: str, seat: str) -> bool:
    """Whether the talk is for such a channel; the room is what the others are compared with."""
    edits = pairs(TALKS[talk][0].text).get("edits")
    return seat == "room" or edits is None or SEATS[seat].edits == bool(edits)


HEARD = [Heard("一"), Heard("二", ("好", "不好"))]


@pytest.fixture
def talk(request: pytest.FixtureRequest) -> list[Step]:
    """One talk after another."""
    return TALKS[request.param]


@pytest.fixture
async def seat(request: pytest.FixtureRequest, talk: list[Step], tmp_path: Path, press: Press) -> AsyncIterator[Seat]:
    """A seat in front of each channel, in the world that the talk gives."""
    seat = SEATS[request.param](World(seed=7, orders=pairs(talk[0].text)["orders"]), tmp_path, press)
    await seat.sit()
    yield seat
    await seat.leave()


@pytest.fixture(scope="module")
def told() -> dict[str, list[Heard]]:
    """What each talk came to in the room."""
    return {}


@pytest.fixture
async def plain(
    request: pytest.FixtureRequest, talk: list[Step], told: dict[str, list[Heard]], tmp_path: Path, press: Press
) -> list[Heard]:
    """What the talk comes to in the room, where nothing is drawn, with nothing between its lines."""
    name = request.node.callspec.params["talk"]
    if name not in told:
        room = SEATS["room"](World(seed=7, orders=pairs(talk[0].text)["orders"]), tmp_path / "room", press)
        await room.sit()
        told[name] = come_to(await play(talk[1:], room))
        await room.leave()
    return told[name]


@pytest.mark.parametrize(
    ("talk", "seat"),
    [(talk, seat) for talk in sorted(TALKS) for seat in sorted(SEATS) if goes_on(talk, seat)],
    indirect=True,
)
async def test_the_talk_goes_as_written_and_alike_on_every_channel(
    talk: list[Step], seat: Seat, plain: list[Heard]
) -> None:
    assert talk[0].verb == "given"
    assert come_to(await play(talk[1:], seat)) == plain


@pytest.mark.parametrize("talk", ["bind_and_print", "manual_order", "wrong_password"], indirect=True)
@pytest.mark.parametrize("seat", sorted(SEATS), indirect=True)
async def test_nothing_changes_when_all_is_delivered_thrice_to_a_program_just_restarted(
    talk: list[Step], seat: Seat, plain: list[Heard]
) -> None:
    seat.times = 3
    assert come_to(await play(talk[1:], seat, restarts=True)) == plain


def come_to(heard: list[Heard]) -> list[Heard]:
    """What lasts of all that was heard."""
    return [lasting(each) for each in heard if not PASSING.match(each.text)]


def lasting(heard: Heard) -> Heard:
    """A message without what differs from run to run: on some channels everything said takes a moment."""
    text = re.sub(r"(用时|in) \d+", "N", heard.text)
    is_gathered = text.startswith("📎")  # with the passing message before it, whose button it then carries
    buttons = tuple(each for each in heard.buttons if not (is_gathered and each in STOP))
    return Heard(re.sub(r"\d\d-\d\d \d\d:\d\d", "T", text), buttons)


class TestThePlayerItself:
    """A talk that does not go as written must fail."""

    @pytest.mark.parametrize(
        "expected",
        [
            [],
            [Step(1, "hears", "一")],
            [Step(1, "hears", "一"), Step(2, "hears", "三")],
            [Step(1, "hears", "二"), Step(2, "hears", "一")],
            [Step(1, "hears", "一", ("好",)), Step(2, "hears", "二")],
            [Step(1, "hears", "一"), Step(2, "hears", "二"), Step(3, "hears", "三")],
            [Step(1, "hears", "…"), Step(2, "hears", "三")],
        ],
    )
    def test_notices_what_is_not_as_written(self, expected: list[Step]) -> None:
        assert not agrees(expected)

    @pytest.mark.parametrize(
        "expected",
        [
            [Step(1, "hears", "一"), Step(2, "hears", "二", ("好", "不好"))],
            [Step(1, "hears", "…")],
            [Step(1, "hears", "…"), Step(2, "hears", "二")],
            [Step(1, "hears", "一…"), Step(2, "hears", "…二")],
        ],
    )
    def test_accepts_what_is(self, expected: list[Step]) -> None:
        assert agrees(expected)


def agrees(expected: list[Step]) -> bool:
    """Whether the player takes what was heard for what is written."""
    try:
        compare(expected, HEARD)
    except AssertionError:
        return False
    return True
