"""Identifiers that sort by the time they were made, so that every queue is ordered by its key."""

import re
import secrets
import time

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32, as in ULID
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
_last = 0


def new_id() -> str:
    """A ULID: 10 characters of milliseconds, 16 of randomness; later calls in a process sort after earlier ones."""
    global _last  # noqa: PLW0603 - one counter a process is what makes the order strict
    stamp = time.time_ns() // 1_000_000 << 80 | secrets.randbits(80)
    _last = stamp if stamp >> 80 > _last >> 80 else _last + 1
    return "".join(_ALPHABET[_last >> shift & 31] for shift in range(125, -1, -5))


def token() -> str:
    """An unguessable word for a button or a link: 11 URL-safe characters, 64 bits."""
    return secrets.token_urlsafe(8)


def is_token(text: str) -> bool:
    """Whether a text from outside may be such a word: no database is asked about anything else."""
    return _TOKEN.fullmatch(text) is not None
