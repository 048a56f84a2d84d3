"""The table of rights."""

import pytest

from core.rights import MEMBERSHIPS, RIGHTS, Right, Role, allows, holders


def test_an_owner_may_do_everything_and_a_guest_may_come_in() -> None:
    assert RIGHTS[Role.OWNER] == set(Right)
    assert RIGHTS[Role.GUEST] == {Right.ENTER}


def test_every_role_stands_in_the_table_and_every_member_may_look() -> None:
    assert set(RIGHTS) == set(Role)
    assert {role for role in MEMBERSHIPS if allows(role, Right.SEE)} == set(MEMBERSHIPS)


@pytest.mark.parametrize(
    ("right", "who"),
    [
        (Right.PRINT, {Role.OWNER, Role.MANAGER, Role.PACKER}),
        (Right.CARE, {Role.OWNER, Role.MANAGER, Role.SERVICE}),
        (Right.ADJUST, {Role.OWNER, Role.MANAGER}),
        (Right.INTERCEPT, {Role.OWNER, Role.MANAGER}),
        (Right.REPORT, {Role.OWNER, Role.MANAGER}),
        (Right.BIND, {Role.OWNER}),
        (Right.PEOPLE, {Role.OWNER}),
        (Right.AUDIT, {Role.OWNER}),
    ],
)
def test_a_right_is_held_by_these_alone(right: Right, who: set[Role]) -> None:
    assert set(holders(right)) == who
    assert {role for role in Role if allows(role, right)} == who
