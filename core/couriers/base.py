"""The port to a courier: what it must be told to be bound, and what can be asked of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

from core.errors import NotOffered
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
    """电子面单账号 or API 接口账号: which fields an account of this kind has.

    `brings_app`: the merchant's own developer app is among them, so that the operator's is not needed.
    """

    key: str
    label: Words
    explanation: Words
    fields: tuple[CredentialField, ...]
    brings_app: bool = False


Credentials: TypeAlias = Mapping[str, str]
"""Field key → what the merchant typed. `kind` holds the account kind's key."""


class Capability(StrEnum):
    """What a courier's interface offers; what is not listed is done by hotline."""

    RECOVER = "recover"  # a lost answer can be asked for by our own key
    QUERY = "query"  # a number can be asked about
    BALANCE = "balance"
    TRACK = "track"
    SUBSCRIBE = "subscribe"  # it pushes a parcel's news by itself
    VOID = "void"
    URGE = "urge"  # 催件
    INTERCEPT = "intercept"  # 拦截退回
    REDIRECT = "redirect"  # 改地址


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


@dataclass(frozen=True, slots=True)
class Urging:
    """A wish that a parcel be hurried. `key` is ours and stable; `contact` is whom the branch may call back."""

    key: str
    number: str
    reason: str  # what the branch reads
    contact: Sender


class WorkOrderState(StrEnum):
    """How far a branch has come with a work order."""

    OPEN = "open"
    WORKING = "working"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a branch wrote. `at` in epoch milliseconds UTC, 0 where it does not say."""

    at: int
    text: str


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """A work order as it stands, its replies oldest first."""

    id: str
    state: WorkOrderState
    replies: tuple[Reply, ...] = ()


@dataclass(frozen=True, slots=True)
class Interception:
    """A wish to stop a parcel. `key` is ours: asking again with it asks for the same thing.

    It goes to `recipient` (改地址), or back to the sender where there is none (拦截退回).
    """

    key: str
    number: str
    recipient: Recipient | None = None


class InterceptionState(StrEnum):
    """What came of an interception."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"  # the parcel was not stopped
    CANCELLED = "cancelled"


class Courier(Protocol):
    """One courier's direct interface.

    Raises throughout: `ServiceUnavailable`, `RateLimited`, `ClockWrong`, `CredentialsRejected`, `NotPermitted`,
    `AppRefused`, `ServiceRefused`; `create` also `OutcomeUnknown`, `BalanceShort`, `OutOfRange`. What a courier does
    not list among its `capabilities` raises `NotOffered` (see `offered`), whatever else is asked.
    """

    code: str  # ours, as in the glossary: ZTO, YTO …
    name: Words
    aliases: tuple[str, ...]  # how merchants write it, lower case
    shop_codes: Mapping[str, str]  # shop platform's code → what that platform calls this courier
    hotline: str
    kinds: tuple[AccountKind, ...]
    capabilities: frozenset[Capability]
    has_app: bool  # whether the operator's own app is set; without it only accounts that bring theirs work

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

    async def subscribe(self, credentials: Credentials, number: str, phone_tail: str) -> None:
        """Have the parcel's news pushed to us. Asking twice is asking once."""
        ...

    async def urge(self, credentials: Credentials, urging: Urging) -> str:
        """File a work order that the parcel be hurried, and return its number.

        `OutcomeUnknown` when it may have been filed: nobody can find it by our key, so a person decides.
        """
        ...

    async def work_order(self, credentials: Credentials, number: str, work_order: str) -> WorkOrder:
        """A parcel's work order as it stands."""
        ...

    async def intercept(self, credentials: Credentials, interception: Interception) -> None:
        """Ask that a parcel be stopped. `OutcomeUnknown` when it may have been agreed to: ask again with the same key.

        Refused in the courier's words where it is too late, with the courier's own code in `raw`.
        """
        ...

    async def cancel_interception(self, credentials: Credentials, interception: Interception) -> None:
        """Let the parcel go on after all."""
        ...

    async def interception(self, credentials: Credentials, number: str) -> InterceptionState:
        """What came of the interception asked for last."""
        ...


def offered(courier: Courier, capability: Capability) -> None:
    """Raises `NotOffered` where the courier's interface lacks something."""
    if capability not in courier.capabilities:
        raise NotOffered(service=courier.code, what=capability, hotline=courier.hotline)


def code_on(courier: Courier, platform: str) -> str:
    """What a platform calls the courier; one that has no names of its own uses ours."""
    return courier.shop_codes.get(platform, courier.code)
