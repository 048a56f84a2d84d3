"""Reading business parameters as the gateway does, and refusing them in its words (error table of the API pages)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from bot.sandbox.clock import SECOND

Json = dict[str, object]
T = TypeVar("T")

COMMON_PARAM, CLIENT, UNKNOWN_TYPE, TOKEN_EXPIRED = 10001, 10016, 10017, 10019
BAD_SIGN, BAD_ADDRESS, NOT_GRANTED, BAD_TOKEN = 20004, 20005, 20031, 20032
BAD_PARAM, EMPTY_PARAM, BUSINESS, LIMITED = 21001, 21002, 50001, 52101
MOST_ROWS = 100

_MESSAGES = {
    10000: "参数错误",
    COMMON_PARAM: "公共参数错误",
    CLIENT: "client下线或者clientId不正确",
    UNKNOWN_TYPE: "type不正确",
    TOKEN_EXPIRED: "access_token已过期",
    BAD_SIGN: "签名sign校验失败",
    BAD_ADDRESS: "ip无权访问接口，请加入ip白名单",
    NOT_GRANTED: "用户没有授权访问此接口",
    BAD_TOKEN: "access_token或client_id错误",
    BAD_PARAM: "请求参数错误",
    EMPTY_PARAM: "必填参数不能为空",
    BUSINESS: "业务服务错误",
    LIMITED: "当前接口被限流，请稍后重试",
}


class Refusal(Exception):
    """The platform's no: `code` of its table, `detail` appended to the message, and the business's own words."""

    def __init__(self, code: int, detail: str = "", *, sub_code: str | None = None, sub_msg: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.message = ":".join(filter(None, (_MESSAGES[code], detail)))
        self.sub_code = sub_code
        self.sub_msg = sub_msg


def refused(sub_msg: str, sub_code: str | None = None) -> Refusal:
    """A business failure: nearly always 50001, with the cause in the sub message."""
    return Refusal(BUSINESS, sub_code=sub_code, sub_msg=sub_msg)


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list: page numbers begin with 1."""

    number: int
    size: int

    def of(self, rows: list[T]) -> list[T]:
        """The rows on this page."""
        return rows[(self.number - 1) * self.size : self.number * self.size]

    def is_last(self, total: int) -> bool:
        """Whether nothing follows."""
        return self.number * self.size >= total


class Params:
    """One call's parameters, all of them strings as they were signed."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def text(self, name: str) -> str:
        """A required text. Raises `Refusal` when it is missing or empty."""
        value = self._values.get(name, "")
        if not value:
            raise Refusal(EMPTY_PARAM, name)
        return value

    def maybe(self, name: str, default: str = "") -> str:
        """An optional text."""
        return self._values.get(name) or default

    def whole(self, name: str, *allowed: int) -> int:
        """A required whole number, one of `allowed` when any are given."""
        return _whole(name, self.text(name), allowed)

    def maybe_whole(self, name: str, default: int, *allowed: int) -> int:
        """An optional whole number."""
        return _whole(name, self.maybe(name, str(default)), allowed)

    def flag(self, name: str) -> bool:
        """An optional boolean, written `true` or `false`."""
        value = self.maybe(name, "false")
        if value not in {"true", "false"}:
            raise Refusal(BAD_PARAM, name)
        return value == "true"

    def joined(self, name: str, most: int) -> list[str]:
        """A required comma-joined list of at most `most` texts."""
        values = self.text(name).split(",")
        if len(values) > most or not all(values):
            raise Refusal(BAD_PARAM, name)
        return values

    def listed(self, name: str, most: int) -> list[object]:
        """A required list of 1 to `most` values, sent as a JSON string."""
        values = _decoded(name, self.text(name))
        if not isinstance(values, list) or not 0 < len(values) <= most:
            raise Refusal(BAD_PARAM, name)
        return values

    def rows(self, name: str, most: int, *fields: str) -> list[dict[str, str]]:
        """A required list of objects in which each of `fields` is a text, sent as a JSON string."""
        rows = self.listed(name, most)
        return [_row(name, row, fields) for row in rows]

    def page(self) -> Page:
        """`page` from 1 and `page_size` up to 100."""
        number, size = self.maybe_whole("page", 1), self.maybe_whole("page_size", MOST_ROWS)
        if number < 1:
            raise Refusal(BAD_PARAM, "page")
        if not 0 < size <= MOST_ROWS:
            raise Refusal(BAD_PARAM, "page_size")
        return Page(number, size)

    def window(self, start: str, end: str, longest: int, too_long: str) -> tuple[int, int]:
        """Two moments given in UNIX seconds, at most `longest` milliseconds apart; returned in milliseconds."""
        begins, ends = self.whole(start) * SECOND, self.whole(end) * SECOND
        if ends < begins:
            raise Refusal(BAD_PARAM, end)
        if ends - begins > longest:
            raise refused(too_long)
        return begins, ends


def _whole(name: str, value: str, allowed: tuple[int, ...]) -> int:
    if not value.isdecimal() or (allowed and int(value) not in allowed):
        raise Refusal(BAD_PARAM, name)
    return int(value)


def _decoded(name: str, value: str) -> object:
    try:
        decoded: object = json.loads(value)
    except ValueError as error:
        raise Refusal(BAD_PARAM, name) from error
    return decoded


def _row(name: str, row: object, fields: tuple[str, ...]) -> dict[str, str]:
    if not isinstance(row, dict):
        raise Refusal(BAD_PARAM, name)
    texts = {field: row.get(field) for field in fields}
    if not all(isinstance(text, str) and text for text in texts.values()):
        raise Refusal(BAD_PARAM, name)
    return {field: str(text) for field, text in texts.items()}
