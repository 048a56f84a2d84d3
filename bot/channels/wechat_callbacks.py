"""What WeChat's servers post to us: signature and age checked, sealed or plain, turned into a message.

Seals and signatures are read by wechatpy. Its comparison of signatures takes longer the more of one is right, and it
takes messages of any age; both are made up for here. Its classes for messages are not used: they leave out what they do
not know, which is cards, files and taps.
"""

import base64
import hmac
import struct
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import NoReturn, TypeAlias

from wechatpy.crypto import PrpCrypto
from wechatpy.exceptions import WeChatException
from wechatpy.utils import WeChatSigner

from core.clock import MINUTE, SECOND, Clock
from handlers.messages import Incoming

_OLDEST = 10 * MINUTE  # a call is repeated within seconds, and clocks are a few minutes wrong
_LONGEST_PART = 512  # characters of a signature, a nonce or a time

Fields: TypeAlias = Mapping[str, str | None]
"""A message's elements by their names, without blanks around them; one that is empty is None."""

Unseal: TypeAlias = Callable[[str], str]
"""Opens what is sealed for an account."""


class Unwelcome(Exception):
    """Not from WeChat, or not fresh; `status` is all that the caller is told."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class Callbacks:
    """The agreement with WeChat's servers: the token that signs, and how messages are sealed, if they are."""

    token: str
    clock: Clock
    unseal: Unseal | None = None  # none where messages come in plain text

    def check(self, query: Mapping[str, str], signature: str, *parts: str) -> None:
        """Whether a signature of the query is over these parts, and fresh. Raises `Unwelcome`."""
        timestamp, nonce, given = (query.get(name, "")[:_LONGEST_PART] for name in ("timestamp", "nonce", signature))
        signer = WeChatSigner()
        signer.add_data(self.token, timestamp, nonce, *parts)
        if not hmac.compare_digest(str(signer.signature).encode(), given.encode()):
            raise Unwelcome(HTTPStatus.FORBIDDEN)
        is_number = timestamp.isdecimal() and timestamp.isascii()
        if not is_number or abs(self.clock.now() - int(timestamp) * SECOND) > _OLDEST:
            raise Unwelcome(HTTPStatus.FORBIDDEN)

    def message(
        self, query: Mapping[str, str], body: bytes, read: Callable[[Fields], Incoming | None]
    ) -> tuple[Fields, Incoming | None]:
        """A message as it came, and as `read` makes it ours. Raises `Unwelcome`."""
        fields = self.opened(query, body)
        try:
            return fields, read(fields)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise Unwelcome(HTTPStatus.BAD_REQUEST) from error

    def opened(self, query: Mapping[str, str], body: bytes) -> Fields:
        """A message, which may be sealed. Raises `Unwelcome`."""
        if self.unseal is None:
            self.check(query, "signature")
            return _fields(body)
        sealed = _fields(body).get("Encrypt")
        if sealed is None:
            raise Unwelcome(HTTPStatus.BAD_REQUEST)
        return _fields(self._checked(query, sealed).encode())

    def echo(self, query: Mapping[str, str]) -> str:
        """What WeCom's console wants to see when the address is saved. Raises `Unwelcome`."""
        return self._checked(query, query.get("echostr", ""))

    def _checked(self, query: Mapping[str, str], sealed: str) -> str:
        self.check(query, "msg_signature", sealed)
        if self.unseal is None:
            raise Unwelcome(HTTPStatus.FORBIDDEN)
        try:
            return self.unseal(sealed)
        except (WeChatException, ValueError, IndexError, struct.error) as error:  # for another account, or another key
            raise Unwelcome(HTTPStatus.FORBIDDEN) from error


def unsealing(aes_key: str, account: str) -> Unseal:
    """With the EncodingAESKey of an account's console; what was sealed for another account is refused."""
    crypto = PrpCrypto(base64.b64decode(f"{aes_key}="))

    def unseal(sealed: str) -> str:
        return str(crypto.decrypt(sealed, account))

    return unseal


class _WithoutDoctype(ET.TreeBuilder):
    """There are no entities where no document type declares them."""

    def doctype(self, *_declared: object) -> NoReturn:
        """Refuse it."""
        raise ET.ParseError("a document type")


def _fields(body: bytes) -> Fields:
    """The message's fields."""
    parser = ET.XMLParser(target=_WithoutDoctype())  # noqa: S314 - see there
    try:
        parser.feed(body)
        root = parser.close()
    except (ET.ParseError, ValueError) as error:
        raise Unwelcome(HTTPStatus.BAD_REQUEST) from error
    if root.tag != "xml":
        raise Unwelcome(HTTPStatus.BAD_REQUEST)
    return {each.tag: (each.text or "").strip() or None for each in root}
