"""The files that merchants send, fetched from whichever channel keeps them."""

from collections.abc import Mapping

from bot.channels.base import Channel, FileKeeper
from core.errors import FileRefused


class ChannelFiles:
    """See `handlers.desk.Files`. Nothing is kept: every call fetches."""

    def __init__(self, channels: Mapping[str, Channel]) -> None:
        self._keepers = {name: channel for name, channel in channels.items() if isinstance(channel, FileKeeper)}

    async def fetch(self, channel: str, file: str, most: int) -> bytes:
        """A file's bytes, at most `most`. Raises `FileRefused`, `ServiceUnavailable`."""
        if channel not in self._keepers:
            raise FileRefused(why="gone")
        return await self._keepers[channel].download(file, most)
