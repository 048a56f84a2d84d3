"""`make recording`: plays a talk over the pretend Telegram and keeps what the chat shows, as text and as a picture."""

import asyncio
import html
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops

from bot.sandbox.telegram.chats import Message
from bot.sandbox.world import World
from core.labels import Press
from tests.scenarios.seats import TelegramSeat
from tests.scenarios.talk import pairs, play, read

DOCS = Path(__file__).parent.parent.parent / "docs"
TALK = Path(__file__).parent / "bind_and_print.talk"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_WIDTH, _SCALE = 440, 2  # of the picture: points, dots a point
_GROUND = "#cfdcd0"
_STYLE = f"""
body {{ margin: 0; padding: 14px; background: {_GROUND}; font: 15px/1.45 "Noto Sans CJK SC", sans-serif }}
.me, .bot {{ width: fit-content; max-width: 84%; margin: 5px 0; padding: 6px 11px; border-radius: 14px }}
.me {{ margin-left: auto; background: #e3fdd4 }}
.bot {{ background: #fff; white-space: pre-wrap; overflow-wrap: anywhere }}
.gone {{ color: #999; text-decoration: line-through }}
.tap {{ width: fit-content; margin: 5px 0 5px auto; color: #4d6b53; font-size: 13px }}
.row {{ display: flex; flex-wrap: wrap; gap: 4px; max-width: 84%; text-align: center }}
.row span {{ flex: 1 1 44%; padding: 5px 8px; border-radius: 8px; background: #8aa68f; color: #fff }}
"""


@dataclass(frozen=True)
class Line:
    """One thing in a chat. `who`: "me", "bot", or "tap" for a button of the bot's that she tapped."""

    who: str
    text: str
    buttons: tuple[str, ...] = ()
    is_gone: bool = False


class RecordedSeat(TelegramSeat):
    """In front of Telegram, remembering between which messages she tapped what."""

    def __init__(self, world: World, folder: Path, press: Press) -> None:
        super().__init__(world, folder, press)
        self._taps: list[tuple[int, str]] = []

    async def taps(self, label: str) -> None:
        self._taps.append((len(self._messages()), label))
        await super().taps(label)

    async def opens(self, label: str) -> None:
        self._taps.append((len(self._messages()), label))
        await super().opens(label)

    def lines(self) -> list[Line]:
        """The whole chat."""
        taps, lines = list(self._taps), []
        for place, message in enumerate(self._messages()):
            while taps and taps[0][0] <= place:
                lines.append(Line("tap", taps.pop(0)[1]))
            lines.append(_line(message))
        return lines

    def _messages(self) -> Sequence[Message]:
        return self.world.telegram.chats[self.chat].messages if self.chat in self.world.telegram.chats else ()


def _line(message: Message) -> Line:
    text = f"📎 {message.document.name}\n{message.text}" if message.document else message.text
    if message.is_deleted:
        text = "•" * len(text)  # the chat does not show it any more
    labels = tuple(button.label for button in message.buttons())
    return Line("bot" if message.is_the_bots else "me", text, labels, message.is_deleted)


async def record(talk: Path) -> list[Line]:
    """Play a talk; what the chat shows afterwards."""
    given, *steps = read(talk)
    with tempfile.TemporaryDirectory() as folder:
        press = Press()
        seat = RecordedSeat(World(seed=7, orders=pairs(given.text)["orders"]), Path(folder), press)
        await seat.sit()
        try:
            await play(steps, seat)
            return seat.lines()
        finally:
            await seat.leave()
            await press.close()


def as_text(lines: Sequence[Line]) -> str:
    """The chat in Markdown, as README's dialogues are written."""
    return "\n".join(("```", *(shown for line in lines for shown in _shown(line)), "```", ""))


def _shown(line: Line) -> Iterator[str]:
    if line.who == "tap":
        yield f"商家  （点「{line.text}」）"
        return
    first, *rest = line.text.splitlines()
    yield f"{'面单' if line.who == 'bot' else '商家'}  {first}{'（已删除）' if line.is_gone else ''}"
    yield from (f"      {each}" for each in rest)
    if line.buttons:
        yield "      " + "  ".join(f"[{label}]" for label in line.buttons)


def as_page(lines: Sequence[Line]) -> str:
    """The chat as an HTML page of a phone's width."""
    body = "".join(_drawn(line) for line in lines)
    return f'<!doctype html><html lang="zh"><meta charset="utf-8"><style>{_STYLE}</style><body>{body}</body></html>'


def _drawn(line: Line) -> str:
    if line.who == "tap":
        return f'<div class="tap">点了「{html.escape(line.text)}」</div>'
    kind = f"{line.who} gone" if line.is_gone else line.who
    buttons = "".join(f"<span>{html.escape(label)}</span>" for label in line.buttons)
    return f'<div class="{kind}">{html.escape(line.text)}</div>' + (
        f'<div class="row">{buttons}</div>' if buttons else ""
    )


def photograph(page: str, picture: Path) -> bool:
    """A picture of the page; False where there is no browser to take it."""
    browser = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "chat.html"
        file.write_text(page, "utf-8")
        quiet = (
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={folder}/browser",
        )
        size = (f"--window-size={_WIDTH},{_height(page)}", f"--force-device-scale-factor={_SCALE}")
        subprocess.run(  # noqa: S603 - a browser of this machine on a page of ours
            [browser, *quiet, *size, f"--screenshot={picture}", file.as_uri()],
            check=True,
            capture_output=True,
            timeout=60,
        )
    _crop(picture)
    return True


def _height(page: str) -> int:
    """Enough for the page, in points; what is too much is cut off afterwards."""
    return 400 + 90 * page.count("<div")


def _crop(picture: Path) -> None:
    """Without the empty ground below the last message."""
    with Image.open(picture) as image:
        ground = Image.new("RGB", image.size, _GROUND)
        _, _, _, bottom = ImageChops.difference(image.convert("RGB"), ground).getbbox() or (0, 0, 0, image.height)
        image.crop((0, 0, image.width, min(image.height, bottom + 14 * _SCALE))).save(picture, optimize=True)


def main() -> int:
    """Write docs/telegram.md and docs/telegram.png."""
    lines = asyncio.run(record(TALK))
    (DOCS / "telegram.md").write_text(as_text(lines), "utf-8")
    if not photograph(as_page(lines), DOCS / "telegram.png"):
        sys.stderr.write("no Chromium here: the text was written, the picture was not\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
