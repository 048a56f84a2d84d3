"""Who may do what: one table of roles, asked in one place before any conversation runs (`handlers/admission.py`)."""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What a person is to a merchant."""

    OWNER = "owner"
    MANAGER = "manager"  # orders and logistics
    PACKER = "packer"  # prints
    SERVICE = "service"  # tracks and urges
    VIEWER = "viewer"
    GUEST = "guest"  # of no merchant: not a member, or not yet


class Right(StrEnum):
    """What a conversation needs its speaker to hold."""

    ENTER = "enter"  # come in by a code
    SEE = "see"
    CARE = "care"  # chase couriers, answer alerts
    INTERCEPT = "intercept"  # stop parcels and send them elsewhere
    PRINT = "print"
    ADJUST = "adjust"  # how things are done: templates, printers, what counts as late
    REPORT = "report"  # exports and costs
    BIND = "bind"  # shops and courier accounts
    PEOPLE = "people"  # invite, change and remove members, open groups
    AUDIT = "audit"


_EVERY_MEMBER = frozenset({Right.ENTER, Right.SEE})
RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.OWNER: frozenset(Right),
    Role.MANAGER: _EVERY_MEMBER | {Right.CARE, Right.INTERCEPT, Right.PRINT, Right.ADJUST, Right.REPORT},
    Role.PACKER: _EVERY_MEMBER | {Right.PRINT},
    Role.SERVICE: _EVERY_MEMBER | {Right.CARE},
    Role.VIEWER: _EVERY_MEMBER,
    Role.GUEST: frozenset({Right.ENTER}),
}
MEMBERSHIPS = tuple(role for role in Role if role is not Role.GUEST)
"""The roles that a member can have, the mightiest first."""


def allows(role: Role, right: Right) -> bool:
    """Whether the role holds the right."""
    return right in RIGHTS[role]


def holders(right: Right) -> tuple[Role, ...]:
    """The members' roles that hold the right."""
    return tuple(role for role in MEMBERSHIPS if allows(role, right))
