"""What came in, where a conversation stands, what it waits for, and what must be told."""

import asyncio

import pytest
from stored_samples import CHAT, NOW, OTHER_CHAT

from core.rights import Role
from core.storage.address import Address
from core.storage.chats import Chats
from core.storage.conversations import Conversations, Effect, Effects, Visits
from core.storage.database import Conflict, Database, Statement
from core.storage.inbox import Inbox, Received
from core.storage.merchants import Member, Merchants
from core.storage.outbox import Letter, Outbox
from core.vault import Vault

LEASE = 30_000


@pytest.fixture
def inbox(vault: Vault) -> Inbox:
    return Inbox(vault)


@pytest.fixture
def chats(database: Database, vault: Vault) -> Chats:
    return Chats(database, vault)


@pytest.fixture
def outbox(database: Database, vault: Vault) -> Outbox:
    return Outbox(database, vault)


@pytest.fixture
def effects(database: Database) -> Effects:
    return Effects(database)


async def _conflicts(database: Database, *statements: Statement) -> bool:
    try:
        await database.apply(*statements)
    except Conflict:
        return True
    return False


async def _waiting(chats: Chats, to: Address = CHAT) -> Received | None:
    return next((each.received for each in await chats.waiting(100) if each.to == to), None)


async def _due(outbox: Outbox, now: int = NOW) -> list[str]:
    return [letter.body for letter in await outbox.due(now, "telegram", 100)]


async def _first(outbox: Outbox, now: int = NOW) -> Letter:
    return (await outbox.due(now, "telegram", 100))[0]


# The inbox.


async def test_a_message_delivered_again_is_taken_once(inbox: Inbox, chats: Chats, database: Database) -> None:
    await asyncio.gather(*(database.apply(inbox.receive(CHAT, "u1", "hello", NOW)) for _ in range(10)))
    received = await _waiting(chats)
    assert received is not None
    await database.apply(inbox.done(received.id, NOW))
    await database.apply(inbox.receive(CHAT, "u1", "hello", NOW))
    assert await _waiting(chats) is None


async def test_a_chats_messages_are_taken_in_the_order_they_came(
    inbox: Inbox, chats: Chats, database: Database
) -> None:
    for uid, body in (("u2", "first"), ("u1", "second"), ("u3", "third")):
        await database.apply(inbox.receive(CHAT, uid, body, NOW))
    await database.apply(inbox.receive(OTHER_CHAT, "u4", "elsewhere", NOW))
    assert [(each.to, each.messages) for each in await chats.waiting(100)] == [(CHAT, 3), (OTHER_CHAT, 1)]
    assert [each.to for each in await chats.waiting(1)] == [CHAT], "who waits longest comes first"
    taken = []
    while received := await _waiting(chats):
        taken.append(received.body)
        await database.apply(inbox.done(received.id, NOW))
    assert taken == ["first", "second", "third"]
    assert [each.to for each in await chats.waiting(100)] == [OTHER_CHAT]


async def test_the_same_uid_of_another_channel_is_another_message(
    inbox: Inbox, chats: Chats, database: Database
) -> None:
    wecom = type(CHAT)("wecom", "101")
    await database.apply(inbox.receive(CHAT, "u1", "here", NOW), inbox.receive(wecom, "u1", "there", NOW))
    received = await _waiting(chats, wecom)
    assert received is not None
    assert received.body == "there"


async def test_a_turn_over_a_message_happens_once_and_wipes_what_was_said(
    inbox: Inbox, chats: Chats, database: Database
) -> None:
    await database.apply(inbox.receive(CHAT, "u1", "my password", NOW))
    received = await _waiting(chats)
    assert received is not None
    turns = [_conflicts(database, inbox.done(received.id, NOW + 1)) for _ in range(5)]
    assert sorted(await asyncio.gather(*turns)) == [False] + [True] * 4
    rows = await database.all("SELECT body_sealed, done_at FROM inbox")
    assert [tuple(row) for row in rows] == [("", NOW + 1)]
    assert await _waiting(chats) is None


async def test_a_turn_begins_with_all_that_is_known_of_the_chat(
    inbox: Inbox, chats: Chats, outbox: Outbox, database: Database, vault: Vault
) -> None:
    await database.apply(inbox.receive(CHAT, "u1", "hello", NOW))
    (stranger,) = await chats.waiting(100)
    assert (stranger.member, stranger.version, stranger.state, stranger.buttons) == (None, 0, None, "[]")
    merchants, conversations = Merchants(database), Conversations(database, vault)
    member = Member(CHAT.channel, CHAT.peer, "m2", Role.PACKER, "en")
    await database.apply(
        merchants.join(member, NOW), conversations.save(CHAT, 0, "asked", NOW), outbox.offer(CHAT, '["a"]')
    )
    (known,) = await chats.waiting(100)
    assert (known.member, known.version, known.state, known.buttons) == (member, 1, "asked", '["a"]')


