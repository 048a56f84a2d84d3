"""Why a parcel did not go on, in words."""

from typing import Any

from core.errors import from_record
from handlers import texts
from handlers.errors import error_text


def reason_text(language: str, reason: dict[str, Any]) -> str:
    """A shipment's reason: a hold of the gate, or an error's record."""
    if "hold" in reason:
        return texts.text(language, f"holds.{reason['hold']}")
    if "code" in reason:
        return error_text(language, from_record(reason))
    return texts.text(language, "holds.not_waiting")
