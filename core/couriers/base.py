"""The port to a courier: what it must be told to be bound, and what can be asked of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

from core.orders import Item, Recipient, Sender
from core.parcels import Node


@dataclass(frozen=True, slots=True)
class Words:
    """A phrase in the languages that merchants speak."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """The phrase in a language, Chinese where there is no other."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, slots=True)
class CredentialField:
    """One thing the merchant must tell. The conversation asks for exactly these, in this order."""

    key: str
    label: Words
    help: Words  # where to find it
    secret: bool = False
    optional: bool = False
    pattern: str = r".{1,64}"

    def accepts(self, text: str) -> bool:
        """Whether the text could be this field."""
        return re.fullmatch(self.pattern, text) is not None


@dataclass(frozen=True, slots=True)
class AccountKind:
    """电子面单账号 or API 接口账号: which fields an account of this kind has."""

    key: str
    label: Words
    explanation: Words
    fields: tuple[CredentialField, ...]


Credentials: TypeAlias = Mapping[str, str]
"""Field key → what the merchant typed. `kind` holds the account kind's key."""


class Capability(StrEnum):
    """What a courier's interface offers; what is not listed is done by hotline."""

    RECOVER = "recover"  # a lost answer can be asked for by our own key
    QUERY = "query"  # a number can be asked about
    BALANCE = "balance"
    TRACK = "track"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What a verified account tells of itself. `balance` in waybill numbers; None where billing is monthly."""

    balance: int | None = None
    branch: str = ""


@dataclass(frozen=True, slots=True)
class WaybillRequest:
    """One parcel to get a number for. `key` is ours, stable, and never used for another parcel."""

    key: str
    sender: Sender
    recipient: Recipient
    items: tuple[Item, ...]
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Waybill:
    """A number the courier gave, with what its label must show."""

    number: str
    segment: str = ""  # 三段码 or 大头笔
    hub: str = ""  # 集包地
    pickup_code: str = ""  # 取件码
    branch: str = ""


class Courier(Protocol):
    """One courier's direct interface.

    Raises throughout: `ServiceUnavailable`, `RateLimited`, `ClockWrong`, `CredentialsRejected`, `NotPermitted`,
    `ServiceRefused`; `create` also `OutcomeUnknown`, `BalanceShort`, `OutOfRange`.
    """

    code: str  # ours, as in the glossary: ZTO, YTO …
    name: Words
    aliases: tuple[str, ...]  # how merchants write it, lower case
    shop_codes: Mapping[str, str]  # shop platform's code → what that platform calls this courier
    hotline: str
    kinds: tuple[AccountKind, ...]
    capabilities: frozenset[Capability]

    async def check_app(self) -> None:
        """Whether the courier can be reached and knows our own app; needs no merchant's account."""
        ...

    async def verify(self, credentials: Credentials) -> AccountFacts:
        """Try the account and say what it is. Creates nothing."""
        ...

    async def create(self, credentials: Credentials, request: WaybillRequest) -> Waybill:
        """Get a waybill number."""
        ...

    async def recover(self, credentials: Credentials, key: str) -> Waybill | None:
        """The number given earlier for `key`, None if there is none. Only with `Capability.RECOVER`."""
        ...

    async def knows(self, credentials: Credentials, number: str) -> bool:
        """Whether this number was given to this account. Only with `Capability.QUERY`."""
        ...

    async def balance(self, credentials: Credentials) -> int | None:
        """Waybill numbers left; None where the courier bills monthly."""
        ...

    async def track(self, credentials: Credentials, number: str, phone_tail: str) -> tuple[Node, ...]:
        """The parcel's journey; empty before the first scan. `phone_tail`: last four digits of a party's phone."""
        ...


def code_on(courier: Courier, platform: str) -> str:
    """What a platform calls the courier; one that has no names of its own uses ours."""
    return courier.shop_codes.get(platform, courier.code)
