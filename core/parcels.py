"""A parcel's life as couriers report it: raw nodes, the progress folded from them, and the parcel that rules look at.

Three things are kept apart. A *node* is what a courier told and never changes. The *progress* is derived: folded from
the nodes in order of their own time, so that it does not matter when and how often they reached us. An *alert* is
somebody else's business: a rule over progress and clock. Being overdue is therefore no state, and the codes that other
taxonomies have for it (`Expired`, `超时未更新`) are read as no news.

A journey that has ended stays ended. What is told afterwards and does not fit is an `Oddity` of the progress, no step
back; only a way home may follow a delivery.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from core.orders import Region


class ParcelState(StrEnum):
    """Where a parcel is: the merged codes of the trade, the further on the later. Merchants read `[states]`."""

    NO_RECORD = "no_record"  # 暂无轨迹
    CREATED = "created"  # 已取号/待揽收
    PICKED_UP = "picked_up"  # 已揽收
    IN_TRANSIT = "in_transit"  # 运输中
    CUSTOMS = "customs"  # 清关
    FORWARDED = "forwarded"  # 转投/转寄
    ARRIVED_CITY = "arrived_city"  # 到达派件城市/网点
    HELD = "held"  # 留仓
    OUT_FOR_DELIVERY = "out_for_delivery"  # 派送中
    AT_PICKUP_POINT = "at_pickup_point"  # 已入柜/驿站待取
    ATTEMPT_FAILED = "attempt_failed"  # 派送失败
    PROBLEM = "problem"  # 疑难件
    REFUSED = "refused"  # 拒收
    INTERCEPTED = "intercepted"  # 拦截中/已拦截
    RETURNING = "returning"  # 退回中
    DELIVERED_PROXY = "delivered_proxy"  # 代签收
    DELIVERED = "delivered"  # 已签收
    RETURNED = "returned"  # 退件已签收
    CANCELLED = "cancelled"  # 已撤销/面单回收
    OTHER = "other"  # a remark that says nothing about where the parcel is


class Oddity(StrEnum):
    """What does not fit in what the courier told: facts for rules, never a change of state."""

    NEWS_AFTER_END = "news_after_end"  # still moving after it was signed for, returned or cancelled
    BACK_AFTER_DELIVERY = "back_after_delivery"  # signed for, and on its way home afterwards
    NEVER_PICKED_UP = "never_picked_up"  # delivered without a pick-up scan
    WRONG_CITY = "wrong_city"  # delivered in a city that is not the receiver's
    OLDER_THAN_PARCEL = "older_than_parcel"  # scanned long before the parcel was shipped


S = ParcelState
DELIVERED = frozenset({S.DELIVERED, S.DELIVERED_PROXY})
ENDED = DELIVERED | {S.RETURNED, S.CANCELLED}
"""States in which nothing more is expected."""

_BEFORE_MOVING = frozenset({S.NO_RECORD, S.CREATED, S.PICKED_UP})
_HOMEWARD = frozenset({S.REFUSED, S.INTERCEPTED, S.RETURNING, S.RETURNED})
_ON_THE_ROAD = _BEFORE_MOVING | {S.IN_TRANSIT, S.CUSTOMS, S.FORWARDED, S.ARRIVED_CITY, S.HELD}
# What is told while the state stays: a parcel on its way home still passes hubs.
_STAYS: Mapping[ParcelState, frozenset[ParcelState]] = {
    S.REFUSED: _ON_THE_ROAD,
    S.INTERCEPTED: _ON_THE_ROAD,
    S.RETURNING: frozenset(ParcelState) - {S.RETURNED, S.CANCELLED},
}
# What may be told after an end without being odd.
_QUIET: Mapping[ParcelState, frozenset[ParcelState]] = {
    S.DELIVERED: frozenset({S.NO_RECORD, S.CREATED, S.DELIVERED, S.DELIVERED_PROXY}),
    S.DELIVERED_PROXY: frozenset({S.NO_RECORD, S.CREATED, S.DELIVERED_PROXY, S.AT_PICKUP_POINT}),
    S.RETURNED: frozenset({S.NO_RECORD, S.CREATED, S.RETURNING}) | DELIVERED | {S.RETURNED},
    S.CANCELLED: frozenset({S.NO_RECORD, S.CREATED, S.CANCELLED}),
}
_EARLY = 48 * 3_600_000  # ms: the pick-up may be scanned before the shop knows the number, but not by days


@dataclass(frozen=True, slots=True)
class Node:
    """One scan as the courier told it. `at` in epoch milliseconds UTC; `raw` is the courier's own code."""

    at: int
    state: ParcelState
    text: str
    place: str = ""  # the outlet or hub
    raw: str = ""
    city: str = ""

    @property
    def identity(self) -> str:
        """The same scan, the same digest, whoever told it: its second, what it means and its text."""
        told = f"{self.at // 1_000}|{self.state}|{self.text}"
        return hashlib.sha256(told.encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class Progress:
    """What the nodes come to. Times are the nodes' own, in epoch milliseconds UTC; None: not yet."""

    state: ParcelState = ParcelState.NO_RECORD
    since: int | None = None  # when this state began
    first_at: int | None = None
    picked_up_at: int | None = None
    departed_at: int | None = None  # the first scan beyond the pick-up
    arrived_at: int | None = None  # in the receiver's city
    out_at: int | None = None  # first out for delivery
    delivered_at: int | None = None  # first signed for by the receiver's side
    ended_at: int | None = None
    last: Node | None = None  # the newest node, remarks included
    oddities: frozenset[Oddity] = frozenset()

    @property
    def has_ended(self) -> bool:
        """Whether nothing more is expected."""
        return self.state in ENDED

    @property
    def last_at(self) -> int | None:
        """When the courier last told anything."""
        return self.last.at if self.last else None


@dataclass(frozen=True, slots=True)
class Parcel:
    """One parcel that is watched. Times in epoch milliseconds UTC."""

    id: str
    merchant: str
    shop: str  # "" for a number that belongs to no order
    orders: tuple[str, ...]
    courier: str  # our code; "" while unknown
    number: str  # 运单号
    region: Region  # where it goes; empty words where unknown
    added_at: int
    shipped_at: int  # when the shop was told the number, or somebody entered it
    is_pinned: bool = True  # False: the courier was guessed from the number; a pin always wins
    account: str = ""  # the courier account it goes through, "" for numbers entered by hand
    shipment: str = ""
    subscription: str = ""  # the source that pushes its news, "" while none does
    subscribed: int = 0  # how often somebody was asked to push them
    progress: Progress = Progress()
    nodes: int = 0  # how many are kept; also the version of `progress`
    polled_at: int | None = None  # when somebody last answered a question for news
    next_poll_at: int | None = None
    check_at: int | None = None  # when a rule may fire next

    @property
    def state(self) -> ParcelState:
        """Where it is."""
        return self.progress.state


def journey(nodes: Iterable[Node]) -> list[Node]:
    """The nodes in order of event time, told once each; of two at one time the one further on comes last."""
    once = {node.identity: node for node in nodes}.values()
    return sorted(once, key=lambda node: (node.at, _RANK[node.state], node.text))


def current_state(nodes: Iterable[Node]) -> ParcelState:
    """The state after all nodes; `NO_RECORD` before the first."""
    return fold(nodes).state


def fold(nodes: Iterable[Node], to: Region | None = None, shipped_at: int | None = None) -> Progress:
    """The progress that the nodes come to, in whatever order and however often they are given.

    `to`: the receiver's region, by which an arrival in the last city is told from one on the way.
    """
    progress = Progress()
    for node in journey(nodes):
        progress = _after(progress, node, to)
    if shipped_at and progress.first_at and progress.first_at < shipped_at - _EARLY:
        progress = _odd(progress, Oddity.OLDER_THAN_PARCEL)
    return progress


def is_in(region: Region, city: str) -> bool:
    """Whether a courier's city is the region's, which may be spelled as a county-level city or a municipality."""
    return _bare(city) in {_bare(part) for part in (region.province, region.city, region.district)}


_RANK = {state: rank for rank, state in enumerate(ParcelState)}


def _bare(name: str) -> str:
    return name.strip().removesuffix("市")


def _after(progress: Progress, node: Node, to: Region | None) -> Progress:
    told = replace(progress, last=node, first_at=progress.first_at or node.at)
    said = _said(progress.state, node, to)
    if said is S.OTHER:
        return told
    if progress.has_ended:
        return _after_end(told, said, node)
    if said in _STAYS.get(progress.state, ()) or _is_step_back(progress.state, said):
        return told
    return _stamped(_moved(told, said, node), said, node, to)


def _said(state: ParcelState, node: Node, to: Region | None) -> ParcelState:
    """What a node means at this point of the journey."""
    if state is S.RETURNING and node.state in DELIVERED:
        return S.RETURNED
    if node.state is S.IN_TRANSIT and to and node.city and is_in(Region("", to.city, to.district), node.city):
        return S.ARRIVED_CITY
    return node.state


def _is_step_back(state: ParcelState, said: ParcelState) -> bool:
    """A hub may scan a pick-up once more; that is no news."""
    return said in _BEFORE_MOVING and _RANK[said] < _RANK[state]


def _after_end(progress: Progress, said: ParcelState, node: Node) -> Progress:
    if progress.state in DELIVERED and said in _HOMEWARD:
        back = replace(_odd(progress, Oddity.BACK_AFTER_DELIVERY), ended_at=None)
        return _stamped(_moved(back, said, node), said, node, None)
    if progress.state is S.DELIVERED_PROXY and said is S.DELIVERED:
        return _moved(progress, said, node)  # the receiver has it at last
    return progress if said in _QUIET[progress.state] else _odd(progress, Oddity.NEWS_AFTER_END)


def _moved(progress: Progress, said: ParcelState, node: Node) -> Progress:
    return progress if said is progress.state else replace(progress, state=said, since=node.at)


def _stamped(progress: Progress, said: ParcelState, node: Node, to: Region | None) -> Progress:
    """The first times, and what is odd about an end."""
    progress = replace(
        progress,
        picked_up_at=progress.picked_up_at or (node.at if said is S.PICKED_UP else None),
        departed_at=progress.departed_at or (None if said in _BEFORE_MOVING else node.at),
        arrived_at=progress.arrived_at or (node.at if said is S.ARRIVED_CITY else None),
        out_at=progress.out_at or (node.at if said is S.OUT_FOR_DELIVERY else None),
        delivered_at=progress.delivered_at or (node.at if said in DELIVERED else None),
        ended_at=progress.ended_at or (node.at if said in ENDED else None),
    )
    if said in DELIVERED and progress.picked_up_at is None:
        progress = _odd(progress, Oddity.NEVER_PICKED_UP)
    if said in DELIVERED and to and to.city and node.city and not is_in(to, node.city):
        progress = _odd(progress, Oddity.WRONG_CITY)
    return progress


def _odd(progress: Progress, oddity: Oddity) -> Progress:
    return replace(progress, oddities=progress.oddities | {oddity})
