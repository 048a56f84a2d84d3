"""`miandan understand`, `recipient` and `courier`, as their users run them."""

import json
import subprocess
import sys
from typing import Any

import pytest

NOW = "2026-11-18T15:30:00"


def run(*arguments: str, lines: bytes = b"") -> tuple[int, list[dict[str, Any]], str]:
    """Exit status, the JSON lines of standard output, and standard error."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "bot", *arguments], input=lines, capture_output=True, timeout=60, check=False
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()


def rows(*told: dict[str, Any]) -> bytes:
    """As JSON lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in told).encode()


def test_one_message_on_the_command_line() -> None:
    status, told, complaint = run("understand", "打印昨天的订单，用圆通", "--now", NOW)
    period = {"start": "2026-11-17T00:00:00", "end": "2026-11-18T00:00:00"}
    assert told == [{"intent": "print_orders", "slots": {"courier": ["YTO"], "period": period}, "ask": []}]
    assert (status, complaint) == (0, "")


def test_a_line_that_cannot_be_read_is_answered_and_the_rest_goes_on() -> None:
    good = {"id": "a", "text": "作废 78330092817465", "now": NOW}
    zoned = {"id": 2, "text": "打今天的", "now": "2026-11-17T20:00:00+00:00"}
    bad = b'nonsense\n[1]\n{"id": 7}\n{"id": 8, "text": "x", "now": "soon"}\n\xff\n\n'
    status, told, complaint = run("understand", lines=rows(good) + bad + rows(zoned))
    assert told[0] == {
        "id": "a",
        "intent": "cancel_waybill",
        "slots": {"tracking_numbers": ["78330092817465"]},
        "ask": [{"ask": "confirm"}],
    }
    assert [(row["id"], row["line"], row["error"]) for row in told[1:6]] == [
        (None, 2, "not JSON"),
        (None, 3, 'not an object like {"id": 1, "text": "…"}'),
        (7, 4, '"text" is missing, or no text'),
        (8, 5, '"now" is no ISO time like 2026-11-18T15:30:00: soon'),
        (None, 6, "not UTF-8"),
    ]
    assert (told[6]["id"], told[6]["slots"]["period"]["start"]) == (2, "2026-11-18T00:00:00")
    assert (status, complaint) == (1, "")


def test_recipients_with_what_has_to_be_asked() -> None:
    one = {"id": 1, "text": "李四 13800000001转12 四川成都锦江区春熙路8号"}
    unsure = {"id": 2, "text": "鼓楼区中山北路30号"}
    two = {"id": 3, "text": "李四 13800000001 成都锦江区春熙路8号\n王五 13900000002 南京鼓楼区中山北路30号"}
    status, told, _ = run("recipient", lines=rows(one, unsure, two))
    assert told[0] == {
        "id": 1, "name": "李四", "phone": "13800000001", "extension": "12", "province": "四川省", "city": "成都市",
        "district": "锦江区", "detail": "春熙路8号", "ask": [],
    }  # fmt: skip
    assert [ask["ask"] for ask in told[1]["ask"]] == ["missing", "missing", "which"]
    assert "江苏省 南京市 鼓楼区" in told[1]["ask"][2]["options"]
    assert [told[2]["name"], *(more["name"] for more in told[2]["more"])] == ["李四", "王五"]
    assert status == 0


def test_couriers() -> None:
    numbers = rows(
        {"id": 1, "text": "78330092817465"}, {"id": 2, "text": "1201088260402"}, {"id": 3, "text": "13800000001"}
    )
    assert run("courier", lines=numbers)[1] == [
        {"id": 1, "courier": "ZTO", "sure": True},
        {"id": 2, "courier": "POSTB", "sure": False},
        {"id": 3, "courier": None, "sure": False},
    ]
    assert run("courier", "SF1409283746551")[1] == [{"courier": "SF", "sure": True}]


def test_a_time_that_is_none_is_said_plainly() -> None:
    status, told, complaint = run("understand", "打印", "--now", "soon")
    assert (status, told) == (2, [])
    assert complaint == '"now" is no ISO time like 2026-11-18T15:30:00: soon\n'


@pytest.mark.parametrize("command", ["understand", "recipient", "courier"])
def test_nothing_of_the_program_is_loaded_for_it(command: str) -> None:
    code = (
        "import sys; from bot.cli import cli\n"
        f"try: cli(['{command}', '打印今天的订单'])\n"
        "except SystemExit: pass\n"
        "program = {'bot.config', 'bot.app', 'core.storage', 'core.couriers', 'handlers.menu'}\n"
        "print(sorted(sys.modules.keys() & {*program, 'httpx', 'structlog', 'telegram', 'starlette', 'reportlab'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)  # noqa: S603 - our own
    assert done.stdout.splitlines()[-1] == "[]"
