"""`miandan doctor`: what is missing or wrong with this installation, in words, and what to do. Shows no secret."""

import asyncio
from collections.abc import Awaitable, Callable

from pydantic import ValidationError

from bot.config import Settings
from bot.operating.doctor.findings import Finding, well, wrong
from bot.operating.doctor.here import HERE, unknown_names
from bot.operating.doctor.outside import OUTSIDE, Services
from bot.operating.faults import in_words, wrong_settings
from core.clock import Clock
from core.http import outside

__all__ = ["Finding", "examine", "settings_findings"]


def settings_findings(error: ValidationError) -> list[Finding]:
    """Settings that cannot be read: the rest is looked at once they are mended."""
    return [
        wrong("settings", f"{name}: {said}", "correct it in .env or in the environment")
        for name, said in wrong_settings(error)
    ]


async def examine(
    settings: Settings, clock: Clock, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> list[Finding]:
    """Look at everything; one finding or more for each line of the page in docs/operating.md."""
    found = [_settings(settings)]
    http = outside(settings.world or None, settings.timeout)
    services = Services(settings, http, clock, pause)
    checks = [(name, check(settings)) for name, check in HERE.items()]
    checks += [(name, check(services)) for name, check in OUTSIDE.items()]
    try:
        for name, looking in checks:
            try:
                found.append(await looking)
            except Exception as error:  # noqa: BLE001 - what cannot be looked at is a finding too
                told = in_words(error) or f"could not be looked at ({type(error).__name__})"
                found.append(wrong(name, told, "mend this first, then run miandan doctor again"))
    finally:
        await http.close()
    return found


def _settings(settings: Settings) -> Finding:
    if strangers := unknown_names():
        return wrong("settings", "; ".join(strangers), "correct the names; README lists all settings")
    chosen = len(settings.model_fields_set)
    return well(
        "settings", f"readable; {chosen} of {len(Settings.model_fields)} are set, the others have their defaults"
    )
