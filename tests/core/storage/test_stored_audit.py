"""The log of who did what: whole, in the commit of the act, and found out when other hands were at it."""

import asyncio
from dataclasses import replace

import pytest

from bot.sandbox.clock import WorldClock
from core.errors import Forbidden
from core.rights import Right, Role
from core.storage import chain_check
from core.storage.audit import HOUSE, Audit, Change, Deed, Note, Outcome
from core.storage.chain_check import Flaw
from core.storage.database import Conflict, Database, guarded, run
from core.storage.merchants import Member, Merchants
from core.storage.repositories import Repositories
from core.vault import Vault

PRINTING = Deed("m1", "p1", "小*", Role.PACKER, "telegram", "print_orders/start", Right.PRINT)
OTHERS = replace(PRINTING, merchant="m2", member="p9")
SPEAK_GERMAN = "UPDATE merchants SET language = 'de' WHERE id = 'm1'"


@pytest.fixture
def audit(database: Database, vault: Vault, clock: WorldClock) -> Audit:
    return Audit(database, vault, clock)


@pytest.fixture
async def chain(audit: Audit) -> Audit:
    """Nine entries of one merchant, one of another."""
    for n in range(9):
        await audit.commit([Note(PRINTING, Change(f"batch {n}", "", str(n)))])
    await audit.commit([Note(OTHERS)])
    return audit


async def test_entries_tell_who_where_what_and_what_it_was(audit: Audit, clock: WorldClock) -> None:
    note = Note(PRINTING, Change("7612…9036", "printed", "voided"), Outcome.REFUSED)
    await audit.commit([note])
    ((entry, _),) = await audit.entries("m1")
    assert (entry.seq, entry.at) == (1, clock.now())
    assert (entry.member, entry.label, entry.role, entry.place) == ("p1", "小*", "packer", "telegram")
    assert (entry.action, entry.outcome) == ("print_orders/start", "refused")
    assert (entry.subject, entry.before, entry.after) == ("7612…9036", "printed", "voided")


async def test_a_chain_nobody_touched_is_whole(chain: Audit) -> None:
    assert await chain_check.flaws(chain) == []
    assert await chain.chains() == [HOUSE, "m1", "m2"]


@pytest.mark.parametrize(
    ("sabotage", "expected"),
    [
        ("UPDATE audit SET after = '99' WHERE merchant = 'm1' AND seq = 4", Flaw("m1", 4, "changed or put in")),
        ("UPDATE audit SET at = at + 1 WHERE merchant = 'm1' AND seq = 1", Flaw("m1", 1, "changed or put in")),
        ("UPDATE audit SET hash = 'x' WHERE merchant = 'm1' AND seq = 9", Flaw("m1", 9, "changed or put in")),
        ("DELETE FROM audit WHERE merchant = 'm1' AND seq = 5", Flaw("m1", 5, "removed")),
        ("DELETE FROM audit WHERE merchant = 'm1' AND seq = 1", Flaw("m1", 1, "removed")),
        ("DELETE FROM audit WHERE merchant = 'm1' AND seq = 9", Flaw("m1", 8, "the end is missing or put in")),
        ("DELETE FROM audit WHERE merchant = 'm1'", Flaw("m1", 0, "the end is missing or put in")),
        ("DELETE FROM audit_heads WHERE merchant = 'm1'", Flaw("m1", 0, "no head")),
        ("UPDATE audit_heads SET mark = 'x' WHERE merchant = 'm1'", Flaw("m1", 9, "head changed")),
        (
            (
                "INSERT INTO audit SELECT merchant, 10, at, member, label, role, place, action, outcome, subject,"
                " before, after, hash FROM audit WHERE merchant = 'm1' AND seq = 9"
            ),
            Flaw("m1", 10, "changed or put in"),
        ),
    ],
)
async def test_whatever_other_hands_do_is_found(
    chain: Audit, database: Database, sabotage: str, expected: Flaw
) -> None:
    await database.apply(guarded(sabotage))
    assert expected in await chain_check.flaws(chain)
    assert all(flaw.merchant == "m1" for flaw in await chain_check.flaws(chain))


async def test_an_end_that_was_cut_off_together_with_the_head_is_found(chain: Audit, database: Database) -> None:
    await database.apply(
        run("DELETE FROM audit WHERE merchant = 'm1' AND seq = 9"),
        run(
            "UPDATE audit_heads SET seq = 8, hash = (SELECT hash FROM audit WHERE merchant = 'm1' AND seq = 8)"
            " WHERE merchant = 'm1'"
        ),
    )
    assert await chain_check.flaws(chain) == [Flaw("m1", 8, "head changed")]


async def test_a_log_that_was_removed_whole_is_missed(chain: Audit, database: Database) -> None:
    await database.apply(
        run("DELETE FROM audit WHERE merchant = 'm1'"), run("DELETE FROM audit_heads WHERE merchant = 'm1'")
    )
    assert await chain_check.flaws(chain) == [Flaw("m1", 0, "whole log removed")]


async def test_entries_swapped_between_merchants_are_found(chain: Audit, database: Database) -> None:
    await database.apply(
        run("DELETE FROM audit WHERE merchant = 'm2'"),
        run("UPDATE audit SET merchant = 'm2' WHERE merchant = 'm1' AND seq = 1"),
    )
    assert {flaw.merchant for flaw in await chain_check.flaws(chain)} == {"m1", "m2"}


