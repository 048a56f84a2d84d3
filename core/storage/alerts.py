"""Alerts, and what each chat was told of them on which card."""

import json
from collections.abc import Sequence

from core.alerts import Alert, AlertState, Card, CardKind, Closing, Rule, Telling, Tier
from core.clock import Period
from core.storage.address import Address
from core.storage.database import Database, Row, Statement, guarded, run

_ALERT = "id, merchant, subject, rule, arm, step, tier, raised_at, state, tell_at, closed_at, closing, facts, version"
_CARD = "id, channel, peer, merchant, kind, about, made_at, redraw_at, is_news, ended_at, heir, marks"
_AT_ONCE = 500  # values in one IN list
_MARK = (
    "UPDATE alert_cards SET marks = marks + 1, is_news = CASE WHEN ? = 1 THEN 1 ELSE is_news END,"
    " redraw_at = CASE WHEN redraw_at < ? THEN redraw_at ELSE ? END"
)


class Alerts:
    """The tables `alerts`, `alert_tellings` and `alert_cards`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Alerts.

    def save(self, alert: Alert) -> list[Statement]:
        """Keep a new alert (version 0) or the next version of one; cards that show one that is over are drawn again.

        A `Conflict` when somebody changed it since it was read, or the rule has fired in this arm before.
        """
        if alert.version == 0:
            return [self._insert(alert)]
        return [self.update(alert), *(self.mark(alert, alert.closed_at) if alert.closed_at else [])]

    def _insert(self, alert: Alert) -> Statement:
        return guarded(
            f"INSERT INTO alerts ({_ALERT}) VALUES ({', '.join('?' * 13)}, 1) ON CONFLICT DO NOTHING RETURNING id",
            alert.id,
            alert.merchant,
            alert.subject,
            alert.rule,
            alert.arm,
            alert.step,
            int(alert.tier),
            alert.raised_at,
            alert.state,
            alert.tell_at,
            alert.closed_at,
            alert.closing,
            json.dumps(alert.facts, ensure_ascii=False, sort_keys=True),
        )

    def update(self, alert: Alert) -> Statement:
        """The next version alone, where no card shows it differently."""
        return guarded(
            "UPDATE alerts SET step = ?, tier = ?, raised_at = ?, state = ?, tell_at = ?, closed_at = ?, closing = ?,"
            " facts = ?, version = version + 1 WHERE id = ? AND version = ?",
            alert.step,
            int(alert.tier),
            alert.raised_at,
            alert.state,
            alert.tell_at,
            alert.closed_at,
            alert.closing,
            json.dumps(alert.facts, ensure_ascii=False, sort_keys=True),
            alert.id,
            alert.version,
        )

    async def of_subjects(self, subjects: Sequence[str]) -> dict[str, list[Alert]]:
        """All alerts there ever were, by subject."""
        found: dict[str, list[Alert]] = {subject: [] for subject in subjects}
        for alert in await self._among("subject", subjects):
            found[alert.subject].append(alert)
        return found

    async def with_ids(self, ids: Sequence[str]) -> list[Alert]:
        """Alerts by their ids, the oldest first."""
        return await self._among("id", ids)

    async def open(self, merchant: str) -> list[Alert]:
        """The merchant's alerts that are not over, the oldest first."""
        return await self._find("merchant = ? AND closed_at IS NULL", merchant)

    async def open_by_rule(self, rule: Rule) -> list[Alert]:
        """Everybody's alerts of one rule that are not over."""
        return await self._find("rule = ? AND closed_at IS NULL", rule)

    async def closed(self, merchant: str, period: Period) -> list[Alert]:
        """The merchant's alerts that were over in the period."""
        return await self._find("merchant = ? AND closed_at >= ? AND closed_at < ?", merchant, period.start, period.end)

    async def merchants_to_tell(self, now: int) -> list[str]:
        """Who is to be told something."""
        rows = await self._database.all("SELECT DISTINCT merchant FROM alerts WHERE tell_at <= ?", now)
        return [merchant for (merchant,) in rows]

    async def to_tell(self, merchant: str, now: int, limit: int = _AT_ONCE) -> list[Alert]:
        """What is to be told now, the longest due first."""
        return await self._find("merchant = ? AND tell_at <= ?", merchant, now, then="tell_at, id LIMIT ?", last=limit)

    async def outlets(self, merchant: str, rules: Sequence[Rule]) -> dict[tuple[str, str], int]:
        """How many of the merchant's parcels these rules have something to say about, by courier and last outlet."""
        marks = ", ".join("?" * len(rules))
        rows = await self._database.all(
            "SELECT p.courier, p.outlet, count(DISTINCT p.id) FROM alerts a JOIN parcels p"
            " ON p.id = substr(a.subject, length('parcel/') + 1)"  # found by its key, not by comparing all
            f" WHERE a.merchant = ? AND a.closed_at IS NULL AND a.rule IN ({marks}) GROUP BY p.courier, p.outlet",
            merchant,
            *rules,
        )
        return {(courier, outlet): count for courier, outlet, count in rows}

    # Cards.

    def begin(self, card: Card) -> Statement:
        """A new card."""
        return run(
            f"INSERT INTO alert_cards ({_CARD}) VALUES ({', '.join('?' * 12)})",
            card.id,
            card.channel,
            card.peer,
            card.merchant,
            card.kind,
            card.about,
            card.made_at,
            card.redraw_at,
            int(card.is_news),
            card.ended_at,
            card.heir,
            card.marks,
        )

    def replace(self, card: Card, heir: str, now: int) -> list[Statement]:
        """Another card takes its place, and what it showed; its last drawing says where to look."""
        return [
            run(
                "UPDATE alert_cards SET ended_at = ?, heir = ?, redraw_at = ?, is_news = 0, marks = marks + 1"
                " WHERE id = ?",
                now,
                heir,
                now,
                card.id,
            ),
            run("UPDATE alert_tellings SET card = ? WHERE card = ?", heir, card.id),
        ]

    def move(self, card: Card, subject: str) -> list[Statement]:
        """What its chat knows of a subject's open alerts stands on this card from now on, and on no other."""
        mine = "channel = ? AND peer = ? AND alert IN (SELECT id FROM alerts WHERE subject = ? AND closed_at IS NULL)"
        whose = (card.channel, card.peer, subject)
        left = run(
            f"{_MARK} WHERE ended_at IS NULL AND id <> ? AND id IN (SELECT card FROM alert_tellings WHERE {mine})",
            0,
            card.made_at,
            card.made_at,
            card.id,
            *whose,
        )
        return [left, run(f"UPDATE alert_tellings SET card = ? WHERE {mine}", card.id, *whose)]

    def drawn(self, card: Card, *, ended_at: int | None) -> Statement:
        """Drawn as it stands, for the last time where it ends; a `Conflict` when something changed meanwhile."""
        return guarded(
            "UPDATE alert_cards SET redraw_at = NULL, is_news = 0, ended_at = ?, marks = marks + 1"
            " WHERE id = ? AND marks = ?",
            ended_at,
            card.id,
            card.marks,
        )

    def mark(self, alert: Alert, at: int, *, is_news: bool = False) -> list[Statement]:
        """Cards that show the alert, or its subject, are to be drawn again at this moment."""
        shown = run(
            f"{_MARK} WHERE ended_at IS NULL AND id IN (SELECT card FROM alert_tellings WHERE alert = ?)",
            int(is_news),
            at,
            at,
            alert.id,
        )
        return [shown, self.mark_about(alert.subject, at, is_news=is_news)]

    def mark_about(self, about: str, at: int, *, is_news: bool = False) -> Statement:
        """Cards about a subject are to be drawn again at this moment. `is_news`: where they cannot, told anew."""
        return run(f"{_MARK} WHERE ended_at IS NULL AND about = ?", int(is_news), at, at, about)

    def mark_card(self, card: str, at: int) -> Statement:
        """One card is to be drawn again at this moment."""
        return run(f"{_MARK} WHERE ended_at IS NULL AND id = ?", 0, at, at, card)

    def mark_for(self, about: str, to: Address, at: int) -> Statement:
        """The cards about a subject in the chat that has just answered: told anew where they cannot change."""
        mine = "ended_at IS NULL AND about = ? AND channel = ? AND peer = ?"
        return run(f"{_MARK} WHERE {mine}", 1, at, at, about, to.channel, to.peer)

    async def cards_to_redraw(self, now: int, limit: int = 50) -> list[Card]:
        """Cards that do not show what is, the longest due first."""
        return await self._cards("redraw_at <= ? ORDER BY redraw_at LIMIT ?", now, limit)

    async def card(self, card: str) -> Card | None:
        """One card."""
        return next(iter(await self._cards("id = ?", card)), None)

    async def live_cards(self, about: str, to: Address) -> list[Card]:
        """The cards about a subject that a chat still sees change."""
        return await self._cards(
            "about = ? AND channel = ? AND peer = ? AND ended_at IS NULL ORDER BY id", about, to.channel, to.peer
        )

    # What was told.

    def told(self, telling: Telling) -> Statement:
        """What a chat knows from now on."""
        return run(
            "INSERT INTO alert_tellings VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (alert, channel, peer) DO UPDATE SET"
            " step = excluded.step, card = excluded.card, until = excluded.until",
            telling.alert,
            telling.channel,
            telling.peer,
            telling.step,
            telling.card,
            telling.until,
        )

    async def tellings(self, alerts: Sequence[str]) -> list[Telling]:
        """What everybody was told of these alerts."""
        found: list[Telling] = []
        for start in range(0, len(alerts), _AT_ONCE):
            some = alerts[start : start + _AT_ONCE]
            found += await self._tellings(f"alert IN ({', '.join('?' * len(some))})", *some)
        return found

    async def tellings_on(self, card: str) -> list[Telling]:
        """What a card shows."""
        return await self._tellings("card = ?", card)

    async def _tellings(self, where: str, *values: str) -> list[Telling]:
        rows = await self._database.all(
            f"SELECT alert, channel, peer, step, card, until FROM alert_tellings WHERE {where} ORDER BY alert", *values
        )
        return [Telling(*row) for row in rows]

    async def _among(self, column: str, values: Sequence[str]) -> list[Alert]:
        found: list[Alert] = []
        for start in range(0, len(values), _AT_ONCE):
            some = values[start : start + _AT_ONCE]
            found += await self._find(f"{column} IN ({', '.join('?' * len(some))})", *some)
        return found

    async def _find(self, where: str, *values: object, then: str = "id", last: int | None = None) -> list[Alert]:
        more = () if last is None else (last,)
        rows = await self._database.all(f"SELECT {_ALERT} FROM alerts WHERE {where} ORDER BY {then}", *values, *more)
        return [_alert(row) for row in rows]

    async def _cards(self, where: str, *values: object) -> list[Card]:
        rows = await self._database.all(f"SELECT {_CARD} FROM alert_cards WHERE {where}", *values)
        return [_card(row) for row in rows]


def _alert(row: Row) -> Alert:
    key, merchant, subject, rule, arm, step, tier, raised, state, tell, closed, closing, facts, version = row
    return Alert(
        id=key,
        merchant=merchant,
        subject=subject,
        rule=Rule(rule),
        arm=arm,
        step=step,
        tier=Tier(tier),
        raised_at=raised,
        state=AlertState(state),
        tell_at=tell,
        closed_at=closed,
        closing=Closing(closing) if closing else None,
        facts=json.loads(facts),
        version=version,
    )


def _card(row: Row) -> Card:
    key, channel, peer, merchant, kind, about, made, redraw, is_news, ended, heir, marks = row
    return Card(key, channel, peer, merchant, CardKind(kind), about, made, redraw, bool(is_news), ended, heir, marks)
