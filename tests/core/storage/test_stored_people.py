"""A merchant's people, the codes by which they come, strangers, and opened groups."""

import asyncio
from dataclasses import replace

import pytest
from stored_samples import NOW

from core.clock import DAY, HOUR
from core.codes import new_code, read_code, written_code
from core.rights import Role
from core.storage.address import Address
from core.storage.database import Conflict, Database, Statement
from core.storage.guests import TRIES, Guests
from core.storage.invitations import LIFE, Invitation, Invitations
from core.storage.merchants import Member, Merchants
from core.storage.migrate import migrate
from core.storage.staff import Staff
from core.storage.staff_groups import StaffGroups
from core.vault import Vault
from migrations import all_migrations

OWNER = Member("telegram", "1", "m1", Role.OWNER, "", id="p1")
PACKER = Member("telegram", "2", "m1", Role.PACKER, "", id="p2")
HER = Address("telegram", "2")
GROUP = Address.of("telegram", "-5", "2")
INVITED = Invitation("i1", "m1", Role.PACKER, "小王", "p1", NOW + LIFE)
CODE = "7K3P9QXM"


@pytest.fixture
def staff(database: Database, vault: Vault) -> Staff:
    return Staff(database, vault)


@pytest.fixture
def invitations(database: Database, vault: Vault) -> Invitations:
    return Invitations(database, vault)


@pytest.fixture
async def two(database: Database, staff: Staff) -> Staff:
    """An owner and a packer."""
    await database.apply(*staff.welcome(OWNER, "", NOW), *staff.welcome(PACKER, "小王", NOW + 1))
    return staff


# Members.


async def test_a_merchants_people_are_told_the_mightiest_first_and_by_name(two: Staff) -> None:
    found = await two.of("m1")
    assert [(each.id, each.role, each.name) for each in found] == [("p1", Role.OWNER, ""), ("p2", Role.PACKER, "小王")]
    assert await two.of("m2") == []


async def test_names_rest_sealed_and_are_known_to_others_by_a_mask(two: Staff, database: Database) -> None:
    ((label, sealed),) = await database.all("SELECT label, name_sealed FROM members WHERE id = 'p2'")
    assert label == "小*"
    assert "王" not in sealed
    member = await Merchants(database).member("telegram", "2")
    assert member is not None
    assert (member.id, member.label) == ("p2", "小*")


async def test_nobody_is_welcomed_twice(two: Staff, database: Database) -> None:
    with pytest.raises(Conflict):
        await database.apply(*two.welcome(replace(PACKER, id="p9"), "小王", NOW))


async def test_a_person_speaks_for_the_merchant_chosen_last_and_falls_back_when_it_is_gone(
    two: Staff, database: Database
) -> None:
    merchants = Merchants(database)
    there = replace(PACKER, id="p3", merchant="m2", role=Role.VIEWER)
    await database.apply(*two.welcome(there, "", NOW))
    assert [each.id for each in await two.of_person(HER)] == ["p3", "p2"]
    await database.apply(merchants.choose("p2"))
    assert (await _spoken_for(merchants)) == ("m1", Role.PACKER)
    await database.apply(*two.remove("p2", "m1"))
    assert (await _spoken_for(merchants)) == ("m2", Role.VIEWER)


async def test_in_a_group_a_person_speaks_for_the_groups_merchant_whatever_she_chose(
    two: Staff, database: Database
) -> None:
    merchants, groups = Merchants(database), StaffGroups(database)
    await database.apply(*two.welcome(replace(PACKER, id="p3", merchant="m2", role=Role.VIEWER), "", NOW))
    assert await merchants.member(GROUP.channel, GROUP.peer) is None
    await database.apply(groups.open(GROUP, "m1", NOW))
    assert await groups.merchant(GROUP) == "m1"
    member = await merchants.member(GROUP.channel, GROUP.peer)
    assert member is not None
    assert (member.merchant, member.role, member.to) == ("m1", Role.PACKER, GROUP)
    with pytest.raises(Conflict):
        await database.apply(groups.open(GROUP, "m2", NOW))
    await database.apply(groups.close(GROUP, "m1"))
    with pytest.raises(Conflict):
        await database.apply(groups.close(GROUP, "m1"))


