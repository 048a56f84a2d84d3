"""Who may do what: one table of roles, checked in one place before a conversation starts."""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What a member is to a shop."""

    OWNER = "owner"
    MANAGER = "manager"  # orders and logistics
    PACKER = "packer"  # prints
    SERVICE = "service"  # tracks and urges
    VIEWER = "viewer"


class Right(StrEnum):
    """What a conversation needs its member to hold."""

    BIND = "bind"
    PRINT = "print"
    CARE = "care"  # chase couriers, answer alerts
    INTERCEPT = "intercept"  # stop parcels and send them elsewhere
    ADJUST = "adjust"  # what counts as late
    SEE = "see"


RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.OWNER: frozenset(Right),
    Role.MANAGER: frozenset({Right.PRINT, Right.CARE, Right.INTERCEPT, Right.ADJUST, Right.SEE}),
    Role.PACKER: frozenset({Right.PRINT, Right.SEE}),
    Role.SERVICE: frozenset({Right.CARE, Right.SEE}),
    Role.VIEWER: frozenset({Right.SEE}),
}


def allows(role: Role, right: Right) -> bool:
    """Whether the role holds the right."""
    return right in RIGHTS[role]
