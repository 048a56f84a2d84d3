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
    """What each talk came to on the first channel that it was played on."""
    return {}


@pytest.mark.parametrize(
    ("talk", "seat"),
    [(talk, seat) for talk in sorted(TALKS) for seat in sorted(SEATS) if goes_on(talk, seat)],
    indirect=True,
)
async def test_the_talk_goes_as_written_and_alike_on_every_channel(
    talk: list[Step], seat: Seat, told: dict[str, list[Heard]], request: pytest.FixtureRequest
) -> None:
    assert talk[0].verb == "given"
    heard = [lasting(each) for each in await play(talk[1:], seat) if not PASSING.match(each.text)]
    assert heard == told.setdefault(request.node.callspec.params["talk"], heard)


@pytest.mark.parametrize("talk", ["bind_and_print", "manual_order", "wrong_password"], indirect=True)
@pytest.mark.parametrize("seat", sorted(SEATS), indirect=True)
async def test_nothing_changes_when_all_is_delivered_thrice_to_a_program_just_restarted(
    talk: list[Step], seat: Seat
) -> None:
    seat.times = 3
    await play(talk[1:], seat, restarts=True)


def lasting(heard: Heard) -> Heard:
    """A message without what differs from run to run: on some channels everything said takes a moment."""
    text = re.sub(r"(用时|in) \d+", "N", heard.text)
    buttons = () if text.startswith("📎") else heard.buttons  # a document's are those of what was gathered with it
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
        with pytest.raises(AssertionError):
            compare(expected, HEARD)

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
        compare(expected, HEARD)
