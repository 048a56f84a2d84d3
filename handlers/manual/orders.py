"""手工单: recipients pasted into the chat, or sent as a sheet, become parcels once they are looked at and agreed to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from core.couriers.base import Courier
from core.errors import FileRefused, OutcomeUnknown, RateLimited, ServiceUnavailable
from core.fulfilment.manual import Consignment
from core.manual import wanted_from
from core.recipients.entry import Entry
from core.recipients.parse import parse
from core.recipients.sheet import Sheet
from handlers.conversation import Chat, Option, Unclear
from handlers.files import SHEET, the_file, told_why
from handlers.manual import work
from handlers.manual.corrections import corrected, with_field
from handlers.manual.couriers import ANOTHER, courier_in
from handlers.manual.shown import Shown, checked_text, pages, who
from handlers.manual.wording import OWN
from handlers.manual.work import Sent
from handlers.messages import Attachment
from handlers.printing.print_orders import account_names
from handlers.shown import full_name

_FIELD_OF = {"no_name": "name", "no_phone": "phone", "no_city": "address", "no_detail": "address"}
_MOST_PLACES = 8  # buttons
_PRINTS = ("print", "print_new")
_MORE = tuple("再看 更多 下一页 还有呢 还有哪些 后面的 more next rest".split())
_TAPPED = (*_PRINTS, "other_courier", "more")


@dataclass(frozen=True, slots=True)
class _Checked:
    """What the merchant answered to what she was shown: go on, look at these, or go by this courier."""

    action: str
    entries: tuple[Entry, ...]
    courier: str = ""


async def create_waybill(chat: Chat) -> None:
    """A paste: what is missing is asked for alone, then everything is shown in full, once."""
    accounts = await _accounts(chat)
    if not accounts:
        return
    said, ahead = str(chat.slots.get("said", "")), ""
    if not work.has_recipient(said):
        said, ahead = await chat.ask("paste", _with_recipient, is_prose=True), said
    entries = await chat.look("entries", work.entries_in, said, ahead)
    await _send(chat, entries, accounts)


async def read_sheet(chat: Chat) -> None:
    """A spreadsheet: what can be printed, what a person must look at, one batch."""
    accounts = await _accounts(chat)
    if not accounts:
        return
    file = await the_file(chat, SHEET)
    sheet = await _read(chat, file)
    if sheet is not None:
        await _send(chat, sheet.entries, accounts, Shown(file.name or chat.text("nameless"), sheet.repeated))


def _with_recipient(typed: str) -> str:
    if not work.has_recipient(typed):
        raise Unclear("paste_unclear")
    return typed


async def _accounts(chat: Chat) -> dict[str, str]:
    """Account → courier, the one to use first; nothing where none is bound, which is told."""
    accounts = await chat.look("accounts", account_names, chat.member.merchant)
    named = chat.slots.get("courier")
    if not accounts:
        await chat.say("no_courier", chat.button("bind_courier", "bind_courier"))
    elif named and named not in accounts.values():
        await chat.say(
            "courier_not_bound", courier=_name(chat, named), other=_name(chat, next(iter(accounts.values())))
        )
    return dict(sorted(accounts.items(), key=lambda item: item[1] != named)) if named else accounts


async def _read(chat: Chat, file: Attachment) -> Sheet | None:
    """Read until it works or the merchant gives up."""
    while True:
        await chat.say("reading", name=file.name or chat.text("nameless"))
        try:
            return await chat.do("read", work.sheet_in, chat.member.channel, file.file)
        except FileRefused as refusal:
            await chat.say("refused", why=told_why(chat, refusal))
            return None
        except ServiceUnavailable:
            await chat.choose("unreachable", [chat.option("try_again", is_yes=True), chat.cancel_option()])


async def _send(chat: Chat, entries: Sequence[Entry], accounts: dict[str, str], sheet: Shown | None = None) -> None:
    """Show, correct, agree, begin."""
    account, known, page = next(iter(accounts)), tuple(entries), 0
    means = await chat.do("means", work.account_means, account)
    while True:
        if sheet is None:
            known = await _completed(chat, known)
        page %= (count := pages(known, sheet))
        ready = tuple(entry for entry in known if not entry.flaw)
        sent = await chat.look("sent", work.sent_lately, chat.member.merchant, ready)
        shown = checked_text(chat, known, sent, sheet, _name(chat, accounts[account]), means, page)
        options = _options(chat, ready, sent, has_choice=len(accounts) > 1, has_pages=count > 1)
        read = partial(_check, known, chat.desk.couriers)
        checked = await chat.ask("check", read, options=options, own=OWN, text=shown)
        known, former = checked.entries, account
        if checked.action in _PRINTS:
            await _print(chat, account, [each for each in ready if checked.action == "print" or each.place not in sent])
            return
        page += checked.action == "more"
        account = await _account_wanted(chat, checked, account, accounts)
        if account != former:
            means = await chat.do("means", work.account_means, account)


def _check(entries: tuple[Entry, ...], couriers: Mapping[str, Courier], typed: str) -> _Checked:
    if typed in _TAPPED:
        return _Checked(typed, entries)
    if courier := courier_in(typed, couriers.values()):
        return _Checked("other_courier", entries, courier)
    return _Checked("", corrected(entries, typed))


def _options(
    chat: Chat, ready: Sequence[Entry], sent: dict[int, Sent], *, has_choice: bool, has_pages: bool
) -> list[Option]:
    fresh = len(ready) - len(sent)
    options = []
    if sent and fresh:
        options.append(chat.option("print_new", "print_new_button", is_yes=True, count=fresh))
    if ready:
        key = "print_again_button" if sent else "print_button"
        options.append(chat.option("print", key, is_yes=not sent, count=len(ready)))
    if has_pages:
        options.append(Option("more", chat.text("more_button"), _MORE))
    if has_choice:
        options.append(chat.option("other_courier"))
    return [*options, chat.cancel_option()]


async def _completed(chat: Chat, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """A paste's recipients with nothing missing: each missing part is asked for alone."""
    whole: list[Entry] = []
    for entry in entries:
        told = entry
        while told.flaw:
            told = await _asked(chat, told, who(chat, told, len(entries)))
        whole.append(told)
    return tuple(whole)


