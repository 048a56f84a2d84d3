"""Who did what: one chain of entries a merchant, each written in the commit of what it tells.

An entry's hash covers the one before and is made with the chain's own key, which the vault seals: whoever can write the
database and lacks the vault's key cannot make an entry. The head says where the chain ends, so that a missing end is
found as well. The installation's own chain, under no merchant, notes the beginning of every other one.

Entries name nobody: people stand as ids and masked names, and what they did it to as short numbers and codes.
"""

import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from enum import StrEnum
from hashlib import sha256

from core.clock import Clock
from core.rights import Right, Role
from core.storage.database import Conflict, Database, Row, Statement, guarded, run
from core.storage.sealed import SealedColumn
from core.vault import Vault

HOUSE = ""
"""The chain of the installation itself."""
BEGIN = "audit/begin"
"""The house's entry for a chain that begins; its subject is the merchant."""

_PAGE = 1_000  # entries read at a time
_ATTEMPTS = 50  # commits to the same chain that may come first
_COLUMNS = "seq, at, member, label, role, place, action, outcome, subject, before, after, hash"
_ADVANCE = "UPDATE audit_heads SET seq = ?, hash = ?, mark = ? WHERE merchant = ? AND seq = ?"
_START = "INSERT INTO audit_heads VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING seq"


class Outcome(StrEnum):
    """What came of it."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"  # tried, and somebody outside said no


@dataclass(frozen=True, slots=True)
class Deed:
    """Somebody at work: for which merchant, as which member and role, where, at what and by which right."""

    merchant: str
    member: str
    label: str
    role: Role
    place: str
    action: str
    right: Right

    def part(self, key: str) -> "Deed":
        """One piece of it: "reissue/new_number"."""
        return replace(self, action=f"{self.action}/{key}")


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to what: short numbers, codes and masks, never a name, a phone, an address or a secret."""

    subject: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be written down."""

    deed: Deed
    change: Change = Change()
    outcome: Outcome = Outcome.DONE


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands written, but for its hash. `at` in epoch milliseconds UTC."""

    seq: int
    at: int
    member: str
    label: str
    role: str
    place: str
    action: str
    outcome: str
    subject: str
    before: str
    after: str

    def hash(self, key: bytes, merchant: str, previous: str) -> str:
        """What chains it to the entry before."""
        body = json.dumps([merchant, previous, *astuple(self)], ensure_ascii=False, separators=(",", ":"))
        return hmac.new(key, body.encode(), sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ends, and its key."""

    seq: int
    hash: str
    mark: str
    key: bytes

    @property
    def due_mark(self) -> str:
        """What `mark` must be: only the key's owner can say where a chain ends."""
        return hmac.new(self.key, f"head {self.seq} {self.hash}".encode(), sha256).hexdigest()


class Audit:
    """The tables `audit` and `audit_heads`."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._keys = SealedColumn(vault, "audit_heads/key", str)

    async def commit(self, notes: Sequence[Note], *statements: Statement) -> list[list[Row]]:
        """The statements and what is to be said of them, in one commit; the rows of the statements.

        Raises like `Database.apply`.
        """
        if not notes:
            return await self._database.apply(*statements)
        for _ in range(_ATTEMPTS):
            written = await self._written(notes)
            try:
                rows = await self._database.apply(*statements, *written)
            except Conflict as conflict:
                if str(conflict) not in {_ADVANCE, _START}:
                    raise
            else:
                return rows[: len(statements)]
        raise Conflict(_ADVANCE)

    async def head(self, merchant: str) -> Head | None:
        """Where the merchant's chain ends. Raises `BadSeal` for a key that is not ours."""
        rows = await self._database.all(
            "SELECT seq, hash, mark, key_sealed FROM audit_heads WHERE merchant = ?", merchant
        )
        return next((self._head(merchant, row) for row in rows), None)

    async def entries(self, merchant: str, *, after: int = 0, since: int = 0) -> list[tuple[Entry, str]]:
        """The next entries behind number `after` not older than `since`, each with its hash; none at the end."""
        rows = await self._database.all(
            f"SELECT {_COLUMNS} FROM audit WHERE merchant = ? AND seq > ? AND at >= ? ORDER BY seq LIMIT {_PAGE}",
            merchant,
            after,
            since,
        )
        return [(Entry(*fields), hashed) for *fields, hashed in rows]

    async def latest(self, merchant: str, actions: Sequence[str], since: int) -> list[Entry]:
        """The newest entries of these actions, at most twenty, the newest first."""
        rows = await self._database.all(
            f"SELECT {_COLUMNS} FROM audit WHERE merchant = ? AND at >= ? AND action IN ({_marks(actions)})"
            " ORDER BY seq DESC LIMIT 20",
            merchant,
            since,
            *actions,
        )
        return [Entry(*fields) for *fields, _ in rows]

    async def chains(self) -> list[str]:
        """Every merchant of whom there is an entry or a head."""
        rows = await self._database.all("SELECT merchant FROM audit_heads UNION SELECT merchant FROM audit")
        return sorted(merchant for (merchant,) in rows)

    def _head(self, merchant: str, row: Row) -> Head:
        seq, last, mark, key = row
        return Head(seq, last, mark, bytes.fromhex(self._keys.open(merchant, key)))

    async def _written(self, notes: Sequence[Note]) -> list[Statement]:
        """Entries and heads, the chains in a fixed order, so that two commits do not wait for each other."""
        chains = sorted({note.deed.merchant for note in notes} | {HOUSE})
        heads = {merchant: await self.head(merchant) for merchant in chains}
        begun = [_begin(merchant) for merchant, head in heads.items() if head is None and merchant != HOUSE]
        written: list[Statement] = []
        for merchant, head in heads.items():
            mine = [note for note in (*begun, *notes) if note.deed.merchant == merchant]
            written += self._chained(merchant, head, mine) if mine else []
        return written

    def _chained(self, merchant: str, head: Head | None, notes: Sequence[Note]) -> list[Statement]:
        last = head or Head(0, "", "", secrets.token_bytes(32))
        inserts: list[Statement] = []
        for note in notes:
            entry = self._entry(note, last.seq + 1)
            last = Head(entry.seq, entry.hash(last.key, merchant, last.hash), "", last.key)
            values = (merchant, *astuple(entry), last.hash)
            inserts.append(run(f"INSERT INTO audit (merchant, {_COLUMNS}) VALUES ({_marks(values)})", *values))
        if head is not None:
            return [guarded(_ADVANCE, last.seq, last.hash, last.due_mark, merchant, head.seq), *inserts]
        sealed = self._keys.seal(merchant, last.key.hex())
        return [guarded(_START, merchant, last.seq, last.hash, last.due_mark, sealed), *inserts]

    def _entry(self, note: Note, seq: int) -> Entry:
        deed, change, now = note.deed, note.change, self._clock.now()
        who = (deed.member, deed.label, str(deed.role), deed.place)
        return Entry(seq, now, *who, deed.action, str(note.outcome), change.subject, change.before, change.after)


def by_the_program(action: str) -> Deed:
    """What nobody in a chat did: the program itself, or its operator at the command line."""
    return Deed(HOUSE, "", "", Role.OWNER, "program", action, Right.AUDIT)


def _begin(merchant: str) -> Note:
    return Note(by_the_program(BEGIN), Change(subject=merchant))


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
