"""Codes that people read out and type: eight characters, none of which is mistaken for another."""

import secrets
import unicodedata

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32
_LENGTH = 8
_MISREAD = str.maketrans("OIL", "011", "- _.·。.")


def new_code() -> str:
    """A code nobody can guess."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def read_code(typed: str) -> str:
    """The code as it was given out, however it was typed; "" for what is none."""
    code = unicodedata.normalize("NFKC", typed).upper().translate(_MISREAD)
    return code if len(code) == _LENGTH and set(code) <= set(_ALPHABET) else ""


def written_code(code: str) -> str:
    """7K3P-9QXM: as it is told."""
    return f"{code[:4]}-{code[4:]}"
