"""Three storeys that only look down, and no trace of the machine that somebody wrote this on."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = sorted(file for top in ("bot", "handlers", "core", "migrations") for file in (ROOT / top).rglob("*.*"))
A_MACHINES_PATH = re.compile(r"[\"'( ](/(home|root|work|Users|tmp|mnt)/|[A-Z]:\\)")


def test_imports_only_go_down() -> None:
    linted = subprocess.run(  # noqa: S603 - our own check, as `make check` runs it
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_no_source_mentions_a_path_of_some_machine() -> None:
    read = [file for file in SOURCES if file.suffix in {".py", ".sql", ".toml", ".json"}]
    assert [file.name for file in read if A_MACHINES_PATH.search(file.read_text("utf-8"))] == []
    assert len(read) > 100, "the storeys are where this test looks"
