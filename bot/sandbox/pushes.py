"""What services push to the program: posted when it is due, and again until it is answered as its sender demands.

A push that was not answered is repeated after half an hour, three times in all; one in ten is posted twice, as happens
to senders whose own bookkeeping fails.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

import httpx

from bot.sandbox.clock import MINUTE
from bot.sandbox.ledger import Pushed
from bot.sandbox.service import Scene

ATTEMPTS = 3
_AGAIN_AFTER = 30 * MINUTE
_DOUBLED = 0.1


@dataclass(frozen=True, slots=True)
class Push:
    """One push: a form for an address; `pleases` judges the answer. `at`: when it is due; `scans`: moments it tells."""

    service: str
    number: str
    url: str
    form: dict[str, str]
    pleases: Callable[[bytes], bool]
    at: int
    scans: tuple[int, ...] = ()
    attempt: int = 1


Source = Callable[[], list[Push]]


class Pushes:
    """The post office of the world; `sources` hand in what is new."""

    def __init__(self, scene: Scene, seed: int) -> None:
        self.sources: list[Source] = []
        self._scene = scene
        self._dice = Random(seed)
        self._waiting: list[Push] = []

    async def deliver(self, client: httpx.AsyncClient) -> int:
        """Post everything that is due, through a client that reaches the program; how many were posted."""
        for source in self.sources:
            for push in source():
                self._waiting += [push, push] if self._dice.random() < _DOUBLED else [push]
        now = self._scene.clock.now()
        due = [push for push in self._waiting if push.at <= now]
        self._waiting = [push for push in self._waiting if push.at > now]
        for push in due:
            await self._post(client, push)
        return len(due)

    async def _post(self, client: httpx.AsyncClient, push: Push) -> None:
        try:
            response = await client.post(push.url, data=push.form)
            pleased = response.status_code == httpx.codes.OK and push.pleases(response.content)
        except (httpx.HTTPError, httpx.InvalidURL):
            pleased = False
        now = self._scene.clock.now()
        told = Pushed(push.service, push.number, now, push.attempt, pleased, push.scans)
        self._scene.ledger.pushes.append(told)
        if not pleased and push.attempt < ATTEMPTS:
            self._waiting.append(replace(push, attempt=push.attempt + 1, at=now + _AGAIN_AFTER))
