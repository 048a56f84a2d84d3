"""Where services push their news: POST /push/NAME, one address a service.

Whatever is sent, the answer is quick and no fault of ours: a body is read as far as the guard lets it come, its
signature is checked before anything else is believed, and what does not hold is refused without being kept. News is
durable before its sender hears that it arrived; where it cannot be kept, the sender hears its own word for "again,
please".
"""

from collections.abc import Sequence
from urllib.parse import parse_qsl

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from core.pushes import BadPush, Push, PushDoor
from core.tracking.ingest import take_in_push
from core.tracking.tools import Lookout
from handlers.errors import unforeseen

_MOST_FIELDS = 20

log = structlog.get_logger()


def pushes(lookout: Lookout, doors: Sequence[PushDoor]) -> list[Route]:
    """The routes for these services."""
    return [Route(f"/push/{door.source.lower()}", _Reception(lookout, door).take, methods=["POST"]) for door in doors]


class _Reception:
    def __init__(self, lookout: Lookout, door: PushDoor) -> None:
        self._lookout = lookout
        self._door = door

    async def take(self, request: Request) -> Response:
        """Keep it, then say so in the sender's own words."""
        try:
            push = self._door.read(_form(await request.body()))
        except HTTPException as error:  # the guard's: too long, too slow
            return self._refused(error.status_code)
        except (BadPush, ClientDisconnect, ValueError) as error:
            log.warning("push refused", source=self._door.source, why=type(error).__name__)
            return self._refused(400)
        return self._answer(self._door.accepted if await self._keep(push) else self._door.refused)

    async def _keep(self, push: Push) -> bool:
        try:
            await take_in_push(self._lookout, self._door.source, push)
        except Exception as error:  # noqa: BLE001 - the sender pushes again; a page of ours would help nobody
            unforeseen("push not kept", error, source=self._door.source)
            return False
        return True

    def _refused(self, status: int) -> Response:
        return self._answer(self._door.refused, status)

    def _answer(self, told: bytes, status: int = 200) -> Response:
        return Response(told, status, media_type="application/json")


def _form(body: bytes) -> dict[str, str]:
    """Raises `ValueError` for what is no form."""
    return dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=_MOST_FIELDS))
