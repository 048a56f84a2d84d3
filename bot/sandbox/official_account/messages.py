"""Customer messages and template messages. There is no kind of message that carries a document.

Text is limited to 2048 bytes, and a text in a template to 20 characters: assumed from the refusals bots meet.
"""

from collections.abc import Mapping
from itertools import count

from bot.sandbox.clock import WorldClock
from bot.sandbox.official_account.followers import Follower
from bot.sandbox.shown import Message
from bot.sandbox.wechat_wire import (
    BAD_ARGUMENT,
    BAD_FIELD,
    BAD_PERSON,
    BAD_TEMPLATE,
    BAD_TYPE,
    NO_RIGHT,
    TOO_LONG,
    Json,
    Refusal,
    check_fields,
    part,
    rows,
    text,
)

TEMPLATE = "SandboxTemplateOfAlerts0000000000000000000"
_TEMPLATE_FIELDS = {"thing1", "time2"}
_LONGEST = 2048  # bytes
_LONGEST_THING = 20  # characters
_MOST_ITEMS = 10  # assumed


class Messages:
    """Each method takes the posted object and returns the answer's values, and raises `Refusal`."""

    def __init__(self, clock: WorldClock, followers: Mapping[str, Follower]) -> None:
        self.may_push = True
        self._clock = clock
        self._followers = followers
        self._numbers = count(1)

    def send(self, body: Json) -> Json:
        """message/custom/send."""
        kind = text(body, "msgtype")
        if not self.may_push:
            raise Refusal(NO_RIGHT, "api unauthorized")
        if kind not in {"text", "msgmenu"}:
            raise Refusal(BAD_TYPE, "invalid message type")
        check_fields(body, (), {"touser", "msgtype", kind})
        message = self._text(part(body, kind)) if kind == "text" else self._menu(part(body, kind))
        follower = self._follower(body)
        follower.admit(self._clock.now())
        follower.messages.append(message)
        return {}

    def template(self, body: Json) -> Json:
        """message/template/send: any time, and only in the words of a template."""
        check_fields(body, {"url"}, {"touser", "template_id", "data"})
        if text(body, "template_id") != TEMPLATE:
            raise Refusal(BAD_TEMPLATE, "invalid template_id")
        values = {name: _value(part(body, "data"), name) for name in part(body, "data")}
        if set(values) != _TEMPLATE_FIELDS:
            raise Refusal(BAD_FIELD, "argument invalid! data")
        message = self._message("template", "\n".join(values[name] for name in sorted(values)))
        self._follower(body).messages.append(message)
        return {"msgid": message.id}

    def passive(self, follower: Follower, content: str) -> None:
        """A text in answer to a callback, which counts for nothing."""
        follower.messages.append(self._message("text", _limited(content)))

    def _follower(self, body: Json) -> Follower:
        follower = self._followers.get(text(body, "touser"))
        if follower is None:
            raise Refusal(BAD_PERSON, "invalid openid")
        return follower

    def _text(self, content: Json) -> Message:
        check_fields(content, (), {"content"})
        return self._message("text", _limited(text(content, "content")))

    def _menu(self, content: Json) -> Message:
        check_fields(content, {"tail_content"}, {"head_content", "list"})
        items = [self._item(each) for each in rows(content, "list")]
        if not 1 <= len(items) <= _MOST_ITEMS:
            raise Refusal(BAD_ARGUMENT, "argument invalid! list")
        message = self._message("msgmenu", _limited(text(content, "head_content")))
        message.buttons = tuple(items)
        return message

    def _item(self, item: Json) -> tuple[str, str]:
        check_fields(item, (), {"id", "content"})
        if not text(item, "id") or not text(item, "content"):
            raise Refusal(BAD_ARGUMENT, "argument invalid! list")
        return text(item, "content"), text(item, "id")

    def _message(self, kind: str, content: str) -> Message:
        return Message(next(self._numbers), kind, self._clock.now(), content)


def _limited(content: str) -> str:
    if not content:
        raise Refusal(BAD_ARGUMENT, "argument invalid! content")
    if len(content.encode()) > _LONGEST:
        raise Refusal(TOO_LONG, "content size out of limit")
    return content


def _value(data: Json, name: str) -> str:
    field = part(data, name)
    check_fields(field, {"color"}, {"value"})
    value = text(field, "value")
    if name.startswith("thing") and not 0 < len(value) <= _LONGEST_THING:
        raise Refusal(BAD_FIELD, f"argument invalid! data.{name}.value")
    return value
