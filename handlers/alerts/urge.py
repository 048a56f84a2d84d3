"""催件: through the courier's interface where it has one, else by its hotline with words to read out.

Nothing is said to be filed that was not. What comes of it stands on the parcel's card.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from core.alerts import about_parcel
from core.couriers.base import Capability
from core.errands import ErrandState
from core.errors import AlreadyAsked, RateLimited, ServiceError, ServiceRefused, ServiceUnavailable, from_record
from core.ids import new_id
from core.parcels import Parcel
from core.storage.address import Address
from core.tracking import answers, errands
from core.tracking.telling import bring_up
from handlers import texts
from handlers.alerts.anomalies import chosen, troubles_of
from handlers.alerts.words import age, latest
from handlers.conversation import Chat
from handlers.desk import Desk
from handlers.errors import error_text
from handlers.parcels.which import which_parcels
from handlers.shown import courier_name, hotline, moment, numbered

_NAMED = 5  # parcels of a courier whose words are shown for a call
_CAME_TO_NOTHING = frozenset({ErrandState.REFUSED, ErrandState.FAILED, ErrandState.CANCELLED})


@dataclass(frozen=True, slots=True)
class Urgent:
    """A parcel as this conversation needs it. Times in epoch milliseconds UTC."""

    id: str
    title: str  # 中通 7612…9036
    courier: str
    hotline: str  # 95311, or more words where it is not sure
    words: str  # what a branch reads, or what is read out to the hotline
    has_arrived: bool
    has_interface: bool
    urged_at: int | None
    reference: str


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one of many; `state` is None where somebody else had it urged a moment ago.

    `fault`: why not, an error's record; None where that was not kept.
    """

    state: ErrandState | None
    fault: dict[str, Any] | None = None

    @property
    def has_failed(self) -> bool:
        """Whether nothing was filed, so that it may be filed again."""
        return self.state in _CAME_TO_NOTHING


async def urge(chat: Chat) -> None:
    """One parcel, or all of a card."""
    parcels = await _meant(chat)
    if len(parcels) != 1:
        await _many(chat, parcels)
        return
    found = await chat.look("urgent", urgent, parcels[0], chat.language)
    if found.has_arrived:
        await chat.say("arrived", parcel=found.title)
    elif found.urged_at is not None:
        told = chat.text("urged", parcel=found.title, at=moment(found.urged_at), reference=found.reference)
        await chat.say("told", chat.button("show", "track", parcel=found.id), text=told)
    elif found.has_interface:
        await _file(chat, found)
    else:
        await _call(chat, [found])


async def _meant(chat: Chat) -> list[str]:
    """Those with these numbers; 没揽收的都催一下 and 催圆通 mean all that are in such trouble."""
    slots = chat.slots
    is_one = {"orders", "tracking", "parcel", "card", "recipient", "phone_tail", "file"} & slots.keys()
    if is_one or not {"anomaly", "courier", "couriers"} & slots.keys():
        return await which_parcels(chat)
    found = await chat.look("troubles", troubles_of, chat.member.merchant, "")
    return [each.parcel for each in chosen(found, slots)]


async def _file(chat: Chat, found: Urgent) -> None:
    """File a work order; nothing was filed where the courier could not be reached or refused."""
    while True:
        errand = await chat.look("errand", fresh_id)
        try:
            await chat.settle("urge", file, errand, found.id, found.words)
            break
        except AlreadyAsked:
            await chat.say("just_urged", parcel=found.title)
            return
        except (ServiceUnavailable, RateLimited):
            again = [chat.option("try_again", is_yes=True), chat.option("call_instead"), chat.cancel_option()]
            if await chat.choose("unreachable", again, courier=found.courier) == "call_instead":
                await _call(chat, [found])
                return
        except ServiceRefused as refusal:
            await chat.say("refused", courier=found.courier, said=refusal.details.get("said", ""))
            await _call(chat, [found])
            return
    await _show(chat, found.id)


async def _show(chat: Chat, parcel: str) -> None:
    """The card that was tapped changes in its place; who wrote gets one."""
    to = Address(chat.member.channel, chat.member.peer)
    if "parcel" in chat.slots:
        await chat.look("refresh", refresh, to, parcel)
    else:
        await chat.look("show", show, to, chat.member.merchant, parcel)


async def _call(chat: Chat, found: list[Urgent]) -> None:
    """No interface: the hotline, and the words."""
    options = [chat.option("called", is_yes=True), chat.option("later")]
    answer = await chat.choose("call", options, prompt="told", text=_calls(chat, found))
    await _note_call(chat, found, answer)


def _calls(chat: Chat, found: list[Urgent]) -> str:
    """Each courier's hotline, and what to read out there."""
    told = []
    for courier, theirs in _by_courier(found):
        words = "\n".join(chat.text("words", words=each.words) for each in theirs[:_NAMED])
        told.append(chat.text("call", courier=courier, hotline=theirs[0].hotline, words=words))
    return "\n".join(told)


async def _note_call(chat: Chat, found: list[Urgent], answer: str) -> None:
    if answer == "called":
        await chat.settle("called", called, [each.id for each in found])
        await chat.say("noted")
    else:
        await chat.say("not_filed")


async def _many(chat: Chat, parcels: list[str]) -> None:
    """All of them: those with an interface at once, the others by their hotlines."""
    found = await chat.look("many", urgent_ones, parcels, chat.language)
    ready = [each for each in found if each.has_interface and each.urged_at is None]
    others = [each for each in found if not each.has_interface]
    if ready:
        options = [chat.option("file_all", is_yes=True, count=len(ready)), chat.cancel_option()]
        await chat.choose("all", options, count=len(ready), urged=len(found) - len(ready) - len(others))
        await _file_all(chat, ready)
    if others:
        await _call(chat, others)
    elif not ready:
        await chat.say("nothing_to_urge")


