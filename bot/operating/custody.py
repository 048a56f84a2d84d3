"""`miandan invite`, `rotate-key`, `audit verify`: the first owner's code, the keys that seal, the log's wholeness."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias, TypeVar

from bot.config import Settings
from core.clock import HOUR, SystemClock
from core.codes import new_code, written_code
from core.ids import new_id
from core.rights import Role
from core.storage import rekeying
from core.storage.audit import Change, Note, by_the_program
from core.storage.chain_check import Flaw, flaws
from core.storage.database import Database, connect
from core.storage.invitations import LIFE, Invitation
from core.storage.migrate import migrate
from core.storage.repositories import Repositories
from core.storage.sqlite import FileInUse
from core.vault import add_key, forget_old_keys, new_key

T = TypeVar("T")
Outcome: TypeAlias = tuple[str, int]
"""What is said, and the exit code."""


_ALL_SEALED = "Everything is sealed with the newest key. Backups made before still need the old one."
_SOME_LOST = (
    "Some values open with none of the keys. Put the key that sealed them first in MIANDAN_KEY, and run this again."
)


# The first owner.


async def invite(settings: Settings) -> Outcome:
    """A code for a merchant's first owner."""
    code = await _beside(settings, _invited)
    written = written_code(code)
    told = f"Whoever says 加入 {written} (or: join {written}) to the bot within {LIFE // HOUR} hours gets a merchant."
    return f"{written}\n{told} In Telegram https://t.me/YOUR_BOT?start={code} does the same.", 0


async def _invited(kept: Repositories) -> str:
    code, now = new_code(), SystemClock().now()
    invitation = Invitation(new_id(), None, Role.OWNER, "", "", now + LIFE)
    note = Note(by_the_program("invite"), Change(invitation.id, after=Role.OWNER))
    await kept.audit.commit([note], *kept.invitations.open(invitation, code, now))
    return code


# The log.


async def verify(settings: Settings) -> Outcome:
    """What other hands did to the log, and where the whole chains end; 1 where there was anything."""
    found, ends = await _beside(settings, _verified)
    lines = [f"WRONG  {_whose(flaw.merchant)}, entry {flaw.seq}: {flaw.what}" for flaw in found]
    lines += [f"ok     {_whose(merchant)}: {end}" for merchant, end in ends.items()]
    return "\n".join(lines), 1 if found else 0


async def _verified(kept: Repositories) -> tuple[list[Flaw], dict[str, str]]:
    """The flaws, and where the other chains end: written down elsewhere, that shows a log that was put back."""
    found, ends = await flaws(kept.audit), dict[str, str]()
    for merchant in set(await kept.audit.chains()) - {flaw.merchant for flaw in found}:
        if head := await kept.audit.head(merchant):
            ends[merchant] = f"{head.seq} entries, the last one {head.hash[:16]}"
    return found, dict(sorted(ends.items()))


def _whose(merchant: str) -> str:
    return merchant or "this installation"


# The keys.


async def rotate_key(settings: Settings, *, is_new: bool, is_last: bool) -> Outcome:
    """Make a new key, seal everything again with the newest, or forget the old ones."""
    if is_new and settings.key.get_secret_value():
        told = (
            "Put this behind the key in MIANDAN_KEY, after a comma, restart every process, and run miandan rotate-key."
        )
        return f"{new_key()}\n{told}", 2
    database = await connect(settings.database)
    try:
        await migrate(database)
        if is_new:
            settings.vault()  # the first key, if there is none yet
            add_key(settings.key_file)
            if database.is_shared:
                return f"{settings.key_file} has a new key. Restart every process, then run miandan rotate-key.", 0
        return await (_forgotten if is_last else _resealed)(settings, database)
    finally:
        await database.close()


async def _resealed(settings: Settings, database: Database) -> Outcome:
    vault = settings.vault()
    tallies = await rekeying.reseal(database, vault)
    sealed, lost = sum(each.sealed for each in tallies), sum(each.lost for each in tallies)
    if sealed and not lost:
        note = Note(by_the_program("rotate-key"), Change(vault.newest, after=f"{sealed} sealed again"))
        await Repositories(database, vault, SystemClock()).audit.commit([note])
    lines = [f"{each.column}: {each.sealed} sealed again" for each in tallies if each.sealed]
    lines += [f"WRONG  {each.column}: {each.lost} open with no key" for each in tallies if each.lost]
    lines.append(_SOME_LOST if lost else _ALL_SEALED)
    return "\n".join(lines), 1 if lost else 0


async def _forgotten(settings: Settings, database: Database) -> Outcome:
    if left := await rekeying.old_seals(database, settings.vault()):
        return f"{left} values are sealed with an old key. Run miandan rotate-key first.", 1
    if settings.key.get_secret_value():
        return "Nothing needs the old keys. Leave only the last one in MIANDAN_KEY.", 0
    forget_old_keys(settings.key_file)
    return f"Nothing needs the old keys, and {settings.key_file} holds the newest alone.", 0


async def _beside(settings: Settings, act: Callable[[Repositories], Awaitable[T]]) -> T:
    """Act on the database, whether or not the program runs on it."""
    database = await _opened(settings)
    try:
        return await act(Repositories(database, settings.vault(), SystemClock()))
    finally:
        await database.close()


async def _opened(settings: Settings) -> Database:
    try:
        database = await connect(settings.database)
    except FileInUse:
        return await connect(settings.database, as_guest=True)
    await migrate(database)
    return database
