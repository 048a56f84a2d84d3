"""What happens to parcels on their way, as dice say: most go on, some get stuck, and couriers tell it as they do."""

from random import Random

from tests.torture.world import World

HOUR = 3_600_000
MINUTE = 60_000
ENDED = {"signed", "taken", "returned"}
_TELLINGS = ("plain", "plain", "twice", "backwards", "at midnight")
_TURNS = (
    *("scanned",) * 8,
    *("stalls",) * 3,
    "slows",
    "held",
    "fails",
    "refused",
    "returns",
    "goes_to_locker",
    "signed",
    "contradicts",
    "is_lost",
)


class Road:
    """Every parcel that got a number is on it."""

    def __init__(self, world: World, dice: Random) -> None:
        self._world = world
        self._dice = dice
        self._known: set[str] = set()

    async def goes_on(self, share: float = 0.25) -> None:
        """Something happens to a share of the parcels; those that are new begin to be told in a way of their own."""
        numbers = [entry["number"] for entry in (await self._world.ledger())["numbers"]]
        for number in numbers:
            if number not in self._known:
                self._known.add(number)
                await self._world.do("parcel.tells", number=number, how=self._dice.choice(_TELLINGS))
            if self._dice.random() < share and not await self._has_ended(number):
                await self._world.do(f"parcel.{self._dice.choice(_TURNS)}", number=number)

    async def _has_ended(self, number: str) -> bool:
        """Whether its journey is over; nothing more is scanned then but what contradicts it by plan."""
        return any(scan["scan"] in ENDED for scan in await self._world.do("parcel.scans", number=number))

    async def passes(self, ms: int) -> None:
        """So much time passes."""
        await self._world.do("clock.moves", ms=ms)
