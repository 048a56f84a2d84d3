"""查余额: each account's courier is asked at once, and the cards about it follow."""

from dataclasses import dataclass

from core.rights import Right, allows
from core.tracking.matters import look_at_balance
from handlers.conversation import Chat
from handlers.desk import Desk
from handlers.shown import courier_name
from handlers.troubles.asked import Answer, asked, fault_text


@dataclass(frozen=True, slots=True)
class Account:
    """An account by its courier's code and its end, …7890."""

    courier: str
    end: str


async def balance(chat: Chat) -> None:
    """The account of a card, those of the couriers that were named, or all."""
    accounts = await chat.look("accounts", accounts_of, chat.member.merchant)
    wanted = {key: account for key, account in accounts.items() if _is_meant(chat, key, account)}
    if not wanted:
        buttons = [chat.button("bind_courier", "bind_courier")] if allows(chat.member.role, Right.BIND) else []
        await chat.say("none", *buttons)
        return
    answers = await chat.do("asked", ask, chat.member.merchant, list(wanted))
    lines = [_line(chat, wanted[answer.about], answer) for answer in answers]
    same = {key: str(chat.slots[key]) for key in ("account", "courier") if key in chat.slots}
    await chat.say("told", chat.button("again", "balance", **same), text="\n".join(lines))


def _is_meant(chat: Chat, key: str, account: Account) -> bool:
    if one := chat.slots.get("account"):
        return key == str(one)
    return str(chat.slots.get("courier", account.courier)) == account.courier


def _line(chat: Chat, account: Account, answer: Answer) -> str:
    told = {"courier": courier_name(chat.language, account.courier), "account": account.end}
    if answer.fault:
        return chat.text("fault", **told, why=fault_text(chat.language, answer))
    if answer.balance is None:
        return chat.text("monthly", **told)
    return chat.text("left" if answer.balance else "nothing_left", **told, balance=answer.balance)


async def accounts_of(desk: Desk, merchant: str) -> dict[str, Account]:
    """The merchant's accounts by id."""
    return {each.id: Account(each.courier, f"…{each.account[-4:]}") for each in await desk.kept.accounts.of(merchant)}


async def ask(desk: Desk, merchant: str, wanted: list[str]) -> tuple[Answer, ...]:
    """One after the other; what is in the way is an answer, too."""
    accounts = [each for each in await desk.kept.accounts.of(merchant) if each.id in wanted]
    return tuple([await asked(each.id, look_at_balance(desk.watch, each)) for each in accounts])
