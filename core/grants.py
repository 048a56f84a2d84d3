"""A shop's authorisation: the tokens with which its platform lets us in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grant:
    """One shop's authorisation. Times in epoch milliseconds UTC."""

    shop: str  # the platform's shop id; one shop has one grant
    owner: str  # the account that gave it
    access_token: str
    refresh_token: str
    expires_at: int
    refresh_expires_at: int
    scope: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Grant(shop={self.shop!r}, …)"
