"""Signature of a request (official calling guide): MD5 over the very strings that are sent."""

import hashlib
import json
from collections.abc import Mapping


def wire_text(value: object) -> str:
    """One parameter as it is signed and sent: nested values as compact JSON, booleans in lower case (SDK)."""
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, list, tuple, dict)):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)


def wire_fields(params: Mapping[str, object]) -> dict[str, str]:
    """All parameters as final strings; empty ones are neither signed nor sent."""
    texts = {name: wire_text(value) for name, value in params.items()}
    return {name: text for name, text in texts.items() if text}


def sign(fields: Mapping[str, str], secret: str) -> str:
    """The value of `sign`: 32 upper-case hex characters."""
    joined = "".join(name + fields[name] for name in sorted(fields))
    return hashlib.md5(f"{secret}{joined}{secret}".encode()).hexdigest().upper()
