"""Sealing of secrets and personal data: AES-256-GCM, bound to the place where the value is kept.

A sealed text reads `<key id>.<base64url(nonce + ciphertext)>`. The place ("table/field/row") is authenticated with it,
so a value copied to another row does not open. The key id lets a new key take over while old values still open.
"""

import base64
import contextlib
import hashlib
import hmac
import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12  # bytes, as the standard recommends for GCM
_KEY = 32  # bytes


class BadSeal(Exception):
    """A value that this vault did not seal for this place, or whose key is gone."""


class BadKey(Exception):
    """A key that is not 32 bytes in base64."""


class Vault:
    """Seals with the newest key, opens with any."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        """`keys`: id → 32 bytes, the newest last."""
        self._ciphers = {name: AESGCM(key) for name, key in keys.items()}
        self._newest = list(keys)[-1]
        self._marker = hmac.new(keys[self._newest], b"miandan marks", hashlib.sha256).digest()

    def has_key_of(self, sealed: str) -> bool:
        """Whether the key that sealed this text is one of ours."""
        return sealed.partition(".")[0] in self._ciphers

    @property
    def newest(self) -> str:
        """What texts sealed by the newest key begin with."""
        return f"{self._newest}."

    def seal(self, text: str, place: str) -> str:
        """Encrypt a text for a place."""
        nonce = os.urandom(_NONCE)
        sealed = nonce + self._ciphers[self._newest].encrypt(nonce, text.encode(), place.encode())
        return f"{self._newest}.{base64.urlsafe_b64encode(sealed).decode()}"

    def mark(self, text: str, place: str) -> str:
        """A digest of a text for a place: equal texts have equal marks, and without the key nobody can try texts.

        A new key makes other marks, so what was marked before it is not recognised any more.
        """
        return hmac.new(self._marker, f"{place}\0{text}".encode(), hashlib.sha256).hexdigest()[:24]

    def open(self, sealed: str, place: str) -> str:
        """The text that was sealed for this place. Raises `BadSeal`."""
        name, _, body = sealed.partition(".")
        if name not in self._ciphers:
            raise BadSeal(place)
        try:
            raw = base64.urlsafe_b64decode(body)
            return self._ciphers[name].decrypt(raw[:_NONCE], raw[_NONCE:], place.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise BadSeal(place) from error


def parse_key(text: str) -> dict[str, bytes]:
    """Keys as written in the environment: base64 keys separated by commas, the newest last."""
    keys: dict[str, bytes] = {}
    for part in text.split(","):
        try:
            key = base64.urlsafe_b64decode(part.strip())
        except ValueError as error:
            raise BadKey from error
        if len(key) != _KEY:
            raise BadKey
        keys[_name(key)] = key
    return keys


def key_file(path: Path) -> dict[str, bytes]:
    """The keys in a file that only its owner may read; made at the first start."""
    if not path.exists():
        _make_key_file(path)
    return parse_key(path.read_text())


def add_key(path: Path) -> None:
    """A new key behind those in the file. Programs that read the file before cannot open what it seals."""
    _replace_key_file(path, f"{path.read_text().strip()},{new_key()}")


def forget_old_keys(path: Path) -> None:
    """Keep the newest key in the file only."""
    _replace_key_file(path, path.read_text().strip().rpartition(",")[2])


def new_key() -> str:
    """A key as it is written."""
    return base64.urlsafe_b64encode(secrets.token_bytes(_KEY)).decode()


def _make_key_file(path: Path) -> None:
    """Whole and on the disk before its name exists: a crash leaves no half key, a faster process keeps its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(path, new_key())
    try:
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()


def _replace_key_file(path: Path, keys: str) -> None:
    parse_key(keys)
    _draft(path, keys).replace(path)


def _draft(path: Path, keys: str) -> Path:
    handle, draft = tempfile.mkstemp(dir=path.parent)  # only its owner may read it
    with os.fdopen(handle, "w") as file:
        file.write(keys)
        file.flush()
        os.fsync(file.fileno())
    return Path(draft)


def _name(key: bytes) -> str:
    """A short public name of a key."""
    return hashlib.sha256(b"miandan key id" + key).hexdigest()[:8]
