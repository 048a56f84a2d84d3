"""How WeChat's servers sign and seal what they push, for WeCom and Official Accounts alike.

The key is base64(EncodingAESKey + "="), the cipher AES-256-CBC with the key's first 16 bytes as IV and PKCS#7 padding
to 32; inside stand 16 random bytes, the length in four bytes big-endian, the text, and the receiver's id. A signature
is the SHA-1 of its parts, sorted and joined. Source: the official page on encryption; its worked examples are tests.
"""

import base64
import hashlib
import os
import struct
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 32
_SALT = 16


def signature(*parts: str) -> str:
    """The signature over these parts, token included."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Seal:
    """What an account's owner agreed on with the servers. `receiver`: the corp id, or the account's app id."""

    token: str
    aes_key: str
    receiver: str

    def close(self, plain: str) -> str:
        """Encrypt a text."""
        text = plain.encode()
        body = os.urandom(_SALT) + struct.pack(">I", len(text)) + text + self.receiver.encode()
        padding = _BLOCK - len(body) % _BLOCK
        encryptor = self._cipher().encryptor()
        sealed = encryptor.update(body + bytes([padding]) * padding) + encryptor.finalize()
        return base64.b64encode(sealed).decode()

    def open(self, sealed: str) -> str:
        """The text that was encrypted. Raises `ValueError`."""
        decryptor = self._cipher().decryptor()
        padded = decryptor.update(base64.b64decode(sealed)) + decryptor.finalize()
        body = padded[_SALT : -padded[-1]]
        (length,) = struct.unpack(">I", body[:4])
        text, receiver = body[4 : 4 + length], body[4 + length :]
        if not 1 <= padded[-1] <= _BLOCK or receiver.decode() != self.receiver:
            raise ValueError("sealed for somebody else")
        return text.decode()

    def signed(self, timestamp: str, nonce: str, sealed: str) -> str:
        """The signature of a sealed text."""
        return signature(self.token, timestamp, nonce, sealed)

    def _cipher(self) -> Cipher[modes.CBC]:
        key = base64.b64decode(f"{self.aes_key}=")
        return Cipher(algorithms.AES(key), modes.CBC(key[:16]))
