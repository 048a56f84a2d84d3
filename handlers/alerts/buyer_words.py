"""联系买家的话: a text to copy to the buyer, after what is known of the parcel and what was done about it."""

from core.errands import ErrandState
from core.parcels import DELIVERED, Parcel, ParcelState
from core.tracking.rules import HOMEWARD, TROUBLED
from handlers import texts
from handlers.conversation import Chat
from handlers.desk import Desk
from handlers.parcels.which import which_parcels
from handlers.shown import courier_name, moment

_NOT_COLLECTED = frozenset({ParcelState.NO_RECORD, ParcelState.CREATED})


async def buyer_words(chat: Chat) -> None:
    """One text a parcel."""
    for parcel in await which_parcels(chat):
        await chat.say("to_copy", text=await chat.look("words", words_for, parcel))


async def words_for(desk: Desk, parcel_id: str) -> str:
    """The text, in Chinese whatever the merchant speaks: buyers do."""
    parcel = (await desk.kept.parcels.with_ids([parcel_id]))[parcel_id]
    known = await desk.kept.errands.of_parcel(parcel_id)
    is_chased = any(errand.kind == "urge" and errand.state is not ErrandState.REFUSED for errand in known)
    last = parcel.progress.last
    told = texts.text(
        "zh",
        f"buyer_words.{_key(parcel)}",
        courier=courier_name("zh", parcel.courier),
        number=parcel.number,
        last=f"{moment(last.at)} {last.text}" if last else "",
    )
    return told + (texts.text("zh", "buyer_words.chased") if is_chased and not parcel.progress.has_ended else "")


def _key(parcel: Parcel) -> str:
    if parcel.state in _NOT_COLLECTED:
        return "not_collected"
    if parcel.state in DELIVERED:
        return "delivered"
    if parcel.state in HOMEWARD or parcel.state is ParcelState.RETURNED:
        return "coming_back"
    if parcel.state is ParcelState.AT_PICKUP_POINT:
        return "to_fetch"
    return "in_trouble" if parcel.state in TROUBLED else "on_its_way"
