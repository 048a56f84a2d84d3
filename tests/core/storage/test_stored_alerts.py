"""Alerts, cards and tellings, kept so that nothing is raised, told or drawn twice."""

from dataclasses import replace

import pytest
from stored_samples import NOW

from core.alerts import Alert, AlertState, Card, CardKind, Closing, Limit, Rule, Telling, Tier
from core.clock import Period
from core.errands import Details, Errand, ErrandKind, ErrandState, Said
from core.orders import NOWHERE, Recipient, Region
from core.parcels import Node, Parcel, ParcelState, fold
from core.rights import Role
from core.storage.address import Address
from core.storage.alerts import Alerts
from core.storage.database import Conflict, Database
from core.storage.errands import Errands
from core.storage.limits import AlertLimits
from core.storage.merchants import Member, Merchants
from core.storage.parcels import Parcels
from core.storage.subscribers import Subscribers
from core.subscribers import Wishes
from core.vault import Vault

HOUR = 3_600_000
STALLED = Alert(
    "a1", "m1", "parcel/p1", Rule.STALLED, NOW - 30 * HOUR, 1, Tier.WARN, NOW, tell_at=NOW + 5, facts={"n": 1}
)
CARD = Card("c1", "room", "小满", "m1", CardKind.PARCEL, "parcel/p1", NOW, NOW, is_news=True)
GROUP = Card("c2", "room", "小满", "m1", CardKind.GROUP, "stalled/1", NOW)
TO = Address("room", "小满")


@pytest.fixture
async def alerts(database: Database) -> Alerts:
    """One alert, told on two cards of one chat."""
    alerts = Alerts(database)
    await database.apply(*alerts.save(STALLED), alerts.begin(CARD), alerts.begin(GROUP))
    await database.apply(alerts.told(Telling("a1", "room", "小满", 1, "c1")))
    return alerts


async def kept(alerts: Alerts, key: str = "a1") -> Alert:
    (alert,) = await alerts.with_ids([key])
    return alert


class TestAlerts:
    async def test_come_back_as_they_were_saved(self, alerts: Alerts) -> None:
        assert await alerts.of_subjects(["parcel/p1", "parcel/p2"]) == {
            "parcel/p1": [replace(STALLED, version=1)],
            "parcel/p2": [],
        }
        assert await alerts.open("m1") == [replace(STALLED, version=1)]
        assert await alerts.open("m2") == []

    async def test_one_arm_has_one_alert(self, alerts: Alerts, database: Database) -> None:
        with pytest.raises(Conflict):
            await database.apply(*alerts.save(replace(STALLED, id="a2", step=3)))
        await database.apply(*alerts.save(replace(STALLED, id="a2", arm=NOW)))
        assert len(await alerts.open("m1")) == 2

    async def test_of_two_who_change_one_the_slower_changes_nothing(self, alerts: Alerts, database: Database) -> None:
        seen = await kept(alerts)
        await database.apply(*alerts.save(replace(seen, step=2, tier=Tier.LATE)))
        with pytest.raises(Conflict):
            await database.apply(*alerts.save(replace(seen, state=AlertState.IGNORED)))
        now = await kept(alerts)
        assert (now.step, now.tier, now.state, now.version) == (2, Tier.LATE, AlertState.OPEN, 2)

    async def test_are_to_be_told_when_their_time_has_come(self, alerts: Alerts, database: Database) -> None:
        assert await alerts.merchants_to_tell(NOW + 4) == []
        assert await alerts.merchants_to_tell(NOW + 5) == ["m1"]
        assert [alert.id for alert in await alerts.to_tell("m1", NOW + 5)] == ["a1"]
        assert await alerts.to_tell("m2", NOW + 5) == []
        await database.apply(alerts.update(replace(await kept(alerts), tell_at=None)))
        assert await alerts.merchants_to_tell(NOW + 99 * HOUR) == []

    async def test_that_are_over_are_counted_where_they_ended(self, alerts: Alerts, database: Database) -> None:
        over = replace(
            await kept(alerts), state=AlertState.CLOSED, closing=Closing.NEWS, closed_at=NOW + 9, tell_at=None
        )
        await database.apply(*alerts.save(over))
        assert await alerts.open("m1") == []
        assert [alert.closing for alert in await alerts.closed("m1", Period(NOW, NOW + 10))] == [Closing.NEWS]
        assert await alerts.closed("m1", Period(NOW, NOW + 9)) == []

    async def test_stuck_parcels_are_counted_by_outlet(self, database: Database, vault: Vault, alerts: Alerts) -> None:
        parcels = Parcels(database, vault)
        for number in ("p1", "p2", "p3"):
            parcel = Parcel(number, "m1", "s1", (number,), "ZTO", number, NOWHERE, NOW, NOW)
            node = Node(NOW, ParcelState.IN_TRANSIT, number, "金华中转" if number != "p3" else "杭州")
            await database.apply(*parcels.begin(parcel))
            await database.apply(*parcels.hear(parcel, [node], fold([node]), "ZTO", NOW))
        for number in ("p2", "p3"):
            await database.apply(*alerts.save(replace(STALLED, id=f"a-{number}", subject=f"parcel/{number}")))
        assert await alerts.outlets("m1", [Rule.STALLED]) == {("ZTO", "金华中转"): 2, ("ZTO", "杭州"): 1}
        assert await alerts.outlets("m1", [Rule.LOST]) == {}
        assert await alerts.outlets("m2", [Rule.STALLED]) == {}


