"""The fates: what may befall a parcel, how often, and by which ways the news of it may come."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.sandbox.clock import DAY, HOUR, midnight
from tests.month.scripts import GRID, LATE, OFF_GRID, PACE, REMOTE, THERE, Draft, Refund, Way, on_grid

_ELSEWHERE = "乌鲁木齐市"


def _normal(draft: Draft) -> None:
    draft.travels(*THERE, "signed")


def _slow(draft: Draft) -> None:
    """Every leg takes longer, some of them too long."""
    for station in (*THERE, "signed"):
        least, most = PACE[station]
        draft.scan(station, least, most * 3)


def _waits(station: str, least: float, most: float) -> Callable[[Draft], None]:
    """The scan before which a parcel of this fate stands still."""

    def fate(draft: Draft) -> None:
        for each in (*THERE, "signed"):
            draft.scan(each, *((least, most) if each == station else PACE[each]))

    return fate


def _locker(draft: Draft) -> None:
    draft.travels(*THERE, "locker")
    draft.scan("signed", 3, 150)


def _in_trouble(draft: Draft) -> None:
    draft.travels(*THERE, draft.dice.choice(("problem", "held", "failed")))
    draft.scan("out", 4, 50)
    draft.travels("signed")


def _refused(draft: Draft) -> None:
    draft.travels(*THERE, "refused", "returning")
    draft.scan("hub", 10, 40)
    draft.scan("returned", 20, 260)


def _lost(draft: Draft) -> None:
    draft.travels("got", "sent", "hub")
    if draft.dice.random() < 0.5:  # found at last
        draft.scan("arrived", 5 * 24 + 1, 9 * 24)
        draft.travels("out", "signed")


def _signed_then_out(draft: Draft) -> None:
    draft.travels(*THERE, "signed")
    draft.scan("out", 1, 20)


def _never_picked_up(draft: Draft) -> None:
    draft.scan("arrived", 6, 12)
    draft.travels("out", "signed")


def _back_after_delivery(draft: Draft) -> None:
    draft.travels(*THERE, "signed")
    draft.scan("returning", 5, 40)
    draft.scan("returned", 20, 60)


def _too_fast(draft: Draft) -> None:
    draft.travels("got")
    draft.scan("out", 0.5, 0.5)
    draft.scan("signed", 0.5, 0.5)


def _wrong_city(draft: Draft) -> None:
    draft.travels(*THERE)
    draft.scan("signed", 1, 5, city=_ELSEWHERE)


def _duplicated(draft: Draft) -> None:
    _slow(draft)
    draft.scans = [replace(scan, copies=draft.dice.randint(2, 4)) for scan in draft.scans]


def _reordered(draft: Draft) -> None:
    """Two neighbours of the road are told the wrong way round, hours apart."""
    _slow(draft)
    place = draft.dice.choice((1, 2))
    draft.scans[place] = replace(draft.scans[place], told_at=draft.scans[place + 1].told_at + 2 * GRID)


def _told_backwards(draft: Draft) -> None:
    """The signature is told first, the way there an hour later; then something is really odd."""
    draft.travels(*THERE, "signed")
    *before, signed = draft.scans
    draft.scans = [*(replace(scan, told_at=signed.told_at + 2 * GRID) for scan in before), signed]
    draft.scan("out", 8, 20)


def _overtaken(draft: Draft) -> None:
    """A short way, of which the signature is pushed first; whoever asks hears everything in time."""
    draft.travels("got")
    draft.scan("out", 1, 1)
    draft.scan("signed", 1.5, 2)
    *before, signed = draft.scans
    draft.scans = [*(replace(s, push_delay=signed.told_at + 2 * GRID - s.told_at) for s in before), signed]


def _at_midnight(draft: Draft) -> None:
    """A day's scans are told together, when the day is over, the last one first."""
    draft.dice.choice((_normal, _slow, _in_trouble, _locker))(draft)
    draft.scans = [replace(s, told_at=midnight(s.at) + DAY + OFF_GRID + LATE) for s in draft.scans]


def _remote(draft: Draft) -> None:
    draft.region = draft.dice.choice(REMOTE)
    draft.travels("got", "sent")
    draft.scan("hub", 20, 110)
    draft.travels("arrived", "out", "signed")


