"""A service asked whether it works for us: its answer, or what is in the way, as plain values for a journal."""

from collections.abc import Awaitable
from dataclasses import dataclass

from core.errors import MerchantError, OutcomeUnknown, RateLimited, ServiceUnavailable, from_record
from handlers.errors import error_text

_SILENT = frozenset({ServiceUnavailable.code, OutcomeUnknown.code, RateLimited.code})


@dataclass(frozen=True, slots=True)
class Answer:
    """`about` whom it was asked; `fault` an error's record, None where all is well; `balance` where one was told."""

    about: str
    fault: dict[str, object] | None = None
    balance: int | None = None

    @property
    def code(self) -> str:
        """The error's code, "" where all is well."""
        return str(self.fault["code"]) if self.fault else ""

    @property
    def is_silent(self) -> bool:
        """Whether nobody answered: that says nothing about shop or account."""
        return self.code in _SILENT


async def asked(about: str, question: Awaitable[int | None]) -> Answer:
    """Await the question; a failure of the service's is an answer too."""
    try:
        return Answer(about, balance=await question)
    except MerchantError as error:
        return Answer(about, fault=error.record())


def fault_text(language: str, answer: Answer) -> str:
    """What is in the way, in words."""
    return error_text(language, from_record(answer.fault)) if answer.fault else ""
