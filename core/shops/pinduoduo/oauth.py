"""How a shop's main account lets us in, and how the grant is kept alive (official article, SDK)."""

from urllib.parse import urlencode

from core.clock import SECOND
from core.errors import AuthorisationEnded, NotPermitted, ServiceRefused
from core.shops.base import Grant
from core.shops.pinduoduo.answers import NOT_AUTHORISED
from core.shops.pinduoduo.app import SERVICE, PinduoduoApp
from core.shops.pinduoduo.gateway import Call, Gateway
from core.shops.pinduoduo.reading import Json, number, text, texts

_WEB_PAGE = "https://fuwu.pinduoduo.com/service-market/auth"
_PHONE_PAGE = "https://mai.pinduoduo.com/h5-login.html"


class Authorisation:
    """Codes for grants, and old grants for new ones."""

    def __init__(self, gateway: Gateway, app: PinduoduoApp) -> None:
        self._gateway = gateway
        self._app = app

    def url(self, state: str, *, on_phone: bool) -> str:
        """The page on which the shop's main account agrees."""
        query = {
            "response_type": "code",
            "client_id": self._app.client_id,
            "redirect_uri": self._app.redirect_uri,
            "state": state,
            "view": "h5" if on_phone else "web",
        }
        return f"{_PHONE_PAGE if on_phone else _WEB_PAGE}?{urlencode(query)}"

    async def exchange(self, code: str) -> Grant:
        """A code, ten minutes old at most and never used, for a grant. Raises `AuthorisationEnded`."""
        try:
            answer = await self._gateway.read(Call("pdd.pop.auth.token.create", {"code": code}))
        except NotPermitted:
            raise  # the app is at fault, not the code
        except ServiceRefused as refusal:  # which codes a bad code gets is not documented
            raise _ended(refusal, shop="") from refusal
        return _grant(answer, text(answer, "owner_id"), self._gateway.now())

    async def refresh(self, grant: Grant) -> Grant:
        """A new grant for an expired one. Raises `AuthorisationEnded`.

        A lost answer is asked for again: only another attempt can tell whether the old refresh token still works.
        """
        call = Call("pdd.pop.auth.token.refresh", {"refresh_token": grant.refresh_token}, shop=grant.shop)
        try:
            answer = await self._gateway.read(call)
        except ServiceRefused as refusal:
            if isinstance(refusal, NotPermitted) and refusal.details["raw"] != NOT_AUTHORISED:
                raise
            raise _ended(refusal, grant.shop) from refusal
        return _grant(answer, grant.shop, self._gateway.now())


def _ended(refusal: ServiceRefused, shop: str) -> AuthorisationEnded:
    return AuthorisationEnded(**(refusal.details | {"shop": shop}))


def _grant(answer: Json, shop: str, now: int) -> Grant:
    access_token = text(answer, "access_token")
    if not (access_token and shop):
        raise AuthorisationEnded(service=SERVICE, shop=shop)
    return Grant(
        shop=shop,
        owner=text(answer, "owner_name"),
        access_token=access_token,
        refresh_token=text(answer, "refresh_token"),
        expires_at=_expiry(answer, "expires", now),
        refresh_expires_at=_expiry(answer, "refresh_token_expires", now),
        scope=texts(answer, "scope"),
    )


def _expiry(answer: Json, name: str, now: int) -> int:
    """The earlier of the absolute and the relative statement: the official sample has them disagree."""
    absolute = number(answer, f"{name}_at") * SECOND
    relative = now + number(answer, f"{name}_in") * SECOND
    told = [moment for moment, key in ((absolute, "at"), (relative, "in")) if text(answer, f"{name}_{key}")]
    return min(told, default=now)
