"""Errands: asked of the courier once, followed until something came of them, shown on the parcel's card."""

from contextlib import suppress
from dataclasses import replace

from core.alerts import AlertState, about_parcel
from core.clock import DAY, HOUR, MINUTE
from core.couriers.base import Courier, Interception, InterceptionState, Urging, WorkOrder, WorkOrderState
from core.errands import Details, Errand, ErrandKind, ErrandState, Said
from core.errors import AlreadyAsked, NotFound, OutcomeUnknown, RateLimited, ServiceError, ServiceUnavailable
from core.orders import Recipient
from core.parcels import ENDED, Parcel, ParcelState
from core.storage.accounts import CourierAccount
from core.storage.database import Conflict
from core.tracking.watch import Watch

COOL_DOWN = 4 * HOUR
"""Between two urgings of one parcel: a branch that is asked again sooner answers no sooner."""

_FIRST_LOOK, _LOOK_AGAIN = 1 * HOUR, 1 * HOUR
_ASK_AGAIN = 1 * MINUTE  # an interception whose answer was lost
_NO_ANSWER = 3 * DAY  # a branch that has not answered by then will not
_LEASE = 2 * MINUTE
_TRIES = 5
_TOO_LATE = ENDED | {
    ParcelState.NO_RECORD,
    ParcelState.CREATED,
    ParcelState.OUT_FOR_DELIVERY,
    ParcelState.AT_PICKUP_POINT,
    ParcelState.RETURNING,
}


def may_be_stopped(parcel: Parcel) -> bool:
    """Whether couriers stop such a parcel: picked up, not at the door, not on its way home (ZTO's refusals say so)."""
    return parcel.state not in _TOO_LATE


async def last_urging(watch: Watch, parcel: str) -> Errand | None:
    """The urging after which it is too early for another."""
    since = watch.clock.now() - COOL_DOWN
    mine = [each for each in await watch.kept.errands.of_parcel(parcel) if each.kind is ErrandKind.URGE]
    return next((each for each in reversed(mine) if not each.came_to_nothing and each.asked_at > since), None)


async def last_stop(watch: Watch, parcel: str) -> Errand | None:
    """The interception or change of address that is under way, or has worked."""
    mine = [each for each in await watch.kept.errands.of_parcel(parcel) if each.kind is not ErrandKind.URGE]
    return next((each for each in reversed(mine) if not each.came_to_nothing), None)


async def urge(watch: Watch, errand_id: str, parcel_id: str, reason: str) -> Errand:
    """Have a branch hurry a parcel. Run again with the same id it asks nobody again.

    Raises what the courier raises, except that an answer that was lost is an errand that is `UNSURE`.
    """
    parcel, account, courier = await _at_courier(watch, parcel_id)
    wanted = Errand(errand_id, parcel.merchant, parcel.id, ErrandKind.URGE, 0, 0)
    errand, is_new = await _begun(watch, wanted, COOL_DOWN)
    if errand.state is not ErrandState.ASKING:
        return errand
    if not is_new:
        return await _moved(watch, errand, ErrandState.UNSURE, None)
    try:
        number = await courier.urge(account.credentials, Urging(errand.id, parcel.number, reason, account.sender))
    except OutcomeUnknown:
        return await _moved(watch, errand, ErrandState.UNSURE, None)
    except ServiceError:
        await _moved(watch, errand, ErrandState.REFUSED, None)
        raise
    return await _moved(watch, replace(errand, reference=number), ErrandState.OPEN, _FIRST_LOOK)


async def stop(watch: Watch, errand_id: str, parcel_id: str, recipient: Recipient | None) -> Errand:
    """Have a parcel come back, or go to somebody else. The same id again asks for the same thing.

    Raises what the courier raises; where its answer was lost the errand stays `ASKING` and is asked for again.
    """
    parcel, account, courier = await _at_courier(watch, parcel_id)
    kind = ErrandKind.REDIRECT if recipient else ErrandKind.CALL_BACK
    wanted = Errand(errand_id, parcel.merchant, parcel.id, kind, 0, 0, details=Details(recipient))
    errand, _ = await _begun(watch, wanted, 0)
    if errand.state is not ErrandState.ASKING:
        return errand
    return await _ask_to_stop(watch, errand, parcel, account, courier)


async def let_go(watch: Watch, errand: Errand) -> Errand:
    """Take an interception back that has not been decided yet. Raises what the courier raises."""
    parcel, account, courier = await _at_courier(watch, errand.parcel)
    await courier.cancel_interception(account.credentials, _interception(errand, parcel))
    return await _moved(watch, errand, ErrandState.CANCELLED, None)


async def follow_due(watch: Watch) -> bool:
    """Ask what has come of some errands; False when none is due."""
    now = watch.clock.now()
    errands = await watch.kept.errands.due(now)
    for errand in errands:
        with suppress(Conflict):  # somebody else looks
            await watch.kept.database.apply(watch.kept.errands.put_off(errand, now + _LEASE))
            await _follow(watch, replace(errand, look_at=now + _LEASE))
    return bool(errands)


