"""One spelling for many: full-width to half-width, lower case, no ornaments."""

import unicodedata

_ORNAMENTS = " \t\r\n　.。,，!！?？;；:：、~～“”\"'「」【】()（）"


def normalise(said: str) -> str:
    """Half-width, lower case, without surrounding white space and punctuation."""
    return unicodedata.normalize("NFKC", said).casefold().strip(_ORNAMENTS)


def bare(label: str) -> str:
    """A button's label as people type it: without emoji and other signs."""
    kept = "".join(sign for sign in label if not unicodedata.category(sign).startswith(("S", "C", "M")))
    return normalise(kept)
