"""How WeChat's servers call a program: five seconds to answer, three tries, and then the message is gone.

Source: the official pages on receiving messages. That a program which did not answer in time is called again is what
makes duplicates ordinary.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

Caller = Callable[[str, str, bytes], Awaitable[tuple[int, bytes]]]
"""Awaited with method, address and body, returns status and body of the answer."""
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Call:
    """One thing to tell: what is posted, and who hears what the program answers. `query` begins with "?"."""

    query: str
    body: bytes
    answered: Callable[[bytes], None]


class Callback:
    """The address that the account's owner entered in the console; without a `caller` everything waits.

    `patience`: real seconds until a call is given up. `delivers_at_once`: unasked, as the real service does.
    """

    def __init__(self) -> None:
        self.url = ""
        self.caller: Caller | None = None
        self.patience = 5.0
        self.delivers_at_once = False
        self.lost = 0  # messages that no try got through with
        self.missing = 0  # answers that get lost on their way
        self._waiting: deque[Call] = deque()
        self._done: list[Call] = []
        self._tasks: set[asyncio.Task[int]] = set()
        self._turn = asyncio.Lock()

    def add(self, call: Call) -> None:
        """Something happened."""
        self._waiting.append(call)
        if self.delivers_at_once:
            task = asyncio.get_running_loop().create_task(self.deliver())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def repeat(self, times: int) -> None:
        """The last calls come once more, though they were answered."""
        self._waiting.extend(self._done[-times:])

    async def deliver(self) -> int:
        """Tell what waits, in order; returns how many got through."""
        taken = 0
        async with self._turn:
            while self._waiting and self.caller is not None:
                call = self._waiting.popleft()
                self._done.append(call)
                is_taken = await self._tell(call, self.caller)
                taken += is_taken
                self.lost += not is_taken
        return taken

    async def _tell(self, call: Call, caller: Caller) -> bool:
        for _ in range(_TRIES):
            with suppress(TimeoutError):
                async with asyncio.timeout(self.patience):
                    status, body = await caller("POST", f"{self.url}{call.query}", call.body)
                if self.missing:
                    self.missing -= 1
                elif status == HTTPStatus.OK:
                    call.answered(body)
                    return True
        return False