async def test_a_newcomer_is_met_once(database: Database) -> None:
    merchants = Merchants(database)
    first, second = (Member(CHAT.channel, CHAT.peer, merchant, Role.OWNER, "zh") for merchant in ("m1", "m2"))
    await database.apply(merchants.meet(first, NOW))
    assert await _conflicts(database, merchants.meet(second, NOW))
    assert await merchants.member(CHAT.channel, CHAT.peer) == first


# Conversations.


async def test_a_conversation_is_replaced_only_by_who_saw_its_last_version(database: Database, vault: Vault) -> None:
    conversations = Conversations(database, vault)
    assert await conversations.load(CHAT) == (0, None)
    await database.apply(conversations.save(CHAT, 0, "asked", NOW))
    await database.apply(conversations.save(CHAT, 1, "answered", NOW))
    assert await conversations.load(CHAT) == (2, "answered")
    for seen in (0, 1, 3):
        assert await _conflicts(database, conversations.save(CHAT, seen, "late", NOW))
    assert await conversations.load(CHAT) == (2, "answered")
    assert await conversations.load(OTHER_CHAT) == (0, None)


@pytest.mark.parametrize("seen", [0, 1])
async def test_of_two_turns_at_once_one_counts(
    database: Database, elsewhere: Database, vault: Vault, seen: int
) -> None:
    conversations = Conversations(database, vault)
    for version in range(seen):
        await database.apply(conversations.save(CHAT, version, "before", NOW))
    turns = (_conflicts(where, conversations.save(CHAT, seen, "after", NOW)) for where in (database, elsewhere))
    assert sorted(await asyncio.gather(*turns)) == [False, True]
    assert await conversations.load(CHAT) == (seen + 1, "after")


# Effects.


async def test_work_is_taken_oldest_first_and_by_one_owner(
    effects: Effects, database: Database, elsewhere: Database
) -> None:
    work = [Effect(f"e{n}", CHAT, "verify") for n in (1, 2, 3)]
    for effect in work:
        await database.apply(effects.add(effect, NOW))
    assert await effects.claim("one", NOW, LEASE) == work[0]
    there = Effects(elsewhere)
    claimed = await asyncio.gather(*((effects, there)[n % 2].claim(f"{n}", NOW, LEASE) for n in range(4)))
    assert sorted(effect.id for effect in claimed if effect) == ["e2", "e3"]
    assert await effects.count() == 3


async def test_work_whose_lease_ran_out_is_taken_over_and_finished_once(effects: Effects, database: Database) -> None:
    await database.apply(effects.add(Effect("e1", CHAT, "verify"), NOW))
    await effects.claim("one", NOW, LEASE)
    await database.apply(effects.hold("e1", "one", NOW + 2 * LEASE))
    assert await effects.claim("two", NOW + LEASE, LEASE) is None
    assert await effects.claim("two", NOW + 2 * LEASE, LEASE) == Effect("e1", CHAT, "verify")
    assert await _conflicts(database, effects.hold("e1", "one", NOW + 9 * LEASE))
    assert await _conflicts(database, effects.done("e1", "one"))
    await database.apply(effects.done("e1", "two"))
    assert await _conflicts(database, effects.done("e1", "two"))
    assert await effects.count() == 0


async def test_work_of_a_process_that_is_gone_is_due_at_once_when_all_is_let_go(
    effects: Effects, database: Database
) -> None:
    await database.apply(effects.add(Effect("e1", CHAT, "verify"), NOW))
    await effects.claim("one", NOW, LEASE)
    await database.apply(effects.let_all_go())
    assert await _conflicts(database, effects.done("e1", "one"))
    assert await effects.claim("two", NOW, LEASE) == Effect("e1", CHAT, "verify")


# Visits.


async def test_a_link_is_good_for_one_return(database: Database, elsewhere: Database) -> None:
    visits = Visits(database)
    await database.apply(visits.expect("state", CHAT, NOW + 1))
    assert await visits.whose("state", NOW) == CHAT
    returns = (_conflicts(where, visits.returned("state")) for where in (database, elsewhere))
    assert sorted(await asyncio.gather(*returns)) == [False, True]
    assert await visits.whose("state", NOW) is None


async def test_a_link_is_good_until_its_time_and_longer_when_sent_again(database: Database) -> None:
    visits = Visits(database)
    await database.apply(visits.expect("state", CHAT, NOW + 1))
    assert await visits.whose("state", NOW + 1) is None
    assert await visits.whose("unknown", NOW) is None
    await database.apply(visits.expect("state", OTHER_CHAT, NOW + 5))
    assert await visits.whose("state", NOW + 4) == CHAT, "a link never changes hands"


# The outbox.