async def _file_all(chat: Chat, ready: list[Urgent]) -> None:
    """Only what the courier has confirmed is said to be filed; what failed may be filed once more."""
    while ready:
        wanted = await chat.look("errands", fresh_ids, [each.id for each in ready])
        tried = await chat.settle("urge_all", file_all, wanted, {each.id: each.words for each in ready})
        if told := _told(chat, ready, tried):
            await chat.say("told", text=told)
        ready = [each for each in ready if tried[each.id].has_failed]
        if ready and not await _again(chat, ready, tried):
            return


def _told(chat: Chat, found: list[Urgent], tried: dict[str, Tried]) -> str:
    """What came of those that did not fail."""
    states = Counter(each.state for each in tried.values())
    lines = [
        chat.text(key, count=count)
        for key, count in (("filed_all", states[ErrandState.OPEN]), ("urged_all", states[None]))
        if count
    ]
    unsure = [each for each in found if tried[each.id].state is ErrandState.UNSURE]
    return "\n".join([*lines, *_unsure(chat, unsure)])


async def _again(chat: Chat, failed: list[Urgent], tried: dict[str, Tried]) -> bool:
    """Why they failed, and what a single parcel gets; whether to file them once more."""
    faults = [fault for each in failed if (fault := tried[each.id].fault)]
    why = " ".join(dict.fromkeys(error_text(chat.language, from_record(fault)) for fault in faults))
    options = [chat.option("try_again", is_yes=True), chat.option("called"), chat.option("later")]
    answer = await chat.choose("failed_all", options, count=len(failed), why=why, calls=_calls(chat, failed))
    if answer != "try_again":
        await _note_call(chat, failed, answer)
    return answer == "try_again"


def _unsure(chat: Chat, found: Iterable[Urgent]) -> list[str]:
    """Those whose answer was lost, by courier."""
    return [
        chat.text("unsure_all", count=len(lost), courier=courier, hotline=lost[0].hotline)
        for courier, lost in _by_courier(found)
    ]


def _by_courier(found: Iterable[Urgent]) -> list[tuple[str, list[Urgent]]]:
    in_order = sorted(found, key=lambda each: each.courier)
    return [(courier, list(theirs)) for courier, theirs in groupby(in_order, key=lambda each: each.courier)]


def _words(parcel: Parcel, now: int) -> str:
    """What somebody at the courier must know, with the number in full; in Chinese, whatever the merchant speaks."""
    last = parcel.progress.last
    told = {
        "number": parcel.number,
        "last": latest(last),
        "age": age("zh", now - (last.at if last else parcel.shipped_at)),
    }
    return texts.text("zh", "urge.words_stuck" if last else "urge.words_uncollected", **told)


async def urgent(desk: Desk, parcel_id: str, language: str) -> Urgent:
    """The parcel's facts."""
    parcel = (await desk.kept.parcels.with_ids([parcel_id]))[parcel_id]
    courier = desk.couriers.get(parcel.courier)
    has_interface = courier is not None and Capability.URGE in courier.capabilities and bool(parcel.account)
    last = await errands.last_urging(desk.watch, parcel_id)
    return Urgent(
        id=parcel.id,
        title=numbered(language, parcel),
        courier=courier_name(language, parcel.courier),
        hotline=hotline(language, parcel.courier, desk.couriers),
        words=_words(parcel, desk.clock.now()),
        has_arrived=parcel.progress.has_ended,
        has_interface=has_interface,
        urged_at=last.asked_at if last else None,
        reference=last.reference if last else "",
    )


async def urgent_ones(desk: Desk, parcels: list[str], language: str) -> list[Urgent]:
    """Those that have not arrived."""
    found = [await urgent(desk, parcel, language) for parcel in parcels]
    return [each for each in found if not each.has_arrived]


async def fresh_id(_desk: Desk) -> str:
    """The id of a new errand."""
    return new_id()


async def fresh_ids(_desk: Desk, parcels: list[str]) -> dict[str, str]:
    """The ids of new errands, by parcel."""
    return {parcel: new_id() for parcel in parcels}


async def file(desk: Desk, errand: str, parcel: str, words: str) -> ErrandState:
    """File a work order."""
    return (await errands.urge(desk.watch, errand, parcel, words)).state


async def file_all(desk: Desk, wanted: dict[str, str], words: dict[str, str]) -> dict[str, Tried]:
    """File them one after the other; what came of each, by parcel."""
    return {parcel: await _tried(desk, errand, parcel, words[parcel]) for parcel, errand in wanted.items()}


async def _tried(desk: Desk, errand: str, parcel: str, words: str) -> Tried:
    try:
        return Tried(await file(desk, errand, parcel, words))
    except AlreadyAsked:
        return Tried(None)
    except ServiceError as error:
        return Tried(ErrandState.REFUSED, error.record())


async def show(desk: Desk, to: Address, merchant: str, parcel: str) -> None:
    """Put the parcel's card below what was written."""
    if subscriber := await desk.kept.subscribers.get(to, merchant):
        await bring_up(desk.watch, subscriber, merchant, parcel)


async def refresh(desk: Desk, to: Address, parcel: str) -> None:
    """The chat sees what has become of the parcel, where cards cannot change by a new one."""
    mark = desk.kept.alerts.mark_for(about_parcel(parcel), to, desk.clock.now())
    await desk.kept.database.apply(mark)


async def called(desk: Desk, parcels: list[str]) -> None:
    """Somebody telephoned."""
    for parcel in parcels:
        await answers.act(desk.watch, parcel)
