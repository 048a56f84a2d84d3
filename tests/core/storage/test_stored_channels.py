"""What the channels keep: tokens, contacts, links; and what the sender asks of the outbox on their behalf."""

import pytest
from stored_samples import CHAT, NOW, OTHER_CHAT

from core.clock import DAY, MINUTE
from core.storage.chats import Chats
from core.storage.contacts import Contact, Contacts
from core.storage.conversations import Effect, Effects
from core.storage.database import Conflict, Database
from core.storage.inbox import Inbox
from core.storage.links import Downloads, Form, Forms
from core.storage.outbox import Letter, Outbox
from core.storage.tokens import AccessTokens
from core.vault import Vault

LATER = NOW + 5 * MINUTE
LEASE = NOW + MINUTE


@pytest.fixture
def outbox(database: Database, vault: Vault) -> Outbox:
    return Outbox(database, vault)


async def _first(outbox: Outbox) -> Letter:
    (letter,) = await outbox.due(NOW, "telegram", 1)
    return letter


class TestAccessTokens:
    @pytest.fixture
    def tokens(self, database: Database, vault: Vault) -> AccessTokens:
        return AccessTokens(database, vault)

    async def test_one_is_good_until_its_time(self, tokens: AccessTokens, database: Database) -> None:
        assert await tokens.get("wecom", NOW) == ""
        await database.apply(tokens.keep("wecom", "first", LATER), tokens.keep("another", "other", LATER))
        assert await tokens.get("wecom", LATER - 1) == "first"
        assert await tokens.get("wecom", LATER) == ""

    async def test_a_new_one_replaces_it_and_neither_can_be_read(
        self, tokens: AccessTokens, database: Database
    ) -> None:
        for each in ("first-secret", "second-secret"):
            await database.apply(tokens.keep("wecom", each, LATER))
        ((sealed,),) = await database.all("SELECT token_sealed FROM access_tokens")
        assert await tokens.get("wecom", NOW) == "second-secret"
        assert "secret" not in sealed


class TestContacts:
    @pytest.fixture
    def contacts(self, database: Database) -> Contacts:
        return Contacts(database)

    async def test_a_stranger(self, contacts: Contacts) -> None:
        assert await contacts.of(CHAT) == Contact()
        assert await contacts.pushes(CHAT, 0) == []

    async def test_words_and_taps_are_told_apart(self, contacts: Contacts, database: Database) -> None:
        await database.apply(contacts.spoke(CHAT, NOW))
        await database.apply(contacts.acted(CHAT, NOW + 1))
        known = await contacts.of(CHAT)
        assert (known.spoke_at, known.acted_at) == (NOW, NOW + 1)
        assert known.spoke_mark < known.acted_mark
        assert await contacts.of(OTHER_CHAT) == Contact()

    async def test_pushes_are_counted_from_a_mark(self, contacts: Contacts, database: Database) -> None:
        await database.apply(*contacts.pushed(CHAT, NOW))
        await database.apply(contacts.spoke(CHAT, NOW))
        mark = (await contacts.of(CHAT)).spoke_mark
        assert await contacts.pushed_since(CHAT, mark) == 0, "the same millisecond, but before the words"
        await database.apply(*contacts.pushed(CHAT, NOW), *contacts.pushed(OTHER_CHAT, NOW))
        assert await contacts.pushed_since(CHAT, mark) == 1

    async def test_pushes_of_a_span_and_no_older_than_three_days(self, contacts: Contacts, database: Database) -> None:
        for moment in (NOW - 4 * DAY, NOW - MINUTE, NOW):
            await database.apply(*contacts.pushed(CHAT, moment))
        assert await contacts.pushes(CHAT, NOW - MINUTE + 1) == [NOW]
        assert await contacts.pushes(CHAT, 0) == [NOW - MINUTE, NOW]

    async def test_somebody_we_asked_to_write_has_written(self, contacts: Contacts, database: Database) -> None:
        await database.apply(contacts.knocked(CHAT, NOW))
        with pytest.raises(Conflict):
            await database.apply(contacts.knocked(CHAT, NOW + 1))
        await database.apply(contacts.acted(CHAT, LATER))
        await database.apply(contacts.knocked(CHAT, NOW + 2))
        await database.apply(contacts.not_knocked(CHAT))
        await database.apply(contacts.knocked(CHAT, NOW + 3))

    async def test_somebody_who_cannot_be_reached(self, contacts: Contacts, database: Database) -> None:
        await database.apply(contacts.spoke(CHAT, NOW))
        await database.apply(contacts.acted(CHAT, NOW))
        await database.apply(contacts.cannot_be_reached(CHAT))
        known = await contacts.of(CHAT)
        assert (known.spoke_at, known.acted_at) == (0, 0)


class TestForms:
    @pytest.fixture
    def forms(self, database: Database) -> Forms:
        return Forms(database)

    async def test_one_is_open_until_its_time_and_known_a_day_longer(self, forms: Forms, database: Database) -> None:
        await database.apply(*forms.expect("t1", CHAT, "zto.password", LATER))
        assert await forms.find("t1", LATER - 1) == Form("t1", CHAT, "zto.password", is_open=True)
        assert await forms.find("t1", LATER) == Form("t1", CHAT, "zto.password", is_open=False)
        await database.apply(*forms.expect("t2", CHAT, "zto.password", LATER + DAY + 1))
        assert await forms.find("t1", LATER) is None

    async def test_asked_again_it_is_open_longer(self, forms: Forms, database: Database) -> None:
        for until in (LATER, LATER + MINUTE):
            await database.apply(*forms.expect("t1", CHAT, "zto.password", until))
        form = await forms.find("t1", LATER)
        assert form is not None
        assert form.is_open

    async def test_it_is_filled_once(self, forms: Forms, database: Database) -> None:
        await database.apply(*forms.expect("t1", CHAT, "zto.password", LATER))
        await database.apply(forms.filled("t1"))
        assert await forms.find("t1", NOW) is None
        with pytest.raises(Conflict):
            await database.apply(forms.filled("t1"))


