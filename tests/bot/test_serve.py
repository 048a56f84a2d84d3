"""`miandan serve` as a process: it waits for Telegram, tells its health, and asked to stop it is gone in good order."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from bot.sandbox.telegram.service import TOKEN
from bot.world_time import WorldTime
from core.clock import HOUR
from core.errors import ServiceUnavailable
from core.http import Http, client
from tests.torture.people import Merchant
from tests.torture.processes import Served, free_port
from tests.torture.world import World


class Installation:
    """A served sandbox, and the program beside it."""

    def __init__(self, folder: Path, orders: int) -> None:
        world_port, port = free_port(), free_port()
        url = f"http://127.0.0.1:{world_port}"
        self.site = f"http://127.0.0.1:{port}"
        self.log = folder / "log"
        self.world = World(url)
        listening = ("sandbox", "--port", str(world_port), "--orders", str(orders), "--program", self.site)
        self.sandbox = Served(folder / "world.log", *listening, environment={})
        environment = {
            "MIANDAN_DATABASE": f"sqlite:{folder}/m.db",
            "MIANDAN_KEY_FILE": f"{folder}/key",
            "MIANDAN_PUBLIC_URL": self.site,
        }
        serving = ("serve", "--world", url, "--port", str(port))
        self.program = Served(self.log, *serving, environment=environment)

    async def logged(self, words: str) -> None:
        """Wait until the program's log says so."""
        async with asyncio.timeout(20):
            while not self.log.exists() or words not in self.log.read_text():  # noqa: ASYNC110 - another process's file
                await asyncio.sleep(0.05)

    async def answers(self, channel: str, chat: str, said: str) -> str:
        """Somebody says something in a chat; the first thing that is said there."""
        async with httpx.AsyncClient(base_url=self.world.url, trust_env=False) as client, asyncio.timeout(15):
            await client.post(f"/world/{channel}/say", json={"chat": chat, "text": said})
            while not (told := (await client.get(f"/world/{channel}/heard", params={"chat": chat})).json()):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        return str(told[0]["text"])

    async def menu(self, language: str) -> dict[str, str]:
        """Telegram's commands for this language."""
        async with httpx.AsyncClient(base_url=f"{self.world.url}/api.telegram.org", trust_env=False) as client:
            told = await client.post(f"/bot{TOKEN}/getMyCommands", json={"language_code": language})
        return {each["command"]: each["description"] for each in told.json()["result"]}

    async def get(self, path: str) -> httpx.Response:
        async with httpx.AsyncClient(base_url=self.site, trust_env=False) as client:
            return await client.get(path)


@asynccontextmanager
async def installation(folder: Path, orders: int = 3) -> AsyncIterator[Installation]:
    here = Installation(folder, orders)
    try:
        await here.sandbox.start()
        await here.world.is_up()
        yield here
    finally:
        await here.program.kill()
        await here.sandbox.kill()
        await here.world.close()


async def test_telegrams_menu_is_chinese_and_english_for_who_reads_english(tmp_path: Path) -> None:
    async with installation(tmp_path) as here:
        await here.program.start()
        await here.program.is_up()
        default, english = [await here.menu(language) for language in ("", "en")]
    assert default["list_anomalies"] == "看异常件"
    assert english["list_anomalies"] == "list problem parcels"
    assert list(default) == list(english)


async def test_asked_to_stop_it_is_gone_within_ten_seconds(tmp_path: Path) -> None:
    async with installation(tmp_path) as here:
        await here.program.start()
        await here.program.is_up()
        await Merchant(here.world, 1, patience=15).says("帮助", "打印")
        async with asyncio.timeout(10):
            await here.program.stop()
    assert "error" not in here.log.read_text()


async def test_it_answers_on_every_channel_at_once(tmp_path: Path) -> None:
    chats = {"telegram": "1", "wecom": "xiaoman", "wecom_bot": "xiaoman", "official_account": "xiaoman"}
    async with installation(tmp_path) as here:
        await here.program.start()
        await here.program.is_up()
        told = {channel: await here.answers(channel, chat, "帮助") for channel, chat in chats.items()}
        health = (await here.get("/healthz")).json()
    assert [channel for channel, text in told.items() if not text.startswith("你好，我是面单")] == []
    assert (health["ok"], health["channel_trouble"]) == (True, "")
    assert "error" not in here.log.read_text()


async def test_it_tells_its_health_and_its_figures_while_it_runs(tmp_path: Path) -> None:
    async with installation(tmp_path) as here:
        await here.program.start()
        await here.program.is_up()
        await Merchant(here.world, 1, patience=15).says("帮助", "打印")
        health, metrics = await here.get("/healthz"), await here.get("/metrics")
    assert (health.status_code, health.json()["ok"], health.json()["channel_trouble"]) == (200, True, "")
    assert 'miandan_messages_received_total{channel="telegram"} 1.0' in metrics.text


async def test_it_follows_the_clock_of_a_served_world(tmp_path: Path) -> None:
    async with installation(tmp_path) as here:
        http = Http(client(world=here.world.url))
        clock = WorldTime(http)
        before = clock.now()
        await clock.look()
        assert abs(clock.now() - before) < HOUR
        await here.world.do("clock.moves", ms=2 * HOUR)
        await clock.look()
        assert 2 * HOUR <= clock.now() - before < 3 * HOUR
        await here.sandbox.kill()
        with pytest.raises(ServiceUnavailable):
            await clock.look()
        assert clock.now() - before >= 2 * HOUR
        await http.close()


async def test_a_telegram_that_is_down_is_waited_for(tmp_path: Path) -> None:
    async with installation(tmp_path) as here:
        await here.world.do("telegram.goes_down")
        await here.program.start()
        await here.logged("the channel cannot be reached")
        await here.world.do("telegram.comes_back")
        await Merchant(here.world, 1, patience=15).says("帮助", "打印")
    assert "Traceback" not in here.log.read_text()


async def test_asked_to_stop_in_the_middle_of_a_batch_it_hands_over_and_the_next_start_finishes(
    tmp_path: Path,
) -> None:
    async with installation(tmp_path, orders=400) as here:
        await here.program.start()
        await here.program.is_up()
        merchant = Merchant(here.world, 1, patience=30)
        await merchant.binds_shop()
        await merchant.binds_zto()
        plan = await merchant.says("打印订单", "可打")
        await here.world.press(1, plan.buttons[0])
        await _numbered(here.world, 40)
        asked = time.monotonic()
        await here.program.stop()
        assert time.monotonic() - asked < 10
        before = len((await here.world.ledger())["numbers"])
        await here.program.start()
        await merchant.hears(0, "打完了")
        ledger, chat = await here.world.ledger(), await here.world.heard(1)
    numbers = Counter(entry["key"] for entry in ledger["numbers"])
    assert before < len(numbers)
    assert set(numbers.values()) == {1}
    assert set(Counter(entry["order_sn"] for entry in ledger["uploads"]).values()) == {1}
    assert not any("不确定" in heard.text for heard in chat)


async def _numbered(world: World, count: int) -> None:
    async with asyncio.timeout(30):
        while len((await world.ledger())["numbers"]) < count:  # noqa: ASYNC110 - another process's books
            await asyncio.sleep(0.02)
