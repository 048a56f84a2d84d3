"""Voice messages become words before they mean anything; the words then come in as if typed, marked as spoken."""

from pathlib import PurePath

from pydantic import TypeAdapter

from core.errors import FileRefused, MerchantError, ServiceRefused
from core.storage.address import Address
from handlers.desk import Desk
from handlers.messages import Attachment, Incoming
from handlers.talk import Talk

LONGEST = 60  # seconds; whoever has more to say types, or says it in two
_LARGEST = 2 * 1024 * 1024  # bytes: two minutes of a high quality recording
_MARK = "hear:"
_ATTACHMENT: TypeAdapter[Attachment] = TypeAdapter(Attachment)


def work_of(attachment: Attachment) -> str:
    """The key of the work of listening to this, which no conversation waits for."""
    return f"{_MARK}{_ATTACHMENT.dump_json(attachment).decode()}"


def asked_for(key: str) -> Attachment | None:
    """What is to be listened to, where this is the key of such work."""
    return _ATTACHMENT.validate_json(key.removeprefix(_MARK)) if key.startswith(_MARK) else None


def worth_it(talk: Talk, desk: Desk, attachment: Attachment) -> Attachment | None:
    """The recording, where it is worth listening to; else why not is told."""
    question = talk.state.question
    if desk.speech is None:
        talk.tell("chat.voice_off")
    elif attachment.seconds > LONGEST:
        talk.tell("chat.voice_too_long", seconds=LONGEST)
    elif question and question.is_secret:
        talk.tell("chat.voice_no_secret")
    else:
        return attachment
    return None


async def listen(desk: Desk, to: Address, uid: str, attachment: Attachment) -> Incoming:
    """The message that the recording turns out to be: its words, or a notice why there are none."""
    if desk.speech is None:
        return Incoming(to.channel, to.peer, uid, notice="chat.voice_off")
    try:
        recording = await desk.files.fetch(to.channel, attachment.file, _LARGEST)
        words = await desk.speech.transcribe(recording, _form(attachment))
    except (FileRefused, ServiceRefused):  # saying it again would not help
        return Incoming(to.channel, to.peer, uid, notice="chat.voice_refused")
    except MerchantError:
        return Incoming(to.channel, to.peer, uid, notice="chat.voice_failed")
    if not words:
        return Incoming(to.channel, to.peer, uid, notice="chat.voice_empty")
    return Incoming(to.channel, to.peer, uid, text=words, is_spoken=True)


def _form(attachment: Attachment) -> str:
    """How the recording is written down; most chats send Ogg Opus and give it no name."""
    return PurePath(attachment.name).suffix.lower().removeprefix(".") or "ogg"
