"""docs/operating.md and deploy/ name commands, settings, lines and figures that exist."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import typer.main

from bot.cli import cli
from bot.config import Settings
from bot.operating.doctor.here import HERE
from bot.operating.doctor.outside import OUTSIDE
from bot.operating.metrics import Metrics
from tests.test_readme import README, ROOT

PAGE = (ROOT / "docs" / "operating.md").read_text("utf-8")
UNIT = (ROOT / "deploy" / "miandan.service").read_text("utf-8")
CONTAINER = (ROOT / "deploy" / "Containerfile").read_text("utf-8")
SETTINGS = {f"MIANDAN_{name.upper()}" for name in Settings.model_fields}
DRAIN = 10  # seconds within which the program is gone


def options_by_command() -> dict[str, set[str]]:
    group = typer.main.get_group(typer_instance=cli)
    return {name: {opt for each in command.params for opt in each.opts} for name, command in group.commands.items()}


def check_command(line: str) -> str:
    """The command in `miandan COMMAND …` exists and takes the options it is given; its name."""
    name = line.split()[1]
    assert set(re.findall(r"--[a-z]+", line.partition("#")[0])) <= options_by_command()[name], line
    return name


def test_every_command_on_the_page_exists() -> None:
    blocks = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
    shown = [line for line in blocks if line.startswith("miandan ")] + re.findall(r"`(miandan [^`]+)`", PAGE)
    assert {check_command(line) for line in shown} == {
        "doctor",
        "serve",
        "backup",
        "restore",
        "migrate",
        "invite",
        "rotate-key",
        "audit",
    }


@pytest.mark.parametrize("text", [PAGE, CONTAINER, UNIT, README], ids=["page", "container", "unit", "readme"])
def test_every_setting_named_exists(text: str) -> None:
    named = set(re.findall(r"MIANDAN_[A-Z0-9_]+", text))
    assert named
    assert named <= SETTINGS


def test_every_line_of_the_doctor_is_explained_and_no_other() -> None:
    table = PAGE.split("## What each line of the doctor means")[1]
    assert re.findall(r"^\| `([a-z ]+)` \|", table, re.MULTILINE) == ["settings", *HERE, *OUTSIDE]


def test_every_figure_is_explained_and_no_other() -> None:
    counted = {family.name for family in Metrics().registry.collect()}
    explained = {name.removesuffix("_total") for name in re.findall(r"`(miandan_[a-z_]+)`", PAGE)}
    assert explained == counted


def test_every_file_named_is_in_the_project() -> None:
    named = set(re.findall(r"(?:deploy|docs)/[A-Za-z]+(?:\.[a-z]+)?", PAGE + README + UNIT))
    assert {"deploy/Containerfile", "deploy/miandan.service", "docs/operating.md"} <= named
    assert all((ROOT / name).is_file() for name in named)


def test_the_unit_runs_our_command_as_nobody_special_and_waits_for_the_drain() -> None:
    read = configparser.ConfigParser(strict=False, interpolation=None)
    read.read_string(UNIT)
    service = read["Service"]
    program, *arguments = service["ExecStart"].split()
    assert program.endswith("/miandan")
    assert check_command(f"miandan {' '.join(arguments)}") == "serve"
    assert service["User"] == "miandan"
    assert DRAIN < int(service["TimeoutStopSec"]) <= 3 * DRAIN
    assert (service["ProtectSystem"], service["NoNewPrivileges"]) == ("strict", "yes")
    assert service["CapabilityBoundingSet"] == ""


def test_systemd_finds_nothing_to_complain_about(tmp_path: Path) -> None:
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("no systemd-analyze on this machine")
    here = tmp_path / "miandan.service"
    here.write_text(re.sub(r"(?<=ExecStart=)\S+", "/bin/true", UNIT))
    verdict = subprocess.run([tool, "verify", here], capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - its own file
    assert (verdict.returncode, verdict.stderr) == (0, "")


def test_the_container_is_nobodys_root_keeps_its_data_and_tells_its_health() -> None:
    lines = re.sub(r"\\\n", " ", CONTAINER).splitlines()
    steps: dict[str, list[str]] = {}
    for line in lines:
        if line[:1].isupper():
            word, _, rest = line.partition(" ")
            steps.setdefault(word, []).append(rest)
    assert (steps["USER"], steps["VOLUME"], steps["ENTRYPOINT"]) == (["10001"], ["/data"], ['["miandan"]'])
    assert "--uid 10001" in steps["RUN"][-1]
    assert all(path in steps["ENV"][0] for path in ("sqlite:/data/", "=/data/miandan.key", "=/data/backups"))
    assert f":{steps['EXPOSE'][0]}/healthz" in steps["HEALTHCHECK"][0]
    assert check_command("miandan " + " ".join(re.findall(r'"([^"]+)"', steps["CMD"][0]))) == "serve"
    assert not re.search(r"(TOKEN|SECRET|MIANDAN_KEY)=", CONTAINER)


def test_the_container_takes_along_what_the_wheel_is_made_of() -> None:
    copied = {name for line in re.findall(r"^COPY (.+)$", CONTAINER, re.MULTILINE) for name in line.split()[:-1]}
    assert copied == {"pyproject.toml", "README.md", "LICENSE", "bot", "handlers", "core", "migrations"}
    assert all((ROOT / name).exists() for name in copied)
