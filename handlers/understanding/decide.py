"""From the scores to a decision: act, confirm, ask for what is missing, or offer the likeliest."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from handlers.understanding import follow_up, particulars
from handlers.understanding.intents import Intent, intents, scores
from handlers.understanding.naming import Named
from handlers.understanding.nearest import nearest
from handlers.understanding.sentence import Sentence, read
from handlers.understanding.smalltalk import is_about_life, is_small_talk

_ENOUGH = 3  # a score below this is a guess
_LIKELY = 2  # below this nothing was heard but hints
_CHOICES = 3
_LONGEST = 2_000  # characters of a message that are read
_MARGIN, _MARGIN_TO_ACT = 1, 2
_DEEDS = frozenset({"print_orders", "reprint", "reissue", "cancel_waybill", "urge", "intercept", "unbind"})


@dataclass(frozen=True, slots=True)
class Ask:
    """What has to be asked before anything is done.

    confirm: whether it is meant, for what cannot be taken back. missing: for this slot, and for nothing else.
    which: one of these intents. did_you_mean: one of these examples.
    """

    kind: Literal["confirm", "missing", "which", "did_you_mean"]
    options: tuple[str, ...] = ()

    def record(self) -> dict[str, Any]:
        """As JSON data."""
        return {"ask": self.kind, "options": list(self.options)} if self.options else {"ask": self.kind}


@dataclass(frozen=True, slots=True)
class Understood:
    """What a message wants. `slots` go by the names of intents.toml. `has_verb`: it is more than a bare number."""

    intent: str
    slots: dict[str, Any] = field(default_factory=dict)
    asks: tuple[Ask, ...] = ()
    has_verb: bool = True

    @property
    def is_unsure(self) -> bool:
        """Whether the intent itself is a guess."""
        return any(ask.kind in {"which", "did_you_mean"} for ask in self.asks)

    @property
    def waits_for(self) -> str:
        """The slot that has to be asked for; "" when none has."""
        return next((ask.options[0] for ask in self.asks if ask.kind == "missing"), "")

    def record(self) -> dict[str, Any]:
        """{"intent", "slots", "ask"} as JSON data; `ask` is not empty when something would be asked back."""
        known = intents().get(self.intent)
        return {
            "intent": known.reported_as if known else self.intent,
            "slots": {key: _plain(value) for key, value in self.slots.items() if key not in _OURS},
            "ask": [ask.record() for ask in self.asks],
        }


_OURS = frozenset(
    {"period_words", "lacks", "language", "code", "a_little", "reset", "whose", "way", "courier_exclude"}
)  # for the conversations only


def decide(
    said: str,
    now: datetime,
    couriers: Iterable[Named] = (),
    shops: Collection[str] = (),
    context: Understood | None = None,
) -> Understood:
    """What a message wants; any text is taken. `context`: what was understood of the message before."""
    sentence = read(said[:_LONGEST], now, couriers, shops)
    ranked = [
        (name, score) for name, score in scores(sentence.cut, sentence.heard, sentence.grams).items() if score > 0
    ]
    ranked.sort(key=lambda item: -item[1])
    best = ranked[0][1] if ranked else 0
    is_weak = best < _ENOUGH or (context is not None and context.waits_for != "" and not sentence.left)
    if context and (slots := follow_up.slots_of(sentence, context.intent, context.slots, is_weak=is_weak)):
        return _settled(intents()[context.intent], slots, sentence)
    if is_about_life(sentence.cut, sentence.grams):
        return _unsure(sentence, [])
    if best >= _ENOUGH:
        return _chosen(sentence, ranked, context)
    return _unsure(sentence, ranked)


def _chosen(sentence: Sentence, ranked: list[tuple[str, int]], context: Understood | None) -> Understood:
    name, best = ranked[0]
    rival, second = ranked[1] if len(ranked) > 1 else ("", 0)
    intent, slots = intents()[name], particulars.of(intents()[name], sentence)
    is_act = intent.is_act or (bool(rival) and intents()[rival].is_act)
    if best - second < (_MARGIN_TO_ACT if is_act else _MARGIN):
        return _which(sentence, [each for each, score in ranked if best - score < _MARGIN_TO_ACT])
    if sentence.is_denied and name in _DEEDS:
        return Understood(name, slots, (Ask("which", (name,)),))
    if context and particulars.missing(intent, slots) == "number" and follow_up.refers(sentence, name, context.intent):
        slots |= follow_up.meant(sentence, name, context.intent, context.slots)
    return _settled(intent, slots, sentence)


def _settled(intent: Intent, slots: dict[str, Any], sentence: Sentence) -> Understood:
    """The intent is sure: what else has to be asked? One question at a time."""
    missing = particulars.missing(intent, slots)
    asks: tuple[Ask, ...] = ()
    if missing:
        asks = (Ask("missing", (missing,)),)
    elif intent.is_destructive or particulars.is_harsh(intent, slots):
        asks = (Ask("confirm"),)
    return Understood(intent.name, slots, asks, has_verb=bool(sentence.left))


def _unsure(sentence: Sentence, ranked: list[tuple[str, int]]) -> Understood:
    if not sentence.heard or is_small_talk(sentence.heard):
        return Understood("none", has_verb=False)
    if ranked and ranked[0][1] >= _LIKELY:
        return _which(sentence, [name for name, _ in ranked])
    return Understood("none", {}, (Ask("did_you_mean", nearest(sentence.heard)),), has_verb=False)


def _which(sentence: Sentence, close: list[str]) -> Understood:
    """One of these wishes; to drop everything is none that could be offered."""
    offered = tuple([name for name in close if not intents()[name].drops][:_CHOICES])
    if not offered:
        return Understood(close[0])
    return Understood(offered[0], particulars.of(intents()[offered[0]], sentence), (Ask("which", offered),))


def _plain(value: Any) -> Any:  # noqa: ANN401 - a slot is what it is
    return value.record() if hasattr(value, "record") else value
