"""Pictures and sheets that merchants send through WeChat's channels: what comes in, and its bytes when asked for."""

import asyncio
import base64
import os
from collections.abc import AsyncIterator

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from wechat_rig import XIAOMAN

from bot.channels import wecom_bot
from bot.channels.base import FileKeeper
from bot.channels.official_account import OfficialAccount
from bot.channels.wechat_files import download_sealed
from bot.channels.wecom import WeCom
from bot.channels.wecom_line import Bot
from bot.sandbox.clock import DAY, MINUTE
from bot.sandbox.wecom_bot.service import BOT_ID, SECRET
from bot.sandbox.world import World
from core.errors import FileRefused, ServiceUnavailable
from core.http import Http, client
from handlers.messages import Attachment, Incoming
from tests.support.desk import Connected
from tests.support.sockets import served

PICTURE = b"\xff\xd8 a picture \x00\x01"
SHEET = b"PK\x03\x04 a sheet"
MOST = 1_000


async def kept(channel: FileKeeper, attachment: Attachment | None, most: int = MOST) -> bytes:
    assert attachment is not None
    return await channel.download(attachment.file, most)


class TestAnApplication:
    async def test_a_picture_and_a_document_come_with_their_bytes(self, wecom: Connected[WeCom], world: World) -> None:
        world.wecom.sends(XIAOMAN, "image", PICTURE)
        world.wecom.sends(XIAOMAN, "file", SHEET, "收件人.xlsx")
        await world.wecom.delivers()
        picture, sheet = (each.attachment for each in wecom.desk.came[1:])
        assert (picture and picture.kind, sheet and sheet.kind) == ("photo", "document")
        assert (picture and picture.name, sheet and sheet.name) == ("", "收件人.xlsx")
        assert [await kept(wecom.channel, each) for each in (picture, sheet)] == [PICTURE, SHEET]

    async def test_what_is_too_large_and_what_is_gone_is_told_apart(
        self, wecom: Connected[WeCom], world: World
    ) -> None:
        world.wecom.sends(XIAOMAN, "image", PICTURE)
        await world.wecom.delivers()
        picture = wecom.desk.came[-1].attachment
        with pytest.raises(FileRefused, match="too_big"):
            await kept(wecom.channel, picture, len(PICTURE) - 1)
        world.clock.move(3 * DAY)
        with pytest.raises(FileRefused, match="gone"):
            await kept(wecom.channel, picture)

    async def test_an_old_token_is_fetched_anew(self, wecom: Connected[WeCom], world: World) -> None:
        world.wecom.sends(XIAOMAN, "image", PICTURE)
        await world.wecom.delivers()
        picture = wecom.desk.came[-1].attachment
        assert await kept(wecom.channel, picture) == PICTURE
        world.wecom.forgets_tokens()
        assert await kept(wecom.channel, picture) == PICTURE
        assert world.wecom.tokens_issued == 2

    @pytest.mark.parametrize("trouble", ["goes_down", "answers_garbage", "loses_answers", "throttles"])
    async def test_a_service_in_trouble_is_unavailable(
        self, wecom: Connected[WeCom], world: World, trouble: str
    ) -> None:
        world.wecom.sends(XIAOMAN, "image", PICTURE)
        await world.wecom.delivers()
        picture = wecom.desk.came[-1].attachment
        assert await kept(wecom.channel, picture) == PICTURE
        getattr(world.wecom, trouble)()
        with pytest.raises(ServiceUnavailable):
            await kept(wecom.channel, picture)

    async def test_a_machine_that_is_not_trusted_gets_no_file(self, wecom: Connected[WeCom], world: World) -> None:
        world.wecom.sends(XIAOMAN, "image", PICTURE)
        await world.wecom.delivers()
        world.wecom.distrusts_our_address()
        with pytest.raises(ServiceUnavailable, match="60020"):
            await kept(wecom.channel, wecom.desk.came[-1].attachment)


class TestAnAccount:
    async def test_a_picture_comes_with_its_bytes(self, pushing: Connected[OfficialAccount], world: World) -> None:
        world.official_account.sends(XIAOMAN, "image", PICTURE)
        await world.official_account.delivers()
        assert await kept(pushing.channel, pushing.desk.came[-1].attachment) == PICTURE
        world.clock.move(3 * DAY)
        with pytest.raises(FileRefused, match="gone"):
            await kept(pushing.channel, pushing.desk.came[-1].attachment)

    async def test_without_the_right_to_media_it_is_taken_from_where_it_is_shown(
        self, answering: Connected[OfficialAccount], world: World
    ) -> None:
        world.official_account.sends(XIAOMAN, "image", PICTURE)
        await world.official_account.delivers()
        assert await kept(answering.channel, answering.desk.came[-1].attachment) == PICTURE
        with pytest.raises(FileRefused, match="too_big"):
            await kept(answering.channel, answering.desk.came[-1].attachment, 5)


