"""Looks at photos, in a process that does nothing else: what reads and measures pictures is loaded there alone."""

from dataclasses import dataclass

from core.offset import Placement

_OF_GOODS = ("EAN", "UPC", "ISBN")  # kinds that no courier prints; their digits may look like a waybill number


@dataclass(frozen=True, slots=True)
class Codes:
    """What bar codes and QR codes say, the surest first, and how many more there are that belong to goods."""

    said: tuple[str, ...]
    of_goods: int = 0


def codes_in(photo: bytes) -> Codes:
    """What is in a photo. Raises `FileRefused`."""
    from core.labels.photo import read_codes  # noqa: PLC0415 - see above

    found = read_codes(photo)
    said = tuple(code.text for code in found if not code.kind.upper().startswith(_OF_GOODS))
    return Codes(said, of_goods=len(found) - len(said))


def placement_in(photo: bytes, pdf: bytes, template_name: str) -> Placement | None:
    """How far off the label in a photo was printed; `pdf`: the label as it was to be printed.

    None where it cannot be seen well enough. Raises `FileRefused`.
    """
    from core.labels.placement import measure  # noqa: PLC0415 - see above
    from core.labels.template import template  # noqa: PLC0415 - see above

    return measure(photo, pdf, template(template_name).paper)
