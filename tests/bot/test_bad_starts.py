"""What keeps the program from starting is said in words: no traceback, no secret, and what to do."""

import base64
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.storage.sqlite import SqliteDatabase
from tests.bot.test_commands import failing, miandan

TOKEN = "700000001:a-token-of-telegrams"


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("TIMEOUT", "soon-13800000000", "MIANDAN_TIMEOUT: Input should be a valid number"),
        ("CROWD", "99", "MIANDAN_CROWD: Input should be less than or equal to 32"),
        ("KEY", "c2VjcmV0LWtleQ", "MIANDAN_KEY: each key is 32 bytes in base64"),
        ("DATABASE", "mysql://u:s3cret@h/n", "MIANDAN_DATABASE: write sqlite:PATH or postgres://user@host/name"),
        ("PUBLIC_URL", "s3cret.example", "MIANDAN_PUBLIC_URL: write the whole address, with https://"),
        ("PRINTER", "s3cret", "MIANDAN_PRINTER: write the printer's address"),
        ("TELEGRAM_WEBHOOK", "true", "MIANDAN_TELEGRAM_WEBHOOK needs MIANDAN_PUBLIC_URL to begin with https://"),
    ],
)
def test_a_setting_that_is_wrong(tmp_path: Path, setting: str, value: str, said: str) -> None:
    (tmp_path / ".env").write_text(f"MIANDAN_TELEGRAM_TOKEN={TOKEN}\nMIANDAN_{setting}={value}\n")
    told = failing("serve", folder=tmp_path, code=2)
    assert said in told
    assert TOKEN not in told
    assert value not in told or value == "true"


def test_a_torn_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"MIANDAN_TELEGRAM_TOKEN=\xff\xfe700000001:abc\n")
    told = failing("migrate", folder=tmp_path, code=2)
    assert "is not UTF-8" in told
    assert "700000001" not in told


def test_no_token(tmp_path: Path) -> None:
    assert "MIANDAN_TELEGRAM_TOKEN (from @BotFather)" in failing("serve", folder=tmp_path, code=2)


async def test_a_second_process_on_the_same_file(tmp_path: Path) -> None:
    running = await SqliteDatabase.open(str(tmp_path / "data" / "miandan.db"))
    told = failing("migrate", folder=tmp_path, code=2)
    assert "Another process writes data/miandan.db. Stop that one first" in told
    await running.close()
    assert miandan("migrate", folder=tmp_path).startswith("applied 0001")


def test_a_database_of_a_newer_version(tmp_path: Path) -> None:
    miandan("migrate", folder=tmp_path)
    file = tmp_path / "data" / "miandan.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("INSERT INTO schema_version VALUES (9999, 'later')")
        connection.commit()
    before = file.read_bytes()
    told = failing("migrate", folder=tmp_path, code=2)
    assert "written by a newer version of this program (schema 9999)" in told
    assert file.read_bytes() == before


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "miandan.db").write_text("notes\n" * 1000)
    assert "no SQLite database" in failing("migrate", folder=tmp_path, code=2)


def test_a_read_only_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    told = failing("migrate", folder=tmp_path, code=2)
    tmp_path.chmod(0o755)
    assert "Permission denied" in told
    assert "Check the path, the rights of this user" in told


def test_a_read_only_folder_with_a_database_in_it(tmp_path: Path) -> None:
    miandan("migrate", folder=tmp_path)
    folder = tmp_path / "data"
    (folder / "miandan.db.lock").unlink(missing_ok=True)
    folder.chmod(0o555)
    told = failing("migrate", folder=tmp_path, code=2)
    folder.chmod(0o755)
    assert "Permission denied" in told


def test_a_key_file_that_is_torn(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("half a key")
    told = failing("serve", "--world", "http://127.0.0.1:9", folder=tmp_path, code=2, MIANDAN_KEY_FILE="key")
    assert "The sealing key is not 32 bytes in base64" in told
    assert "half a key" not in told


def test_a_postgresql_that_does_not_answer(tmp_path: Path) -> None:
    told = failing("migrate", folder=tmp_path, code=2, MIANDAN_DATABASE="postgres://mian:s3cret@127.0.0.1:9/miandan")
    assert "The machine says no" in told
    assert "s3cret" not in told


def test_a_good_key_in_the_environment_is_never_shown(tmp_path: Path) -> None:
    key = base64.urlsafe_b64encode(bytes(range(32))).decode()
    told = failing("doctor", folder=tmp_path, code=1, MIANDAN_KEY=key, MIANDAN_TELEGRAM_TOKEN="1:x")
    assert key not in told
    assert "ok     key: in the environment" in told
