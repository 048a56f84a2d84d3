"""为什么绑不上店铺: the last try, the shops that are bound, and whether the platform lets us in now."""

from dataclasses import dataclass

from core.clock import shanghai
from core.errors import AuthorisationEnded, ClockWrong, ShopNotAllowed
from core.rights import Right, allows
from core.shops.base import ShopPlatform
from core.storage.shops import BoundShop
from handlers import texts
from handlers.conversation import Chat
from handlers.desk import Desk
from handlers.messages import Button
from handlers.shown import moment
from handlers.troubles.asked import Answer, asked, fault_text
from handlers.troubles.failures import Failure, last_failure


@dataclass(frozen=True, slots=True)
class ShopRecords:
    """What we know ourselves: names and ends of authorisations (epoch milliseconds) by shop, and the last failure."""

    names: dict[str, str]
    until: dict[str, int]
    failure: Failure | None


async def trouble_shop(chat: Chat) -> None:
    """Own records, then the platform, then what is wrong."""
    known = await chat.look("shop_records", shop_records, chat.member.merchant)
    platform = next(iter(chat.desk.platforms.values()))
    while True:
        await chat.say("trouble.asking", service=platform.name)
        answers = await chat.do("shops_asked", ask_shops, chat.member.merchant)
        if not any(answer.is_silent for answer in answers):
            break
        again = [chat.option("ask_again", "trouble.ask_again", is_yes=True), chat.cancel_option()]
        await chat.choose("trouble.shop_silent", again, service=platform.name, known=_known(chat, known))
    text, needs_binding = _verdict(chat, known, answers)
    await chat.say("trouble.told", *_buttons(chat, needs_binding=needs_binding), text=text)


def _known(chat: Chat, known: ShopRecords) -> str:
    """What can be said without the platform."""
    bound = [
        chat.text("trouble.shop_kept", name=name, until=_day(known.until[shop])) for shop, name in known.names.items()
    ]
    return "\n".join([*bound, *([_tried(chat, known.failure)] if known.failure else [])])


def _verdict(chat: Chat, known: ShopRecords, answers: tuple[Answer, ...]) -> tuple[str, bool]:
    """What is wrong, and whether binding mends it."""
    lines = [_of_shop(chat, known, answer) for answer in answers]
    is_refused = any(answer.code and answer.code != AuthorisationEnded.code for answer in answers)
    if known.failure:
        lines.append(_tried(chat, known.failure))
    elif not known.names and not is_refused:
        lines.append(chat.text("trouble.shop_never"))
    has_ended = any(answer.code == AuthorisationEnded.code for answer in answers)
    needs_binding = has_ended or (not is_refused and (known.failure is not None or not known.names))
    if needs_binding and not allows(chat.member.role, Right.BIND):
        lines.append(chat.text("trouble.owner_binds"))
    return "\n".join(line for line in lines if line), needs_binding


def _of_shop(chat: Chat, known: ShopRecords, answer: Answer) -> str:
    name = known.names.get(answer.about, "")
    if not answer.code:
        return chat.text("trouble.shop_works", name=name, until=_day(known.until[answer.about])) if name else ""
    if answer.code == AuthorisationEnded.code:
        return chat.text("trouble.shop_ended", name=name)
    if answer.code == ClockWrong.code:
        return chat.text("trouble.clock_wrong")
    key = "trouble.shop_refused" if name else "trouble.app_refused"
    return chat.text(key, name=name, why=fault_text(chat.language, answer))


def _tried(chat: Chat, failure: Failure) -> str:
    """The last try, what was answered, and what to do about it."""
    at = moment(failure.at)
    if failure.code == ShopNotAllowed.code:
        return chat.text("trouble.shop_not_allowed", at=at, said=failure.said or chat.text("trouble.no_word"))
    key = f"trouble.tried_{failure.code}"
    return chat.text(key if texts.has(key) else "trouble.tried_otherwise", at=at, said=failure.said)


def _buttons(chat: Chat, *, needs_binding: bool) -> list[Button]:
    if needs_binding:
        return [chat.button("trouble.bind_shop", "bind_shop")] if allows(chat.member.role, Right.BIND) else []
    if allows(chat.member.role, Right.PRINT):
        return [chat.button("trouble.print_orders", "print_orders")]
    return []


def _day(at: int) -> str:
    return f"{shanghai(at):%Y-%m-%d}"


async def shop_records(desk: Desk, merchant: str) -> ShopRecords:
    """From our own books."""
    shops = await desk.kept.shops.of(merchant)
    grants = {shop.id: await desk.kept.shops.grant(shop.id) for shop in shops}
    return ShopRecords(
        names={shop.id: shop.name for shop in shops},
        until={shop: grant.refresh_expires_at for shop, grant in grants.items()},
        failure=await last_failure(desk, merchant, "bind_shop", "bind"),
    )


async def ask_shops(desk: Desk, merchant: str) -> tuple[Answer, ...]:
    """Each shop's addresses, the cheapest thing that needs its authorisation; without a shop, whether we are known."""
    shops = await desk.kept.shops.of(merchant)
    if not shops:
        platform = next(iter(desk.platforms.values()))
        return (await asked("", _greets(platform)),)
    return tuple([await asked(shop.id, _reads(desk, shop)) for shop in shops])


async def _greets(platform: ShopPlatform) -> None:
    await platform.check_app()


async def _reads(desk: Desk, shop: BoundShop) -> None:
    await desk.platforms[shop.platform].return_addresses(shop.id)
