"""Figures for Prometheus. Labels are names of ours, from short fixed lists: never a merchant, an order or a peer.

Each process counts what it did itself. What waits is read from the database, so that every process tells the same.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from core.clock import SECOND, Clock
from core.shipments import ShipmentState
from core.storage.repositories import Repositories

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_CALL_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60)


class Metrics:
    """One process's counters and gauges."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        counted = self.registry
        self.received = Counter("miandan_messages_received", "Messages kept.", ["channel"], registry=counted)
        self.sent = Counter(
            "miandan_messages_sent", "Attempts to send a message.", ["channel", "outcome"], registry=counted
        )
        self.turns = Histogram("miandan_turn_seconds", "Messages answered.", ["outcome"], registry=counted)
        self.steps = Histogram(
            "miandan_step_seconds", "Pieces of work by worker.", ["worker", "outcome"], registry=counted
        )
        self.calls = Histogram(
            "miandan_outside_call_seconds",
            "Calls of other services.",
            ["service", "outcome"],
            buckets=_CALL_SECONDS,
            registry=counted,
        )
        self.waiting = Gauge("miandan_waiting", "Rows that wait, by queue.", ["queue"], registry=counted)
        self.oldest = Gauge(
            "miandan_oldest_seconds", "Age of the oldest that waits, by queue.", ["queue"], registry=counted
        )
        self.running = Gauge("miandan_batches_running", "Batches under way.", registry=counted)
        self.shipments = Gauge("miandan_shipments", "Parcels not done, by state.", ["state"], registry=counted)

    def called(self, service: str, outcome: str, seconds: float) -> None:
        """An outside call has ended; `outcome` is one of answered, unavailable, unknown."""
        self.calls.labels(service, outcome).observe(seconds)

    def stepped(self, worker: str, outcome: str, seconds: float) -> None:
        """A piece of work has ended; `outcome` is one of done, failed."""
        self.steps.labels(worker, outcome).observe(seconds)

    async def page(self, kept: Repositories, clock: Clock) -> bytes:
        """The figures in Prometheus' text format."""
        now = clock.now()
        for name, queue in (await kept.backlog.queues()).items():
            self.waiting.labels(name).set(queue.length)
            self.oldest.labels(name).set(0 if queue.since is None else (now - queue.since) / SECOND)
        unfinished = await kept.backlog.shipments()
        for state in ShipmentState:
            if state is not ShipmentState.DONE:
                self.shipments.labels(state).set(unfinished.get(state, 0))
        self.running.set(await kept.batches.running())
        return generate_latest(self.registry)
