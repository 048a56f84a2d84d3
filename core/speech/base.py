"""The port to a service that writes down what is said in a recording."""

from typing import Protocol


class Transcriber(Protocol):
    """A service that hears."""

    async def transcribe(self, recording: bytes) -> str:
        """The words of an Ogg Opus recording, "" where none is heard.

        Raises `ServiceUnavailable`, `RateLimited`, `NotPermitted`, `ServiceRefused`. It changes nothing, so it may be
        asked again.
        """
        ...
