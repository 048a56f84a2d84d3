"""Who meets which fate."""

from random import Random

from bot.sandbox.clock import DAY, HOUR, midnight
from tests.month import boundaries
from tests.month.boundaries import BOUNDARIES
from tests.month.fates import FATES
from tests.month.scripts import GRID, REGIONS, Draft, Script, has_quiet_hours, on_grid
from tests.month.thresholds import Holidays

_AT_A_BOUNDARY = 0.08  # share of parcels


def scripts(count: int, merchants: int, opening: int, days: int, holidays: Holidays, seed: int) -> list[Script]:
    """So many parcels, shipped by day within so many days; every boundary and every fate is among them."""
    dice = Random(seed)
    drawn = []
    for n, (fate, place) in enumerate(_plots(count, dice)):
        merchant, morning = dice.randrange(merchants), midnight(opening) + DAY * (1 + dice.randrange(days)) + 9 * HOUR
        draft = Draft(on_grid(morning + dice.randrange(18) * GRID), dice, holidays, has_quiet_hours(merchant))
        draft.region = dice.choice(REGIONS)
        if place is None:
            _, write, ways = FATES[fate]
            draft.way = dice.choice(ways)
            write(draft)
        else:
            boundaries.write(*BOUNDARIES[place], draft)
        drawn.append(_finished(f"731{n:011}", merchant, fate, draft))
    return sorted(drawn, key=lambda script: script.shipped_at)


def _plots(count: int, dice: Random) -> list[tuple[str, int | None]]:
    """By parcel its fate, or which boundary it meets."""
    at_boundaries = max(len(BOUNDARIES), round(count * _AT_A_BOUNDARY))
    shares = [share for share, _, _ in FATES.values()]
    others = [*FATES, *dice.choices(list(FATES), shares, k=max(0, count - at_boundaries - len(FATES)))]
    return [("boundary", n % len(BOUNDARIES)) for n in range(at_boundaries)] + [(fate, None) for fate in others]


def _finished(number: str, merchant: int, fate: str, draft: Draft) -> Script:
    return Script(
        number,
        merchant,
        fate,
        draft.way,
        draft.region,
        draft.shipped_at,
        draft.promised_at,
        draft.refund,
        tuple(draft.scans),
    )
