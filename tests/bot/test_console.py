"""The chat in a terminal: what is drawn, what is rewritten, what is written to disk."""

from collections.abc import Awaitable, Callable
from io import StringIO
from pathlib import Path

import pytest

from bot.channels.base import Drawing, File
from bot.channels.console import Console, file_in
from core.errors import FileRefused
from handlers.messages import Button

YES_NO = (Button("打印 26 张", "q:a:0"), Button("看明细", "q:a:1"))
LINK = (Button("打开授权页", url="https://example.test/auth"), Button("取消", "q:b:0"))


class Screen:
    """A console and what it shows."""

    def __init__(
        self, folder: Path, *, is_terminal: bool = False, visit: Callable[[str], Awaitable[str]] | None = None
    ) -> None:
        self.output = StringIO()
        self.console = Console(folder, self.output, visit, is_terminal=is_terminal)

    async def send(
        self, text: str, *buttons: Button, file: File | None = None, replaces: str = "", only_edits: bool = False
    ) -> str:
        return await self.console.send("me", Drawing(text, buttons, file, replaces=replaces, only_edits=only_edits))

    @property
    def shown(self) -> str:
        return self.output.getvalue()


async def test_a_message_is_one_block_of_lines(tmp_path: Path) -> None:
    screen = Screen(tmp_path)
    await screen.send("第一行\n第二行")
    assert screen.shown == "面单  第一行\n      第二行\n"


async def test_buttons_stand_under_the_text_with_their_numbers(tmp_path: Path) -> None:
    screen = Screen(tmp_path)
    await screen.send("打吗？", *YES_NO)
    assert screen.shown == "面单  打吗？\n      [1 打印 26 张]  [2 看明细]\n"


async def test_a_link_shows_its_address_where_nobody_opens_it(tmp_path: Path) -> None:
    screen = Screen(tmp_path)
    await screen.send("授权", *LINK)
    assert screen.shown == "面单  授权\n      [1 打开授权页] https://example.test/auth  [2 取消]\n"
    assert not await screen.console.opened("1")


class TestOpening:
    @pytest.mark.parametrize("said", ["1", "打开授权页", "授权页"])
    async def test_a_link_is_opened_by_number_or_label(self, tmp_path: Path, said: str) -> None:
        opened: list[str] = []
        screen = Screen(tmp_path, visit=visitor(opened))
        await screen.send("授权", *LINK)
        assert await screen.console.opened(said)
        assert opened == ["https://example.test/auth"]
        assert screen.shown.endswith(f"商家  {said}\n      （看过了）\n")

    @pytest.mark.parametrize("said", ["2", "取消", "3", "你好"])
    async def test_everything_else_is_said(self, tmp_path: Path, said: str) -> None:
        opened: list[str] = []
        screen = Screen(tmp_path, visit=visitor(opened))
        await screen.send("授权", *LINK)
        assert not await screen.console.opened(said)
        assert opened == []

    async def test_a_link_is_gone_when_other_buttons_were_shown(self, tmp_path: Path) -> None:
        opened: list[str] = []
        screen = Screen(tmp_path, visit=visitor(opened))
        await screen.send("授权", *LINK)
        await screen.send("打吗？", *YES_NO)
        assert not await screen.console.opened("1")


class TestEdits:
    async def test_are_new_lines_where_the_output_is_no_terminal(self, tmp_path: Path) -> None:
        screen = Screen(tmp_path)
        first = await screen.send("取号 1/2")
        assert await screen.send("取号 2/2", replaces=first) == first
        assert screen.shown == "面单  取号 1/2\n面单  取号 2/2\n"

    async def test_rewrite_the_last_message_in_a_terminal(self, tmp_path: Path) -> None:
        screen = Screen(tmp_path, is_terminal=True)
        first = await screen.send("取号 1/2", Button("停止", "c:stop_batch"))
        await screen.send("取号 2/2", replaces=first)
        assert screen.shown == "面单  取号 1/2\n      [1 停止]\n\x1b[2A\x1b[J面单  取号 2/2\n"

    async def test_of_a_message_further_up_are_new_lines(self, tmp_path: Path) -> None:
        screen = Screen(tmp_path, is_terminal=True)
        first = await screen.send("取号 1/2")
        await screen.send("别的")
        await screen.send("取号 2/2", replaces=first)
        assert "\x1b" not in screen.shown

    async def test_do_not_rewrite_what_the_merchant_typed(self, tmp_path: Path) -> None:
        screen = Screen(tmp_path, is_terminal=True)
        first = await screen.send("取号 1/2")
        screen.console.heard("停止")
        await screen.send("好")
        await screen.send("取号 2/2", replaces=first)
        assert screen.shown == "面单  取号 1/2\n面单  好\n面单  取号 2/2\n"

    async def test_that_are_not_worth_a_message_are_left_out_where_they_would_be_one(self, tmp_path: Path) -> None:
        screen = Screen(tmp_path, is_terminal=True)
        first = await screen.send("取号 1/2")
        await screen.send("取号 2/2", replaces=first, only_edits=True)
        await screen.send("打完了")
        await screen.send("取号 2/2", replaces=first, only_edits=True)
        assert screen.shown == "面单  取号 1/2\n\x1b[1A\x1b[J面单  取号 2/2\n面单  打完了\n"


