"""绑定快递: choose the courier and the kind of account, tell what its adapter asks for, test, keep."""

import re
from collections.abc import Callable

from core.couriers.base import AccountFacts, AccountKind, Courier, CredentialField
from core.errors import (
    AppRefused,
    CredentialsRejected,
    NotPermitted,
    OutcomeUnknown,
    RateLimited,
    ServiceRefused,
    ServiceUnavailable,
)
from core.ids import new_id
from core.orders import Region, Sender
from core.storage.accounts import CourierAccount
from core.storage.audit import Change
from handlers.conversation import Chat, Option, Unclear
from handlers.desk import Desk
from handlers.errors import error_text
from handlers.shown import courier_name
from handlers.troubles.failures import keep_failure
from handlers.understanding import is_nothing


async def bind_courier(chat: Chat) -> None:
    """Courier, kind, the declared fields, the test, the sender, done."""
    courier = await _courier(chat)
    kind = await _kind(chat, courier)
    credentials = {"kind": kind.key}
    for field in kind.fields:
        credentials[field.key] = await _field(chat, courier, kind, field)
    facts = await _verified(chat, courier, kind, credentials)
    sender = await _sender(chat)
    await chat.settle("keep", keep, chat.member.merchant, courier.code, credentials, sender)
    await chat.say(
        "bound" if facts.balance is None else "bound_with_balance",
        chat.button("then_print", "print_orders"),
        chat.button("bind_another", "bind_courier"),
        courier=courier.name.in_language(chat.language),
        balance=facts.balance,
        sender=f"{sender.region}{' '}{sender.address}",
    )


async def _courier(chat: Chat) -> Courier:
    couriers = chat.desk.couriers
    code = str(chat.slots.get("courier", ""))
    if code and code not in couriers:
        await chat.say("not_there", courier=chat.text(f"names.{code}"))
    if code not in couriers:
        options = [Option(each.code, each.name.in_language(chat.language), each.aliases) for each in couriers.values()]
        code = await chat.choose("courier", options)
    return couriers[code]


async def _kind(chat: Chat, courier: Courier) -> AccountKind:
    kinds = {kind.key: kind for kind in courier.kinds}
    if not courier.has_app:
        return kinds[await _with_own_app(chat, courier)]
    if len(kinds) == 1:
        return courier.kinds[0]
    options = [Option(kind.key, kind.label.in_language(chat.language)) for kind in courier.kinds]
    explain = chat.option("explain")
    while True:
        name, steps = courier.name.in_language(chat.language), len(courier.kinds[0].fields) + 1
        chosen = await chat.choose("kind", [*options, explain], courier=name, steps=steps)
        if chosen != "explain":
            return kinds[chosen]
        told = (kind.explanation.in_language(chat.language) for kind in courier.kinds)
        await chat.say("explanation", kinds="\n".join(f"• {each}" for each in told))


async def _with_own_app(chat: Chat, courier: Courier) -> str:
    """The operator has no app with this courier: only who brings one can bind. Returns the kind's key."""
    own = [Option(kind.key, kind.label.in_language(chat.language)) for kind in courier.kinds if kind.brings_app]
    told = {"courier": courier_name(chat.language, courier.code), "settings": chat.text(f"app_settings.{courier.code}")}
    return await chat.choose("no_app", [*own, chat.cancel_option()], **told)


async def _field(chat: Chat, courier: Courier, kind: AccountKind, field: CredentialField) -> str:
    step = kind.fields.index(field) + 2
    return await chat.ask(
        field.key,
        _reader(field, chat.language),
        prompt="optional_field" if field.optional else "secret_field" if field.secret else "field",
        is_secret=field.secret,
        courier=courier.name.in_language(chat.language),
        step=step,
        steps=len(kind.fields) + 1,
        label=field.label.in_language(chat.language),
        help=field.help.in_language(chat.language),
    )


def _reader(field: CredentialField, language: str) -> Callable[[str], str]:
    def read(typed: str) -> str:
        if field.optional and is_nothing(typed):
            return ""
        if not field.accepts(typed):
            raise Unclear("field_unclear", label=field.label.in_language(language))
        return typed

    return read


