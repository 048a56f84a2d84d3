"""Whether the program does its work: the database answers and takes commits, every loop runs, nothing is left lying."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.engine.workers import Bells, Worker
from core.clock import MINUTE, SECOND, Clock
from core.storage.repositories import Repositories

_PATIENCE = 3.0  # seconds for the database to answer
_TOO_LONG = 2 * MINUTE  # work that is due and lies for so long is work that nobody does


@dataclass(frozen=True, slots=True)
class Report:
    """What is wrong, in words; nothing when all is well. `seconds`: how long due work lies, by queue.

    `outside` is what keeps the channel's news from us: worth knowing, but a restart would not mend it.
    """

    problems: tuple[str, ...]
    seconds: Mapping[str, int]
    outside: str = ""

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


class Health:
    """Looks after one running program."""

    def __init__(
        self, kept: Repositories, bells: Bells, workers: Sequence[Worker], clock: Clock, patient: Sequence[str] = ()
    ) -> None:
        """`patient`: channels that only answer, where messages wait for as long as the merchant is silent."""
        self._kept = kept
        self._patient = patient
        self._bells = bells
        self._workers = workers
        self._clock = clock
        self.listening: Callable[[], bool] = lambda: True  # whether somebody waits for the channel's news
        self.outside: Callable[[], str] = lambda: ""  # what keeps them from us now

    async def report(self) -> Report:
        """Look at everything once."""
        problems = [f"the loop “{worker.name}” has ended" for worker in self._workers if not worker.is_alive]
        if not self.listening():
            problems.append("no messages can come in: the channel's listener has ended")
        if failure := self._bells.failure:
            problems.append(f"the database did not take a commit: {failure}")
        try:
            async with asyncio.timeout(_PATIENCE):
                starving = await self._kept.backlog.starving(self._clock.now(), self._patient)
        except Exception as error:  # noqa: BLE001 - whatever it is, the database did not answer
            return Report((*problems, f"the database does not answer: {type(error).__name__}"), {}, self.outside())
        late = {name: lying // SECOND for name, lying in starving.items()}
        problems += [f"{name} was left lying for {late[name]} s" for name in late if starving[name] > _TOO_LONG]
        return Report(tuple(problems), late, self.outside())