class TestTheLastOwner:
    async def test_is_neither_removed_nor_demoted(self, two: Staff, database: Database) -> None:
        for wish in (two.remove("p1", "m1"), two.change_role("p1", "m1", Role.PACKER)):
            with pytest.raises(Conflict):
                await database.apply(*wish)
        await database.apply(*two.change_role("p1", "m1", Role.OWNER))
        await database.apply(*two.change_role("p2", "m1", Role.OWNER), *two.change_role("p1", "m1", Role.VIEWER))
        assert [(each.id, each.role) for each in await two.of("m1")] == [("p2", Role.OWNER), ("p1", Role.VIEWER)]

    async def test_stays_when_two_owners_remove_each_other_at_once(
        self, two: Staff, database: Database, elsewhere: Database
    ) -> None:
        await database.apply(*two.change_role("p2", "m1", Role.OWNER))
        tries = [
            _conflicts(place, *wish)
            for _ in range(4)
            for place, wish in ((database, two.remove("p1", "m1")), (elsewhere, two.remove("p2", "m1")))
        ]
        outcomes = await asyncio.gather(*tries)
        assert outcomes.count(False) == 1
        assert [each.role for each in await two.of("m1")] == [Role.OWNER]


async def test_members_of_another_merchant_are_left_alone(two: Staff, database: Database) -> None:
    for wish in (two.remove("p2", "m2"), two.change_role("p2", "m2", Role.VIEWER)):
        with pytest.raises(Conflict):
            await database.apply(*wish)
    assert len(await two.of("m1")) == 2


async def test_former_members_keep_their_place_when_the_table_is_rebuilt(bare: Database) -> None:
    before = [migration for migration in all_migrations() if migration.number < 7]
    await migrate(bare, before)
    await bare.apply(
        Statement("INSERT INTO merchants VALUES ('m1', 'en', '{}', 1)"),
        Statement("INSERT INTO members VALUES ('telegram', '1', 'm1', 'owner', 5)"),
        Statement("INSERT INTO members VALUES ('telegram', '2', 'm1', 'packer', 6)"),
    )
    await migrate(bare)
    merchants = Merchants(bare)
    assert await merchants.member("telegram", "1") == Member("telegram", "1", "m1", Role.OWNER, "en")
    assert await merchants.member("telegram", "2") == Member("telegram", "2", "m1", Role.PACKER, "en")
    assert [row[0] for row in await bare.all("SELECT id FROM members ORDER BY id")] == ["M1", "M2"]


# Invitations.


@pytest.mark.parametrize("typed", ["7K3P9QXM", " 7k3p-9qxm ", "７Ｋ３Ｐ－９ＱＸＭ", "7K3P 9QXM"])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert read_code(typed) == CODE


def test_characters_that_are_mistaken_for_others_are_read_as_those() -> None:
    assert read_code("oil0-OIL1") == "01100111"


@pytest.mark.parametrize("typed", ["", "7K3P", "7K3P9QXM1", "7K3P9QX!", "打印今天的订单", "7K3P9QXU"])
def test_anything_else_is_no_code(typed: str) -> None:
    assert read_code(typed) == ""


def test_codes_are_of_one_form_and_none_is_like_another() -> None:
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(read_code(written_code(code)) == code for code in codes)


async def test_an_invitation_is_found_by_its_whole_code_until_it_is_too_old(
    invitations: Invitations, database: Database
) -> None:
    await database.apply(*invitations.open(INVITED, CODE, NOW))
    assert await invitations.find(CODE, NOW) == INVITED
    assert await invitations.find("7K3P9QXN", NOW) is None
    assert await invitations.find(CODE, NOW + LIFE - 1) == INVITED
    assert await invitations.find(CODE, NOW + LIFE) is None


