"""Outbox → channels: in order per chat, tried again while a channel is busy."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace

from bot.channels.base import Channel, ChannelBusy, Drawing, File, PeerAway
from bot.metrics import Metrics
from core.clock import SECOND, Clock
from core.fulfilment.labelling import LABEL
from core.labels import Press
from core.storage.address import Address
from core.storage.database import Conflict
from core.storage.outbox import Letter
from core.storage.repositories import Repositories
from handlers import texts
from handlers.conversation import command_data
from handlers.errors import unforeseen
from handlers.messages import Button, Document, Outgoing
from handlers.post import OUTGOING, post

_CROWD = 200  # chats that are told something together
_LEASE = 60 * SECOND
_LONGEST_PAUSE = 300 * SECOND
_AS_CALL = {"sent": "answered", "busy": "unavailable", "failed": "unknown"}


class Sender:
    """Tells merchants what the outbox holds."""

    def __init__(
        self,
        kept: Repositories,
        press: Press,
        clock: Clock,
        channels: Mapping[str, Channel],
        owner: str,
        metrics: Metrics,
    ) -> None:
        self._metrics = metrics
        self._kept = kept
        self._press = press
        self._clock = clock
        self._channels = channels
        self._owner = owner

    async def send_due(self) -> bool:
        """Send the first message of every chat; whether more may be due."""
        due = await self._kept.outbox.due(self._clock.now(), _CROWD)
        letters = [each for each in due if each.to.channel in self._channels]
        sent = await asyncio.gather(*(self._send(letter) for letter in letters))
        has_next = any(letter.has_next and gone for letter, gone in zip(letters, sent, strict=True))
        return has_next or (len(due) == _CROWD and any(sent))

    async def _send(self, letter: Letter) -> bool:
        now = self._clock.now()
        try:
            await self._kept.database.apply(self._kept.outbox.take(letter, self._owner, now, now + _LEASE))
        except Conflict:
            return False
        if await self._kept.outbox.superseded(letter):
            await self._kept.database.apply(*self._kept.outbox.dropped(letter))
            return True
        outgoing: Outgoing = OUTGOING.validate_json(letter.body)
        if letter.is_in_doubt and outgoing.document:
            await self._ask_about(letter, outgoing.document)
            return True
        try:
            message = await self._deliver(letter.to, await self._draw(letter, outgoing))
        except ChannelBusy as busy:
            again, is_away = now + int(busy.seconds * SECOND), isinstance(busy, PeerAway)
            await self._kept.database.apply(
                self._kept.outbox.retry(letter, again, in_doubt=False, peer_is_away=is_away)
            )
            return False
        except Exception as error:  # noqa: BLE001 - one message that cannot be sent must not end the sending
            unforeseen("message not sent", error, channel=letter.to.channel)
            pause = min(SECOND * 2**letter.attempts, _LONGEST_PAUSE)
            await self._kept.database.apply(self._kept.outbox.retry(letter, now + pause, in_doubt=True))
            return False
        await self._kept.database.apply(*self._kept.outbox.sent(letter, message, self._clock.now()))
        return True

    async def _deliver(self, to: Address, drawing: Drawing) -> str:
        outcome, begun = "failed", time.perf_counter()
        try:
            message = await self._channels[to.channel].send(to.peer, drawing)
            outcome = "sent"
        except ChannelBusy:
            outcome = "busy"
            raise
        finally:
            self._metrics.sent.labels(to.channel, outcome).inc()
            self._metrics.called(to.channel, _AS_CALL[outcome], time.perf_counter() - begun)
        return message

    async def _ask_about(self, letter: Letter, document: Document) -> None:
        """Labels that may be in the chat already are not sent again unasked: somebody would print them twice."""
        now, member = self._clock.now(), await self._kept.merchants.member(letter.to.channel, letter.to.peer)
        language = member.language if member else "zh"
        again = Button(texts.text(language, "batch.send_again"), command_data("send_again", {"letter": letter.id}))
        question = Outgoing(texts.text(language, "batch.maybe_sent", name=document.name), (again,))
        await self._kept.database.apply(
            *self._kept.outbox.set_aside(letter, now), *post(self._kept.outbox, letter.to, question, now)
        )

    async def _draw(self, letter: Letter, outgoing: Outgoing) -> Drawing:
        replaces = await self._kept.outbox.card(letter.to, letter.card) if letter.card else None
        file = await self._file(outgoing.document) if outgoing.document else None
        return Drawing(outgoing.text, outgoing.buttons, file, outgoing.erase, replaces or "", outgoing.only_edits)

    async def _file(self, document: Document) -> File:
        offset = await self._kept.offsets.of(document.merchant)
        if not document.shipments:
            return File(document.name, await self._press.calibration(document.template, document.lines, offset))
        kept = await self._kept.shipments.labels(document.shipments)
        labels = [LABEL.validate_json(each) for each in kept]
        if document.is_reprint:
            labels = [replace(label, is_reprint=True) for label in labels]
        return File(document.name, await self._press.pdf(labels, document.template, offset))
