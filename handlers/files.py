"""Files that merchants send: what kind they are, and what is begun with them when nothing waits for one."""

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from pathlib import PurePath
from typing import Any

from core.errors import FileRefused
from handlers import texts
from handlers.conversation import Chat, Unclear
from handlers.messages import Attachment

PHOTO, SHEET, VOICE = "photo", "sheet", "voice"
REPLY = "reply"
"""What also answers a question for a parcel, beside files: any words said in reply to its card."""

_SUFFIXES: Mapping[str, str] = {
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".webp"), PHOTO),
    **dict.fromkeys((".xlsx", ".xlsm", ".xls", ".csv", ".et", ".ods"), SHEET),
}
INTENTS: Mapping[str, str] = {SHEET: "read_sheet", PHOTO: "look_at_photo"}
"""Kind of file → what is begun with it."""


def kind_of(attachment: Attachment) -> str:
    """Photo, sheet or voice; "" for anything else. A document without a name may be a sheet."""
    if attachment.kind != "document":
        return attachment.kind
    if not attachment.name:  # some channels tell none; whoever reads it sees what it is
        return SHEET
    return _SUFFIXES.get(PurePath(attachment.name).suffix.lower(), "")


def record(attachment: Attachment) -> dict[str, Any]:
    """As JSON data, for a journal or a slot."""
    return asdict(attachment)


async def the_file(chat: Chat, kind: str) -> Attachment:
    """The file that the conversation was begun with; asked for where it is not at hand any more."""
    if kept := chat.slots.get("file"):
        return Attachment(**kept)
    return await chat.ask("file", partial(_attachment_in, kind), prompt=f"files.send_{kind}", takes=(kind,))


def attachment_in(answer: Any) -> Attachment | None:  # noqa: ANN401 - words, or a file's record
    """The file that an answer is; None where it is words."""
    return Attachment(**answer) if isinstance(answer, dict) else None


def _attachment_in(kind: str, answer: Any) -> Attachment:  # noqa: ANN401 - the same
    if file := attachment_in(answer):
        return file
    raise Unclear(f"files.only_{kind}")


def told_why(chat: Chat, refusal: FileRefused) -> str:
    """Why a file cannot be taken, and what to do."""
    key = f"files.{refusal.details.get('why', '')}"
    return chat.text(key if texts.has(key) else "errors.file_refused")