class TestAnIntelligentBot:
    @pytest.fixture
    def came(self) -> asyncio.Queue[Incoming]:
        return asyncio.Queue()

    @pytest.fixture
    async def bot(self, world: World, came: asyncio.Queue[Incoming]) -> AsyncIterator[wecom_bot.WecomBot]:
        """Connected and listening."""
        async with served(world.wecom_bot.app) as address:
            http = Http(client(mounts=world.mounts()), resolve=world.resolve)
            bot = wecom_bot.WecomBot(Bot(BOT_ID, SECRET, f"ws://{address}/"), http)
            await bot.open({})
            listening = asyncio.create_task(bot.listen(came.put))
            yield bot
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await bot.close()

    @pytest.mark.parametrize("size", [1, 31, 32, 33, MOST])
    async def test_what_is_sealed_is_opened(
        self, bot: wecom_bot.WecomBot, world: World, came: asyncio.Queue[Incoming], size: int
    ) -> None:
        body = os.urandom(size)
        world.wecom_bot.sends(XIAOMAN, "image", body)
        picture = await attached(came)
        assert picture.kind == "photo"
        assert await kept(bot, picture) == body

    async def test_a_document_has_no_name_and_a_picture_may_have_words(
        self, bot: wecom_bot.WecomBot, world: World, came: asyncio.Queue[Incoming]
    ) -> None:
        world.wecom_bot.sends(XIAOMAN, "file", SHEET)
        world.wecom_bot.sends(XIAOMAN, "image", PICTURE, caption="查一下")
        sheet, picture = await attached(came), await attached(came)
        assert [(each.kind, each.name, each.caption) for each in (sheet, picture)] == [
            ("document", "", ""),
            ("photo", "", "查一下"),
        ]
        assert [await kept(bot, each) for each in (sheet, picture)] == [SHEET, PICTURE]

    async def test_what_is_too_large_or_too_old_or_sealed_otherwise_is_refused(
        self, bot: wecom_bot.WecomBot, world: World, came: asyncio.Queue[Incoming]
    ) -> None:
        world.wecom_bot.sends(XIAOMAN, "image", PICTURE)
        picture = await attached(came)
        with pytest.raises(FileRefused, match="too_big"):
            await kept(bot, picture, len(PICTURE) - 1)
        _, _, url = picture.file.partition(" ")
        for key in ("", "%%%", base64.b64encode(bytes(16)).decode(), base64.b64encode(bytes(32)).decode()):
            with pytest.raises(FileRefused, match="gone"):
                await bot.download(f"{key} {url}", MOST)
        world.clock.move(5 * MINUTE + 1)
        with pytest.raises(FileRefused, match="gone"):
            await kept(bot, picture)

    @pytest.mark.parametrize("url", ["https://10.0.0.1/x", "http://127.0.0.1/x", "file:///etc/passwd", ""])
    async def test_no_address_of_our_own_network_is_called(self, bot: wecom_bot.WecomBot, url: str) -> None:
        with pytest.raises(FileRefused, match="gone"):
            await bot.download(f"{base64.b64encode(bytes(32)).decode()} {url}", MOST)

    async def test_the_seal_is_the_official_one(self) -> None:
        """As the official SDK opens it: a key in base64, its first half the IV, padding to 32 that says its length."""
        key, plain = bytes(range(32)), b"a label"
        encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
        sealed = encryptor.update(plain + bytes([25]) * 25) + encryptor.finalize()
        http = Fixed(sealed)
        assert await download_sealed(http, "x", f"{base64.b64encode(key).decode()} https://x", MOST) == plain


class Fixed(Http):
    """Answers everything with these bytes."""

    def __init__(self, body: bytes) -> None:
        super().__init__(client(mounts={}))
        self._body = body

    async def fetch(self, service: str, url: str, most: int) -> bytes:  # noqa: ARG002 - the client's shape
        return self._body


async def attached(came: asyncio.Queue[Incoming]) -> Attachment:
    """The file of the next message."""
    async with asyncio.timeout(5):
        attachment = (await came.get()).attachment
    assert attachment
    return attachment
