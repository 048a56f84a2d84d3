"""The month judged: what was told beside what the scripts demand, and the figures of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.sandbox.clock import MINUTE
from tests.month import thresholds
from tests.month.digests import MARKS, Figures, ledger, said
from tests.month.oracle import Oracle, Span, Told
from tests.month.run import HOLIDAYS, Outcome
from tests.month.scripts import Way, has_quiet_hours

_REFERRED = "这条有更新，请看下面新的一条。"
_SETTLED = "🟢"


@dataclass(frozen=True)
class Verdict:
    """The figures. `missed` and `false` are what was not told, and what nobody should have been told."""

    parcels: int
    fates: Mapping[str, int]
    alerts: Mapping[str, int]  # told, by rule
    demanded: int
    missed: tuple[Told, ...]
    false: tuple[Told, ...]
    told_twice: int
    left_open: int
    wrongly_closed: tuple[Span, ...]
    unheard: int  # told though the courier had told better for more than half an hour
    live_cards: int  # messages that still say that something is wrong
    messages_astray: int  # more or fewer than cards and digests
    digests: int
    wrong_digests: list[tuple[Figures | None, Figures]]  # what one says, and what it must say
    polls: float  # questions a parcel

    @property
    def precision(self) -> float:
        told = self.demanded - len(self.missed) + len(self.false)
        return 1 - len(self.false) / told if told else 1.0

    @property
    def recall(self) -> float:
        return 1 - len(self.missed) / self.demanded if self.demanded else 1.0

    @property
    def faults(self) -> int:
        """How much is wrong."""
        listed = (self.missed, self.false, self.wrongly_closed)
        counted = (self.told_twice, self.left_open, self.unheard, self.live_cards)
        return sum(map(len, listed)) + sum(counted) + self.messages_astray + len(self.wrong_digests)


def verdict(outcome: Outcome) -> Verdict:
    """Compare."""
    oracles = [_oracle(outcome, number) for number in outcome.scripts]
    demanded = {told for oracle in oracles for told in oracle.told}
    told = _told(outcome)
    spans = {span for oracle in oracles for span in oracle.spans if span.raised_at != span.closed_at}
    wrong, digests = _digests(outcome, sorted(spans, key=_place))
    return Verdict(
        parcels=len(outcome.scripts),
        fates=Counter(script.fate for script in outcome.scripts.values()),
        alerts=Counter(each.rule for each in told),
        demanded=len(demanded),
        missed=tuple(sorted(demanded - told.keys(), key=_place)),
        false=tuple(sorted(told.keys() - demanded, key=_place)),
        told_twice=told.total() - len(told),
        left_open=sum(closed_at is None for *_, closed_at, _ in outcome.alerts),
        wrongly_closed=tuple(sorted(spans ^ _spans(outcome, spans), key=_place)),
        unheard=sum(_is_behind(outcome, each) for each in told),
        live_cards=_live_cards(outcome),
        messages_astray=abs(sum(map(len, outcome.room.chats.values())) - len(outcome.cards) - digests),
        digests=digests,
        wrong_digests=wrong,
        polls=sum(outcome.queries.values()) / len(outcome.scripts),
    )


def _oracle(outcome: Outcome, number: str) -> Oracle:
    script = outcome.scripts[number]
    oracle = Oracle(script, HOLIDAYS, has_quiet_hours(script.merchant))
    oracle.foretell(outcome.heard.get(number, []), outcome.ended_at)
    return oracle


def _place(each: Told | Span) -> tuple[str, int]:
    return each.number, each.raised_at


def _told(outcome: Outcome) -> Counter[Told]:
    return Counter(
        Told(outcome.parcels[subject.removeprefix("parcel/")], rule, arm, step, tier, raised_at, told_at)
        for _, _, step, subject, rule, arm, tier, raised_at, told_at in outcome.told
    )


def _spans(outcome: Outcome, demanded: Iterable[Span]) -> set[Span]:
    """The program's alerts; when the first step was reached is not kept, so that is taken from the script's."""
    first = {(span.number, span.rule, span.arm): span.raised_at for span in demanded}
    found = set()
    for subject, rule, arm, tier, raised_at, closed_at, closing in outcome.alerts:
        number = outcome.parcels.get(subject.removeprefix("parcel/"), subject)
        found.add(Span(number, rule, arm, first.get((number, rule, arm), raised_at), closed_at, closing, tier))
    return {span for span in found if span.raised_at != span.closed_at}


def _is_behind(outcome: Outcome, told: Told) -> bool:
    """Whether it was told because a scan was missing that the courier would have told half an hour before."""
    script = outcome.scripts[told.number]
    if script.way in {Way.PUSHED, Way.TRACKER} or not _rests_on_silence(told):
        return False
    known = {scan for news in outcome.heard[told.number] if news.at <= told.raised_at for scan in news.scans}
    return any(scan.told_at <= told.raised_at - 30 * MINUTE and scan not in known for scan in script.scans)


def _rests_on_silence(told: Told) -> bool:
    steps = thresholds.STEPS.get(told.rule, ())
    return told.rule == "contradiction" or any(elapsed for elapsed, _ in steps[told.step - 1 : told.step])


def _live_cards(outcome: Outcome) -> int:
    newest = [message.text for messages in outcome.room.chats.values() for message in messages]
    return sum(not text.startswith((_SETTLED, _REFERRED, *MARKS)) for text in newest)


def _digests(outcome: Outcome, spans: Sequence[Span]) -> tuple[list[tuple[Figures | None, Figures]], int]:
    """Those that say something wrong, and how many there are."""
    wrong: list[tuple[Figures | None, Figures]] = []
    count = 0
    for merchant, peer in enumerate(outcome.peers):
        mine = [script for script in outcome.scripts.values() if script.merchant == merchant]
        book = ledger(mine, outcome.heard, spans)
        for message in outcome.room.chats[peer]:
            if message.text.startswith(MARKS):
                count += 1
                told, now = said(message.text), outcome.room.came[peer, message.id]
                wrong += [] if book.agrees(told, now) else [(told, book.figures(now))]
    return wrong, count
