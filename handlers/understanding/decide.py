"""From the scores to a decision: act, confirm, ask for what is missing, or offer the likeliest."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from handlers.understanding import particulars
from handlers.understanding.intents import Intent, intents, scores
from handlers.understanding.naming import Named
from handlers.understanding.nearest import nearest
from handlers.understanding.sentence import Sentence, read
from handlers.understanding.smalltalk import is_small_talk

_ENOUGH = 3  # a score below this is a guess
_LIKELY = 2  # below this nothing was heard but hints
_CHOICES = 3
_MARGIN, _MARGIN_TO_ACT = 1, 2


@dataclass(frozen=True, slots=True)
class Ask:
    """What has to be asked before anything is done.

    confirm: whether it is meant, for what cannot be taken back. missing: for this slot, and nothing else.
    which: one of these intents. did_you_mean: one of these examples.
    """

    kind: Literal["confirm", "missing", "which", "did_you_mean"]
    options: tuple[str, ...] = ()

    def record(self) -> dict[str, Any]:
        """As JSON data."""
        return {"ask": self.kind, "options": list(self.options)} if self.options else {"ask": self.kind}


@dataclass(frozen=True, slots=True)
class Understood:
    """What a message wants. `slots` by the names of intents.toml; `has_verb`: it said so, rather than being a bare number."""

    intent: str
    slots: dict[str, Any] = field(default_factory=dict)
    asks: tuple[Ask, ...] = ()
    has_verb: bool = True


def decide(said: str, now: datetime, couriers: Iterable[Named] = (), shops: Iterable[str] = (), context: Understood | None = None) -> Understood:
    """Understand a message; any text is taken."""
    sentence = read(said, now, couriers, shops)
    ranked = sorted(scores(sentence.cut, sentence.grams).items(), key=lambda item: -item[1])
    ranked = [(name, score) for name, score in ranked if score > 0]
    return _decided(sentence, ranked)


def _decided(sentence: Sentence, ranked: list[tuple[str, int]]) -> Understood:
    if not ranked or ranked[0][1] < _ENOUGH:
        return _unsure(sentence, ranked)
    (name, best), second = ranked[0], ranked[1][1] if len(ranked) > 1 else 0
    intent = intents()[name]
    slots = particulars.of(intent, sentence)
    margin = best - second
    rival_acts = len(ranked) > 1 and intents()[ranked[1][0]].is_act
    if margin < (_MARGIN_TO_ACT if intent.is_act or rival_acts else _MARGIN):
        close = tuple(each for each, score in ranked if best - score < _MARGIN_TO_ACT)[:_CHOICES]
        return Understood(name, slots, (Ask("which", close),))
    return Understood(name, slots, tuple(_asks(intent, slots)), has_verb=bool(sentence.left))


def _asks(intent: Intent, slots: dict[str, Any]) -> Iterable[Ask]:
    """The one question that comes first."""
    missing = particulars.missing(intent, slots)
    if missing:
        yield Ask("missing", (missing,))
    elif intent.is_destructive or particulars.is_harsh(intent, slots):
        yield Ask("confirm")


def _unsure(sentence: Sentence, ranked: list[tuple[str, int]]) -> Understood:
    if is_small_talk(sentence.heard) or not sentence.heard:
        return Understood("none", has_verb=False)
    if ranked and ranked[0][1] >= _LIKELY:
        close = tuple(name for name, _ in ranked[:_CHOICES])
        return Understood(ranked[0][0], particulars.of(intents()[close[0]], sentence), (Ask("which", close),))
    return Understood("none", {}, (Ask("did_you_mean", nearest(sentence.heard)),), has_verb=False)
