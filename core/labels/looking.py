"""Looks at photos, in a process that does nothing else: what reads and measures pictures is loaded there alone."""

from core.offset import Placement


def codes_in(photo: bytes) -> tuple[str, ...]:
    """What the bar codes and QR codes in a photo say, the surest first. Raises `FileRefused`."""
    from core.labels.photo import read_codes  # noqa: PLC0415 - see above

    return tuple(code.text for code in read_codes(photo))


def placement_in(photo: bytes, pdf: bytes, template_name: str) -> Placement | None:
    """How far off the label in a photo was printed; `pdf`: the label as it was to be printed.

    None where it cannot be seen well enough. Raises `FileRefused`.
    """
    from core.labels.placement import measure  # noqa: PLC0415 - see above
    from core.labels.template import template  # noqa: PLC0415 - see above

    return measure(photo, pdf, template(template_name).paper)
