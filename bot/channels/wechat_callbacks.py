"""What WeChat's servers post to us: signature and age checked, sealed or plain, turned into a message.

Seals, signatures and messages are read by wechatpy. Its comparison of signatures takes longer the more of one is
right, and it takes messages of any age; both are made up for here.
"""

import hmac
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from xml.parsers.expat import ExpatError

import xmltodict
from wechatpy.exceptions import WeChatException
from wechatpy.utils import WeChatSigner

from core.clock import MINUTE, SECOND, Clock
from handlers.messages import Incoming

_OLDEST = 10 * MINUTE  # a call is repeated within seconds, and clocks are a few minutes wrong
_LONGEST_PART = 512  # characters of a signature, a nonce or a time

Parse = Callable[[str], Any]  # wechatpy has no types


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
    crypto: Any = None  # wechatpy's `WeChatCrypto` for this account; none where messages come in plain text

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

    def echo(self, query: Mapping[str, str]) -> str:
        """What WeCom's console wants to see when the address is saved. Raises `Unwelcome`."""
        echo = query.get("echostr", "")
        self.check(query, "msg_signature", echo)
        return self._unsealed(query, echo)

    def message(
        self, query: Mapping[str, str], body: bytes, parse: Parse, read: Callable[[Any], Incoming | None]
    ) -> tuple[Any, Incoming | None]:
        """A message as wechatpy's `parse` has it, and as `read` makes it ours. Raises `Unwelcome`."""
        try:
            message = parse(self.opened(query, body))
            return message, read(message)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise Unwelcome(HTTPStatus.BAD_REQUEST) from error

    def opened(self, query: Mapping[str, str], body: bytes) -> str:
        """The XML of a message, which may be sealed. Raises `Unwelcome`."""
        if self.crypto is None:
            self.check(query, "signature")
            _fields(body)
            return body.decode()
        sealed = _fields(body).get("Encrypt")
        if not isinstance(sealed, str):
            raise Unwelcome(HTTPStatus.BAD_REQUEST)
        self.check(query, "msg_signature", sealed)
        plain = self._unsealed(query, sealed)
        _fields(plain.encode())
        return plain

    def _unsealed(self, query: Mapping[str, str], sealed: str) -> str:
        try:
            plain = self.crypto.decrypt_message(
                {"Encrypt": sealed}, query["msg_signature"], query["timestamp"], query["nonce"]
            )
        except (WeChatException, ValueError, IndexError, struct.error) as error:  # for another account, or another key
            raise Unwelcome(HTTPStatus.FORBIDDEN) from error
        return str(plain)


def fields_of(message: Any) -> Mapping[str, Any]:  # noqa: ANN401 - wechatpy has no types
    """Everything that came; the library's own attributes leave out what it does not know: cards, files, taps."""
    fields: Mapping[str, Any] = message._data  # noqa: SLF001 - there is no other way to it
    return fields


def _fields(body: bytes) -> Mapping[str, Any]:
    """The message's fields; document types and entities are refused by the parser."""
    try:
        fields = xmltodict.parse(body)["xml"]
    except (ExpatError, KeyError, TypeError, ValueError) as error:
        raise Unwelcome(HTTPStatus.BAD_REQUEST) from error
    if not isinstance(fields, dict):
        raise Unwelcome(HTTPStatus.BAD_REQUEST)
    return fields
