"""Parcels on their way: a plan of scans that the clock brings about, and verbs that change the plan.

Couriers do not always tell what they scan at once, in order or only once; a parcel's `telling` says how it is told.
"""

from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from bot.sandbox.clock import DAY, HOUR, WorldClock, midnight


class Scan(StrEnum):
    """What a courier can record about a parcel."""

    PICKED = "picked"
    DEPARTED = "departed"
    ARRIVED = "arrived"
    DELIVERING = "delivering"
    SIGNED = "signed"
    LOCKER = "locker"
    TAKEN = "taken"
    FAILED = "failed"
    HELD = "held"
    REFUSED = "refused"
    RETURNING = "returning"
    RETURNED = "returned"
    NOTE = "note"  # a remark of a clerk's that moves nothing


class Telling(StrEnum):
    """How a parcel's scans reach whoever asks."""

    PLAIN = "plain"
    TWICE = "twice"
    BACKWARDS = "backwards"  # the newest first
    AT_MIDNIGHT = "at midnight"  # a day's scans together, when the day is over


DELIVERED = frozenset({Scan.SIGNED, Scan.TAKEN})


@dataclass(frozen=True, slots=True)
class Event:
    """One scan in one city, at a moment in epoch milliseconds UTC."""

    at: int
    scan: Scan
    city: str


# Hours after the number was issued; True where the parcel is already in the receiver's city.
_HAPPY = (
    (4, Scan.PICKED, False),
    (7, Scan.DEPARTED, False),
    (26, Scan.ARRIVED, True),
    (40, Scan.DELIVERING, True),
    (45, Scan.SIGNED, True),
)
# The same, hours after the return began; True where it is still in the receiver's city.
_HOMEWARD = (
    (0, Scan.RETURNING, True),
    (24, Scan.DEPARTED, True),
    (48, Scan.ARRIVED, False),
    (60, Scan.RETURNED, False),
)


@dataclass(frozen=True, slots=True)
class Journey:
    """A number given for a way between two cities, at a moment.

    `tails` are the last digits of both parties' phones, by which a courier lets somebody ask.
    """

    number: str
    cities: tuple[str, str]
    at: int
    tails: frozenset[str] = frozenset()


