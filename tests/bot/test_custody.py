"""`miandan invite`, `rotate-key` and `audit verify`, as an operator runs them."""

import asyncio
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.app import build
from bot.config import Settings
from bot.demo import SANDBOX_CREDENTIALS
from bot.sandbox.world import World
from core.codes import read_code
from core.http import Http, client
from core.ids import new_id
from core.labels import Press
from core.vault import key_file, new_key
from handlers.messages import Incoming
from tests.support.databases import postgres
from tests.support.stage import Room, at_once


def miandan(folder: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """Run it in a folder of its own; exit code, and all it said."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "bot", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=folder,
        env={"PATH": "", "PYTHONPATH": str(Path(__file__).parents[2])} | environment,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def settings(folder: Path, **others: object) -> Settings:
    """What the program in that folder reads."""
    places = {"database": f"sqlite:{folder / 'data/miandan.db'}", "key_file": folder / "data/miandan.key"}
    return Settings(_env_file=None, **places | {"backup_hours": 0} | others)  # type: ignore[arg-type]


async def says(folder: Path, *words: str, press: Press, **others: object) -> list[str]:
    """Somebody new writes to the program that runs there; what she heard."""
    room, world = Room(), World(seed=7, orders=0)
    http = Http(client(mounts=world.mounts()))
    app = await build(settings(folder, **others), {"room": room}, http=http, press=press, pause=at_once)
    app.start()
    for text in words:
        await app.turns.receive(Incoming("room", "第一位", new_id(), text=text))
        await app.quiet()
    await app.close()
    return [message.text for message in room.chats.get("第一位", [])]


class TestInvite:
    async def test_the_first_owner_gets_in_by_the_code(self, tmp_path: Path, press: Press) -> None:
        status, told = miandan(tmp_path, "invite")
        code = told.splitlines()[0]
        assert status == 0
        assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}", code)
        assert f"https://t.me/YOUR_BOT?start={read_code(code)}" in told
        heard = await says(tmp_path, "你好", f"加入 {code}", "成员", press=press, open_to="invited")
        assert heard[0].startswith("你好，我是面单，在这里只为受邀的人工作。")
        assert heard[1] == "✅ 已加入「还没绑定店铺的商家」，你的身份是店主。"
        assert heard[2].startswith("成员：\n• ")

    async def test_while_the_program_runs(self, tmp_path: Path, press: Press) -> None:
        room = Room()
        http = Http(client(mounts=World(seed=7, orders=0).mounts()))
        config = settings(tmp_path, open_to="invited")
        app = await build(config, {"room": room}, http=http, press=press, pause=at_once)
        app.start()
        status, told = await asyncio.to_thread(miandan, tmp_path, "invite")
        await app.turns.receive(Incoming("room", "甲", "u1", text=f"加入 {told.splitlines()[0]}"))
        await app.quiet()
        await app.close()
        assert status == 0
        assert room.chats["甲"][0].text == "✅ 已加入「还没绑定店铺的商家」，你的身份是店主。"

    def test_is_noted_in_the_installations_own_log(self, tmp_path: Path) -> None:
        miandan(tmp_path, "invite")
        assert miandan(tmp_path, "audit", "verify") == (0, _ok("this installation", 1, tmp_path))


class TestVerify:
    async def test_says_ok_for_every_whole_log(self, tmp_path: Path, press: Press) -> None:
        await says(tmp_path, "你好", press=press)
        status, told = miandan(tmp_path, "audit", "verify")
        assert status == 0
        assert [line[:7] for line in told.splitlines()] == ["ok     ", "ok     "]

    async def test_names_what_was_changed_and_exits_with_1(self, tmp_path: Path, press: Press) -> None:
        await says(tmp_path, "你好", press=press)
        with closing(sqlite3.connect(tmp_path / "data/miandan.db")) as connection, connection:
            connection.execute("UPDATE audit SET role = 'viewer' WHERE merchant <> ''")
        status, told = miandan(tmp_path, "audit", "verify")
        assert status == 1
        (wrong,) = [line for line in told.splitlines() if line.startswith("WRONG")]
        assert wrong.endswith(", entry 1: changed or put in")

    def test_an_empty_installation_is_well(self, tmp_path: Path) -> None:
        assert miandan(tmp_path, "audit", "verify") == (0, "")


class TestRotateKey:
    async def test_a_new_key_seals_everything_and_the_old_one_may_go(self, tmp_path: Path, press: Press) -> None:
        await says(tmp_path, "绑定中通", "电子面单账号", "1234567890", press=press, **SANDBOX_CREDENTIALS)
        old = key_file(tmp_path / "data/miandan.key")
        status, told = miandan(tmp_path, "rotate-key", "--new")
        assert (status, "conversations.state_sealed: 1 sealed again" in told) == (0, True)
        assert told.endswith("Everything is sealed with the newest key. Backups made before still need the old one.\n")
        keys = key_file(tmp_path / "data/miandan.key")
        assert list(keys)[:-1] == list(old)
        assert miandan(tmp_path, "rotate-key", "--forget")[0] == 0
        assert list(key_file(tmp_path / "data/miandan.key")) == list(keys)[-1:]
        assert (tmp_path / "data/miandan.key").stat().st_mode & 0o777 == 0o600
        assert (await says(tmp_path, "返回", press=press, **SANDBOX_CREDENTIALS))[-1].startswith(
            "(2/4) 电子面单账号是多少？"
        )
        assert miandan(tmp_path, "audit", "verify")[0] == 0

    def test_the_old_key_is_not_forgotten_while_something_needs_it(self, tmp_path: Path) -> None:
        miandan(tmp_path, "invite")
        file = tmp_path / "data/miandan.key"
        file.write_text(f"{file.read_text()},{new_key()}")
        status, told = miandan(tmp_path, "rotate-key", "--forget")
        assert status == 1
        assert told.endswith("values are sealed with an old key. Run miandan rotate-key first.\n")
        assert "," in file.read_text()

    def test_a_key_from_the_environment_is_the_operators_to_change(self, tmp_path: Path) -> None:
        first = new_key()
        assert miandan(tmp_path, "invite", MIANDAN_KEY=first)[0] == 0
        status, told = miandan(tmp_path, "rotate-key", "--new", MIANDAN_KEY=first)
        second = told.splitlines()[0]
        assert (status, "restart every process" in told) == (2, True)
        status, told = miandan(tmp_path, "rotate-key", MIANDAN_KEY=f"{first},{second}")
        assert (status, "invitations.code_sealed: 1 sealed again" in told) == (0, True)
        assert miandan(tmp_path, "audit", "verify", MIANDAN_KEY=second)[0] == 0
        assert not (tmp_path / "data/miandan.key").exists()

    def test_values_that_no_key_opens_are_named_and_exit_with_1(self, tmp_path: Path) -> None:
        miandan(tmp_path, "invite", MIANDAN_KEY=new_key())
        status, told = miandan(tmp_path, "rotate-key", MIANDAN_KEY=new_key())
        assert status == 1
        assert "WRONG  invitations.code_sealed: 1 open with no key" in told

    async def test_on_sqlite_it_waits_for_nobody_who_still_writes(self, tmp_path: Path, press: Press) -> None:
        http = Http(client(mounts=World(seed=7, orders=0).mounts()))
        app = await build(settings(tmp_path), {}, http=http, press=press)
        status, told = await asyncio.to_thread(miandan, tmp_path, "rotate-key", "--new")
        await app.close()
        assert status == 2
        assert "Stop that one first" in told
        assert "," not in (tmp_path / "data/miandan.key").read_text()

    @pytest.mark.postgres
    async def test_on_postgresql_a_new_key_is_announced_before_it_is_used(self, tmp_path: Path) -> None:
        async with postgres() as address:
            environment = {"MIANDAN_DATABASE": address}
            assert (await asyncio.to_thread(miandan, tmp_path, "invite", **environment))[0] == 0
            _, told = await asyncio.to_thread(miandan, tmp_path, "rotate-key", "--new", **environment)
            assert told.endswith("has a new key. Restart every process, then run miandan rotate-key.\n")
            status, told = await asyncio.to_thread(miandan, tmp_path, "rotate-key", **environment)
            assert (status, "invitations.code_sealed: 1 sealed again" in told) == (0, True)
            assert (await asyncio.to_thread(miandan, tmp_path, "audit", "verify", **environment))[0] == 0


def test_what_the_program_writes_is_its_owners_alone(tmp_path: Path) -> None:
    miandan(tmp_path, "invite")
    assert {file.name: file.stat().st_mode & 0o077 for file in (tmp_path / "data").iterdir()} == dict.fromkeys(
        ("miandan.db", "miandan.db.lock", "miandan.key"), 0
    )


def _ok(whose: str, entries: int, folder: Path) -> str:
    with closing(sqlite3.connect(folder / "data/miandan.db")) as connection:
        ((last,),) = connection.execute("SELECT hash FROM audit_heads").fetchall()
    return f"ok     {whose}: {entries} entries, the last one {last[:16]}\n"