async def test_the_code_and_the_name_rest_sealed(invitations: Invitations, database: Database) -> None:
    await database.apply(*invitations.open(INVITED, CODE, NOW))
    ((row,),) = [await database.all("SELECT * FROM invitations")]
    assert CODE not in str(row)
    assert "王" not in str(row)


async def test_a_code_lets_one_person_in(invitations: Invitations, database: Database, elsewhere: Database) -> None:
    await database.apply(*invitations.open(INVITED, CODE, NOW))
    uses = [_conflicts(place, invitations.used("i1", f"p{n}")) for n, place in enumerate((database, elsewhere) * 3)]
    assert sorted(await asyncio.gather(*uses)) == [False] + [True] * 5
    found = await invitations.find(CODE, NOW)
    assert found is not None
    assert found.member is not None
    assert await invitations.of("m1", NOW) == []


async def test_an_invitation_is_taken_back_by_its_own_merchant_alone(
    invitations: Invitations, database: Database
) -> None:
    await database.apply(*invitations.open(INVITED, CODE, NOW))
    assert await _conflicts(database, invitations.withdraw("i1", "m2"))
    assert await invitations.of("m1", NOW) == [INVITED]
    await database.apply(invitations.withdraw("i1", "m1"))
    assert await invitations.find(CODE, NOW) is None


async def test_who_may_invite_no_longer_has_invited_nobody(invitations: Invitations, database: Database) -> None:
    used = replace(INVITED, id="i2")
    await database.apply(*invitations.open(INVITED, CODE, NOW), *invitations.open(used, "ABCDEFGH", NOW))
    await database.apply(invitations.used("i2", "p2"), invitations.withdraw_all_of("p1"))
    assert await invitations.find(CODE, NOW) is None
    assert (await invitations.find("ABCDEFGH", NOW)) == replace(used, member="p2")


async def test_long_expired_invitations_are_forgotten(invitations: Invitations, database: Database) -> None:
    await database.apply(*invitations.open(INVITED, CODE, NOW))
    later = NOW + 3 * DAY
    await database.apply(*invitations.open(replace(INVITED, id="i2", expires_at=later + LIFE), "ABCDEFGH", later))
    assert [row[0] for row in await database.all("SELECT id FROM invitations")] == ["i2"]


# Strangers.


async def test_a_stranger_is_answered_once_a_day(database: Database) -> None:
    guests = Guests(database)
    assert await guests.is_to_be_told(HER, NOW)
    await database.apply(*guests.told(HER, NOW))
    assert not await guests.is_to_be_told(HER, NOW + DAY - 1)
    assert await guests.is_to_be_told(HER, NOW + DAY)
    assert await guests.is_to_be_told(OWNER.to, NOW)


async def test_so_many_codes_may_be_tried_an_hour_also_at_once(database: Database, elsewhere: Database) -> None:
    guests = Guests(database)
    tries = [_conflicts(place, *guests.tries(HER, NOW)) for place in (database, elsewhere) * TRIES]
    assert sorted(await asyncio.gather(*tries)) == [False] * TRIES + [True] * TRIES
    assert await _conflicts(database, *guests.tries(HER, NOW + HOUR - 1))
    assert not await _conflicts(database, *guests.tries(HER, NOW + HOUR))
    assert not await _conflicts(database, *guests.tries(OWNER.to, NOW))


async def test_strangers_who_stayed_away_are_forgotten(database: Database) -> None:
    guests = Guests(database)
    await database.apply(*guests.told(HER, NOW))
    await database.apply(*guests.told(OWNER.to, NOW + 31 * DAY))
    assert [row[0] for row in await database.all("SELECT peer FROM guests")] == ["1"]


async def _spoken_for(merchants: Merchants) -> tuple[str, Role]:
    member = await merchants.member("telegram", "2")
    assert member is not None
    return member.merchant, member.role


async def _conflicts(database: Database, *statements: Statement) -> bool:
    try:
        await database.apply(*statements)
    except Conflict:
        return True
    return False
