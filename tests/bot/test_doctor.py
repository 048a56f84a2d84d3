"""`miandan doctor` against a served sandbox: all well, and then each thing that can be wrong, in words."""

import asyncio
import base64
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from bot.config import Settings
from bot.demo import SANDBOX_CREDENTIALS
from bot.operating.doctor import Finding, examine
from bot.operating.doctor.here import room
from bot.sandbox.clock import HOUR, MINUTE, WorldClock
from core.clock import SECOND, Clock, SystemClock
from core.storage.sqlite import SqliteDatabase
from tests.bot.test_commands import failing, miandan, served_world
from tests.support.stage import at_once

PRINTER = "ipp://printer.sandbox:631/ipp/print"
SECRETS = [value.get_secret_value() for value in SANDBOX_CREDENTIALS.values() if isinstance(value, SecretStr)]
ANOTHER_KEY = base64.urlsafe_b64encode(bytes(32)).decode()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with served_world(tmp_path_factory.mktemp("world")) as world:
        assert world.get("/world/summary").status_code == 200
        yield world


@pytest.fixture
def world(served: httpx.Client) -> Iterator[httpx.Client]:
    """The served sandbox, whole again afterwards."""
    yield served
    for service in ("pinduoduo", "zto", "printer", "telegram", "wecom", "official_account"):
        do(served, f"{service}.comes_back")
    do(served, "wecom.trusts_our_address")
    do(served, "printer.fixed")


def do(world: httpx.Client, verb: str) -> None:
    assert world.post("/world/do", json={"verb": verb}).status_code == 200


async def found(
    sandbox: httpx.Client, folder: Path, clock: Clock | None = None, **changed: object
) -> dict[str, Finding]:
    """The findings by what was looked at, for an installation in this folder."""
    installed = {
        "world": str(sandbox.base_url).rstrip("/"),
        "database": f"sqlite:{folder / 'miandan.db'}",
        "key_file": folder / "miandan.key",
        "backup_folder": folder / "backups",
        **SANDBOX_CREDENTIALS,
        **changed,
    }
    settings = Settings(_env_file=None).model_copy(update=installed)
    findings = await examine(settings, clock or SystemClock(), at_once)
    assert not any(secret in finding.line for finding in findings for secret in [*SECRETS, ANOTHER_KEY])
    assert all(finding.is_well or finding.todo for finding in findings)
    return {finding.what: finding for finding in findings}


def wrong(findings: dict[str, Finding]) -> list[str]:
    return [what for what, finding in findings.items() if not finding.is_well]


def installed(folder: Path) -> None:
    """A database and a key, as a first start leaves them."""
    miandan("migrate", folder=folder)
    (folder / "miandan.db").write_bytes((folder / "data" / "miandan.db").read_bytes())
    Settings(_env_file=None, key_file=folder / "miandan.key").vault()


async def test_a_fresh_installation_with_everything_set_is_well(world: httpx.Client, tmp_path: Path) -> None:
    findings = await found(world, tmp_path, printer=PRINTER)
    assert wrong(findings) == []
    assert findings["telegram"].seen.startswith("the token is @")
    assert findings["zto"].seen == findings["pinduoduo"].seen == "it can be reached and knows our app"
    assert findings["printer"].seen == "it answers and is ready"


def test_the_command_says_ok_and_ends_with_0(world: httpx.Client, tmp_path: Path) -> None:
    told = miandan("doctor", "--world", str(world.base_url), folder=tmp_path)
    assert "WRONG" not in told
    assert [line.split(":")[0].split()[-1] for line in told.splitlines()][:3] == ["settings", "database", "folder"]
    assert list(tmp_path.iterdir()) == [], "looking makes nothing"


def test_without_any_setting_each_missing_one_is_named_and_it_ends_with_1(tmp_path: Path) -> None:
    told = failing("doctor", folder=tmp_path, code=1)
    for name in ("TELEGRAM_TOKEN", "PUBLIC_URL", "PINDUODUO_CLIENT_ID", "PINDUODUO_CLIENT_SECRET", "ZTO_APP_KEY"):
        assert f"MIANDAN_{name}" in told


