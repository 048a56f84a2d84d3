"""The command line, as its users run it: another process, text in, text and files out."""

import ctypes
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pypdfium2

from bot.sandbox.clock import WorldClock, midnight
from bot.sandbox.world import World

BINDING = "绑定店铺 1 绑定中通 电子面单账号 1234567890 zto123 8866 1".split()


def miandan(*arguments: str, says: tuple[str, ...] = (), folder: Path) -> str:
    """Run it with these lines as its input, in an empty folder; its output. Exit code 0, nothing on stderr."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "bot", *arguments],
        input="".join(f"{line}\n" for line in says),
        capture_output=True,
        text=True,
        timeout=60,
        cwd=folder,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def failing(*arguments: str, folder: Path, code: int, **environment: str) -> str:
    """Run it where something is wrong; all it says, which is no traceback. It ends with this exit code."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "bot", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=folder,
        check=False,
        env={**os.environ, **environment},
        preexec_fn=_obey_file_modes,
    )
    told = done.stdout + done.stderr
    assert done.returncode == code, told
    assert "Traceback" not in told
    return told


def _obey_file_modes() -> None:
    """Nothing is read-only to root; without this capability root is held back like everybody else (capabilities(7))."""
    drop_from_bounding_set, dac_override = 24, 1
    ctypes.CDLL(None).prctl(drop_from_bounding_set, dac_override, 0, 0, 0)


def ledger(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """What really happened in the demonstration's world."""
    books: dict[str, list[dict[str, Any]]] = json.loads((folder / "ledger.json").read_text("utf-8"))
    return books


def pages(folder: Path) -> int:
    """Label pages in all documents of the folder."""
    return sum(len(pypdfium2.PdfDocument(file)) for file in folder.glob("*.pdf"))


def test_the_demonstration_prints_what_may_ship_and_nothing_twice(tmp_path: Path) -> None:
    expected = [order for order in orders_of_today(30) if order["may_ship"] and "refuses_zto" not in order["beware"]]
    arguments = ("demo", "--bound", "--orders", "30", "--seed", "7", "--out", "labels")
    heard = miandan(*arguments, says=("打印今天的订单", "确认"), folder=tmp_path)
    books = ledger(tmp_path / "labels")
    assert sorted(row["order_sn"] for row in books["uploads"]) == sorted(order["order_sn"] for order in expected)
    parcels = {order["merge_id"] for order in expected}
    assert (len(expected), len(parcels), pages(tmp_path / "labels")) == (27, 26, 26)
    assert len({row["number"] for row in books["numbers"]}) == len(books["numbers"]) == 26
    assert "暂缓 3 单：" in heard
    assert "✅ 打完了：26 张面单，27 单已回传单号，用时 " in heard


def test_the_whole_way_from_nothing_to_labels_can_be_piped(tmp_path: Path) -> None:
    says = (*BINDING, "打印今天的订单", "确认")
    heard = miandan("demo", "--orders", "30", "--out", "out", says=says, folder=tmp_path)
    assert "（已在浏览器里同意授权）\n面单  ✅ 已绑定「小满家居旗舰店」。" in heard
    assert "面单  ✅ 中通快递绑定成功，单号余额 812。" in heard
    assert pages(tmp_path / "out") == 26
    assert len(ledger(tmp_path / "out")["numbers"]) == 26


def test_empty_lines_and_the_end_of_input_end_the_demonstration_quietly(tmp_path: Path) -> None:
    assert miandan("demo", "--orders", "3", says=("", "  "), folder=tmp_path) == ""
    assert ledger(tmp_path / "out")["numbers"] == []
    assert sorted(file.name for file in tmp_path.iterdir()) == ["out"]


def test_a_reader_that_leaves_early_does_not_keep_the_demonstration_from_ending(tmp_path: Path) -> None:
    arguments = [sys.executable, "-m", "bot", "demo", "--bound", "--orders", "3", "--out", "out"]
    with subprocess.Popen(  # noqa: S603 - our own program
        arguments, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as demo:
        assert demo.stdin is not None
        assert demo.stdout is not None
        demo.stdout.close()
        demo.stdin.write("打印今天的订单\n确认\n".encode())
        demo.stdin.close()
        demo.wait(timeout=30)
    assert len(ledger(tmp_path / "out")["numbers"]) > 0


def test_help_names_every_command(tmp_path: Path) -> None:
    heard = miandan("--help", folder=tmp_path)
    assert all(f" {command} " in heard for command in ("demo", "sandbox", "migrate"))
    assert "a courier assistant in a merchant's chat" in heard


def test_a_database_is_brought_to_todays_schema_once(tmp_path: Path) -> None:
    first = miandan("migrate", folder=tmp_path)
    assert first.startswith("applied 0001")
    assert miandan("migrate", folder=tmp_path) == "nothing to do\n"
    assert (tmp_path / "data" / "miandan.db").exists()


def test_the_sandbox_serves_its_world_and_its_controls(tmp_path: Path) -> None:
    with served_world(tmp_path) as world:
        assert world.get("/world/summary").json()["waiting"] == 4
        assert world.post("/world/do", json={"verb": "zto.goes_down"}).status_code == 200
        assert world.post("/japi.zto.com/zto.open.createOrder").status_code == 503
        assert world.post("/world/do", json={"verb": "zto.comes_back"}).status_code == 200
        assert world.post("/japi.zto.com/zto.open.createOrder").status_code == 200


def orders_of_today(count: int) -> list[dict[str, Any]]:
    """What a world of the same seed holds at this moment."""
    world = World(seed=7, orders=count, clock=WorldClock.ticking())
    orders: Any = world.ledger()["orders"]
    return [order for order in orders if order["confirmed_at"] >= midnight(world.clock.now())]


@contextmanager
def served_world(folder: Path) -> Iterator[httpx.Client]:
    """`miandan sandbox` on a free port of loopback, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = [sys.executable, "-m", "bot", "sandbox", "--port", str(port), "--orders", "4"]
    with subprocess.Popen(arguments, cwd=folder) as served:  # noqa: S603 - our own program
        waits = httpx.HTTPTransport(retries=6)  # it takes a second until it listens
        try:
            with httpx.Client(transport=waits, base_url=f"http://127.0.0.1:{port}") as world:
                yield world
        finally:
            served.terminate()
