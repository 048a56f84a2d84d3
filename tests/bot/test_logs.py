"""The log names kinds and places, never what somebody said: ours and other libraries' alike."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.world import World
from core.storage.database import run
from tests.support.merchant import Merchant
from tests.support.stage import Stage

LIBRARIES = """
import asyncio, logging
from bot.operating import logs
logs.configure()
logging.getLogger("telegram.request").warning("bad answer to bot700000001:secret: 13800000000")
logging.getLogger("httpx").info("POST https://api.telegram.org/bot700000001:secret/getMe")
logging.getLogger("uvicorn.error").error("[Errno 98] address in use")
try:
    raise ValueError("13800000000")
except ValueError:
    logging.getLogger("asyncio").exception("Task exception: 13800000000")
"""

CONTROLS = """
import structlog
from bot.operating import logs
logs.configure()
structlog.get_logger().warning("told", said="a\\nb\\r\\x1b[2J\\x00\\x85\\u2028\\u202e\\ufeff ok" + chr(0xd800))
"""


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_what_libraries_log_is_one_json_line_without_their_words() -> None:
    said = subprocess.run(  # noqa: S603 - the interpreter that runs this test
        [sys.executable, "-c", LIBRARIES], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    ).stderr
    telegram, uvicorn, asyncio_ = lines(said)
    assert telegram["library"] == "telegram.request"
    assert uvicorn["message"] == "[Errno 98] address in use"
    assert (asyncio_["error"], asyncio_["level"]) == ("ValueError", "error")
    assert not any(secret in said for secret in ("13800000000", "700000001", "secret"))


def test_nothing_that_is_logged_ends_a_line_or_moves_a_cursor() -> None:
    said = subprocess.run(  # noqa: S603 - the interpreter that runs this test
        [sys.executable, "-c", CONTROLS], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    ).stderr
    assert said.endswith("\n")
    assert said[:-1].isprintable(), "no newline, escape, direction or joiner among what is shown"
    assert lines(said)[0]["said"].startswith("a\nb\r\x1b[2J\0\x85\u2028\u202e\ufeff ok")


async def test_the_reference_she_is_told_finds_the_line_in_the_log(
    stage: Stage, merchant: Merchant, capfd: pytest.CaptureFixture[str]
) -> None:
    await merchant.has_bound()
    await stage.app.database.apply(run("UPDATE courier_accounts SET sender_sealed = 'torn'"))
    heard = await merchant.says("打印今天的订单")
    logged = "".join(capfd.readouterr())
    reference = heard.rsplit("编号 ", 1)[1].split()[0]
    assert len(reference) == 6
    assert reference in logged


async def test_every_call_of_the_log_says_names_of_ours_and_masks_only(
    stage: Stage, merchant: Merchant, world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    await merchant.has_bound()
    world.pinduoduo.forbids("pdd.erp.order.sync")
    await merchant.says("打印今天的订单")
    await merchant.says("确认")
    logged = "".join(capfd.readouterr())
    assert "printed state not reported" in logged
    assert not any(entry["order_sn"] in logged for entry in world.ledger()["orders"])