def test_settings_that_cannot_be_read_are_named_without_their_values(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MIANDAN_KEY=c2VjcmV0LWtleQ\nMIANDAN_TIMEOUT=soon-13800000000\nMIANDAN_CROWD=99\n")
    told = failing("doctor", folder=tmp_path, code=1)
    assert all(f"WRONG  settings: MIANDAN_{name}: " in told for name in ("KEY", "TIMEOUT", "CROWD"))
    assert not any(value in told for value in ("c2VjcmV0", "13800000000"))


def test_a_misspelt_setting_is_found(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MIANDAN_TELEGRAM_TOKN=700000001:abc\n")
    told = failing("doctor", folder=tmp_path, code=1)
    assert "MIANDAN_TELEGRAM_TOKN is no setting (did you mean MIANDAN_TELEGRAM_TOKEN?)" in told
    assert "700000001:abc" not in told


async def test_a_token_that_telegram_does_not_know(world: httpx.Client, tmp_path: Path) -> None:
    findings = await found(world, tmp_path, telegram_token=SecretStr("700000001:wrong"))
    assert wrong(findings) == ["telegram"]
    assert "does not know this token" in findings["telegram"].seen


@pytest.mark.parametrize("service", ["telegram", "wecom", "official_account", "pinduoduo", "zto", "printer"])
async def test_a_service_that_is_down(world: httpx.Client, tmp_path: Path, service: str) -> None:
    do(world, f"{service}.goes_down")
    assert wrong(await found(world, tmp_path, printer=PRINTER)) == [service.replace("_", " ")]


async def test_a_webhook_that_is_not_set(world: httpx.Client, tmp_path: Path) -> None:
    findings = await found(world, tmp_path, telegram_webhook=True, public_url="https://miandan.example")
    assert wrong(findings) == ["telegram"]
    assert "no webhook is set" in findings["telegram"].seen


@pytest.mark.parametrize(("line", "setting"), [("pinduoduo", "pinduoduo_client_secret"), ("zto", "zto_app_secret")])
async def test_an_app_whose_secret_is_wrong(world: httpx.Client, tmp_path: Path, line: str, setting: str) -> None:
    findings = await found(world, tmp_path, **{setting: SecretStr("not-the-secret")})
    assert wrong(findings) == [line]
    assert "does not accept our app" in findings[line].seen
    assert "not-the-secret" not in findings[line].line


async def test_a_printer_with_a_jam(world: httpx.Client, tmp_path: Path) -> None:
    do(world, "printer.jams")
    findings = await found(world, tmp_path, printer=PRINTER)
    assert wrong(findings) == ["printer"]
    assert findings["printer"].seen == "it is not ready: media-jam"


@pytest.mark.parametrize(("minutes", "said"), [(20, "20 minutes ahead"), (-20, "20 minutes behind")])
async def test_a_clock_that_is_wrong(world: httpx.Client, tmp_path: Path, minutes: int, said: str) -> None:
    skewed = WorldClock(SystemClock().now)
    skewed.move(minutes * MINUTE + SECOND * (1 if minutes > 0 else -1))
    findings = await found(world, tmp_path, skewed)
    assert wrong(findings) == ["clock", "pinduoduo"]
    assert findings["clock"].seen == said
    assert "clock is wrong" in findings["pinduoduo"].seen


async def test_a_public_address_that_is_not_public(world: httpx.Client, tmp_path: Path) -> None:
    dark = "http://127.0.0.2:9"
    assert "no merchant comes back" in (await found(world, tmp_path, world=""))["public url"].seen
    assert "nobody answers" in (await found(world, tmp_path, world="", public_url=dark))["public url"].seen
    async with await asyncio.start_server(_a_site, "127.0.0.2", 0) as site:
        port = site.sockets[0].getsockname()[1]
        assert (await found(world, tmp_path, world="", public_url=f"http://127.0.0.2:{port}"))["public url"].is_well


async def _a_site(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 405 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
    await writer.drain()
    writer.close()


async def test_a_database_in_use_is_well_and_told(world: httpx.Client, tmp_path: Path) -> None:
    installed(tmp_path)
    running = await SqliteDatabase.open(str(tmp_path / "miandan.db"))
    findings = await found(world, tmp_path)
    await running.close()
    assert wrong(findings) == []
    assert "in use by a running miandan" in findings["database"].seen
    assert "not in use" in (await found(world, tmp_path))["database"].seen


async def test_a_database_of_a_newer_version(world: httpx.Client, tmp_path: Path) -> None:
    installed(tmp_path)
    with closing(sqlite3.connect(tmp_path / "miandan.db")) as connection:
        connection.execute("INSERT INTO schema_version VALUES (9999, 'later')")
        connection.commit()
    findings = await found(world, tmp_path)
    assert wrong(findings) == ["database"]
    assert "newer version" in findings["database"].seen


async def test_a_file_that_is_no_database(world: httpx.Client, tmp_path: Path) -> None:
    (tmp_path / "miandan.db").write_text("my notes, not a database\n" * 100)
    Settings(_env_file=None, key_file=tmp_path / "miandan.key").vault()
    findings = await found(world, tmp_path)
    assert "no SQLite database" in findings["database"].seen


async def test_a_key_that_others_may_read(world: httpx.Client, tmp_path: Path) -> None:
    installed(tmp_path)
    (tmp_path / "miandan.key").chmod(0o644)
    findings = await found(world, tmp_path)
    assert wrong(findings) == ["key"]
    assert findings["key"].todo == f"chmod 600 {tmp_path / 'miandan.key'}"


async def test_a_key_that_is_gone_or_torn(world: httpx.Client, tmp_path: Path) -> None:
    installed(tmp_path)
    (tmp_path / "miandan.key").write_text("half")
    assert "not 32 bytes" in (await found(world, tmp_path))["key"].seen
    (tmp_path / "miandan.key").unlink()
    assert "is missing" in (await found(world, tmp_path))["key"].seen


async def test_a_key_that_is_another_installations(world: httpx.Client, tmp_path: Path) -> None:
    installed(tmp_path)
    vault = Settings(_env_file=None, key_file=tmp_path / "miandan.key").vault()
    with closing(sqlite3.connect(tmp_path / "miandan.db")) as connection:
        connection.execute("INSERT INTO merchants VALUES ('m', 'zh', '{}', 1)")
        sealed = vault.seal("grant", "shops/grant/s")
        connection.execute("INSERT INTO shops VALUES ('s', 'm', 'pinduoduo', 'n', ?, 1, 0, 0, 1)", (sealed,))
        connection.commit()
    assert wrong(await found(world, tmp_path)) == []
    findings = await found(world, tmp_path, key=SecretStr(ANOTHER_KEY))
    assert wrong(findings) == ["key"]
    assert "not the one that sealed" in findings["key"].seen


async def test_backups_that_stopped(world: httpx.Client, tmp_path: Path) -> None:
    installed(tmp_path)
    (tmp_path / "backups").mkdir()
    old = tmp_path / "backups" / "miandan-20200101-000000.db"
    old.write_text("")
    assert wrong(await found(world, tmp_path)) == []
    long_ago = old.stat().st_mtime - 50 * HOUR / SECOND
    os.utime(old, (long_ago, long_ago))
    findings = await found(world, tmp_path)
    assert wrong(findings) == ["backups"]
    assert findings["backups"].seen == "the newest is 50 hours old"
    old.unlink()
    with closing(sqlite3.connect(tmp_path / "miandan.db")) as connection:
        connection.execute("INSERT INTO slots VALUES ('backup', 1, 'one', 1, 1, 1)")
        connection.commit()
    assert "one was due" in (await found(world, tmp_path))["backups"].seen


def test_a_disk_that_is_nearly_full(tmp_path: Path) -> None:
    assert room(tmp_path, 600 * 1024**2).is_well
    assert room(tmp_path, 100 * 1024**2).seen == f"only 100 MB are free at {tmp_path}"


def test_a_folder_that_is_read_only(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    told = failing("doctor", folder=tmp_path, code=1)
    tmp_path.chmod(0o755)
    assert f"WRONG  folder: {tmp_path} takes no files (Permission denied)" in told


async def test_a_postgresql_that_does_not_answer_shows_no_password(world: httpx.Client, tmp_path: Path) -> None:
    findings = await found(world, tmp_path, database="postgres://mian:s3cret-word@127.0.0.1:9/miandan")
    assert wrong(findings) == ["database"]
    assert "s3cret-word" not in "".join(finding.line for finding in findings.values())
    assert findings["folder"].is_well


async def test_a_machine_that_wecom_does_not_trust(world: httpx.Client, tmp_path: Path) -> None:
    do(world, "wecom.distrusts_our_address")
    findings = await found(world, tmp_path)
    assert wrong(findings) == ["wecom"]
    assert "add 203.0.113.7 to 企业可信IP" in findings["wecom"].todo


@pytest.mark.parametrize(
    ("changed", "line", "todo"),
    [
        ({"wecom_secret": SecretStr("wrong")}, "wecom", "MIANDAN_WECOM_SECRET"),
        ({"wecom_token": SecretStr("")}, "wecom", "also set MIANDAN_WECOM_TOKEN"),
        ({"wecom_bot_secret": SecretStr("")}, "wecom bot", "also set MIANDAN_WECOM_BOT_SECRET"),
        ({"official_account_secret": SecretStr("wrong")}, "official account", "MIANDAN_OFFICIAL_ACCOUNT_SECRET"),
    ],
)
async def test_a_wechat_channel_that_is_set_up_wrongly(
    world: httpx.Client, tmp_path: Path, changed: dict[str, object], line: str, todo: str
) -> None:
    findings = await found(world, tmp_path, **changed)
    assert wrong(findings) == [line]
    assert todo in findings[line].todo


async def test_one_channel_is_enough(world: httpx.Client, tmp_path: Path) -> None:
    others = [name for name in SANDBOX_CREDENTIALS if name.startswith(("telegram", "wecom_", "official"))]
    unset = {name: Settings.model_fields[name].default for name in others if not name.startswith("wecom_bot")}
    findings = await found(world, tmp_path, **unset)
    assert wrong(findings) == []
    assert {findings[line].verdict.value for line in ("telegram", "wecom", "official account")} == {"--"}
