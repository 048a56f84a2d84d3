"""Authorisations: codes, access tokens and refresh tokens (official authorisation article).

A code lives ten minutes and works once. Authorising a shop again kills everything it had at once. Renewing replaces
both tokens, and never extends the authorisation itself. Lifetimes are not documented, so they are settings here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from bot.sandbox.clock import DAY, MINUTE, SECOND, WorldClock
from bot.sandbox.pinduoduo.params import BAD_TOKEN, TOKEN_EXPIRED, Json, Refusal, refused
from bot.sandbox.pinduoduo.shops import Shop


@dataclass(frozen=True, slots=True)
class Code:
    """What the merchant's browser carries back to the app."""

    shop: Shop
    client_id: str
    expires_at: int


@dataclass(slots=True)
class Grant:
    """One app's access to one shop; moments in epoch milliseconds UTC."""

    shop: Shop
    client_id: str
    access_token: str
    refresh_token: str
    expires_at: int
    refresh_expires_at: int


class Grants:
    """Every code and token the platform knows. Lifetimes in milliseconds."""

    def __init__(self, clock: WorldClock, dice: Random, scope: Sequence[str]) -> None:
        self.code_lifetime = 10 * MINUTE
        self.access_lifetime = 1 * DAY
        self.refresh_lifetime = 30 * DAY
        self.scope = list(scope)
        self._clock = clock
        self._dice = dice
        self._codes: dict[str, Code] = {}
        self._grants: dict[int, Grant] = {}

    def consent(self, shop: Shop, client_id: str) -> str:
        """The merchant agreed: a fresh code, and nothing older works for this shop any more."""
        self.revoke(shop.mall_id)
        code = self._token()
        self._codes[code] = Code(shop, client_id, self._clock.now() + self.code_lifetime)
        return code

    def redeem(self, code: str, client_id: str) -> Grant:
        """Tokens for a code. Raises `Refusal` when it is unknown, used, expired or another app's."""
        found = self._codes.pop(code, None)
        if found is None or found.client_id != client_id or found.expires_at < self._clock.now():
            raise refused("授权码不存在、已使用或已过期")
        now = self._clock.now()
        grant = Grant(found.shop, client_id, "", "", 0, now + self.refresh_lifetime)
        self._grants[found.shop.mall_id] = grant
        return self._fresh(grant)

    def renew(self, refresh_token: str, client_id: str) -> Grant:
        """New tokens for a refresh token, which then is used up. Raises `Refusal` when it is no good."""
        now = self._clock.now()
        for grant in self._grants.values():
            if (grant.refresh_token, grant.client_id) == (refresh_token, client_id) and now < grant.refresh_expires_at:
                return self._fresh(grant)
        raise refused("refresh_token不存在或已过期，请重新授权")

    def holder(self, access_token: str, client_id: str) -> Shop:
        """The shop a token stands for. Raises `Refusal` for unknown and for expired tokens."""
        for grant in self._grants.values():
            if (grant.access_token, grant.client_id) == (access_token, client_id):
                return self._unexpired(grant)
        raise Refusal(BAD_TOKEN)

    def expire(self) -> None:
        """Every access token is over now; refresh tokens are not."""
        for grant in self._grants.values():
            grant.expires_at = self._clock.now()

    def revoke(self, mall_id: int) -> None:
        """Codes and tokens of the shop stop working at once."""
        self._grants.pop(mall_id, None)
        self._codes = {text: code for text, code in self._codes.items() if code.shop.mall_id != mall_id}

    def _fresh(self, grant: Grant) -> Grant:
        now = self._clock.now()
        grant.access_token, grant.refresh_token = self._token(), self._token()
        grant.expires_at = min(now + self.access_lifetime, grant.refresh_expires_at)
        return grant

    def _unexpired(self, grant: Grant) -> Shop:
        if self._clock.now() >= grant.expires_at:
            raise Refusal(TOKEN_EXPIRED)
        return grant.shop

    def _token(self) -> str:
        return f"{self._dice.getrandbits(160):040x}"

    def to_json(self, grant: Grant) -> Json:
        """The token object of `pdd.pop.auth.token.create` and `refresh`; moments in UNIX seconds."""
        now, ends = self._clock.now() // SECOND, grant.expires_at // SECOND
        refresh_ends = grant.refresh_expires_at // SECOND
        levels = {f"{level}_expires_at": ends for level in ("r1", "r2", "w1", "w2")}
        return {
            "access_token": grant.access_token,
            "refresh_token": grant.refresh_token,
            "expires_at": ends,
            "expires_in": ends - now,
            "refresh_token_expires_at": refresh_ends,
            "refresh_token_expires_in": refresh_ends - now,
            "owner_id": str(grant.shop.mall_id),
            "owner_name": grant.shop.account.name,
            "scope": list(self.scope),
            **levels,
        }
