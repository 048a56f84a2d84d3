"""Outbox → channels: in order per chat, tried again while a channel is busy."""

import asyncio
import itertools
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from bot.channels.base import Abilities, Channel, ChannelBusy, Drawing, Keep, Knocker, PeerAway
from bot.channels.writing import gathered, in_bytes
from bot.engine.composing import Composer
from bot.operating.metrics import Metrics
from core.clock import MINUTE, SECOND
from core.storage.address import Address
from core.storage.database import Conflict, Statement
from core.storage.outbox import Letter
from handlers import texts
from handlers.conversation import command_data
from handlers.errors import unforeseen
from handlers.messages import Button, Document, Outgoing
from handlers.post import OUTGOING, offered, post

_CROWD = 200  # chats that are told something together
_LEASE = 60 * SECOND
_LONGEST_PAUSE = 300 * SECOND
_BETWEEN_NEWS = 30 * SECOND  # between two versions of passing news where nothing can be edited
_IN_TALK = 10 * MINUTE  # after a word of hers: she is about to hear what waits
_TOGETHER = 10  # messages
_AS_CALL = {"sent": "answered", "busy": "unavailable", "failed": "unknown"}
_ROOM = 1_500  # bytes of text that go out as one message


@dataclass(frozen=True, slots=True)
class Bundle:
    """What goes out of one chat's letters now: one letter, or several as one message."""

    letters: tuple[Letter, ...]
    outgoing: tuple[Outgoing, ...]
    drawings: list[Drawing] = field(default_factory=list)


