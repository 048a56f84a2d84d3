"""What goes between a channel and the conversations: neutral messages that every channel can draw."""

from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Button:
    """Something to tap. `data` comes back when it is tapped; a button with `url` opens a page instead."""

    label: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A file to send: the label pages of these shipments. Drawn when it goes out, so that no copy rests anywhere.

    Without shipments it is the template's calibration page, with these `lines` on it. `merchant`: whose it is;
    only members of that merchant are sent it, and never in a group.
    """

    name: str
    shipments: tuple[str, ...]
    template: str
    is_reprint: bool = False
    merchant: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A spreadsheet to send: the merchant's audit log since a moment. Drawn when it goes out, and for owners alone."""

    name: str
    merchant: str
    since: int  # epoch milliseconds UTC
    language: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to a chat. `card`: its name, under which later versions replace it. `erase`: a message to delete.

    `only_edits`: it is worth telling as a new version of its card, and not as one more message; as its first message
    it is told where the versions before it never were, unless it `is_last`: then nobody needs to hear of it any more.
    `form`: the token of the question it asks, where a page may be filled in instead of typing a secret into the chat.
    `is_passing`: news of the moment, of which a channel that cannot edit tells only some.
    `asks`: it wants words. `answers`: the channel's id of the message that it answers, where others write in between.
    `is_rest`: what stood before it was said; so it is said too, whatever is newer, and takes no message's place.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    card: str = ""
    document: Document | Sheet | None = None
    erase: str = ""
    only_edits: bool = False
    is_last: bool = False
    form: str = ""
    is_passing: bool = False
    asks: bool = False
    answers: str = ""
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came in. Its bytes stay with the channel, which calls it `file`, until some work needs them.

    `size` in bytes, 0 where the channel does not tell; `seconds` of a voice message. A recording's `name` ends as its
    format does; without one it is Ogg Opus.
    """

    kind: Literal["document", "photo", "voice"]
    file: str
    name: str = ""
    size: int = 0
    seconds: int = 0
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing that reached us from a chat: exactly one of text, button, attachment, returned, effect and notice.

    `uid` is the channel's own id of it: the same uid is the same message, delivered again. `peer` is the chat: the
    person's own, or a group, and then `sender` is the person.
    """

    channel: str
    peer: str
    uid: str
    sender: str = ""
    text: str = ""
    is_spoken: bool = False  # the text is what a service, or the channel, heard in a voice message
    button: str = ""
    attachment: Attachment | None = None
    message: str = ""  # the channel's id of the message, where it can be deleted
    replies_to: str = ""  # the channel's id of the message that it replies to
    returned: dict[str, str] = field(default_factory=dict)  # what a page brought back: state, and code, typed or again
    effect: str = ""  # the id of finished work
    notice: str = ""  # the key of a sentence that is all the answer there is
    result: Any = None  # {"value": …} or {"error": …}