class TestDownloads:
    @pytest.fixture
    def downloads(self, database: Database, vault: Vault) -> Downloads:
        return Downloads(database, vault)

    async def test_one_is_fetched_until_its_time_and_known_a_day_longer(
        self, downloads: Downloads, database: Database
    ) -> None:
        await database.apply(*downloads.offer("d1", CHAT, '{"kind": "labels"}', LATER))
        found = [await downloads.find("d1", moment) for moment in (LATER - 1, LATER)]
        assert [each and (each.to, each.body, each.is_open) for each in found] == [
            (CHAT, '{"kind": "labels"}', True),
            (CHAT, '{"kind": "labels"}', False),
        ]
        await database.apply(*downloads.offer("d2", CHAT, "{}", LATER + DAY + 1))
        assert await downloads.find("d1", LATER) is None

    async def test_a_newer_link_takes_its_place_once(self, downloads: Downloads, database: Database) -> None:
        await database.apply(*downloads.offer("d1", CHAT, "{}", LATER))
        await database.apply(downloads.replaced("d1"))
        assert await downloads.find("d1", NOW) is None
        with pytest.raises(Conflict):
            await database.apply(downloads.replaced("d1"))


class TestOutbox:
    async def test_what_waits_behind_a_letter(self, outbox: Outbox, database: Database) -> None:
        await database.apply(*(outbox.add(CHAT, body, NOW) for body in "1234"), outbox.add(OTHER_CHAT, "a", NOW))
        first = await _first(outbox)
        assert [each.body for each in await outbox.behind(first, NOW, 2)] == ["2", "3"]
        two, three, _ = await outbox.behind(first, NOW, 100)
        await database.apply(outbox.take(three, "another", NOW, LEASE))
        assert [each.body for each in await outbox.behind(first, NOW, 100)] == [two.body]

    async def test_the_next_of_one_chat(self, outbox: Outbox, database: Database) -> None:
        assert await outbox.first(CHAT, NOW) is None
        await database.apply(outbox.add(CHAT, "1", NOW), outbox.add(CHAT, "2", NOW))
        letter = await outbox.first(CHAT, NOW)
        assert letter is not None
        assert letter.body == "1"
        await database.apply(outbox.take(letter, "another", NOW, LEASE))
        assert await outbox.first(CHAT, NOW) is None, "somebody is sending it"
        assert await outbox.has(CHAT)
        assert not await outbox.has(OTHER_CHAT)

    async def test_each_channel_has_its_own_turn(self, outbox: Outbox, database: Database) -> None:
        await database.apply(outbox.add(CHAT, "1", NOW))
        assert await outbox.due(NOW, "wecom", 100) == []
        assert len(await outbox.due(NOW, "telegram", 100)) == 1

    async def test_what_is_left_of_a_letter_is_due_at_once(self, outbox: Outbox, database: Database) -> None:
        await database.apply(outbox.add(CHAT, "1 and 2", NOW))
        await database.apply(outbox.take(await _first(outbox), "us", NOW, LEASE))
        letter = (await outbox.due(LEASE, "telegram", 1))[0]
        await database.apply(outbox.shorten(letter, "2"))
        assert await outbox.first(CHAT, NOW) is None, "somebody is sending it"
        await database.apply(outbox.release(letter))
        assert (await _first(outbox)).body == "2"

    async def test_a_card_has_a_new_id(self, outbox: Outbox, database: Database) -> None:
        assert await outbox.told_at(CHAT, "b1") == 0
        for to in (CHAT, OTHER_CHAT):
            await database.apply(outbox.add(to, "a card", NOW, card="b1"))
        for letter in await outbox.due(NOW, "telegram", 2):
            await database.apply(*outbox.sent(letter, "task-1:code-1", NOW))
        await database.apply(outbox.rename_card(CHAT, "task-1:", "task-1:code-2"))
        await database.apply(outbox.rename_card(CHAT, "task-2:", "task-2:code-3"))
        assert await outbox.card(CHAT, "b1") == "task-1:code-2"
        assert await outbox.card(OTHER_CHAT, "b1") == "task-1:code-1"
        assert await outbox.told_at(CHAT, "b1") == NOW

    async def test_who_writes_learns_whether_something_waited(self, outbox: Outbox, database: Database) -> None:
        assert await database.apply(outbox.welcome_back(CHAT)) == [[]]
        await database.apply(outbox.add(CHAT, "1", NOW))
        letter = await _first(outbox)
        await database.apply(outbox.retry(letter, LATER, in_doubt=False, peer_is_away=True))
        assert await database.apply(outbox.welcome_back(CHAT)) == [[(letter.id,)]]
        assert (await _first(outbox)).body == "1"


async def test_whether_a_chat_waits_for_an_answer(database: Database, vault: Vault) -> None:
    inbox, chats, effects = Inbox(vault), Chats(database, vault), Effects(database)
    assert not await chats.is_heard(CHAT)
    assert not await effects.has(CHAT)
    await database.apply(inbox.receive(CHAT, "u1", "words", NOW), effects.add(Effect("e1", CHAT, "verify"), NOW))
    assert await chats.is_heard(CHAT)
    assert await effects.has(CHAT)
    assert not await chats.is_heard(OTHER_CHAT)
    assert not await effects.has(OTHER_CHAT)