async def _verified(chat: Chat, courier: Courier, kind: AccountKind, credentials: dict[str, str]) -> AccountFacts:
    """Test until it works; each kind of failure has its own way on."""
    name = courier.name.in_language(chat.language)
    while True:
        await chat.say("testing", courier=name)
        account = _subject(courier.code, credentials["account"])
        try:
            return await chat.do("verify", verify, courier.code, credentials)
        except CredentialsRejected as error:
            await keep_failure(chat, account, error)
            await _retyped(chat, courier, kind, credentials, "rejected")
        except AppRefused as error:
            await keep_failure(chat, account, error)
            again = [chat.option("try_again", is_yes=True), chat.cancel_option()]
            await chat.choose("app_refused", again, why=error_text(chat.language, error))
        except NotPermitted as error:
            await keep_failure(chat, account, error)
            await _opened(chat, name, error.details.get("said", ""))
        except ServiceRefused as refusal:
            await keep_failure(chat, account, refusal)
            await _retyped(chat, courier, kind, credentials, "refused", said=refusal.details.get("said", ""))
        except (ServiceUnavailable, OutcomeUnknown, RateLimited) as error:  # a test creates nothing: it may be repeated
            await keep_failure(chat, account, error)
            again = [chat.option("try_again", is_yes=True), chat.cancel_option()]
            await chat.choose("unreachable", again, courier=name)


async def _retyped(
    chat: Chat, courier: Courier, kind: AccountKind, credentials: dict[str, str], why: str, **params: str
) -> None:
    """Ask which of the answers to give anew, the likeliest culprits first, and ask for that one."""
    fields = {field.key: field for field in sorted(kind.fields, key=lambda field: (not field.secret, field.optional))}
    options = [
        Option(key, chat.text("retype", label=field.label.in_language(chat.language))) for key, field in fields.items()
    ]
    name = courier.name.in_language(chat.language)
    wrong = await chat.choose(why, [*options, chat.cancel_option()], courier=name, **params)
    credentials[wrong] = await _field(chat, courier, kind, fields[wrong])


async def _opened(chat: Chat, courier: str, said: str) -> None:
    """Wait until the branch has opened e-waybills, with words to ask it."""
    options = [chat.option("opened_now", is_yes=True), chat.option("ask_branch"), chat.cancel_option()]
    while await chat.choose("no_right", options, courier=courier, said=said) == "ask_branch":
        await chat.say("words_for_branch", courier=courier)


async def _sender(chat: Chat) -> Sender:
    """The shop's own return address, or one typed."""
    known = await chat.do("addresses", addresses, chat.member.merchant)
    if known:
        options = [Option(str(place), f"{each.region} {each.address}") for place, each in enumerate(known)]
        chosen = await chat.choose("sender", [*options, chat.option("other_sender")])
        if chosen != "other_sender":
            return known[int(chosen)]
    return await chat.ask("sender_typed", _read_sender, is_prose=True)


def _read_sender(typed: str) -> Sender:
    """Six words: name, phone, province, city, district, street; the street may have more."""
    words = typed.split()
    least = 6
    if len(words) < least or not re.fullmatch(r"1\d{10}|0\d{2,3}-?\d{7,8}", words[1]):
        raise Unclear("sender_unclear")
    name, phone, province, city, district, *street = words
    return Sender(name, phone, Region(province, city, district), " ".join(street))


def _subject(courier: str, account: str) -> str:
    """What the log calls an account."""
    return f"{courier} …{account[-4:]}"


async def verify(desk: Desk, courier: str, credentials: dict[str, str]) -> AccountFacts:
    """Ask the courier; nothing is kept before it says yes."""
    return await desk.courier(courier).verify(credentials)


async def addresses(desk: Desk, merchant: str) -> tuple[Sender, ...]:
    """The return addresses of the merchant's shops."""
    found: list[Sender] = []
    for shop in await desk.kept.shops.of(merchant):
        found += await desk.platforms[shop.platform].return_addresses(shop.id)
    return tuple(found)


async def keep(desk: Desk, merchant: str, courier: str, credentials: dict[str, str], sender: Sender) -> str:
    """Keep the account; bound again under the same name it replaces the old one. Returns its id."""
    name = credentials["account"]
    known = await desk.kept.accounts.known(merchant, courier, name)
    is_first = not await desk.kept.accounts.of(merchant)
    account = CourierAccount(
        id=known.id if known else new_id(),
        merchant=merchant,
        courier=courier,
        account=name,
        credentials=credentials,
        sender=sender,
        is_default=known.is_default if known else is_first,
    )
    change = Change(_subject(courier, name), before="bound" if known else "", after="bound")
    await desk.kept.change(change, *desk.kept.accounts.bind(account, desk.clock.now()))
    return account.id
