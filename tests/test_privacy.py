"""After a full run nothing that names a buyer, and no secret, lies in plain text anywhere on the disk or in the log."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.sandbox.pinduoduo.service import CLIENT_SECRET
from bot.sandbox.world import World
from bot.sandbox.zto.service import APP
from core.labels import Press
from tests.support.merchant import Merchant
from tests.support.stage import Stage


@pytest.fixture
def temporary(tmp_path: Path) -> Iterator[Path]:
    """A temporary folder of this test's own, for everything that wants one."""
    usual, made = tempfile.tempdir, tmp_path / "temporary"
    made.mkdir()
    tempfile.tempdir = str(made)
    yield made
    tempfile.tempdir = usual


def plain_texts(world: World) -> dict[str, str]:
    """What must not be found, by what it is."""
    found = {"ZTO password": "zto123", "app secret": CLIENT_SECRET, "ZTO app secret": APP.secret}
    for entry in world.ledger()["orders"]:
        receiver = world.pinduoduo.find(entry["order_sn"]).receiver
        found |= {
            f"name of {entry['order_sn']}": receiver.name,
            f"phone of {entry['order_sn']}": receiver.phone,
            f"address of {entry['order_sn']}": receiver.detail,
        }
    return found


async def test_nothing_lies_open_after_binding_printing_troubles_and_tracking(
    tmp_path: Path, temporary: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    world, press = World(seed=7, orders=40), Press()
    stage = Stage(world, tmp_path / "data", press)
    await stage.light()
    merchant = Merchant(stage)
    await merchant.says("绑定店铺")
    await merchant.opens("打开授权页")
    for said in ("绑定中通", "电子面单账号", "1234567890", "zto123", "8866", "1", "打印今天的订单"):
        await merchant.says(said)
    world.zto.loses_answers(1, on="zto.open.createOrder")
    world.zto.answers_garbage(1, on="zto.open.createOrder")
    await merchant.says("确认")
    await merchant.taps("核对单号")
    uploaded = world.ledger()["uploads"][0]
    await merchant.says(f"{uploaded['order_sn']} 到哪了")
    await merchant.says(f"补打 {uploaded['number']}")
    assert merchant.pages
    searched = _contents(tmp_path) | {"log": "".join(capfd.readouterr()).encode()}
    await stage.dark()
    await press.close()
    searched |= _contents(tmp_path)
    assert any(name.endswith("demo.db-wal") for name in searched)
    assert _found(plain_texts(world), searched) == []


async def test_the_search_finds_what_is_there(tmp_path: Path, world: World) -> None:
    secret = plain_texts(world)["ZTO password"]
    (tmp_path / "careless.txt").write_text(f"password={secret}")
    assert _found(plain_texts(world), _contents(tmp_path)) == [("ZTO password", str(tmp_path / "careless.txt"))]


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _found(plain: dict[str, str], searched: dict[str, bytes]) -> list[tuple[str, str]]:
    """Personal data is searched for as UTF-8 and as JSON would escape it."""
    return [
        (what, where)
        for where, body in searched.items()
        for what, text in plain.items()
        if text.encode() in body or text.encode("unicode_escape") in body
    ]
