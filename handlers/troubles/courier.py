"""绑定中通失败怎么办: the last try and the courier's answer, the accounts that are bound, and a test of each now."""

from dataclasses import dataclass

from core.couriers.base import Courier
from core.couriers.directory import KNOWN
from core.errors import AppRefused, ClockWrong, CredentialsRejected, NotPermitted
from core.rights import Right, allows
from handlers import texts
from handlers.conversation import Chat, Option
from handlers.desk import Desk
from handlers.messages import Button
from handlers.shown import courier_name, moment
from handlers.troubles.asked import Answer, asked, fault_text
from handlers.troubles.failures import Failure, last_failure

_TO_BE_BOUND_AGAIN = frozenset({CredentialsRejected.code})


@dataclass(frozen=True, slots=True)
class CourierRecords:
    """What we know ourselves: the ends of the accounts' names by account, and the last failure."""

    accounts: dict[str, str]
    failure: Failure | None


async def trouble_courier(chat: Chat) -> None:
    """Own records, then the courier, then what is wrong."""
    code = await _courier(chat)
    courier = chat.desk.couriers.get(code)
    if courier is None:
        await _no_interface(chat, code)
        return
    name = courier.name.in_language(chat.language)
    known = await chat.look("courier_records", courier_records, chat.member.merchant, code)
    while True:
        await chat.say("trouble.asking", service=name)
        answers = await chat.do("courier_asked", ask_courier, chat.member.merchant, code)
        if not any(answer.is_silent for answer in answers):
            break
        again = [chat.option("ask_again", "trouble.ask_again", is_yes=True), chat.cancel_option()]
        told = _tried(chat, known.failure, name) if known.failure else ""
        await chat.choose("trouble.courier_silent", again, service=name, known=told)
    text, needs_binding = _verdict(chat, known, answers, name)
    await chat.say("trouble.told", *_buttons(chat, courier, needs_binding=needs_binding), text=text)


async def _courier(chat: Chat) -> str:
    """The one that was named, else the one that was tried last, else the one that is bound."""
    if named := str(chat.slots.get("courier", "")) or _named_in(str(chat.slots.get("said", ""))):
        return named
    if likely := await chat.look("likely_courier", likely_courier, chat.member.merchant):
        return likely
    couriers = chat.desk.couriers.values()
    if len(couriers) == 1:
        return next(iter(chat.desk.couriers))
    options = [Option(each.code, each.name.in_language(chat.language), each.aliases) for each in couriers]
    return await chat.choose("trouble.which_courier", [*options, chat.cancel_option()])


def _named_in(said: str) -> str:
    return next((known.code for known in KNOWN.values() if any(each in said for each in known.aliases)), "")


async def _no_interface(chat: Chat, code: str) -> None:
    """Nothing to be bound: whoever tries does nothing wrong."""
    can = [each.name.in_language(chat.language) for each in chat.desk.couriers.values()]
    told = texts.text(chat.language, "chat.list_comma").join(can)
    buttons = [chat.button("trouble.bind_courier", "bind_courier")] if allows(chat.member.role, Right.BIND) else []
    await chat.say("trouble.no_interface", *buttons, courier=courier_name(chat.language, code), can=told)


def _verdict(chat: Chat, known: CourierRecords, answers: tuple[Answer, ...], name: str) -> tuple[str, bool]:
    """What is wrong, and whether binding mends it."""
    lines = [_of_account(chat, known, answer, name) for answer in answers]
    is_refused = any(answer.code and answer.code not in _TO_BE_BOUND_AGAIN for answer in answers)
    if known.failure:
        lines.append(_tried(chat, known.failure, name))
    elif not known.accounts and not is_refused:
        lines.append(chat.text("trouble.courier_never", courier=name))
    is_rejected = any(answer.code in _TO_BE_BOUND_AGAIN for answer in answers)
    needs_binding = is_rejected or (not is_refused and (known.failure is not None or not known.accounts))
    if needs_binding and not allows(chat.member.role, Right.BIND):
        lines.append(chat.text("trouble.owner_binds"))
    return "\n".join(line for line in lines if line), needs_binding


def _of_account(chat: Chat, known: CourierRecords, answer: Answer, name: str) -> str:
    account = known.accounts.get(answer.about, "")
    if not answer.code and account:
        balance = "" if answer.balance is None else chat.text("trouble.balance", balance=answer.balance)
        return chat.text("trouble.account_works", courier=name, account=account, balance=balance)
    if not answer.code:
        return chat.text("trouble.courier_well", courier=name) if known.failure else ""
    if answer.code == ClockWrong.code:
        return chat.text("trouble.clock_wrong")
    if answer.code == CredentialsRejected.code:
        return chat.text("trouble.account_rejected", courier=name, account=account)
    if answer.code == NotPermitted.code and account:
        return chat.text("trouble.account_lacks_right", courier=name, account=account, why=_said(answer))
    key = "trouble.account_refused" if account else "trouble.courier_app_refused"
    if answer.code == AppRefused.code:
        key = "trouble.courier_app_wrong"
    return chat.text(key, courier=name, account=account, why=fault_text(chat.language, answer))


def _said(answer: Answer) -> str:
    details = answer.fault["details"] if answer.fault else {}
    return str(details.get("said", "")) if isinstance(details, dict) else ""


def _tried(chat: Chat, failure: Failure, name: str) -> str:
    """The last try, what the courier answered, and what to do about it."""
    account = failure.subject.partition(" ")[2]
    key = f"trouble.account_tried_{failure.code}"
    told = key if texts.has(key) else "trouble.account_tried_otherwise"
    said = failure.said or chat.text("trouble.no_word")
    return chat.text(told, courier=name, account=account, at=moment(failure.at), said=said)


def _buttons(chat: Chat, courier: Courier, *, needs_binding: bool) -> list[Button]:
    if needs_binding:
        bind = chat.button("trouble.bind_it", "bind_courier", courier=courier.code)
        return [bind] if allows(chat.member.role, Right.BIND) else []
    if allows(chat.member.role, Right.PRINT):
        return [chat.button("trouble.print_orders", "print_orders")]
    return []


async def likely_courier(desk: Desk, merchant: str) -> str:
    """Whose account was tried last in vain, else whose is the default; "" where there is none."""
    if failure := await last_failure(desk, merchant, "bind_courier", "keep"):
        return failure.subject.partition(" ")[0]
    accounts = await desk.kept.accounts.of(merchant)
    return accounts[0].courier if accounts else ""


async def courier_records(desk: Desk, merchant: str, courier: str) -> CourierRecords:
    """From our own books."""
    accounts = [each for each in await desk.kept.accounts.of(merchant) if each.courier == courier]
    failure = await last_failure(desk, merchant, "bind_courier", "keep", about=f"{courier} ")
    return CourierRecords({each.id: f"…{each.account[-4:]}" for each in accounts}, failure)


async def ask_courier(desk: Desk, merchant: str, code: str) -> tuple[Answer, ...]:
    """Each account as the courier sees it; without an account, whether it knows our app. Creates nothing."""
    courier = desk.courier(code)
    accounts = [each for each in await desk.kept.accounts.of(merchant) if each.courier == code]
    if not accounts:
        return (await asked("", _greets(courier)),)
    return tuple([await asked(each.id, _tries(courier, each.credentials)) for each in accounts])


async def _greets(courier: Courier) -> None:
    await courier.check_app()


async def _tries(courier: Courier, credentials: dict[str, str]) -> int | None:
    return (await courier.verify(credentials)).balance