class TestCards:
    async def test_are_drawn_when_they_are_new(self, alerts: Alerts) -> None:
        assert await alerts.cards_to_redraw(NOW - 1) == []
        assert await alerts.cards_to_redraw(NOW) == [CARD]

    async def test_drawn_once_they_rest_until_something_changes(self, alerts: Alerts, database: Database) -> None:
        await database.apply(alerts.drawn(CARD, ended_at=None))
        assert await alerts.cards_to_redraw(NOW + HOUR) == []
        over = replace(await kept(alerts), state=AlertState.CLOSED, closed_at=NOW + 7, closing=Closing.NEWS)
        await database.apply(*alerts.save(over))
        (card,) = await alerts.cards_to_redraw(NOW + 7)
        assert (card.id, card.is_news) == ("c1", False)

    async def test_what_changes_while_one_is_drawn_is_drawn_again(self, alerts: Alerts, database: Database) -> None:
        (seen,) = await alerts.cards_to_redraw(NOW)
        await database.apply(alerts.mark_about("parcel/p1", NOW, is_news=True))
        with pytest.raises(Conflict):
            await database.apply(alerts.drawn(seen, ended_at=NOW))
        (card,) = await alerts.cards_to_redraw(NOW)
        assert (card.ended_at, card.is_news) == (None, True)

    async def test_the_earlier_moment_to_draw_holds(self, alerts: Alerts, database: Database) -> None:
        await database.apply(alerts.mark_about("parcel/p1", NOW + HOUR))
        assert [card.id for card in await alerts.cards_to_redraw(NOW)] == ["c1"]
        (card,) = await alerts.cards_to_redraw(NOW)
        await database.apply(alerts.drawn(card, ended_at=None))
        await database.apply(alerts.mark_about("parcel/p1", NOW + HOUR))
        assert await alerts.cards_to_redraw(NOW) == []

    async def test_one_that_ended_is_never_drawn_again(self, alerts: Alerts, database: Database) -> None:
        await database.apply(alerts.drawn(CARD, ended_at=NOW))
        await database.apply(alerts.mark_about("parcel/p1", NOW), *alerts.mark(STALLED, NOW))
        assert await alerts.cards_to_redraw(NOW + HOUR) == []
        assert await alerts.live_cards("parcel/p1", TO) == []

    async def test_an_heir_takes_over_what_was_shown(self, alerts: Alerts, database: Database) -> None:
        heir = replace(CARD, id="c3")
        await database.apply(alerts.begin(heir), *alerts.replace(CARD, "c3", NOW + 1))
        assert [telling.alert for telling in await alerts.tellings_on("c3")] == ["a1"]
        assert await alerts.tellings_on("c1") == []
        old = await alerts.card("c1")
        assert old is not None
        assert (old.heir, old.ended_at, old.redraw_at, old.is_news) == ("c3", NOW + 1, NOW + 1, False)
        assert [card.id for card in await alerts.live_cards("parcel/p1", TO)] == ["c3"]

    async def test_a_parcel_moves_from_a_group_to_its_own(self, alerts: Alerts, database: Database) -> None:
        await database.apply(alerts.told(Telling("a1", "room", "小满", 1, "c2")))
        await database.apply(alerts.drawn(CARD, ended_at=None))
        await database.apply(*alerts.move(CARD, "parcel/p1"))
        assert [telling.card for telling in await alerts.tellings(["a1"])] == ["c1"]
        assert [card.id for card in await alerts.cards_to_redraw(NOW)] == ["c2"], "the group shows one less"

    async def test_other_chats_have_their_own(self, alerts: Alerts, database: Database) -> None:
        theirs = replace(CARD, id="c9", peer="小李")
        await database.apply(alerts.begin(theirs), alerts.told(Telling("a1", "room", "小李", 1, "c9")))
        assert [card.id for card in await alerts.live_cards("parcel/p1", Address("room", "小李"))] == ["c9"]
        await database.apply(*alerts.move(CARD, "parcel/p1"))
        assert {telling.peer: telling.card for telling in await alerts.tellings(["a1"])} == {"小满": "c1", "小李": "c9"}


async def test_a_chat_is_told_up_to_a_step(alerts: Alerts, database: Database) -> None:
    await database.apply(alerts.told(Telling("a1", "room", "小满", 2, "c2", NOW + HOUR)))
    assert await alerts.tellings(["a1"]) == [Telling("a1", "room", "小满", 2, "c2", NOW + HOUR)]


