"""The chat in a terminal: buttons as numbers, edits as rewritten lines, documents as files in a folder.

A file is sent by typing its path, or by dropping it on the terminal.
"""

import asyncio
import contextlib
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TextIO

from bot.channels.base import Abilities, Drawing, File, Keep, unkept
from core.errors import FileRefused
from handlers.messages import Attachment, Button
from handlers.understanding import match_button

NAME = "console"
PEER = "me"  # one terminal, one merchant
_DOCUMENTS = {".xlsx", ".csv", ".xls", ".png", ".jpg", ".jpeg"}
_RECORDINGS = {".ogg", ".oga"}


class Console:
    """Draws for one person. Lines are plain when the output is not a terminal; then an edit is simply a new line."""

    name = NAME
    abilities = Abilities()

    def __init__(
        self,
        folder: Path,
        output: TextIO = sys.stdout,
        visit: Callable[[str], Awaitable[str]] | None = None,
        *,
        is_terminal: bool | None = None,
    ) -> None:
        """`visit` opens a page for the merchant and says how that went; without it the merchant opens it herself."""
        self._folder = folder
        self._output = output
        self._visit = visit
        self._is_terminal = output.isatty() if is_terminal is None else is_terminal
        self._sent = 0
        self._last: tuple[str, int] = ("", 0)  # id and height of the last message
        self._links: tuple[Button, ...] = ()
        self._names: Counter[str] = Counter()

    async def send(self, _peer: str, drawing: Drawing, _keep: Keep = unkept) -> str:
        """Print a message, over the one it replaces where that is still the last one."""
        message = drawing.replaces or self._next_id()
        if drawing.erase:
            return message  # a terminal cannot take back what was typed
        is_last = self._is_terminal and drawing.replaces == self._last[0]
        if drawing.only_edits and not is_last:
            return message
        text = self._drawn(drawing)
        over = f"\x1b[{self._last[1]}A\x1b[J" if drawing.replaces and is_last else ""
        self._write(over + text)
        self._last = (message, text.count("\n"))
        if drawing.buttons:
            self._links = drawing.buttons
        return message

    async def download(self, file: str, most: int) -> bytes:
        """See `FileKeeper.download`; `file` is the path that was typed."""
        return await asyncio.to_thread(_read, Path(file), most)

    async def opened(self, said: str) -> bool:
        """Whether the merchant chose a button that opens a page; then it is opened."""
        button = match_button(said, self._links)
        if self._visit is None or button is None or not button.url:
            return False
        self.heard(said)
        self.note(f"      {await self._visit(button.url)}")
        return True

    def note(self, text: str) -> None:
        """A line that is not part of the chat."""
        self._write(f"{text}\n")

    def heard(self, said: str) -> None:
        """What the merchant typed; shown again where the terminal has not shown it."""
        if not self._is_terminal:
            self.note(f"商家  {said}")
        self._last = ("", 0)

    def _write(self, text: str) -> None:
        with contextlib.suppress(BrokenPipeError):  # nobody reads any more; what was asked for is done all the same
            self._output.write(text)
            self._output.flush()

    def _drawn(self, drawing: Drawing) -> str:
        lines = drawing.text.splitlines()
        if drawing.file:
            lines.append(f"📎 {self._kept(drawing.file)}")
        if drawing.buttons:
            lines.append("  ".join(self._button(n, button) for n, button in enumerate(drawing.buttons, 1)))
        return "".join(f"{'面单  ' if place == 0 else '      '}{line}\n" for place, line in enumerate(lines))

    def _kept(self, file: File) -> Path:
        """Where the document was written: in our folder whatever its name, and over no other document of this chat."""
        name = Path(file.name.replace("\\", "/")).name.lstrip(".") or "document"
        self._names[name] += 1
        path = self._folder / name
        if self._names[name] > 1:
            path = path.with_stem(f"{path.stem}-{self._names[name]}")
        self._folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.body)
        return path

    def _button(self, number: int, button: Button) -> str:
        if button.url and self._visit is None:
            return f"[{number} {button.label}] {button.url}"
        return f"[{number} {button.label}]"

    def _next_id(self) -> str:
        self._sent += 1
        return str(self._sent)


def file_in(said: str) -> Attachment | None:
    """The file whose path was typed, where it is of a kind that chats send."""
    path = Path(said.strip().strip("'\"")).expanduser()
    suffix = path.suffix.lower()
    try:
        if suffix not in _DOCUMENTS | _RECORDINGS or not path.is_file():
            return None
    except OSError:  # too long for a path
        return None
    return Attachment("voice" if suffix in _RECORDINGS else "document", str(path), path.name, path.stat().st_size)


def _read(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            body = file.read(most + 1)
    except OSError as error:
        raise FileRefused(why="gone") from error
    if len(body) > most:
        raise FileRefused(why="too_big")
    return body
