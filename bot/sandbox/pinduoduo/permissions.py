"""Which shops the app hears of on the message service, and of what (`pdd.pmc.*`)."""

from bot.sandbox.clock import wall
from bot.sandbox.pinduoduo.desk import Desk
from bot.sandbox.pinduoduo.messages import TOPICS
from bot.sandbox.pinduoduo.params import BAD_PARAM, Json, Params, Refusal
from bot.sandbox.pinduoduo.shops import Shop


def permit(desk: Desk, shop: Shop, params: Params) -> Json:
    """`pdd.pmc.user.permit`: these topics, or all that the app has subscribed to."""
    asked = frozenset(filter(None, params.maybe("topics").split(","))) or frozenset(TOPICS)
    if not asked <= frozenset(TOPICS):
        raise Refusal(BAD_PARAM, "topics")
    desk.messages.permitted[shop.mall_id] = asked
    return {"is_success": True}


def permitted(desk: Desk, shop: Shop, params: Params) -> Json:
    """`pdd.pmc.user.get`."""
    _check_owner(shop, params)
    topics = sorted(desk.messages.permitted.get(shop.mall_id, ()))
    now = wall(desk.clock.now())
    user = {"owner_id": str(shop.mall_id), "topics": topics, "is_expire": 0 if topics else 1}
    return {"pmc_user": {**user, "created": now, "modified": now}}


def cancel(desk: Desk, shop: Shop, params: Params) -> Json:
    """`pdd.pmc.user.cancel`."""
    _check_owner(shop, params)
    desk.messages.permitted.pop(shop.mall_id, None)
    return {"is_success": True}


def _check_owner(shop: Shop, params: Params) -> None:
    if params.text("owner_id") != str(shop.mall_id):
        raise Refusal(BAD_PARAM, "owner_id")
