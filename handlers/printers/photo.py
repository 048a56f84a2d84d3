"""照片: its bar codes find parcels; a print that sits beside its place suggests the offset that mends it."""

from core.offset import Offset, mended, off
from core.rights import Right, allows
from core.storage.offsets import KeptOffset
from handlers.conversation import Chat
from handlers.files import PHOTO, the_file
from handlers.parcels.steps import steps_of
from handlers.parcels.track import tell
from handlers.parcels.whose import tell_couriers
from handlers.printers.offsets import in_words, kept_offset, set_button, tell_impossible
from handlers.printers.photo_work import Print, Sight
from handlers.printers.seeing import seen_on

_MOST = 5  # parcels told of in one go


async def look_at_photo(chat: Chat) -> None:
    """Whatever it is a photo of."""
    sight = await seen_on(chat, await the_file(chat, PHOTO))
    if sight is None:
        return
    if sight.print and sight.print.is_page:
        await tell_page(chat, sight.print)
    elif sight.orders or sight.tracking:
        await _tell_parcels(chat, sight)
    elif sight.others:
        await tell_couriers(chat, list(sight.others[:1]))
    else:
        await chat.say("photo.no_number" if sight.has_codes else "photo.no_code")


async def tell_page(chat: Chat, page: Print) -> None:
    """How the calibration page came out, with the button that mends it."""
    if page.found is None:
        await chat.say("photo.no_edges")
    elif not await _is_off(chat, page):
        await _tell_fit(chat, page.printed)


async def _tell_fit(chat: Chat, printed: Offset) -> None:
    """The offset it was printed with is the right one, even where another one holds by now."""
    now = await chat.look("now", kept_offset, chat.member.merchant)
    if now.offset == printed:
        await chat.say("photo.fits", offset=in_words(chat, printed))
        return
    back = [set_button(chat, "photo.set", printed, now.offset)] if _may_adjust(chat) else []
    await chat.say("photo.fitted", *back, printed=in_words(chat, printed), offset=in_words(chat, now.offset))


async def _tell_parcels(chat: Chat, sight: Sight) -> None:
    tracking = sight.tracking[:_MOST]
    for steps in await chat.do("steps", steps_of, chat.member.merchant, list(sight.orders[:_MOST]), list(tracking)):
        await tell(chat, steps)
    if more := len(sight.tracking) - len(tracking):
        await chat.say("photo.more", count=more, most=_MOST)
    if sight.print and sight.print.found:
        await _is_off(chat, sight.print)


async def _is_off(chat: Chat, seen: Print) -> bool:
    """Whether it sits beside its place, which is told with what mends it."""
    found = seen.found
    if found is None:
        return False
    if found.is_stretched:
        await chat.say("photo.stretched", percent=round(found.stretch * 100))
        return True
    if (wrong := off(seen.printed, found)) == Offset():
        return False
    now = await chat.look("now", kept_offset, chat.member.merchant)
    await _offer(chat, seen, wrong, now)
    return True


async def _offer(chat: Chat, seen: Print, wrong: Offset, now: KeptOffset) -> None:
    to = mended(seen.printed, seen.found) if seen.found else now.offset
    if seen.is_old:
        page = chat.button("offset.look", "printer_settings", action="calibrate")
        await chat.say("photo.before_change", *([page] if _may_adjust(chat) else []), off=in_words(chat, wrong))
    elif to == now.offset:
        await chat.say("photo.mended_since", off=in_words(chat, wrong), offset=in_words(chat, to))
    elif not to.is_possible:
        await tell_impossible(chat, to)
    elif _may_adjust(chat):
        button = set_button(chat, "photo.set", to, now.offset)
        await chat.say("photo.off", button, off=in_words(chat, wrong), offset=in_words(chat, to))
    else:
        await chat.say("photo.off_for_others", off=in_words(chat, wrong), offset=in_words(chat, to))


def _may_adjust(chat: Chat) -> bool:
    return allows(chat.member.role, Right.ADJUST)
