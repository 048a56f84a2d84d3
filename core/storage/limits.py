"""A merchant's own thresholds."""

from core.alerts import Limit, Rule
from core.storage.database import Database, Statement, run


class AlertLimits:
    """The table `alert_limits`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set(self, merchant: str, limit: Limit) -> Statement:
        """From now on this one."""
        return run(
            "INSERT INTO alert_limits VALUES (?, ?, ?, ?, ?) ON CONFLICT (merchant, rule, courier, province)"
            " DO UPDATE SET first = excluded.first",
            merchant,
            limit.rule,
            limit.courier,
            limit.province,
            limit.first,
        )

    def forget(self, merchant: str, rule: Rule) -> Statement:
        """Back to the default, everywhere."""
        return run("DELETE FROM alert_limits WHERE merchant = ? AND rule = ?", merchant, rule)

    async def of(self, merchant: str) -> list[Limit]:
        """All of them."""
        rows = await self._database.all(
            "SELECT rule, first, courier, province FROM alert_limits WHERE merchant = ?"
            " ORDER BY rule, courier, province",
            merchant,
        )
        return [Limit(Rule(rule), first, courier, province) for rule, first, courier, province in rows]
