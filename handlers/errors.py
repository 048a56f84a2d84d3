"""An error in words: what happened, what it means for the order, what to do next."""

import secrets
import traceback
from pathlib import Path
from typing import Any

import structlog

from core.errors import MerchantError, Unforeseen
from handlers import texts

log = structlog.get_logger()


def error_text(language: str, error: MerchantError) -> str:
    """The sentence of the error's code, with its details as merchants call them."""
    details = {key: _named(language, value) for key, value in error.details.items()}
    return texts.text(language, f"errors.{error.code}", **details)


def unforeseen(event: str, error: Exception, **details: str) -> Unforeseen:
    """Log a failure of ours under a reference, and be the error that tells the merchant that reference.

    The log gets the kind and the place, never the message: it may quote a buyer.
    """
    reference = secrets.token_hex(3).upper()
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    where = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    log.error(event, reference=reference, error=type(error).__name__, where=where, **details)
    return Unforeseen(reference=reference)


def _named(language: str, value: Any) -> Any:  # noqa: ANN401 - an error's detail
    """A service's or a role's code as merchants call it."""
    known = (key for key in (f"names.{value}", f"roles.{value}") if texts.has(key))
    return next((texts.text(language, key) for key in known), value)
