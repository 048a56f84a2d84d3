"""Merchants, their members and their courier accounts."""

from dataclasses import replace

import pytest
from stored_samples import SENDER, ZTO

from core.rights import Role
from core.storage.accounts import Accounts, CourierAccount
from core.storage.database import Conflict, Database
from core.storage.merchants import Member, Merchants
from core.vault import Vault

YTO = CourierAccount("a2", "m1", "YTO", "K21", {"key": "yto-secret"}, SENDER, is_default=False)
SOMEBODY_ELSES = CourierAccount("a3", "m2", "ZTO", "8866", {"password": "other"}, SENDER, is_default=True)


@pytest.fixture
async def accounts(database: Database, vault: Vault) -> Accounts:
    """YTO was bound first, then ZTO as the default; another merchant has a ZTO account of the same name."""
    accounts = Accounts(database, vault)
    for moment, account in enumerate((YTO, ZTO, SOMEBODY_ELSES)):
        await database.apply(*accounts.bind(account, moment))
    return accounts


async def test_a_chat_speaks_for_the_merchant_it_joined_last(database: Database) -> None:
    merchants = Merchants(database)
    assert await merchants.member("telegram", "101") is None
    await database.apply(merchants.join(Member("telegram", "101", "m1", Role.OWNER, "zh"), 1))
    await database.apply(merchants.join(Member("telegram", "101", "m2", Role.PACKER, "zh"), 2))
    assert await merchants.member("telegram", "101") == Member("telegram", "101", "m2", Role.PACKER, "en")


async def test_a_member_is_spoken_to_in_the_merchants_language_until_she_chooses_her_own(database: Database) -> None:
    merchants = Merchants(database)
    first, second = (Member("telegram", peer, "m2", Role.OWNER, "en", id=f"p{peer}") for peer in ("101", "102"))
    await database.apply(merchants.join(first, 1), merchants.join(second, 1), merchants.speak("p101", "zh"))
    assert await merchants.member("telegram", "101") == replace(first, language="zh")
    assert await merchants.member("telegram", "102") == second
    with pytest.raises(Conflict):
        await database.apply(merchants.speak("p103", "en"))


async def test_accounts_are_told_default_first_and_by_merchant(accounts: Accounts) -> None:
    assert await accounts.of("m1") == [ZTO, YTO]
    assert await accounts.of("m2") == [SOMEBODY_ELSES]
    assert await accounts.get("a2") == YTO
    assert await accounts.get("a9") is None


async def test_an_account_is_known_by_the_name_its_merchant_gave_it(accounts: Accounts) -> None:
    assert await accounts.known("m1", "ZTO", "8866") == ZTO
    assert await accounts.known("m1", "ZTO", "K21") is None


async def test_an_account_bound_again_gets_the_new_credentials(accounts: Accounts, database: Database) -> None:
    again = replace(ZTO, credentials={"password": "changed"}, sender=replace(SENDER, address="文二西路 2 号"))
    await database.apply(*accounts.bind(again, 9))
    assert await accounts.of("m1") == [again, YTO]


async def test_a_merchant_has_one_default_account(accounts: Accounts, database: Database) -> None:
    await database.apply(*accounts.bind(replace(YTO, is_default=True), 9))
    assert await accounts.of("m1") == [replace(YTO, is_default=True), replace(ZTO, is_default=False)]
    await database.apply(*accounts.bind(ZTO, 9))
    assert await accounts.of("m1") == [ZTO, YTO]
    assert await accounts.of("m2") == [SOMEBODY_ELSES]
