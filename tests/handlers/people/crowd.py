"""Several people of one merchant, by name, each in a chat of her own."""

import asyncio
import re

from core.ids import new_id
from core.rights import Role
from core.storage.audit import Entry
from core.storage.merchants import Member
from handlers.admission import deed
from handlers.desk import Desk
from handlers.menu import COMMANDS
from handlers.messages import Incoming
from handlers.people import staffing
from tests.support.merchant import Interrupted, Merchant
from tests.support.stage import Stage


class Crowd:
    """`owner` and `packer` are there from the beginning."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.merchant = new_id()
        self._sent = 0
        self._people: dict[tuple[str, str], Merchant] = {}

    @property
    def owner(self) -> Merchant:
        return self.person("店主")

    @property
    def packer(self) -> Merchant:
        return self.person("小王")

    def person(self, name: str) -> Merchant:
        """Somebody, known or not."""
        return self.in_group(name, "")

    def forgotten(self, name: str) -> Merchant:
        """The same, and the program is restarted before her every message."""
        return Interrupted(self.stage, name)

    def in_group(self, name: str, group: str = "群") -> Merchant:
        """The same person in a group, or in none."""
        return self._people.setdefault((name, group), Merchant(self.stage, name, group))

    async def settles(self, name: str, role: Role, merchant: str = "") -> str:
        """She is a member already; returns her id."""
        kept, key, mine = self.stage.app.desk.kept, new_id(), merchant or self.merchant
        member = Member("room", name, mine, role, "", id=key)
        known = await kept.database.all("SELECT 1 FROM merchants WHERE id = ?", mine)
        begun = [] if known else [kept.merchants.add(mine, "zh", 1)]
        await kept.database.apply(*begun, *kept.staff.welcome(member, name, 1))
        return key

    async def invites(self, name: str, role: str = "打单员") -> str:
        """The owner invites somebody; returns the code."""
        for said in ("邀请同事", name, role):
            await self.owner.says(said)
        found = re.search("邀请码 (....-....)", self.owner.heard)
        assert found, self.owner.heard
        return found[1]

    # While the program is busy with something that does not end, nobody can wait until it is quiet.

    async def sends(self, name: str, said: str) -> None:
        """Somebody writes, and her turn is over."""
        self._sent += 1
        await self.stage.app.turns.receive(Incoming("room", name, f"sent-{self._sent}", text=said))
        while await self.stage.app.database.all("SELECT 1 FROM inbox WHERE done_at IS NULL"):  # noqa: ASYNC110 - rows tell
            await asyncio.sleep(0.01)

    async def removes(self, name: str) -> None:
        """What the owner's conversation does at its end."""
        desk, member, owner = await self._at_the_owners_desk(name)
        assert await staffing.remove(desk, member, owner)

    async def makes(self, name: str, role: Role) -> None:
        """The same for another role."""
        desk, member, owner = await self._at_the_owners_desk(name)
        assert await staffing.change_role(desk, member, role, owner)

    async def _at_the_owners_desk(self, name: str) -> tuple[Desk, str, Member]:
        desk = self.stage.app.desk
        owner = await desk.kept.merchants.member("room", "店主")
        assert owner is not None
        (member,) = [each.id for each in await desk.kept.staff.of(self.merchant) if each.name == name]
        return desk.signed(deed(owner, COMMANDS["member"])), member, owner

    async def roles(self) -> dict[str, Role]:
        """Who there is by name, and as what."""
        return {each.name: each.role for each in await self.stage.app.desk.kept.staff.of(self.merchant)}

    async def log(self, action: str = "") -> list[Entry]:
        """What the log tells, or what it tells of one action."""
        entries = await self.stage.app.desk.kept.audit.entries(self.merchant)
        return [entry for entry, _ in entries if not action or entry.action == action]
