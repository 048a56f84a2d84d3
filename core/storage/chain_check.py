"""Reads the audit chains back and finds what other hands changed, removed or put in."""

import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass

from core.storage.audit import BEGIN, HOUSE, Audit, Entry, Head
from core.vault import BadSeal


@dataclass(frozen=True, slots=True)
class Flaw:
    """Where a merchant's chain is not as it was written; `seq` is the entry, `what` a word for the operator."""

    merchant: str
    seq: int
    what: str


async def flaws(audit: Audit) -> list[Flaw]:
    """Everything that does not fit, in every chain."""
    chains = await audit.chains()
    found = [flaw for merchant in chains async for flaw in _of_chain(audit, merchant)]
    begun = [entry.subject async for entry, _ in _entries(audit, HOUSE) if entry.action == BEGIN]
    return [*found, *(Flaw(merchant, 0, "whole log removed") for merchant in begun if merchant not in chains)]


async def _of_chain(audit: Audit, merchant: str) -> AsyncIterator[Flaw]:
    try:
        head = await audit.head(merchant)
    except BadSeal:
        head = None
    if head is None:
        yield Flaw(merchant, 0, "no head")
        return
    seq, previous = 0, ""
    async for entry, hashed in _entries(audit, merchant):
        if entry.seq != seq + 1:
            yield Flaw(merchant, seq + 1, "removed")
        elif not hmac.compare_digest(hashed, entry.hash(head.key, merchant, previous)):
            yield Flaw(merchant, entry.seq, "changed or put in")
        seq, previous = entry.seq, hashed
    for what in _of_end(head, seq, previous):
        yield Flaw(merchant, seq, what)


def _of_end(head: Head, seq: int, last: str) -> list[str]:
    if (head.seq, head.hash) != (seq, last):
        return ["the end is missing or put in"]
    return [] if hmac.compare_digest(head.mark, head.due_mark) else ["head changed"]


async def _entries(audit: Audit, merchant: str) -> AsyncIterator[tuple[Entry, str]]:
    after = since = -(2**62)
    while page := await audit.entries(merchant, after=after, since=since):
        for each in page:
            yield each
        after = page[-1][0].seq
