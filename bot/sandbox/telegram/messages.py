"""The Bot API's methods about messages. Limits are the official ones; wordings are the official server's.

Lengths count characters as they are sent: markup of a `parse_mode` is not parsed, and stays in the text.
"""

from bot.sandbox.clock import HOUR, WorldClock
from bot.sandbox.telegram.chats import BOT, Chat, Keyboard, Message
from bot.sandbox.telegram.keyboard import forces_reply, keyboard
from bot.sandbox.telegram.media import Darkroom, Document
from bot.sandbox.telegram.pace import Pace
from bot.sandbox.telegram.switchboard import Switchboard
from bot.sandbox.telegram.wire import Arguments, Json, Method, Refusal, Upload, bad

_LONGEST_TEXT = 4096
_LONGEST_CAPTION = 1024
_LONGEST_ANSWER = 200
_LARGEST_UPLOAD = 50 * 1024 * 1024
_LARGEST_DOWNLOAD = 20 * 1024 * 1024
_DELETABLE_MS = 48 * HOUR
_PARSE_MODES = {"", "none", "markdown", "markdownv2", "html"}
_ACTIONS = frozenset(
    """typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker
    find_location record_video_note upload_video_note""".split()
)
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
_WRONG_FILE = "wrong remote file identifier specified: can't unserialize it. Wrong last symbol"
_SENDING = "chat_id parse_mode disable_notification protect_content reply_markup reply_parameters"
PARAMETERS = {
    "sendMessage": f"{_SENDING} text link_preview_options",
    "editMessageText": "chat_id message_id text parse_mode link_preview_options reply_markup",
    "editMessageReplyMarkup": "chat_id message_id reply_markup",
    "deleteMessage": "chat_id message_id",
    "sendDocument": f"{_SENDING} document caption disable_content_type_detection",
    "answerCallbackQuery": "callback_query_id text show_alert url cache_time",
    "sendChatAction": "chat_id action",
    "getFile": "file_id",
}


class Messages:
    """Each method takes its arguments and returns its result, and raises `Refusal`."""

    def __init__(self, clock: WorldClock, board: Switchboard, darkroom: Darkroom, pace: Pace) -> None:
        self._clock = clock
        self._board = board
        self._darkroom = darkroom
        self._pace = pace
        self.methods: dict[str, Method] = {
            "sendMessage": self._send,
            "editMessageText": self._edit_text,
            "editMessageReplyMarkup": self._edit_buttons,
            "deleteMessage": self._delete,
            "sendDocument": self._send_document,
            "answerCallbackQuery": self._answer,
            "sendChatAction": self._act,
            "getFile": self._file,
        }

    def _send(self, said: Arguments) -> Json:
        return self._sent(said, _text(said), None)

    def _send_document(self, said: Arguments) -> Json:
        caption = _formatted(said, "caption")
        if len(caption) > _LONGEST_CAPTION:
            raise bad("message caption is too long")
        return self._sent(said, caption, self._document(said))

    def _sent(self, said: Arguments, text: str, document: Document | None) -> Json:
        rows, is_protected = keyboard(said.parsed("reply_markup")), said.truth("protect_content")
        said.truth("disable_notification")
        chat = self._board.reachable(said.text("chat_id"))
        answers = self._answered(chat, said.parsed("reply_parameters"))
        self._pace.admit(chat.id)
        sent = self._board.add(chat, BOT, text, keyboard=rows, media=document, is_protected=is_protected)
        sent.answers, sent.forces_reply = answers, forces_reply(said.parsed("reply_markup"))
        return sent.to_json()

    def _answered(self, chat: Chat, reply: object) -> Message | None:
        """The message that ReplyParameters name."""
        if reply is None:
            return None
        if not isinstance(reply, dict) or set(reply) - {"message_id", "allow_sending_without_reply"}:
            raise bad("object expected as reply parameters")
        try:
            return self._board.message(chat, int(str(reply.get("message_id", 0))), "message to be replied")
        except Refusal:
            if reply.get("allow_sending_without_reply"):
                return None
            raise

    def _document(self, said: Arguments) -> Document:
        said.truth("disable_content_type_detection")
        upload = said.file("document")
        if upload is not None:
            return self._kept(_checked(upload))
        file_id = said.text("document")
        if not file_id:
            raise bad("there is no document in the request")
        document = self._board.document(file_id)
        if document is None:
            raise bad(_WRONG_FILE)
        return document

    def _kept(self, upload: Upload) -> Document:
        document = self._darkroom.document(upload.name, upload.media, upload.body)
        self._board.keep(document)
        return document

    def _edit_text(self, said: Arguments) -> Json:
        text, message = _text(said), self._editable(said)
        if message.document:
            raise bad("there is no text in the message to edit")
        return self._edited(message, text, keyboard(said.parsed("reply_markup")))

    def _edit_buttons(self, said: Arguments) -> Json:
        message = self._editable(said)
        return self._edited(message, message.text, keyboard(said.parsed("reply_markup")))

    def _editable(self, said: Arguments) -> Message:
        chat = self._board.reachable(said.text("chat_id"))
        message = self._board.message(chat, said.whole("message_id"), "message to edit")
        if not message.is_the_bots:
            raise bad("message can't be edited")
        return message

    def _edited(self, message: Message, text: str, rows: Keyboard) -> Json:
        """Buttons that are not sent again are taken away."""
        if (text, rows) == (message.text, message.keyboard):
            raise bad(_NOT_MODIFIED)
        message.edit(text, rows, self._clock.now())
        return message.to_json()

    def _delete(self, said: Arguments) -> bool:
        """Its own messages anywhere, a person's in a private chat; nothing that is 48 hours old."""
        chat = self._board.chat(said.text("chat_id"))
        message = self._board.message(chat, said.whole("message_id"), "message to delete")
        if not (message.is_the_bots or chat.is_private):
            raise bad("message can't be deleted")
        if self._clock.now() - message.at >= _DELETABLE_MS:
            raise bad("message can't be deleted for everyone")
        message.is_deleted = True
        return True

    def _answer(self, said: Arguments) -> bool:
        said.truth("show_alert")
        if len(said.text("text")) > _LONGEST_ANSWER:
            raise bad("MESSAGE_TOO_LONG")  # assumed wording
        self._board.settle(said.text("callback_query_id"))
        return True

    def _act(self, said: Arguments) -> bool:
        if said.text("action") not in _ACTIONS:
            raise bad("wrong parameter action in request")
        self._board.reachable(said.text("chat_id"))
        return True

    def _file(self, said: Arguments) -> Json:
        file_id = said.text("file_id")
        if not file_id:
            raise bad("file_id not specified")
        file = self._board.file(file_id)
        if file is None:
            raise bad("invalid file_id")
        if len(file.body) > _LARGEST_DOWNLOAD:
            raise bad("file is too big")
        self._board.link(file)
        return file.to_file()


def _formatted(said: Arguments, name: str) -> str:
    """The text as it will stand: without space around it."""
    if said.text("parse_mode").lower() not in _PARSE_MODES:
        raise bad("unsupported parse_mode")
    return said.text(name).strip()


def _text(said: Arguments) -> str:
    said.parsed("link_preview_options")
    if not said.text("text"):
        raise bad("message text is empty")
    text = _formatted(said, "text")
    if not text:
        raise bad("text must be non-empty")
    if len(text) > _LONGEST_TEXT:
        raise bad("message is too long")
    return text


def _checked(upload: Upload) -> Upload:
    if len(upload.body) > _LARGEST_UPLOAD:
        raise Refusal(413, "Request Entity Too Large")
    if not upload.body:
        raise bad("file must be non-empty")
    return upload
