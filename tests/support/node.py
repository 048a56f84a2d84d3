"""npm packages that judge us, brought once into a folder that git ignores; without npm their tests are skipped."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / ".node"
TENCENTS = ("@wecom/crypto@1.0.1", "@wecom/aibot-node-sdk@1.0.7")
_PATIENCE = 60  # seconds


def run_node(script: str, given: str = "", *arguments: str, packages: Sequence[str] = TENCENTS) -> str:
    """What a script prints that reads `given` from its standard input and may require the packages."""
    process = subprocess.run(  # noqa: S603 - our own script
        [node(), "-e", script, *arguments],
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=_PATIENCE,
        env=surroundings(packages),
    )
    assert process.returncode == 0, process.stderr
    return process.stdout


def surroundings(packages: Sequence[str] = TENCENTS) -> dict[str, str]:
    """The environment in which node finds the packages; skips the test, in words, where they cannot be had."""
    return {**os.environ, "NODE_PATH": str(_folder(packages))}


def _folder(packages: Sequence[str]) -> Path:
    found = FOLDER / "node_modules"
    if not all((found / each.rpartition("@")[0]).is_dir() for each in packages):
        _install(packages)
    return found


def _install(packages: Sequence[str]) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed, so its packages cannot be had")
    FOLDER.mkdir(exist_ok=True)
    installed = subprocess.run(  # noqa: S603 - the packages that were named
        [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", FOLDER, *packages],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if installed.returncode:
        pytest.skip(f"npm could not install {' and '.join(packages)}: {installed.stderr.strip()[-200:]}")


def node() -> str:
    """The program; skips the test, in words, where there is none."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("node is not installed, so its packages cannot run")
    return found
