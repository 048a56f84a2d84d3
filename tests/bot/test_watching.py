"""/healthz tells the truth and ends with 503 when something is wrong; /metrics counts and names nobody."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.sandbox.clock import MINUTE
from bot.sandbox.world import World
from bot.web.site import web
from core.storage.address import Address
from core.storage.database import run
from tests.support.merchant import Merchant
from tests.support.stage import Stage


@pytest.fixture
async def browser(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    async with visitor(stage) as browser:
        yield browser


def visitor(stage: Stage, address: str = "127.0.0.1", token: str = "") -> httpx.AsyncClient:
    """Somebody at this address who asks our own site."""
    site = httpx.ASGITransport(web(stage.app, metrics_token=token), client=(address, 1))
    return httpx.AsyncClient(transport=site, base_url="http://miandan")


async def problems(browser: httpx.AsyncClient) -> list[str]:
    answer = await browser.get("/healthz")
    told: list[str] = answer.json()["problems"]
    assert (answer.status_code, answer.json()["ok"]) == ((503, False) if told else (200, True))
    return told


async def test_a_running_program_is_well(browser: httpx.AsyncClient) -> None:
    assert await problems(browser) == []


async def test_a_loop_that_has_ended_is_named(stage: Stage, browser: httpx.AsyncClient) -> None:
    sender = next(worker for worker in stage.app.workers if worker.name == "sender")
    await sender.stop(0)
    assert await problems(browser) == ["the loop “sender” has ended"]


async def test_a_listener_that_has_ended_is_named_and_one_that_is_cut_off_is_only_told(
    stage: Stage, browser: httpx.AsyncClient
) -> None:
    stage.app.health.outside = lambda: "NetworkError"
    assert await problems(browser) == []
    assert (await browser.get("/healthz")).json()["channel_trouble"] == "NetworkError"
    stage.app.health.listening = lambda: False
    assert "no messages can come in" in (await problems(browser))[0]


async def test_a_database_that_is_closed_is_told(stage: Stage, browser: httpx.AsyncClient) -> None:
    await stage.app.database.close()
    told = await problems(browser)
    assert any(problem.startswith("the database does not answer: ") for problem in told)
    stage._app = None


async def test_a_commit_that_failed_is_told_for_a_minute(
    stage: Stage, world: World, browser: httpx.AsyncClient
) -> None:
    with pytest.raises(Exception, match="no such table"):
        await stage.app.database.apply(run("INSERT INTO nowhere VALUES (1)"))
    assert await problems(browser) == ["the database did not take a commit: OperationalError"]
    world.clock.move(MINUTE)
    assert await problems(browser) == []


async def test_a_message_that_nobody_takes_up_is_told_and_one_for_somebody_away_is_not(
    stage: Stage, world: World, browser: httpx.AsyncClient
) -> None:
    kept, to = stage.app.desk.kept, Address("another channel", "小满")
    await kept.database.apply(
        kept.outbox.add(to, "{}", world.clock.now()), kept.outbox.add(to, "{}", world.clock.now())
    )
    world.clock.move(MINUTE)
    assert await problems(browser) == []
    world.clock.move(2 * MINUTE)
    assert await problems(browser) == ["outbox was left lying for 180 s"]
    (letter,) = await kept.outbox.due(world.clock.now(), to.channel, 9)
    later = world.clock.now() + 60 * MINUTE
    await kept.database.apply(kept.outbox.retry(letter, later, in_doubt=False, peer_is_away=True))
    assert await problems(browser) == []


async def test_what_waits_for_a_merchant_who_must_speak_first_is_not_left_lying(stage: Stage, world: World) -> None:
    kept = stage.app.desk.kept
    await kept.database.apply(kept.outbox.add(Address("answering", "小满"), "{}", world.clock.now()))
    world.clock.move(60 * MINUTE)
    assert (await kept.backlog.starving(world.clock.now()))["outbox"] == 60 * MINUTE
    assert (await kept.backlog.starving(world.clock.now(), ["answering"]))["outbox"] == 0


async def test_a_talk_is_counted_without_naming_anybody(
    stage: Stage, merchant: Merchant, world: World, browser: httpx.AsyncClient
) -> None:
    await merchant.has_bound()
    await merchant.says("打印今天的订单")
    world.zto.loses_answers(1, on="zto.open.createOrder")
    await merchant.says("确认")
    zto_calls = sum(count for name, count in world.ledger()["calls"].items() if name.startswith("zto:"))
    page = (await browser.get("/metrics")).text
    figures = dict(line.rsplit(" ", 1) for line in page.splitlines() if not line.startswith("#"))
    assert figures['miandan_messages_received_total{channel="room"}'] == "2.0"
    assert float(figures['miandan_turn_seconds_count{outcome="answered"}']) >= 4
    assert float(figures['miandan_messages_sent_total{channel="room",outcome="sent"}']) == sent(stage)
    assert float(figures['miandan_outside_call_seconds_count{outcome="answered",service="ZTO"}']) == zto_calls - 1
    assert figures['miandan_outside_call_seconds_count{outcome="unknown",service="ZTO"}'] == "1.0"
    assert figures['miandan_step_seconds_count{outcome="done",worker="batches"}'] == "1.0"
    assert figures['miandan_shipments{state="unsure"}'] == "1.0"
    assert figures['miandan_waiting{queue="outbox"}'] == "0.0"
    assert figures["miandan_batches_running"] == "0.0"
    assert labels(page) == {
        "channel": {"room"},
        "outcome": {"answered", "unknown", "done", "sent"},
        "queue": {"inbox", "outbox", "effects"},
        "service": {"pinduoduo", "ZTO", "room"},
        "state": {
            "new",
            "asking",
            "numbered",
            "printing",
            "printed",
            "uploading",
            "held",
            "failed",
            "unsure",
            "voided",
        },
        "worker": {"effects", "batches", *({"sender", "turns", "rules"} & labels(page)["worker"])},
    }


def sent(stage: Stage) -> int:
    return sum(1 + len(message.versions) for chat in stage.room.chats.values() for message in chat)


def labels(page: str) -> dict[str, set[str]]:
    """Every label but the histograms' bounds, with its values."""
    found: dict[str, set[str]] = {}
    for name, value in re.findall(r'(\w+)="([^"]*)"', page):
        if name != "le":
            found.setdefault(name, set()).add(value)
    return found


