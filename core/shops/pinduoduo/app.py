"""Who we are to Pinduoduo."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias

Pause: TypeAlias = Callable[[float], Awaitable[None]]
"""Waits for some seconds."""

SERVICE = "pinduoduo"
"""What errors call the platform."""


@dataclass(frozen=True, slots=True)
class PinduoduoApp:
    """The operator's app, as registered in the open platform's console."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str  # must equal the callback registered on the app
    may_decrypt: bool = True  # holds the right to plain receivers
    calls_per_second: int = 100  # a shop; its tightest documented limit is 10,000 in 60 s (official API pages)
    decrypt_interval: float = 10.0  # seconds between decrypt calls; 10 is the limit outside 多多云 (SDK)
