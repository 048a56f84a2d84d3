"""The links that merchants are given: a form for a secret, and documents where a chat takes none.

A form's address is the question's own token, unguessable and good once. A document's is sealed by the vault, so that
it cannot be made up, and says itself until when it is good.
"""

from core.clock import MINUTE
from core.vault import BadSeal, Vault

FORM_LIFE = 5 * MINUTE
DOWNLOAD_LIFE = 60 * MINUTE
_PLACE = "downloads/link"


class Links:
    """Addresses below `public_url`. A secret is asked for over HTTPS only, so without it there are no forms."""

    def __init__(self, public_url: str, vault: Vault) -> None:
        self.base = public_url.rstrip("/")
        self._vault = vault
        self.has_forms = public_url.startswith("https://")

    def form(self, token: str) -> str:
        """Where the question with this token is answered."""
        return f"{self.base}/form/{token}"

    def download(self, key: str) -> str:
        """Where a document is fetched."""
        return f"{self.base}/labels/{self._vault.seal(key, _PLACE)}"

    def opened(self, sealed: str) -> str | None:
        """The document's key; None for a link that is not ours."""
        try:
            return self._vault.open(sealed, _PLACE)
        except BadSeal:
            return None
