"""All repositories over one database."""

import copy

from core.clock import Clock
from core.storage.accounts import Accounts
from core.storage.after_sales import AfterSales
from core.storage.alerts import Alerts
from core.storage.audit import Audit, Change, Deed
from core.storage.backlog import Backlog
from core.storage.batches import Batches
from core.storage.census import Census
from core.storage.chats import Chats
from core.storage.contacts import Contacts
from core.storage.conversations import Conversations, Effects, Visits
from core.storage.database import Database, Row, Statement
from core.storage.errands import Errands
from core.storage.guests import Guests
from core.storage.inbox import Inbox
from core.storage.invitations import Invitations
from core.storage.limits import AlertLimits
from core.storage.links import Downloads, Forms
from core.storage.manual_orders import ManualOrders
from core.storage.merchants import Merchants
from core.storage.offsets import Offsets
from core.storage.order_events import OrderEvents, OrderSyncs
from core.storage.orders import Orders
from core.storage.outbox import Outbox
from core.storage.parcels import Parcels
from core.storage.shipments import Shipments
from core.storage.shops import Shops
from core.storage.signed import Signed
from core.storage.slots import Slots
from core.storage.staff import Staff
from core.storage.staff_groups import StaffGroups
from core.storage.subscribers import Subscribers
from core.storage.tokens import AccessTokens
from core.storage.track_queries import TrackQueries
from core.vault import Vault


class Repositories:
    """One of each. `database` is where changes are committed."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self.database: Database = database
        self.merchants = Merchants(database)
        self.staff = Staff(database, vault)
        self.staff_groups = StaffGroups(database)
        self.invitations = Invitations(database, vault)
        self.guests = Guests(database)
        self.audit = Audit(database, vault, clock)
        self.shops = Shops(database, vault, clock)
        self.accounts = Accounts(database, vault)
        self.orders = Orders(database, vault)
        self.manual_orders = ManualOrders(database, vault)
        self.shipments = Shipments(database, vault)
        self.offsets = Offsets(database)
        self.batches = Batches(database, vault)
        self.inbox = Inbox(vault)
        self.chats = Chats(database, vault)
        self.outbox = Outbox(database, vault)
        self.conversations = Conversations(database, vault)
        self.effects = Effects(database)
        self.visits = Visits(database)
        self.forms = Forms(database)
        self.downloads = Downloads(database, vault)
        self.contacts = Contacts(database)
        self.access_tokens = AccessTokens(database, vault)
        self.slots = Slots(database)
        self.backlog = Backlog(database)
        self.parcels = Parcels(database, vault)
        self.order_syncs = OrderSyncs(database)
        self.order_events = OrderEvents(database)
        self.track_queries = TrackQueries(database)
        self.after_sales = AfterSales(database)
        self.alerts = Alerts(database)
        self.alert_limits = AlertLimits(database)
        self.census = Census(database)
        self.subscribers = Subscribers(database)
        self.errands = Errands(database, vault)

    def signed(self, deed: Deed) -> "Repositories":
        """The same in the hands of somebody at work: what she commits is noted, while she may do it."""
        mine = copy.copy(self)
        mine.database = Signed(self.database, self.audit, deed)
        return mine

    async def change(self, change: Change, *statements: Statement) -> list[list[Row]]:
        """Commit, and say what it was about if somebody signs for it. Raises like `Database.apply`."""
        if isinstance(self.database, Signed):
            return await self.database.change(change, *statements)
        return await self.database.apply(*statements)

    async def failed(self, change: Change) -> None:
        """Say what was tried in vain, if somebody signs for it; `after` is the code of what was in the way."""
        if isinstance(self.database, Signed):
            await self.database.failed(change)

    async def let_all_go(self) -> None:
        """Take every lease back: whoever held one is gone. Only where no other process works on the database."""
        holders = (self.batches, self.effects, self.outbox, self.slots)
        await self.database.apply(*(each.let_all_go() for each in holders))
