"""A merchant in a chat: says, taps, opens pages, and remembers what she was told since."""

import itertools
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

from bot.sandbox.speech import recording
from bot.sandbox.world import World
from core.ids import new_id
from core.rights import Role
from core.storage.merchants import Member
from handlers.binding import courier as bind_courier
from handlers.binding import shop as bind_shop
from handlers.desk import Desk
from handlers.messages import Attachment, Button, Incoming
from tests.support.stage import Message, Stage

ZTO_ACCOUNT = {"account": "1234567890", "password": "zto123", "site_code": "8866"}


class Merchant:
    """One person in one chat of the stage's room: her own, or a group."""

    def __init__(self, stage: Stage, peer: str = "小满", group: str = "") -> None:
        self.stage = stage
        self.peer = peer
        self.group = group
        self._numbers = itertools.count(1)
        self._seen = 0

    # What she does.

    async def says(self, text: str, *, uid: str = "", message: str = "", to: Message | None = None) -> str:
        """Write a message, as a reply `to` another, and wait until all is done; returns what was heard."""
        replies_to = to.id if to else ""
        return await self._sends(self._incoming(uid, text=text, message=message, replies_to=replies_to))

    async def sends_document(self, name: str, body: bytes, caption: str = "") -> str:
        """Send a file under its name."""
        return await self._hands(Attachment("document", "", name, len(body), caption=caption), body)

    async def sends_photo(self, body: bytes, caption: str = "") -> str:
        """Send a picture."""
        return await self._hands(Attachment("photo", "", size=len(body), caption=caption), body)

    async def speaks(self, words: str, seconds: int = 3) -> str:
        """Say these words in a voice message."""
        return await self.records(recording(words), seconds)

    async def records(self, sound: bytes, seconds: int = 3) -> str:
        """Send a voice message with this sound."""
        return await self._hands(Attachment("voice", "", size=len(sound), seconds=seconds), sound)

    async def _hands(self, attachment: Attachment, body: bytes) -> str:
        name = f"file-{len(self.stage.room.files) + 1}"
        self.stage.room.files[name] = body
        return await self._sends(Incoming("room", self.peer, self._uid(), attachment=replace(attachment, file=name)))

    async def taps(self, label: str) -> str:
        """Tap the newest button with this label (or one that contains it)."""
        return await self.presses(self.button(label))

    async def presses(self, button: Button) -> str:
        """Tap a certain button, however old."""
        return await self._sends(self._incoming(button=button.data))

    async def opens(self, label: str, account: str = "") -> str:
        """Open the page behind a button, agree there as `account`, and come back."""
        back = await self.stage.world.browser.authorise(self.button(label).url, account)
        return await self.returns(back)

    async def returns(self, url: str) -> str:
        """Come back from a page."""
        self.marks()
        await self.stage.app.turns.come_back(dict(parse_qsl(urlsplit(url).query)))
        await self.stage.app.quiet()
        return self.heard

    def marks(self) -> None:
        """Forget what was heard so far."""
        self._seen = len(self.messages)

    # What she sees.

    @property
    def messages(self) -> list[Message]:
        return self.stage.room.chats.get(self.group or self.peer, [])

    @property
    def news(self) -> list[Message]:
        """Messages since she last did something."""
        return self.messages[self._seen :]

    @property
    def heard(self) -> str:
        """Their texts."""
        return "\n".join(message.text for message in self.news)

    @property
    def labels(self) -> list[str]:
        """The buttons of the newest message that has any."""
        return [button.label for button in self._newest_buttons()]

    def button(self, label: str) -> Button:
        """The newest button with this label, or the newest that contains it."""
        buttons = [button for message in reversed(self.messages) for button in message.buttons]
        exact = [button for button in buttons if button.label == label]
        near = [button for button in buttons if label in button.label]
        assert near, f"no button {label!r} among {[button.label for button in buttons[:12]]}"
        return (exact or near)[0]

    @property
    def pages(self) -> list[bytes]:
        """Every PDF she was ever sent."""
        return [message.file.body for message in self.messages if message.file]

    # Short cuts through conversations that other tests walk.

    async def joins(
        self, role: Role = Role.OWNER, language: str = "zh", merchant: str = "", channel: str = "room"
    ) -> str:
        """Be known already; returns the merchant's id."""
        desk, now = self.stage.app.desk, self.stage.world.clock.now()
        member = Member(channel, self.peer, merchant or new_id(), role, language)
        added = [] if merchant else [desk.kept.merchants.add(member.merchant, language, now)]
        await desk.kept.database.apply(*added, desk.kept.merchants.join(member, now))
        return member.merchant

    async def has_bound(self) -> str:
        """Shop and ZTO bound already, as the two conversations would have left them; returns the merchant's id."""
        merchant = await self.joins()
        await bind(self.stage.app.desk, self.stage.world, merchant)
        return merchant

    async def _sends(self, incoming: Incoming) -> str:
        self.marks()
        await self.stage.app.turns.receive(incoming)
        await self.stage.app.quiet()
        return self.heard

    def _incoming(self, uid: str = "", **said: str) -> Incoming:
        chat, sender = (self.group, self.peer) if self.group else (self.peer, "")
        return Incoming("room", chat, uid or self._uid(), sender=sender, **said)

    def _uid(self) -> str:
        return f"{self.peer}-{next(self._numbers)}-{id(self)}"

    def _newest_buttons(self) -> tuple[Button, ...]:
        return next((message.buttons for message in reversed(self.messages) if message.buttons), ())


async def bind(desk: Desk, world: World, merchant: str) -> None:
    """Shop and ZTO, as the two conversations would have left them."""
    platform = desk.platforms["pinduoduo"]
    back = await world.browser.authorise(platform.authorisation_url("bound"))
    code = dict(parse_qsl(urlsplit(back).query))["code"]
    await bind_shop.bind(desk, platform.code, merchant, code)
    sender = (await bind_courier.addresses(desk, merchant))[0]
    kind = desk.courier("ZTO").kinds[0].key
    await bind_courier.keep(desk, merchant, "ZTO", {"kind": kind, **ZTO_ACCOUNT}, sender)


class Interrupted(Merchant):
    """A merchant whose every message finds the program freshly restarted."""

    async def returns(self, url: str) -> str:
        await self.stage.restart()
        return await super().returns(url)

    async def _sends(self, incoming: Incoming) -> str:
        await self.stage.restart()
        return await super()._sends(incoming)