def _presale(draft: Draft) -> None:
    draft.promised_at = on_grid(draft.shipped_at + draft.dice.randint(1, 6) * DAY)
    draft.scan_at("got", on_grid(draft.promised_at + round(draft.dice.uniform(-20, 60) * HOUR)))
    if draft.scans[0].at <= draft.shipped_at:
        draft.scans.clear()
        draft.travels("got")
    draft.travels(*THERE[1:], "signed")


def _refunded(draft: Draft) -> None:
    draft.travels("got", "sent")
    opened = draft.at + draft.dice.randrange(1, 20) * GRID + LATE
    is_taken_back = draft.dice.random() < 0.4
    draft.refund = Refund(opened, opened + draft.dice.randrange(4, 90) * GRID if is_taken_back else None)
    draft.travels("hub", "arrived", "out")
    if draft.dice.random() < 0.5:
        draft.travels("refused", "returning", "returned")
    else:
        draft.travels("signed")


def _by_proxy(draft: Draft) -> None:
    draft.travels(*THERE, "proxy")
    if draft.dice.random() < 0.5:
        draft.scan("signed", 2, 30)


def _complained_of(draft: Draft) -> None:
    """Somebody else signed, and the receiver wants her money back."""
    draft.travels(*THERE, "proxy")
    draft.refund = Refund(draft.at + draft.dice.randrange(2, 100) * GRID + LATE)


def _cancelled(draft: Draft) -> None:
    draft.travels("created")
    draft.scan("cancelled", 2, 40)


def _remarked(draft: Draft) -> None:
    """A clerk's remark is news of a parcel that stands still."""
    draft.travels("got", "sent", "hub")
    draft.scan("remark", 10, 30)
    draft.scan("arrived", 10, 60)
    draft.travels("out", "signed")


def _roundabout(draft: Draft) -> None:
    draft.travels("got", "sent", "customs", "forwarded")
    draft.scan("hub", 10, 50)
    draft.travels("arrived", "out", "signed")


_ANY = (Way.PUSHED, Way.PUSHED, Way.BOTH, Way.TRACKER, Way.TRACKER, Way.ASKED)
FATES: Mapping[str, tuple[int, Callable[[Draft], None], tuple[Way, ...]]] = {
    "normal": (440, _normal, _ANY),
    "slow": (70, _slow, _ANY),
    "not collected": (40, _waits("got", 10, 100), _ANY),
    "not sent on": (40, _waits("sent", 10, 70), _ANY),
    "stalled": (50, _waits("hub", 15, 100), _ANY),
    "not taken out": (30, _waits("out", 15, 70), _ANY),
    "not signed": (30, _waits("signed", 15, 70), _ANY),
    "locker": (30, _locker, _ANY),
    "trouble": (40, _in_trouble, (Way.TRACKER, Way.BOTH, Way.ASKED)),
    "refused": (30, _refused, (Way.TRACKER, Way.BOTH, Way.ASKED)),
    "lost": (20, _lost, _ANY),
    "signed, then out": (10, _signed_then_out, _ANY),
    "never picked up": (10, _never_picked_up, _ANY),
    "back after delivery": (5, _back_after_delivery, (Way.TRACKER, Way.BOTH, Way.ASKED)),
    "too fast": (5, _too_fast, _ANY),
    "wrong city": (5, _wrong_city, _ANY),
    "told twice": (20, _duplicated, _ANY),
    "told in disorder": (20, _reordered, _ANY),
    "told backwards": (5, _told_backwards, (Way.BOTH,)),
    "pushes overtake": (10, _overtaken, (Way.BOTH,)),
    "told at midnight": (20, _at_midnight, (Way.TRACKER, Way.ASKED)),
    "remote province": (20, _remote, _ANY),
    "presale": (20, _presale, _ANY),
    "refund": (20, _refunded, (Way.TRACKER, Way.BOTH, Way.ASKED)),
    "by proxy": (15, _by_proxy, (Way.TRACKER,)),
    "complaint": (5, _complained_of, (Way.TRACKER,)),
    "cancelled": (5, _cancelled, (Way.TRACKER,)),
    "remark": (10, _remarked, (Way.TRACKER, Way.ASKED)),
    "roundabout": (5, _roundabout, (Way.TRACKER,)),
}
"""Share of all parcels in thousandths, who writes it, and the ways."""
