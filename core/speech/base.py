"""The port to a service that writes down what is said in a recording."""

from typing import Protocol


class Transcriber(Protocol):
    """A service that hears."""

    async def transcribe(self, recording: bytes, form: str) -> str:
        """The words of a recording, "" where none is heard; `form` as the names of such files end: ogg, amr.

        Raises `ServiceUnavailable`, `RateLimited`, `NotPermitted`, `ServiceRefused`. It changes nothing, so it may be
        asked again.
        """
        ...
