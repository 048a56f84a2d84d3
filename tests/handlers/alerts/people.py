"""Others who speak for the same merchant."""

from core.rights import Role
from tests.support.merchant import Merchant
from tests.support.stage import Stage


async def colleague(stage: Stage, merchant: Merchant, role: Role, name: str = "小李") -> Merchant:
    """Somebody with another role in a chat of her own."""
    member = await stage.app.desk.kept.merchants.member("room", merchant.peer)
    assert member is not None
    other = Merchant(stage, name)
    await other.joins(role, merchant=member.merchant)
    return other
