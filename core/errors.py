"""Everything that can go wrong and that a merchant can be told about.

Errors carry a code and details; the sentences live in the text files under `[errors]`, one for every code.

    MerchantError
    ├── ServiceError                 another company's service
    │   ├── ServiceUnavailable       not reachable or down; nothing was done; trying again is safe
    │   ├── OutcomeUnknown           the question was sent, the answer was lost; it may have been done
    │   ├── RateLimited              asked too often; nothing was done
    │   ├── ClockWrong               our machine's clock is so far off that the service refuses us; nothing was done
    │   ├── ServiceRefused           it understood and said no, with its own words
    │   │   ├── CredentialsRejected  account or password wrong
    │   │   ├── NotPermitted         the account is right but lacks a right (电子面单 not opened, app not allowed)
    │   │   │   └── AppRefused       the app itself: its key, its signature or our address; says nothing of the account
    │   │   ├── BalanceShort         no waybill numbers left
    │   │   ├── OutOfRange           the courier does not deliver there
    │   │   ├── AlreadyShipped       the shop says the order left 待发货
    │   │   └── NoTrace              no tracking news yet
    │   ├── NotOffered               its interface has nothing for this; there is a hotline
    │   └── AuthorisationEnded       the shop must be authorised again
    ├── ShopNotAllowed               a shop that is closed, banned or not opened
    ├── ReceiversSealed              this app may not decrypt receivers, so a courier's own label cannot be made
    ├── NothingToPrint               no order fits what was asked
    ├── AlreadyAsked                 the courier was asked for this a moment ago, or is at it
    ├── StillPrinting                the batch is being worked on; decide when it has ended
    ├── FileRefused                  a file that cannot be taken: too large, gone, or not what it seems
    ├── NotFound                     no such order, parcel or batch
    ├── Forbidden                    this member may not do that
    ├── LastOwner                    a merchant keeps at least one owner
    ├── TooManyTries                 too many invitation codes within an hour
    ├── MissingGlyph                 a label contains a character that no embedded font can draw
    └── Unforeseen                   a fault of ours; `reference` finds it in the log
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class MerchantError(Exception):
    """A failure with a code and details, fit to be told to a merchant."""

    code: ClassVar[str] = "error"

    def __init__(self, **details: Any) -> None:  # noqa: ANN401 - details are whatever the sentence needs
        super().__init__(self.code)
        self.details: dict[str, Any] = details

    def __str__(self) -> str:
        told = ", ".join(f"{key}={value!r}" for key, value in self.details.items())
        return f"{self.code}({told})"

    def record(self) -> dict[str, Any]:
        """The error as JSON data, for a journal or a row; `from_record` turns it back."""
        return {"code": self.code, "details": self.details}


class ServiceError(MerchantError):
    """Another company's service failed us. Details: `service`, and `said` where it used words."""

    code = "service_error"


class ServiceUnavailable(ServiceError):
    """Not reachable, or answering with a fault of its own. Nothing was done."""

    code = "service_unavailable"


class OutcomeUnknown(ServiceError):
    """The request went out, and no usable answer came back: it may have been carried out."""

    code = "outcome_unknown"


class RateLimited(ServiceError):
    """Asked too often. Nothing was done."""

    code = "rate_limited"


class ClockWrong(ServiceError):
    """Our clock is too far off for the service. Nothing was done, and nothing will be until the machine is mended."""

    code = "clock_wrong"


class ServiceRefused(ServiceError):
    """Understood and declined. Details: `service`, `said`, `raw` (the service's own code)."""

    code = "service_refused"


class CredentialsRejected(ServiceRefused):
    """The account or password is wrong."""

    code = "credentials_rejected"


class NotPermitted(ServiceRefused):
    """The account is right but a right is missing."""

    code = "not_permitted"


class AppRefused(NotPermitted):
    """The app that asks is not accepted: key, signature or our address. It says nothing of the merchant's account."""

    code = "app_refused"


class BalanceShort(ServiceRefused):
    """No waybill numbers left."""

    code = "balance_short"


class OutOfRange(ServiceRefused):
    """The courier does not deliver to this address."""

    code = "out_of_range"


class AlreadyShipped(ServiceRefused):
    """The shop says the order is not waiting to ship any more."""

    code = "already_shipped"


class NoTrace(ServiceRefused):
    """The parcel has no tracking news yet."""

    code = "no_trace"


class NotOffered(ServiceError):
    """The service's interface does not offer this at all. Details: `service`, `what`, `hotline`. Nothing was done."""

    code = "not_offered"


class AuthorisationEnded(ServiceError):
    """The shop's authorisation ran out or was withdrawn. Details: `shop`."""

    code = "authorisation_ended"


class ShopNotAllowed(MerchantError):
    """The shop may not be bound. Details: `said`."""

    code = "shop_not_allowed"


class ReceiversSealed(MerchantError):
    """The platform lets this app see no plain receivers, which a courier's own interface needs. Details: `service`."""

    code = "receivers_sealed"


class NothingToPrint(MerchantError):
    """No order fits."""

    code = "nothing_to_print"


class AlreadyAsked(MerchantError):
    """The courier was asked for the same thing a moment ago, or has not finished with it."""

    code = "already_asked"


class StillPrinting(MerchantError):
    """The parcel's batch is being worked on, so nothing about it can be decided now."""

    code = "still_printing"


class FileRefused(MerchantError):
    """A file that cannot be taken. Details: `why`, one of the keys under `[files]` in the text files."""

    code = "file_refused"


class NotFound(MerchantError):
    """No such thing here. Details: `what`."""

    code = "not_found"


class Forbidden(MerchantError):
    """The member's role does not allow this. Details: `role`."""

    code = "forbidden"


class LastOwner(MerchantError):
    """A merchant keeps at least one owner."""

    code = "last_owner"


class TooManyTries(MerchantError):
    """This person has tried too many codes within the hour."""

    code = "too_many_tries"


class MissingGlyph(MerchantError):
    """No embedded font can draw `characters`; printing would lose them."""

    code = "missing_glyph"


class Unforeseen(MerchantError):
    """A fault of ours. Details: `reference`."""

    code = "unforeseen"


def _tree(root: type[MerchantError]) -> dict[str, type[MerchantError]]:
    found = {root.code: root}
    for child in root.__subclasses__():
        found |= _tree(child)
    return found


ERRORS: Mapping[str, type[MerchantError]] = _tree(MerchantError)


def from_record(record: Mapping[str, Any]) -> MerchantError:
    """The error that `record()` wrote down."""
    return ERRORS[record["code"]](**record["details"])
