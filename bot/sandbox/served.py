"""The world on a socket: every service under its host name as the first path segment, and controls under /world.

`GET /world/clock`, `GET /world/ledger`, `GET /world/summary`, `POST /world/do {"verb": "zto.goes_down", …arguments}`,
and what people do in their chats under /world/telegram, /world/wecom, /world/wecom_bot and /world/official_account
(`controls.py`).
WeChat's servers call the program back at `world.program`, as if its address stood in the console.
What is down answers 503; an answer that is lost closes the connection halfway.
"""

import asyncio
import contextlib
import inspect
import json
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

import httpx
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.sandbox.controls import controls
from bot.sandbox.service import AnswerLost, ServiceDown
from bot.sandbox.telegram.controls import sending

if TYPE_CHECKING:
    from bot.sandbox.world import World

Verb = Callable[..., object]

_BETWEEN_PUSHES = 0.5  # seconds, real ones
_PUSH_PATIENCE = 5.0

_ANY_SERVICE = "goes_down comes_back loses_answers answers_garbage answers_half throttles"
_PINDUODUO = (
    "expires_tokens revokes closes forbids forgets_our_address limits_decryption refunds withdraws_refund "
    "puts_under_review passes_review holds releases urges changes_address notes ships_elsewhere "
    "cuts_off_messages doubles_messages"
)
_ZTO = "runs_out tops_up forgets_our_address pushes_to answers_work_order misses_intercepts"
_KUAIDI100 = "runs_out tops_up"
_PRINTER = "jams fixed is_busy"
_TELEGRAM = "is_strict blocks unblocks repeats_updates forgets_messages answers_within in_group"
_PARCEL = (
    "scanned stalls slows is_lost signed is_signed_elsewhere goes_to_locker taken fails held refused returns "
    "contradicts remarks tells scans"
)
_WECOM = "expires_tokens forgets_tokens distrusts_our_address trusts_our_address repeats_calls sends enters"
_WECOM_BOT = (
    "goes_down comes_back loses_answers throttles evicts drops_connection falls_silent repeats_calls sends enters "
    "in_group"
)
_ACCOUNT = "expires_tokens forgets_tokens loses_right gains_right is_plain repeats_calls sends follows unfollows"


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
    operator = _Controls(world)
    for service, path in ((world.wecom, "wecom"), (world.official_account, "official_account")):
        service.call_with(_over_http, f"{world.program}/{path}")
        service.callback.delivers_at_once = True

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        posting = asyncio.create_task(_posts(world), name="pushes")
        yield
        posting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await posting

    return Starlette(
        lifespan=lifespan,
        routes=[
            Route("/world/clock", operator.clock),
            Route("/world/ledger", operator.ledger),
            Route("/world/summary", operator.summary),
            Route("/world/do", operator.do, methods=["POST"]),
            Mount("/world/telegram", routes=[*controls(world.telegram, int), *sending(world.telegram)]),
            Mount("/world/wecom", routes=controls(world.wecom, str)),
            Mount("/world/wecom_bot", routes=controls(world.wecom_bot, str)),
            Mount("/world/official_account", routes=controls(world.official_account, str)),
            *(Mount(f"/{host}", OverSocket(service)) for host, service in world.services.items()),
        ],
    )


async def _posts(world: "World") -> None:
    """Push what is due, over real sockets, as long as the world is served."""
    async with httpx.AsyncClient(timeout=_PUSH_PATIENCE, trust_env=False) as client:
        while True:
            await world.pushes.deliver(client)
            await asyncio.sleep(_BETWEEN_PUSHES)


async def _over_http(method: str, url: str, body: bytes) -> tuple[int, bytes]:
    """Call the program; status 0 where it cannot be reached."""
    try:
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.request(method, url, content=body)
    except httpx.HTTPError:
        return 0, b""
    return answer.status_code, answer.content


class _Controls:
    """What an operator of the world may see and do."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._verbs = verbs(world)

    async def clock(self, _: Request) -> Response:
        return JSONResponse({"now": self._world.clock.now()})

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
    for service, own in (
        (world.pinduoduo, f"{_ANY_SERVICE} {_PINDUODUO}"),
        (world.zto, f"{_ANY_SERVICE} {_ZTO}"),
        (world.kuaidi100, f"{_ANY_SERVICE} {_KUAIDI100}"),
        (world.printer, f"{_ANY_SERVICE} {_PRINTER}"),
        (world.telegram, f"{_ANY_SERVICE} {_TELEGRAM}"),
        (world.speech, _ANY_SERVICE),
        (world.wecom, f"{_ANY_SERVICE} {_WECOM}"),
        (world.wecom_bot, _WECOM_BOT),
        (world.official_account, f"{_ANY_SERVICE} {_ACCOUNT}"),
    ):
        named |= {f"{service.name}.{word}": getattr(service, word) for word in own.split()}
    return named | {f"parcel.{word}": _of_parcel(world, word) for word in _PARCEL.split()}


def _of_parcel(world: "World", word: str) -> Verb:
    def verb(number: str, **arguments: object) -> object:
        done: object = getattr(world.parcel(number), word)(**arguments)
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