async def test_each_chat_is_told_its_messages_one_after_the_other(outbox: Outbox, database: Database) -> None:
    await database.apply(outbox.add(CHAT, "1", NOW), outbox.add(CHAT, "2", NOW), outbox.add(OTHER_CHAT, "a", NOW))
    assert [(letter.body, letter.has_next) for letter in await outbox.due(NOW, "telegram", 100)] == [
        ("1", True),
        ("a", False),
    ]
    await database.apply(*outbox.sent(await _first(outbox), "77", NOW))
    assert sorted(await _due(outbox)) == ["2", "a"]
    assert [letter.body for letter in await outbox.due(NOW, "telegram", limit=1)] == ["2"]


async def test_a_letter_is_taken_by_one_sender_until_the_lease_ends(
    outbox: Outbox, database: Database, elsewhere: Database
) -> None:
    await database.apply(outbox.add(CHAT, "1", NOW), outbox.add(CHAT, "2", NOW))
    letter = await _first(outbox)
    assert (letter.attempts, letter.is_in_doubt) == (0, False)
    takes = (_conflicts(where, outbox.take(letter, "me", NOW, NOW + LEASE)) for where in (database, elsewhere))
    assert sorted(await asyncio.gather(*takes)) == [False, True]
    assert await _due(outbox, NOW + LEASE - 1) == [], "the second waits for the first"
    again = await _first(outbox, NOW + LEASE)
    assert (again.body, again.attempts, again.is_in_doubt) == ("1", 0, True)


@pytest.mark.parametrize("in_doubt", [True, False])
async def test_a_letter_that_was_not_told_is_due_again_later_before_all_behind_it(
    outbox: Outbox, database: Database, *, in_doubt: bool
) -> None:
    await database.apply(outbox.add(CHAT, "1", NOW), outbox.add(CHAT, "2", NOW))
    letter = await _first(outbox)
    await database.apply(outbox.take(letter, "me", NOW, NOW + LEASE))
    await database.apply(outbox.retry(letter, NOW + 500, in_doubt=in_doubt))
    assert await _due(outbox, NOW + 499) == []
    again = await _first(outbox, NOW + 500)
    assert (again.body, again.attempts, again.is_in_doubt) == ("1", 1, in_doubt)


async def test_the_letters_of_a_process_that_is_gone_are_due_at_once_when_all_is_let_go(
    outbox: Outbox, database: Database
) -> None:
    await database.apply(outbox.add(CHAT, "1", NOW))
    await database.apply(outbox.take(await _first(outbox), "gone", NOW, NOW + LEASE))
    await database.apply(outbox.let_all_go())
    letter = await _first(outbox)
    assert (letter.body, letter.is_in_doubt) == ("1", True)


async def test_a_card_remembers_the_message_that_shows_it(outbox: Outbox, database: Database) -> None:
    assert await outbox.card(CHAT, "progress") is None
    for body, message in (("1 of 2", "77"), ("2 of 2", "78")):
        await database.apply(outbox.add(CHAT, body, NOW, card="progress"))
        await database.apply(*outbox.sent(await _first(outbox), message, NOW))
    assert await outbox.card(CHAT, "progress") == "78"
    assert await outbox.card(OTHER_CHAT, "progress") is None


async def test_the_newest_version_of_a_card_is_found_behind_an_older_one(outbox: Outbox, database: Database) -> None:
    await database.apply(outbox.add(CHAT, "1 of 3", NOW, card="progress"), outbox.add(CHAT, "hello", NOW))
    await database.apply(outbox.add(OTHER_CHAT, "1 of 9", NOW, card="progress"))
    letter = await _first(outbox)
    assert await outbox.newest(letter) is None
    await database.apply(*(outbox.add(CHAT, f"{n} of 3", NOW, card="progress") for n in (2, 3)))
    newest = await outbox.newest(letter)
    assert newest is not None
    assert newest.body == "3 of 3"
    await database.apply(*outbox.dropped(letter))
    hello = await _first(outbox)
    assert hello.body == "hello"
    assert await outbox.newest(hello) is None


async def test_the_buttons_shown_last_are_remembered_by_chat(
    inbox: Inbox, chats: Chats, outbox: Outbox, database: Database
) -> None:
    await database.apply(*(inbox.receive(to, to.peer, "hello", NOW) for to in (CHAT, OTHER_CHAT)))
    await database.apply(outbox.offer(CHAT, '["a"]'))
    await database.apply(outbox.offer(CHAT, '["b"]'), outbox.offer(OTHER_CHAT, '["c"]'))
    assert [each.buttons for each in await chats.waiting(100)] == ['["b"]', '["c"]']


async def test_a_letter_set_aside_is_kept_for_its_own_chat_and_lets_the_next_pass(
    outbox: Outbox, database: Database
) -> None:
    await database.apply(outbox.add(CHAT, "labels", NOW), outbox.add(CHAT, "next", NOW))
    letter = await _first(outbox)
    await database.apply(*outbox.set_aside(letter, NOW))
    await database.apply(*outbox.set_aside(letter, NOW))
    assert await _due(outbox) == ["next"]
    assert await outbox.doubtful(CHAT, letter.id) == "labels"
    assert await outbox.doubtful(OTHER_CHAT, letter.id) is None
