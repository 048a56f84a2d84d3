"""这个单号是哪家快递: our own books first, then the number's form, then a service that knows; at last a question."""

from dataclasses import dataclass
from typing import Literal

from core.couriers.directory import KNOWN
from core.tracking import sources
from core.tracking_numbers import courier_of
from handlers.conversation import Chat, Option
from handlers.desk import Desk
from handlers.messages import Button
from handlers.shown import courier_name, moment, short_number

_MOST = 5  # numbers answered in one go


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose number it is, and how that is known. `at`: when it was printed or entered here, epoch milliseconds UTC.

    books: it is ours. form: only this courier has such numbers. service: a tracking service says so. guess: others have
    such numbers too. nobody: no courier we know has.
    """

    courier: str
    how: Literal["books", "form", "service", "guess", "nobody"]
    at: int = 0


async def tell_couriers(chat: Chat, numbers: list[str]) -> None:
    """Each number's courier and how sure that is; asked for where nobody knows."""
    for number in numbers[:_MOST]:
        found = await chat.do("whose", whose, chat.member.merchant, number)
        if found.how in {"guess", "nobody"}:
            await _asked(chat, number, found)
        else:
            courier, at = courier_name(chat.language, found.courier), moment(found.at) if found.at else ""
            look = _where_is(chat, number, found.courier)
            await chat.say(f"whose.{found.how}", look, number=short_number(number), courier=courier, at=at)


async def _asked(chat: Chat, number: str, found: Whose) -> None:
    """The logo on the label tells her what the number does not tell us."""
    likely = [found.courier] if found.how == "guess" else []
    rest = [code for code in KNOWN if code not in likely]
    options = [Option(code, courier_name(chat.language, code), KNOWN[code].aliases) for code in (*likely, *rest)]
    options.append(chat.option("not_known", "whose.not_known"))
    shown, likely_name = short_number(number), courier_name(chat.language, found.courier)
    chosen = await chat.choose("which_courier", options, prompt=f"whose.{found.how}", number=shown, courier=likely_name)
    if chosen == "not_known":
        await chat.say("whose.look_there")
    else:
        name = courier_name(chat.language, chosen)
        await chat.say("whose.as_you_say", _where_is(chat, number, chosen), number=shown, courier=name)


def _where_is(chat: Chat, number: str, courier: str) -> Button:
    return chat.button("whose.where_is", "track", tracking=number, courier=courier)


async def whose(desk: Desk, merchant: str, number: str) -> Whose:
    """Whose it is, as far as anybody can tell."""
    if shipment := await desk.kept.shipments.with_number(merchant, number):
        return Whose(shipment.courier, "books", shipment.numbered_at or shipment.updated_at)
    if (parcel := await desk.kept.parcels.with_number(merchant, number)) and parcel.courier:
        return Whose(parcel.courier, "books", parcel.shipped_at)
    guess = courier_of(number)
    if guess and guess.sure:
        return Whose(guess.courier, "form")
    if detected := await sources.detect(desk.lookout, number):
        return Whose(detected, "service")
    return Whose(guess.courier, "guess") if guess else Whose("", "nobody")
