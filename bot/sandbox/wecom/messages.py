"""message/send, message/update_template_card and message/recall. Limits and lifetimes: the official pages."""

from dataclasses import dataclass, replace

from bot.sandbox.clock import DAY, HOUR, WorldClock
from bot.sandbox.shown import Message
from bot.sandbox.template_card import BadCard, BadTask, Card, read_card
from bot.sandbox.wechat_media import Media
from bot.sandbox.wechat_wire import (
    BAD_AGENT,
    BAD_CARD,
    BAD_CODE,
    BAD_TASK,
    BAD_TYPE,
    NOBODY,
    NOTHING,
    TOO_OLD,
    Json,
    Refusal,
    check_fields,
    part,
    text,
)
from bot.sandbox.wecom.members import Member, Members

AGENT = 1000002
_LONGEST_TEXT = 2048  # bytes
_MOST_RECEIVERS = 1000
_CODE_LIFE = 72 * HOUR
_RECALLABLE = DAY
_PLAIN = {"text", "markdown"}
_FILES = {"file", "image"}
_SENDING = {"touser", "toparty", "totag", "msgtype", "agentid", "safe"}
_UPDATING = {"userids", "agentid", "response_code", "button", "template_card"}


@dataclass(slots=True)
class _Code:
    """What a card may be updated with, once."""

    message: Message
    member: str
    at: int


class Messages:
    """Each method takes the posted object and returns the answer's values, and raises `Refusal`."""

    def __init__(self, clock: WorldClock, members: Members, media: Media) -> None:
        self._clock = clock
        self._members = members
        self._media = media
        self._codes: dict[str, _Code] = {}
        self._tasks: set[str] = set()
        self._sent: dict[str, list[Message]] = {}

    def send(self, body: Json) -> Json:
        """Send to everybody named; whoever is not known is reported, and refused when there is nobody else."""
        kind = text(body, "msgtype")
        if kind not in _PLAIN | _FILES | {"template_card"}:
            raise Refusal(BAD_TYPE, "invalid message type")
        check_fields(body, _SENDING, {"touser", "msgtype", "agentid", kind})
        _check_agent(body)
        receivers, unknown = self._receivers(text(body, "touser"))
        draft = self._drafted(kind, part(body, kind))
        number = f"msg-{draft.id}"
        shown = [self._shown(member, draft) for member in receivers]
        self._sent[number] = shown
        return {"msgid": number, "invaliduser": "|".join(unknown)} | self._codes_for(receivers, shown)

    def _receivers(self, names: str) -> tuple[list[Member], list[str]]:
        named = names.split("|")
        known = [self._members.known[name] for name in named if name in self._members.known]
        if not known or len(named) > _MOST_RECEIVERS:
            raise Refusal(NOBODY, "user & party & tag all invalid")
        return known, [name for name in named if name not in self._members.known]

    def _drafted(self, kind: str, content: Json) -> Message:
        message = Message(self._members.number(), kind, self._clock.now())
        if kind in _PLAIN:
            check_fields(content, (), {"content"})
            message.text = _cut(text(content, "content"))
        elif kind in _FILES:
            check_fields(content, (), {"media_id"})
            message.file = self._media.get(kind, text(content, "media_id"))
        else:
            _show(message, self._fresh_card(content))
        return message

    def _fresh_card(self, content: Json) -> Card:
        card = _read(content)
        if card.task in self._tasks:
            raise Refusal(BAD_TASK, "task_id repeated")
        self._tasks.add(card.task)
        return card

    def _shown(self, member: Member, draft: Message) -> Message:
        message = replace(draft)
        self._members.add(member, message)
        return message

    def _codes_for(self, receivers: list[Member], shown: list[Message]) -> Json:
        """One code updates the card of all; this service only ever sees one receiver a card."""
        if not shown[0].card:
            return {}
        return {"response_code": self.code(receivers[0].id, shown[0])}

    def code(self, member: str, message: Message) -> str:
        """A new code for a card."""
        code = f"code-{len(self._codes) + 1:06d}"
        self._codes[code] = _Code(message, member, self._clock.now())
        return code

    def update(self, body: Json) -> Json:
        """Show a card anew, or a pressed button's new text; a code is good once, for 72 hours."""
        change = "button" if "button" in body else "template_card"
        check_fields(body, _UPDATING, {"userids", "agentid", "response_code", change})
        _check_agent(body)
        code = self._codes.get(text(body, "response_code"))
        if code is None or self._clock.now() - code.at >= _CODE_LIFE or body["userids"] != [code.member]:
            raise Refusal(BAD_CODE, "invalid response_code")
        self._change(code.message, part(body, change), is_button=change == "button")
        del self._codes[text(body, "response_code")]
        return {"invaliduser": []}

    def _change(self, message: Message, content: Json, *, is_button: bool) -> None:
        if is_button:
            check_fields(content, (), {"replace_name"})
            message.buttons = ((text(content, "replace_name"), ""),)
        else:
            card = _read(content)
            if card.task != message.card:
                raise Refusal(BAD_TASK, "task_id of another card")
            _show(message, card)
        message.edits += 1

    def recall(self, body: Json) -> Json:
        """Take a message back within 24 hours."""
        check_fields(body, (), {"msgid"})
        sent = self._sent.get(text(body, "msgid"))
        if not sent:
            raise Refusal(NOTHING, "invalid msgid")
        for message in sent:
            if self._clock.now() - message.at >= _RECALLABLE:
                raise Refusal(TOO_OLD, "message too old to recall")
            message.is_recalled = True
        return {}


def _show(message: Message, card: Card) -> None:
    message.text, message.buttons, message.links, message.card = card.text, card.buttons, card.links, card.task


def _read(content: Json) -> Card:
    try:
        return read_card(content)
    except BadTask as error:
        raise Refusal(BAD_TASK, "invalid task_id") from error
    except BadCard as error:
        raise Refusal(BAD_CARD, f"invalid template_card: {error}") from error


def _check_agent(body: Json) -> None:
    if str(body["agentid"]) != str(AGENT):
        raise Refusal(BAD_AGENT, "invalid agentid")


def _cut(content: str) -> str:
    """Too long is cut off, in the middle of a character if need be."""
    return content.encode()[:_LONGEST_TEXT].decode(errors="replace")
