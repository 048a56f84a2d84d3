"""IPP messages as bytes (RFC 8010): just enough to read a request strictly and to answer it."""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

OPERATION, JOB, PRINTER, END = 0x01, 0x02, 0x04, 0x03
INTEGER, BOOLEAN, ENUM = 0x21, 0x22, 0x23
TEXT, NAME, KEYWORD, URI, CHARSET, LANGUAGE, MIME = 0x41, 0x42, 0x44, 0x45, 0x47, 0x48, 0x49
PRINT_JOB, GET_PRINTER_ATTRIBUTES = 0x0002, 0x000B
_DELIMITERS = 0x10
_HEADER = struct.Struct(">BBHI")
_LENGTH = struct.Struct(">H")
_WHOLE = struct.Struct(">i")


class Status(IntEnum):
    """Status codes of RFC 8011, section 4 of its registry."""

    OK = 0x0000
    BAD_REQUEST = 0x0400
    NOT_FOUND = 0x0406
    DOCUMENT_FORMAT_NOT_SUPPORTED = 0x040A
    VALUES_NOT_SUPPORTED = 0x040B
    CHARSET_NOT_SUPPORTED = 0x040D
    DOCUMENT_FORMAT_ERROR = 0x0411
    OPERATION_NOT_SUPPORTED = 0x0501
    VERSION_NOT_SUPPORTED = 0x0503
    DEVICE_ERROR = 0x0504
    BUSY = 0x0507


class Malformed(Exception):
    """The bytes are not an IPP request."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a group, with its value's tag and raw bytes; further values of a set have no name."""

    group: int
    tag: int
    name: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """A request: version, operation, the caller's number, its attributes in order, and the document after them."""

    version: tuple[int, int]
    operation: int
    request_id: int
    attributes: tuple[Attribute, ...]
    document: bytes

    def find(self, name: str, tag: int) -> str:
        """The text of an attribute of that kind, empty when there is none."""
        return next((a.value.decode() for a in self.attributes if (a.name, a.tag) == (name, tag)), "")


def parse(data: bytes) -> Message:
    """Raises `Malformed`."""
    try:
        major, minor, operation, request_id = _HEADER.unpack_from(data)
        attributes, end = _attributes(data, _HEADER.size)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise Malformed from error
    return Message((major, minor), operation, request_id, tuple(attributes), data[end:])


def _attributes(data: bytes, at: int) -> tuple[list[Attribute], int]:
    found: list[Attribute] = []
    group = 0
    while (tag := data[at]) != END:
        if tag < _DELIMITERS:
            group, at = tag, at + 1
            continue
        name, at = _counted(data, at + 1)
        value, at = _counted(data, at)
        found.append(Attribute(group, tag, name.decode(), value))
    return found, at + 1


def _counted(data: bytes, at: int) -> tuple[bytes, int]:
    (length,) = _LENGTH.unpack_from(data, at)
    start, end = at + _LENGTH.size, at + _LENGTH.size + length
    if end >= len(data):
        raise IndexError
    return data[start:end], end


def encode(status: Status, request_id: int, attributes: Iterable[Attribute]) -> bytes:
    """An answer of version 2.0; attributes must come group by group."""
    parts = [_HEADER.pack(2, 0, status, request_id)]
    group = 0
    for attribute in attributes:
        if attribute.group != group:
            group = attribute.group
            parts.append(bytes([group]))
        parts.append(_encoded(attribute))
    return b"".join([*parts, bytes([END])])


def _encoded(attribute: Attribute) -> bytes:
    name = attribute.name.encode()
    return b"".join(
        (bytes([attribute.tag]), _LENGTH.pack(len(name)), name, _LENGTH.pack(len(attribute.value)), attribute.value)
    )


def text(group: int, tag: int, name: str, value: str) -> Attribute:
    """An attribute with a text value."""
    return Attribute(group, tag, name, value.encode())


def whole(group: int, tag: int, name: str, value: int) -> Attribute:
    """An attribute with an integer or enum value."""
    return Attribute(group, tag, name, _WHOLE.pack(value))


def truth(group: int, name: str, *, value: bool) -> Attribute:
    """An attribute with a boolean value."""
    return Attribute(group, BOOLEAN, name, bytes([value]))
