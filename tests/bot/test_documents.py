"""Documents on channels of every kind: in parts where a file may not be large, behind a link where none may be sent."""

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import httpx
import pypdfium2
import pytest

from bot.channels.base import ServedChannel
from bot.channels.wecom import WeCom
from bot.sandbox.clock import MINUTE
from bot.sandbox.world import World
from core.http import Http
from core.labels import Press
from core.storage.repositories import Repositories
from tests.scenarios.account_seats import AccountSeat
from tests.scenarios.wechat_seats import WecomSeat, application
from tests.support.forms import SITE

SMALL = 70_000  # bytes, less than the labels of this world need


class SmallFilesSeat(WecomSeat):
    """In front of a WeCom application that takes small files only."""

    def channel(self, http: Http, kept: Repositories) -> ServedChannel:
        super().channel(http, kept)
        return WeCom(application(largest_file=SMALL), http, self.world.clock, kept)


async def prints(seat: WecomSeat | AccountSeat) -> None:
    """Everything up to the labels."""
    await seat.says("绑定店铺")
    await seat.opens("打开授权页")
    for said in ("绑定中通", "电子面单账号", "1234567890", "zto123", "8866", "1", "打印今天的订单", "确认"):
        await seat.says(said)


@pytest.fixture
def world() -> World:
    return World(seed=7, orders=30)


@pytest.fixture
async def account(world: World, tmp_path: Path, press: Press) -> AsyncIterator[AccountSeat]:
    """Somebody with an Official Account who has just printed."""
    seat = AccountSeat(world, tmp_path, press)
    await seat.sit()
    await prints(seat)
    yield seat
    await seat.leave()


async def test_a_document_too_large_for_the_channel_comes_in_parts(world: World, tmp_path: Path, press: Press) -> None:
    seat = SmallFilesSeat(world, tmp_path, press)
    await seat.sit()
    await prints(seat)
    files = [each for each in world.wecom.heard("xiaoman") if each["kind"] == "file"]
    names = [str(each["document"]["file_name"]) for each in files]  # type: ignore[index]
    bodies = [world.wecom.document("xiaoman", int(str(each["message_id"]))) for each in files]
    assert len(files) > 1
    assert all(len(body) <= SMALL for body in bodies)
    assert [name.rpartition("-")[2] for name in names] == [f"{n}.pdf" for n in range(1, len(files) + 1)]
    assert [number(page) for body in bodies for page in pages(body)] == [
        entry["number"]
        for entry in world.ledger()["numbers"]  # type: ignore[attr-defined]
    ]
    await seat.leave()


async def test_a_document_behind_a_link_is_a_pdf_with_its_own_name(account: AccountSeat) -> None:
    async with browser(account) as client:
        answer = await client.get(link(account))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.headers["content-disposition"].startswith("inline; filename*=UTF-8''1122-")
    assert answer.headers["cache-control"] == "no-store"
    assert len(pages(answer.content)) == 26


async def test_a_link_ends_after_an_hour_and_a_new_one_comes_into_the_chat(account: AccountSeat, world: World) -> None:
    old = link(account)
    world.clock.move(60 * MINUTE)
    async with browser(account) as client:
        late = await client.get(old)
        assert (late.status_code, "下载链接过期了" in late.text) == (410, True)
        assert "发出去了" in (await client.post(f"{old}/again")).text
        await account.app.quiet()
        assert link(account) != old
        assert len(pages((await client.get(link(account))).content)) == 26
        assert (await client.post(f"{old}/again")).status_code == 410, "asked for once"
        assert (await client.get(old)).status_code == 410


async def test_a_link_that_is_still_good_cannot_be_replaced(account: AccountSeat) -> None:
    before = len(account.world.official_account.heard("xiaoman"))
    async with browser(account) as client:
        assert (await client.post(f"{link(account)}/again")).status_code == 410
        assert (await client.get(link(account))).status_code == 200
    await account.app.quiet()
    assert len(account.world.official_account.heard("xiaoman")) == before


async def test_a_link_that_we_did_not_sign_leads_nowhere(account: AccountSeat) -> None:
    good = link(account)
    async with browser(account) as client:
        for path in (f"{good[:-6]}AAAAA=", "/labels/guess", "/labels/x.y", f"{good}x"):
            assert (await client.get(path)).status_code in {404, 410}
            assert (await client.post(f"{path}/again")).status_code in {404, 410}


async def test_a_link_says_nothing_of_what_it_leads_to(account: AccountSeat, world: World) -> None:
    numbers = [str(entry["number"]) for entry in world.ledger()["numbers"]]  # type: ignore[attr-defined]
    assert numbers
    assert not [each for each in numbers if each in link(account)]


def link(seat: AccountSeat) -> str:
    """The newest document's address."""
    return seat.world.official_account.presses("xiaoman", "下载面单（1 小时内有效）")


def browser(seat: AccountSeat) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=seat.site, base_url=SITE)


def pages(pdf: bytes) -> list[str]:
    """The text of every page."""
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def number(page: str) -> str:
    """The waybill number on a label."""
    lines = [line.replace(" ", "") for line in page.splitlines()]
    return next(line for line in lines if line.isdecimal() and len(line) == 14)