async def _follow(watch: Watch, errand: Errand) -> None:
    try:
        parcel, account, courier = await _at_courier(watch, errand.parcel)
        if errand.state is ErrandState.ASKING:
            await _ask_to_stop(watch, errand, parcel, account, courier)
        elif errand.kind is ErrandKind.URGE:
            found = await courier.work_order(account.credentials, parcel.number, errand.reference)
            await _hear_reply(watch, errand, found)
        else:
            found_state = await courier.interception(account.credentials, parcel.number)
            await _hear_outcome(watch, errand, parcel, found_state)
    except (ServiceError, NotFound):  # told where it matters; looked at again
        await _look_later(watch, errand)


async def _hear_reply(watch: Watch, errand: Errand, found: WorkOrder) -> None:
    said = tuple(Said(reply.at, reply.text) for reply in found.replies)
    heard = replace(errand, details=replace(errand.details, said=said))
    is_silent = watch.clock.now() - errand.asked_at >= _NO_ANSWER
    if found.state is WorkOrderState.CLOSED or is_silent:
        await _moved(watch, heard, ErrandState.DONE, None, is_news=bool(said))
    elif said != errand.details.said:
        await _moved(watch, heard, ErrandState.OPEN, _LOOK_AGAIN, is_news=True)
    else:
        await _look_later(watch, errand)


async def _hear_outcome(watch: Watch, errand: Errand, parcel: Parcel, found: InterceptionState) -> None:
    if found is InterceptionState.DONE:
        await _moved(watch, errand, ErrandState.DONE, None, is_news=True)
    elif found is InterceptionState.CANCELLED:
        await _moved(watch, errand, ErrandState.CANCELLED, None, is_news=True)
    elif found is InterceptionState.FAILED or _has_slipped_through(watch, errand, parcel):
        await _moved(watch, errand, ErrandState.FAILED, None)
    else:
        await _look_later(watch, errand)


def _has_slipped_through(watch: Watch, errand: Errand, parcel: Parcel) -> bool:
    """Delivered long ago, though the courier still means to stop it."""
    delivered = parcel.progress.delivered_at
    return delivered is not None and delivered > errand.asked_at and watch.clock.now() - delivered > DAY


async def _ask_to_stop(
    watch: Watch, errand: Errand, parcel: Parcel, account: CourierAccount, courier: Courier
) -> Errand:
    try:
        await courier.intercept(account.credentials, _interception(errand, parcel))
    except OutcomeUnknown:
        return await _moved(watch, errand, ErrandState.ASKING, _ASK_AGAIN)
    except (ServiceUnavailable, RateLimited):
        if errand.version > 1:  # asked for before, and perhaps heard
            return await _moved(watch, errand, ErrandState.ASKING, _ASK_AGAIN)
        await _moved(watch, errand, ErrandState.REFUSED, None)
        raise
    except ServiceError as refusal:
        said = (Said(0, str(refusal.details.get("said", ""))),)
        refused = replace(errand, details=replace(errand.details, said=said))
        await _moved(watch, refused, ErrandState.REFUSED if errand.version == 1 else ErrandState.FAILED, None)
        raise
    return await _moved(watch, errand, ErrandState.OPEN, _FIRST_LOOK)


def _interception(errand: Errand, parcel: Parcel) -> Interception:
    return Interception(errand.id, parcel.number, errand.details.recipient)


async def _begun(watch: Watch, wanted: Errand, rest: int) -> tuple[Errand, bool]:
    """The errand as it is kept, and whether it is new; kept before anybody is asked.

    Raises `AlreadyAsked` while another of its kind is under way for the parcel.
    """
    known = await watch.kept.errands.get(wanted.id)
    if known is not None:
        return known, False
    now = watch.clock.now()
    errand = replace(wanted, asked_at=now, changed_at=now)
    try:
        await watch.kept.database.apply(watch.kept.errands.begin(errand, rest))
    except Conflict as error:
        raise AlreadyAsked from error
    return replace(errand, version=1), True


async def _moved(
    watch: Watch, errand: Errand, state: ErrandState, look_in: int | None, *, is_news: bool = False
) -> Errand:
    """Keep the errand's next state; its parcel's alerts are acted on, and the cards about it drawn again."""
    kept, now = watch.kept, watch.clock.now()
    moved = replace(errand, state=state, changed_at=now, look_at=None if look_in is None else now + look_in)
    subject, is_begun = about_parcel(errand.parcel), state is ErrandState.OPEN and errand.state is ErrandState.ASKING
    for _ in range(_TRIES):
        known = (await kept.alerts.of_subjects([subject]))[subject] if is_begun else []
        acted = [kept.alerts.update(replace(each, state=AlertState.ACTED)) for each in known if not each.is_over]
        with suppress(Conflict):  # an alert changed meanwhile
            await kept.database.apply(
                kept.errands.save(moved),
                *acted,
                kept.parcels.check_soon(errand.parcel, now),
                kept.alerts.mark_about(subject, now, is_news=is_news),
            )
            return replace(moved, version=errand.version + 1)
    raise Conflict


async def _look_later(watch: Watch, errand: Errand) -> None:
    later = replace(errand, look_at=watch.clock.now() + _LOOK_AGAIN)
    await watch.kept.database.apply(watch.kept.errands.save(later))


async def _at_courier(watch: Watch, parcel_id: str) -> tuple[Parcel, CourierAccount, Courier]:
    """The parcel, its account and its courier. Raises `NotFound` where it goes through none of ours."""
    parcel = await watch.kept.parcels.get(parcel_id)
    if parcel is None:
        raise NotFound(what=parcel_id)
    account, courier = await watch.tools.account(parcel.account)
    return parcel, account, courier
