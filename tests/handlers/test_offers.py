"""Whatever is understood of a message can be offered, and what is denied is never done."""

import json
from itertools import permutations
from pathlib import Path

import pytest

from bot.sandbox.world import World
from handlers.menu import COMMANDS, NOT_YET
from handlers.offers import offered
from handlers.understanding import decide, intents, wall_clock
from tests.support.merchant import Merchant

NOW = wall_clock(1_795_000_000_000)
SAID = [
    json.loads(line)["text"]
    for line in (Path(__file__).parents[1] / "data" / "messages.jsonl").read_text("utf-8").splitlines()
]
VERBS = ("打印", "补打", "催", "拦截", "作废", "解绑中通", "导出", "绑定", "查", "退款", "打单", "改模板")
DROPS = ("算了", "取消", "不要了", "不弄了", "停")
NUMBER = "78330092817465"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_question_back_can_be_drawn(language: str) -> None:
    mixed = ["".join(pair) for verb in VERBS for drop in DROPS for pair in permutations((verb, drop))]
    drawn = 0
    for said in SAID + mixed:
        for ask in decide(said, NOW).asks:
            if ask.kind in {"which", "did_you_mean"}:
                drawn += 1
                assert len(offered(language, ask.kind, ask.options, {}).buttons) == len(ask.options) + 1
    assert drawn > 100


def test_whatever_may_be_offered_has_a_conversation_or_is_known_to_have_none() -> None:
    assert {name for name, intent in intents().items() if not intent.drops} <= COMMANDS.keys() | NOT_YET


@pytest.mark.parametrize(
    "said",
    [
        f"别催 {NUMBER}",
        f"先不要催 {NUMBER}",
        f"don't chase {NUMBER}",
        f"别再拦截 {NUMBER}",
        f"不要作废 {NUMBER}",
        f"不用补打 {NUMBER}",
        "不要打印今天的",
        "先别解绑中通",
    ],
)
def test_what_is_denied_is_asked_about(said: str) -> None:
    assert [ask.kind for ask in decide(said, NOW).asks] == ["which"]


def test_what_is_denied_politely_is_not_done_either() -> None:
    assert decide("please don't print today's orders", NOW).is_unsure


@pytest.mark.parametrize("said", ["别忘了打印今天的", "不要圆通的，打印今天剩下的", "别打印今天的，打昨天的"])
def test_what_only_begins_like_a_denial_is_none(said: str) -> None:
    understood = decide(said, NOW)
    assert (understood.intent, understood.asks) == ("print_orders", ())


async def test_nobody_is_urged_who_is_not_to_be(merchant: Merchant, world: World) -> None:
    await merchant.has_bound()
    await merchant.says("打印今天的订单")
    await merchant.says("确认")
    number = world.ledger()["numbers"][0]["number"]
    assert "要哪一个" in await merchant.says(f"别催 {number}")
    assert world.ledger()["work_orders"] == []


async def test_a_wish_that_was_dropped_in_one_breath_is_offered_or_dropped(merchant: Merchant) -> None:
    await merchant.has_bound()
    assert "要哪一个" in await merchant.says("打印算了")
    assert merchant.labels == ["打印订单", "能做什么"]
    assert "没有进行中的事" in await merchant.says("取消")


async def test_a_plan_is_dropped_in_ones_own_words(merchant: Merchant, world: World) -> None:
    await merchant.has_bound()
    await merchant.says("打印今天的订单")
    assert "已取消" in await merchant.says("哎算了 今天先不打了")
    assert world.ledger()["numbers"] == []