async def test_a_merchants_own_limits(database: Database) -> None:
    limits = AlertLimits(database)
    await database.apply(limits.set("m1", Limit(Rule.STALLED, 30 * HOUR, "ZTO")), limits.set("m2", Limit(Rule.LOST, 9)))
    await database.apply(limits.set("m1", Limit(Rule.STALLED, 36 * HOUR, "ZTO")))
    await database.apply(limits.set("m1", Limit(Rule.STALLED, 40 * HOUR, "ZTO", "新疆")))
    assert await limits.of("m1") == [
        Limit(Rule.STALLED, 36 * HOUR, "ZTO"),
        Limit(Rule.STALLED, 40 * HOUR, "ZTO", "新疆"),
    ]
    await database.apply(limits.forget("m1", Rule.STALLED))
    assert await limits.of("m1") == []
    assert await limits.of("m2") == [Limit(Rule.LOST, 9)]


async def test_what_a_person_wants_to_hear(database: Database) -> None:
    people, subscribers = Merchants(database), Subscribers(database)
    await database.apply(people.join(Member("room", "小满", "m1", Role.OWNER, "zh"), NOW))
    await database.apply(people.join(Member("room", "小李", "m1", Role.SERVICE, "zh"), NOW))
    quiet = Wishes(quiet=(0, 60), off=frozenset({Rule.PROXY}), least=Tier.LATE)
    await database.apply(subscribers.wish(TO, Wishes()), subscribers.wish(TO, quiet))
    assert {each.peer: (each.role, each.wishes) for each in await subscribers.of("m1")} == {
        "小满": (Role.OWNER, quiet),
        "小李": (Role.SERVICE, Wishes()),
    }
    found = await subscribers.get(TO, "m1")
    assert found is not None
    assert found.wishes == quiet
    assert await subscribers.get(Address("room", "nobody"), "m1") is None
    assert await subscribers.get(TO, "m2") is None, "another merchant's news is none of hers"
    assert await subscribers.merchants() == ["m1"]


async def test_a_digest_goes_out_once(database: Database) -> None:
    subscribers = Subscribers(database)
    assert await subscribers.last_digest(TO) is None
    await database.apply(subscribers.digest(TO, NOW))
    with pytest.raises(Conflict):
        await database.apply(subscribers.digest(TO, NOW))
    await database.apply(subscribers.digest(TO, NOW + 1))
    assert await subscribers.last_digest(TO) == NOW + 1


class TestErrands:
    ERRAND = Errand("e1", "m1", "p1", ErrandKind.URGE, NOW, NOW)

    @pytest.fixture
    async def errands(self, database: Database, vault: Vault) -> Errands:
        parcel = Parcel("p1", "m1", "s1", ("o1",), "ZTO", "731", NOWHERE, NOW, NOW)
        await database.apply(*Parcels(database, vault).begin(parcel))
        errands = Errands(database, vault)
        await database.apply(errands.begin(self.ERRAND, 4 * HOUR))
        return errands

    async def test_of_one_kind_one_is_begun_at_a_time(self, errands: Errands, database: Database) -> None:
        for later in (0, 1, 4 * HOUR - 1):
            again = replace(self.ERRAND, id="e2", asked_at=NOW + later)
            with pytest.raises(Conflict):
                await database.apply(errands.begin(again, 4 * HOUR))
        await database.apply(errands.begin(replace(self.ERRAND, id="e3", asked_at=NOW + 4 * HOUR), 4 * HOUR))
        stop = replace(self.ERRAND, id="e4", kind=ErrandKind.CALL_BACK)
        await database.apply(errands.begin(stop, 0))
        with pytest.raises(Conflict):
            await database.apply(errands.begin(replace(stop, id="e5", asked_at=NOW + 99 * HOUR), 0))

    async def test_that_came_to_nothing_may_be_asked_for_again(self, errands: Errands, database: Database) -> None:
        refused = replace(self.ERRAND, state=ErrandState.REFUSED, version=1)
        await database.apply(errands.save(refused))
        await database.apply(errands.begin(replace(self.ERRAND, id="e2"), 4 * HOUR))
        assert [errand.state for errand in await errands.of_parcel("p1")] == [ErrandState.REFUSED, ErrandState.ASKING]

    async def test_are_kept_sealed_and_followed_when_due(self, errands: Errands, database: Database) -> None:
        secret = Details(
            Recipient("李四", "13900000000", Region("浙江省", "杭州市", "西湖区"), "文三路1号"), (Said(NOW, "好"),)
        )
        open_ = replace(
            self.ERRAND, state=ErrandState.OPEN, reference="GD1", details=secret, look_at=NOW + 9, version=1
        )
        await database.apply(errands.save(open_))
        with pytest.raises(Conflict):
            await database.apply(errands.save(open_))
        assert await errands.due(NOW + 8) == []
        (due,) = await errands.due(NOW + 9)
        assert due == replace(open_, version=2)
        await database.apply(errands.put_off(due, NOW + HOUR))
        with pytest.raises(Conflict):
            await database.apply(errands.put_off(due, NOW + HOUR))
        assert await errands.due(NOW + 9) == []
        assert await errands.of_parcels(["p1", "p2"]) == {"p1": [replace(due, look_at=NOW + HOUR)]}
        rows = await database.all("SELECT body_sealed FROM errands")
        assert not any("李四" in row[0] for row in rows)
