"""The world on a socket: every service under its host name as the first path segment, and controls under /world.

`GET /world/ledger`, `GET /world/summary`, `POST /world/do {"verb": "zto.goes_down", …arguments}`, and what people do
in Telegram under /world/telegram (`telegram/controls.py`).
What is down answers 503; an answer that is lost closes the connection halfway.
"""

import inspect
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.sandbox.service import AnswerLost, ServiceDown
from bot.sandbox.telegram.controls import controls as telegram_controls

if TYPE_CHECKING:
    from bot.sandbox.world import World

Verb = Callable[..., object]

_ANY_SERVICE = "goes_down comes_back loses_answers answers_garbage answers_half throttles"
_PINDUODUO = (
    "expires_tokens revokes closes forbids forgets_our_address limits_decryption refunds withdraws_refund "
    "puts_under_review passes_review holds releases urges changes_address ships_elsewhere"
)
_ZTO = "runs_out tops_up forgets_our_address"
_PRINTER = "jams fixed is_busy"
_TELEGRAM = "is_strict blocks unblocks repeats_updates forgets_messages answers_within in_group"
_PARCEL = "scanned stalls signed goes_to_locker taken fails held refused returns"


class OverSocket:
    """A service as a socket sees it: failures that in-process callers get as errors happen to the connection."""

    def __init__(self, service: ASGIApp) -> None:
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; a lost answer begins and never ends, so that the server cuts the connection."""
        try:
            await self._service(scope, receive, send)
        except ServiceDown:
            await PlainTextResponse("service unavailable", 503)(scope, receive, send)
        except ClientDisconnect:
            return  # killed in the middle of its request, which therefore never arrived
        except AnswerLost:
            headers = [(b"content-length", b"1")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})


def served(world: "World") -> Starlette:
    """One app for the whole world."""
    controls = _Controls(world)
    return Starlette(
        routes=[
            Route("/world/ledger", controls.ledger),
            Route("/world/summary", controls.summary),
            Route("/world/do", controls.do, methods=["POST"]),
            Mount("/world/telegram", routes=telegram_controls(world.telegram)),
            *(Mount(f"/{host}", OverSocket(service)) for host, service in world.services.items()),
        ]
    )


class _Controls:
    """What an operator of the world may see and do."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._verbs = verbs(world)

    async def ledger(self, _: Request) -> Response:
        return JSONResponse(self._world.ledger())

    async def summary(self, _: Request) -> Response:
        return JSONResponse(self._world.summary())

    async def do(self, request: Request) -> Response:
        """404 for an unknown verb, 422 for arguments it does not take or things it does not know."""
        try:
            asked = json.loads(await request.body())
            verb = self._verbs[asked.pop("verb")]
        except (AttributeError, KeyError, TypeError, ValueError):
            return JSONResponse({"error": "no such verb", "verbs": sorted(self._verbs)}, 404)
        try:
            inspect.signature(verb).bind(**asked)
            return JSONResponse({"done": verb(**asked)})
        except (KeyError, TypeError, ValueError):
            return JSONResponse({"error": "wrong arguments"}, 422)


def verbs(world: "World") -> dict[str, Verb]:
    """Everything that may be asked for by name, and nothing else."""
    named: dict[str, Verb] = {
        "clock.moves": world.clock.move,
        "new_order": _new_order(world),
        "another_order": _another_order(world),
    }
    others = ((world.telegram, _TELEGRAM), (world.speech, ""))
    for service, own in ((world.pinduoduo, _PINDUODUO), (world.zto, _ZTO), (world.printer, _PRINTER), *others):
        words = f"{_ANY_SERVICE} {own}".split()
        named |= {f"{service.name}.{word}": getattr(service, word) for word in words}
    return named | {f"parcel.{word}": _of_parcel(world, word) for word in _PARCEL.split()}


def _of_parcel(world: "World", word: str) -> Verb:
    def verb(number: str) -> object:
        done: object = getattr(world.parcel(number), word)()
        return done

    return verb


def _new_order(world: "World") -> Verb:
    def verb(**overrides: object) -> str:
        return world.new_order(**overrides).order_sn

    return verb


def _another_order(world: "World") -> Verb:
    def verb(order_sn: str) -> str:
        return world.another_order(order_sn).order_sn

    return verb