async def test_what_was_typed_is_shown_where_the_terminal_has_not_shown_it(tmp_path: Path) -> None:
    piped, typed = Screen(tmp_path), Screen(tmp_path, is_terminal=True)
    for screen in (piped, typed):
        screen.console.heard("打印")
    assert (piped.shown, typed.shown) == ("商家  打印\n", "")


async def test_a_message_to_erase_stays_where_it_was_typed(tmp_path: Path) -> None:
    screen = Screen(tmp_path)
    await screen.console.send("me", Drawing("（已删除密码消息）", erase="7"))
    assert screen.shown == ""


class TestDocuments:
    async def test_are_written_to_the_folder_and_named(self, tmp_path: Path) -> None:
        folder = tmp_path / "new" / "out"
        screen = Screen(folder)
        await screen.send("📎 2 张面单", file=File("1122-1.pdf", b"%PDF"))
        assert screen.shown == f"面单  📎 2 张面单\n      📎 {folder / '1122-1.pdf'}\n"
        assert (folder / "1122-1.pdf").read_bytes() == b"%PDF"

    @pytest.mark.parametrize(
        ("name", "written"),
        [
            ("../../etc/passwd", "passwd"),
            ("/tmp/x.pdf", "x.pdf"),  # noqa: S108 - a name somebody may try
            ("..\\..\\x.pdf", "x.pdf"),
            ("..", "document"),
            ("", "document"),
            (".bashrc", "bashrc"),
        ],
    )
    async def test_never_leave_the_folder(self, tmp_path: Path, name: str, written: str) -> None:
        folder = tmp_path / "out"
        await Screen(folder).send("📎", file=File(name, b"x"))
        assert files_under(tmp_path) == [Path("out", written)]

    async def test_of_the_same_name_stand_side_by_side(self, tmp_path: Path) -> None:
        screen = Screen(tmp_path)
        for body in (b"one", b"two"):
            await screen.send("📎", file=File("补打.pdf", body))
        assert (tmp_path / "补打.pdf").read_bytes() == b"one"
        assert (tmp_path / "补打-2.pdf").read_bytes() == b"two"


def visitor(opened: list[str]) -> Callable[[str], Awaitable[str]]:
    async def visit(url: str) -> str:
        opened.append(url)
        return "（看过了）"

    return visit


def files_under(folder: Path) -> list[Path]:
    return [file.relative_to(folder) for file in folder.rglob("*") if file.is_file()]


class TestFiles:
    def test_a_path_is_a_file_where_there_is_one_of_a_kind_that_chats_send(self, tmp_path: Path) -> None:
        sheet, voice = tmp_path / "收件人 1.XLSX", tmp_path / "说.ogg"
        sheet.write_bytes(b"PK")
        voice.write_bytes(b"OggS")
        found = file_in(f" '{sheet}' ")
        assert found is not None
        assert (found.kind, found.name, found.size, found.file) == ("document", "收件人 1.XLSX", 2, str(sheet))
        assert getattr(file_in(str(voice)), "kind", "") == "voice"

    def test_words_and_paths_of_nothing_are_words(self, tmp_path: Path) -> None:
        (tmp_path / "notes.md").write_text("x")
        for said in ("打印今天的订单", "/etc/passwd", "没有.xlsx", str(tmp_path / "notes.md"), "字" * 5000 + ".csv"):
            assert file_in(said) is None

    async def test_it_is_read_when_asked_for_and_only_up_to_the_limit(self, tmp_path: Path) -> None:
        sheet = tmp_path / "a.csv"
        sheet.write_bytes(b"12345")
        console = Screen(tmp_path).console
        assert await console.download(str(sheet), 5) == b"12345"
        for path, most, why in ((sheet, 4, "too_big"), (tmp_path / "gone.csv", 9, "gone")):
            with pytest.raises(FileRefused) as refusal:
                await console.download(str(path), most)
            assert refusal.value.details == {"why": why}