class Parcel:
    """One parcel from the moment its number was issued."""

    def __init__(self, journey: Journey, clock: WorldClock) -> None:
        self.journey = journey
        self._clock = clock
        self._later: list[Event] = []
        self.telling = Telling.PLAIN
        self._events = [Event(journey.at + hours * HOUR, scan, journey.cities[far]) for hours, scan, far in _HAPPY]

    def events(self) -> list[Event]:
        """Every scan so far, oldest first."""
        now = self._clock.now()
        return [event for event in self._events if event.at <= now]

    def told(self) -> list[Event]:
        """The scans as the courier tells them at this moment."""
        known = self.events()
        if self.telling is Telling.AT_MIDNIGHT:
            known = [event for event in known if midnight(event.at) + DAY <= self._clock.now()]
        if self.telling is Telling.BACKWARDS:
            return known[::-1]
        return [*known, *known] if self.telling is Telling.TWICE else known

    def scans(self) -> list[dict[str, object]]:
        """Every scan so far as plain JSON values, oldest first."""
        return [asdict(event) for event in self.events()]

    def next_at(self) -> int:
        """When the next scan will be, 0 when none is planned."""
        return min((event.at for event in self._events if event.at > self._clock.now()), default=0)

    def delivered_at(self) -> int:
        """When it reached its receiver, 0 as long as it has not."""
        return next((event.at for event in self.events() if event.scan in DELIVERED), 0)

    def scanned(self) -> None:
        """The next scan of the plan happens now, also after a stall; the rest of the plan keeps its pace."""
        rest = self._rest()
        early = rest[0].at - self._clock.now() if rest else 0
        self._goes_on([replace(event, at=event.at - early) for event in rest])

    def stalls(self) -> None:
        """Nothing more happens until the next `scanned`."""
        self._later, self._events = self._rest(), self.events()

    def slows(self, times: int = 3) -> None:
        """Everything that is left takes so many times as long."""
        now = self._clock.now()
        self._goes_on([replace(event, at=now + (event.at - now) * times) for event in self._rest()])

    def is_lost(self) -> None:
        """Nothing ever happens again, not even by `scanned`."""
        self._events, self._later = self.events(), []

    def contradicts(self) -> None:
        """Signed now, and out for delivery again an hour later, as real feeds do."""
        self.signed()
        later = self._clock.now() + HOUR
        self._goes_on([Event(later, Scan.DELIVERING, self.journey.cities[1])])

    def is_signed_elsewhere(self, city: str = "乌鲁木齐市") -> None:
        """Signed now, in a city where nobody ordered anything."""
        self._goes_on([Event(self._clock.now(), Scan.SIGNED, city)])

    def remarks(self) -> None:
        """A clerk writes a remark; nothing moves."""
        now = self._clock.now()
        self._events = sorted([*self._events, Event(now, Scan.NOTE, self.journey.cities[0])], key=lambda one: one.at)

    def tells(self, how: str) -> None:
        """From now on its scans are told "plain", "twice", "backwards" or "at midnight"."""
        self.telling = Telling(how)

    def plan(self) -> list[Event]:
        """All its scans, those to come included."""
        return list(self._events)

    def goes_by(self, plan: list[Event]) -> None:
        """Its scans are these from now on."""
        self._events, self._later = plan, []

    def turns_back(self, at: int) -> None:
        """It goes home from this moment on, or from its next scan if that is what `at` is."""
        done = [event for event in self._events if event.at < at]
        self._events, self._later = [*done, *self._homeward(at)], []

    def goes_elsewhere(self, city: str) -> None:
        """What is left of its way leads to another city."""
        far = self.journey.cities[1]
        self._goes_on([replace(event, city=city if event.city == far else event.city) for event in self._rest()])

    def signed(self) -> None:
        """Delivered now, with every scan that was still missing before it."""
        now = self._clock.now()
        self._goes_on([replace(event, at=now) for event in self._rest()])

    def goes_to_locker(self) -> None:
        """Put into a pick-up locker now; nobody fetches it yet."""
        self._ends_with(Scan.LOCKER)

    def taken(self) -> None:
        """The receiver takes it out of the locker now."""
        self._ends_with(Scan.TAKEN)

    def fails(self) -> None:
        """A delivery attempt fails now; nothing more happens by itself."""
        self._ends_with(Scan.FAILED)

    def held(self) -> None:
        """Kept at the depot now; nothing more happens by itself."""
        self._ends_with(Scan.HELD)

    def refused(self) -> None:
        """The receiver refuses it now; nothing more happens by itself."""
        self._ends_with(Scan.REFUSED)

    def returns(self) -> None:
        """Starts its way home now."""
        self._goes_on(self._homeward(self._clock.now()))

    def _homeward(self, at: int) -> list[Event]:
        return [Event(at + hours * HOUR, scan, self.journey.cities[far]) for hours, scan, far in _HOMEWARD]

    def _rest(self) -> list[Event]:
        now = self._clock.now()
        return self._later or [event for event in self._events if event.at > now]

    def _goes_on(self, plan: list[Event]) -> None:
        self._events, self._later = [*self.events(), *plan], []

    def _ends_with(self, scan: Scan) -> None:
        self._goes_on([Event(self._clock.now(), scan, self.journey.cities[1])])


class Parcels:
    """Every parcel of the world, by its number."""

    def __init__(self, clock: WorldClock) -> None:
        self._clock = clock
        self._by_number: dict[str, Parcel] = {}

    def begins(self, journey: Journey) -> None:
        """A number was given to a parcel."""
        self._by_number[journey.number] = Parcel(journey, self._clock)

    def find(self, number: str) -> Parcel | None:
        """The parcel of that number, if there is one."""
        return self._by_number.get(number)

    def __getitem__(self, number: str) -> Parcel:
        return self._by_number[number]

    def __contains__(self, number: str) -> bool:
        return number in self._by_number
