"""README tells the truth: its dialogue is what the demo says, its table is what Settings reads, its commands exist."""

import re
import subprocess
import sys
from pathlib import Path

from pydantic import SecretStr

from bot.config import Settings
from tests.scenarios.recording import TALK, as_text, record

STALLS = TALK.with_name("a_parcel_stalls.talk")
ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_the_dialogue_is_what_the_demo_says(tmp_path: Path) -> None:
    shown = README.split("```")[1].strip().splitlines()
    said = "".join(f"{line.removeprefix('商家  ')}\n" for line in shown if line.startswith("商家  "))
    told = subprocess.run(  # noqa: S603 - our own program
        [
            Path(sys.executable).parent / "miandan",
            "demo",
            "--orders",
            "86",
            "--seed",
            "7",
            "--out",
            str(tmp_path / "out"),
        ],
        input=said,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert _timeless(told.stdout.splitlines()) == _timeless(shown)


def test_the_card_is_that_of_the_talk_that_every_channel_plays() -> None:
    told = README.split("```")[3].strip().splitlines()
    played = STALLS.read_text("utf-8")
    assert len(told) > 10
    for line in told:
        said = line.removeprefix("面单").removeprefix("商家").strip().replace("]  [", "] [")
        assert (f"taps    {said[3:-2]}\n" if said.startswith("（点") else f"{said}\n") in played


async def test_the_recorded_talk_is_what_the_chat_shows_today() -> None:
    assert (ROOT / "docs" / "telegram.md").read_text("utf-8") == as_text(await record(TALK))


def test_the_table_of_settings_is_complete() -> None:
    for name, field in Settings.model_fields.items():
        default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
        shown = f"`{default}`" if default != "" else ""
        assert f"| `MIANDAN_{name.upper()}` | {shown} | {field.description} |" in README


def test_every_make_word_named_exists() -> None:
    words = set(re.findall(r"`?make ([\w-]+)", README))
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"demo", "test", "bench", "check"} <= words <= targets


def _timeless(lines: list[str]) -> list[str]:
    """Without dates, seconds, file names and the progress that depends on the machine's speed."""
    kept: list[str] = []
    for line in lines:
        if re.match(r"面单  取号 \d+/\d+ ", line) or (
            kept and kept[-1].startswith("面单  开始取号") and "停止" in line
        ):
            continue
        if line.strip() == "[1 停止]":
            continue
        line = re.sub(r"\S*/\d{4}-\d{6}-\d{6}\.pdf", "PDF", line)  # noqa: PLW2901 - one line cleaned in steps
        line = re.sub(r"\d{4}-\d\d-\d\d|\d\d-\d\d(?= 00:00)", "DATE", line)  # noqa: PLW2901
        kept.append(re.sub(r"用时 \d+ 秒", "用时 N 秒", line))
    return kept