async def test_the_oldest_message_has_an_age(stage: Stage, world: World, browser: httpx.AsyncClient) -> None:
    kept = stage.app.desk.kept
    await kept.database.apply(kept.outbox.add(Address("another channel", "x"), "{}", world.clock.now()))
    world.clock.move(90_000)
    page = (await browser.get("/metrics")).text
    assert 'miandan_waiting{queue="outbox"} 1.0' in page
    assert 'miandan_oldest_seconds{queue="outbox"} 90.0' in page


@pytest.mark.parametrize(
    ("address", "token", "headers", "status"),
    [
        ("127.0.0.1", "", {}, 200),
        ("127.0.0.1", "", {"X-Forwarded-For": "203.0.113.9"}, 404),
        ("203.0.113.9", "", {}, 404),
        ("203.0.113.9", "s3cret", {"Authorization": "Bearer s3cret"}, 200),
        ("127.0.0.1", "s3cret", {}, 404),
        ("127.0.0.1", "s3cret", {"Authorization": "Bearer s3cre"}, 404),
    ],
)
async def test_figures_are_for_this_machine_or_for_the_bearer_of_the_token(
    stage: Stage, address: str, token: str, headers: dict[str, str], status: int
) -> None:
    async with visitor(stage, address, token) as browser:
        assert (await browser.get("/metrics", headers=headers)).status_code == status
