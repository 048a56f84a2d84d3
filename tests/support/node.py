"""Tencent's own npm packages, brought once into a folder that git ignores; without npm their tests are skipped."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / ".node"
PACKAGES = ("@wecom/crypto@1.0.1", "@wecom/aibot-node-sdk@1.0.7")
_PATIENCE = 60  # seconds


def run_node(script: str, given: str = "", *arguments: str) -> str:
    """What a script prints that reads `given` from its standard input and may require the packages."""
    process = subprocess.run(  # noqa: S603 - our own script
        [node(), "-e", script, *arguments],
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=_PATIENCE,
        env=surroundings(),
    )
    assert process.returncode == 0, process.stderr
    return process.stdout


def surroundings() -> dict[str, str]:
    """The environment in which node finds the packages; skips the test, in words, where they cannot be had."""
    return {**os.environ, "NODE_PATH": str(_packages())}


def _packages() -> Path:
    found = FOLDER / "node_modules"
    if not all((found / each.rpartition("@")[0]).is_dir() for each in PACKAGES):
        _install()
    return found


def _install() -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed, so Tencent's own packages cannot be had")
    FOLDER.mkdir(exist_ok=True)
    installed = subprocess.run(  # noqa: S603 - the two packages named above
        [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", FOLDER, *PACKAGES],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if installed.returncode:
        pytest.skip(f"npm could not install {' and '.join(PACKAGES)}: {installed.stderr.strip()[-200:]}")


def node() -> str:
    """The program; skips the test, in words, where there is none."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("node is not installed, so Tencent's own packages cannot run")
    return found
