"""Files that merchants send: what kind they are, and what is begun with them when nothing waits for one."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import PurePath
from typing import Any

from core.errors import FileRefused
from handlers import texts
from handlers.conversation import Chat
from handlers.messages import Attachment

PHOTO, SHEET, VOICE = "photo", "sheet", "voice"

_SUFFIXES: Mapping[str, str] = {
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".webp"), PHOTO),
    **dict.fromkeys((".xlsx", ".xlsm", ".xls", ".csv", ".et", ".ods"), SHEET),
}
INTENTS: Mapping[str, str] = {PHOTO: "read_photo", SHEET: "read_sheet"}
"""Kind of file → what is begun with it."""


def kind_of(attachment: Attachment) -> str:
    """Photo, sheet or voice; "" for anything else."""
    if attachment.kind != "document":
        return attachment.kind
    return _SUFFIXES.get(PurePath(attachment.name).suffix.lower(), "")


def record(attachment: Attachment) -> dict[str, Any]:
    """As JSON data, for a journal or a slot."""
    return asdict(attachment)


def told_why(chat: Chat, refusal: FileRefused) -> str:
    """Why a file cannot be taken, and what to do."""
    key = f"files.{refusal.details.get('why', '')}"
    return chat.text(key if texts.has(key) else "errors.file_refused")
