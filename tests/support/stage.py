"""The real program against the pretend world, in one process; a restart keeps the database and the world."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.app import App, build
from bot.channels.base import Abilities, Channel, ChannelBusy, Drawing, File, Keep, unkept
from bot.demo import settings
from bot.sandbox.world import World
from core.clock import Clock
from core.errors import FileRefused, ServiceUnavailable
from core.http import Http, client
from core.labels import Press
from core.storage.database import Database
from core.storage.repositories import Repositories
from core.vault import Vault
from handlers.menu import COMMANDS, Command
from handlers.messages import Button


@dataclass
class Message:
    """What a merchant sees of one message."""

    id: str
    text: str
    buttons: tuple[Button, ...]
    file: File | None = None
    versions: list[str] = field(default_factory=list)  # what it read before it was edited


class Room:
    """A channel that remembers: every chat's messages, edits in place, deletions kept apart."""

    name = "room"
    abilities = Abilities()

    def __init__(self) -> None:
        self.chats: dict[str, list[Message]] = {}
        self.erased: list[str] = []
        self.files: dict[str, bytes] = {}  # what merchants sent, by the room's name for it
        self.closed: set[str] = set()  # peers that cannot be reached
        self.keeps_files = True  # False: what merchants sent cannot be fetched now

    async def send(self, peer: str, drawing: Drawing, _keep: Keep = unkept) -> str:
        if peer in self.closed:
            raise ChannelBusy(600)
        messages = self.chats.setdefault(peer, [])
        if drawing.erase:
            self.erased.append(drawing.erase)
        shown = next((each for each in messages if each.id == drawing.replaces), None)
        if shown is None and drawing.only_edits:
            return drawing.replaces
        if shown is None:
            shown = Message(str(len(messages) + 1), drawing.text, drawing.buttons, drawing.file)
            messages.append(shown)
        else:
            shown.versions.append(shown.text)
            shown.text, shown.buttons = drawing.text, drawing.buttons
        return shown.id

    async def download(self, file: str, most: int) -> bytes:
        if not self.keeps_files:
            raise ServiceUnavailable(service="telegram")
        if file not in self.files:
            raise FileRefused(why="gone")
        if len(self.files[file]) > most:
            raise FileRefused(why="too_big")
        return self.files[file]


async def at_once(_seconds: float) -> None:
    """Nothing sleeps in tests."""


class Stage:
    """World, room and program; `app` is the running one."""

    def __init__(self, world: World, folder: Path, press: Press) -> None:
        self.world = world
        self.folder = folder
        self.room = Room()
        self._press = press
        self.commands: Mapping[str, Command] = COMMANDS  # another version of the program, from the next start on
        self._app: App | None = None

    @property
    def app(self) -> App:
        assert self._app is not None, "the stage is dark"
        return self._app

    async def light(
        self,
        database: Database | None = None,
        *,
        printer: str = "",
        clock: Clock | None = None,
        wrap: Callable[[Channel], Channel] | None = None,
        pause: Callable[[float], Awaitable[None]] = at_once,
        repositories: Callable[[Database, Vault, Clock], Repositories] = Repositories,
        http: Http | None = None,
        **others: object,
    ) -> None:
        """Start the program on this stage's database; `others` are settings by name."""
        config = settings(self.folder).model_copy(update={"printer": printer, **others})
        channel: Channel = wrap(self.room) if wrap else self.room
        self._app = await build(
            config,
            {self.room.name: channel},
            clock=clock or self.world.clock,
            http=http or Http(client(mounts=self.world.mounts())),
            dial=self.world.dial,
            database=database,
            press=self._press,
            repositories=repositories,
            pause=pause,
            commands=self.commands,
            is_sample=True,
        )
        self._app.start()

    async def dark(self, grace: float = 8.0) -> None:
        """Stop the program; what is in hand may take `grace` seconds to finish."""
        if self._app is not None:
            await self._app.close(grace)
            self._app = None

    async def restart(self) -> None:
        """Stop and start: what is not in the database is forgotten."""
        await self.dark()
        await self.light()
