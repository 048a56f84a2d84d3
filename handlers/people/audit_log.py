"""The audit log as a table that an owner reads."""

from core.clock import shanghai
from core.labels import Press
from core.sheets import Table
from core.storage.audit import Audit, Entry
from handlers import texts
from handlers.messages import Sheet

_COLUMNS = "number at who role place action outcome subject before after mark".split()
_SHORT = 6  # characters of an id


async def workbook(audit: Audit, press: Press, sheet: Sheet) -> bytes:
    """The .xlsx file. Each row carries the end of its entry's hash, by which the operator finds it in the chain."""
    rows: list[tuple[str | int, ...]] = []
    after = 0
    while page := await audit.entries(sheet.merchant, after=after, since=sheet.since):
        rows += [_row(sheet.language, entry, hashed) for entry, hashed in page]
        after = page[-1][0].seq
    head = tuple(texts.text(sheet.language, f"records.{column}") for column in _COLUMNS)
    return await press.workbook([Table(texts.text(sheet.language, "records.title"), head, tuple(rows))])


def _row(language: str, entry: Entry, hashed: str) -> tuple[str | int, ...]:
    return (
        entry.seq,
        f"{shanghai(entry.at):%Y-%m-%d %H:%M:%S}",
        f"{entry.label} {entry.member[-_SHORT:]}".strip(),
        _word(language, "roles", entry.role),
        entry.place,
        _action(language, entry.action),
        _word(language, "records", entry.outcome),
        entry.subject,
        _word(language, "roles", entry.before),
        _word(language, "roles", entry.after),
        hashed[-_SHORT:],
    )


def _action(language: str, action: str) -> str:
    """打印订单 start: the command in the merchant's words, its step in ours."""
    intent, _, step = action.partition("/")
    return f"{_word(language, 'commands', intent)} {step}".strip()


def _word(language: str, section: str, code: str) -> str:
    key = f"{section}.{code}"
    return texts.text(language, key) if texts.has(key) else code