async def _asked(chat: Chat, entry: Entry, name: str) -> Entry:
    if entry.flaw == "which_city":
        options = [Option(str(n), f"{p.province}{p.city}") for n, p in enumerate(entry.pasted.places[:_MOST_PLACES])]
        placed, district = partial(_placed, entry), entry.pasted.district
        return await chat.ask("which_city", placed, options=options, is_prose=True, who=name, district=district)
    field = _FIELD_OF[entry.flaw]
    return await chat.ask(entry.flaw, partial(with_field, entry, field), is_prose=True, who=name)


def _placed(entry: Entry, typed: str) -> Entry:
    """The place tapped, or the one in the city that was typed."""
    places = entry.pasted.places
    if typed.isdecimal() and int(typed) < len(places):
        return entry.at(places[int(typed)])
    said = parse(typed)
    meant = [place for place in places if place.city == (said.city or place.city) and place.province == said.province]
    if len(meant) != 1:
        raise Unclear("chat.pick_one")
    return entry.at(meant[0])


async def _account_wanted(chat: Chat, checked: _Checked, account: str, accounts: dict[str, str]) -> str:
    """The account to go by from now on; the same one where the courier that was named is not bound."""
    if checked.action != "other_courier" or checked.courier == accounts[account]:
        return account
    if checked.courier in {"", ANOTHER}:
        others = [each for each in accounts if each != account]
    else:
        others = [each for each, courier in accounts.items() if courier == checked.courier]
    if len(others) > 1:
        return await chat.choose("which_courier", [Option(each, _name(chat, accounts[each])) for each in others])
    if not others:
        await _tell_what_is_bound(chat, checked.courier, _name(chat, accounts[account]))
    return others[0] if others else account


async def _tell_what_is_bound(chat: Chat, wanted: str, used: str) -> None:
    if wanted == ANOTHER:
        await chat.say("no_other_courier", chat.button("bind_courier", "bind_courier"), other=used)
    elif wanted in chat.desk.couriers:
        bind = chat.button("bind_courier", "bind_courier", courier=wanted)
        await chat.say("not_bound_here", bind, courier=_name(chat, wanted), other=used)
    else:
        await chat.say("cannot_be_bound", courier=_name(chat, wanted), other=used)


async def _print(chat: Chat, account: str, chosen: Sequence[Entry]) -> None:
    draft = await chat.look("draft", work.fresh_draft)
    wanted = tuple(wanted_from(each) for each in chosen)
    consignment = Consignment(draft, chat.member.merchant, account, chat.language, wanted)
    while True:
        try:
            parcels = await chat.settle("begin", work.begin, chat.member.channel, chat.member.peer, consignment)
            break
        except (ServiceUnavailable, OutcomeUnknown, RateLimited):  # nothing was asked for yet but a balance
            await chat.choose("courier_silent", [chat.option("try_again", is_yes=True), chat.cancel_option()])
    await chat.say("started", chat.button("stop", "stop_batch"), card=f"batch:{draft}", parcels=parcels)


def _name(chat: Chat, courier: str) -> str:
    return full_name(chat.language, courier, chat.desk.couriers)
