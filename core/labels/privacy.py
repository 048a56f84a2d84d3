"""The last look before paper: a recipient in plain text is never drawn, whatever the template shows.

GB/T 41833-2022 (as announced) wants hidden: a character of the name, six digits of the phone, unit, door and room of
the address. A label may hold only what `core.recipients.mask` leaves.
"""

from core.labels.label import Label
from core.recipients.mask import mask_address, mask_name, mask_phone

_MASKS = {"name": mask_name, "phone": mask_phone, "address": mask_address}


class RecipientInPlainText(ValueError):
    """The part of the recipient named here came unmasked: a fault of whoever made the label."""


def ensure_masked(label: Label) -> None:
    """Raises `RecipientInPlainText` unless the recipient's name, phone and address are masked."""
    for part, mask in _MASKS.items():
        shown = getattr(label.recipient, part)
        if mask(shown) != shown:
            raise RecipientInPlainText(part)
