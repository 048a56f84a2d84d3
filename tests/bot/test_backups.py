"""Backups: made while the program writes, pruned, put back, and gone on from without doing anything twice."""

import asyncio
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from bot.channels.base import Channel, Drawing, Keep, unkept
from bot.operating.backups import Backups, copies, dump_command
from bot.sandbox.clock import HOUR
from bot.sandbox.world import World
from core.storage import backup
from core.storage.backup import NotABackup
from core.storage.sqlite import FileInUse
from tests.bot.test_commands import failing, miandan
from tests.support.merchant import Merchant
from tests.support.stage import Stage


def database(stage: Stage) -> Path:
    return stage.folder / "demo.db"


class CopyingChannel:
    """Copies the database right before a document is sent."""

    def __init__(self, channel: Channel, file: Path, copy: Path) -> None:
        self.name = channel.name
        self.abilities = channel.abilities
        self._channel = channel
        self._paths = (file, copy)

    async def send(self, peer: str, drawing: Drawing, keep: Keep = unkept) -> str:
        if drawing.file:
            await asyncio.to_thread(backup.copy, *self._paths)
        return await self._channel.send(peer, drawing, keep)


def rows(file: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(sql).fetchall()


async def copied(stage: Stage, folder: Path, keep: int = 0) -> Path:
    return await Backups(database(stage), folder, keep, stage.world.clock).make()


async def test_a_restored_conversation_goes_on_where_the_copy_was_made(
    stage: Stage, merchant: Merchant, tmp_path: Path
) -> None:
    await merchant.says("绑定中通")
    for said in ("电子面单账号", "1234567890"):
        await merchant.says(said)
    copy = await copied(stage, tmp_path / "copies")
    assert "网点编码" in await merchant.says("zto123")
    await stage.dark()
    aside = backup.restore(copy, database(stage))
    await stage.light()
    assert aside == tmp_path / "demo.before-restore.db"
    assert "网点编码" in await merchant.says("zto123"), "the password is asked for again, as when the copy was made"


async def test_a_copy_is_made_while_the_program_writes_and_is_whole(
    stage: Stage, merchant: Merchant, tmp_path: Path
) -> None:
    await merchant.has_bound()
    writing = asyncio.create_task(merchant.says("打印今天的订单"))
    copy = await copied(stage, tmp_path / "copies")
    await writing
    assert rows(copy, "PRAGMA integrity_check") == [("ok",)]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert sorted(each.name for each in copy.parent.iterdir()) == [copy.name]


async def test_the_key_is_not_in_the_copy(stage: Stage, merchant: Merchant, tmp_path: Path) -> None:
    await merchant.has_bound()
    copy = await copied(stage, tmp_path / "copies")
    assert (stage.folder / "demo.key").read_bytes() not in copy.read_bytes()
    assert b"zto123" not in copy.read_bytes()


async def test_the_oldest_copies_go_and_other_files_stay(stage: Stage, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    (folder / "miandan-before-the-upgrade.db").write_text("mine")
    made = []
    for _ in range(4):
        made.append(await copied(stage, folder, keep=2))
        stage.world.clock.move(1_000)
    assert copies(folder) == made[-2:]
    assert (folder / "miandan-before-the-upgrade.db").exists()


async def test_serving_makes_copies_by_itself_and_late_after_a_pause(
    stage: Stage, world: World, tmp_path: Path
) -> None:
    folder = tmp_path / "copies"
    for _ in range(2):
        await stage.dark()
        await stage.light(backup_hours=6, backup_folder=folder, backup_keep=3)
        await stage.app.scheduler.do_due()
        world.clock.move(20 * HOUR)
    await stage.app.scheduler.do_due()
    assert len(copies(folder)) == 2
    assert await stage.app.scheduler.do_due() is False


async def test_a_batch_that_went_on_after_the_copy_is_not_repeated(
    stage: Stage, merchant: Merchant, world: World, tmp_path: Path
) -> None:
    await merchant.has_bound()
    await merchant.says("打印今天的订单")
    made: list[Path] = []

    async def copy_in_the_middle(point: str) -> None:
        if point == "zto:zto.open.createOrder" and len(world.ledger()["numbers"]) == 20 and not made:
            made.append(tmp_path / "middle.db")
            await asyncio.to_thread(backup.copy, database(stage), made[0])

    world.before_answer = copy_in_the_middle
    await merchant.says("确认")
    world.before_answer = None
    numbers = len(world.ledger()["numbers"])
    await stage.dark()
    backup.restore(made[0], database(stage))
    merchant.marks()
    await stage.light()
    await stage.app.quiet()
    assert len(world.ledger()["numbers"]) == numbers
    assert "不确定取到号没有" in merchant.heard
    assert "核对单号" in merchant.labels
    unsure = rows(database(stage), "SELECT count(*) FROM shipments WHERE state = 'unsure'")
    assert unsure[0][0] >= numbers - 20 - 8
    assert "现在没有可以打的" in await merchant.says("打印今天的订单")
    assert len(world.ledger()["numbers"]) == numbers


async def test_a_document_that_may_have_been_sent_is_asked_about(
    stage: Stage, merchant: Merchant, world: World, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    await merchant.has_bound()
    await merchant.says("打印今天的订单")
    await stage.dark()
    await stage.light(wrap=lambda room: CopyingChannel(room, database(stage), copy))
    await merchant.says("确认")
    printed = len(merchant.pages)
    await stage.dark()
    backup.restore(copy, database(stage))
    merchant.marks()
    await stage.light()
    await stage.app.quiet()
    assert len(merchant.pages) == printed
    assert merchant.button("再发一次") in [button for message in merchant.news for button in message.buttons]


async def test_restoring_waits_until_the_program_is_stopped(stage: Stage, tmp_path: Path) -> None:
    copy = await copied(stage, tmp_path / "copies")
    with pytest.raises(FileInUse):
        backup.restore(copy, database(stage))


def test_what_is_no_backup_is_refused_and_nothing_is_touched(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    present = tmp_path / "data" / "miandan.db"
    present.write_text("what is there")
    torn = tmp_path / "torn.db"
    miandan("migrate", folder=tmp_path / "other")
    whole = (tmp_path / "other" / "data" / "miandan.db").read_bytes()
    newer = tmp_path / "newer.db"
    newer.write_bytes(whole)
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute("INSERT INTO schema_version VALUES (9999, 'later')")
        connection.commit()
    torn.write_bytes(whole[: len(whole) // 2])
    (tmp_path / "notes.db").write_text("notes")
    for bad in (torn, newer, tmp_path / "notes.db", tmp_path / "nowhere.db"):
        with pytest.raises(NotABackup):
            backup.restore(bad, present)
    assert present.read_text() == "what is there"


def test_a_broken_database_is_set_aside_and_replaced(tmp_path: Path) -> None:
    miandan("migrate", folder=tmp_path)
    made = Path(miandan("backup", folder=tmp_path).splitlines()[0])
    file = tmp_path / "data" / "miandan.db"
    file.write_bytes(b"broken" * 1000)
    told = miandan("restore", str(made), folder=tmp_path)
    assert "data/miandan.before-restore.db" in told
    assert rows(file, "PRAGMA integrity_check") == [("ok",)]
    assert (tmp_path / "data" / "miandan.before-restore.db").read_bytes().startswith(b"broken")


def test_the_command_says_where_the_copy_is_and_that_the_key_is_not_in_it(tmp_path: Path) -> None:
    assert "There is no database at data/miandan.db yet" in failing("backup", folder=tmp_path, code=1)
    miandan("migrate", folder=tmp_path)
    told = miandan("backup", "--to", "elsewhere", folder=tmp_path)
    (made,) = copies(tmp_path / "elsewhere")
    assert told.splitlines()[0] == f"elsewhere/{made.name}"
    assert "Keep data/miandan.key apart" in told


def test_on_postgresql_the_command_names_pg_dump_and_no_password(tmp_path: Path) -> None:
    told = failing("backup", folder=tmp_path, code=1, MIANDAN_DATABASE="postgres://mian:s3cret@db.example/miandan")
    assert "pg_dump --format=custom --file=miandan.dump 'postgres://mian@db.example/miandan'" in told
    assert "s3cret" not in told
    assert dump_command("postgres:///m?host=/run&password=s3cret&user=u").endswith("'postgres:///m?host=/run&user=u'")