class Sender:
    """Tells merchants what the outbox holds."""

    def __init__(self, composer: Composer, channels: Mapping[str, Channel], owner: str, metrics: Metrics) -> None:
        self._metrics = metrics
        self._composer = composer
        self._kept = composer.kept
        self._clock = composer.clock
        self._channels = channels
        self._owner = owner

    async def send_due(self, channel: str) -> bool:
        """Send the first message of every chat of this channel; whether more may be due."""
        if not self._channels[channel].abilities.pushes:
            return await self._knock(channel)
        letters = await self._kept.outbox.due(self._clock.now(), channel, _CROWD)
        sent = await asyncio.gather(*(self._send(letter) for letter in letters))
        has_next = any(letter.has_next and gone for letter, gone in zip(letters, sent, strict=True))
        return has_next or (len(letters) == _CROWD and any(sent))

    async def _knock(self, name: str) -> bool:
        """Where we may only answer: whoever has not written lately is told that something waits.

        Whether more may be due, behind what need not be told any more.
        """
        channel, now = self._channels[name], self._clock.now()
        if not channel.abilities.knocks or not isinstance(channel, Knocker):
            return False
        letters = await self._kept.outbox.unannounced(now, name, now - _IN_TALK, _CROWD)
        said = [OUTGOING.validate_json(letter.body) for letter in letters]
        stale = [await self._is_stale(*each, channel.abilities) for each in zip(letters, said, strict=True)]
        for letter, outgoing, is_stale in zip(letters, said, stale, strict=True):
            if is_stale:
                await self._kept.database.apply(*self._kept.outbox.dropped(letter))
                continue
            try:
                await channel.knock(letter.to.peer, outgoing.text)
            except ChannelBusy:
                return False
        return any(stale)

    async def hand_over(self, to: Address) -> Bundle | None:
        """What this chat is told next, for a channel that can only answer; `handed_over` ends it."""
        while (first := await self._kept.outbox.first(to, self._clock.now())) is not None:
            bundle = await self._taken(first)
            if bundle is not None:
                return await self._drawn(bundle)
        return None

    async def handed_over(self, bundle: Bundle, rest: Drawing | None) -> None:
        """It was said, but for the rest, which stays first in the row."""
        if rest is None:
            await self._told(bundle, "")
            return
        left, shortening = self._shortened(bundle, rest)
        await self._kept.database.apply(*shortening, *map(self._kept.outbox.release, left.letters))

    async def _told(self, bundle: Bundle, message: str) -> None:
        """It was said; `message` is the channel's id of it."""
        now = self._clock.now()
        sent = [each for letter in bundle.letters for each in self._kept.outbox.sent(letter, message, now)]
        await self._kept.database.apply(*sent, *self._offered(bundle))

    def _offered(self, bundle: Bundle) -> list[Statement]:
        """Choices before the last stand in its message as words, so they may be said."""
        chosen = [each.buttons for each in bundle.outgoing if any(button.data for button in each.buttons)]
        if len(chosen) <= 1:
            return []
        buttons = offered([*chosen[-1], *itertools.chain(*chosen[:-1])])
        return [self._kept.outbox.offer(bundle.letters[0].to, buttons)]

    def _shortened(self, bundle: Bundle, rest: Drawing) -> tuple[Bundle, list[Statement]]:
        """The bundle of which only this is left, in its last letter; and what makes it so."""
        *said, last = bundle.letters
        gone = [each for letter in said for each in self._kept.outbox.dropped(letter)]
        outgoing = _left(bundle, rest)
        shorter = self._kept.outbox.shorten(last, OUTGOING.dump_json(outgoing).decode())
        return Bundle((last,), (outgoing,), bundle.drawings), [*gone, *self._offered(bundle), shorter]

    async def _send(self, first: Letter) -> bool:
        bundle = await self._taken(first)
        return bundle is None or await self._said(bundle)

    async def _said(self, bundle: Bundle) -> bool:
        """Whether all of it was said; what was not is put off."""
        now, first, sent = self._clock.now(), bundle.letters[0], [""]

        async def keep(rest: Drawing) -> None:
            nonlocal bundle
            if len(sent) == 1:  # of a document in parts, the later ones stay in doubt together
                left, shortening = self._shortened(bundle, rest)
                await self._kept.database.apply(*shortening)
                bundle = left

        try:
            bundle = await self._drawn(bundle)
            for drawing in bundle.drawings:
                sent += [await self._deliver(first.to, drawing, keep)]
        except ChannelBusy as busy:  # a document in parts, some of which arrived, is not sent again unasked
            again, is_away = now + int(busy.seconds * SECOND), isinstance(busy, PeerAway)
            await self._put_off(bundle, again, in_doubt=len(sent) > 1, peer_is_away=is_away)
            return False
        except Exception as error:  # noqa: BLE001 - one message that cannot be sent must not end the sending
            unforeseen("message not sent", error, channel=first.to.channel)
            await self._put_off(bundle, now + min(SECOND * 2**first.attempts, _LONGEST_PAUSE), in_doubt=True)
            return False
        await self._told(bundle, sent[-1])
        return True

    async def _deliver(self, to: Address, drawing: Drawing, keep: Keep) -> str:
        outcome, begun = "failed", time.perf_counter()
        try:
            message = await self._channels[to.channel].send(to.chat, drawing, keep)
            outcome = "sent"
        except ChannelBusy:
            outcome = "busy"
            raise
        finally:
            self._metrics.sent.labels(to.channel, outcome).inc()
            self._metrics.called(to.channel, _AS_CALL[outcome], time.perf_counter() - begun)
        return message

    async def _taken(self, first: Letter) -> Bundle | None:
        """The letter as ours, with those that go out with it; None when there is nothing to send of it."""
        abilities = self._channels[first.to.channel].abilities
        letters = (first, *await self._companions(first, abilities))
        outgoing = tuple(OUTGOING.validate_json(letter.body) for letter in letters)
        if self._must_be_claimed(outgoing, abilities) and not await self._claimed(letters):
            return None
        if await self._is_settled_otherwise(first, outgoing[0], abilities):
            return None
        return Bundle(letters, outgoing)

    def _must_be_claimed(self, outgoing: Iterable[Outgoing], abilities: Abilities) -> bool:
        """Not where this loop alone sends, and what was said twice after a crash would do no harm."""
        is_alone = abilities.pushes and not self._kept.database.is_shared
        return not is_alone or any(each.document for each in outgoing)

    async def _claimed(self, letters: Iterable[Letter]) -> bool:
        """Whether they are ours to send; from here on they are in doubt, until they are told."""
        now = self._clock.now()
        taken = (self._kept.outbox.take(letter, self._owner, now, now + _LEASE) for letter in letters)
        try:
            await self._kept.database.apply(*taken)
        except Conflict:
            return False
        return True

    async def _is_settled_otherwise(self, letter: Letter, outgoing: Outgoing, abilities: Abilities) -> bool:
        """Whether it is not to be sent as it stands: it need not be told, is not hers any more, or is in doubt."""
        if await self._is_stale(letter, outgoing, abilities):
            await self._kept.database.apply(*self._kept.outbox.dropped(letter))
        elif not await self._composer.may_have(letter.to, outgoing.document):
            await self._redirect(letter, outgoing)
        elif letter.is_in_doubt and isinstance(outgoing.document, Document):
            await self._ask_about(letter, outgoing.document)
        else:
            return False
        return True

    async def _redirect(self, letter: Letter, outgoing: Outgoing) -> None:
        """Labels of a member who left are the owner's: they count as printed, and somebody must have them."""
        dropped, document = self._kept.outbox.dropped(letter), outgoing.document
        staff = await self._kept.staff.of(document.merchant) if isinstance(document, Document) else []
        if staff:  # the owners come first
            dropped += post(self._kept.outbox, staff[0].to, outgoing, self._clock.now())
        await self._kept.database.apply(*dropped)

    async def _companions(self, first: Letter, abilities: Abilities) -> list[Letter]:
        """The messages behind this one that fit into the same."""
        if not abilities.gathers or await self._stands_alone(first, abilities):
            return []
        found: list[Letter] = []
        room = _ROOM - in_bytes(OUTGOING.validate_json(first.body).text)
        for letter in await self._kept.outbox.behind(first, self._clock.now(), _TOGETHER):
            room -= in_bytes(OUTGOING.validate_json(letter.body).text)
            if room < 0 or await self._stands_alone(letter, abilities):
                break
            found.append(letter)
        return found

    async def _stands_alone(self, letter: Letter, abilities: Abilities) -> bool:
        outgoing = OUTGOING.validate_json(letter.body)
        is_asked_about = letter.is_in_doubt and outgoing.document is not None
        is_hers = await self._composer.may_have(letter.to, outgoing.document)
        return is_asked_about or not is_hers or await self._is_stale(letter, outgoing, abilities)

    async def _is_stale(self, letter: Letter, outgoing: Outgoing, abilities: Abilities) -> bool:
        """Whether it need not be told: a newer version is told instead, or passing news would only fill the chat."""
        if outgoing.is_rest:
            return False
        if outgoing.only_edits and not abilities.edits_once:
            return True
        if newer := await self._kept.outbox.newest(letter):
            version = OUTGOING.validate_json(newer.body)
            if abilities.edits_once or version.is_last or not version.only_edits:
                return True
        if not outgoing.is_passing or abilities.edits:
            return False
        told_at = await self._kept.outbox.told_at(letter.to, letter.card)
        return abilities.gathers or self._clock.now() - told_at < _BETWEEN_NEWS

    async def _drawn(self, bundle: Bundle) -> Bundle:
        to = bundle.letters[0].to
        abilities = self._channels[to.channel].abilities
        drawn = [await self._composer.compose(to, outgoing, abilities) for outgoing in bundle.outgoing]
        drawings = drawn[0] if len(drawn) == 1 else [gathered([each for several in drawn for each in several])]
        return Bundle(bundle.letters, bundle.outgoing, drawings)

    async def _put_off(self, bundle: Bundle, until: int, *, in_doubt: bool, peer_is_away: bool = False) -> None:
        retry = partial(self._kept.outbox.retry, at=until, in_doubt=in_doubt, peer_is_away=peer_is_away)
        await self._kept.database.apply(*map(retry, bundle.letters))

    async def _ask_about(self, letter: Letter, document: Document) -> None:
        """Labels that may be in the chat already are not sent again unasked: somebody would print them twice."""
        now, language = self._clock.now(), await self._composer.language(letter.to)
        again = Button(texts.text(language, "batch.send_again"), command_data("send_again", {"letter": letter.id}))
        question = Outgoing(texts.text(language, "batch.maybe_sent", name=document.name), (again,))
        await self._kept.database.apply(
            *self._kept.outbox.set_aside(letter, now), *post(self._kept.outbox, letter.to, question, now)
        )


def _left(bundle: Bundle, rest: Drawing) -> Outgoing:
    """What is left of a message, with all that was added to it when it was drawn."""
    *_, last = bundle.outgoing
    buttons = bundle.drawings[-1].buttons if len(bundle.drawings) > 1 else rest.buttons
    return replace(
        last,
        text=rest.text,
        buttons=buttons,
        document=last.document if rest.file else None,
        erase="",
        form="",
        only_edits=False,
        is_rest=True,
    )
