"""What Telegram keeps: chats, messages, files, and buttons pressed and not yet answered."""

from itertools import count

from bot.sandbox.clock import HOUR, SECOND, WorldClock
from bot.sandbox.telegram.chats import Chat, Keyboard, Message
from bot.sandbox.telegram.media import Document, Media, Stored
from bot.sandbox.telegram.wire import Json, Refusal, bad

_OLD_QUERY = "query is too old and response timeout expired or query ID is invalid"
_FIRST_QUERY = 3_006_477_106_900_000_001
_BLOCKED = "Forbidden: bot was blocked by the user"
_LINK_MS = 1 * HOUR  # how long a file's path is good for, at least (official page); here, exactly


class Switchboard:
    """Every reader raises `Refusal` for what is not there. `answer_within_ms` of a pressed button: assumed."""

    def __init__(self, clock: WorldClock) -> None:
        self.chats: dict[int, Chat] = {}
        self.answer_within_ms = 15 * SECOND
        self._clock = clock
        self._files: dict[str, Stored] = {}
        self._documents: dict[str, Document] = {}
        self._links: dict[str, int] = {}
        self._queries: dict[str, int] = {}
        self._message_ids = count(1)
        self._query_ids = count(_FIRST_QUERY)

    def opened(self, number: int, speaker: int) -> Chat:
        """The chat with this id, new or old, in which this person now speaks."""
        chat = self.chats.setdefault(number, Chat(number, speaker))
        chat.speaker = speaker
        return chat

    def chat(self, number: str) -> Chat:
        """A chat that somebody has opened; by @name there are none."""
        if not number:
            raise bad("chat_id is empty")
        chat = self.chats.get(int(number)) if number.removeprefix("-").isdecimal() else None
        if chat is None:
            raise bad("chat not found")
        return chat

    def reachable(self, number: str) -> Chat:
        """A chat in which the bot may write."""
        chat = self.chat(number)
        if chat.is_blocked:
            raise Refusal(403, _BLOCKED)
        return chat

    def message(self, chat: Chat, number: int, what: str) -> Message:
        """A message that the bot can still reach; `what` names it in the refusal."""
        if not number:
            raise bad("message identifier is not specified")
        for message in chat.messages:
            if message.id == number and not (message.is_deleted or message.is_forgotten):
                return message
        raise bad(f"{what} not found")

    def add(
        self,
        chat: Chat,
        sender: Json,
        text: str,
        *,
        keyboard: Keyboard = (),
        media: Media | None = None,
        is_protected: bool = False,
    ) -> Message:
        """A new message, sent now."""
        number, now = next(self._message_ids), self._clock.now()
        message = Message(number, chat, sender, text, now, keyboard, media, is_protected)
        chat.messages.append(message)
        return message

    def keep(self, media: Media) -> None:
        """Keep what was sent, to be fetched by its ids."""
        self._files |= {each.file_id: each for each in media.files}
        if isinstance(media, Document):
            self._documents[media.stored.file_id] = media

    def document(self, file_id: str) -> Document | None:
        """A document by its id, to be sent once more."""
        return self._documents.get(file_id)

    def file(self, file_id: str) -> Stored | None:
        """Anything that can be fetched, by its id."""
        return self._files.get(file_id)

    def link(self, file: Stored) -> None:
        """From now on the file can be fetched at its path, for a while."""
        self._links[file.path] = self._clock.now() + _LINK_MS

    def at(self, path: str) -> Stored | None:
        """A file by the path under which it is fetched; none where no link was asked for, or long ago."""
        if self._links.get(path, 0) < self._clock.now():
            return None
        return next(each for each in self._files.values() if each.path == path)

    def asked(self) -> str:
        """The id of a button's press, which the bot should answer in time."""
        query = str(next(self._query_ids))
        self._queries[query] = self._clock.now()
        return query

    def settle(self, query: str) -> None:
        """Answer a press: once, and in time."""
        at = self._queries.pop(query, None)
        if at is None or self._clock.now() - at > self.answer_within_ms:
            raise bad(_OLD_QUERY)
