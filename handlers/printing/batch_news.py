"""What the merchant hears while a batch runs, and the summary at its end."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.clock import SECOND, Clock
from core.couriers.base import Courier
from core.errors import MerchantError
from core.fulfilment.plan import read_plan
from core.shipments import Shipment, ShipmentState
from core.storage.address import Address
from core.storage.batches import Batch
from core.storage.database import Statement
from core.storage.outbox import Outbox
from handlers import texts
from handlers.conversation import command_data
from handlers.errors import error_text
from handlers.messages import Button, Document, Outgoing
from handlers.post import post
from handlers.reasons import reason_text
from handlers.shown import document_name, short_number

_BAR = 9  # cells of the progress bar
_NAMED = 6  # parcels named one by one


@dataclass(frozen=True, slots=True)
class BatchNews:
    """Puts a batch's progress and outcome into the outbox of the chat that asked for it."""

    outbox: Outbox
    clock: Clock
    couriers: dict[str, Courier]

    def numbering(self, batch: Batch, done: int, total: int) -> list[Statement]:
        """The one line that counts up."""
        say = _Words(batch)
        told = _progress(say, done, total)
        return self._post(batch, told, say.button("stop", "stop_batch"), card=_card(batch), is_passing=True)

    def pages(self, batch: Batch, shipments: Sequence[Shipment]) -> list[Statement]:
        """The label pages."""
        say = _Words(batch)
        name = document_name(batch.created_at, shipments[0].number or "")
        keys = tuple(each.key for each in shipments)
        document = Document(name, keys, read_plan(batch).wish.template, merchant=batch.merchant)
        told = Outgoing(say("pages", count=len(shipments)), document=document)
        return self._told(batch, told, say.language)

    def finished(self, batch: Batch, shipments: Sequence[Shipment], halt: MerchantError | None) -> list[Statement]:
        """Figures first, reasons under them, the next step as a button; the line that counted stands still."""
        say = _Words(batch)
        states = Counter(shipment.state for shipment in shipments)
        unfinished = [each for each in shipments if each.state not in _SETTLED]
        lines = [self._head(say, batch, shipments, unfinished, halt)]
        lines += _numbers(say, shipments) if say.is_manual else []
        lines += _stuck(say, shipments)
        lines += _doubtful(say, shipments)
        buttons = _buttons(say, batch, states, is_unfinished=bool(unfinished))
        numbers = sum(shipment.number is not None for shipment in shipments)
        counted = Outgoing(_progress(say, numbers, len(shipments)), card=_card(batch), only_edits=True)
        return [*self._told(batch, counted), *self._post(batch, "\n".join(lines), *buttons)]

    def _head(
        self,
        say: "_Words",
        batch: Batch,
        shipments: Sequence[Shipment],
        unfinished: Sequence[Shipment],
        halt: MerchantError | None,
    ) -> str:
        left = sum(each.printed_at is None for each in unfinished)
        printed = sum(each.printed_at is not None for each in shipments)
        uploaded = sum(len(each.orders) for each in shipments if each.state is ShipmentState.DONE)
        seconds = (self.clock.now() - (batch.started_at or batch.created_at)) // SECOND
        kind = "_manual" if say.is_manual else ""  # no shop is told of a manual order's number
        if halt:
            why = error_text(say.language, halt)
            return say(f"halted{kind}", why=why, printed=printed, uploaded=uploaded, left=left)
        if unfinished:
            return say(f"stopped{kind}", printed=printed, uploaded=uploaded, left=left)
        return say(f"finished{kind}", printed=printed, uploaded=uploaded, seconds=seconds)

    def _post(
        self, batch: Batch, text: str, *buttons: Button, card: str = "", is_passing: bool = False
    ) -> list[Statement]:
        return self._told(batch, Outgoing(text, buttons, card=card, is_passing=is_passing))

    def _told(self, batch: Batch, outgoing: Outgoing, language: str = "zh") -> list[Statement]:
        return post(self.outbox, Address(batch.channel, batch.peer), outgoing, self.clock.now(), language)


_STUCK = {ShipmentState.HELD, ShipmentState.FAILED}
_SETTLED = {*_STUCK, ShipmentState.DONE, ShipmentState.UNSURE, ShipmentState.VOIDED, ShipmentState.PRINTING}


class _Words:
    """The sentences about one batch, in its merchant's language."""

    def __init__(self, batch: Batch) -> None:
        wish = read_plan(batch).wish
        self.language, self.is_manual = wish.language, bool(wish.book)

    def __call__(self, key: str, **params: Any) -> str:  # noqa: ANN401 - a sentence takes what it takes
        return texts.text(self.language, f"batch.{key}", **params)

    def button(self, key: str, intent: str, **slots: str) -> Button:
        return Button(self(key), command_data(intent, slots))


def _progress(say: _Words, done: int, total: int) -> str:
    filled = done * _BAR // max(total, 1)
    return say("numbering", done=done, total=total, bar="▓" * filled + "░" * (_BAR - filled))


def _numbers(say: _Words, shipments: Sequence[Shipment]) -> list[str]:
    """In full, to be copied: nobody else tells them to the recipient."""
    printed = [each for each in shipments if each.number and each.printed_at]
    told = [say("number_of", order=each.orders[0], number=each.number) for each in printed[:_NAMED]]
    return [*told, say("more_numbers", count=len(printed) - _NAMED)] if len(printed) > _NAMED else told


def _stuck(say: _Words, shipments: Sequence[Shipment]) -> list[str]:
    """How many did not go through, by reason."""
    stuck = [each for each in shipments if each.state in _STUCK]
    if not stuck:
        return []
    reasons = Counter(reason_text(say.language, each.reason or {}) for each in stuck)
    told = say("comma").join(say("reason", reason=reason, count=count) for reason, count in reasons.most_common())
    return [say("stuck", count=sum(len(each.orders) for each in stuck), reasons=told)]


def _doubtful(say: _Words, shipments: Sequence[Shipment]) -> list[str]:
    """Lost answers and paper nobody is sure of."""
    unsure = [each for each in shipments if each.state is ShipmentState.UNSURE]
    paper = [each for each in shipments if each.state is ShipmentState.PRINTING]
    withdrawn = [each for each in shipments if each.state in _STUCK and each.printed_at is not None]
    lines = [say("unsure", count=len(unsure), orders=_listed([each.orders[0] for each in unsure]))] if unsure else []
    if paper:
        numbers = _listed([short_number(each.number or "") for each in paper])
        lines.append(say("paper", count=len(paper), numbers=numbers))
    if withdrawn:
        numbers = _listed([short_number(each.number or "") for each in withdrawn])
        lines.append(say("withdraw", count=len(withdrawn), numbers=numbers))
    return lines


def _buttons(say: _Words, batch: Batch, states: Counter[ShipmentState], *, is_unfinished: bool) -> list[Button]:
    buttons: list[Button] = []
    if states[ShipmentState.PRINTING]:
        buttons.append(say.button("look_at_paper", "paper", batch=batch.id))
    elif is_unfinished:
        buttons.append(say.button("go_on", "go_on", batch=batch.id))
    if states[ShipmentState.UNSURE]:
        buttons.append(say.button("look_at_unsure", "unsure", batch=batch.id))
    if any(states[state] for state in _STUCK):
        buttons.append(say.button("why", "why", batch=batch.id))
    return buttons


def _listed(names: Sequence[str]) -> str:
    return "、".join(names[:_NAMED]) + ("…" if len(names) > _NAMED else "")


def _card(batch: Batch) -> str:
    return f"batch:{batch.id}"