async def test_whoever_lacks_the_vaults_key_cannot_make_an_entry(chain: Audit, database: Database) -> None:
    forger = Audit(database, Vault({"forged": bytes(32)}), WorldClock())
    found = await chain_check.flaws(forger)
    assert {(flaw.merchant, flaw.what) for flaw in found} == {(name, "no head") for name in (HOUSE, "m1", "m2")}


async def test_many_at_once_are_written_one_after_the_other(
    audit: Audit, elsewhere: Database, vault: Vault, clock: WorldClock
) -> None:
    other = Audit(elsewhere, vault, clock)
    await asyncio.gather(*((audit, other)[n % 2].commit([Note(PRINTING, Change(str(n)))]) for n in range(12)))
    entries = await audit.entries("m1")
    assert [entry.seq for entry, _ in entries] == list(range(1, 13))
    assert {entry.subject for entry, _ in entries} == {str(n) for n in range(12)}
    assert await chain_check.flaws(audit) == []


async def test_long_logs_are_read_page_by_page(audit: Audit) -> None:
    await audit.commit([Note(PRINTING, Change(str(n))) for n in range(1_100)])
    first = await audit.entries("m1")
    rest = await audit.entries("m1", after=first[-1][0].seq)
    assert (len(first), len(rest)) == (1_000, 100)
    assert await chain_check.flaws(audit) == []


class TestInTheCommitOfTheAct:
    async def test_an_act_that_fails_leaves_no_entry(self, audit: Audit, database: Database) -> None:
        with pytest.raises(Conflict):
            await audit.commit([Note(PRINTING)], guarded("UPDATE merchants SET language = 'de' WHERE id = 'm9'"))
        assert await audit.entries("m1") == []
        assert await database.all("SELECT language FROM merchants WHERE id = 'm1'") == [("zh",)]

    async def test_an_act_and_its_entry_happen_together(self, audit: Audit, database: Database) -> None:
        await audit.commit([Note(PRINTING)], guarded(SPEAK_GERMAN))
        assert await database.all("SELECT language FROM merchants WHERE id = 'm1'") == [("de",)]
        assert len(await audit.entries("m1")) == 1

    async def test_without_anything_to_say_it_is_a_plain_commit(self, audit: Audit, database: Database) -> None:
        await audit.commit([], run(SPEAK_GERMAN))
        assert await database.all("SELECT language FROM merchants WHERE id = 'm1'") == [("de",)]
        assert await audit.chains() == []


class TestSigned:
    """What somebody commits with her own hands."""

    @pytest.fixture
    async def kept(self, database: Database, vault: Vault, clock: WorldClock) -> Repositories:
        """The packer's own repositories, while she is a packer."""
        member = Member("telegram", "2", "m1", Role.PACKER, "zh", id="p1")
        await database.apply(Merchants(database).join(member, 1))
        return Repositories(database, vault, clock).signed(PRINTING)

    async def test_is_noted_with_what_it_was(self, kept: Repositories) -> None:
        await kept.change(Change("language", "zh", "de"), guarded(SPEAK_GERMAN))
        ((entry, _),) = await kept.audit.entries("m1")
        assert (entry.member, entry.subject, entry.before, entry.after) == ("p1", "language", "zh", "de")

    async def test_is_noted_also_by_who_says_nothing_of_it(self, kept: Repositories) -> None:
        assert await kept.database.apply(run(f"{SPEAK_GERMAN} RETURNING id")) == [[("m1",)]]
        ((entry, _),) = await kept.audit.entries("m1")
        assert entry.action == "print_orders/start"

    async def test_what_the_program_only_carries_is_not_noted(self, kept: Repositories) -> None:
        await kept.database.apply(run("DELETE FROM inbox"), run("UPDATE orders SET status = 'x'"))
        assert await kept.audit.entries("m1") == []

    @pytest.mark.parametrize(
        "lose",
        [
            "DELETE FROM members WHERE id = 'p1'",
            "UPDATE members SET role = 'viewer' WHERE id = 'p1'",
        ],
    )
    async def test_counts_only_while_the_right_is_there(
        self, kept: Repositories, database: Database, lose: str
    ) -> None:
        await database.apply(guarded(lose))
        with pytest.raises(Forbidden):
            await kept.database.apply(guarded(SPEAK_GERMAN))
        assert await database.all("SELECT language FROM merchants WHERE id = 'm1'") == [("zh",)]
        assert await kept.audit.entries("m1") == []

    async def test_a_conflict_of_the_act_itself_stays_one(self, kept: Repositories) -> None:
        with pytest.raises(Conflict):
            await kept.database.apply(guarded("UPDATE merchants SET language = 'de' WHERE id = 'm9'"))

    async def test_unsigned_repositories_commit_without_a_word(
        self, database: Database, vault: Vault, clock: WorldClock
    ) -> None:
        kept: Repositories = Repositories(database, vault, clock)
        await kept.change(Change("language"), guarded(SPEAK_GERMAN))
        assert await kept.audit.chains() == []
