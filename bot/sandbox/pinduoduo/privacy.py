"""Receivers as outsiders see them: masks always, opaque ciphertext, and what only this platform can open again."""

import hashlib
import hmac
from base64 import b64decode, b64encode
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.sandbox.people import Receiver

# data_type of the decrypt interface (SDK).
NAME, PHONE, FULL_ADDRESS, DETAIL = 5, 6, 7, 8
_HEAD = "AgAAAA"
_NONCE = 12
_EVERY_SECOND = 2


class Unreadable(Exception):
    """Not a ciphertext of this platform, or not of this order."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A ciphertext's content; `kind` is the interface's data_type."""

    kind: int
    text: str


class Cipher:
    """Makes ciphertexts of the documented shapes. Each is bound to its order and always comes out the same."""

    def __init__(self, seed: int) -> None:
        self._secret = hashlib.sha256(f"sandbox {seed}".encode()).digest()
        self._box = AESGCM(self._secret)

    def seal(self, order_sn: str, kind: int, text: str) -> str:
        """`~cipher~index~1~~`, or for phones `$index$cipher$1$$`."""
        plain = bytes([kind]) + text.encode()
        nonce = self._digest(order_sn.encode() + plain)[:_NONCE]
        cipher = _HEAD + b64encode(nonce + self._box.encrypt(nonce, plain, order_sn.encode())).decode()
        index = b64encode(self._digest(plain)[:9]).decode()
        return f"${index}${cipher}$1$$" if kind == PHONE else f"~{cipher}~{index}~1~~"

    def open(self, order_sn: str, sealed: str) -> Opened:
        """Raises `Unreadable` for anything but an untouched ciphertext of this very order."""
        part = 2 if sealed.startswith("$") else 1
        try:
            packed = b64decode(sealed.split(sealed[:1])[part].removeprefix(_HEAD), validate=True)
            plain = self._box.decrypt(packed[:_NONCE], packed[_NONCE:], order_sn.encode())
        except (IndexError, ValueError, InvalidTag) as error:
            raise Unreadable from error
        opened = Opened(plain[0], plain[1:].decode())
        if self.seal(order_sn, opened.kind, opened.text) != sealed:
            raise Unreadable
        return opened

    def address_id(self, receiver: Receiver) -> str:
        """The id that orders to the same person at the same door share."""
        door = f"{receiver.name}|{receiver.phone}|{receiver.extension}|{receiver.address}"
        return f"oa_{self._digest(door.encode()).hex()[:20]}"

    def _digest(self, data: bytes) -> bytes:
        return hmac.digest(self._secret, data, "sha256")


def mask_name(name: str) -> str:
    """张三丰 becomes 张**."""
    return name[:1] + "*" * max(1, len(name) - 1)


def mask_phone(phone: str) -> str:
    """13812345678 becomes 138****5678."""
    return f"{phone[:3]}****{phone[-4:]}"


def mask_address(detail: str) -> str:
    """文三路1号 becomes 文*路*号: every second character is hidden."""
    return "".join("*" if n % _EVERY_SECOND else character for n, character in enumerate(detail))
