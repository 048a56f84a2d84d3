"""All repositories over one database."""

from core.clock import Clock
from core.storage.accounts import Accounts
from core.storage.after_sales import AfterSales
from core.storage.alerts import Alerts
from core.storage.backlog import Backlog
from core.storage.batches import Batches
from core.storage.census import Census
from core.storage.chats import Chats
from core.storage.contacts import Contacts
from core.storage.conversations import Conversations, Effects, Visits
from core.storage.database import Database
from core.storage.errands import Errands
from core.storage.inbox import Inbox
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
from core.storage.slots import Slots
from core.storage.subscribers import Subscribers
from core.storage.tokens import AccessTokens
from core.storage.track_queries import TrackQueries
from core.vault import Vault


class Repositories:
    """One of each."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self.database = database
        self.merchants = Merchants(database)
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

    async def let_all_go(self) -> None:
        """Take every lease back: whoever held one is gone. Only where no other process works on the database."""
        holders = (self.batches, self.effects, self.outbox, self.slots)
        await self.database.apply(*(each.let_all_go() for each in holders))
