"""Which rules are meant by the words for them; see `[anomalies]` and `[alerts]` of understanding/words.toml."""

from collections.abc import Mapping

from core.alerts import ABOUT_OTHERS, Rule

_STANDING_STILL = frozenset({Rule.STALLED, Rule.NOT_DEPARTED, Rule.NOT_OUT})
_ANOMALIES: Mapping[str, frozenset[Rule]] = {
    "stalled": _STANDING_STILL,
    "not_collected": frozenset({Rule.NOT_COLLECTED, Rule.NO_RECORD}),
    "no_update": _STANDING_STILL | {Rule.NO_RECORD},
    "returned": frozenset({Rule.RETURNING}),
    "rejected": frozenset({Rule.RETURNING}),
    "delivery_failed": frozenset({Rule.TROUBLE}),
    "lost": frozenset({Rule.LOST}),
    "damaged": frozenset({Rule.TROUBLE}),
}
_ALERTS: Mapping[str, frozenset[Rule]] = {
    "not_collected": frozenset({Rule.NOT_COLLECTED}),
    "stalled": frozenset({Rule.STALLED}),
    "balance": frozenset({Rule.LOW_BALANCE}),
    "ship_deadline": frozenset({Rule.SHIP_DEADLINE}),
    "delivery_overdue": frozenset({Rule.NOT_SIGNED}),
    "returned": frozenset({Rule.RETURNING}),
    "anomaly": frozenset(Rule) - ABOUT_OTHERS,
}


def anomalies_named(said: object) -> frozenset[Rule]:
    """The rules that look for what was said: the words' own name for it, several of them, or a rule's."""
    words = said if isinstance(said, list) else str(said or "").split(",")
    return frozenset(rule for word in words for rule in _ANOMALIES.get(word) or _rule(word))


def alerts_named(said: object) -> frozenset[Rule]:
    """The rules that an alert's name stands for; none where nothing was said, or nothing that there is."""
    word = str(said or "")
    return _ALERTS.get(word) or _rule(word)


def _rule(word: str) -> frozenset[Rule]:
    return frozenset({Rule(word)}) if word in set(Rule) else frozenset()
