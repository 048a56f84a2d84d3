"""Alerts over time: once for each step of an arm, over with news, armed again by a new scan."""

from dataclasses import replace

from core.alerts import Alert, AlertState, Closing, Rule, Tier
from core.tracking.changes import Look, changed, latest_of
from core.tracking.rules import Clock

HOUR = 3_600_000
T0 = 1_763_800_000_000
STEPS = ((24, Tier.WARN), (48, Tier.LATE), (72, Tier.SERIOUS))


def clock(arm: int = 0, rule: Rule = Rule.STALLED, lapses: int | None = None) -> Clock:
    steps = tuple((T0 + (arm + hours) * HOUR, tier) for hours, tier in STEPS)
    return Clock(rule, T0 + arm * HOUR, steps, None if lapses is None else T0 + lapses * HOUR)


def look(hours: int) -> Look:
    return Look("m1", "parcel/p1", T0 + hours * HOUR, T0 + hours * HOUR + 120_000)


class Book:
    """Alerts as the table keeps them."""

    def __init__(self) -> None:
        self.kept: dict[str, Alert] = {}

    def looks(self, hours: int, *clocks: Clock) -> list[Alert]:
        found = changed(look(hours), clocks, list(self.kept.values()))
        self.kept |= {alert.id: replace(alert, version=alert.version + 1) for alert in found}
        return found

    def is_told(self) -> None:
        for alert in self.kept.values():
            if alert.state is AlertState.OPEN:
                self.kept[alert.id] = replace(alert, state=AlertState.TOLD, tell_at=None)

    def is_put(self, state: AlertState) -> None:
        self.kept = {key: replace(alert, state=state) for key, alert in self.kept.items()}


def test_each_step_is_raised_once_however_often_somebody_looks() -> None:
    book, raised = Book(), []
    for hour in range(100):
        raised += [(hour, alert.step, alert.tier) for alert in book.looks(hour, clock())]
        raised += [(hour, alert.step, alert.tier) for alert in book.looks(hour, clock())]
        book.is_told()
    assert raised == [(24, 1, Tier.WARN), (48, 2, Tier.LATE), (72, 3, Tier.SERIOUS)]
    assert len(book.kept) == 1


def test_a_program_that_was_off_raises_the_step_that_is_reached_by_now() -> None:
    book = Book()
    (alert,) = book.looks(60, clock())
    assert (alert.step, alert.tell_at) == (2, T0 + 60 * HOUR + 120_000)
    assert book.looks(60, clock()) == []


def test_a_new_scan_ends_it_and_arms_the_rule_again() -> None:
    book = Book()
    (first,) = book.looks(50, clock())
    (over,) = book.looks(51, clock(arm=50))
    assert (over.id, over.state, over.closing, over.closed_at) == (
        first.id,
        AlertState.CLOSED,
        Closing.NEWS,
        T0 + 51 * HOUR,
    )
    (again,) = book.looks(74, clock(arm=50))
    assert (again.step, again.arm) == (1, T0 + 50 * HOUR)


def test_an_older_scan_that_comes_late_arms_nothing() -> None:
    book = Book()
    book.looks(50, clock())
    assert book.looks(51, clock(arm=-10)) == []
    (further,) = book.looks(62, clock(arm=-10))
    assert (further.step, further.arm) == (3, T0)


def test_a_rule_that_has_nothing_more_to_say_is_over() -> None:
    book = Book()
    book.looks(50, clock())
    (over,) = book.looks(55)
    assert over.closing is Closing.NEWS
    assert book.looks(56) == []


def test_what_somebody_closed_stays_closed_in_its_arm() -> None:
    book = Book()
    book.looks(30, clock())
    book.is_put(AlertState.CLOSED)
    assert book.looks(80, clock()) == []
    assert [alert.step for alert in book.looks(80, clock(arm=40))] == [1]


def test_an_ignored_one_goes_further_in_silence_until_there_is_news() -> None:
    book = Book()
    book.looks(30, clock())
    book.is_told()
    book.is_put(AlertState.IGNORED)
    (further,) = book.looks(50, clock())
    assert (further.step, further.state, further.tell_at) == (2, AlertState.IGNORED, None)
    over, again = book.looks(90, clock(arm=60))
    assert over.closing is Closing.NEWS
    assert again.state is AlertState.OPEN


def test_one_that_was_acted_on_speaks_again_when_it_gets_worse() -> None:
    book = Book()
    book.looks(30, clock())
    book.is_put(AlertState.ACTED)
    assert book.looks(47, clock()) == []
    (worse,) = book.looks(48, clock())
    assert (worse.state, worse.tell_at is not None) == (AlertState.OPEN, True)


def test_a_lasting_rule_is_not_armed_by_the_way_going_on() -> None:
    book = Book()
    book.looks(24, clock(rule=Rule.RETURNING))
    assert book.looks(30, clock(rule=Rule.RETURNING, arm=29)) == []


def test_what_lapses_is_closed_by_time_and_never_raised_late() -> None:
    book = Book()
    book.looks(30, clock(lapses=40))
    (over,) = book.looks(40, clock(lapses=40))
    assert over.closing is Closing.TIME
    assert Book().looks(41, clock(lapses=40)) == []


def test_several_rules_go_their_own_ways() -> None:
    book = Book()
    assert len(book.looks(30, clock(), clock(rule=Rule.NO_RECORD))) == 2
    (over,) = book.looks(31, clock())
    assert over.rule is Rule.NO_RECORD
    assert latest_of(list(book.kept.values()))[Rule.STALLED].state is AlertState.OPEN


def test_what_is_only_for_digests_is_told_to_nobody() -> None:
    info = Clock(Rule.PROXY, T0, ((T0, Tier.INFO), (T0 + HOUR, Tier.SERIOUS)))
    book = Book()
    (alert,) = book.looks(0, info)
    assert (alert.state, alert.tell_at) == (AlertState.OPEN, None)
    (worse,) = book.looks(1, info)
    assert worse.tell_at == T0 + HOUR + 120_000
