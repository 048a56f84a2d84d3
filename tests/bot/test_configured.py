"""Which channels run, and what is said where none can."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import configured
from bot.channels.base import ChannelRefused
from bot.config import Settings
from bot.demo import settings
from bot.sandbox.world import World
from core.http import Http, client
from core.storage.database import connect
from core.storage.repositories import Repositories


def empty(**others: object) -> Settings:
    return Settings(_env_file=None).model_copy(update=others)


def test_nothing_configured_is_answered_with_what_to_set() -> None:
    with pytest.raises(ChannelRefused) as refused:
        configured.named(empty())
    for name in ("TELEGRAM_TOKEN", "WECOM_BOT_ID", "WECOM_CORP_ID", "OFFICIAL_ACCOUNT_APP_ID"):
        assert f"MIANDAN_{name}" in str(refused.value)


def test_what_is_half_configured_is_answered_with_the_other_half() -> None:
    with pytest.raises(ChannelRefused) as refused:
        configured.named(empty(wecom_corp_id="ww1", wecom_secret=SecretStr("x"), wecom_bot_id="aib1"))
    assert str(refused.value) == (
        "Also needed: MIANDAN_WECOM_AGENT_ID, MIANDAN_WECOM_TOKEN, MIANDAN_WECOM_AES_KEY, MIANDAN_WECOM_BOT_SECRET"
    )


async def test_several_run_at_once(tmp_path: Path) -> None:
    config, world = settings(tmp_path), World(orders=0)
    database, http = await connect(config.database), Http(client(mounts=world.mounts()))
    made = configured.channels(config, http, world.clock, Repositories(database, config.vault(), world.clock))
    assert [channel.name for channel in made] == ["telegram", "wecom", "wecom_bot", "official_account"]
    await http.close()
    await database.close()


@pytest.mark.parametrize("name", ["wecom_aes_key", "official_account_aes_key"])
async def test_a_key_that_cannot_be_one_is_told_by_its_setting(tmp_path: Path, name: str) -> None:
    config, world = settings(tmp_path).model_copy(update={name: SecretStr("too short")}), World(orders=0)
    database, http = await connect(config.database), Http(client(mounts=world.mounts()))
    with pytest.raises(ChannelRefused, match=f"MIANDAN_{name.upper()}"):
        configured.channels(config, http, world.clock, Repositories(database, config.vault(), world.clock))
    await http.close()
    await database.close()


def test_serve_without_any_channel_ends_with_the_words(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MIANDAN_")}
    ended = subprocess.run(  # noqa: S603 - our own program
        [Path(sys.executable).parent / "miandan", "serve"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("No channel is configured.")
    assert not list(tmp_path.iterdir()), "nothing was made"


def test_no_secret_shows_in_the_settings(tmp_path: Path) -> None:
    config = settings(tmp_path)
    secrets = [value.get_secret_value() for value in config.model_dump().values() if isinstance(value, SecretStr)]
    assert len([secret for secret in secrets if secret]) > 8
    assert not [secret for secret in secrets if secret and secret in repr(config)]
