"""Others who speak for the same merchant, and what each wants to hear."""

from core.alerts import Rule
from core.rights import Role
from core.storage.address import Address
from core.subscribers import Wishes
from tests.support.merchant import Merchant
from tests.support.stage import Stage

ONLY_PARCELS = {"off": frozenset({Rule.SHIP_DEADLINE}), "morning": None, "evening": None}


async def colleague(stage: Stage, merchant: Merchant, role: Role, name: str = "小李") -> Merchant:
    """Somebody with another role in a chat of her own."""
    member = await stage.app.desk.kept.merchants.member("room", merchant.peer)
    assert member is not None
    other = Merchant(stage, name)
    await other.joins(role, merchant=member.merchant)
    return other


async def wishes(merchant: Merchant, **wanted: object) -> None:
    """What she wants to hear from now on."""
    kept = merchant.stage.app.desk.kept
    to = Address("room", merchant.peer)
    await kept.database.apply(kept.subscribers.wish(to, Wishes(**wanted)))  # type: ignore[arg-type]
